"""The applications that answer, and at which origins."""

from __future__ import annotations

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
        """Shut down what was started, the last one first, and end the thread."""
        try:
            while self._lifespans:
                self._loop.run(self._lifespans.pop().stop(), self._seconds)
        finally:
            self._loop.close()


def is_asgi(app: Any) -> bool:
    """Return whether `app` speaks ASGI rather than WSGI; raises `TypeError` if it can be neither."""
    while isinstance(app, functools.partial):
        app = app.func
    if not callable(app) or isinstance(app, type):
        raise TypeError(f"{app!r} is no application: give a WSGI or ASGI callable, such as a Flask or FastAPI instance")
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__):
        return True
    try:
        inspect.signature(app).bind(None, None, None)
    except (TypeError, ValueError):
        return False
    try:
        inspect.signature(app).bind(None, None)
    except TypeError:
        return True  # three arguments, and not two: a function that returns a coroutine
    return False


def _origin(at: str) -> str:
    try:
        url = URL(at)
    except ValueError:
        raise ValueError(f"{at!r} is no origin; write one such as 'https://api.example.com'") from None
    if not url.is_http or url.path_and_query != "/" or url.fragment or url.has_credentials:
        raise ValueError(f"{at!r} is no origin of a server; write {str(url.origin)!r}, and the path where you fetch")
    return str(url.origin)
