"""Requests as pages of other origins send them, to a Flask application's test client."""

from __future__ import annotations

from typing import Any

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example.net"
ACAO = "Access-Control-Allow-Origin"


def get(app: Any, path: str = "/", origin: str | None = APP, method: str = "GET", **more: Any) -> Any:
    """The response to an actual request of a page."""
    headers = {**({"Origin": origin} if origin else {}), **more.pop("headers", {})}
    return app.test_client().open(path, method=method, headers=headers, **more)


def preflight(app: Any, path: str = "/", method: str = "PUT", origin: str = APP, headers: str = "", **more: Any) -> Any:
    """The response to a preflight."""
    asked = {
        "Access-Control-Request-Method": method,
        **({"Access-Control-Request-Headers": headers} if headers else {}),
    }
    return get(app, path, origin, "OPTIONS", headers=asked, **more)


def reads(app: Any, path: str = "/", origin: str = APP, method: str = "GET", **more: Any) -> bool:
    """Whether a page of `origin` may read the response to an actual request."""
    return get(app, path, origin, method, **more).headers.get(ACAO) in ("*", origin)


def passes(app: Any, path: str = "/", method: str = "PUT", origin: str = APP, **more: Any) -> bool:
    """Whether a page of `origin` may send such a request at all."""
    answer = preflight(app, path, method, origin, **more)
    methods = answer.headers.get("Access-Control-Allow-Methods", "").split(", ")
    return answer.status_code in range(200, 300) and method in methods and answer.headers.get(ACAO) in ("*", origin)
