"""The few facts about an HTTP request that CORS looks at, and how WSGI and ASGI spell them.

Reads, decides nothing. The readers are lazy: a fact costs when it is asked for.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

Scope = MutableMapping[str, Any]
UNKEPT: Final = object()
"""The key of a plan that is made anew for every request."""
LONGEST_KEPT: Final = 1024  # characters of request text under which a plan may be kept
_LONGEST_READ: Final = 8192 + 1  # bytes of a field line; more than any of them may have


@dataclass(slots=True)
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
    raw: Any = field(default=None, repr=False)  # it holds cookies


def _lazy(key: str, default: str | None = None) -> Any:
    """A fact that is read from the environ when it is asked for."""
    return property(lambda request: request.environ.get(key, default))


def _path(request: EnvironRequest) -> str:
    """PATH_INFO is Latin-1 text that carries UTF-8: https://peps.python.org/pep-3333/#unicode-issues"""
    path: str = request.environ.get("PATH_INFO", "")
    return path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace")


class EnvironRequest(Request):
    """A request read from a WSGI environ, or from Django's `request.META`, which has the same keys."""

    __slots__ = ("environ",)

    def __init__(self, environ: Mapping[str, Any], own_origin: str | None = None, raw: Any = None) -> None:
        self.environ = environ
        self.method = environ["REQUEST_METHOD"]
        self.origin = environ.get("HTTP_ORIGIN")
        self.own_origin = own_origin
        self.raw = raw or environ

    path: Any = property(_path)
    requested_method = _lazy("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    requested_headers = _lazy("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
    requested_private_network = _lazy("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK")
    sec_fetch_site = _lazy("HTTP_SEC_FETCH_SITE")
    host = _lazy("HTTP_HOST")
    scheme = _lazy("wsgi.url_scheme", "http")


def preflight_key(environ: Mapping[str, Any]) -> Hashable:
    """Return what the answer to an OPTIONS request can depend on, where nothing but a constant policy decides."""
    headers = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
    if headers and len(headers) > LONGEST_KEPT:  # before it is hashed
        return UNKEPT
    return (
        environ.get("HTTP_ORIGIN"),
        environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"),
        headers,
        environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK"),
    )


def _line(name: bytes) -> Any:
    """A header that is looked for in the scope when it is asked for."""
    return property(lambda request: _joined(request.scope, name))


def _joined(scope: Scope, name: bytes) -> str | None:
    """The field lines of one name as one text, so that a second `Origin` makes the value one that no origin has."""
    lines = [value[:_LONGEST_READ] for key, value in scope["headers"] if key == name]
    return b", ".join(lines).decode("latin-1") if lines else None


def _app_path(request: ScopeRequest) -> str:
    """The path below the mount point, as Starlette and others route it; ASGI's `path` includes `root_path`."""
    path: str = request.scope["path"]
    root: str = request.scope.get("root_path", "")
    below = path.removeprefix(root) if root else path
    return below if not below or below.startswith("/") else path


class ScopeRequest(Request):
    """A request read from an ASGI scope of type `http` or `websocket`."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope, own_origin: str | None = None) -> None:
        self.scope = self.raw = scope
        self.method = scope.get("method", "GET")
        self.origin = _joined(scope, b"origin")
        self.own_origin = own_origin

    path: Any = property(_app_path)
    scheme: Any = property(lambda request: request.scope.get("scheme", "http"))
    requested_method = _line(b"access-control-request-method")
    requested_headers = _line(b"access-control-request-headers")
    requested_private_network = _line(b"access-control-request-private-network")
    sec_fetch_site = _line(b"sec-fetch-site")
    host = _line(b"host")


def scope_key(scope: Scope) -> Hashable:
    """Return what the answer can depend on, where nothing but a constant policy decides: `Origin`, and a preflight's questions."""
    if scope["method"] == "OPTIONS":
        asked = tuple([(name, value) for name, value in scope["headers"] if name in _ASKED])
        return asked if all(len(value) <= LONGEST_KEPT for _, value in asked) else UNKEPT
    origin = None
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value if origin is None else origin + b", " + value
    return origin


_ASKED: Final = frozenset(
    (
        b"origin",
        b"access-control-request-method",
        b"access-control-request-headers",
        b"access-control-request-private-network",
    )
)
