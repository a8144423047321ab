"""Assertions in one line, for pytest, unittest and Django's test classes alike."""

from __future__ import annotations

from typing import Any

from cors_core.browser import Profile
from cors_core.testing.browser import SERVED_AT, Browser, HeadersInit
from cors_core.testing.errors import CORSError, NetworkError
from cors_core.testing.response import Response


def assert_allows(
    app: Any,
    *,
    origin: str,
    method: str = "GET",
    path: str = "/",
    headers: HeadersInit = (),
    credentials: bool = False,
    at: str = SERVED_AT,
    profile: str | Profile = "standard",
    timeout: float | None = 10.0,
) -> Response:
    """Return the response, whatever its status, that a page of `origin` gets to read; fail if it gets none.

    The request is sent as a page would send it, and so the application acts on it.
    """
    try:
        return _fetched(app, origin, method, path, headers, credentials, at, profile, timeout)
    except NetworkError as error:
        raise AssertionError(f"{origin} gets nothing from {method} {path}: {error}") from error.__cause__


def assert_refuses(
    app: Any,
    *,
    origin: str,
    method: str = "GET",
    path: str = "/",
    headers: HeadersInit = (),
    credentials: bool = False,
    at: str = SERVED_AT,
    profile: str | Profile = "standard",
    timeout: float | None = 10.0,
) -> CORSError:
    """Return the error, with its `step`, that CORS gives to a page of `origin`; fail if the page gets a response."""
    try:
        response = _fetched(app, origin, method, path, headers, credentials, at, profile, timeout)
    except CORSError as error:
        return error
    except NetworkError as error:
        raise AssertionError(f"{method} {path} failed, but CORS had no part in it: {error}") from error.__cause__
    last = response.requests[-1].response
    allowing = [f"  {n}: {v}" for n, v in last.headers if n.lower().startswith("access-control-")] if last else []
    why = "\n".join(allowing) or "  it is of the same origin"
    raise AssertionError(f"{origin} may read {method} {path}, status {response.status}:\n{why}")


def _fetched(
    app: Any,
    origin: str,
    method: str,
    path: str,
    headers: HeadersInit,
    credentials: bool,
    at: str,
    profile: str | Profile,
    timeout: float | None,
) -> Response:
    browser = Browser(app, at, profile=profile, timeout=timeout)
    try:
        return browser.open(origin).fetch(
            at.rstrip("/") + path,
            method=method,
            headers=headers,
            credentials="include" if credentials else "same-origin",
        )
    finally:
        browser.close()
