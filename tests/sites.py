"""An application behind either middleware, and what comes back from it over the wire."""

from __future__ import annotations

import io
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from cors_core import asgi, wsgi

ACRM = "Access-Control-Request-Method"
ACRH = "Access-Control-Request-Headers"
ACRPN = "Access-Control-Request-Private-Network"
APP = "https://app.example.com"
EVIL = "https://evil.example.net"
HOST = "api.example.org"

Headers = Sequence[tuple[str, str | bytes]]
#: What the application under attack sets itself, always: that is where middlewares go wrong.
ITS_OWN = (
    ("Content-Type", "text/plain"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Vary", "Accept-Encoding"),
)


class Answer(NamedTuple):
    """What came back over the wire; the names of `lines` are in lower case."""

    status: int
    lines: tuple[tuple[str, str], ...]
    body: bytes
    app_ran: bool

    @property
    def cors(self) -> dict[str, str]:
        """The `Access-Control-*` headers, without that prefix; there must be one line of each."""
        prefix = "access-control-"
        owned = [(name.removeprefix(prefix), value) for name, value in self.lines if name.startswith(prefix)]
        assert len(owned) == len(dict(owned)), owned
        return dict(owned)

    @property
    def vary(self) -> list[str]:
        lines = [value for name, value in self.lines if name == "vary"]
        assert len(lines) <= 1, lines
        return [name.strip().lower() for line in lines for name in line.split(",")]

    @property
    def size(self) -> int:
        return sum(len(name) + len(value) for name, value in self.lines)


def finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that waits for nothing, without the price of an event loop."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something")


def on_the_wire(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


class Site:
    """An application behind a middleware, and how often it was called."""

    middleware_class: ClassVar[Any]

    def __init__(self, policy: object = None, *, status: int = 200, headers: Headers = ITS_OWN, **options: Any) -> None:
        self.status, self.headers, self.calls = status, headers, 0
        self.middleware = self.middleware_class(self.app, *(() if policy is None else (policy,)), **options)

    def ask(self, method: str = "GET", path: str | bytes = "/", headers: Headers = (), *, mount: str = "") -> Answer:
        before = self.calls
        status, lines, body = self.exchange(method, on_the_wire(path), [("Host", HOST), *headers], mount)
        return Answer(status, tuple((name.lower(), value) for name, value in lines), body, self.calls > before)

    def get(self, origin: str | bytes, path: str | bytes = "/", **more: Any) -> Answer:
        return self.ask("GET", path, [("Origin", origin)], **more)

    def preflight(
        self, origin: str | bytes, method: str | bytes = "PUT", path: str | bytes = "/", headers: Headers = ()
    ) -> Answer:
        return self.ask("OPTIONS", path, [("Origin", origin), (ACRM, method), *headers])

    def exchange(self, method: str, path: bytes, headers: Headers, mount: str) -> tuple[int, Any, bytes]:
        raise NotImplementedError


class WSGISite(Site):
    middleware_class = wsgi.CORSMiddleware

    def app(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.calls += 1
        start_response(f"{self.status} Some Phrase", list(self.headers))
        return [b"body"]

    def exchange(self, method: str, path: bytes, headers: Headers, mount: str) -> tuple[int, Any, bytes]:
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": mount,
            "PATH_INFO": path.decode("latin-1"),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
        }
        for name, value in headers:  # servers join the lines of one name, with a comma
            key, text = "HTTP_" + name.upper().replace("-", "_"), on_the_wire(value).decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        started: list[Any] = []
        body = b"".join(self.middleware(environ, lambda *start: started.append(start)))
        return int(started[-1][0][:3]), started[-1][1], body


class ASGISite(Site):
    middleware_class = asgi.CORSMiddleware

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        lines = [(name.lower().encode(), on_the_wire(value)) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": lines})
        await send({"type": "http.response.body", "body": b"body"})

    def exchange(self, method: str, path: bytes, headers: Headers, mount: str) -> tuple[int, Any, bytes]:
        scope = {
            "type": "http",
            "method": method,
            "scheme": "https",
            "root_path": mount,
            "path": mount + path.decode("utf-8", "replace"),
            "headers": [(name.lower().encode(), on_the_wire(value)) for name, value in headers],
        }
        sent = talk(self.middleware, scope)
        lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"]]
        return sent[0]["status"], lines, b"".join(message.get("body", b"") for message in sent[1:])


def talk(app: Any, scope: dict[str, Any]) -> list[Any]:
    """Return the messages that an ASGI application sends."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect" if scope["type"] == "websocket" else "http.request"}

    finish(app(scope, receive, send))
    return sent
