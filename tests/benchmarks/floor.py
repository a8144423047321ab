"""The floor: the least code that is still right for one exact origin, written by hand for each protocol.

One look-up, prebuilt headers, `Vary` merged with the application's, the preflight answered at once.
Nothing is configurable, nothing is logged, nothing that the application does wrong is put right.
"""

from __future__ import annotations

from typing import Any

ORIGIN = "https://app.example.com"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT"})
HEADERS = frozenset({"accept", "accept-language", "content-language", "content-type", "x-request-id"})

_VARY = ("Vary", "Origin")
_ALLOW = ("Access-Control-Allow-Origin", ORIGIN)
_PREFLIGHT = [
    _ALLOW,
    ("Access-Control-Allow-Methods", "PUT, GET, HEAD, POST"),
    ("Access-Control-Allow-Headers", "X-Request-Id, Accept, Accept-Language, Content-Language, Content-Type"),
    ("Access-Control-Max-Age", "600"),
    _VARY,
]
_REFUSED = [("Content-Length", "0"), _VARY]


def wsgi(app: Any) -> Any:
    """Wrap a WSGI application."""
    allowed = frozenset({ORIGIN})
    granted = [_ALLOW, _VARY]
    nothing = [_VARY]

    def middleware(environ: Any, start_response: Any) -> Any:
        origin = environ.get("HTTP_ORIGIN")
        accepted = origin in allowed
        if origin is not None and environ["REQUEST_METHOD"] == "OPTIONS":
            method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            if method is not None:
                if not accepted:
                    start_response("403 Forbidden", _REFUSED[:])
                    return []
                start_response("204 No Content", _PREFLIGHT[:])
                return []
        ours = granted if accepted else nothing

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            for name, value in headers:
                if name == "Vary":
                    merged = [pair for pair in headers if pair[0] != "Vary"]
                    return start_response(status, [*merged, *ours[:-1], ("Vary", f"{value}, Origin")], exc_info)
            return start_response(status, headers + ours, exc_info)

        return app(environ, start)

    return middleware


def asgi(app: Any) -> Any:  # noqa: C901  # a floor has everything in one place
    """Wrap an ASGI application."""
    allowed = frozenset({ORIGIN.encode()})
    raw = {name: [(n.lower().encode(), v.encode()) for n, v in pairs] for name, pairs in _BY_NAME.items()}
    granted, nothing, preflight, refused = raw["granted"], raw["nothing"], raw["preflight"], raw["refused"]

    async def middleware(scope: Any, receive: Any, send: Any) -> None:  # noqa: C901
        if scope["type"] != "http":
            return await app(scope, receive, send)
        origin = None
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
                break
        accepted = origin in allowed
        if origin is not None and scope["method"] == "OPTIONS":
            for name, _ in scope["headers"]:
                if name == b"access-control-request-method":
                    status, headers = (204, preflight) if accepted else (403, refused)
                    await send({"type": "http.response.start", "status": status, "headers": headers[:]})
                    return await send({"type": "http.response.body", "body": b""})
        ours = granted if accepted else nothing

        def send_with_headers(message: Any) -> Any:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                for name, value in headers:
                    if name == b"vary":
                        kept = [pair for pair in headers if pair[0] != b"vary"]
                        headers = [*kept, (b"vary", value + b", Origin")]
                        break
                else:
                    headers = headers + ours
                message["headers"] = headers
            return send(message)

        return await app(scope, receive, send_with_headers)

    return middleware


_BY_NAME = {"granted": [_ALLOW, _VARY], "nothing": [_VARY], "preflight": _PREFLIGHT, "refused": _REFUSED}
