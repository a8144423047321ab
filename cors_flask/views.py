"""Which policy applies to what Flask routes: the view's mark, its blueprint's policy, the application's paths.

A preflight is routed here, for the method that it asks about. An actual request is routed by Flask
alone, and asked about when its response begins: its policy hangs on what was routed, not on what was
sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from cors_core import Policy
from cors_core.engine import is_preflight
from cors_core.errors import ConfigError, Problems
from cors_core.log import LOG
from cors_core.marks import UNMARKED, Narrowed
from cors_core.routing import NOBODY, Selectable, may_block, on_path, picked
from cors_flask.marks import NOTE, Note, Policies, of_view
from cors_flask.resources import Area

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import MapAdapter, Rule

    from cors_core.request import Request

_MOST_REDIRECTS: Final = 4  # doubled slashes, then the slash at the end; more is a loop
_NOT_ROUTED: Final = (
    "the view of %r was given to cross_origin, and what that returned is not what is routed, so it has no effect there; "
    "write @cross_origin(...) below @app.route(...)"
)


class Share(NamedTuple):
    """What one `CORS(...)` shares: a policy or selector, the paths that are its business, and whose call it was."""

    selectable: Selectable
    areas: tuple[Area, ...]
    where: str = "the application"
    in_debug: Selectable = None

    def counting(self, debug: bool) -> Share:
        """Return the share as it is with `app.debug` on or off."""
        return self._replace(selectable=self.in_debug) if debug and self.in_debug is not None else self

    def covers(self, path: str) -> bool:
        """Return whether `path` is this share's to answer, be it with None."""
        return any(area.covers(path) for area in self.areas)


class BlueprintShare(NamedTuple):
    """What `CORS(blueprint)` shares, and the literal prefix (or "") that its unmatched URLs have."""

    name: str
    prefix: str
    share: Share


class Views:
    """A selector for one application's views; `policies` are what the decorators' marks come to in it."""

    def __init__(
        self,
        app: Flask,
        shares: Sequence[Share],
        blueprints: Sequence[BlueprintShare],
        policies: Policies,
    ) -> None:
        self._app, self._shares, self._policies = app, tuple(shares), policies
        self._blueprints = {blueprint.name: blueprint.share for blueprint in blueprints}
        self._unmatched = (*_below_prefixes(blueprints), *shares)
        self._narrowed = Narrowed()
        self._selectors: dict[str | None, Selectable] = {None: _covering(self._unmatched)}
        self.paths = _first_of(self._shares)
        self._above = self._marks_above_routes()
        self.marked = tuple(self._marked())
        shared = [share.selectable for share in (*shares, *self._blueprints.values())]
        self.__cors_choices__ = (*self.marked, *shared)
        self._blocks = may_block(self)

    def __call__(self, request: Request) -> Policy | None:
        """Return the policy for a preflight; None for any other request, unless it may have to be blocked."""
        policy = self._by_routing(request) if self._blocks or is_preflight(request) else None
        if policy is not None and (policy.enforce or is_preflight(request)):
            return policy
        request.raw[NOTE] = Note()
        return None

    def routed(self, request: Request) -> Policy | None:
        """Return the policy for a request that Flask has routed: https://flask.palletsprojects.com/en/stable/lifecycle/"""
        note = request.raw.get(NOTE) or Note()
        if not note.written and request.raw.get("werkzeug.request") is not None:  # an exception is on its way out
            flask_request = request.raw["werkzeug.request"]
            note.rule, note.method = flask_request.url_rule, flask_request.method
        if note.rule is not None and note.rule.map is self._app.url_map and not is_preflight(request):
            return self.chosen(note.rule.endpoint, note.method, request, note.mark)
        if note.mark is not UNMARKED:  # an error handler's
            return self._policies.of(note.mark)
        return self._by_routing(request)  # a redirect, an error, or somebody else's request

    def chosen(self, endpoint: str | None, method: str, request: Request, ran: Any = UNMARKED) -> Policy | None:
        """Return the policy for a view, or for a URL without one; `ran` is the mark of what ran, if the view has none."""
        mark = self._mark(endpoint, method)
        mark = ran if mark is UNMARKED else mark
        if mark is not UNMARKED:
            return self._policies.of(mark)
        blueprint = endpoint and endpoint.rpartition(".")[0]
        if blueprint not in self._selectors:
            self._selectors[blueprint] = _first_of(self._candidates(endpoint))
        return picked(self._selectors[blueprint], request)

    def where(self, endpoint: str, method: str, path: str) -> str:
        """Return in words where the policy of a view comes from."""
        if self._mark(endpoint, method) is not UNMARKED:
            return "the view"
        return next((share.where for share in self._candidates(endpoint) if share.covers(path)), "nothing")

    def _marks_above_routes(self) -> dict[str, Any]:
        """The marks of views whose decorator stands above the route, which so has the bare function, by endpoint."""
        views = list(self._app.view_functions.items())
        above: dict[str, Any] = {}
        for endpoint, view in views:
            run, mark = getattr(view, "__cors_decorated__", (None, None))
            if mark is not None:
                above[endpoint] = mark
            elif run is not None and not any(other is run for _, other in views):
                LOG.warning(_NOT_ROUTED, endpoint)
        return above

    def _marked(self) -> Iterator[Policy | None]:
        """The policies of all marks; raises `ConfigError` with the problems of all of them."""
        problems = Problems()
        marks = [mark for view in self._app.view_functions.values() for mark in of_view(view)]
        for mark in (*marks, *self._above.values()):
            try:
                yield self._policies.of(mark)
            except ConfigError as error:
                problems.found += error.problems
        problems.check()

    def _mark(self, endpoint: str | None, method: str) -> Any:
        mark = next(of_view(self._app.view_functions.get(endpoint or ""), method), UNMARKED)
        return self._above.get(endpoint or "", UNMARKED) if mark is UNMARKED else mark

    def _candidates(self, endpoint: str | None) -> tuple[Share, ...]:
        """The shares that may answer for a view, the nearest first."""
        if endpoint is None:
            return self._unmatched
        nearest = (self._blueprints[name] for name in _blueprints(endpoint) if name in self._blueprints)
        return (*nearest, *self._shares)

    def _by_routing(self, request: Any) -> Policy | None:
        preflight = is_preflight(request)
        method = request.requested_method if preflight else request.method
        try:
            adapter = self._app.create_url_adapter(self._app.request_class(dict(request.environ)))
            rule = _rule(adapter, method)
            policy = self.chosen(rule.endpoint if rule else None, method, request)
            return self._listing_its_own(policy, adapter, method, request) if policy and rule and preflight else policy
        except HTTPException:  # a host that is not trusted, a redirect elsewhere: nobody can tell what would be served
            return NOBODY

    def _listing_its_own(self, policy: Policy, adapter: Any, asked: str, request: Request) -> Policy:
        """`policy`, without the methods that are routed to views with other policies."""

        def is_foreign(method: str) -> bool:
            rule = None if method == asked else _rule(adapter, method)
            return rule is not None and self.chosen(rule.endpoint, method, request) != policy

        return self._narrowed.policy(policy, is_foreign) if self.marked else policy


def _first_of(shares: Sequence[Share]) -> Selectable:
    """Return the selector of several shares; a share alone knows its paths itself."""
    return shares[0].selectable if len(shares) == 1 else _covering(shares)


def _covering(shares: Sequence[Share]) -> Selectable:
    """Return a selector that leaves a path to the first share whose business it is."""

    def covering(path: str) -> Selectable:
        return next((share.selectable for share in shares if share.covers(path)), None)

    return on_path(covering, (share.selectable for share in shares))


def _below_prefixes(blueprints: Sequence[BlueprintShare]) -> Iterator[Share]:
    """What answers for URLs below a blueprint's prefix that it has no view for, the longest prefix first."""
    for prefix in sorted({blueprint.prefix for blueprint in blueprints} - {""}, key=len, reverse=True):
        found = [blueprint.share for blueprint in blueprints if blueprint.prefix == prefix]
        same = all(share.selectable == found[0].selectable for share in found)
        yield Share(found[0].selectable if same else NOBODY, (Area.subtree(prefix),), found[0].where)


def _rule(adapter: Any, method: str) -> Rule | None:
    """Return the rule that a request of `method` ends at, following redirects to itself; None for 404 and 405."""
    path = None
    for _ in range(_MOST_REDIRECTS):
        try:
            rule: Rule = adapter.match(path, method, return_rule=True)[0]
            return rule
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


def _blueprints(endpoint: str | None) -> Iterator[str]:
    """The blueprints of an endpoint, the innermost first."""
    name = endpoint or ""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name
