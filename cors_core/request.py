"""The few facts about an HTTP request that CORS looks at, and how WSGI and ASGI spell them.

Reads, decides nothing. The readers are lazy: a fact costs when it is asked for.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

Scope = MutableMapping[str, Any]


@dataclass(frozen=True)
class Request:
    """One request: its method, its path as the application routes it, and nine headers or facts at most.

    Header values are text as received, None where there is none. `path` is decoded once, without the
    mount point. `own_origin` is the resource's origin if it was configured, `raw` whatever the server
    gave: a WSGI environ, an ASGI scope, a Django request.
    """

    method: str = "GET"
    path: str = "/"
    origin: str | None = None
    requested_method: str | None = None
    requested_headers: str | None = None
    requested_private_network: str | None = None
    sec_fetch_site: str | None = None
    host: str | None = None
    scheme: str = "http"
    own_origin: str | None = None
    raw: Any = None


def _read(key: str, default: str | None = None) -> Any:
    """A fact that is read from the environ when it is asked for."""
    return property(lambda request: request.environ.get(key, default))


class EnvironRequest(Request):
    """A request read from a WSGI environ, or from Django's `request.META`, which has the same keys."""

    environ: Mapping[str, Any]

    method = _read("REQUEST_METHOD", "GET")
    origin = _read("HTTP_ORIGIN")
    requested_method = _read("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    requested_headers = _read("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
    requested_private_network = _read("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK")
    sec_fetch_site = _read("HTTP_SEC_FETCH_SITE")
    host = _read("HTTP_HOST")
    scheme = _read("wsgi.url_scheme", "http")

    def __init__(self, environ: Mapping[str, Any], own_origin: str | None = None, raw: Any = None) -> None:
        self.__dict__.update(environ=environ, own_origin=own_origin, raw=environ if raw is None else raw)

    @property
    def path(self) -> str:
        """PATH_INFO is Latin-1 text that carries UTF-8: https://peps.python.org/pep-3333/#unicode-issues"""
        path: str = self.environ.get("PATH_INFO", "")
        return path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace")


def environ_key(environ: Mapping[str, Any]) -> Hashable:
    """Return what the answer to a request can depend on where nothing but a constant policy decides."""
    origin: str = environ.get("HTTP_ORIGIN", "")
    if environ["REQUEST_METHOD"] != "OPTIONS":
        return origin
    return (
        origin,
        environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"),
        environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
        environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK"),
    )


class ScopeRequest(Request):
    """A request read from an ASGI scope of type `http` or `websocket`.

    Field lines of one name are joined, so that a second `Origin` makes the value one that no origin has.
    """

    def __init__(self, scope: Scope, own_origin: str | None = None) -> None:
        lines: dict[str, str] = {}
        for name, value in scope["headers"]:
            fact = _FACTS.get(name)
            if fact is not None:
                text = value.decode("latin-1")
                lines[fact] = f"{lines[fact]}, {text}" if lines.get(fact) else text
        super().__init__(
            method=scope.get("method", "GET"),
            path=_app_path(scope),
            scheme=scope.get("scheme", "http"),
            own_origin=own_origin,
            raw=scope,
            **lines,
        )


def scope_key(scope: Scope) -> Hashable:
    """Return the same as `environ_key`, of an ASGI scope of type `http`."""
    if scope["method"] == "OPTIONS":
        return tuple([(name, value) for name, value in scope["headers"] if name in _FACTS_OF_A_PREFLIGHT])
    origin = b""
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = origin + b", " + value if origin else value
    return origin


_FACTS: Final = {
    b"origin": "origin",
    b"access-control-request-method": "requested_method",
    b"access-control-request-headers": "requested_headers",
    b"access-control-request-private-network": "requested_private_network",
    b"sec-fetch-site": "sec_fetch_site",
    b"host": "host",
}
_FACTS_OF_A_PREFLIGHT: Final = frozenset(_FACTS) - {b"sec-fetch-site", b"host"}


def _app_path(scope: Scope) -> str:
    """The path below the mount point, as Starlette and others route it; ASGI's `path` includes `root_path`."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    below = path.removeprefix(root) if root else path
    return below if not below or below.startswith("/") else path
