"""Servers in a line, for pages that fetch from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from cors_core.browser import (
    STANDARD,
    Exchange,
    Incoming,
    Init,
    Origin,
    Outgoing,
    Profile,
    Result,
    UserAgent,
    parse_page,
)
from tests.core.calls import call_wsgi

PAGE = "https://page.example"
API = "https://api.example/items"
OTHER = "https://other.example/items"

_SHORT = {
    "ACAO": "Access-Control-Allow-Origin",
    "ACAC": "Access-Control-Allow-Credentials",
    "ACAM": "Access-Control-Allow-Methods",
    "ACAH": "Access-Control-Allow-Headers",
    "ACEH": "Access-Control-Expose-Headers",
    "ACMA": "Access-Control-Max-Age",
    "CORP": "Cross-Origin-Resource-Policy",
    "TAO": "Timing-Allow-Origin",
}


def reply(*lines: str, status: int = 200, body: bytes = b"body") -> Incoming:
    """A response of header lines; the names of CORS may be abbreviated."""
    pairs = [line.partition(":")[::2] for line in lines]
    return Incoming(status, tuple((_SHORT.get(name, name), value.removeprefix(" ")) for name, value in pairs), body)


OPEN = reply("ACAO: *")
GRANT = reply("ACAO: *", "ACAM: *", "ACAH: *, authorization", status=204, body=b"")
ECHO = (f"ACAO: {PAGE}", "ACAC: true")
"""The header lines that let the page in, with credentials."""


class Server:
    """Answers preflights with one reply and requests with another; keeps what it was sent.

    `at` has replies of their own for some URLs, to both.
    """

    def __init__(
        self, actual: Incoming = OPEN, preflight: Incoming = GRANT, *, at: dict[str, Incoming] | None = None
    ) -> None:
        self.actual, self.preflight, self.at = actual, preflight, at or {}
        self.log: list[Outgoing] = []

    def __call__(self, outgoing: Outgoing) -> Incoming:
        self.log.append(outgoing)
        if outgoing.kind == "preflight":
            return self.preflight
        return self.at.get(outgoing.url, self.actual)

    @property
    def preflights(self) -> list[Outgoing]:
        return [outgoing for outgoing in self.log if outgoing.kind == "preflight"]

    @property
    def requests(self) -> list[Outgoing]:
        return [outgoing for outgoing in self.log if outgoing.kind == "request"]

    @property
    def methods(self) -> str:
        """What it saw, as `OPTIONS PUT`."""
        return " ".join(outgoing.method for outgoing in self.log)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class CachingProxy:
    """A shared cache before a server: it keeps what a GET was answered, as long as `Vary` lets it.

    https://www.rfc-editor.org/rfc/rfc9111#section-4.1
    """

    def __init__(self, server: Exchange) -> None:
        self.server = server
        self.stored: list[tuple[str, dict[str, str | None], Incoming]] = []

    def __call__(self, outgoing: Outgoing) -> Incoming:
        if outgoing.method != "GET":
            return self.server(outgoing)
        for url, varying, response in self.stored:
            if url == outgoing.url and all(outgoing.header(name) == value for name, value in varying.items()):
                return response
        response = self.server(outgoing)
        names = [name.strip() for name in (response.header("Vary") or "").split(",") if name.strip()]
        if "*" not in names:
            self.stored.append((outgoing.url, {name: outgoing.header(name) for name in names}, response))
        return response


def over_wsgi(app: Any) -> Exchange:
    """An exchange that has a WSGI application answer, whatever host is asked."""

    def exchange(outgoing: Outgoing) -> Incoming:
        parts = urlsplit(outgoing.url)
        more = {"HTTP_HOST": parts.netloc, "wsgi.url_scheme": parts.scheme, "QUERY_STRING": parts.query}
        answer = call_wsgi(app, outgoing.method, parts.path, dict(outgoing.headers), **more)
        return Incoming(int(answer.status[:3]), tuple(answer.headers), b"".join(answer.written))

    return exchange


def init(headers: Iterable[tuple[str, str]] | dict[str, str] = (), **more: Any) -> Init:
    pairs = headers.items() if isinstance(headers, dict) else headers
    return Init(headers=tuple(pairs), **more)


def fetch(exchange: Exchange, url: str = API, *, page: str = PAGE, profile: Profile = STANDARD, **more: Any) -> Result:
    """What a page of `page` gets by one fetch, in a browser that remembers nothing."""
    return UserAgent(exchange, profile=profile).fetch(url, init(**more), page=parse_page(page))


def fetcher(agent: UserAgent, page: str | Origin = PAGE) -> Callable[..., Result]:
    """A page in a browser that remembers."""
    origin = parse_page(page) if isinstance(page, str) else page
    return lambda url=API, **more: agent.fetch(url, init(**more), page=origin)


def step(result: Result) -> str:
    """The name of the check that failed; empty if the page got a response."""
    return result.failure.step if result.failure else ""
