"""The middleware around `app.wsgi_app`: where it is put, and its manners when an exception passes."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from cors_core import Outcome, Plan, Request
from cors_core.answers import Answers, Observer
from cors_core.engine import is_same_origin
from cors_core.errors import mistake, shown
from cors_core.log import LOG
from cors_core.request import EnvironRequest
from cors_core.routing import NOBODY
from cors_core.wsgi import CORSMiddleware, failure

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

_DEBUGGER: Final = "werkzeug.debug.preserve_context"
_OLD_LOG: Final = logging.getLogger("flask_cors")
"""flask-cors's logger, on which people turn DEBUG on to see what happens."""
_OLD_LOG.parent = LOG


def wrap(app: Flask, settle: Callable[[str], None]) -> Middleware:
    """Put the middleware around `app.wsgi_app`, but inside a `ProxyFix`, which knows the host and the scheme.

    `settle` is called with the name in `Host` before the first request is answered.
    """
    outside: ProxyFix | None = None
    inside: WSGIApplication = app.wsgi_app
    while isinstance(inside, ProxyFix):
        outside, inside = inside, inside.app
    middleware = _Unsettled(app, inside, settle)
    if outside is None:
        app.wsgi_app = middleware  # type: ignore[method-assign]
    else:
        outside.app = middleware
    for further in _inside(inside):
        if isinstance(further, ProxyFix):
            LOG.warning(
                "%s: ProxyFix stands inside another middleware; put it on last, or same-origin requests look foreign",
                app.name,
            )
        elif isinstance(further, DispatcherMiddleware):
            LOG.warning(
                "%s: CORS(app) covers the applications mounted inside; mount them afterwards, or give their path None",
                app.name,
            )
    return middleware


def _inside(application: Any) -> Iterator[Any]:
    """An application and those that it wraps, as far as they are to be found."""
    seen: list[Any] = []
    while application is not None and not any(application is other for other in seen):
        seen.append(application)
        application = getattr(application, "app", None) or getattr(application, "wsgi_app", None)
    yield from seen


class Middleware(CORSMiddleware):
    """The WSGI middleware, which raises through where somebody inside the process wants to see the exception."""

    def __init__(self, app: Flask, inside: WSGIApplication) -> None:
        super().__init__(inside, NOBODY)
        self._flask = app

    def listen(self, observe: Observer | None, own_origin: str | None) -> None:
        """Take the observer and the own origin of one more `CORS(app, ...)`; raises `ConfigError` for a second one."""
        for field, new, old in (("observe", observe, self._observe), ("own_origin", own_origin, self._own_origin)):
            if new is not None and old is not None and new != old:
                raise mistake("given-twice", field, new, "is there already for this application; write it once")
        Answers(NOBODY, observe=observe, own_origin=own_origin)  # which checks both
        self._observe, self._own_origin = observe or self._observe, own_origin or self._own_origin
        self.reconfigure(NOBODY)

    def failed(self, error: Exception, start: StartResponse, environ: WSGIEnvironment) -> Iterator[bytes]:
        """Answer 500 and raise, as servers need it; raise at once for a test client, and for Werkzeug's debugger.

        Its page is of no use to a page of another origin that may read it: that one gets the traceback.
        """
        if self._flask.testing or (_DEBUGGER in environ and not self._is_read_elsewhere(environ)):
            raise error
        if _DEBUGGER in environ:
            return failure(error, start, environ, "".join(traceback.format_exception(error)).encode())
        return super().failed(error, start, environ)

    def _answering(self, policy: object) -> Answers:
        observe = _narrated(self._observe) if _OLD_LOG.isEnabledFor(logging.DEBUG) else self._observe
        return Answers(policy, observe=observe, own_origin=self._own_origin).check_synchronous()

    def _is_read_elsewhere(self, environ: WSGIEnvironment) -> bool:
        """Whether a page of another origin is going to read the answer."""
        request = EnvironRequest(environ, self._own_origin)
        answers = Answers(self._answers.selector)  # of which no observer hears
        plan = answers.plan(request) or answers.routed_plan(request)
        allowed = plan is not None and plan.outcome is Outcome.ALLOWED
        return allowed and not is_same_origin(request, request.origin or "")


def _narrated(observe: Observer | None) -> Observer:
    """Return an observer that says what was decided before `observe` hears of it."""

    def tell(request: Request, plan: Plan) -> None:
        _OLD_LOG.debug(
            "%s: %s %s from %s",
            plan.outcome.value,
            shown(request.method, 40),
            shown(request.path),
            shown(request.origin),
        )
        if observe is not None:
            observe(request, plan)

    return tell


class _Unsettled(Middleware):
    """The middleware until its first request, when the application has all its views and its configuration.

    A mistake that shows only then is raised for every request, so that none is answered by guesswork.
    """

    def __init__(self, app: Flask, inside: WSGIApplication, settle: Callable[[str], None]) -> None:
        super().__init__(app, inside)
        self._settle, self._lock = settle, threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            if type(self) is _Unsettled:
                self._settle(environ.get("HTTP_HOST", ""))
                self.__class__ = Middleware  # type: ignore[assignment]  # from now on there is nothing to look at
        return self(environ, start_response)
