"""The system checks: what is told before the first request, under which number, and what to write instead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.components import require

require("django")
require("re2")
require("rest_framework")
require("corsheaders")

from corsheaders.checks import check_settings as their_check_settings  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.checks import CheckMessage, run_checks  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.common import CommonMiddleware  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.views import View  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402

from cors_django import Policy, by_path, cors_policy  # noqa: E402
from cors_django.checks import check_settings  # noqa: E402
from cors_django.middleware import CorsMiddleware  # noqa: E402
from cors_django.signals import check_request_enabled  # noqa: E402

APP, SHOP = "https://app.example.com", "https://shop.example.net"
OURS = "cors_django.middleware.CorsMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
LOGIN = "django.contrib.auth.middleware.LoginRequiredMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


def messages(*, deploy: bool = False, **given: Any) -> list[CheckMessage]:
    """What Django's own checks find of ours."""
    with override_settings(**given):
        found = run_checks(tags=["security"], include_deployment_checks=deploy)
    return [message for message in found if message.id.startswith("cors_django.")]


def numbers(**settings: Any) -> list[str]:
    return [message.id.removeprefix("cors_django.") for message in messages(**settings)]


def only(**settings: Any) -> CheckMessage:
    [message] = messages(**settings)
    return message


def credentialed(*entries: Any, **options: Any) -> Policy:
    return Policy(allow_origins=entries, allow_credentials=True, **options)


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def urls(*views: Any) -> ModuleType:
    """A URLconf."""
    urlconf = ModuleType("urls")
    urlconf.urlpatterns = [path(f"{number}/", each) for number, each in enumerate(views)]  # type: ignore[attr-defined]
    return urlconf


def test_the_example_of_the_documentation_is_fine() -> None:
    assert numbers(CORS_POLICY=Policy(allow_origins=[APP])) == []
    assert numbers(CORS_ALLOWED_ORIGINS=[APP], CORS_ALLOW_CREDENTIALS=True, deploy=True) == []


# The settings of django-cors-headers


WRONG = [
    pytest.param({"CORS_ALLOW_HEADERS": None}, ["E001"], id="headers"),
    pytest.param({"CORS_ALLOW_HEADERS": [1]}, ["E001"], id="headers, a number"),
    pytest.param({"CORS_ALLOW_METHODS": object}, ["E002"], id="methods"),
    pytest.param({"CORS_ALLOW_METHODS": [None]}, ["E002"], id="methods, none"),
    pytest.param({"CORS_ALLOW_CREDENTIALS": "False"}, ["E003"], id="credentials, text"),
    pytest.param({"CORS_ALLOW_CREDENTIALS": None}, ["E003"], id="credentials, none"),
    pytest.param({"CORS_PREFLIGHT_MAX_AGE": "10"}, ["E004"], id="age, text"),
    pytest.param({"CORS_PREFLIGHT_MAX_AGE": -1}, ["E004"], id="age, negative"),
    pytest.param({"CORS_ALLOW_ALL_ORIGINS": 1}, ["E005"], id="everyone"),
    pytest.param({"CORS_ORIGIN_ALLOW_ALL": "no"}, ["E005"], id="everyone, old name"),
    pytest.param({"CORS_ALLOWED_ORIGINS": 3}, ["E006"], id="origins"),
    pytest.param({"CORS_ORIGIN_WHITELIST": [b"https://a.com"]}, ["E006"], id="origins, old name, bytes"),
    pytest.param({"CORS_ALLOWED_ORIGIN_REGEXES": [3]}, ["E007"], id="regular expressions"),
    pytest.param({"CORS_ORIGIN_REGEX_WHITELIST": None}, ["E007"], id="regular expressions, old name"),
    pytest.param({"CORS_EXPOSE_HEADERS": 3}, ["E008"], id="exposed"),
    pytest.param({"CORS_URLS_REGEX": 3}, ["E009"], id="paths"),
    pytest.param({"CORS_MODEL": "shop.Origin"}, ["E012"], id="a model"),
    pytest.param({"CORS_ALLOWED_ORIGINS": ["app.example.com"]}, ["E013"], id="no scheme"),
    pytest.param({"CORS_ALLOWED_ORIGINS": ["https://"]}, ["E013"], id="no host"),
    pytest.param({"CORS_ALLOWED_ORIGINS": ["*"]}, ["E013"], id="a star"),
    pytest.param({"CORS_ORIGIN_WHITELIST": [f"{APP}/"]}, ["E014"], id="a slash"),
    pytest.param({"CORS_ALLOWED_ORIGINS": [f"{APP}/shop"]}, ["E014"], id="a path"),
    pytest.param({"CORS_ALLOWED_ORIGINS": [f"{APP}?a"]}, ["E014"], id="a query"),
    pytest.param({"CORS_ALLOWED_ORIGINS": [f"{APP}#a"]}, ["E014"], id="a fragment"),
    pytest.param({"CORS_ALLOW_PRIVATE_NETWORK": "yes"}, ["E015"], id="private network"),
    pytest.param(
        {"CORS_ALLOW_HEADERS": None, "CORS_ALLOWED_ORIGINS": ["a.com", APP + "/"], "CORS_URLS_REGEX": None},
        ["E001", "E009", "E013", "E014"],
        id="several",
    ),
]


@pytest.mark.parametrize(("settings", "expected"), WRONG)
def test_what_django_cors_headers_refuses_has_the_same_number_here(
    settings: dict[str, Any], expected: list[str]
) -> None:
    with override_settings(**settings):
        reference = {message.id.removeprefix("corsheaders.") for message in their_check_settings()}
    assert sorted(numbers(**settings)) == expected
    assert reference == set(expected)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"CORS_ALLOW_CREDENTIALS": [APP], "CORS_ALLOWED_ORIGINS": [APP]}, id="credentials for some"),
        pytest.param({"CORS_ALLOWED_ORIGINS": {APP}}, id="a set of origins"),
        pytest.param({"CORS_ALLOW_HEADERS": dict.fromkeys(["x-a"]).keys()}, id="any iterable"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": None}, id="no age"),
    ],
)
def test_what_our_settings_take_beyond_is_no_error(settings: dict[str, Any]) -> None:
    assert numbers(**settings) == []


@pytest.mark.parametrize(
    ("settings", "number"),
    [
        pytest.param({"CORS_ALLOW_METHODS": "GET"}, "E002", id="methods, a string"),
        pytest.param({"CORS_ALLOWED_ORIGINS": APP}, "E006", id="origins, a string"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": True}, "E004", id="age, a truth value"),
        pytest.param({"CORS_ALLOW_METHODS": (name for name in ["PUT"])}, "E002", id="methods, an iterator"),
    ],
)
def test_what_else_is_of_the_wrong_type_has_the_number_of_its_setting(settings: dict[str, Any], number: str) -> None:
    assert numbers(**settings) == [number]


@pytest.mark.parametrize("origin", ["null", "file://"])
def test_origins_of_no_tuple_are_told_of_as_the_settings_are_read(origin: str) -> None:
    message = only(CORS_ALLOWED_ORIGINS=[APP, origin])
    assert message.id == "cors_django.W033"
    assert repr(origin) in message.msg


def test_an_origin_that_is_no_url_at_all_is_a_warning() -> None:
    assert numbers(CORS_ALLOWED_ORIGINS=["http://["]) == ["W033"]


@pytest.mark.parametrize(
    ("origin", "hint"),
    [
        pytest.param("app.example.com", f"Write {APP!r}.", id="scheme"),
        pytest.param(f"{APP}/shop", f"Write {APP!r}.", id="path"),
        pytest.param("*", "Write CORS_ALLOW_ALL_ORIGINS = True, if everyone is meant.", id="star"),
    ],
)
def test_a_hint_says_what_to_write(origin: str, hint: str) -> None:
    assert only(CORS_ALLOWED_ORIGINS=[origin]).hint == hint


def test_a_message_has_the_name_that_is_set() -> None:
    assert only(CORS_ORIGIN_WHITELIST=["a.com"]).msg.startswith("CORS_ORIGIN_WHITELIST: 'a.com' has no scheme")


def test_a_setting_that_is_gone_has_a_number_of_its_own() -> None:
    message = only(CORS_REPLACE_HTTPS_REFERER=True)
    assert message.id == "cors_django.E022"
    assert "csrf_trusted_origins" in message.hint


def test_what_a_setting_means_now_is_a_warning() -> None:
    message = only(CORS_ALLOWED_ORIGINS=["https://App.example.com"])
    assert message.id == "cors_django.W033"
    assert "'https://app.example.com'" in message.msg


def test_a_warning_ends_with_what_to_write() -> None:
    message = only(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://app\.example\.com"])
    assert message.id == "cors_django.W033"
    assert message.hint.startswith("End it with '$'")


def test_a_setting_that_is_nearly_one_of_ours_is_told() -> None:
    message = only(CORS_ALOWED_ORIGINS=[APP])
    assert (message.id, message.hint) == ("cors_django.W033", "Did you mean CORS_ALLOWED_ORIGINS?")


def test_the_function_has_the_name_and_the_signature_of_django_cors_headers() -> None:
    with override_settings(CORS_ALLOW_METHODS=1):
        assert [message.id for message in check_settings(app_configs=None, databases=None)] == ["cors_django.E002"]


# The problems of the core


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        pytest.param(
            {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": True},
            "wildcard-with-credentials",
            "every site could act as your user",
            id="everyone with credentials",
        ),
        pytest.param({"CORS_ALLOW_METHODS": ["a b"]}, "not-a-token", "is no HTTP method", id="token"),
        pytest.param({"CORS_ALLOWED_ORIGIN_REGEXES": ["["]}, "not-a-regex", "does not compile", id="expression"),
        pytest.param({"CORS_POLICY": 3}, "wrong-type", "is no policy", id="no policy"),
        pytest.param({"CORS_POLICY": "shop.nowhere"}, "not-importable", "does not import", id="no module"),
        pytest.param({"CORS_POLICY": {"api": None}}, "path-key", "begins with a slash", id="a path"),
        pytest.param(
            {"CORS_POLICY": Policy(allow_origins=[APP]), "CORS_ALLOWED_ORIGINS": [APP]},
            "two-policies",
            "is set beside CORS_ALLOWED_ORIGINS",
            id="two policies",
        ),
        pytest.param({"CORS_OBSERVE": "shop.nowhere"}, "not-importable", "CORS_OBSERVE", id="observer"),
    ],
)
def test_a_problem_is_an_error_with_its_code(settings: dict[str, Any], code: str, words: str) -> None:
    message = only(**settings)
    assert message.id == "cors_django.E020"
    assert message.msg.endswith(f"[{code}].")
    assert words in message.msg
    assert message.hint


def test_every_problem_is_told_and_each_once() -> None:
    settings = {"CORS_ALLOW_METHODS": ["a b", "c d"], "CORS_EXPOSE_HEADERS": ["e f"], "CORS_ALLOWED_ORIGINS": ["a.com"]}
    assert sorted(numbers(**settings)) == ["E013", "E020", "E020", "E020"]


def test_a_class_attribute_that_is_no_policy_is_told() -> None:
    class Orders(View):
        cors_policy = "https://app.example.com"

    message = only(ROOT_URLCONF=urls(Orders.as_view()))
    assert message.id == "cors_django.E020"
    assert "Orders.cors_policy" in message.msg


def test_a_project_without_urls_is_checked_too() -> None:
    with override_settings():
        del settings.ROOT_URLCONF
        assert numbers(CORS_POLICY=3) == ["E020"]
        assert numbers(CORS_POLICY=Policy(allow_origins=[APP])) == []


def test_django_cors_headers_beside_us_is_an_error() -> None:
    message = only(INSTALLED_APPS=[*settings.INSTALLED_APPS, "corsheaders"])
    assert (message.id, message.hint) == ("cors_django.E021", "Leave it out.")
    assert numbers(MIDDLEWARE=["corsheaders.middleware.CorsMiddleware", OURS]) == ["E021"]


# Views


def view_of_its_own() -> Any:
    def orders(request: HttpRequest) -> HttpResponse:
        return HttpResponse("")

    return orders


def test_a_mark_above_api_view_is_seen() -> None:
    marked = cors_policy(Policy(allow_origins=[APP]))(api_view(["GET"])(view_of_its_own()))
    assert numbers(ROOT_URLCONF=urls(marked, api_view(["POST"])(view_of_its_own()), View.as_view())) == []


# MIDDLEWARE


def above(*middleware: str, **settings: Any) -> list[CheckMessage]:
    return messages(MIDDLEWARE=[*middleware, OURS], **settings)


def test_our_middleware_has_to_be_there() -> None:
    message = only(MIDDLEWARE=[COMMON])
    assert message.id == "cors_django.W030"
    assert message.hint == f"Write {OURS!r} first in MIDDLEWARE."


class Renamed(CorsMiddleware):
    """The project's own subclass."""


def test_a_middleware_made_of_ours_counts_as_ours() -> None:
    assert numbers(MIDDLEWARE=[f"{__name__}.Renamed", COMMON]) == []


@pytest.mark.parametrize(
    ("middleware", "settings", "words"),
    [
        pytest.param(SECURITY, {"SECURE_SSL_REDIRECT": True}, "every request, without end", id="https, a loop"),
        pytest.param(
            SECURITY,
            {"SECURE_SSL_REDIRECT": True, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
            "(SECURE_SSL_REDIRECT): a redirect is no ok status",
            id="https",
        ),
        pytest.param(COMMON, {}, "redirects a path without its slash", id="slash"),
        pytest.param(COMMON, {"APPEND_SLASH": False, "PREPEND_WWW": True}, "redirects to www", id="www"),
        pytest.param(
            COMMON,
            {"APPEND_SLASH": False, "DISALLOWED_USER_AGENTS": [re.compile("x")]},
            "403 has no CORS headers",
            id="user agents",
        ),
        pytest.param("django.middleware.locale.LocaleMiddleware", {}, "without its language", id="language"),
        pytest.param("django.middleware.cache.FetchFromCacheMiddleware", {}, "from the cache", id="cache"),
        pytest.param("django.middleware.cache.CacheMiddleware", {}, "from the cache", id="cache, both in one"),
        pytest.param("django.middleware.http.ConditionalGetMiddleware", {}, "304", id="conditional"),
        pytest.param("whitenoise.middleware.WhiteNoiseMiddleware", {}, "static files", id="whitenoise"),
        pytest.param(
            "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware", {}, "place of a 404", id="flatpages"
        ),
        pytest.param(
            "django.contrib.redirects.middleware.RedirectFallbackMiddleware", {}, "place of a 404", id="redirects"
        ),
        pytest.param("maintenance_mode.middleware.MaintenanceModeMiddleware", {}, "503", id="maintenance"),
    ],
)
def test_what_may_answer_early_and_stands_above_us_is_told(
    middleware: str, settings: dict[str, Any], words: str
) -> None:
    [message] = above(middleware, **settings)
    assert message.id == "cors_django.W031"
    assert message.msg.startswith(f"{middleware} stands above {OURS} and ")
    assert words in message.msg
    assert "CORS error" in message.msg
    assert message.hint.startswith(f"Write {OURS!r} first in MIDDLEWARE")
    assert messages(MIDDLEWARE=[OURS, middleware], **settings) == []


def test_a_loop_has_a_remedy_of_its_own() -> None:
    [message] = above(SECURITY, SECURE_SSL_REDIRECT=True)
    assert "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')" in message.hint


@pytest.mark.parametrize(
    ("middleware", "settings"),
    [
        pytest.param(SECURITY, {}, id="security, without redirects"),
        pytest.param(COMMON, {"APPEND_SLASH": False}, id="common, without redirects"),
        pytest.param("django.middleware.locale.LocaleMiddleware", {"USE_I18N": False}, id="one language"),
        pytest.param("django.middleware.gzip.GZipMiddleware", {}, id="gzip"),
        pytest.param("django.middleware.cache.UpdateCacheMiddleware", {}, id="cache, which keeps our headers"),
        pytest.param(SESSIONS, {}, id="sessions"),
        pytest.param(CSRF, {}, id="CSRF, which answers further in"),
        pytest.param("shop.nowhere.Middleware", {}, id="one that does not import"),
    ],
)
def test_what_does_not_answer_early_may_stand_above_us(middleware: str, settings: dict[str, Any]) -> None:
    assert above(middleware, **settings) == []


class Slashes(CommonMiddleware):
    """The project's own subclass."""


def test_a_subclass_is_known_by_what_it_is_made_of() -> None:
    [message] = above(f"{__name__}.Slashes")
    assert message.msg.startswith(f"{__name__}.Slashes stands above")


def test_what_the_messages_say_of_the_browser_is_so() -> None:
    """A redirect to the slash, from above and from below us, as a page of another origin gets it."""
    with override_settings(CORS_POLICY=Policy(allow_origins=[APP]), ROOT_URLCONF=urls(view)):
        for middleware, allowed in (([COMMON, OURS], None), ([OURS, COMMON], APP)):
            with override_settings(MIDDLEWARE=middleware):
                response = Client().get("/0", headers={"Origin": APP})
            assert (response.status_code, response.get("Access-Control-Allow-Origin")) == (301, allowed)


@pytest.mark.parametrize(
    "middleware",
    [LOGIN, "stronghold.middleware.LoginRequiredMiddleware", "shop.auth.require_login", "shop.web.BasicAuthMiddleware"],
)
def test_whatever_asks_for_a_login_above_us_is_an_error(middleware: str) -> None:
    [message] = above(middleware)
    assert message.id == "cors_django.E023"
    assert "a preflight carries no cookies" in message.msg
    assert messages(MIDDLEWARE=[OURS, middleware]) == []


class Tenants:
    """Sets another URLconf, by way of a helper."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        self.route(request)
        return self.get_response(request)

    @staticmethod
    def route(request: Any) -> None:
        request.urlconf = "tests.django.urls"


def tenants(get_response: Any) -> Any:
    """The same, as a function."""

    def middleware(request: Any) -> Any:
        request.urlconf = "tests.django.urls"
        return get_response(request)

    return middleware


def versions(get_response: Any) -> Any:
    """A middleware that routes another path than the one that was asked for."""

    def middleware(request: Any) -> Any:
        request.path_info = request.path_info.removeprefix("/v1")
        return get_response(request)

    return middleware


class Reader:
    """Only looks."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        assert request.urlconf is None
        return self.get_response(request)


def test_a_middleware_below_that_only_looks_is_no_concern() -> None:
    assert messages(MIDDLEWARE=[OURS, f"{__name__}.Reader"]) == []


@pytest.mark.parametrize(
    "middleware",
    [
        f"{__name__}.Tenants",
        f"{__name__}.tenants",
        f"{__name__}.versions",
        "django_hosts.middleware.HostsRequestMiddleware",
        "django_tenants.middleware.main.TenantMainMiddleware",
    ],
)
def test_another_urlconf_set_below_us_is_told(middleware: str) -> None:
    message = only(MIDDLEWARE=[OURS, middleware])
    assert message.id == "cors_django.W032"
    assert message.msg.startswith(f"{middleware} sets request.urlconf or request.path_info and stands below {OURS}")
    assert above(middleware) == []


def test_django_s_own_middleware_sets_no_urlconf() -> None:
    own = [
        "django.middleware.locale.LocaleMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        SECURITY,
        SESSIONS,
        COMMON,
        CSRF,
    ]
    assert numbers(MIDDLEWARE=[OURS, *own]) == []


# Cookies


def cookies(policy: Policy, **settings: Any) -> list[CheckMessage]:
    given = {"MIDDLEWARE": [OURS, SESSIONS], "ALLOWED_HOSTS": ["api.example.com"], **settings}
    return messages(CORS_POLICY=policy, **given)


def test_a_session_that_stays_at_home_is_told() -> None:
    [message] = cookies(credentialed(SHOP))
    assert message.id == "cors_django.W035"
    assert message.msg == (
        f"SESSION_COOKIE_SAMESITE='Lax' keeps the cookie from requests of {SHOP!r}, another site than 'api.example.com'."
    )
    assert message.hint == "Write SESSION_COOKIE_SAMESITE='None' and SESSION_COOKIE_SECURE=True."


def test_the_cookie_against_forgery_is_told_of_by_its_own_names() -> None:
    settings = {"MIDDLEWARE": [OURS, CSRF], "CSRF_TRUSTED_ORIGINS": [SHOP], "CSRF_COOKIE_SAMESITE": "Strict"}
    [message] = cookies(credentialed(SHOP), **settings)
    assert message.id == "cors_django.W036"
    assert message.msg.startswith("CSRF_COOKIE_SAMESITE='Strict' keeps the cookie")
    assert cookies(credentialed(SHOP), CSRF_USE_SESSIONS=True, **settings) == []


@pytest.mark.parametrize(
    ("policy", "settings"),
    [
        pytest.param(credentialed(APP), {}, id="the same site"),
        pytest.param(Policy(allow_origins=[SHOP]), {}, id="no credentials"),
        pytest.param(credentialed(SHOP), {"ALLOWED_HOSTS": ["api.example.com", "api.example.net"]}, id="one of two"),
        pytest.param(credentialed(SHOP), {"ALLOWED_HOSTS": [".example.net"]}, id="below a domain"),
        pytest.param(credentialed(SHOP), {"ALLOWED_HOSTS": ["*", "api.example.com"]}, id="any name"),
        pytest.param(credentialed(SHOP), {"ALLOWED_HOSTS": []}, id="no name"),
        pytest.param(credentialed(SHOP), {"ALLOWED_HOSTS": [], "DEBUG": True}, id="development"),
        pytest.param(
            credentialed("http://localhost:3000"), {"ALLOWED_HOSTS": [], "DEBUG": True}, id="development, its own page"
        ),
        pytest.param(credentialed(SHOP), {"MIDDLEWARE": [OURS]}, id="no sessions"),
        pytest.param(
            credentialed(SHOP), {"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True}, id="SameSite=None"
        ),
        pytest.param(
            credentialed(APP),
            {"ALLOWED_HOSTS": [".example.com"], "SESSION_COOKIE_DOMAIN": "eu.example.com"},
            id="a domain below",
        ),
        pytest.param(
            credentialed(APP),
            {"ALLOWED_HOSTS": ["api.example.com", "api.example.net"], "SESSION_COOKIE_DOMAIN": "example.net"},
            id="a domain for one of two",
        ),
    ],
)
def test_nothing_is_said_of_cookies_that_travel(policy: Policy, settings: dict[str, Any]) -> None:
    assert cookies(policy, **settings) == []


def test_an_attribute_that_is_switched_off_is_lax() -> None:
    [message] = cookies(credentialed(SHOP), SESSION_COOKIE_SAMESITE=False)
    assert message.msg.startswith("SESSION_COOKIE_SAMESITE is not set, which means Lax")


def test_a_domain_that_covers_no_name_is_told() -> None:
    [message] = cookies(credentialed(APP), SESSION_COOKIE_DOMAIN="example.org")
    assert message.msg.startswith("SESSION_COOKIE_DOMAIN='example.org' does not cover 'api.example.com'")


def test_policies_of_paths_and_of_views_count() -> None:
    marked = cors_policy(credentialed("https://other.example.net"))(view_of_its_own())
    selector = by_path({"/api": credentialed(SHOP), "/open": Policy(allow_origins="*")})
    settings = {"MIDDLEWARE": [OURS, SESSIONS], "ALLOWED_HOSTS": ["api.example.com"], "ROOT_URLCONF": urls(marked)}
    found = messages(CORS_POLICY=selector, **settings)
    assert [message.id for message in found] == ["cors_django.W035"] * 2
    assert [SHOP in found[0].msg, "https://other.example.net" in found[1].msg] == [True, True]


# CSRF


def untrusted(policy: Any, *, hosts: tuple[str, ...] = ("*",), **settings: Any) -> list[CheckMessage]:
    return messages(MIDDLEWARE=[OURS, CSRF], CORS_POLICY=policy, ALLOWED_HOSTS=list(hosts), **settings)


def test_origins_that_django_does_not_believe_are_told() -> None:
    [message] = untrusted(credentialed(APP, SHOP), CSRF_TRUSTED_ORIGINS=[APP])
    assert message.id == "cors_django.W037"
    assert f"lacks {SHOP!r}, and" in message.msg
    assert message.hint == "Write CSRF_TRUSTED_ORIGINS = csrf_trusted_origins(CORS_POLICY)."


def test_without_a_policy_to_derive_them_from_the_list_there_is_is_named() -> None:
    settings = {"CORS_ALLOWED_ORIGINS": [SHOP], "CORS_ALLOW_CREDENTIALS": True, "CSRF_TRUSTED_ORIGINS": [APP]}
    message = only(MIDDLEWARE=[OURS, CSRF], **settings)
    assert message.hint == f"Write CSRF_TRUSTED_ORIGINS = [{APP!r}, *CORS_ALLOWED_ORIGINS]."
    settings["CORS_ALLOWED_ORIGINS"] = ["https://Shop.example.net"]  # which is another word for it
    hints = {message.id: message.hint for message in messages(MIDDLEWARE=[OURS, CSRF], **settings)}
    assert hints["cors_django.W037"] == f"Write CSRF_TRUSTED_ORIGINS = [{APP!r}, {SHOP!r}]."


def test_many_origins_are_counted() -> None:
    [message] = untrusted(credentialed(*(f"https://shop{number}.net" for number in range(5))))
    assert "'https://shop2.net' and 2 more, and pages" in message.msg


def test_the_policy_of_a_view_is_listed_too() -> None:
    marked = cors_policy(credentialed(SHOP))(view_of_its_own())
    [message] = untrusted(credentialed(APP), CSRF_TRUSTED_ORIGINS=[APP], ROOT_URLCONF=urls(marked))
    assert message.hint == f"Write CSRF_TRUSTED_ORIGINS = [{APP!r}, {SHOP!r}]."


@pytest.mark.parametrize(
    ("policy", "settings"),
    [
        pytest.param(credentialed(APP), {"CSRF_TRUSTED_ORIGINS": ["https://*.example.com"]}, id="a wildcard"),
        pytest.param(
            credentialed("https://*.a.example.com"),
            {"CSRF_TRUSTED_ORIGINS": ["https://*.example.com"]},
            id="a wider one",
        ),
        pytest.param(Policy(allow_origins=[APP]), {}, id="no credentials"),
        pytest.param(credentialed(APP), {"hosts": ("app.example.com",)}, id="our own origin"),
        pytest.param(credentialed(re.compile(r"https://[a-z]+\.example\.com")), {}, id="what Django cannot spell"),
        pytest.param(Policy(allow_origins="*", allow_credentials=[APP]), {"CSRF_TRUSTED_ORIGINS": [APP]}, id="some"),
    ],
)
def test_nothing_is_said_of_origins_that_django_believes(policy: Policy, settings: dict[str, Any]) -> None:
    assert untrusted(policy, **settings) == []


@pytest.mark.parametrize(
    ("origin", "settings"),
    [
        pytest.param(APP, {"CSRF_TRUSTED_ORIGINS": ["http://*.example.com"]}, id="another scheme is believed"),
        pytest.param(APP, {"CSRF_TRUSTED_ORIGINS": ["https://example.com"]}, id="the domain is believed"),
        pytest.param("http://localhost:3000", {"hosts": ("localhost",)}, id="another port of ours"),
        pytest.param(
            "http://localhost", {"hosts": ("localhost",), "CSRF_COOKIE_SECURE": True}, id="another scheme of ours"
        ),
    ],
)
def test_another_scheme_or_port_is_another_origin(origin: str, settings: dict[str, Any]) -> None:
    assert [message.id for message in untrusted(credentialed(origin), **settings)] == ["cors_django.W037"]


def test_without_the_middleware_nobody_has_to_be_believed() -> None:
    assert numbers(CORS_POLICY=credentialed(APP)) == []


# Receivers


@pytest.fixture
def receiver() -> Iterator[None]:
    def says_yes(**_: Any) -> bool:
        return True

    check_request_enabled.connect(says_yes)
    yield
    check_request_enabled.disconnect(says_yes)


@pytest.mark.usefixtures("receiver")
def test_a_receiver_beside_credentials_is_told() -> None:
    settings = {"CORS_ALLOWED_ORIGINS": [APP]}
    message = only(CORS_ALLOW_CREDENTIALS=True, **settings)
    assert message.id == "cors_django.W034"
    assert "ALLOW_WITH_CREDENTIALS instead of True" in message.hint
    assert numbers(**settings) == []
    assert numbers(CORS_ALLOW_CREDENTIALS=[APP], **settings) == []


def test_credentials_without_a_receiver_are_fine() -> None:
    assert numbers(CORS_ALLOW_CREDENTIALS=True, CORS_ALLOWED_ORIGINS=[APP]) == []


# Production


@pytest.mark.parametrize(
    ("settings", "number", "words"),
    [
        pytest.param(
            {"CORS_POLICY": Policy(allow_origins=["http://localhost:3000"])},
            "W040",
            "'http://localhost:3000'",
            id="local",
        ),
        pytest.param(
            {"CORS_POLICY": Policy(allow_origins=["http://127.0.0.1:*"])}, "W040", "'http://127.0.0.1:*'", id="address"
        ),
        pytest.param(
            {"CORS_POLICY": Policy(allow_origins="*", allow_credentials=["https://localhost:3000"])},
            "W040",
            "'https://localhost:3000'",
            id="local, the only one with credentials",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["http://app.example.com"]},
            "W041",
            "CORS_ALLOWED_ORIGINS: 'http://app.example.com'",
            id="http",
        ),
        pytest.param({"CORS_ORIGIN_ALLOW_ALL": True}, "W042", "CORS_ORIGIN_ALLOW_ALL: '*'", id="everyone"),
        pytest.param(
            {"CORS_POLICY": credentialed("https://*.example.com")}, "W043", "'https://*.example.com'", id="pattern"
        ),
        pytest.param(
            {"CORS_POLICY": Policy(allow_origins="*", allow_credentials=["https://*.example.com"])},
            "W043",
            "'https://*.example.com'",
            id="pattern, the only one with credentials",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGIN_REGEXES": [r"^https://[a-z]+\.example\.com$"], "CORS_ALLOW_CREDENTIALS": True},
            "W043",
            "CORS_ALLOWED_ORIGIN_REGEXES: ",
            id="expression",
        ),
    ],
)
def test_what_is_for_development_is_told_before_deployment(settings: dict[str, Any], number: str, words: str) -> None:
    assert f"cors_django.{number}" not in [message.id for message in messages(**settings)]
    found = {message.id.removeprefix("cors_django."): message for message in messages(deploy=True, **settings)}
    assert words in found[number].msg
    assert found[number].hint


def test_an_expression_that_lets_this_machine_in_is_told() -> None:
    found = messages(deploy=True, CORS_POLICY=credentialed(re.compile(r"http://localhost:[0-9]+")))
    assert [message.id for message in found] == ["cors_django.W043", "cors_django.W040"]


def test_two_policies_with_one_fault_are_told_once() -> None:
    policies = by_path({"/a": Policy(allow_origins="*"), "/b": Policy(allow_origins="*", max_age=0)})
    assert [message.id for message in messages(deploy=True, CORS_POLICY=policies)] == ["cors_django.W042"]


def test_of_what_does_not_build_nothing_else_is_said() -> None:
    assert [message.id for message in messages(deploy=True, CORS_POLICY=3)] == ["cors_django.E020"]


def test_an_origin_over_https_is_ready_for_production() -> None:
    assert messages(deploy=True, CORS_POLICY=credentialed(APP, "https://shop.example.net:8443")) == []


SETTINGS = """
SECRET_KEY = "the tests' own"
INSTALLED_APPS = ["cors_django"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "cors_django.middleware.CorsMiddleware"]
CORS_ORIGIN_WHITELIST = ["app.example.com", "http://localhost:3000"]
"""


def test_manage_py_check_tells_it_all(tmp_path: Path) -> None:
    (tmp_path / "site_of_mine.py").write_text(SETTINGS, encoding="utf-8")
    root = Path(__file__).parents[2]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "site_of_mine", "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    command = [sys.executable, "-W", "error", "-m", "django", "check", "--deploy"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert set(re.findall(r"cors_django\.([EW]\d+)", done.stderr)) == {"E013", "W031", "W040"}
    assert "HINT: Write 'https://app.example.com'." in done.stderr
    assert "Traceback" not in done.stderr
