"""What is measured: applications, the middleware around them, and the requests that they get."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cors_core import Policy
from cors_core.asgi import CORSMiddleware as OurASGI
from cors_core.wsgi import CORSMiddleware as OurWSGI
from tests.benchmarks import floor

POLICY = Policy(allow_origins=[floor.ORIGIN], allow_methods=["PUT"], allow_headers=["X-Request-Id"])
HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Length", "2"),
    ("Server", "bench"),
    ("X-Frame-Options", "DENY"),
]
RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS]


@dataclass(frozen=True)
class Stack:
    """One implementation: a name and a function that serves one prepared request."""

    name: str
    serve: Callable[[Any], Any]


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", HEADERS[:])
    return [b"{}"]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": RAW_HEADERS[:]})
    await send({"type": "http.response.body", "body": b"{}"})


def wsgi_stacks() -> list[Stack]:
    from wsgicors import CORS

    peer = CORS(wsgi_app, headers="X-Request-Id", methods="PUT, GET, HEAD, POST", maxage="600", origin=floor.ORIGIN)
    wrapped = {"bare": wsgi_app, "floor": floor.wsgi(wsgi_app), "floor again": floor.wsgi(wsgi_app)}
    wrapped |= {"ours": OurWSGI(wsgi_app, POLICY), "wsgicors": peer}
    return [Stack(name, _serve_wsgi(app)) for name, app in wrapped.items()]


def asgi_stacks() -> list[Stack]:
    from starlette.middleware.cors import CORSMiddleware

    peer = CORSMiddleware(
        asgi_app,
        allow_origins=[floor.ORIGIN],
        allow_methods=["PUT", "GET", "HEAD", "POST"],
        allow_headers=["X-Request-Id"],
    )
    wrapped = {"bare": asgi_app, "floor": floor.asgi(asgi_app), "floor again": floor.asgi(asgi_app)}
    wrapped |= {"ours": OurASGI(asgi_app, POLICY), "starlette": peer}
    return [Stack(name, _serve_asgi(app)) for name, app in wrapped.items()]


def _start_response(status: str, headers: Any, exc_info: Any = None) -> None:
    return None


def _serve_wsgi(app: Any) -> Callable[[Any], None]:
    def serve(environ: Any) -> None:
        app(environ, _start_response)

    return serve


async def _send(message: Any) -> None:
    return None


async def _receive() -> None:
    return None


def _serve_asgi(app: Any) -> Callable[[Any], None]:
    """Run the coroutine without a loop: nothing in it ever waits."""

    def serve(scope: Any) -> None:
        try:
            app(scope, _receive, _send).send(None)
        except StopIteration:
            return
        raise RuntimeError("the application waited")

    return serve


def stranger() -> str:
    """An origin that nobody allowed, and nobody asked with before."""
    return f"https://{uuid.uuid4().hex}.example.net"


def _fresh(text: str) -> str:
    """An equal string whose hash is not known yet, as every server makes them."""
    return "".join(list(text))


REQUESTS: dict[str, dict[str, Callable[[], str]]] = {
    "no Origin": {},
    "allowed": {"Origin": lambda: _fresh(floor.ORIGIN)},
    "refused": {"Origin": stranger},
    "preflight": {
        "Origin": lambda: _fresh(floor.ORIGIN),
        "Access-Control-Request-Method": lambda: "PUT",
        "Access-Control-Request-Headers": lambda: _fresh("content-type,x-request-id"),
    },
}
_BROWSER = {
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


def environs(kind: str, count: int) -> list[dict[str, Any]]:
    """Return `count` WSGI environs of one kind of request, none of which shares a string with another."""
    return [_environ(kind) for _ in range(count)]


def scopes(kind: str, count: int) -> list[dict[str, Any]]:
    """Return `count` ASGI scopes of one kind of request."""
    return [_scope(kind) for _ in range(count)]


def _environ(kind: str) -> dict[str, Any]:
    headers = {**_BROWSER, **{name: value() for name, value in REQUESTS[kind].items()}}
    method = "OPTIONS" if kind.startswith("preflight") else "GET"
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/items/1",
        "SCRIPT_NAME": "",
        "wsgi.url_scheme": "https",
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()},
    }


def _scope(kind: str) -> dict[str, Any]:
    headers = {**_BROWSER, **{name: value() for name, value in REQUESTS[kind].items()}}
    return {
        "type": "http",
        "method": "OPTIONS" if kind.startswith("preflight") else "GET",
        "path": "/items/1",
        "root_path": "",
        "scheme": "https",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
