"""The applications that answer, and at which origins."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Mapping
from typing import Any

from cors_core.browser import URL, Outgoing
from cors_core.testing import over_asgi, over_wsgi
from cors_core.testing.answers import Answer
from cors_core.testing.lifespan import Lifespan
from cors_core.testing.sites import parsed


class NobodyThere(ConnectionError):
    """No application answers at the origin of a request."""


class Apps:
    """Applications by origin, WSGI and ASGI side by side; `seconds` is how long each may take to answer."""

    def __init__(self, apps: Mapping[str, Any], seconds: float | None) -> None:
        if not apps:
            raise ValueError("a browser without an application has nothing to talk to")
        self._seconds = seconds
        self._loop = over_asgi.Loop()
        self._apps = {_origin(at): app for at, app in apps.items()}
        self._asynchronous = {origin: is_asgi(app) for origin, app in self._apps.items()}
        self._states: dict[str, dict[str, Any]] = {origin: {} for origin in self._apps}
        self._lifespans: list[Lifespan] = []

    @property
    def origins(self) -> tuple[str, ...]:
        """Where somebody answers, in the order given."""
        return tuple(self._apps)

    def send(self, request: Outgoing) -> Answer:
        """Have the application at the request's origin answer it; raises what keeps it from answering."""
        origin = str(parsed(request.url).origin)
        if origin not in self._apps:
            raise NobodyThere(f"no application answers at {origin}; there are: {', '.join(self.origins)}")
        if self._asynchronous[origin]:
            return over_asgi.call(self._apps[origin], request, self._seconds, self._loop, self._states[origin])
        return over_wsgi.call(self._apps[origin], request, self._seconds)

    def start(self) -> None:
        """Start the ASGI applications up, as a server does before the first request."""
        for origin, app in self._apps.items():
            if self._asynchronous[origin]:
                starting = Lifespan.started(app, self._states[origin])
                self._lifespans.append(self._loop.run(starting, self._seconds))

    def close(self) -> None:
        """Shut down what was started, the last one first and each whatever the others raise, and end the thread."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._loop.close)
            for lifespan in self._lifespans:
                stack.callback(self._stop, lifespan)
            self._lifespans.clear()

    def _stop(self, lifespan: Lifespan) -> None:
        if self._loop.runs(lifespan.loop):  # else an application has blocked or ended the loop, and nothing hears us
            self._loop.run(lifespan.stop(), self._seconds)


def is_asgi(app: Any) -> bool:
    """Return whether `app` speaks ASGI rather than WSGI; raises `TypeError` if it can be neither."""
    inner = app
    while isinstance(inner, functools.partial):
        inner = inner.func
    if not callable(inner) or (isinstance(inner, type) and not _answers(app, inner)):
        raise TypeError(f"{app!r} is no application: give a WSGI or ASGI callable, such as a Flask or FastAPI instance")
    if inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(type(inner).__call__):
        return True
    return _takes(app, 3) and not _takes(app, 2)  # so a function that returns a coroutine


def _answers(app: Any, kind: type) -> bool:
    """Return whether the instances of a class are responses, as PEP 3333 allows and Starlette's endpoints are."""
    return (_takes(app, 2) and hasattr(kind, "__iter__")) or (_takes(app, 3) and hasattr(kind, "__await__"))


def _takes(app: Any, count: int) -> bool:
    try:
        inspect.signature(app).bind(*[None] * count)
    except (TypeError, ValueError):
        return False
    return True


def _origin(at: str) -> str:
    try:
        url = URL(at)
    except ValueError:
        raise ValueError(f"{at!r} is no origin; write one such as 'https://api.example.com'") from None
    if not url.is_http or url.path_and_query != "/" or url.fragment or url.has_credentials:
        raise ValueError(f"{at!r} is no origin of a server; write {str(url.origin)!r}, and the path where you fetch")
    return str(url.origin)
