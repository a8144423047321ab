"""`cross_origin`, flask-cors's decorator: a mark on the view, and what carries it out where there is no `CORS(app)`.

With `CORS(app)` the mark is all there is to it. Without, the headers are set inside Flask's dispatch:
errors carry them, but a preflight waits behind `before_request`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from inspect import iscoroutinefunction, ismethod
from typing import TYPE_CHECKING, Any, Final, TypeVar, Unpack

from flask import Flask, Response, has_request_context, request, request_started
from werkzeug.datastructures import Headers

from cors_core import Policy, routing
from cors_core.answers import Answers
from cors_core.errors import mistake
from cors_core.request import EnvironRequest
from cors_core.routing import mark
from cors_flask.keywords import ViewOptions
from cors_flask.options import checked, kept, policy_from
from cors_flask.views import RAN, Views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., Any] | type)

_DISPATCHED: Final = "cors_flask.dispatched"


class CrossOrigin:
    """The mark that `cross_origin` leaves: options that become a policy when the application's config is known."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CrossOrigin) and self.options == other.options

    __hash__ = None  # type: ignore[assignment]  # options are lists, often


class Marks:
    """What the marks of one application's views come to: a policy each, made once."""

    used = False
    """Whether a decorator was used in this process, be it where no mark can be seen before it runs."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._policies: dict[int, tuple[object, Policy]] = {}

    def policy(self, mark: Any) -> Policy | None:
        """Return the policy of a mark; raises `ConfigError` for options that come to none."""
        if not isinstance(mark, CrossOrigin):
            policy: Policy | None = mark
            return policy
        if id(mark) not in self._policies:
            self._policies[id(mark)] = mark, policy_from(mark.options, self._app.config)
        return self._policies[id(mark)][1]


def cors_policy(policy: Policy | None) -> Callable[[View], View]:
    """Mark a view with its own policy, or with None to exempt it; the mark beats the blueprint and the path.

    It counts without `CORS(app)`, too, and then from within Flask's dispatch. Raises `ConfigError`.
    """
    _take_care()
    return routing.cors_policy(policy)


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

    def decorate(view: View) -> View:
        origin = CrossOrigin(given)
        return mark(view if isinstance(view, type) else _announced(view, origin), origin)

    return decorate if view is None else decorate(view)


def _announced(view: Any, origin: CrossOrigin) -> Any:
    """Return `view`, which will say that it was run: as an error handler, or below a decorator that hides the mark.

    The route may stand below us and have `view` itself, so it is told, too.
    """
    if not callable(view) or ismethod(view):
        return view  # `mark` says what is wrong
    if iscoroutinefunction(view):

        @wraps(view)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            announce(origin)
            return await view(*args, **kwargs)

        run: Any = run_async
    else:

        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            announce(origin)
            return view(*args, **kwargs)

    with suppress(AttributeError):
        view.__cors_above__ = origin
    return run


def announce(origin: CrossOrigin) -> None:
    """Note on the request at hand that something decorated was run for it."""
    if has_request_context():
        request.environ[RAN] = origin


def _take_care() -> None:
    """See to it that decorated views are known to an application that has no `CORS(app)`."""
    request_started.connect(_before_dispatch)
    Marks.used = True


def _before_dispatch(app: Flask, **_: object) -> None:
    """Take care of an application that has decorated views and no `CORS(app)`, at its first request."""
    if "cors" not in app.extensions:
        app.extensions["cors"] = Dispatched(app)


class Dispatched:
    """Carries out the marks of an application's views from within its dispatch."""

    def __init__(self, app: Flask) -> None:
        self.views = Views(app, (), (), Marks(app).policy)
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
        request.environ[_DISPATCHED] = True
        return self._dispatch(*args)

    def _carry_out(self, response: Response) -> Response:
        dispatched = request.environ.pop(_DISPATCHED, False)
        plan = self._answers.routed_plan(EnvironRequest(request.environ)) if dispatched else None
        if plan is not None:
            response.headers = Headers(plan.text(list(response.headers), self._answers))
        return response
