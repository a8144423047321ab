"""Applications of every kind, well-behaved and not."""

from __future__ import annotations

import asyncio
import functools
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cors_core import asgi
from cors_core.testing import Browser, NetworkError
from tests.components import require
from tests.testing.servers import API, APP, OPEN, answering, page_over, protected

Send = Callable[[dict[str, Any]], Any]


def raw(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers]


def asgi_answering(*headers: tuple[str, str], body: bytes = b"hello", status: int = 200) -> Any:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": raw(headers)})
        await send({"type": "http.response.body", "body": body})

    return app


class Callables:
    """An application that is a method, as Django's and our own are."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        await asgi_answering(*OPEN)(scope, receive, send)


def returns_a_coroutine(scope: Any, receive: Any, send: Any) -> Any:
    return asgi_answering(*OPEN)(scope, receive, send)


class Iterates:
    """An application that is a class: its instances are the response."""

    def __init__(self, environ: dict[str, Any], start_response: Any) -> None:
        self._body = answering(*OPEN)(environ, start_response)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)


class Awaited:
    """The same in ASGI, as Starlette's endpoints are."""

    def __init__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        self._response = asgi_answering(*OPEN)(scope, receive, send)

    def __await__(self) -> Any:
        return self._response.__await__()


def wsgi_with_more(extra: str, environ: dict[str, Any], start_response: Any) -> Any:
    return answering(*OPEN)(environ, start_response)


async def with_more(extra: str, scope: Any, receive: Any, send: Any) -> None:
    await asgi_answering(*OPEN)(scope, receive, send)


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(answering(*OPEN), id="WSGI function"),
        pytest.param(protected(answering(), allow_origins="*"), id="WSGI object"),
        pytest.param(asgi_answering(*OPEN), id="ASGI function"),
        pytest.param(Callables(), id="ASGI object"),
        pytest.param(returns_a_coroutine, id="function that returns a coroutine"),
        pytest.param(functools.partial(with_more, "x"), id="ASGI partial"),
        pytest.param(functools.partial(wsgi_with_more, "x"), id="WSGI partial"),
        pytest.param(functools.partial(Callables()), id="partial of an ASGI object"),
        pytest.param(Iterates, id="WSGI class"),
        pytest.param(Awaited, id="ASGI class"),
        pytest.param(asgi.CORSMiddleware(asgi_answering(), allow_origins="*"), id="ASGI middleware"),
    ],
)
def test_the_protocol_is_found_out(app: Any) -> None:
    browser = Browser(app, at=API)
    assert browser.open(APP).fetch(API).text() == "hello"
    browser.close()


@pytest.mark.parametrize("app", [pytest.param("app", id="text"), pytest.param(Callables, id="class")])
def test_what_is_no_application_is_refused(app: Any) -> None:
    with pytest.raises(TypeError, match="is no application"):
        Browser(app)


def test_flask_answers() -> None:
    flask = require("flask")
    app = flask.Flask("shop")
    app.add_url_rule("/items/<int:number>", view_func=lambda number: {"number": number}, methods=["PUT"])
    app.wsgi_app = protected(app.wsgi_app, allow_methods=["PUT"])
    assert page_over(app).fetch(f"{API}/items/7", method="PUT", json={}).json() == {"number": 7}


def test_fastapi_answers_and_lives_between_start_up_and_shutdown() -> None:
    fastapi = require("fastapi")
    from cors_core.starlette import install

    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        told.append("up")
        yield {"greeting": "hello"}
        told.append("down")

    app = fastapi.FastAPI(lifespan=lifespan)
    install(app, allow_origins=[APP])

    def greet(request: Any) -> str:
        return str(request.state.greeting)

    greet.__annotations__["request"] = fastapi.Request
    app.get("/")(greet)
    with Browser(app, at=API) as browser:
        assert browser.open(APP).fetch(API).json() == "hello"
        assert told == ["up"]
    assert told == ["up", "down"]


def test_an_application_without_a_lifespan_starts_all_the_same() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("http only")
        await asgi_answering(*OPEN)(scope, receive, send)

    with Browser(app, at=API) as browser:
        assert browser.open(APP).fetch(API).ok


def test_an_application_that_does_not_start_says_so() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="the application did not start: no database"), Browser(app):
        pass


def living(told: list[str], name: str, does: Any = None) -> Any:
    """An ASGI application that tells of its lifespan."""

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "http":
            await (does or asgi_answering(*OPEN))(scope, receive, send)
            return
        for phase in ("startup", "shutdown"):
            await receive()
            told.append(f"{name} {phase}")
            await send({"type": f"lifespan.{phase}.complete"})

    return app


def test_what_started_is_shut_down_when_another_does_not_start() -> None:
    told: list[str] = []

    async def failing(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with (
        pytest.raises(RuntimeError, match="no database"),
        Browser({API: living(told, "a"), "https://b.example": failing}),
    ):
        pass
    assert told == ["a startup", "a shutdown"]


def test_an_application_that_exits_as_it_starts_exits_the_test() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        raise SystemExit("no database")

    with pytest.raises(SystemExit, match="no database"), Browser(app):
        pass


def test_a_shutdown_that_fails_does_not_keep_the_others_from_theirs() -> None:
    told: list[str] = []

    async def refusing(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.failed"})
        raise ArithmeticError("b failed")

    with (
        pytest.raises(ArithmeticError, match="b failed"),
        Browser({API: living(told, "a"), "https://b.example": refusing}),
    ):
        pass
    assert told == ["a startup", "a shutdown"]


def test_the_lifespan_outlasts_a_request_that_took_too_long() -> None:
    told: list[str] = []
    ended: list[bool] = []

    async def slow(scope: dict[str, Any], receive: Any, send: Send) -> None:
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(True)

    with Browser(living(told, "a", does=slow), at=API, timeout=0.2) as browser, pytest.raises(NetworkError):
        browser.open(APP).fetch(API)
    assert ended == [True]
    assert told == ["a startup", "a shutdown"]


def test_the_lifespan_of_a_blocked_loop_is_left_behind_without_an_error() -> None:
    told: list[str] = []
    released = threading.Event()

    async def blocked(scope: dict[str, Any], receive: Any, send: Send) -> None:
        released.wait(30)

    with Browser(living(told, "a", does=blocked), at=API, timeout=0.2) as browser, pytest.raises(NetworkError):
        browser.open(APP).fetch(API)
    released.set()
    assert told == ["a startup"]


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("in_a_task", [pytest.param(False, id="itself"), pytest.param(True, id="in a task of its own")])
def test_an_asgi_application_that_exits_exits_the_test(kind: type[BaseException], in_a_task: bool) -> None:
    turns = iter([kind("from within"), None])

    async def leave(error: BaseException) -> None:
        raise error

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if error := next(turns):
            await (asyncio.create_task(leave(error)) if in_a_task else leave(error))
        await asgi_answering(*OPEN)(scope, receive, send)

    page = page_over(app)
    with pytest.raises(kind, match="from within"):
        page.fetch(API)
    assert page.fetch(API).ok
    page.browser.close()


def test_what_an_application_keeps_for_its_loop_stays_valid() -> None:
    loops = []

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        loops.append(asyncio.get_running_loop())
        await asgi_answering(*OPEN)(scope, receive, send)

    browser = Browser(app, at=API)
    for _ in range(2):
        browser.open(APP).fetch(API)
    assert loops[0] is loops[1]
    browser.close()
    assert loops[0].is_closed()


def test_an_asgi_application_answers_inside_a_running_loop_too() -> None:
    browser = Browser(asgi_answering(*OPEN), at=API)

    async def test() -> int:
        return browser.open(APP).fetch(API).status

    assert asyncio.run(test()) == 200
    browser.close()


def test_an_asgi_request_carries_what_was_sent() -> None:
    seen: dict[str, Any] = {}

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        seen.update(scope, message=await receive())
        await asgi_answering(*OPEN)(scope, receive, send)

    browser = Browser(app, at=f"{API}:8443")
    browser.open(APP).fetch(f"{API}:8443/caf%C3%A9?q=1", method="POST", body=b"\0")
    assert (seen["path"], seen["raw_path"], seen["query_string"]) == ("/café", b"/caf%C3%A9", b"q=1")
    assert (seen["method"], seen["scheme"], seen["server"]) == ("POST", "https", ("api.example.com", 8443))
    assert seen["message"] == {"type": "http.request", "body": b"\0", "more_body": False}
    assert (b"origin", APP.encode()) in seen["headers"]
    browser.close()


# -- applications that raise ------------------------------------------------------------------------


def broken(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    raise ZeroDivisionError("on purpose")


async def asgi_broken(scope: dict[str, Any], receive: Any, send: Send) -> None:
    raise ZeroDivisionError("on purpose")


@pytest.mark.parametrize("app", [pytest.param(broken, id="WSGI"), pytest.param(asgi_broken, id="ASGI")])
def test_an_application_that_raises_is_a_network_error_with_its_cause(app: Any) -> None:
    page = page_over(app)
    with pytest.raises(NetworkError, match="ZeroDivisionError: on purpose") as caught:
        page.fetch(API)
    assert caught.value.step == "no-response"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert page.requests[0].raised is caught.value.__cause__


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(protected(broken), id="WSGI"),
        pytest.param(asgi.CORSMiddleware(asgi_broken, allow_origins=[APP]), id="ASGI"),
    ],
)
def test_the_page_reads_the_500_of_our_middleware_and_the_exception_is_kept(app: Any) -> None:
    page = page_over(app)
    response = page.fetch(API)
    assert response.status == 500
    assert response.text() == "Internal Server Error\n"
    assert isinstance(response.raised, ZeroDivisionError)
    assert page.requests[0].raised is response.raised


def test_a_refused_500_has_the_exception_as_its_cause() -> None:
    page = page_over(protected(broken), url="https://stranger.example")
    with pytest.raises(NetworkError) as caught:
        page.fetch(API)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_response_that_breaks_off_is_none() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", list(OPEN))
        yield b"half of"
        raise ZeroDivisionError

    with pytest.raises(NetworkError, match="ZeroDivisionError"):
        page_over(app).fetch(API)


def test_an_outcome_of_the_test_passes_through() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        pytest.fail("from within")

    with pytest.raises(pytest.fail.Exception, match="from within"):
        page_over(app).fetch(API)


# -- applications that break the protocol -----------------------------------------------------------


def start(status: Any, headers: Any, body: Any = (b"",)) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        start_response(status, headers)
        return body

    return app


def messages(*sent: dict[str, Any]) -> Any:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        for message in sent:
            await send(message)

    return app


STARTED = {"type": "http.response.start", "status": 200, "headers": []}


@pytest.mark.parametrize(
    ("app", "sentence"),
    [
        pytest.param(start("OK", []), "no status such as '200 OK'", id="status line"),
        pytest.param(start(200, []), "no status such as '200 OK'", id="status as a number"),
        pytest.param(start("200 OK", [("X-A", 1)]), "is no header", id="number as a value"),
        pytest.param(start("200 OK", [("X-A",)]), "is no header", id="no pair"),
        pytest.param(start("200 OK", [("X-A", "€")]), "is no header", id="beyond Latin-1"),
        pytest.param(start("200 OK", [("X A", "1")]), "malformed", id="name with a space"),
        pytest.param(start("200 OK", [("X-A", "1\r\nX-B: 2")]), "malformed", id="line break"),
        pytest.param(start("200 OK", [], ["text"]), "str in it, not bytes", id="text in the body"),
        pytest.param(lambda environ, start_response: [b"x"], "before start_response", id="no start_response"),
        pytest.param(lambda environ, start_response: [], "ended without an answer", id="nothing at all"),
        pytest.param(messages(), "ended without an answer", id="ASGI: nothing at all"),
        pytest.param(messages(STARTED), "ended before its response did", id="ASGI: no body"),
        pytest.param(messages(STARTED, STARTED), "out of turn", id="ASGI: two starts"),
        pytest.param(messages({"type": "http.response.body"}), "out of turn", id="ASGI: body first"),
        pytest.param(messages({**STARTED, "status": "200"}), "no status such as 200", id="ASGI: status"),
        pytest.param(messages({**STARTED, "headers": [("a", "b")]}), "pair of bytes", id="ASGI: text headers"),
        pytest.param(
            messages(STARTED, {"type": "http.response.body", "body": "text"}), "not bytes", id="ASGI: text body"
        ),
    ],
)
def test_a_malformed_response_is_a_network_error(app: Any, sentence: str) -> None:
    with pytest.raises(NetworkError, match=sentence):
        page_over(app).fetch(API)


def test_start_response_may_be_called_again_with_the_exception_only() -> None:
    def twice(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        start_response("200 OK", list(OPEN))
        return []

    with pytest.raises(NetworkError, match="a second time"):
        page_over(twice).fetch(API)


def test_what_is_written_comes_first_and_the_body_is_closed() -> None:
    closed = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", list(OPEN))(b"one ")
        return Body([b"two"])

    assert page_over(app).fetch(API).text() == "one two"
    assert closed == [True]


# -- applications that take too long ----------------------------------------------------------------


def sleeping(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    time.sleep(30)
    return []


def stubborn(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
        except Exception:
            continue
    return []


async def waiting(scope: dict[str, Any], receive: Any, send: Send) -> None:
    await asyncio.sleep(30)


async def blocking(scope: dict[str, Any], receive: Any, send: Send) -> None:
    time.sleep(1)


HUNG = [
    pytest.param(sleeping, id="WSGI, asleep"),
    pytest.param(stubborn, id="WSGI, catching everything"),
    pytest.param(waiting, id="ASGI, waiting"),
    pytest.param(blocking, id="ASGI, blocking its loop"),
]


@pytest.mark.parametrize("app", HUNG)
def test_a_hung_application_is_a_network_error(app: Any) -> None:
    begun = time.monotonic()
    with pytest.raises(NetworkError, match=r"no complete answer within 0\.05 seconds") as caught:
        page_over(app, timeout=0.05).fetch(API)
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert time.monotonic() - begun < 20


def test_a_browser_goes_on_after_an_application_hung() -> None:
    turns = iter([30, 0])

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await asyncio.sleep(next(turns))
        await asgi_answering(*OPEN)(scope, receive, send)

    page = page_over(app, timeout=0.05)
    with pytest.raises(NetworkError):
        page.fetch(API)
    assert page.fetch(API).ok
    page.browser.close()


def test_a_hung_application_is_left_behind_in_other_threads_too() -> None:
    released, caught = threading.Event(), []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        released.wait(30)
        return []

    def test() -> None:
        with pytest.raises(NetworkError) as error:
            page_over(app, timeout=0.05).fetch(API)
        caught.append(error.value)

    thread = threading.Thread(target=test)
    thread.start()
    thread.join(20)
    released.set()
    assert isinstance(caught[0].__cause__, TimeoutError)


def test_other_threads_get_answers_and_exceptions() -> None:
    outcomes: list[object] = []

    def test() -> None:
        outcomes.append(page_over(answering(*OPEN)).fetch(API).status)
        try:
            page_over(broken).fetch(API)
        except NetworkError as error:
            outcomes.append(type(error.__cause__))

    thread = threading.Thread(target=test)
    thread.start()
    thread.join(20)
    assert outcomes == [200, ZeroDivisionError]


def test_the_alarm_of_a_test_runner_is_put_back() -> None:
    rung = []
    previous = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 100)
        page_over(answering(*OPEN)).fetch(API)
        assert 90 < signal.getitimer(signal.ITIMER_REAL)[0] <= 100
        signal.setitimer(signal.ITIMER_REAL, 0.05)  # sooner than ours: it is left alone
        page_over(lambda environ, start: time.sleep(0.1) or answering(*OPEN)(environ, start)).fetch(API)
        assert rung == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def test_without_a_limit_nothing_is_interrupted() -> None:
    assert page_over(answering(*OPEN), timeout=None).fetch(API).ok


def test_the_application_runs_in_the_thread_of_the_test() -> None:
    threads = []

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        threads.append(threading.current_thread())
        return answering(*OPEN)(environ, start_response)

    page_over(app).fetch(API)
    assert threads == [threading.current_thread()]


# -- event streams, which never end -------------------------------------------------------------------

STREAM = (*OPEN, ("Content-Type", "text/event-stream"))


def test_of_an_event_stream_the_first_events_are_enough() -> None:
    closed = []

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", list(STREAM))
        try:
            while True:
                yield b"data: 1\n\n"
        finally:
            closed.append(True)

    assert page_over(app).event_source(API).text() == "data: 1\n\n"
    assert closed == [True]


def test_of_an_asgi_event_stream_too() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": raw(STREAM)})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await asyncio.sleep(30)

    browser = Browser(app, at=API)
    assert browser.open(APP).event_source(API).text() == "data: 1\n\n"
    browser.close()


def test_starlettes_streams_hear_of_the_end() -> None:
    require("starlette")
    from starlette.responses import StreamingResponse

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for chunk in (b"one ", b"two"):
                yield chunk

        await StreamingResponse(chunks(), headers=dict(OPEN))(scope, receive, send)

    browser = Browser(app, at=API)
    assert browser.open(APP).fetch(API).text() == "one two"
    browser.close()


def test_a_response_to_head_has_no_body() -> None:
    assert page_over(answering(*OPEN, body=b"hello")).fetch(API, method="HEAD").text() == ""
