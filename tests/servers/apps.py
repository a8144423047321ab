"""The applications that the servers run: one set of routes for WSGI, the same for ASGI.

Every answer carries a grant and a `Vary` of its own, as an application that has never heard of the
middleware would send them.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cors_core import Policy
from cors_core.asgi import CORSMiddleware as ASGIMiddleware
from cors_core.wsgi import CORSMiddleware as WSGIMiddleware

ALLOWED = "https://app.example"
REFUSED = "https://evil.example"
API = Policy(
    allow_origins=[ALLOWED],
    allow_methods=["PUT", "DELETE"],
    allow_headers=["X-Token", "X-Family-*"],
    expose_headers=["X-Total"],
    allow_credentials=True,
)
POLICIES = {"/": API, "/public": Policy(allow_origins="*"), "/private": Policy(allow_origins=())}
FILE = Path(__file__)
WRONG = [("Content-Type", "text/plain"), ("Vary", "Accept"), ("Access-Control-Allow-Origin", "*")]
PATIENCE = 10.0  # seconds that a slow stream waits for its reader

LEFT = "the reader of the endless stream has left"


class Boom(Exception):
    """What /boom raises; its text is looked for in the server's log."""


def gate(query: str) -> Path:
    """The file that opens the slow stream of the request with this query."""
    return Path(os.environ["CORS_TEST_GATES"]) / query


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
    """Route by path; what is unknown says its process, so that a worker that died can be told."""
    route = {
        "/boom": wsgi_boom,
        "/late-boom": wsgi_late_boom,
        "/redirect": wsgi_redirect,
        "/slow": wsgi_slow,
        "/endless": wsgi_endless,
        "/file": wsgi_file,
    }.get(environ["PATH_INFO"], wsgi_pid)
    return route(environ, start_response)


def wsgi_pid(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = b"%d" % os.getpid()
    start_response("200 OK", [*WRONG, ("Content-Length", str(len(body)))])
    return [body]


def wsgi_boom(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    raise Boom("before the start")


def wsgi_late_boom(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", WRONG)
    yield b"first"
    raise Boom("after the start")


def wsgi_redirect(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("307 Temporary Redirect", [*WRONG, ("Location", "/ok"), ("Content-Length", "0")])
    return []


def wsgi_slow(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", WRONG)
    yield b"first"
    end = time.monotonic() + PATIENCE
    while not gate(environ["QUERY_STRING"]).exists() and time.monotonic() < end:
        time.sleep(0.01)
    yield b"last"


def wsgi_endless(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", WRONG)
    try:
        yield from itertools.repeat(b"x" * 65536)
    finally:
        print(LEFT, file=sys.stderr)


def wsgi_file(environ: dict[str, Any], start_response: Any) -> Any:
    start_response("200 OK", [*WRONG, ("Content-Length", str(FILE.stat().st_size))])
    return environ["wsgi.file_wrapper"](FILE.open("rb"))


wsgi = WSGIMiddleware(wsgi_app, POLICIES)


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Route by path, as `wsgi_app` does."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})
        return
    route = {
        "/boom": asgi_boom,
        "/late-boom": asgi_late_boom,
        "/redirect": asgi_redirect,
        "/slow": asgi_slow,
        "/endless": asgi_endless,
        "/file": asgi_file,
    }.get(scope["path"], asgi_pid)
    await route(scope, receive, send)


async def begin(send: Any, status: int = 200, *more: tuple[str, str]) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in [*WRONG, *more]]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def chunk(send: Any, body: bytes, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def asgi_pid(scope: Any, receive: Any, send: Any) -> None:
    body = b"%d" % os.getpid()
    await begin(send, 200, ("Content-Length", str(len(body))))
    await chunk(send, body, more=False)


async def asgi_boom(scope: Any, receive: Any, send: Any) -> None:
    raise Boom("before the start")


async def asgi_late_boom(scope: Any, receive: Any, send: Any) -> None:
    await begin(send)
    await chunk(send, b"first")
    raise Boom("after the start")


async def asgi_redirect(scope: Any, receive: Any, send: Any) -> None:
    await begin(send, 307, ("Location", "/ok"), ("Content-Length", "0"))
    await chunk(send, b"", more=False)


async def asgi_slow(scope: Any, receive: Any, send: Any) -> None:
    await begin(send)
    await chunk(send, b"first")
    end = time.monotonic() + PATIENCE
    while not gate(scope["query_string"].decode()).exists() and time.monotonic() < end:
        await asyncio.sleep(0.01)
    await chunk(send, b"last", more=False)


async def asgi_endless(scope: Any, receive: Any, send: Any) -> None:
    async def disconnected() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    await begin(send)
    reader = asyncio.create_task(disconnected())
    while not reader.done():
        await chunk(send, b"x" * 65536)
        await asyncio.sleep(0)
    print(LEFT, file=sys.stderr)


async def asgi_file(scope: Any, receive: Any, send: Any) -> None:
    content = FILE.read_bytes()
    await begin(send, 200, ("Content-Length", str(len(content))))
    await chunk(send, content, more=False)


asgi = ASGIMiddleware(asgi_app, POLICIES, check_websockets=True)
