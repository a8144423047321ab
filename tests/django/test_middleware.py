"""What only a Django middleware can get wrong: its place, errors, settings that change, and both kinds of request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.test import AsyncClient, AsyncRequestFactory, Client, RequestFactory, override_settings
from django.urls import path

from cors_core import Outcome
from cors_core.asgi import CORSMiddleware as ASGIMiddleware
from cors_core.wsgi import CORSMiddleware as WSGIMiddleware
from cors_django import Policy, by_host, by_path
from cors_django.middleware import CorsMiddleware
from tests.django.asking import ACAO, ADMIN, APP, BOTH, EVIL, Ask, get, passes, preflight, project, reads

OURS = "cors_django.middleware.CorsMiddleware"
POLICY = Policy(allow_origins=[APP], allow_methods=["PUT"])

both = pytest.mark.parametrize("ask", BOTH.values(), ids=BOTH)


def tea(request: Any) -> HttpResponse:
    return HttpResponse("tea")


def stream(request: Any) -> StreamingHttpResponse:
    async def later() -> AsyncIterator[bytes]:
        yield b"te"
        yield b"a"

    def now() -> Iterator[bytes]:
        yield b"te"
        yield b"a"

    return StreamingHttpResponse(later() if hasattr(request, "scope") else now())


def file(request: Any) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"))  # Django closes it


def denied(request: Any) -> HttpResponse:
    raise PermissionDenied


def boom(request: Any) -> HttpResponse:
    raise ZeroDivisionError


def owns(request: Any) -> HttpResponse:
    return HttpResponse(headers={ACAO: EVIL, "Access-Control-Expose-Headers": "X-Page", "Vary": "Cookie, origin"})


URLS = [
    path("", tea),
    path("slash/", tea),
    path("stream", stream),
    path("file", file),
    path("denied", denied),
    path("boom", boom),
    path("away", lambda request: HttpResponseRedirect("/")),
    path("owns", owns),
]


@both
@pytest.mark.parametrize(
    ("method", "asked", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/stream", 200),
        ("GET", "/file", 200),
        ("GET", "/denied", 403),
        ("GET", "/boom", 500),
        ("GET", "/away", 302),
        ("GET", "/slash", 301),
        ("GET", "/nowhere/", 404),
    ],
)
@pytest.mark.parametrize("debug", [False, True], ids=["production", "DEBUG"])
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")  # FileResponse under ASGI
def test_every_response_carries_the_headers(ask: Ask, method: str, asked: str, status: int, debug: bool) -> None:
    middleware = [OURS, "django.middleware.common.CommonMiddleware"]
    with project(URLS, CORS_POLICY=POLICY, MIDDLEWARE=middleware, DEBUG=debug):
        answer = get(ask, asked, method=method)
    assert (answer.status_code, answer.headers[ACAO], answer.headers["Vary"]) == (status, APP, "Origin")
    answer.close()


@both
def test_a_preflight_is_answered_before_whatever_answers_early(ask: Ask) -> None:
    middleware = [OURS, "django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
    with project(URLS, CORS_POLICY=POLICY, MIDDLEWARE=middleware, SECURE_SSL_REDIRECT=True):
        answer = preflight(ask, "/slash")
        assert (answer.status_code, answer.content, "Content-Type" in answer.headers) == (204, b"", False)
        assert get(ask).status_code == 301
        assert reads(ask)


@pytest.mark.parametrize("kind", BOTH)
def test_a_csrf_failure_can_be_read(kind: str) -> None:
    middleware = [OURS, "django.middleware.csrf.CsrfViewMiddleware"]
    with project(URLS, CORS_POLICY=POLICY, MIDDLEWARE=middleware):
        client = {"sync": Client, "async": AsyncClient}[kind](enforce_csrf_checks=True)
        answer = client.post("/", headers={"Origin": APP})
        answer = asyncio.run(answer) if kind == "async" else answer
        assert answer.status_code == 403
        assert answer.headers[ACAO] == APP


@both
def test_what_a_view_sets_itself_is_replaced_and_what_it_exposes_joins(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=POLICY):
        answer = get(ask, "/owns")
        assert (answer.headers[ACAO], answer.headers["Vary"]) == (APP, "Cookie, origin")
        assert answer.headers["Access-Control-Expose-Headers"] == "X-Page"
        assert ACAO not in get(ask, "/owns", EVIL).headers


@both
@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(POLICY, id="a policy"),
        pytest.param({"/": POLICY}, id="a mapping"),
        pytest.param(by_path({"/": POLICY, "/internal": None}), id="by_path"),
        pytest.param(by_host({"testserver": POLICY}), id="by_host"),
        pytest.param(lambda request: POLICY, id="a selector"),
        pytest.param("tests.django.test_middleware.POLICY", id="a dotted path"),
    ],
)
def test_a_policy_is_given_in_many_ways(ask: Ask, policy: Any) -> None:
    with project(URLS, CORS_POLICY=policy):
        assert (passes(ask), reads(ask), passes(ask, origin=EVIL), reads(ask, origin=EVIL)) == (
            True,
            True,
            False,
            False,
        )


def test_asynchronous_selectors_and_predicates_are_awaited_and_refused_where_nothing_can_await_them() -> None:
    async def known(origin: str) -> bool:
        return origin == APP

    async def select(request: Any) -> Policy:
        return POLICY

    for policy in (Policy(allow_origins=[known], allow_methods=["PUT"]), select):
        with project(URLS, CORS_POLICY=policy):
            assert (passes(BOTH["async"]), reads(BOTH["async"], origin=EVIL)) == (True, False)
            with pytest.raises(ImproperlyConfigured, match="asynchronous"):
                CorsMiddleware(tea)


@both
def test_settings_that_change_count_at_once(ask: Ask) -> None:
    with project(URLS, CORS_POLICY=POLICY):
        assert (reads(ask), reads(ask, origin=ADMIN)) == (True, False)
        with override_settings(CORS_POLICY=Policy(allow_origins=[ADMIN])):
            assert (reads(ask), reads(ask, origin=ADMIN)) == (False, True)
        assert (reads(ask), reads(ask, origin=ADMIN)) == (True, False)


@both
def test_an_observer_hears_of_each_request_once_and_has_djangos_own(ask: Ask) -> None:
    heard: list[tuple[str, Outcome]] = []
    observe = lambda request, plan: heard.append((request.raw.path, plan.outcome))  # noqa: E731
    with project(URLS, CORS_POLICY=POLICY, CORS_OBSERVE=observe):
        get(ask)
        preflight(ask, "/nowhere")
        get(ask, "/", None)
    assert heard == [("/", Outcome.ALLOWED), ("/nowhere", Outcome.ALLOWED), ("/", Outcome.NOT_CORS)]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"CORS_POLICY": Policy}, "is no policy|CORS_POLICY"),
        ({"CORS_POLICY": POLICY, "CORS_OBSERVE": "no.such.module"}, "CORS_OBSERVE"),
        ({"CORS_POLICY": POLICY, "CORS_OBSERVE": 7}, "CORS_OBSERVE"),
        ({"CORS_POLICY": POLICY, "CORS_OWN_ORIGIN": "api.example.com"}, "own_origin"),
        ({"CORS_ALLOWED_ORIGINS": "https://a.example", "CORS_ALLOW_METHODS": "GET"}, "CORS_ALLOW_METHODS"),
    ],
)
def test_a_mistake_stops_the_server_when_the_middleware_is_built(settings: dict[str, Any], sentence: str) -> None:
    with override_settings(**settings), pytest.raises(ImproperlyConfigured, match=sentence):
        CorsMiddleware(tea)


@pytest.mark.parametrize("name", ["check_preflight", "is_enabled", "regex_domain_match", "add_response_headers"])
def test_a_subclass_that_overrides_what_is_never_called_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} would never be called; "):
        type("Ours", (CorsMiddleware,), {name: lambda self: None})
    assert type("Ours", (CorsMiddleware,), {"__doc__": "Nothing changed."})


# --- beside other middleware


@both
def test_the_second_of_two_steps_aside_and_says_so(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with project(URLS, CORS_POLICY=POLICY, MIDDLEWARE=[OURS, OURS]):
        assert get(ask).headers["Vary"] == "Origin"
    assert "installed twice" in caplog.text


def test_a_middleware_around_the_whole_application_goes_first() -> None:
    from django.core.handlers.asgi import ASGIHandler
    from django.core.handlers.wsgi import WSGIHandler

    from cors_core.testing import Browser

    with project(URLS, CORS_POLICY=POLICY):
        for application in (
            WSGIMiddleware(WSGIHandler(), allow_origins=[ADMIN]),
            ASGIMiddleware(ASGIHandler(), allow_origins=[ADMIN]),
        ):
            browser = Browser(application, at="https://api.example.org")
            assert browser.open(ADMIN).fetch("https://api.example.org/").text() == "tea"


def test_a_request_that_a_middleware_below_routes_elsewhere_has_the_policy_of_its_view(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with project(URLS, CORS_POLICY=POLICY, MIDDLEWARE=[OURS, "tests.django.test_middleware.tenants"]):
        assert (reads(BOTH["sync"], "/tenant"), reads(BOTH["sync"], "/tenant", ADMIN)) == (False, True)
        assert (reads(BOTH["sync"], "/"), reads(BOTH["sync"], "/", ADMIN)) == (True, False)


def tenants(get_response: Any) -> Any:
    """A middleware that sends some requests to another URLconf."""

    def middleware(request: Any) -> Any:
        if request.path == "/tenant":
            request.urlconf = "tests.django.tenant_urls"
        return get_response(request)

    return middleware


def test_a_host_that_django_does_not_allow_is_nobodys_own_origin() -> None:
    middleware = [OURS, "django.middleware.common.CommonMiddleware"]
    policy = by_host({"a.example": POLICY, "evil.example": Policy(allow_origins="*")})
    with project(URLS, CORS_POLICY=policy, ALLOWED_HOSTS=["a.example"], MIDDLEWARE=middleware):
        assert get(BOTH["sync"], "/", APP, Host="a.example").headers[ACAO] == APP
        refused = get(BOTH["sync"], "/", APP, Host="evil.example")
        assert (refused.status_code, ACAO in refused.headers) == (400, False)


@both
def test_a_predicate_that_raises_refuses_and_is_logged_and_the_request_is_served(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(origin: str) -> bool:
        raise ZeroDivisionError

    with project(URLS, CORS_POLICY=Policy(allow_origins=[broken])), caplog.at_level(logging.ERROR, "cors_core"):
        for _ in range(3):
            answer = get(ask)
            assert (answer.status_code, answer.content, ACAO in answer.headers) == (200, b"tea", False)
    assert sum("ZeroDivisionError" in (record.exc_text or "") for record in caplog.records) == 1


def test_the_middleware_works_alone_on_requests_of_a_factory() -> None:
    with override_settings(CORS_POLICY=POLICY):
        middleware = CorsMiddleware(tea)
        assert middleware(RequestFactory().get("/", headers={"Origin": APP})).headers[ACAO] == APP  # type: ignore[union-attr]

        async def later(request: Any) -> HttpResponse:
            return tea(request)

        asked = AsyncRequestFactory().get("/", headers={"Origin": APP})
        answer = asyncio.run(CorsMiddleware(later)(asked))  # type: ignore[arg-type]
        assert answer.headers[ACAO] == APP


def test_requests_without_a_project_are_answered_by_the_settings() -> None:
    bare = HttpRequest()
    with override_settings(CORS_POLICY=POLICY):
        del settings.ROOT_URLCONF
        assert CorsMiddleware(tea)(RequestFactory().get("/", headers={"Origin": APP})).headers[ACAO] == APP  # type: ignore[union-attr]
        assert CorsMiddleware(tea)(bare).headers["Vary"] == "Origin"  # type: ignore[union-attr]
