"""The marks of Flask's views, the policies that they come to, and the note of what became of a request.

Knows functions, view classes and responses; which policy wins is told by `views`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, current_app, has_request_context, request

from cors_core import Policy
from cors_core.log import Bounded
from cors_core.marks import UNMARKED, marks_of
from cors_flask.options import policy_from

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.routing import Rule

NOTE: Final = "cors_flask.note"
"""The environ key of a request's `Note`."""

_TAG: Final = "__cors_policy__"
_KEPT: Final = 1024  # policies of decorators; a view that decorates at every request makes one each time


class CrossOrigin:
    """The mark that `cross_origin` leaves: options that become a policy when the application's config is known."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CrossOrigin) and self.options == other.options

    __hash__ = None  # type: ignore[assignment]  # options are lists, often


class Policies:
    """What the marks come to in one application: a policy each, made once."""

    decorated = False
    """Whether a decorator was used in this process, be it where nothing shows before it runs."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._made: Bounded[int, tuple[object, Policy]] = Bounded(_KEPT)

    def of(self, mark: Any) -> Policy | None:
        """Return the policy of a mark; raises `ConfigError` for options that come to none."""
        if not isinstance(mark, CrossOrigin):
            policy: Policy | None = mark
            return policy
        made = self._made.get(id(mark)) or self._made.keep(
            id(mark), (mark, policy_from(mark.options, self._app.config))
        )
        return made[1]


def of_view(view: Any, method: str | None = None) -> Iterator[Any]:
    """Yield the marks that a view has for `method` (None: for any), the nearest first."""
    view_class = getattr(view, "view_class", None)
    methods = (method,) if method else getattr(view_class, "methods", None) or ()
    handlers = dict.fromkeys((*(_handler(view_class, each) for each in methods), "dispatch_request"))
    yield from (mark for mark in marks_of(view, view_class, handlers) if mark is not UNMARKED)


def _handler(view_class: Any, method: str) -> str:
    """The attribute of a view class that handles `method`: https://flask.palletsprojects.com/en/stable/views/"""
    return "get" if method == "HEAD" and not hasattr(view_class, "head") else method.lower()


def tagged(returned: Any, mark: CrossOrigin) -> Any:
    """Return what a decorated function returned as a response that says so, for it may become the answer."""
    if not has_request_context():
        return returned
    response = current_app.make_response(returned)
    setattr(response, _TAG, mark)
    return response


class Note:
    """What became of a request inside the application, for whoever reads it when the headers go out."""

    __slots__ = ("mark", "method", "rule", "written")

    def __init__(self) -> None:
        self.written = False
        self.rule: Rule | None = None
        self.method = ""
        self.mark: Any = UNMARKED

    def write(self, response: Response) -> None:
        """Write down how Flask has routed the request at hand, and the mark of the response that it will get."""
        self.rule, self.method, self.written = request.url_rule, request.method, True
        self.mark = getattr(response, _TAG, UNMARKED)


def take_notes(app: Flask) -> None:
    """See to it that the note of each request is written, behind all that may still replace the response."""
    app.after_request_funcs.setdefault(None, []).insert(0, _written)  # the first is called last


def _written(response: Response) -> Response:
    note = request.environ.get(NOTE)
    if note is not None:
        note.write(response)
    return response
