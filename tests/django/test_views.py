"""Which policy a view has: its mark, its class's, the settings'; and that a preflight gets the one of the view it asks about."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, include, path
from django.utils.decorators import method_decorator
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import action, api_view
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from cors_core.testing import Browser, CORSError
from cors_django import Policy, cors_policy
from cors_django import views as resolving
from tests.django.asking import ACAO, ADMIN, APP, BOTH, EVIL, Ask, get, passes, preflight, project, reads

OURS = "cors_django.middleware.CorsMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
LOCALE = "django.middleware.locale.LocaleMiddleware"
FOR_APP = Policy(allow_origins=[APP], allow_methods=["PUT", "DELETE"])
FOR_ADMIN = Policy(allow_origins=[ADMIN], allow_methods=["PUT", "DELETE"])
FOR_ALL = Policy(allow_origins="*", allow_methods=["PUT"])

both = pytest.mark.parametrize("ask", BOTH.values(), ids=BOTH)


def view(request: Any, **_: object) -> HttpResponse:
    return HttpResponse("tea")


def logged_in(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=401)

    return wrapper


def fresh() -> Callable[..., Any]:
    return lambda request, **_: view(request)


class ByDecorator(View):
    def get(self, request: Any) -> HttpResponse:
        return view(request)

    @cors_policy(FOR_ADMIN)
    def delete(self, request: Any) -> HttpResponse:
        return view(request)


class Shared:
    cors_policy = FOR_ADMIN


class ByMixin(Shared, View):
    def put(self, request: Any) -> HttpResponse:
        return view(request)


@method_decorator(cors_policy(FOR_ADMIN), name="dispatch")
class ByDispatch(View):
    def put(self, request: Any) -> HttpResponse:
        return view(request)


@cors_policy(FOR_ADMIN)
class ByClass(View):
    def put(self, request: Any) -> HttpResponse:
        return view(request)


class ByAttribute(APIView):
    authentication_classes = ()
    permission_classes = ()
    cors_policy = FOR_ADMIN

    def put(self, request: Any) -> Response:
        return Response("tea")


@cors_policy(FOR_ADMIN)
@api_view(["PUT"])
def by_function(request: Any) -> Response:
    return Response("tea")


@api_view(["PUT"])
@cors_policy(FOR_ADMIN)
def below_api_view(request: Any) -> Response:
    return Response("tea")


class Called:
    """A view that is an object."""

    cors_policy = FOR_ADMIN

    def __call__(self, request: Any) -> HttpResponse:
        return view(request)

    __hash__ = None  # type: ignore[assignment]


class Inheriting(ByDecorator):
    cors_policy = FOR_ADMIN


class Unmarked(ByMixin):
    def put(self, request: Any) -> HttpResponse:
        return view(request)


class Finding(View):
    http_method_names = ("get", "propfind")

    @cors_policy(None)
    def propfind(self, request: Any) -> HttpResponse:
        return view(request)


class Things(ViewSet):
    authentication_classes = ()
    permission_classes = ()

    def list(self, request: Any) -> Response:
        return Response([])

    @cors_policy(FOR_ADMIN)
    def destroy(self, request: Any, pk: str) -> Response:
        return Response(status=204)

    def update(self, request: Any, pk: str) -> Response:
        return Response({})

    @action(detail=True, methods=["put"])
    @cors_policy(FOR_ALL)
    def publish(self, request: Any, pk: str) -> Response:
        return Response({})


ROUTER = SimpleRouter()
ROUTER.register("things", Things, basename="things")

URLS = [
    path("marked", cors_policy(FOR_ADMIN)(fresh())),
    path("below", logged_in(cors_policy(FOR_ADMIN)(fresh()))),
    path("above", cors_policy(FOR_ADMIN)(logged_in(fresh()))),
    path("exempt", csrf_exempt(cors_policy(FOR_ADMIN)(fresh()))),
    path("mixin", ByMixin.as_view()),
    path("dispatch", ByDispatch.as_view()),
    path("class", ByClass.as_view()),
    path("drf", ByAttribute.as_view()),
    path("drf-function", by_function),
    path("below-api-view", below_api_view),
    path("called", Called()),
    path("partial", functools.partial(cors_policy(FOR_ADMIN)(fresh()), extra=1)),
    path("inheriting", Inheriting.as_view()),
    path("unmarked", Unmarked.as_view()),
    path("given", ByMixin.as_view(cors_policy=FOR_ADMIN)),
    path("slash/", cors_policy(FOR_ADMIN)(fresh())),
    path("deep/", include([path("down/", include([path("marked", cors_policy(FOR_ADMIN)(fresh()))]))])),
    path("methods", ByDecorator.as_view()),
    path("none", cors_policy(None)(fresh())),
    path("", include(ROUTER.urls)),
    path("bare", view),
]

MARKED = (
    *("marked", "below", "above", "exempt", "mixin", "dispatch", "class", "drf", "drf-function", "deep/down/marked"),
    *("below-api-view", "called", "partial", "inheriting", "unmarked", "given"),
)


@both
@pytest.mark.parametrize("marked", MARKED)
def test_a_view_has_its_own_policy(ask: Ask, marked: str) -> None:
    with project(URLS, CORS_POLICY=FOR_APP):
        assert (reads(ask, f"/{marked}", ADMIN, "PUT"), reads(ask, f"/{marked}", APP, "PUT")) == (True, False)
        assert (passes(ask, f"/{marked}", origin=ADMIN), passes(ask, f"/{marked}")) == (True, False)
        assert (reads(ask, "/bare"), passes(ask, "/bare"), reads(ask, "/bare", ADMIN)) == (True, True, False)


@both
def test_none_exempts_a_view(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=FOR_APP):
        for answer in (get(ask, "/none"), preflight(ask, "/none")):
            assert (answer.content, ACAO in answer.headers, "Vary" in answer.headers) == (b"tea", False, False)


@both
def test_a_preflight_is_resolved_for_the_method_it_asks_about(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=FOR_APP):
        assert [passes(ask, "/methods", method) for method in ("GET", "DELETE")] == [True, False]
        assert [passes(ask, "/methods", method, ADMIN) for method in ("GET", "DELETE")] == [False, True]
        assert [reads(ask, "/methods", ADMIN, method) for method in ("GET", "HEAD", "DELETE")] == [False, False, True]


@both
def test_the_actions_of_a_viewset_have_their_own_policies(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=FOR_APP):
        assert [passes(ask, "/things/1/", method) for method in ("PUT", "DELETE")] == [True, False]
        assert [passes(ask, "/things/1/", method, ADMIN) for method in ("PUT", "DELETE")] == [False, True]
        assert (passes(ask, "/things/1/publish/", origin=EVIL), reads(ask, "/things/1/publish/", EVIL, "PUT")) == (
            True,
            True,
        )
        assert (reads(ask, "/things/"), reads(ask, "/things/", ADMIN)) == (True, False)


@both
def test_a_missing_slash_is_followed_as_common_middleware_does(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=FOR_APP, MIDDLEWARE=[OURS, COMMON]):
        assert (passes(ask, "/slash", origin=ADMIN), passes(ask, "/slash")) == (True, False)
        redirected = get(ask, "/slash", ADMIN)
        assert (redirected.status_code, redirected.headers[ACAO]) == (301, ADMIN)
    with project(URLS, CORS_POLICY=FOR_APP, MIDDLEWARE=[OURS, COMMON], APPEND_SLASH=False):
        assert (passes(ask, "/slash", origin=ADMIN), passes(ask, "/slash")) == (False, True)


@both
def test_an_unknown_url_falls_to_the_settings(ask: Ask) -> None:
    with project(URLS, CORS_POLICY={"/api": FOR_ADMIN, "/": FOR_APP}):
        assert (passes(ask, "/api/x", origin=ADMIN), passes(ask, "/x"), passes(ask, "/x", origin=ADMIN)) == (
            True,
            True,
            False,
        )
        assert (reads(ask, "/api/x", ADMIN), reads(ask, "/x")) == (True, True)


@both
@pytest.mark.parametrize("default", [True, False], ids=["every language has a prefix", "all but the default"])
def test_a_language_prefix_is_honoured(ask: Ask, default: bool) -> None:
    patterns = i18n_patterns(path("marked", cors_policy(FOR_ADMIN)(fresh())), prefix_default_language=default)
    languages = [("en", "English"), ("de", "Deutsch")]
    with project(
        patterns, CORS_POLICY=FOR_APP, MIDDLEWARE=[OURS, LOCALE], USE_I18N=True, LANGUAGES=languages, LANGUAGE_CODE="en"
    ):
        for found in ("/de/marked", "/en/marked" if default else "/marked"):
            assert (passes(ask, found, origin=ADMIN), passes(ask, found)) == (True, False), found
            assert (reads(ask, found, ADMIN), reads(ask, found)) == (True, False), found


@both
def test_enforce_on_one_view_blocks_before_it_runs(ask: Ask) -> None:
    ran: list[str] = []

    def careful(request: Any) -> HttpResponse:
        ran.append(request.path)
        return HttpResponse()

    patterns = [path("admin", cors_policy(Policy(allow_origins=[ADMIN], enforce="all"))(careful)), path("", view)]
    with project(patterns, CORS_POLICY=FOR_APP):
        assert (get(ask, "/admin", EVIL).status_code, get(ask, "/", EVIL).status_code, ran) == (403, 200, [])
        assert (reads(ask, "/admin", ADMIN), ran) == (True, ["/admin"])


@both
@pytest.mark.parametrize("method", ["PUT", "put", "", "P U T", "__class__", "dispatch", "x" * 5000])
def test_whatever_a_preflight_asks_about_is_resolved_without_an_exception(ask: Ask, method: str) -> None:
    with project(URLS, CORS_POLICY=FOR_APP):
        for asked in ("/methods", "/things/1/", "/marked"):
            assert preflight(ask, asked, method, ADMIN).status_code in (204, 403)


def test_an_attribute_that_is_no_policy_stops_every_request(caplog: pytest.LogCaptureFixture) -> None:
    class Wrong(View):
        cors_policy = "https://app.example.com"

    with project([path("wrong", Wrong.as_view()), path("", view)], CORS_POLICY=FOR_APP):
        assert BOTH["sync"]("GET", "/", {}).status_code == 500
    assert "Wrong.cors_policy" in caplog.text


def test_without_marks_nothing_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    with project([path("", view)], CORS_POLICY=FOR_APP):
        assert reads(BOTH["sync"])
        monkeypatch.setattr(resolving, "resolved", None)
        assert (passes(BOTH["sync"]), reads(BOTH["sync"])) == (True, True)


@both
def test_a_subclass_that_exempts_itself_beats_the_marks_that_it_inherits(ask: Ask) -> None:
    class Exempt(ByDecorator):
        cors_policy = None

    @cors_policy(None)
    class Decorated(ByDecorator):
        pass

    with project([path("a", Exempt.as_view()), path("b", Decorated.as_view())], CORS_POLICY=FOR_APP):
        for asked in ("/a", "/b"):
            assert (reads(ask, asked, ADMIN, "DELETE"), passes(ask, asked, "DELETE", ADMIN)) == (False, False), asked


@both
def test_a_mark_on_an_unusual_method_counts(ask: Ask) -> None:
    with project([path("", Finding.as_view())], CORS_POLICY=Policy(allow_origins=[APP], allow_methods=["PROPFIND"])):
        assert (passes(ask, "/", "PROPFIND"), reads(ask, "/", APP, "PROPFIND"), reads(ask)) == (False, False, True)


@both
def test_a_preflight_lists_no_method_that_comes_to_another_policy(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=FOR_APP):
        listed = preflight(ask, "/things/1/", "PUT").headers["Access-Control-Allow-Methods"]
        assert listed == "PUT, GET, HEAD, POST"
        assert preflight(ask, "/bare", "PUT").headers["Access-Control-Allow-Methods"] == "PUT, DELETE, GET, HEAD, POST"
    with project(URLS, CORS_POLICY=Policy(allow_origins=[APP], allow_methods="*")):
        listed = preflight(ask, "/things/1/", "PUT").headers["Access-Control-Allow-Methods"]
        assert "DELETE" not in listed.split(", ")
        assert "PATCH" in listed.split(", ")


def test_what_a_browser_has_kept_of_one_method_opens_no_other() -> None:
    ran: list[str] = []

    class Careful(View):
        def put(self, request: Any) -> HttpResponse:
            ran.append("put")
            return HttpResponse()

        @cors_policy(None)
        def delete(self, request: Any) -> HttpResponse:
            ran.append("delete")
            return HttpResponse()

    from django.core.handlers.wsgi import WSGIHandler

    with project([path("", Careful.as_view())], CORS_POLICY=FOR_APP):
        page = Browser(WSGIHandler(), at="https://api.example.org").open(APP)
        assert page.fetch("https://api.example.org/", method="PUT").ok
        with pytest.raises(CORSError):
            page.fetch("https://api.example.org/", method="DELETE")
    assert ran == ["put"]


@both
def test_a_translated_url_has_the_policy_of_its_view_in_every_language(ask: Ask) -> None:
    languages = [("en", "English"), ("de", "Deutsch")]

    def lazily() -> str:
        return {"de": "gekennzeichnet"}.get(get_language() or "", "marked")

    patterns = [path(lazy(lazily, str)(), cors_policy(FOR_ADMIN)(fresh()))]
    with project(patterns, CORS_POLICY=FOR_APP, MIDDLEWARE=[OURS, LOCALE], USE_I18N=True, LANGUAGES=languages):
        for found in ("/marked", "/gekennzeichnet"):
            assert (passes(ask, found, origin=ADMIN), passes(ask, found)) == (True, False), found


def test_an_asynchronous_selector_does_not_beat_a_mark() -> None:
    async def select(request: Any) -> Policy:
        return Policy(allow_origins=[APP], allow_methods=["PUT"])

    with project(URLS, CORS_POLICY=select):
        ask = BOTH["async"]
        assert (reads(ask, "/none"), reads(ask, "/bare"), passes(ask, "/bare"), passes(ask, "/none")) == (
            False,
            True,
            True,
            False,
        )


def test_urls_that_are_loaded_anew_are_looked_at_anew() -> None:
    urlconf = types.ModuleType("urls")
    urlconf.urlpatterns = [path("", view)]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urlconf, CORS_POLICY=FOR_APP):
        assert reads(BOTH["sync"])
        urlconf.urlpatterns = [path("", cors_policy(None)(fresh()))]  # type: ignore[attr-defined]
        clear_url_caches()
        assert not reads(BOTH["sync"])


def test_a_view_whose_predicate_nothing_can_await_refuses_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    async def known(origin: str) -> bool:
        return True

    patterns = [path("a", cors_policy(Policy(allow_origins=[known]))(fresh())), path("b", view)]
    with project(patterns, CORS_POLICY=FOR_APP):
        assert (reads(BOTH["sync"], "/a"), reads(BOTH["sync"], "/b")) == (False, True)
    assert "asynchronous" in caplog.text
