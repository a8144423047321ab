"""`cross_origin`, flask-cors's decorator: a mark on the view, and what carries it out where there is no `CORS(app)`.

With `CORS(app)` the mark is all there is to it. Without, the headers are set inside Flask's dispatch:
errors carry them, but a preflight waits behind `before_request`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from inspect import iscoroutinefunction, unwrap
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from flask import Flask, Response, request, request_started
from werkzeug.datastructures import Headers

from cors_core import ConfigError, Policy, marks
from cors_core.answers import Answers
from cors_core.errors import mistake
from cors_core.log import LOG
from cors_core.request import EnvironRequest
from cors_flask.keywords import ViewOptions
from cors_flask.marks import NOTE, CrossOrigin, Policies, tagged
from cors_flask.options import checked, kept
from cors_flask.views import Views

if TYPE_CHECKING:
    from types import FrameType

    from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., Any] | type)


def cors_policy(policy: Policy | None) -> Callable[[View], View]:
    """Mark a view with its own policy, or with None to exempt it; the mark beats the blueprint and the path.

    It counts without `CORS(app)`, too, and then from within Flask's dispatch. Raises `ConfigError`.
    """
    _take_care()
    return marks.cors_policy(policy)


def cross_origin(view: Any = None, /, *others: object, **options: Unpack[ViewOptions]) -> Any:
    """Share one view, with flask-cors's options: a decorator that marks it, in any order with `@app.route`.

    What the options leave open comes from `app.config`. Raises `ConfigError`, for the options at once, and
    for what they come to together with `app.config` before the first request is served.
    """
    if others or not (view is None or callable(view)):
        message = "options have names; write @cross_origin(origins=['https://app.example.com'])"
        raise mistake("positional", "cross_origin", (view, *others), message)
    given = kept(options)
    checked(given)
    _take_care()
    origin = CrossOrigin(given)

    def decorate(view: View) -> View:
        return marks.mark(view if isinstance(view, type) or not callable(view) else _wrapped(view, origin), origin)

    return decorate if view is None else decorate(view)


def _wrapped(view: Any, origin: CrossOrigin) -> Any:
    """Return `view`, whose responses say where they come from.

    So it counts as an error handler, too, and below a decorator that hides the mark. A route that stands
    below ours has `view` itself, which is told.
    """
    if iscoroutinefunction(view):

        @wraps(view)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            return tagged(await view(*args, **kwargs), origin)

        run: Any = run_async
    else:

        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            return tagged(view(*args, **kwargs), origin)

    above_routes = _stands_in_the_definition(view)
    with suppress(AttributeError):  # a bound method, or an object that takes no attributes
        view.__cors_decorated__ = run, origin if above_routes else None
    return run


def _stands_in_the_definition(view: Any) -> bool:
    """Whether the decorator is one of those above `def`, so that nobody but they can have the bare function."""
    code: Any = getattr(unwrap(view), "__code__", None)
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    if code is None or frame is None or frame.f_code.co_filename != code.co_filename:
        return False
    lines = [line for _, _, line in code.co_lines() if line is not None]
    return bool(code.co_firstlineno <= frame.f_lineno <= max(lines, default=0))


def _take_care() -> None:
    """See to it that decorated views are known to an application that has no `CORS(app)`."""
    request_started.connect(_before_dispatch)
    Policies.decorated = True


def _before_dispatch(app: Flask, **_: object) -> None:
    """Take care of an application that has decorated views and no `CORS(app)`, at its first request."""
    if "cors" in app.extensions:
        return
    try:
        app.extensions["cors"] = Dispatched(app)
    except ConfigError as error:
        LOG.error("%s", error)  # an error handler of the application's may keep it to itself
        raise


class Dispatched:
    """Carries out the marks of an application's views from within its dispatch."""

    def __init__(self, app: Flask) -> None:
        self.views = Views(app, (), (), Policies(app))
        self._answers = Answers(self.views).check_synchronous()
        self._dispatch = app.dispatch_request
        app.dispatch_request = self._answer  # type: ignore[method-assign]
        app.after_request_funcs.setdefault(None, []).insert(0, self._carry_out)  # the first is called last

    def _answer(self, *args: Any) -> ResponseReturnValue:
        plan = self._answers.plan(EnvironRequest(request.environ))
        if plan is not None and plan.status is not None:
            answer = Response(plan.body, plan.status)
            answer.headers = Headers(plan.pairs)
            return answer
        return self._dispatch(*args)

    def _carry_out(self, response: Response) -> Response:
        note = request.environ.get(NOTE)
        if note is None:  # it was answered before it was dispatched
            return response
        note.write(response)
        plan = self._answers.routed_plan(EnvironRequest(request.environ))
        if plan is not None:
            response.headers = Headers(plan.text(list(response.headers), self._answers))
        return response
