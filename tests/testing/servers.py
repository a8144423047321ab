"""Applications to fetch from, and a browser on a page of another origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cors_core.testing import Browser, Page
from cors_core.wsgi import CORSMiddleware
from tests.components import require

require("ada_url")

API = "https://api.example.com"
APP = "https://app.example.com"
ELSEWHERE = "https://elsewhere.example"
OPEN = (("Access-Control-Allow-Origin", "*"),)
LETS_IN = (("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "true"))

WSGI = Callable[..., Iterable[bytes]]
Headers = Iterable[tuple[str, str]]


def answering(*headers: tuple[str, str], status: str = "200 OK", body: bytes = b"hello") -> WSGI:
    """An application that says the same to everybody."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(status, list(headers))
        return [body]

    return app


def routes(table: dict[str, WSGI]) -> WSGI:
    """Applications by `METHOD /path`, or by `/path` for any method."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        found = table.get(f"{environ['REQUEST_METHOD']} {path}") or table.get(path)
        return (found or answering(status="404 Not Found"))(environ, start_response)

    return app


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with what was asked, as lines of text."""
    body = environ["wsgi.input"].read()
    lines = [f"{key}={value}" for key, value in sorted(environ.items()) if isinstance(value, str)]
    start_response("200 OK", [*LETS_IN, ("Content-Type", "text/plain; charset=utf-8")])
    return ["\n".join([*lines, f"body={body!r}"]).encode()]


def heard(text: str) -> dict[str, str]:
    """What `echo` said."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def protected(app: WSGI, **fields: Any) -> CORSMiddleware:
    """An application behind our own middleware."""
    return CORSMiddleware(app, **({"allow_origins": [APP]} | fields))


def page_over(app: Any, at: str = API, url: str = f"{APP}/some/page", **options: Any) -> Page:
    """A page whose browser talks to `app`."""
    return Browser(app, at=at, **options).open(url)
