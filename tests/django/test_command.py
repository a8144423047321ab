"""`manage.py cors routes`: what it prints is what applies."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.components import require

require("django")
require("re2")
require("rest_framework")

from django.conf.urls.i18n import i18n_patterns  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import include, path, re_path  # noqa: E402
from django.views import View  # noqa: E402
from django.views.decorators.cache import never_cache  # noqa: E402
from django.views.decorators.http import require_GET, require_http_methods  # noqa: E402
from rest_framework.decorators import action, api_view  # noqa: E402
from rest_framework.routers import SimpleRouter  # noqa: E402
from rest_framework.viewsets import ViewSet  # noqa: E402

from cors_core import Request  # noqa: E402
from cors_django import Policy, by_host, by_path, cors_policy  # noqa: E402
from cors_django.signals import check_request_enabled  # noqa: E402

APP, SHOP = "https://app.example.com", "https://shop.example.net"


def view(request: HttpRequest, **values: str) -> HttpResponse:
    return HttpResponse("")


class Orders(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("")

    def delete(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("")

    @cors_policy(Policy(allow_origins=[SHOP]))
    def put(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("")


class Users(ViewSet):
    def list(self, request: Any) -> HttpResponse:
        return HttpResponse("")

    @cors_policy(None)
    def create(self, request: Any) -> HttpResponse:
        return HttpResponse("")

    @action(detail=True, methods=["post"])
    def ban(self, request: Any, pk: str) -> HttpResponse:
        return HttpResponse("")


@api_view(["GET", "POST"])
def items(request: Any) -> HttpResponse:
    return HttpResponse("")


def run(patterns: list[Any], *arguments: str, **settings: Any) -> str:
    """What the command prints."""
    urlconf: Any = ModuleType("urls")
    urlconf.urlpatterns = patterns
    out = StringIO()
    with override_settings(ROOT_URLCONF=urlconf, **settings):
        call_command("cors", "routes", *arguments, stdout=out)
    return out.getvalue()


def objects(patterns: list[Any], *arguments: str, **settings: Any) -> list[dict[str, Any]]:
    settings.setdefault("CORS_POLICY", Policy(allow_origins=[APP]))
    found: list[dict[str, Any]] = json.loads(run(patterns, "--format=json", *arguments, **settings))
    return found


def allowed(row: dict[str, Any]) -> Any:
    return row["policy"] and row["policy"]["allow_origins"]


def test_each_route_is_shown_with_its_policy_and_where_it_comes_from() -> None:
    patterns = [
        path("api/users/<int:id>", require_http_methods(["GET", "PUT"])(view)),
        path("health", require_GET(view)),
        path("admin", cors_policy(None)(lambda request: HttpResponse(""))),
    ]
    policy = Policy(allow_origins=[APP], allow_methods=["PUT"], allow_credentials=True)
    heading, rule, *rows = run(patterns, CORS_POLICY=by_path({"/api": policy})).splitlines()
    assert heading.split() == ["Route", "Methods", "View", "From", "Policy"]
    assert set(rule) == {"-", " "}
    name = f"{__name__}.view"
    by_lambda = f"{__name__}.test_each_route_is_shown_with_its_policy_and_where_it_comes_from.<locals>.<lambda>"
    assert [re.split(r"  +", row) for row in rows] == [
        ["/api/users/<int:id>", "GET,PUT", name, "the settings", f"{APP} with credentials; methods PUT"],
        ["/health", "GET", name, "the settings", "-"],
        ["/admin", "any", by_lambda, "the view", "-"],
    ]
    assert heading.index("Policy") == rows[0].index(APP)


def test_a_policy_is_written_in_full_as_json() -> None:
    policy = Policy(allow_origins=[APP, re.compile(r"https://\w+\.example\.net")], allow_headers=["X-Token"])
    [row] = objects([path("a", view, name="a")], CORS_POLICY=policy)
    assert row == {
        "route": "/a",
        "methods": ["any"],
        "actions": {},
        "name": "a",
        "view": f"{__name__}.view",
        "from": "the settings",
        "policy": {
            "allow_origins": [APP, {"regex": r"https://\w+\.example\.net"}],
            "allow_methods": [],
            "allow_headers": ["X-Token"],
            "expose_headers": [],
            "allow_credentials": False,
            "max_age": 600,
            "allow_private_network": False,
            "enforce": False,
            "preflight_status": 204,
            "shared_max_age": None,
            "dangerously_allow": [],
        },
    }


def test_methods_of_one_view_with_two_policies_are_two_rows() -> None:
    first, second = objects([path("orders", Orders.as_view())])
    assert (first["methods"], allowed(first), first["from"]) == (["DELETE", "GET"], [APP], "the settings")
    assert (second["methods"], allowed(second), second["from"]) == (["PUT"], [SHOP], "the view")
    assert first["view"] == f"{__name__}.Orders"


@pytest.mark.parametrize(
    ("function", "methods"),
    [
        pytest.param(view, ["any"], id="a function"),
        pytest.param(
            never_cache(require_http_methods(["PUT", "PATCH"])(never_cache(view))), ["PATCH", "PUT"], id="wraps"
        ),
        pytest.param(
            Orders.as_view(http_method_names=["get", "put", "options"]), ["GET", "PUT"], id="a view, cut short"
        ),
        pytest.param(View.as_view(), ["any"], id="a view that handles nothing"),
        pytest.param(items, ["GET", "POST"], id="api_view"),
    ],
)
def test_methods_that_somebody_wrote_are_shown(function: Any, methods: list[str]) -> None:
    rows = objects([path("a", function)])
    assert sorted(method for row in rows for method in row["methods"]) == methods


def test_options_and_head_of_one_s_own_are_shown() -> None:
    class Own(View):
        def head(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse("")

        def options(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse("")

    assert objects([path("a", Own.as_view())])[0]["methods"] == ["HEAD", "OPTIONS"]


def test_actions_of_a_viewset_are_shown_beside_their_methods() -> None:
    router = SimpleRouter()
    router.register("users", Users, basename="user")
    first, second, third = objects(router.urls)
    assert (first["route"], first["methods"], first["actions"]) == ("/users/", ["GET"], {"GET": "list"})
    assert (second["actions"], second["policy"], second["from"]) == ({"POST": "create"}, None, "the view")
    assert (third["route"], third["actions"], third["name"]) == ("/users/<pk>/ban/", {"POST": "ban"}, "user-ban")
    assert {row["view"] for row in (first, second, third)} == {f"{__name__}.Users"}
    assert "GET:list" in run(router.urls, CORS_POLICY=Policy(allow_origins=[APP]))


def test_a_view_of_api_view_has_the_name_of_its_function() -> None:
    assert objects([path("items", items)])[0]["view"] == f"{__name__}.items"


def test_included_routes_have_their_prefix_and_their_namespace() -> None:
    inner = [path("<int:id>/", view, name="order"), path("", include(([path("all", view, name="all")], "deep")))]
    rows = objects([path("shop/", include((inner, "shop"))), path("x/", include([path("y", view, name="y")]))])
    assert [(row["route"], row["name"]) for row in rows] == [
        ("/shop/<int:id>/", "shop:order"),
        ("/shop/all", "shop:deep:all"),
        ("/x/y", "y"),
    ]


def test_a_regular_expression_is_shown_in_a_readable_form() -> None:
    patterns = [re_path(r"^articles/(?P<year>[0-9]{4})/([0-9]+)/$", view), re_path(r"^a\.json$", view)]
    policies = by_path({"/articles": Policy(allow_origins=[SHOP]), "/a.json": Policy(allow_origins=[APP])})
    first, second = objects(patterns, CORS_POLICY=policies)
    assert (first["route"], allowed(first)) == ("/articles/<year>/<var>/", [SHOP])
    assert (second["route"], allowed(second)) == ("/a.json", [APP])


def test_a_route_with_a_language_is_shown_under_it() -> None:
    assert [row["route"] for row in objects(i18n_patterns(path("a", view)), LANGUAGE_CODE="de")] == ["/de/a"]


def test_a_variable_is_looked_up_under_its_own_name() -> None:
    policies = by_path({"/users/id": Policy(allow_origins=[SHOP]), "/": Policy(allow_origins=[APP])})
    assert allowed(objects([path("users/<int:id>/edit", view)], CORS_POLICY=policies)[0]) == [SHOP]


def test_another_urlconf_is_shown_when_asked_for() -> None:
    sys.modules["urls_of_mine"] = urlconf = ModuleType("urls_of_mine")
    urlconf.urlpatterns = [path("b", view)]  # type: ignore[attr-defined]
    try:
        assert [row["route"] for row in objects([path("a", view)], "--urlconf=urls_of_mine")] == ["/b"]
    finally:
        del sys.modules["urls_of_mine"]
    with pytest.raises(CommandError, match="nowhere"):
        run([path("a", view)], "--urlconf=nowhere.urls")


def test_policies_by_host_are_shown_for_a_host() -> None:
    policies = by_host({"a.example.com": Policy(allow_origins=[APP]), "b.example.com": Policy(allow_origins=[SHOP])})
    patterns, settings = [path("a", view)], {"CORS_POLICY": policies, "ALLOWED_HOSTS": ["*"]}
    assert allowed(objects(patterns, **settings)[0]) == []
    assert allowed(objects(patterns, "--host=b.example.com", **settings)[0]) == [SHOP]
    settings["ALLOWED_HOSTS"] = ["*", "a.example.com"]
    assert allowed(objects(patterns, **settings)[0]) == [APP]


def test_the_settings_of_django_cors_headers_are_shown() -> None:
    settings = {"CORS_POLICY": None, "CORS_ORIGIN_WHITELIST": [APP], "CORS_URLS_REGEX": "^/api/"}
    rows = objects([path("api/a", view), path("b", view)], **settings)
    assert [allowed(row) for row in rows] == [[APP], None]


def test_receivers_are_not_asked() -> None:
    def receiver(**_: Any) -> bool:
        raise LookupError

    check_request_enabled.connect(receiver)
    try:
        assert allowed(objects([path("a", view)], CORS_POLICY=None, CORS_ALLOWED_ORIGINS=[APP])[0]) == [APP]
    finally:
        check_request_enabled.disconnect(receiver)


def test_a_selector_that_has_to_be_awaited_is_awaited() -> None:
    async def select(request: Request) -> Policy:
        return Policy(allow_origins=[SHOP])

    assert allowed(objects([path("a", view)], CORS_POLICY=select)[0]) == [SHOP]


def test_a_selector_sees_a_request_of_django() -> None:
    def select(request: Any) -> Policy:
        assert isinstance(request.raw, HttpRequest)
        return Policy(allow_origins=[f"https://{request.raw.method.lower()}.example.com"])

    rows = objects([path("a", items)], CORS_POLICY=select)
    assert [allowed(row) for row in rows] == [["https://get.example.com"], ["https://post.example.com"]]


def test_a_selector_that_raises_is_shown_as_what_a_request_would_meet() -> None:
    def broken(request: Request) -> Policy:
        raise LookupError

    [row] = objects([path("a", view)], CORS_POLICY=broken)
    assert (allowed(row), row["from"]) == ([], "the settings, whose selector raised LookupError")


def test_a_project_without_any_policy_is_told_what_to_write() -> None:
    [line] = run([path("a", view)], CORS_POLICY=by_path({"/b": Policy(allow_origins=[APP])})).splitlines()
    assert "write CORS_POLICY" in line


@pytest.mark.parametrize(
    ("patterns", "settings"),
    [
        pytest.param([], {"CORS_ALLOW_METHODS": ["a b"], "CORS_ALLOW_HEADERS": ["c d"]}, id="settings"),
        pytest.param([path("a", type("Wrong", (View,), {"cors_policy": APP}).as_view())], {}, id="views"),
    ],
)
def test_a_wrong_configuration_is_told_in_its_sentences(patterns: list[Any], settings: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match=r"problems? in the CORS configuration:\n  \* ") as raised:
        run(patterns, **settings)
    assert str(raised.value).count("  * ") == (len(settings) or 1)


SETTINGS = """
SECRET_KEY = "the tests' own"
INSTALLED_APPS = ["cors_django"]
MIDDLEWARE = ["cors_django.middleware.CorsMiddleware"]
ROOT_URLCONF = "urls_of_mine"
CORS_ALLOWED_ORIGINS = ["https://App.example.com"]
CORS_ALLOW_HEADERS = {headers}
"""
URLS = """
from django.urls import path
urlpatterns = [path("b\\u00fccher/<titel>", print)]
"""

Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def manage(tmp_path: Path) -> Manage:
    def run(*arguments: str, headers: str = "[]", **environ: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "settings_of_mine.py").write_text(SETTINGS.format(headers=headers), encoding="utf-8")
        (tmp_path / "urls_of_mine.py").write_text(URLS, encoding="utf-8")
        paths = f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}"
        given = {"DJANGO_SETTINGS_MODULE": "settings_of_mine", "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-W", "error", "-m", "django", "cors", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, **given, **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_the_command_is_one_of_manage_py(manage: Manage) -> None:
    done = manage("routes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].split()[:2] == ["/bücher/<titel>", "any"]
    assert json.loads(manage("routes", "--format=json").stdout)[0]["route"] == "/bücher/<titel>"


def test_a_terminal_without_the_letters_gets_them_escaped(manage: Manage) -> None:
    done = manage("routes", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"/b\xfccher/<titel>" in done.stdout


def test_a_wrong_setting_is_told_without_a_traceback(manage: Manage) -> None:
    done = manage("routes", headers="['a b']")
    assert done.returncode == 1
    assert "CommandError: 1 problem in the CORS configuration:" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_command_alone_says_what_it_has(manage: Manage) -> None:
    assert "routes" in manage().stderr
    assert "the policy of each URL pattern" in manage("--help").stdout
