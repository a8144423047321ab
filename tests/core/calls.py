"""One request to a WSGI or an ASGI application, made as a server makes it, and all that came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from wsgiref.util import setup_testing_defaults

ALLOWED = "https://app.example"
REFUSED = "https://evil.example"
CORS = "access-control-"


class HeaderLines(list[tuple[str, str]]):
    """Header lines in the order they were sent, with lower-case names."""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self if key == name.lower()]

    def one(self, name: str) -> str | None:
        """The value of the only line called `name`, or None."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else None

    @property
    def cors(self) -> dict[str, str]:
        return {name: value for name, value in self if name.startswith(CORS)}


def preflight(origin: str = ALLOWED, method: str = "PUT", headers: str | None = None) -> dict[str, str]:
    """The headers of a preflight."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return asked if headers is None else {**asked, "Access-Control-Request-Headers": headers}


def environ_of(
    method: str = "GET", path: str = "/", headers: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """A WSGI environ as a server makes it of a request line and headers."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    environ.update({"HTTP_" + name.upper().replace("-", "_"): value for name, value in (headers or {}).items()})
    return {**environ, **more}


class WSGIExchange:
    """One call of a WSGI application: the server's half of PEP 3333, with nothing sent before the first chunk."""

    def __init__(self, app: Any, environ: dict[str, Any]) -> None:
        self.status = ""
        self.headers = HeaderLines()
        self.headers_sent = False
        self.exc_info: Any = None
        self.written: list[bytes] = []
        self.result: Iterable[bytes] = app(environ, self.start_response)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info is not None and self.headers_sent:
            raise exc_info[1].with_traceback(exc_info[2])
        assert exc_info is not None or not self.status, "start_response was called twice without exc_info"
        self.status, self.exc_info = status, exc_info
        self.headers = HeaderLines((name.lower(), value) for name, value in headers)
        return self.write

    def write(self, data: bytes) -> None:
        self.headers_sent = True
        self.written.append(data)

    def chunks(self) -> Iterator[bytes]:
        """The body, chunk by chunk as it is sent."""
        for chunk in self.result:
            assert self.status, "the body began before start_response was called"
            self.headers_sent = True
            yield chunk

    def read(self, most: int | None = None) -> list[bytes]:
        """As many chunks as the client waits for; the body is closed then, whatever happened."""
        try:
            return list(islice(self.chunks(), most))
        finally:
            getattr(self.result, "close", lambda: None)()


def call_wsgi(
    app: Any, /, method: str = "GET", path: str = "/", headers: dict[str, str] | None = None, **more: Any
) -> WSGIExchange:
    """Have `app` answer, and read all of its body into `written`."""
    exchange = WSGIExchange(app, environ_of(method, path, headers, **more))
    exchange.written += exchange.read()
    return exchange


@dataclass
class ASGIExchange:
    """What an ASGI application sent, and what it raised."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def start(self) -> dict[str, Any]:
        return next(message for message in self.messages if message["type"] == "http.response.start")

    @property
    def status(self) -> int:
        return int(self.start["status"])

    @property
    def headers(self) -> HeaderLines:
        return HeaderLines((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.start["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(m.get("body", b"") for m in self.messages if m["type"] == "http.response.body")

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.messages]


def scope_of(
    method: str = "GET",
    path: str = "/",
    headers: dict[str, str] | Iterable[tuple[bytes, bytes]] | None = None,
    type: str = "http",
    **more: Any,
) -> dict[str, Any]:
    """An ASGI scope as a server makes it of a request line and headers."""
    if isinstance(headers, dict):
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {
        "type": type,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "ws" if type == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": list(headers or ()),
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        **more,
    }
    if type == "websocket":
        del scope["method"]
        scope.setdefault("subprotocols", [])
    return scope


async def exchange_asgi(
    app: Any, scope: dict[str, Any], *, send: Callable[[dict[str, Any]], Awaitable[None]] | None = None
) -> ASGIExchange:
    """Have `app` answer; `send` may be the server's, to fail as servers do."""
    exchange = ASGIExchange()
    received = {"websocket": ["websocket.connect"], "http": ["http.request"]}.get(scope["type"], [])
    disconnect = f"{scope['type']}.disconnect"

    async def receive() -> dict[str, Any]:
        return {"type": received.pop(0) if received else disconnect}

    async def record(message: dict[str, Any]) -> None:
        if send is not None:
            await send(message)
        exchange.messages.append(message)

    try:
        await app(scope, receive, record)
    except Exception as error:
        exchange.error = error
    return exchange


def call_asgi(
    app: Any, /, method: str = "GET", path: str = "/", headers: dict[str, str] | None = None, **more: Any
) -> ASGIExchange:
    """Have `app` answer one HTTP request, in an event loop of its own."""
    return asyncio.run(exchange_asgi(app, scope_of(method, path, headers, **more)))
