"""The floor: the least code that is still right for one policy, written by hand for each protocol.

One look-up (ten patterns: one regular expression), prebuilt headers, `Vary` merged with the
application's, the preflight answered at once. Nothing is configurable, nothing is checked or logged,
nothing that the application does wrong is put right. Flask's floor is WSGI's, around `app.wsgi_app`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from tests.benchmarks.cases import HEADERS, MAX_AGE, METHODS, Case

Pairs = list[tuple[Any, Any]]

VARY = ("Vary", "Origin")
EMPTY = ("Content-Length", "0")
LISTS = [
    ("Access-Control-Allow-Methods", ", ".join(METHODS)),
    ("Access-Control-Allow-Headers", ", ".join(HEADERS)),
    ("Access-Control-Max-Age", str(MAX_AGE)),
]


def granted(case: Case, origin: str) -> Pairs:
    """What an allowed origin gets on every response."""
    credentials = [("Access-Control-Allow-Credentials", "true")] if case.credentials else []
    vary = [] if case.everyone else [VARY]
    return [("Access-Control-Allow-Origin", "*" if case.everyone else origin), *credentials, *vary]


def raw(pairs: Pairs) -> Pairs:
    return [(name.lower().encode(), value.encode()) for name, value in pairs]


def finder(case: Case) -> Callable[[Any], Pairs | None]:
    """Return the look-up from an origin to the headers that it gets, None for a refused one."""
    if case.exact:
        return {origin: granted(case, origin) for origin in case.exact}.get
    matches = re.compile(subdomains(case)).fullmatch
    return lambda origin: [("Access-Control-Allow-Origin", origin), VARY] if origin and matches(origin) else None


def raw_finder(case: Case) -> Callable[[Any], Pairs | None]:
    """Return the same in bytes."""
    if case.exact:
        return {origin.encode(): raw(granted(case, origin)) for origin in case.exact}.get
    matches, vary = re.compile(subdomains(case).encode()).fullmatch, (b"vary", b"Origin")
    return lambda origin: [(b"access-control-allow-origin", origin), vary] if origin and matches(origin) else None


def subdomains(case: Case) -> str:
    return r"https://(?:[a-z0-9-]+\.)+(?:{})".format("|".join(map(re.escape, case.domains)))


def wsgi(app: Any, case: Case) -> Any:
    """Wrap a WSGI application."""
    if case.everyone:
        return _public_wsgi(app, case)
    find, nothing, refused = finder(case), [VARY], [EMPTY, VARY]

    def middleware(environ: Any, start_response: Any) -> Any:
        origin = environ.get("HTTP_ORIGIN")
        ours = find(origin)
        if origin and environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            if ours is None:
                start_response("403 Forbidden", refused[:])
            else:
                start_response("204 No Content", ours + LISTS)
            return []
        if ours is None:
            ours = nothing

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            for name, value in headers:
                if name == "Vary":
                    kept = [pair for pair in headers if pair[0] != "Vary"]
                    return start_response(status, [*kept, *ours[:-1], ("Vary", f"{value}, Origin")], exc_info)
            return start_response(status, headers + ours, exc_info)

        return app(environ, start)

    return middleware


def _public_wsgi(app: Any, case: Case) -> Any:
    ours = granted(case, "*")
    preflight = ours + LISTS

    def middleware(environ: Any, start_response: Any) -> Any:
        options = environ["REQUEST_METHOD"] == "OPTIONS"
        if options and environ.get("HTTP_ORIGIN") and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            start_response("204 No Content", preflight[:])
            return []

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, headers + ours, exc_info)

        return app(environ, start)

    return middleware


def asgi(app: Any, case: Case) -> Any:  # noqa: C901  # a floor calls no helper
    """Wrap an ASGI application."""
    if case.everyone:
        return _public_asgi(app, case)
    find, nothing, refused, lists = raw_finder(case), raw([VARY]), raw([EMPTY, VARY]), raw(LISTS)

    async def middleware(scope: Any, receive: Any, send: Any) -> None:  # noqa: C901
        if scope["type"] != "http":
            return await app(scope, receive, send)
        origin = None
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
                break
        ours = find(origin)
        if origin and scope["method"] == "OPTIONS":
            for name, _ in scope["headers"]:
                if name == b"access-control-request-method":
                    status, headers = (403, refused[:]) if ours is None else (204, ours + lists)
                    await send({"type": "http.response.start", "status": status, "headers": headers})
                    return await send({"type": "http.response.body", "body": b""})
        if ours is None:
            ours = nothing

        def send_with_headers(message: Any) -> Any:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                for name, value in headers:
                    if name == b"vary":
                        kept = [pair for pair in headers if pair[0] != b"vary"]
                        message["headers"] = [*kept, *ours[:-1], (b"vary", value + b", Origin")]
                        break
                else:
                    message["headers"] = headers + ours
            return send(message)

        return await app(scope, receive, send_with_headers)

    return middleware


def _public_asgi(app: Any, case: Case) -> Any:
    ours = raw(granted(case, "*"))
    preflight = ours + raw(LISTS)

    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        if scope["method"] == "OPTIONS":
            names = [name for name, _ in scope["headers"]]
            if b"origin" in names and b"access-control-request-method" in names:
                await send({"type": "http.response.start", "status": 204, "headers": preflight[:]})
                return await send({"type": "http.response.body", "body": b""})

        def send_with_headers(message: Any) -> Any:
            if message["type"] == "http.response.start":
                message["headers"] = message["headers"] + ours
            return send(message)

        return await app(scope, receive, send_with_headers)

    return middleware


@sync_and_async_middleware
def django(get_response: Any) -> Any:
    """A Django middleware, for the policy in `settings.FLOOR`."""
    case: Case = settings.FLOOR
    everyone = granted(case, "*")
    find = (lambda origin: everyone) if case.everyone else finder(case)

    def answer(request: Any) -> Any:
        meta = request.META
        if "HTTP_ORIGIN" not in meta or "HTTP_ACCESS_CONTROL_REQUEST_METHOD" not in meta:
            return None
        ours = find(meta["HTTP_ORIGIN"])
        response = HttpResponse(status=403 if ours is None else 204)
        del response["Content-Type"]
        for name, value in [EMPTY, VARY] if ours is None else ours + LISTS:
            response[name] = value
        return response

    def complete(request: Any, response: Any) -> Any:
        for name, value in find(request.META.get("HTTP_ORIGIN")) or ():
            if name != "Vary":
                response[name] = value
        if not case.everyone:
            patch_vary_headers(response, ("Origin",))
        return response

    def middleware(request: Any) -> Any:
        response = answer(request) if request.method == "OPTIONS" else None
        return response or complete(request, get_response(request))

    async def middleware_async(request: Any) -> Any:
        response = answer(request) if request.method == "OPTIONS" else None
        return response or complete(request, await get_response(request))

    return middleware_async if iscoroutinefunction(get_response) else middleware
