"""Which policy applies to what Flask routes: the view's mark, its blueprint's policy, the application's paths.

A preflight is routed here, for the method that it asks about. An actual request is routed by Flask
alone, and asked about when its response begins: its policy hangs on what was routed, not on what was
sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from cors_core import Policy
from cors_core.engine import is_preflight
from cors_core.routing import NOBODY, Selectable, by_path, choices, marked, picked

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import MapAdapter, Rule

    from cors_core.request import Request
    from cors_flask.resources import Area

_UNMARKED: Final = object()
_MOST_REDIRECTS: Final = 4  # doubled slashes, then the slash at the end; more is a loop


class Share(NamedTuple):
    """What one `CORS(...)` shares: a policy or selector, and the paths that are its business."""

    selectable: Selectable
    areas: tuple[Area, ...]

    def covers(self, path: str) -> bool:
        """Return whether `path` is this share's to answer, be it with None."""
        return any(area.covers(path) for area in self.areas)


class BlueprintShare(NamedTuple):
    """What `CORS(blueprint)` shares, and the literal prefix (or "") that its unmatched URLs have."""

    name: str
    prefix: str
    share: Share


class Views:
    """A selector for one application's views; `mark_policy` returns what a decorator's mark comes to in it."""

    def __init__(
        self,
        app: Flask,
        shares: Sequence[Share],
        blueprints: Sequence[BlueprintShare],
        mark_policy: Callable[[Any], Policy | None],
    ) -> None:
        self._app, self._shares, self._mark_policy = app, shares, mark_policy
        self._blueprints = {blueprint.name: blueprint.share for blueprint in blueprints}
        self._below = by_path({blueprint.prefix: blueprint.share.selectable for blueprint in blueprints if blueprint.prefix})
        self.marks = tuple(mark_policy(mark) for view in app.view_functions.values() for mark in _marks(view))
        self.__cors_choices__ = (
            *self.marks,
            *(share.selectable for share in (*shares, *self._blueprints.values())),
        )
        self._blocks = any(map(_may_block, choices(self)))

    def __call__(self, request: Request) -> Policy | None:
        """Return the policy for a preflight; None for any other request, unless it may have to be blocked."""
        if is_preflight(request) or self._blocks:
            return self._by_routing(request)
        return None

    def routed(self, request: Request) -> Policy | None:
        """Return the policy for a request that Flask has routed: https://flask.palletsprojects.com/en/stable/lifecycle/"""
        routed = request.raw.get("werkzeug.request")
        rule = getattr(routed, "url_rule", None)
        if rule is None or rule.map is not self._app.url_map or is_preflight(request):
            return self._by_routing(request)  # a redirect, an error, or somebody else's request
        return self.chosen(rule.endpoint, request.method, request)[0]

    def chosen(self, endpoint: str | None, method: str, request: Request) -> tuple[Policy | None, str]:
        """Return the policy for a view, or for a URL without one, and where it comes from, in words."""
        mark = next(_marks(self._app.view_functions.get(endpoint or ""), method), _UNMARKED)
        if mark is not _UNMARKED:
            return self._mark_policy(mark), "the view"
        for name in _blueprints(endpoint):
            share = self._blueprints.get(name)
            if share is not None and share.covers(request.path):
                return picked(share.selectable, request), f"blueprint {name}"
        below = None if endpoint else self._below(request)
        if below is not None:
            return below, "a blueprint's prefix"
        share = next((share for share in self._shares if share.covers(request.path)), None)
        return (None, "nothing") if share is None else (picked(share.selectable, request), "the application")

    def _by_routing(self, request: Any) -> Policy | None:
        method = request.requested_method if is_preflight(request) else request.method
        try:
            asked = self._app.request_class(request.environ, populate_request=False, shallow=True)
            adapter = self._app.create_url_adapter(asked)
            rule = _rule(adapter, method) if adapter is not None else None
        except HTTPException:  # a host that is not trusted, a redirect elsewhere: nobody can tell what would be served
            return NOBODY
        return self.chosen(rule.endpoint if rule else None, method, request)[0]


def _rule(adapter: MapAdapter, method: str) -> Rule | None:
    """Return the rule that a request of `method` ends at, following redirects to itself; None for 404 and 405."""
    path = None
    for _ in range(_MOST_REDIRECTS):
        try:
            return adapter.match(path, method, return_rule=True)[0]
        except (NotFound, MethodNotAllowed):
            return None
        except RequestRedirect as redirect:
            path = _path_here(adapter, redirect)
    raise NotFound("redirected in a circle")


def _path_here(adapter: MapAdapter, redirect: RequestRedirect) -> str:
    """Return the path that a redirect leads to; raises it again if that is not on this host, below this mount point."""
    url = urlsplit(redirect.new_url)
    if url.netloc != adapter.get_host(None) or not url.path.startswith(adapter.script_name):
        raise redirect
    return unquote(url.path.removeprefix(adapter.script_name.rstrip("/")))


def _marks(view: Any, method: str | None = None) -> Iterator[Any]:
    """Return the marks of a view, the nearest first: of the function for `method` (None: any), the view, its class."""
    view_class = getattr(view, "view_class", None)
    names = _handlers(method) if method else (name.lower() for name in getattr(view_class, "methods", None) or ())
    for function in (*(getattr(view_class, name, None) for name in names), view, view_class):
        mark = marked(function, _UNMARKED)
        if mark is not _UNMARKED:
            yield mark


def _handlers(method: str) -> Iterable[str]:
    """The attributes of a view class that may handle `method`: https://flask.palletsprojects.com/en/stable/views/"""
    return (method.lower(), *(("get",) if method == "HEAD" else ()), "dispatch_request")


def _blueprints(endpoint: str | None) -> Iterator[str]:
    """The blueprints of an endpoint, the innermost first."""
    name = endpoint or ""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _may_block(choice: object) -> bool:
    """Whether a policy, or whatever a selector of the user's may return, answers requests in the application's stead."""
    return bool(choice.enforce) if isinstance(choice, Policy) else callable(choice) and not hasattr(choice, "__cors_choices__")
