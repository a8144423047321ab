from __future__ import annotations

import functools
import io
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.util import FileWrapper

import pytest

from cors_core import ConfigError, Outcome, Plan, Policy, Request, by_path
from cors_core.wsgi import CORSMiddleware
from tests.components import require
from tests.core.calls import ALLOWED, REFUSED, WSGIExchange, call_wsgi, environ_of, preflight

POLICY = Policy(allow_origins=[ALLOWED], allow_methods=["PUT"], expose_headers=["X-Total"])
TEXT = [("Content-Type", "text/plain")]


class Boom(Exception):
    """What an application raises in these tests."""


def ok(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", TEXT)
    return [b"ok"]


def answering(status: str, headers: list[tuple[str, str]] = TEXT, body: Iterable[bytes] = ()) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, headers)
        return body

    return app


def unreachable(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    raise AssertionError("the application was reached")


class Body:
    """A body that counts how often it is closed."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks, self.closed = iter(chunks), 0

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks

    def close(self) -> None:
        self.closed += 1


# Errors


def raises(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    raise Boom("before start_response")


def generator_raises(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    raise Boom("in the generator, before start_response")
    yield b""


def raises_after_start(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [*TEXT, ("Content-Length", "2")])
    raise Boom("after start_response")


def generator_raises_after_start(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [*TEXT, ("Content-Length", "2")])
    raise Boom("in the generator, after start_response")
    yield b""


FAILING = [
    pytest.param(raises, id="before start_response"),
    pytest.param(generator_raises, id="generator, before start_response"),
    pytest.param(raises_after_start, id="after start_response"),
    pytest.param(generator_raises_after_start, id="generator, after start_response"),
]


@pytest.mark.parametrize("app", FAILING)
@pytest.mark.parametrize(("origin", "granted"), [(ALLOWED, ALLOWED), (REFUSED, None), (None, None)])
def test_an_unhandled_exception_is_a_500_with_the_plans_headers(
    app: Any, origin: str | None, granted: str | None
) -> None:
    exchange = WSGIExchange(CORSMiddleware(app, POLICY), environ_of(headers={"Origin": origin} if origin else {}))
    with pytest.raises(Boom):
        exchange.written.extend(exchange.chunks())
    assert exchange.status.startswith("500 ")
    assert exchange.headers.one("Access-Control-Allow-Origin") == granted
    assert exchange.headers.one("Vary") == "Origin"


@pytest.mark.parametrize("app", FAILING)
def test_the_body_of_a_500_is_whole_before_the_exception_is_raised_again(app: Any) -> None:
    exchange = WSGIExchange(CORSMiddleware(app, POLICY), environ_of(headers={"Origin": ALLOWED}))
    chunks = exchange.chunks()
    body = next(chunks)
    assert exchange.headers.one("Content-Length") == str(len(body))
    with pytest.raises(Boom) as caught:
        next(chunks)
    assert caught.traceback[-1].name == app.__name__, "the traceback leads to the application"


def test_the_body_of_a_500_says_nothing_of_the_exception() -> None:
    exchange = WSGIExchange(CORSMiddleware(raises, POLICY), environ_of())
    body = next(iter(exchange.result))
    assert b"Boom" not in body
    assert b"start_response" not in body


def test_the_server_is_told_why_the_answer_was_replaced() -> None:
    exchange = WSGIExchange(CORSMiddleware(raises_after_start, POLICY), environ_of())
    assert exchange.exc_info[0] is Boom


def test_an_exception_after_headers_were_sent_is_the_servers() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", TEXT)(b"sent already")
        raise Boom

    with pytest.raises(Boom):
        WSGIExchange(CORSMiddleware(app, POLICY), environ_of())


def test_an_exception_in_the_middle_of_a_body_is_the_servers() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        yield b"first"
        raise Boom

    exchange = WSGIExchange(CORSMiddleware(app, POLICY), environ_of(headers={"Origin": ALLOWED}))
    with pytest.raises(Boom):
        exchange.written.extend(exchange.chunks())
    assert exchange.written == [b"first"]
    assert exchange.status == "200 OK"


@pytest.mark.parametrize("interruption", [SystemExit, KeyboardInterrupt])
def test_what_is_no_exception_passes(interruption: type[BaseException]) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise interruption

    with pytest.raises(interruption):
        WSGIExchange(CORSMiddleware(app, POLICY), environ_of())


def test_exc_info_of_the_application_reaches_the_server() -> None:
    error = Boom()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", TEXT)
        start_response("503 Service Unavailable", TEXT, (Boom, error, None))
        return [b"later"]

    exchange = call_wsgi(CORSMiddleware(app, POLICY), headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.exc_info) == ("503 Service Unavailable", (Boom, error, None))
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED


def test_where_no_policy_applies_an_exception_is_not_touched() -> None:
    with pytest.raises(Boom):
        WSGIExchange(CORSMiddleware(raises, {"/api": POLICY}), environ_of(path="/other"))


# Bodies


@pytest.mark.parametrize("body", [pytest.param([b"a", b"b"], id="list"), pytest.param(Body(b"a"), id="iterable")])
def test_a_body_is_handed_on_as_it_is(body: Iterable[bytes]) -> None:
    exchange = WSGIExchange(CORSMiddleware(answering("200 OK", body=body), POLICY), environ_of())
    assert exchange.result is body


def test_the_servers_file_wrapper_keeps_its_type() -> None:
    wrapped = FileWrapper(io.BytesIO(b"file"))

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", TEXT)
        return environ["wsgi.file_wrapper"](wrapped)

    exchange = WSGIExchange(
        CORSMiddleware(app, POLICY), environ_of(headers={"Origin": ALLOWED}, **{"wsgi.file_wrapper": lambda it: it})
    )
    assert exchange.result is wrapped
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED


def test_an_infinite_body_is_read_no_further_than_the_server_asks() -> None:
    made = itertools.count()

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        for number in made:
            yield b"%d" % number

    exchange = WSGIExchange(CORSMiddleware(app, POLICY), environ_of(headers={"Origin": ALLOWED}))
    assert exchange.read(3) == [b"0", b"1", b"2"]
    assert next(made) == 3
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED


class Lazy(Body):
    """A body that calls `start_response` when its iteration begins, as PEP 3333 allows."""

    def __init__(self, start: Callable[[], object], *chunks: bytes) -> None:
        super().__init__(*chunks)
        self.start = start

    def __iter__(self) -> Iterator[bytes]:
        self.start()
        return self.chunks


def lazily(*chunks: bytes, fails: bool = False) -> tuple[Any, list[Lazy]]:
    """An application with lazy bodies, and the bodies that it made."""
    bodies: list[Lazy] = []

    def app(environ: dict[str, Any], start_response: Any) -> Lazy:
        def start() -> None:
            if fails:
                raise Boom
            start_response("200 OK", TEXT)

        bodies.append(Lazy(start, *chunks))
        return bodies[-1]

    return app, bodies


@pytest.mark.parametrize(
    "read", [pytest.param(None, id="all"), pytest.param(1, id="one chunk"), pytest.param(0, id="none")]
)
def test_close_is_called_once_however_much_was_read(read: int | None) -> None:
    body = Body(b"a", b"b", b"c")
    WSGIExchange(CORSMiddleware(answering("200 OK", body=body), POLICY), environ_of()).read(read)
    assert body.closed == 1


@pytest.mark.parametrize(
    "read", [pytest.param(None, id="all"), pytest.param(1, id="one chunk"), pytest.param(0, id="none")]
)
def test_close_is_called_once_on_a_body_that_starts_late(read: int | None) -> None:
    app, bodies = lazily(b"a", b"b", b"c")
    exchange = WSGIExchange(CORSMiddleware(app, POLICY), environ_of())
    assert exchange.read(read) == [b"a", b"b", b"c"][:read]
    assert [body.closed for body in bodies] == [1]


def test_close_is_called_once_on_a_body_whose_iteration_fails_to_begin() -> None:
    app, bodies = lazily(fails=True)
    exchange = WSGIExchange(CORSMiddleware(app, POLICY), environ_of(headers={"Origin": ALLOWED}))
    with pytest.raises(Boom):
        exchange.read()
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED
    assert [body.closed for body in bodies] == [1]


def test_a_generator_that_failed_is_closed() -> None:
    finished = []

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        try:
            raise Boom
            yield b""
        finally:
            finished.append(True)

    with pytest.raises(Boom):
        call_wsgi(CORSMiddleware(app, POLICY))
    assert finished == [True]


def test_a_generator_without_chunks_is_an_empty_body() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("204 No Content", [])
        yield from ()

    exchange = call_wsgi(CORSMiddleware(app, POLICY), headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.written) == ("204 No Content", [])
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED


def test_the_write_callable_is_the_servers_own() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        write = start_response("200 OK", TEXT)
        write(b"written, ")
        return [b"returned"]

    exchange = call_wsgi(CORSMiddleware(app, POLICY), headers={"Origin": ALLOWED})
    assert exchange.written == [b"written, ", b"returned"]
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED


# Answers of every kind


@pytest.mark.parametrize(
    ("method", "status"),
    [
        pytest.param("HEAD", "200 OK", id="HEAD"),
        pytest.param("GET", "304 Not Modified", id="304"),
        pytest.param("GET", "206 Partial Content", id="206"),
        pytest.param("POST", "303 See Other", id="redirect"),
        pytest.param("GET", "401 Unauthorized", id="401"),
        pytest.param("GET", "404 Not Found", id="404"),
        pytest.param("OPTIONS", "200 OK", id="OPTIONS that is no preflight"),
    ],
)
def test_every_answer_of_the_application_carries_the_headers(method: str, status: str) -> None:
    exchange = call_wsgi(CORSMiddleware(answering(status, []), POLICY), method, headers={"Origin": ALLOWED})
    assert exchange.status == status
    assert exchange.headers.cors == {
        "access-control-allow-origin": ALLOWED,
        "access-control-expose-headers": "X-Total",
    }
    assert exchange.headers.one("Vary") == "Origin"


@pytest.mark.parametrize(("origin", "status"), [(ALLOWED, "204 No Content"), (REFUSED, "403 Forbidden")])
def test_a_preflight_does_not_reach_the_application(origin: str, status: str) -> None:
    exchange = call_wsgi(CORSMiddleware(unreachable, POLICY), "OPTIONS", headers=preflight(origin))
    assert (exchange.status, exchange.written) == (status, [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_an_enforced_refusal_has_a_body_except_for_head(method: str) -> None:
    policy = Policy(allow_origins=[ALLOWED], enforce="all")
    exchange = call_wsgi(CORSMiddleware(unreachable, policy), method, headers={"Origin": REFUSED})
    assert exchange.status == "403 Forbidden"
    assert bool(exchange.written) is (method != "HEAD")


def test_what_the_application_grants_is_replaced_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    app = CORSMiddleware(answering("200 OK", [("Access-Control-Allow-Origin", "*"), ("Vary", "Accept")]), POLICY)
    for _ in range(3):
        exchange = call_wsgi(app, headers={"Origin": REFUSED})
        assert exchange.headers.cors == {}
        assert exchange.headers.one("Vary") == "Accept, Origin"
    assert caplog.text.count("Access-Control-Allow-Origin") == 1


def test_changing_the_sent_headers_changes_no_later_answer() -> None:
    app = CORSMiddleware(ok, POLICY)
    for method in ("GET", "OPTIONS"):
        first = WSGIExchange(app, environ_of(method, headers=preflight()))
        second = WSGIExchange(app, environ_of(method, headers=preflight()))
        expected = list(second.headers)
        first.headers.clear()
        assert list(WSGIExchange(app, environ_of(method, headers=preflight())).headers) == expected

    handed: list[list[tuple[str, str]]] = []
    app(environ_of("OPTIONS", headers=preflight()), lambda status, headers: handed.append(headers))
    handed[0].append(("X-Added", "by a server"))
    assert "x-added" not in dict(call_wsgi(app, "OPTIONS", headers=preflight()).headers)


@pytest.mark.parametrize("body", [pytest.param(None, id="generator"), pytest.param([b"ok"], id="list")])
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        pytest.param("GET", {}, id="no Origin"),
        pytest.param("GET", {"Origin": ALLOWED}, id="allowed"),
        pytest.param("GET", {"Origin": REFUSED}, id="refused"),
        pytest.param("POST", {"Origin": REFUSED}, id="blocked"),
        pytest.param("HEAD", {"Origin": ALLOWED}, id="HEAD"),
        pytest.param("OPTIONS", preflight(), id="preflight"),
        pytest.param("OPTIONS", preflight(REFUSED), id="preflight, refused"),
    ],
)
@pytest.mark.parametrize("status", [204, 200])
def test_webtest_finds_nothing_to_complain_of(
    method: str, headers: dict[str, str], body: list[bytes] | None, status: int
) -> None:
    def generator(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [*TEXT, ("Vary", "Accept")])
        yield b"ok"

    policy = Policy(allow_origins=[ALLOWED], enforce="unsafe", preflight_status=status)
    app = CORSMiddleware(generator if body is None else answering("200 OK", body=body), policy)
    client = require("webtest").TestApp(app, lint=True)
    response = client.request("/", method=method, headers=headers, expect_errors=True)
    assert response.status_int in (200, 204, 403)


# Two of them


def test_of_two_the_outer_answers_and_the_inner_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    inner = CORSMiddleware(ok, allow_origins="*")
    outer = CORSMiddleware(inner, POLICY)
    for _ in range(3):
        exchange = call_wsgi(outer, headers={"Origin": ALLOWED})
        assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED
        assert exchange.headers.one("Vary") == "Origin"
    assert [record.getMessage() for record in caplog.records if "twice" in record.getMessage()] == [
        "CORS is installed twice; the outer middleware answers and this one steps aside. Remove one of them"
    ]


def test_of_two_the_inner_answers_where_the_outer_has_no_policy(caplog: pytest.LogCaptureFixture) -> None:
    inner = CORSMiddleware(ok, allow_origins="*")
    outer = CORSMiddleware(inner, {"/api": POLICY})
    assert call_wsgi(outer, path="/open", headers={"Origin": REFUSED}).headers.one("Access-Control-Allow-Origin") == "*"
    assert call_wsgi(outer, path="/api", headers={"Origin": REFUSED}).headers.cors == {}
    assert caplog.text.count("twice") == 1


# reconfigure


def test_reconfigure_counts_from_the_next_request() -> None:
    app = CORSMiddleware(ok, POLICY)
    assert call_wsgi(app, headers={"Origin": REFUSED}).headers.cors == {}
    app.reconfigure(Policy(allow_origins=[REFUSED]))
    assert call_wsgi(app, headers={"Origin": REFUSED}).headers.one("Access-Control-Allow-Origin") == REFUSED
    assert call_wsgi(app, headers={"Origin": ALLOWED}).headers.cors == {}


def test_a_request_that_began_keeps_its_policy() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        middleware.reconfigure(Policy(allow_origins=()))
        return ok(environ, start_response)

    middleware = CORSMiddleware(app, POLICY)
    assert call_wsgi(middleware, headers={"Origin": ALLOWED}).headers.one("Access-Control-Allow-Origin") == ALLOWED
    assert call_wsgi(middleware, headers={"Origin": ALLOWED}).headers.cors == {}


async def anyone_async(origin: str) -> bool:
    return True


@pytest.mark.parametrize(
    "invalid",
    [
        pytest.param("*", id="no policy"),
        pytest.param(None, id="nothing"),
        pytest.param({"api": POLICY}, id="a key without a slash"),
        pytest.param(Policy(allow_origins=[anyone_async]), id="an async predicate"),
    ],
)
def test_an_invalid_policy_keeps_the_old_one(invalid: Any) -> None:
    app = CORSMiddleware(ok, POLICY)
    with pytest.raises(ConfigError):
        app.reconfigure(invalid)
    assert call_wsgi(app, headers={"Origin": ALLOWED}).headers.one("Access-Control-Allow-Origin") == ALLOWED


# observe


@pytest.mark.parametrize(
    ("method", "headers", "outcome"),
    [
        pytest.param("GET", {}, Outcome.NOT_CORS, id="no Origin"),
        pytest.param("GET", {"Origin": ALLOWED}, Outcome.ALLOWED, id="allowed"),
        pytest.param("GET", {"Origin": REFUSED}, Outcome.ORIGIN_REFUSED, id="refused"),
        pytest.param("POST", {"Origin": "http://127.0.0.1"}, Outcome.SAME_ORIGIN, id="same origin"),
        pytest.param("OPTIONS", preflight(), Outcome.ALLOWED, id="preflight"),
        pytest.param("OPTIONS", preflight(method="DELETE"), Outcome.METHOD_REFUSED, id="preflight, method"),
        pytest.param("OPTIONS", preflight(headers="x-no"), Outcome.HEADERS_REFUSED, id="preflight, headers"),
    ],
)
def test_observe_hears_of_every_request(method: str, headers: dict[str, str], outcome: Outcome) -> None:
    heard: list[tuple[Request, Plan]] = []
    app = CORSMiddleware(ok, POLICY, observe=lambda request, plan: heard.append((request, plan)))
    for turn in (1, 2):
        call_wsgi(app, method, "/path", {"Host": "127.0.0.1", **headers}, REMOTE_ADDR="192.0.2.1")
        assert len(heard) == turn, "also when an equal request came before"
    request, plan = heard[-1]
    assert plan.outcome is outcome
    assert (request.method, request.path, request.origin) == (method, "/path", headers.get("Origin"))
    assert request.raw["REMOTE_ADDR"] == "192.0.2.1"


def test_observe_hears_nothing_where_no_policy_applies() -> None:
    heard: list[object] = []
    call_wsgi(CORSMiddleware(ok, {"/api": POLICY}, observe=lambda *_: heard.append(1)), path="/other")
    assert heard == []


def test_observe_survives_reconfigure() -> None:
    heard: list[object] = []
    app = CORSMiddleware(ok, POLICY, observe=lambda *_: heard.append(1))
    app.reconfigure(Policy(allow_origins="*"))
    call_wsgi(app)
    assert heard == [1]


def test_an_observer_that_raises_is_logged_and_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def observe(request: Request, plan: Plan) -> None:
        raise Boom

    exchange = call_wsgi(CORSMiddleware(ok, POLICY, observe=observe), headers={"Origin": ALLOWED})
    assert exchange.headers.one("Access-Control-Allow-Origin") == ALLOWED
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [Boom]


# What it takes


class AsyncCallable:
    async def __call__(self, value: Any) -> Any:
        return True


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(anyone_async, id="async def"),
        pytest.param(AsyncCallable(), id="an object with async __call__"),
        pytest.param(functools.partial(anyone_async), id="partial"),
    ],
)
def test_what_would_have_to_be_awaited_is_refused_at_construction(function: Any) -> None:
    for policy in (function, Policy(allow_origins=[function])):
        with pytest.raises(ConfigError, match="write a plain function") as caught:
            CORSMiddleware(ok, policy)
        assert [problem.code for problem in caught.value.problems] == ["asynchronous"]


def test_what_turns_out_to_be_awaitable_refuses(caplog: pytest.LogCaptureFixture) -> None:
    async def select(request: Request) -> Policy:
        return Policy(allow_origins="*")

    for policy in (Policy(allow_origins=[lambda origin: anyone_async(origin)]), {"/": lambda request: select(request)}):
        exchange = call_wsgi(CORSMiddleware(ok, policy), headers={"Origin": ALLOWED})
        assert exchange.headers.cors == {}
        assert exchange.headers.one("Vary") == "Origin"
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR] * 2


def failing_selector(request: Request) -> Policy:
    raise Boom


@pytest.mark.parametrize(
    "selector",
    [
        pytest.param(failing_selector, id="raises"),
        pytest.param(lambda request: "*", id="text"),
        pytest.param(lambda request: True, id="True"),
        pytest.param(lambda request: {"/": POLICY}, id="a mapping"),
    ],
)
def test_a_selector_that_fails_allows_nobody_and_is_logged(selector: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = CORSMiddleware(ok, selector)
    exchange = call_wsgi(app, headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.headers.cors, exchange.headers.one("Vary")) == ("200 OK", {}, "Origin")
    assert any(record.exc_info for record in caplog.records)
    assert call_wsgi(app, "OPTIONS", headers=preflight()).status == "403 Forbidden"


def test_a_predicate_that_raises_refuses_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def predicate(origin: str) -> bool:
        raise Boom

    exchange = call_wsgi(CORSMiddleware(ok, allow_origins=[predicate]), headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.headers.cors) == ("200 OK", {})
    assert any(record.exc_info and record.exc_info[0] is Boom for record in caplog.records)


def test_a_predicate_is_asked_on_every_request() -> None:
    answers = iter([True, False, True])
    app = CORSMiddleware(ok, allow_origins=[lambda origin: next(answers)])
    granted = [call_wsgi(app, headers={"Origin": ALLOWED}).headers.one("Access-Control-Allow-Origin") for _ in range(3)]
    assert granted == [ALLOWED, None, ALLOWED]


def test_a_policy_beside_fields_is_an_error() -> None:
    with pytest.raises(ConfigError) as caught:
        CORSMiddleware(ok, POLICY, max_age=5, allow_methods=["PUT"])
    assert {(problem.code, problem.field) for problem in caught.value.problems} == {
        ("two-policies", "max_age"),
        ("two-policies", "allow_methods"),
    }


def test_no_policy_at_all_is_an_error() -> None:
    with pytest.raises(ConfigError, match="say who may read"):
        CORSMiddleware(ok)


def test_an_unknown_keyword_is_an_error_that_knows_better() -> None:
    with pytest.raises(ConfigError, match="did you mean allow_origins"):
        CORSMiddleware(ok, allow_origin=[ALLOWED])  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "own_origin",
    ["", "api.example", "https://api.example/", "https://API.example", "null", "*", "https://a.example:443"],
)
def test_an_own_origin_that_is_no_origin_is_an_error(own_origin: str) -> None:
    with pytest.raises(ConfigError) as caught:
        CORSMiddleware(ok, POLICY, own_origin=own_origin)
    assert caught.value.problems[0].field == "own_origin"


def test_the_own_origin_is_the_same_origin_whatever_host_says() -> None:
    seen: list[Outcome] = []
    app = CORSMiddleware(
        ok, POLICY, own_origin="https://api.example", observe=lambda request, plan: seen.append(plan.outcome)
    )
    for origin in ("https://api.example", "http://127.0.0.1"):
        call_wsgi(app, "POST", headers={"Origin": origin, "Host": "127.0.0.1"})
    assert seen == [Outcome.SAME_ORIGIN, Outcome.ORIGIN_REFUSED]


# Paths


def granted(app: Any, path: str, **more: Any) -> str | None:
    return call_wsgi(app, path=path, headers={"Origin": ALLOWED}, **more).headers.one("Access-Control-Allow-Origin")


def test_a_mapping_is_a_table_of_paths() -> None:
    app = CORSMiddleware(ok, {"/api": POLICY, "/api/private": None})
    assert [granted(app, path) for path in ("/api/x", "/api/private/x", "/")] == [ALLOWED, None, None]
    exchange = call_wsgi(app, path="/api/private", headers={"Origin": ALLOWED})
    assert exchange.headers.one("Vary") is None, "a hole is not touched at all"


def test_a_path_beyond_ascii_is_compared_as_text() -> None:
    app = CORSMiddleware(ok, by_path({"/café": POLICY}))
    assert granted(app, "/café".encode().decode("latin-1")) == ALLOWED
    assert granted(app, "/cafe") is None


@pytest.mark.parametrize("path", ["/caf\xe9", "/\xff\xfe", "/api/\xc0\xaf", "/api/\x00"])
def test_a_path_that_is_no_text_is_shared_with_nobody(path: str) -> None:
    exchange = call_wsgi(CORSMiddleware(ok, {"/": POLICY}), path=path, headers={"Origin": ALLOWED})
    assert (exchange.status, exchange.headers.cors, exchange.headers.one("Vary")) == ("200 OK", {}, "Origin")


def test_the_mount_point_is_no_part_of_the_path() -> None:
    app = CORSMiddleware(ok, {"/api": POLICY})
    assert granted(app, "/api/x", SCRIPT_NAME="/service") == ALLOWED
    assert granted(app, "/x", SCRIPT_NAME="/api") is None


def test_the_root_of_a_mounted_application_has_an_empty_path() -> None:
    app = CORSMiddleware(ok, {"/": POLICY})
    assert granted(app, "", SCRIPT_NAME="/service") == ALLOWED
