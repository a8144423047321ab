from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cors_core import ConfigError, Outcome, Plan, Policy, Request, by_path
from cors_core.asgi import CORSMiddleware
from tests.components import require
from tests.core.calls import ALLOWED, REFUSED, ASGIExchange, call_asgi, exchange_asgi, preflight, scope_of

POLICY = Policy(allow_origins=[ALLOWED], allow_methods=["PUT"], expose_headers=["X-Total"])
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
BODY = {"type": "http.response.body", "body": b"ok"}


class Boom(Exception):
    """What an application raises in these tests."""


def sending(*messages: dict[str, Any], then: BaseException | None = None) -> Any:
    """An application that sends `messages`, whatever the request."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        if then is not None:
            raise then

    return app


ok = sending(START, BODY)


async def unreachable(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("the application was reached")


def granted(app: Any, path: str = "/", origin: str = ALLOWED, **more: Any) -> str | None:
    return call_asgi(app, path=path, headers={"Origin": origin}, **more).headers.one("Access-Control-Allow-Origin")


# Errors


@pytest.mark.parametrize(("origin", "grant"), [(ALLOWED, ALLOWED), (REFUSED, None), (None, None)])
def test_an_unhandled_exception_is_a_500_with_the_plans_headers(origin: str | None, grant: str | None) -> None:
    error = Boom("secret")
    exchange = call_asgi(CORSMiddleware(sending(then=error), POLICY), headers={"Origin": origin} if origin else {})
    assert (exchange.status, exchange.error) == (500, error)
    assert exchange.headers.one("Access-Control-Allow-Origin") == grant
    assert exchange.headers.one("Vary") == "Origin"


def test_the_500_is_whole_and_says_nothing_of_the_exception() -> None:
    exchange = call_asgi(CORSMiddleware(sending(then=Boom("secret")), POLICY))
    assert exchange.headers.one("Content-Length") == str(len(exchange.body))
    assert not exchange.messages[-1].get("more_body")
    assert b"secret" not in exchange.body


def test_an_exception_after_the_start_is_raised_again_and_nothing_more_is_sent() -> None:
    error = Boom()
    exchange = call_asgi(CORSMiddleware(sending(START, then=error), POLICY))
    assert (exchange.types, exchange.error) == (["http.response.start"], error)


def test_where_no_policy_applies_an_exception_is_not_touched() -> None:
    error = Boom()
    exchange = call_asgi(CORSMiddleware(sending(then=error), {"/api": POLICY}), path="/other")
    assert (exchange.messages, exchange.error) == ([], error)


def test_cancellation_is_no_failure_to_answer() -> None:
    async def cancelled() -> ASGIExchange:
        exchange = ASGIExchange()
        began = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            began.set()
            await asyncio.Event().wait()

        async def send(message: dict[str, Any]) -> None:
            exchange.messages.append(message)

        task = asyncio.create_task(CORSMiddleware(app, POLICY)(scope_of(), None, send))  # type: ignore[arg-type]
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return exchange

    assert asyncio.run(cancelled()).messages == []


@pytest.mark.parametrize("sent", [pytest.param(0, id="before the start"), pytest.param(2, id="in the body")])
def test_a_client_that_left_is_not_written_to(sent: int) -> None:
    attempts: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        attempts.append(message)
        if len(attempts) > sent:
            raise OSError("the client has left")

    app = CORSMiddleware(sending(START, *[{**BODY, "more_body": True}] * 5, BODY), POLICY)
    exchange = asyncio.run(exchange_asgi(app, scope_of(), send=send))
    assert isinstance(exchange.error, OSError)
    assert len(attempts) == sent + 1


def test_the_application_hears_that_the_client_left() -> None:
    heard: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        heard.extend([(await receive())["type"], (await receive())["type"]])

    call_asgi(CORSMiddleware(app, POLICY))
    assert heard == ["http.request", "http.disconnect"]


def test_inside_starlettes_stack_an_exception_is_passed_on_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    error = Boom()
    app = CORSMiddleware(sending(then=error), POLICY)
    for _ in range(3):
        exchange = call_asgi(app, app=object())
        assert (exchange.messages, exchange.error) == ([], error)
    assert caplog.text.count("install(app, ...)") == 1


def test_inside_starlettes_stack_its_own_500_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    require("starlette")
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import PlainTextResponse

    async def handler(request: Any, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("handled by Starlette", 500)

    app = Starlette(
        middleware=[Middleware(CORSMiddleware, POLICY)],
        exception_handlers={500: handler},
    )
    app.mount("/", sending(then=Boom()))
    exchange = call_asgi(app, headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.body) == (500, b"handled by Starlette")
    assert isinstance(exchange.error, Boom)
    assert exchange.headers.cors == {}
    assert caplog.text.count("install(app, ...)") == 1


# Messages


PATHSEND = {"type": "http.response.pathsend", "path": "/etc/hostname"}
ZEROCOPY = {"type": "http.response.zerocopysend", "file": 3, "offset": 0, "count": 10}
HINT = {"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]}
PUSH = {"type": "http.response.push", "path": "/style.css", "headers": []}
DEBUG = {"type": "http.response.debug", "info": {"template": "page.html"}}
WITH_TRAILERS = {**START, "trailers": True}
TRAILERS = {"type": "http.response.trailers", "headers": [(b"x-checksum", b"1")], "more_trailers": False}


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([START, PATHSEND], id="pathsend"),
        pytest.param([START, ZEROCOPY, {**BODY, "body": b""}], id="zerocopysend"),
        pytest.param([HINT, START, BODY], id="early hint"),
        pytest.param([PUSH, START, BODY], id="push"),
        pytest.param([DEBUG, START, BODY], id="debug"),
        pytest.param([WITH_TRAILERS, BODY, TRAILERS], id="trailers"),
        pytest.param([START, {**BODY, "more_body": True}, BODY], id="two chunks"),
    ],
)
def test_every_message_but_the_start_passes_untouched_and_in_order(messages: list[dict[str, Any]]) -> None:
    exchange = call_asgi(CORSMiddleware(sending(*messages), POLICY), headers={"Origin": ALLOWED})
    assert exchange.types == [message["type"] for message in messages]
    for sent, received in zip(messages, exchange.messages, strict=True):
        if sent["type"] == "http.response.start":
            assert {**received, "headers": None} == {**sent, "headers": None}
            assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED
        else:
            assert received is sent


def test_the_applications_own_start_message_is_not_changed() -> None:
    start = {**START, "headers": [(b"vary", b"accept")]}
    call_asgi(CORSMiddleware(sending(start, BODY), POLICY), headers={"Origin": ALLOWED})
    assert start["headers"] == [(b"vary", b"accept")]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(None, id="absent"),
        pytest.param((), id="tuple"),
        pytest.param([[b"x-a", b"1"]], id="lists"),
        pytest.param(iter([(b"x-a", b"1")]), id="iterator"),
    ],
)
def test_headers_of_any_shape_are_added_to(headers: Any) -> None:
    start = {"type": "http.response.start", "status": 200, **({} if headers is None else {"headers": headers})}
    exchange = call_asgi(CORSMiddleware(sending(start, BODY), POLICY), headers={"Origin": ALLOWED})
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED
    assert exchange.headers.one("Vary") == "Origin"


def test_header_names_are_sent_in_lower_case() -> None:
    for method in ("GET", "OPTIONS"):
        names = [
            name for name, _ in call_asgi(CORSMiddleware(ok, POLICY), method, headers=preflight()).start["headers"]
        ]
        assert names == [name.lower() for name in names]


def test_an_infinite_body_is_sent_as_it_is_made() -> None:
    made = itertools.count()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        for number in made:
            await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})

    read: list[bytes] = []

    async def send(message: dict[str, Any]) -> None:
        read.append(message.get("body", b""))
        if len(read) == 4:
            raise OSError("the client has left")

    exchange = asyncio.run(exchange_asgi(CORSMiddleware(app, POLICY), scope_of(), send=send))
    assert read == [b"", b"0", b"1", b"2"]
    assert isinstance(exchange.error, OSError)
    assert next(made) == 3


# Answers of every kind


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", 200), ("GET", 304), ("GET", 206), ("POST", 303), ("GET", 401), ("GET", 404), ("OPTIONS", 200)],
)
def test_every_answer_of_the_application_carries_the_headers(method: str, status: int) -> None:
    app = CORSMiddleware(sending({**START, "status": status}, BODY), POLICY)
    exchange = call_asgi(app, method, headers={"Origin": ALLOWED})
    assert exchange.status == status
    assert exchange.headers.cors == {
        "access-control-allow-origin": ALLOWED,
        "access-control-expose-headers": "X-Total",
    }
    assert exchange.headers.one("Vary") == "Origin"


@pytest.mark.parametrize(("origin", "status"), [(ALLOWED, 204), (REFUSED, 403)])
def test_a_preflight_does_not_reach_the_application(origin: str, status: int) -> None:
    exchange = call_asgi(CORSMiddleware(unreachable, POLICY), "OPTIONS", headers=preflight(origin))
    assert (exchange.status, exchange.body) == (status, b"")
    assert exchange.types == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_an_enforced_refusal_has_a_body_except_for_head(method: str) -> None:
    policy = Policy(allow_origins=[ALLOWED], enforce="all")
    exchange = call_asgi(CORSMiddleware(unreachable, policy), method, headers={"Origin": REFUSED})
    assert exchange.status == 403
    assert bool(exchange.body) is (method != "HEAD")


def test_what_the_application_grants_is_replaced_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    start = {**START, "headers": [(b"access-control-allow-origin", b"*"), (b"vary", b"Accept")]}
    app = CORSMiddleware(sending(start, BODY), POLICY)
    for _ in range(3):
        exchange = call_asgi(app, headers={"Origin": REFUSED})
        assert exchange.headers.cors == {}
        assert exchange.headers.one("Vary") == "Accept, Origin"
    assert caplog.text.lower().count("access-control-allow-origin") == 1


def test_changing_the_sent_headers_changes_no_later_answer() -> None:
    app = CORSMiddleware(ok, POLICY)
    for method in ("GET", "OPTIONS"):
        call_asgi(app, method, headers=preflight())
        before = call_asgi(app, method, headers=preflight())
        expected = list(before.start["headers"])
        before.start["headers"].clear()
        assert call_asgi(app, method, headers=preflight()).start["headers"] == expected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([ALLOWED, REFUSED], id="allowed, refused"),
        pytest.param([REFUSED, ALLOWED], id="refused, allowed"),
        pytest.param([ALLOWED, ALLOWED], id="the same twice"),
        pytest.param([ALLOWED, ""], id="allowed, empty"),
        pytest.param(["", ALLOWED], id="empty, allowed"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_two_origin_lines_are_no_origin(method: str, lines: list[str]) -> None:
    headers = [(b"origin", line.encode()) for line in lines] + [(b"access-control-request-method", b"PUT")]
    app = CORSMiddleware(ok, POLICY)
    for _ in range(2):
        exchange = asyncio.run(exchange_asgi(app, scope_of(method, headers=headers)))
        assert exchange.headers.cors == {}
        assert exchange.headers.one("Vary") == "Origin"


@pytest.mark.parametrize(("second", "outcome"), [("x-b", Outcome.ALLOWED), ("x-c", Outcome.HEADERS_REFUSED)])
def test_requested_headers_may_come_on_several_lines(second: str, outcome: Outcome) -> None:
    seen: list[Outcome] = []
    policy = Policy(allow_origins=[ALLOWED], allow_methods=["PUT"], allow_headers=["X-A", "X-B"])
    app = CORSMiddleware(unreachable, policy, observe=lambda request, plan: seen.append(plan.outcome))
    lines = [*preflight(headers="x-a").items(), ("Access-Control-Request-Headers", second)]
    headers = [(name.lower().encode(), value.encode()) for name, value in lines]
    asyncio.run(exchange_asgi(app, scope_of("OPTIONS", headers=headers)))
    assert seen == [outcome]


# Two of them


def test_of_two_the_outer_answers_and_the_inner_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    outer = CORSMiddleware(CORSMiddleware(ok, allow_origins="*"), POLICY)
    for _ in range(3):
        exchange = call_asgi(outer, headers={"Origin": ALLOWED})
        assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED
        assert exchange.headers.one("Vary") == "Origin"
    assert caplog.text.count("twice") == 1


def test_of_two_the_inner_answers_where_the_outer_has_no_policy(caplog: pytest.LogCaptureFixture) -> None:
    outer = CORSMiddleware(CORSMiddleware(ok, allow_origins="*"), {"/api": POLICY})
    assert granted(outer, "/open", REFUSED) == "*"
    assert granted(outer, "/api", REFUSED) is None
    assert caplog.text.count("twice") == 1


# reconfigure


def test_reconfigure_counts_from_the_next_request() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        middleware.reconfigure(Policy(allow_origins=[REFUSED]))
        await ok(scope, receive, send)

    middleware = CORSMiddleware(app, POLICY)
    assert granted(middleware) == ALLOWED, "a request that began keeps its policy"
    assert granted(middleware) is None
    assert granted(middleware, origin=REFUSED) == REFUSED


@pytest.mark.parametrize("invalid", ["*", None, {"api": POLICY}])
def test_an_invalid_policy_keeps_the_old_one(invalid: Any) -> None:
    app = CORSMiddleware(ok, POLICY)
    with pytest.raises(ConfigError):
        app.reconfigure(invalid)
    assert granted(app) == ALLOWED


# observe


def test_observe_hears_of_every_request_with_its_scope() -> None:
    heard: list[tuple[Request, Plan]] = []
    app = CORSMiddleware(ok, POLICY, observe=lambda request, plan: heard.append((request, plan)))
    for headers in ({}, {"Origin": ALLOWED}, {"Origin": REFUSED}, {"Origin": ALLOWED}):
        call_asgi(app, path="/path", headers=headers)
    call_asgi(app, "OPTIONS", "/path", preflight(method="DELETE"))
    assert [plan.outcome.value for _, plan in heard] == [
        "not-cors",
        "allowed",
        "origin-refused",
        "allowed",
        "method-refused",
    ]
    assert {request.path for request, _ in heard} == {"/path"}
    assert {request.raw["client"] for request, _ in heard} == {("127.0.0.1", 50000)}


def test_an_observer_that_raises_is_logged_and_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def observe(request: Request, plan: Plan) -> None:
        raise Boom

    assert granted(CORSMiddleware(ok, POLICY, observe=observe)) == ALLOWED
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [Boom]


# What it takes


async def example_only(origin: str) -> bool:
    await asyncio.sleep(0)
    return origin.endswith(".example")


class AsyncCallable:
    async def __call__(self, origin: str) -> bool:
        return await example_only(origin)


@pytest.mark.parametrize(
    "predicate",
    [
        pytest.param(example_only, id="async def"),
        pytest.param(AsyncCallable(), id="an object with async __call__"),
        pytest.param(lambda origin: example_only(origin), id="a function that returns an awaitable"),
        pytest.param(lambda origin: origin.endswith(".example"), id="plain"),
    ],
)
def test_a_predicate_may_be_async(predicate: Callable[[str], Any]) -> None:
    app = CORSMiddleware(ok, allow_origins=[predicate])
    assert [granted(app, origin=origin) for origin in (ALLOWED, "https://a.test", ALLOWED)] == [ALLOWED, None, ALLOWED]
    assert call_asgi(app, "OPTIONS", headers=preflight()).status == 204
    assert call_asgi(app, "OPTIONS", headers=preflight("https://a.test")).status == 403


def test_an_async_predicate_is_not_asked_about_what_is_no_tuple_origin() -> None:
    asked: list[str] = []

    async def predicate(origin: str) -> bool:
        asked.append(origin)
        return True

    app = CORSMiddleware(ok, allow_origins=["https://listed.example", predicate])
    for origin in ("null", "https://a.example/", "https://a.example, https://b.example", "a" * 600, "\xff", ""):
        assert granted(app, origin=origin) is None
    assert granted(app, origin="https://listed.example") == "https://listed.example"
    assert asked == []


async def select_async(request: Request) -> Policy | None:
    await asyncio.sleep(0)
    return POLICY if request.path.startswith("/api") else None


@pytest.mark.parametrize(
    "selector",
    [
        pytest.param(select_async, id="async def"),
        pytest.param(lambda request: select_async(request), id="a function that returns an awaitable"),
        pytest.param({"/": select_async}, id="below a path"),
    ],
)
def test_a_selector_may_be_async(selector: Any) -> None:
    app = CORSMiddleware(ok, selector)
    assert [granted(app, path) for path in ("/api", "/other")] == [ALLOWED, None]


async def raises_async(value: Any) -> Any:
    raise Boom


def raises(value: Any) -> Any:
    raise Boom


async def rubbish_async(request: Request) -> Any:
    return "*"


@pytest.mark.parametrize("selector", [raises_async, raises, rubbish_async, lambda request: "*"])
def test_a_selector_that_fails_allows_nobody_and_is_logged(selector: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = CORSMiddleware(ok, selector)
    exchange = call_asgi(app, headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.headers.cors, exchange.headers.one("Vary")) == (200, {}, "Origin")
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]
    assert call_asgi(app, "OPTIONS", headers=preflight()).status == 403


@pytest.mark.parametrize("predicate", [raises_async, raises])
def test_a_predicate_that_raises_refuses_and_is_logged(predicate: Any, caplog: pytest.LogCaptureFixture) -> None:
    exchange = call_asgi(CORSMiddleware(ok, allow_origins=[predicate]), headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.headers.cors) == (200, {})
    assert any(record.exc_info and record.exc_info[0] is Boom for record in caplog.records)


def test_cancellation_while_a_predicate_is_awaited_is_cancellation() -> None:
    async def cancelled(origin: str) -> bool:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        call_asgi(CORSMiddleware(unreachable, allow_origins=[cancelled]), headers={"Origin": ALLOWED})


def test_a_policy_beside_fields_is_an_error() -> None:
    for fields in ({"max_age": 5}, {"allow_origins": ["https://a.example"]}, {"allow_origin_regex": "https://a"}):
        with pytest.raises(ConfigError) as caught:
            CORSMiddleware(ok, POLICY, **fields)
        assert [problem.code for problem in caught.value.problems] == ["two-policies"]


def test_no_policy_at_all_is_an_error() -> None:
    with pytest.raises(ConfigError, match="say who may read"):
        CORSMiddleware(ok)


@pytest.mark.parametrize("own_origin", ["", "https://api.example/", "null"])
def test_an_own_origin_that_is_no_origin_is_an_error(own_origin: str) -> None:
    with pytest.raises(ConfigError, match="own_origin"):
        CORSMiddleware(ok, POLICY, own_origin=own_origin)


def test_a_regular_expression_may_come_as_text() -> None:
    app = CORSMiddleware(ok, allow_origins=["https://b.test"], allow_origin_regex=r"https://[a-z]+\.example")
    origins = ["https://a.example", "https://b.test", "https://a.example.evil.test", "https://a1.example"]
    assert [granted(app, origin=origin) for origin in origins] == [*origins[:2], None, None]


@pytest.mark.parametrize("text", ["(", 7, b"https://a"])
def test_a_regular_expression_that_does_not_compile_is_an_error(text: Any) -> None:
    with pytest.raises(ConfigError, match="allow_origin"):
        CORSMiddleware(ok, allow_origin_regex=text)


# Paths


@pytest.mark.parametrize(
    ("path", "root_path", "grant"),
    [
        pytest.param("/api/x", "", ALLOWED, id="not mounted"),
        pytest.param("/service/api/x", "/service", ALLOWED, id="mounted, path with the mount point"),
        pytest.param("/api/x", "/service", ALLOWED, id="mounted, path without the mount point"),
        pytest.param("/service/other", "/service", None, id="mounted, another path"),
        pytest.param("/api/x", "/ap", ALLOWED, id="the mount point is a prefix, but no segment"),
        pytest.param("/api/x", "/api", None, id="mounted at a key"),
    ],
)
def test_the_path_is_the_one_below_the_mount_point(path: str, root_path: str, grant: str | None) -> None:
    assert granted(CORSMiddleware(ok, {"/api": POLICY}), path, root_path=root_path) == grant


def test_the_root_of_a_mounted_application_has_an_empty_path() -> None:
    assert granted(CORSMiddleware(ok, {"/": POLICY}), "/service", root_path="/service") == ALLOWED


def test_a_path_beyond_ascii_is_compared_as_text() -> None:
    app = CORSMiddleware(ok, by_path({"/café": POLICY}))
    assert [granted(app, path) for path in ("/café", "/caf\ufffd", "/cafe")] == [ALLOWED, None, None]


# WebSockets, lifespan and others


def websocket(app: Any, origin: str | None, **more: Any) -> ASGIExchange:
    headers = {"Host": "api.example", **({} if origin is None else {"Origin": origin})}
    return asyncio.run(exchange_asgi(app, scope_of(headers=headers, type="websocket", **more)))


accepts = sending({"type": "websocket.accept"})


@pytest.mark.parametrize(
    ("origin", "scheme"),
    [
        pytest.param(ALLOWED, "wss", id="allowed"),
        pytest.param(None, "wss", id="no Origin"),
        pytest.param("https://api.example", "wss", id="same origin"),
        pytest.param("http://api.example", "ws", id="same origin, in the clear"),
        pytest.param("https://api.example", "ws", id="same origin, behind a proxy"),
    ],
)
def test_a_handshake_of_an_allowed_origin_passes(origin: str | None, scheme: str) -> None:
    exchange = websocket(CORSMiddleware(accepts, POLICY, check_websockets=True), origin, scheme=scheme)
    assert exchange.types == ["websocket.accept"]


@pytest.mark.parametrize(
    "origin",
    [REFUSED, "null", "http://api.example", f"{ALLOWED}, {ALLOWED}", f"{ALLOWED}.evil.example", "\xff", "a" * 600],
)
def test_a_handshake_of_a_refused_origin_is_closed_before_it_is_accepted(origin: str) -> None:
    exchange = websocket(CORSMiddleware(unreachable, POLICY, check_websockets=True), origin, scheme="wss")
    assert (exchange.messages, exchange.error) == ([{"type": "websocket.close", "code": 1008}], None)


def test_the_close_comes_after_the_server_said_that_it_connects() -> None:
    order: list[str] = []

    async def handshake() -> None:
        async def receive() -> dict[str, Any]:
            order.append("received")
            return {"type": "websocket.connect"}

        async def send(message: dict[str, Any]) -> None:
            order.append(message["type"])

        app = CORSMiddleware(unreachable, POLICY, check_websockets=True)
        await app(scope_of(headers={"Origin": REFUSED}, type="websocket"), receive, send)

    asyncio.run(handshake())
    assert order == ["received", "websocket.close"]


def test_handshakes_are_not_checked_unless_it_is_asked_for() -> None:
    assert websocket(CORSMiddleware(accepts, POLICY), REFUSED).types == ["websocket.accept"]


@pytest.mark.parametrize(
    ("policy", "path", "passes"),
    [
        pytest.param({"/": Policy(allow_origins="*")}, "/", False, id="everyone, of whom nobody gets credentials"),
        pytest.param(
            Policy(allow_origins="*", allow_credentials=[ALLOWED]), "/", False, id="everyone, of whom some do"
        ),
        pytest.param({"/api": POLICY}, "/other", True, id="no policy"),
        pytest.param({"/api": POLICY}, "/api/socket", False, id="by path"),
        pytest.param(Policy(allow_origins=[example_only]), "/", True, id="async predicate"),
        pytest.param(Policy(allow_origins=[raises_async]), "/", False, id="async predicate that raises"),
        pytest.param(select_async, "/api", False, id="async selector"),
        pytest.param(Policy(allow_origins=[ALLOWED], enforce="all"), "/", False, id="enforced"),
    ],
)
def test_a_handshake_is_checked_by_the_policy_of_its_path(policy: Any, path: str, passes: bool) -> None:
    exchange = websocket(CORSMiddleware(accepts, policy, check_websockets=True), REFUSED, path=path)
    assert exchange.types == ["websocket.accept" if passes else "websocket.close"]


def test_a_refused_handshake_is_logged_and_observed(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Outcome] = []
    app = CORSMiddleware(
        unreachable, POLICY, check_websockets=True, observe=lambda request, plan: seen.append(plan.outcome)
    )
    websocket(app, REFUSED)
    assert seen == [Outcome.ORIGIN_REFUSED]
    assert REFUSED in caplog.text


@pytest.mark.parametrize("type", ["lifespan", "websocket", "webtransport", "x-unknown"])
def test_what_is_no_http_passes_untouched(type: str) -> None:
    given = ({"type": type, "headers": [(b"origin", REFUSED.encode())]}, object(), object())
    before = dict(given[0])
    got: list[Any] = []

    async def app(*arguments: Any) -> None:
        got.extend(arguments)

    asyncio.run(CORSMiddleware(app, POLICY)(*given))  # type: ignore[arg-type]
    assert all(one is other for one, other in zip(got, given, strict=True))
    assert given[0] == before


def test_an_exception_in_the_lifespan_is_not_touched() -> None:
    app: Callable[..., Awaitable[None]] = CORSMiddleware(sending(then=Boom()), POLICY)
    with pytest.raises(Boom):
        asyncio.run(app({"type": "lifespan"}, None, None))  # type: ignore[arg-type]


def test_checking_handshakes_for_everyone_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        CORSMiddleware(unreachable, allow_origins="*", check_websockets=True)
    assert [problem.code for problem in caught.value.problems] == ["websockets-beside-everyone"]


@pytest.mark.parametrize("origins", ["*", ["https://a.example"], None])
def test_a_broken_regex_is_refused_beside_anything(origins: Any) -> None:
    with pytest.raises(ConfigError):
        CORSMiddleware(unreachable, allow_origins=origins, allow_origin_regex="(")


def test_a_regex_beside_a_policy_is_refused_by_its_name() -> None:
    with pytest.raises(ConfigError) as caught:
        CORSMiddleware(unreachable, POLICY, allow_origin_regex="https://a")
    assert [problem.field for problem in caught.value.problems] == ["allow_origin_regex"]
