"""What is measured: the bare application, and the floor, ours and the peer around it, on each kind of stack.

A peer gets the configuration that its documentation recommends for the policy.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from cors_core.asgi import CORSMiddleware as OurASGI
from cors_core.wsgi import CORSMiddleware as OurWSGI
from tests.benchmarks import floor
from tests.benchmarks.cases import ASKED, HEADERS, MAX_AGE, METHODS, Case

RESPONSE_HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Length", "2"),
    ("Server", "bench"),
    ("X-Frame-Options", "DENY"),
]
RAW_RESPONSE_HEADERS = floor.raw(RESPONSE_HEADERS)
REQUEST_HEADERS = {
    "Host": "api.example.com",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
    "Accept": "*/*",
    "Accept-Language": "en-GB,en;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
    "Referer": "https://app.example.com/",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-site",
    "Sec-Fetch-Dest": "empty",
}
CGI = {name: "HTTP_" + name.upper().replace("-", "_") for name in (*REQUEST_HEADERS, *ASKED)}


@dataclass(frozen=True)
class Answer:
    """What a client gets: names in lower case."""

    status: int
    headers: list[tuple[str, str]]

    def values(self, name: str) -> list[str]:
        """The elements of a header's lists, over all its lines, in lower case."""
        lines = [value for each, value in self.headers if each == name]
        return [part.strip().lower() for line in lines for part in line.split(",")]


@dataclass(frozen=True)
class Stack:
    """One implementation: what serves a batch of requests, and what answers a single one."""

    name: str
    serve: Callable[[list[Any]], None]
    answer: Callable[[Any], Answer]


@dataclass(frozen=True)
class Protocol:
    """A kind of stack: its implementations under a policy, and its requests.

    `request` makes one from what CORS looks at in it.
    """

    name: str
    title: str
    peer: str
    stacks: Callable[[Case], AbstractContextManager[list[Stack]]]
    request: Callable[[dict[str, str]], Any]
    effort: int = 1
    """How many times more rounds it takes to see what CORS adds."""


# -- WSGI -----------------------------------------------------------------------------------------

ENVIRON = {
    "PATH_INFO": "/items/1",
    "QUERY_STRING": "",
    "SCRIPT_NAME": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https",
    "wsgi.input": io.BytesIO(),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    **{CGI[name]: value for name, value in REQUEST_HEADERS.items()},
}


def environ(asked: dict[str, str]) -> dict[str, Any]:
    method = "OPTIONS" if "Access-Control-Request-Method" in asked else "GET"
    return {**ENVIRON, "REQUEST_METHOD": method, **{CGI[name]: value for name, value in asked.items()}}


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", RESPONSE_HEADERS[:])
    return [b"{}"]


@contextmanager
def wsgi_stacks(case: Case) -> Iterator[list[Stack]]:
    wrapped = {
        "bare": wsgi_app,
        "floor": floor.wsgi(wsgi_app, case),
        "floor again": floor.wsgi(wsgi_app, case),
        "ours": OurWSGI(wsgi_app, case.policy),
        "peer": wsgicors(case),
    }
    yield [Stack(name, _served(app), answered(app)) for name, app in wrapped.items()]


def wsgicors(case: Case) -> Any:
    from wsgicors import CORS

    origins = " ".join((*case.exact, *(f"https://*.{domain}" for domain in case.domains)))
    return CORS(
        wsgi_app,
        origin="*" if case.everyone else origins,
        methods=", ".join(METHODS),
        headers=", ".join(HEADERS),
        credentials="true" if case.credentials else "false",
        maxage=str(MAX_AGE),
    )


def _ignore(status: str, headers: Any, exc_info: Any = None) -> None:
    return None


def _served(app: Any) -> Callable[[list[Any]], None]:
    def serve(environs: list[Any]) -> None:
        for environ in environs:
            app(environ, _ignore)

    return serve


def served_whole(app: Any) -> Callable[[list[Any]], None]:
    """Read the body and close it, as servers do; frameworks clean up then."""

    def serve(environs: list[Any]) -> None:
        for environ in environs:
            body = app(environ, _ignore)
            b"".join(body)
            close = getattr(body, "close", None)
            if close is not None:
                close()

    return serve


def answered(app: Any) -> Callable[[Any], Answer]:
    def answer(environ: Any) -> Answer:
        started: list[Any] = []
        body = app(environ, lambda *start: started.append(start))
        b"".join(body)
        getattr(body, "close", lambda: None)()
        status, headers = started[-1][:2]
        return Answer(int(status[:3]), [(name.lower(), value) for name, value in headers])

    return answer


# -- ASGI -----------------------------------------------------------------------------------------

SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "http_version": "1.1",
    "path": "/items/1",
    "raw_path": b"/items/1",
    "query_string": b"",
    "root_path": "",
    "scheme": "https",
    "client": ("127.0.0.1", 50000),
    "server": ("127.0.0.1", 8000),
}
_RAW_BEFORE, _RAW_AFTER = (floor.raw([*REQUEST_HEADERS.items()][part]) for part in (slice(5), slice(5, None)))
_RAW_NAMES = {name: name.lower().encode() for name in ASKED}


def scope(asked: dict[str, str]) -> dict[str, Any]:
    """Return a scope whose Origin is in the middle of the headers, where browsers have it."""
    method = "OPTIONS" if "Access-Control-Request-Method" in asked else "GET"
    ours = [(_RAW_NAMES[name], value.encode()) for name, value in asked.items()]
    return {**SCOPE, "method": method, "headers": [*_RAW_BEFORE, *ours, *_RAW_AFTER]}


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": RAW_RESPONSE_HEADERS[:]})
    await send({"type": "http.response.body", "body": b"{}"})


@contextmanager
def asgi_stacks(case: Case) -> Iterator[list[Stack]]:
    wrapped = {
        "bare": asgi_app,
        "floor": floor.asgi(asgi_app, case),
        "floor again": floor.asgi(asgi_app, case),
        "ours": OurASGI(asgi_app, case.policy),
        "peer": starlette(case),
    }
    yield [Stack(name, _served_asgi(app), _answered_asgi(app)) for name, app in wrapped.items()]


def starlette(case: Case) -> Any:
    from starlette.middleware.cors import CORSMiddleware

    return CORSMiddleware(
        asgi_app,
        allow_origins=["*"] if case.everyone else case.exact,
        allow_origin_regex=floor.subdomains(case) if case.domains else None,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        allow_credentials=case.credentials,
        max_age=MAX_AGE,
    )


async def _sent(message: Any) -> None:
    return None


async def _receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


def _served_asgi(app: Any) -> Callable[[list[Any]], None]:
    """Run the coroutines without a loop: nothing in them ever waits."""

    def serve(scopes: list[Any]) -> None:
        for scope in scopes:
            _run(app(scope, _receive, _sent))

    return serve


def _run(coroutine: Any) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("the application waited")


def _answered_asgi(app: Any) -> Callable[[Any], Answer]:
    def answer(scope: Any) -> Answer:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        _run(app(scope, _receive, send))
        return Answer(sent[0]["status"], [(name.decode(), value.decode()) for name, value in sent[0]["headers"]])

    return answer


PROTOCOLS = (
    Protocol("wsgi", "WSGI", "wsgicors", wsgi_stacks, environ),
    Protocol("asgi", "ASGI", "Starlette", asgi_stacks, scope),
)
