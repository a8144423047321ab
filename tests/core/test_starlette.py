from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cors_core import ConfigError, CORSMigrationWarning, Policy
from cors_core import asgi as cors_asgi
from cors_core.starlette import CORSMiddleware, install
from tests.components import require
from tests.core.calls import ALLOWED, REFUSED, ASGIExchange, call_asgi, exchange_asgi, preflight, scope_of

require("starlette")
require("fastapi")

from fastapi import Depends, FastAPI, HTTPException  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.background import BackgroundTask  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.middleware.base import BaseHTTPMiddleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, StreamingResponse  # noqa: E402
from starlette.routing import Mount, Route, WebSocketRoute  # noqa: E402
from starlette.websockets import WebSocket  # noqa: E402

POLICY = Policy(allow_origins=[ALLOWED], allow_methods=["PUT"], allow_credentials=True)
FROM_ALLOWED = {"Origin": ALLOWED}


class Boom(Exception):
    """What an endpoint raises in these tests."""


async def ok(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def boom(request: Request) -> PlainTextResponse:
    raise Boom("secret")


ROUTES = [Route("/ok", ok), Route("/boom", boom)]


def is_granted(exchange: ASGIExchange) -> bool:
    assert exchange.headers.one("Vary") == "Origin"
    return exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED


# install


@pytest.mark.parametrize("make", [Starlette, FastAPI])
def test_an_unhandled_exception_can_be_read_and_is_raised_again(make: Any) -> None:
    app = make(routes=ROUTES)
    install(app, POLICY)
    exchange = call_asgi(app, path="/boom", headers=FROM_ALLOWED)
    assert (exchange.status, exchange.body) == (500, b"Internal Server Error")
    assert isinstance(exchange.error, Boom)
    assert is_granted(exchange)


@pytest.mark.parametrize("make", [Starlette, FastAPI])
@pytest.mark.parametrize("registered", [Exception, 500])
def test_its_handler_of_every_exception_survives(make: Any, registered: Any) -> None:
    app = make(routes=ROUTES)
    install(app, POLICY)

    async def handler(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"reason": str(error)}, 500, {"Access-Control-Allow-Origin": "*"})

    app.add_exception_handler(registered, handler)
    exchange = call_asgi(app, path="/boom", headers=FROM_ALLOWED)
    assert (exchange.status, exchange.body) == (500, b'{"reason":"secret"}')
    assert is_granted(exchange)


@pytest.mark.parametrize("make", [Starlette, FastAPI])
def test_its_handler_of_one_exception_survives(make: Any) -> None:
    async def handler(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("handled", 418)

    app = make(routes=ROUTES, exception_handlers={Boom: handler})
    install(app, POLICY)
    exchange = call_asgi(app, path="/boom", headers=FROM_ALLOWED)
    assert (exchange.status, exchange.body, exchange.error) == (418, b"handled", None)
    assert is_granted(exchange)


@pytest.mark.parametrize("make", [Starlette, FastAPI])
def test_its_debug_page_survives(make: Any) -> None:
    app = make(routes=ROUTES, debug=True)
    install(app, POLICY)
    exchange = call_asgi(app, path="/boom", headers=FROM_ALLOWED)
    assert exchange.status == 500
    assert b"Boom: secret" in exchange.body
    assert is_granted(exchange)


def test_a_failure_of_the_handler_itself_is_answered_by_us() -> None:
    async def handler(request: Request, error: Exception) -> PlainTextResponse:
        raise LookupError("in the handler")

    app = Starlette(routes=ROUTES, exception_handlers={500: handler})
    install(app, POLICY)
    exchange = call_asgi(app, path="/boom", headers=FROM_ALLOWED)
    assert (exchange.status, type(exchange.error)) == (500, LookupError)
    assert is_granted(exchange)


class Gate:
    """A middleware that answers everything with 401, as authentication does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await PlainTextResponse("who are you?", 401)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@pytest.mark.parametrize("first", ["install", "add_middleware"])
@pytest.mark.parametrize("make", [Starlette, FastAPI])
def test_it_stands_outside_whatever_the_order(make: Any, first: str) -> None:
    app = make(routes=ROUTES)
    steps = [lambda: install(app, POLICY), lambda: app.add_middleware(Gate)]
    for step in steps if first == "install" else reversed(steps):
        step()
    refused = call_asgi(app, path="/ok", headers=FROM_ALLOWED)
    assert (refused.status, is_granted(refused)) == (401, True)
    assert call_asgi(app, "OPTIONS", "/ok", preflight()).status == 204


def test_it_takes_policies_by_path_and_returns_what_can_be_reconfigured() -> None:
    app = Starlette(routes=ROUTES)
    middleware = install(app, {"/ok": POLICY})
    assert is_granted(call_asgi(app, path="/ok", headers=FROM_ALLOWED))
    assert call_asgi(app, path="/other", headers=FROM_ALLOWED).headers.cors == {}
    middleware.reconfigure(Policy(allow_origins=()))
    assert call_asgi(app, path="/ok", headers=FROM_ALLOWED).headers.cors == {}


def test_it_takes_the_fields_of_a_policy_and_everything_else_the_middleware_takes() -> None:
    seen: list[str] = []
    app = FastAPI(routes=ROUTES)
    install(
        app,
        allow_origins=["https://b.example"],
        allow_origin_regex=r"https://app\.example",
        own_origin="https://api.example",
        check_websockets=True,
        observe=lambda request, plan: seen.append(plan.outcome.value),
    )
    assert is_granted(call_asgi(app, path="/ok", headers=FROM_ALLOWED))
    call_asgi(app, "POST", path="/ok", headers={"Origin": "https://api.example"})
    assert seen == ["allowed", "same-origin"]


def test_install_after_the_first_request_is_an_error() -> None:
    app = Starlette(routes=ROUTES)
    call_asgi(app, path="/ok")
    with pytest.raises(RuntimeError, match="where the application is made"):
        install(app, POLICY)


def test_an_install_that_is_refused_leaves_the_application_as_it_was() -> None:
    app = Starlette(routes=ROUTES)
    with pytest.raises(ConfigError):
        install(app, allow_origins="https://app.example")
    exchange = call_asgi(app, path="/ok", headers=FROM_ALLOWED)
    assert (exchange.status, exchange.headers.cors) == (200, {})


def test_of_two_installs_one_answers_and_the_other_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    app = Starlette(routes=ROUTES)
    install(app, Policy(allow_origins="*"))
    install(app, POLICY)
    for path in ("/ok", "/boom", "/ok"):
        assert is_granted(call_asgi(app, path=path, headers=FROM_ALLOWED))
    assert caplog.text.count("twice") == 1


def test_install_beside_the_middleware_answers_alone(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI(routes=ROUTES)
    app.add_middleware(cors_asgi.CORSMiddleware, allow_origins="*")
    install(app, POLICY)
    assert is_granted(call_asgi(app, path="/ok", headers=FROM_ALLOWED))
    assert is_granted(call_asgi(app, path="/boom", headers=FROM_ALLOWED))
    assert caplog.text.count("twice") == 1
    assert "add_middleware" not in caplog.text


def test_the_middleware_before_its_application_was_built_says_so() -> None:
    exchange = call_asgi(install(Starlette(), POLICY), path="/ok")
    assert isinstance(exchange.error, RuntimeError)


@pytest.mark.parametrize("make", [Starlette, FastAPI])
def test_the_lifespan_runs(make: Any) -> None:
    events: list[str] = []

    @contextlib.asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        events.append("up")
        yield
        events.append("down")

    app = make(lifespan=lifespan)
    install(app, POLICY)

    async def live() -> list[str]:
        orders = iter(["lifespan.startup", "lifespan.shutdown"])
        answers: list[str] = []

        async def receive() -> dict[str, str]:
            return {"type": next(orders)}

        async def send(message: dict[str, Any]) -> None:
            answers.append(message["type"])

        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
        return answers

    assert asyncio.run(live()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert events == ["up", "down"]


def test_a_websocket_is_refused_before_its_endpoint_runs() -> None:
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    app = Starlette(routes=[WebSocketRoute("/socket", endpoint)])
    install(app, POLICY, check_websockets=True)

    def handshake(origin: str) -> list[str]:
        scope = scope_of(path="/socket", headers={"Origin": origin}, type="websocket")
        return asyncio.run(exchange_asgi(app, scope)).types

    assert handshake(ALLOWED) == ["websocket.accept", "websocket.close"]
    assert handshake(REFUSED) == ["websocket.close"]


# What applications do


def test_a_stream_is_sent_as_it_is_made() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d" % number

    async def stream(request: Request) -> StreamingResponse:
        return StreamingResponse(chunks())

    app = Starlette(routes=[Route("/stream", stream)])
    install(app, POLICY)
    exchange = call_asgi(app, path="/stream", headers=FROM_ALLOWED)
    assert [message.get("body") for message in exchange.messages[1:]] == [b"0", b"1", b"2", b""]
    assert is_granted(exchange)


def test_a_background_task_runs_after_the_answer_and_its_failure_is_not_the_answers() -> None:
    ran: list[bool] = []

    def task() -> None:
        ran.append(True)
        raise Boom

    async def endpoint(request: Request) -> PlainTextResponse:
        return PlainTextResponse("accepted", 202, background=BackgroundTask(task))

    app = Starlette(routes=[Route("/", endpoint)])
    install(app, POLICY)
    exchange = call_asgi(app, headers=FROM_ALLOWED)
    assert (exchange.status, exchange.body, ran) == (202, b"accepted", [True])
    assert isinstance(exchange.error, Boom)
    assert is_granted(exchange)


@pytest.mark.parametrize(("path", "status"), [("/ok", 200), ("/boom", 500), ("/missing", 404)])
def test_a_base_http_middleware_inside_changes_nothing(path: str, status: int) -> None:
    class Timing(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["X-Time"] = "1"
            return response

    app = Starlette(routes=ROUTES, middleware=[Middleware(Timing)])
    install(app, POLICY)
    exchange = call_asgi(app, path=path, headers=FROM_ALLOWED)
    assert (exchange.status, is_granted(exchange)) == (status, True)


def test_a_mounted_application_is_covered_by_the_outer_path() -> None:
    inner = FastAPI(routes=ROUTES)
    app = Starlette(routes=[Mount("/sub", inner)])
    install(app, {"/sub": POLICY})
    for path, status in (("/sub/ok", 200), ("/sub/boom", 500), ("/sub/missing", 404)):
        exchange = call_asgi(app, path=path, headers=FROM_ALLOWED)
        assert (exchange.status, is_granted(exchange)) == (status, True)


def test_a_mounted_application_may_have_its_own(caplog: pytest.LogCaptureFixture) -> None:
    inner = Starlette(routes=ROUTES)
    install(inner, {"/ok": POLICY, "/boom": POLICY})
    app = Starlette(routes=[Mount("/sub", inner), *ROUTES])
    assert is_granted(call_asgi(app, path="/sub/ok", headers=FROM_ALLOWED))
    assert is_granted(call_asgi(app, path="/sub/boom", headers=FROM_ALLOWED))
    assert call_asgi(app, path="/ok", headers=FROM_ALLOWED).headers.cors == {}


@pytest.mark.parametrize("path", ["/api/ok", "/service/api/ok"])
def test_the_root_path_that_the_server_was_given_is_no_part_of_the_path(path: str) -> None:
    app = FastAPI(routes=[Route("/api/ok", ok)])
    install(app, {"/api": POLICY})
    exchange = call_asgi(app, path=path, headers=FROM_ALLOWED, root_path="/service")
    assert (exchange.status, is_granted(exchange)) == (200, True)


def test_a_dependency_that_answers_401_can_be_read() -> None:
    def user() -> None:
        raise HTTPException(401, "who are you?")

    app = FastAPI()
    install(app, POLICY)

    @app.put("/mine", dependencies=[Depends(user)])
    def mine() -> None: ...

    exchange = call_asgi(app, "PUT", "/mine", FROM_ALLOWED)
    assert (exchange.status, exchange.body) == (401, b'{"detail":"who are you?"}')
    assert is_granted(exchange)
    assert call_asgi(app, "OPTIONS", "/mine", preflight()).status == 204


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/n/x", 422), ("DELETE", "/n/1", 405), ("GET", "/n/1/", 307), ("GET", "/x", 404)],
)
def test_every_error_of_fastapi_can_be_read(method: str, path: str, status: int) -> None:
    app = FastAPI()
    install(app, POLICY)

    @app.get("/n/{number}")
    def number(number: int) -> int:
        return number

    exchange = call_asgi(app, method, path, FROM_ALLOWED)
    assert (exchange.status, is_granted(exchange)) == (status, True)


def test_a_file_may_be_sent_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("content")

    async def endpoint(request: Request) -> FileResponse:
        return FileResponse(tmp_path / "file.txt")

    app = Starlette(routes=[Route("/", endpoint)])
    install(app, POLICY)
    exchange = call_asgi(app, headers=FROM_ALLOWED, extensions={"http.response.pathsend": {}})
    assert exchange.types == ["http.response.start", "http.response.pathsend"]
    assert is_granted(exchange)


# Starlette's CORSMiddleware: the import changes, the rest stays


async def bare(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


def granted(middleware: Any, origin: str) -> str | None:
    return call_asgi(middleware, headers={"Origin": origin}).headers.one("Access-Control-Allow-Origin")


def translated(match: str, **options: Any) -> CORSMiddleware:
    """The middleware of options that are warned of, once, in words that `match`."""
    with pytest.warns(CORSMigrationWarning, match=match) as caught:
        middleware = CORSMiddleware(bare, **options)
    assert len(caught) == 1
    return middleware


def test_every_keyword_of_starlettes_works_in_fastapi() -> None:
    app = FastAPI(routes=ROUTES)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[ALLOWED],
        allow_methods=["GET", "PUT"],
        allow_headers=["X-Token"],
        allow_credentials=True,
        allow_origin_regex=r"https://.*\.app\.example",
        allow_private_network=True,
        expose_headers=["X-Total"],
        max_age=60,
    )
    asked = {**preflight(headers="x-token"), "Access-Control-Request-Private-Network": "true"}
    assert call_asgi(app, "OPTIONS", "/ok", asked).headers.cors == {
        "access-control-allow-origin": ALLOWED,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, PUT, HEAD, POST",
        "access-control-allow-headers": "X-Token, Accept, Accept-Language, Content-Language, Content-Type",
        "access-control-max-age": "60",
        "access-control-allow-private-network": "true",
    }
    exchange = call_asgi(app, path="/ok", headers={"Origin": "https://a.app.example"})
    assert exchange.headers.cors == {
        "access-control-allow-origin": "https://a.app.example",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-Total",
    }


def test_the_same_keywords_and_defaults_in_the_same_order() -> None:
    import inspect

    from starlette.middleware.cors import CORSMiddleware as Starlettes

    theirs, ours = (inspect.signature(it).parameters for it in (Starlettes, CORSMiddleware))
    assert list(ours)[: len(theirs)] == list(theirs)
    assert {name: it.default for name, it in theirs.items()} == {name: ours[name].default for name in theirs}


def test_its_defaults_warn_of_nothing_and_allow_nobody() -> None:
    middleware = CORSMiddleware(bare)
    exchange = call_asgi(middleware, headers=FROM_ALLOWED)
    assert (exchange.status, exchange.headers.cors, exchange.headers.one("Vary")) == (200, {}, "Origin")
    assert call_asgi(middleware, "OPTIONS", headers=preflight()).status == 403


def test_an_unhandled_exception_is_left_to_starlette_and_install_is_named(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI(routes=ROUTES)
    app.add_middleware(CORSMiddleware, allow_origins=[ALLOWED])
    exchange = call_asgi(app, path="/boom", headers=FROM_ALLOWED)
    assert (exchange.status, exchange.body) == (500, b"Internal Server Error")
    assert isinstance(exchange.error, Boom)
    assert "cors_core.starlette.install(app, ...)" in caplog.text


@pytest.mark.parametrize("listed", ["*", ["*"], ("*",), ["*", ALLOWED]])
def test_everyone_with_credentials_is_refused(listed: Any) -> None:
    with pytest.raises(ConfigError, match="every site could act as your user"):
        CORSMiddleware(bare, allow_origins=listed, allow_credentials=True)


@pytest.mark.parametrize("regex", [".*", "https?://.*", r"https://.*"])
def test_a_regex_for_everyone_with_credentials_is_refused(regex: str) -> None:
    with pytest.raises(ConfigError, match="write your own domain"):
        CORSMiddleware(bare, allow_origin_regex=regex, allow_credentials=True)


def test_a_regex_matches_the_whole_origin() -> None:
    middleware = CORSMiddleware(bare, allow_origin_regex=r"https://[a-z]+\.app\.example")
    assert granted(middleware, "https://a.app.example") == "https://a.app.example"
    for origin in ("https://a.app.example.evil.test", "https://a.app.example:8443", "xhttps://a.app.example"):
        assert granted(middleware, origin) is None


@pytest.mark.parametrize("regex", ["(", r"https://(?!evil)[a-z]+\.example", r"https://([a-z])\1\.example"])
def test_a_regex_that_cannot_be_used_is_refused_in_words(regex: str) -> None:
    with pytest.raises(ConfigError, match="allow_origin"):
        CORSMiddleware(bare, allow_origin_regex=regex)


def test_without_re2_a_regex_works_and_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    middleware = translated("Python's re", allow_origin_regex=r"https://[a-z]+\.app\.example")
    assert granted(middleware, "https://a.app.example") == "https://a.app.example"
    assert granted(middleware, "https://a.app.example.evil.test") is None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("allow_origins", "https://app.example"),
        ("allow_origins", "https://a.example,https://b.example"),
        ("allow_methods", "GET"),
        ("allow_headers", "X-Token"),
        ("expose_headers", "X-Total"),
    ],
)
def test_a_bare_string_is_refused(field: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        CORSMiddleware(bare, **{"allow_origins": [ALLOWED], field: text})
    assert [(problem.code, problem.field) for problem in caught.value.problems] == [("bare-string", field)]


@pytest.mark.parametrize(
    "origin", ["HTTPS://app.example", "https://APP.example", f"{ALLOWED}:443", f"{ALLOWED}/", f"{ALLOWED}."]
)
def test_origins_are_compared_byte_for_byte(origin: str) -> None:
    assert granted(CORSMiddleware(bare, allow_origins=[ALLOWED]), origin) is None


@pytest.mark.parametrize("headers", [{}, FROM_ALLOWED, {"Origin": REFUSED}])
def test_vary_is_said_once_on_every_answer(headers: dict[str, str]) -> None:
    exchange = call_asgi(CORSMiddleware(bare, allow_origins=[ALLOWED]), headers=headers)
    assert exchange.headers.all("Vary") == ["Origin"]


@pytest.mark.parametrize("headers", [{}, FROM_ALLOWED, {"Origin": "null"}])
@pytest.mark.parametrize("everyone", ["*", ["*"]])
def test_everyone_gets_a_star_and_no_vary(everyone: Any, headers: dict[str, str]) -> None:
    exchange = call_asgi(CORSMiddleware(bare, allow_origins=everyone), headers=headers)
    assert exchange.headers.cors == {"access-control-allow-origin": "*"}
    assert exchange.headers.all("Vary") == []


def test_a_refused_origin_is_shown_nothing() -> None:
    middleware = CORSMiddleware(bare, allow_origins=[ALLOWED], allow_credentials=True, allow_headers=["X-Token"])
    refused = call_asgi(middleware, "OPTIONS", headers=preflight(REFUSED))
    assert (refused.status, refused.body, refused.headers.cors) == (403, b"", {})
    assert call_asgi(middleware, headers={"Origin": REFUSED}).headers.cors == {}


def test_a_preflight_is_answered_204_without_a_body() -> None:
    exchange = call_asgi(CORSMiddleware(bare, allow_origins=[ALLOWED]), "OPTIONS", headers=preflight(method="GET"))
    assert (exchange.status, exchange.body) == (204, b"")


def test_a_max_age_of_nought_is_sent() -> None:
    exchange = call_asgi(
        CORSMiddleware(bare, allow_origins=[ALLOWED], max_age=0), "OPTIONS", headers=preflight(method="GET")
    )
    assert exchange.headers.one("Access-Control-Max-Age") == "0"


def test_a_max_age_of_more_than_a_day_is_a_day() -> None:
    middleware = translated("longer than a day", allow_origins=[ALLOWED], max_age=864000)
    exchange = call_asgi(middleware, "OPTIONS", headers=preflight(method="GET"))
    assert exchange.headers.one("Access-Control-Max-Age") == "86400"


def test_exposing_everything_with_credentials_is_refused() -> None:
    with pytest.raises(ConfigError, match="name the headers"):
        CORSMiddleware(bare, allow_origins=[ALLOWED], allow_credentials=True, expose_headers=["*"])


@pytest.mark.parametrize("everything", [["*"], ("*",), "*"])
@pytest.mark.parametrize("method", ["PATCH", "QUERY", "PURGE"])
def test_any_method_is_every_method_now(everything: Any, method: str) -> None:
    middleware = translated("every method", allow_origins=[ALLOWED], allow_methods=everything, allow_credentials=True)
    exchange = call_asgi(middleware, "OPTIONS", headers=preflight(method=method))
    assert method in (exchange.headers.one("Access-Control-Allow-Methods") or "").split(", ")


@pytest.mark.parametrize(
    "method", [pytest.param("HEAD", id="HEAD, not listed"), pytest.param("POST", id="POST, not listed")]
)
def test_safelisted_methods_and_headers_need_not_be_listed(method: str) -> None:
    asked = preflight(method=method, headers="content-type")
    exchange = call_asgi(CORSMiddleware(bare, allow_origins=[ALLOWED]), "OPTIONS", headers=asked)
    assert method in (exchange.headers.one("Access-Control-Allow-Methods") or "").split(", ")
    assert "Content-Type" in (exchange.headers.one("Access-Control-Allow-Headers") or "").split(", ")


@pytest.mark.parametrize("credentials", [False, True])
def test_requested_names_are_never_echoed_raw(credentials: bool) -> None:
    middleware = CORSMiddleware(bare, allow_origins=[ALLOWED], allow_headers=["*"], allow_credentials=credentials)
    for rubbish in ("X-Ok, <script>", "x" * 10_000, ", ".join(f"x-{n}" for n in range(1000))):
        answer = call_asgi(middleware, "OPTIONS", headers=preflight(method="GET", headers=rubbish)).headers
        names = answer.one("Access-Control-Allow-Headers") or ""
        assert len(names) < 100
        assert "<" not in names
    asked = preflight(method="GET", headers="X-Token,authorization")
    names = call_asgi(middleware, "OPTIONS", headers=asked).headers.one("Access-Control-Allow-Headers") or ""
    assert set(names.split(", ")) >= ({"x-token", "authorization"} if credentials else {"*", "authorization"})


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        pytest.param("https://app.example/", "https://app.example", id="slash"),
        pytest.param("https://app.example/path", "https://app.example", id="path"),
        pytest.param("https://app.example:443", "https://app.example", id="default port"),
        pytest.param(" https://app.example", "https://app.example", id="blank"),
        pytest.param("app.example", "https://app.example", id="no scheme"),
        pytest.param("https://bücher.example", "https://xn--bcher-kva.example", id="Unicode"),
        pytest.param("", "https://app.example", id="empty"),
        pytest.param("file://", "http://localhost", id="file"),
    ],
)
def test_an_origin_that_never_matched_is_left_out_with_the_right_spelling(written: str, spelling: str) -> None:
    middleware = translated(f"is left out.*{spelling}", allow_origins=[written, "https://b.example"])
    assert granted(middleware, "https://b.example") == "https://b.example"
    assert granted(middleware, spelling) is None
    assert granted(middleware, written) is None


def test_an_origin_in_upper_case_is_taken_in_lower_case() -> None:
    assert granted(translated("lower case", allow_origins=["https://App.Example"]), ALLOWED) == ALLOWED


def test_what_looks_like_a_pattern_is_one_now_and_is_warned_of() -> None:
    middleware = translated("is an origin pattern now", allow_origins=["https://*.app.example"])
    assert granted(middleware, "https://a.app.example") == "https://a.app.example"
    assert granted(middleware, ALLOWED) is None


def test_an_insecure_origin_with_credentials_works_and_is_warned_of() -> None:
    middleware = translated("use https", allow_origins=["http://app.example"], allow_credentials=True)
    exchange = call_asgi(middleware, headers={"Origin": "http://app.example"})
    assert exchange.headers.one("Access-Control-Allow-Credentials") == "true"


def test_a_loopback_origin_with_credentials_is_not_warned_of() -> None:
    middleware = CORSMiddleware(bare, allow_origins=["http://localhost:3000"], allow_credentials=True)
    assert granted(middleware, "http://localhost:3000") == "http://localhost:3000"


def test_null_works_without_credentials_and_is_warned_of() -> None:
    assert granted(translated("identifies nobody", allow_origins=["null"]), "null") == "null"


def test_null_with_credentials_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        CORSMiddleware(bare, allow_origins=["null"], allow_credentials=True)
    assert [problem.code for problem in caught.value.problems] == ["null-origin"]


@pytest.mark.parametrize("origins", [(), [], ["https://app.example/"]])
def test_nothing_left_allows_nobody(origins: Any) -> None:
    with warnings.catch_warnings(action="ignore", category=CORSMigrationWarning):
        middleware = CORSMiddleware(bare, allow_origins=origins)
    assert granted(middleware, ALLOWED) is None
    assert granted(middleware, "") is None


def test_header_names_no_browser_asks_for_are_left_out() -> None:
    middleware = CORSMiddleware(bare, allow_origins=[ALLOWED], allow_headers=["Origin", "DNT", "X-Token"])
    exchange = call_asgi(middleware, "OPTIONS", headers=preflight(method="GET"))
    names = exchange.headers.one("Access-Control-Allow-Headers") or ""
    assert names.split(", ") == ["X-Token", "Accept", "Accept-Language", "Content-Language", "Content-Type"]


@pytest.mark.parametrize(("asked", "answer"), [("true", "true"), ("false", None), ("TRUE", None), (None, None)])
@pytest.mark.parametrize("enabled", [True, False])
def test_a_private_network_is_granted_where_it_is_asked_for_and_enabled(
    asked: str | None, answer: str | None, enabled: bool
) -> None:
    middleware = CORSMiddleware(bare, allow_origins=[ALLOWED], allow_private_network=enabled)
    name = "Access-Control-Request-Private-Network"
    headers = preflight(method="GET") | ({} if asked is None else {name: asked})
    exchange = call_asgi(middleware, "OPTIONS", headers=headers)
    assert exchange.status == 204
    assert exchange.headers.one("Access-Control-Allow-Private-Network") == (answer if enabled else None)
    actual = call_asgi(middleware, headers={**FROM_ALLOWED, name: "true"})
    assert actual.headers.one("Access-Control-Allow-Private-Network") is None


def answering(**headers: str) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await PlainTextResponse("ok", headers=named)(scope, receive, send)

    return app


def test_a_grant_of_the_view_is_replaced_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    middleware = CORSMiddleware(answering(access_control_allow_origin="*"), allow_origins=[ALLOWED])
    assert [granted(middleware, origin) for origin in (ALLOWED, REFUSED, ALLOWED)] == [ALLOWED, None, ALLOWED]
    said = [record for record in caplog.records if "access-control-allow-origin" in record.getMessage().lower()]
    assert [record.levelno for record in said] == [logging.WARNING]


def test_what_the_view_exposes_joins_what_the_policy_exposes() -> None:
    app = answering(access_control_expose_headers="X-Page, x-total, Set-Cookie")
    middleware = CORSMiddleware(app, allow_origins=[ALLOWED], expose_headers=["X-Total"])
    allowed = call_asgi(middleware, headers=FROM_ALLOWED)
    assert allowed.headers.one("Access-Control-Expose-Headers") == "X-Total, X-Page"
    assert call_asgi(middleware, headers={"Origin": REFUSED}).headers.cors == {}


def test_a_warning_points_at_the_line_that_made_the_middleware() -> None:
    with pytest.warns(CORSMigrationWarning) as caught:
        CORSMiddleware(bare, allow_origins=["null"])
    assert Path(caught[0].filename).name == Path(__file__).name
