"""Which policy applies to what Django routes: the view's mark, or its class's `cors_policy`, or the path's policy.

A preflight is resolved here, for the method that it asks about. An actual request is resolved by Django
alone, and asked about when the response is there.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.urls import Resolver404, get_resolver
from django.utils import translation

from cors_core import Policy, Request
from cors_core.engine import is_preflight
from cors_core.errors import Problems
from cors_core.log import Bounded
from cors_core.marks import UNMARKED, Narrowed, marked, marks_of
from cors_core.request import EnvironRequest
from cors_core.routing import Selectable, may_block, picked

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import ResolverMatch

_ATTRIBUTE: Final = "cors_policy"
_METHODS: Final = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_KEPT: Final = 4096  # marks of views, by method
_USUAL: Final = frozenset(name.upper() for name in _METHODS)


class DjangoRequest(EnvironRequest):
    """A request as Django reads it, with the settings for proxies applied."""

    __slots__ = ()

    def __init__(self, request: HttpRequest, own_origin: str | None = None) -> None:
        self.environ = request.META
        self.method = request.method or ""
        self.origin = request.META.get("HTTP_ORIGIN")
        self.own_origin, self.raw = own_origin, request

    path: Any = property(lambda request: request.raw.path_info)
    scheme: Any = property(lambda request: request.raw.scheme)
    host: Any = property(lambda request: _host(request.raw))


def _host(request: HttpRequest) -> str | None:
    """The host that Django believes; None for one that is not in `ALLOWED_HOSTS`."""
    try:
        host: str = request.get_host()
    except DisallowedHost:
        return None
    return host


class Views:
    """A selector for the views of one URLconf (None: `ROOT_URLCONF`); `selectable` answers for the others."""

    def __init__(self, selectable: Any, urlconf: Any = None) -> None:
        self._selectable, self._urlconf = selectable, urlconf
        self.marks: tuple[Policy | None, ...] = tuple(_all_marks(urlconf))
        self.__cors_choices__ = (*self.marks, selectable)
        self._blocks = may_block(self)
        self._narrowed = Narrowed()
        self._found: Bounded[tuple[int, str], tuple[Any, Any]] = Bounded(_KEPT)

    def __call__(self, request: Request) -> Any:
        """Return the policy for a preflight; None for any other request, unless it may have to be blocked."""
        if not (self._blocks or is_preflight(request)):
            return None
        match = resolved(request.raw, self._urlconf)
        return _then(self._chosen(match, request), lambda policy: self._before_routing(policy, match, request))

    def routed(self, request: Request) -> Any:
        """Return the policy for a request that Django has answered."""
        match = None if is_preflight(request) else request.raw.resolver_match
        return self._chosen(match or resolved(request.raw, self._urlconf), request)

    def _chosen(self, match: ResolverMatch | None, request: Request) -> Any:
        method = (request.requested_method or "") if is_preflight(request) else request.raw.method
        mark = self._mark(match.func, method) if match else UNMARKED
        return picked(self._selectable, request) if mark is UNMARKED else mark

    def _mark(self, callback: Any, method: str) -> Any:
        """The mark of a view, looked for once per method, of which a request may have any."""
        if method not in _USUAL:
            return mark_of(callback, method)
        key = id(callback), method
        found = self._found.get(key)
        if found is None or found[0] is not callback:
            found = self._found.keep(key, (callback, mark_of(callback, method)))
        return found[1]

    def _before_routing(self, policy: Policy | None, match: ResolverMatch | None, request: Request) -> Policy | None:
        """What counts of `policy` before Django has routed: all for a preflight, of other requests what blocks them."""
        if policy is None or not is_preflight(request):
            return policy if policy is not None and policy.enforce else None
        if match is None:
            return policy
        own = self._mark(match.func, request.requested_method or "")
        return self._narrowed.policy(policy, lambda method: self._mark(match.func, method) != own)


def _then(selected: Any, step: Callable[[Policy | None], Policy | None]) -> Any:
    """Return what `step` makes of a policy, which may have to be awaited first."""

    async def awaited() -> Policy | None:
        return step(await selected)

    return awaited() if isinstance(selected, Awaitable) else step(selected)


def policy_for(callback: Any, method: str, request: Request, selectable: Selectable) -> tuple[Any, str]:
    """Return the policy of a view, and in words where it comes from."""
    mark = mark_of(callback, method)
    return (picked(selectable, request), "the settings") if mark is UNMARKED else (mark, "the view")


def mark_of(callback: Any, method: str) -> Any:
    """Return the policy that a view has of its own for `method`, the nearest mark first."""
    return next(_marks(callback, (method,)), UNMARKED)


def resolved(request: HttpRequest, urlconf: Any = None) -> ResolverMatch | None:
    """Return the view that Django will find: https://docs.djangoproject.com/en/stable/topics/http/urls/

    A language prefix counts as `LocaleMiddleware` reads it, and a missing slash as `CommonMiddleware`
    puts it right; a path without either may be a translated one, in any language. None where no view
    answers.
    """
    resolver = get_resolver(urlconf)
    path = request.path_info
    slashed = (f"{path}/",) if settings.APPEND_SLASH and not path.endswith("/") else ()
    for language in _languages(path):
        with translation.override(language) if language else contextlib.nullcontext():
            for candidate in (path, *slashed):
                with contextlib.suppress(Resolver404):
                    return resolver.resolve(candidate)
    return None


def _languages(path: str) -> Iterable[str | None]:
    """The languages in which a path may be one of ours, the likeliest first."""
    if not settings.USE_I18N:
        return (None,)
    prefix = translation.get_language_from_path(path)
    return (prefix,) if prefix else dict.fromkeys((settings.LANGUAGE_CODE, *(code for code, _ in settings.LANGUAGES)))


def callbacks(patterns: Iterable[Any]) -> Iterator[Any]:
    """Return the views of URL patterns, and of those that they include."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from callbacks(pattern.url_patterns)
        else:
            yield pattern.callback


def _all_marks(urlconf: Any) -> Iterator[Policy | None]:
    """Every mark below a URLconf; raises `ConfigError` for an attribute `cors_policy` that is no policy."""
    problems = Problems()
    views = {id(callback): callback for callback in callbacks(get_resolver(urlconf).url_patterns)}
    for callback in views.values():
        view_class = _class_of(callback)
        methods = {*_METHODS, *map(str.lower, getattr(view_class, "http_method_names", ())), *_actions(callback)}
        for mark in _marks(callback, methods):
            if mark is None or isinstance(mark, Policy):
                yield mark
            else:
                name = f"{getattr(view_class, '__qualname__', callback)}.{_ATTRIBUTE}"
                problems.add("wrong-type", name, mark, "is no policy; write Policy(allow_origins=[...]), or None")
    problems.check()


def _marks(callback: Any, methods: Iterable[str]) -> Iterator[Any]:
    """The marks of a view, the nearest first: of the functions for `methods`, the view, its class, by inheritance."""
    while isinstance(callback, functools.partial):
        callback = callback.func
    view_class = _class_of(callback)
    handlers = dict.fromkeys(_handler(callback, view_class, method.lower()) for method in methods)
    given = getattr(callback, "view_initkwargs", None) or getattr(callback, "initkwargs", None) or {}
    found = (given.get(_ATTRIBUTE, UNMARKED), *marks_of(callback, view_class, handlers, _ATTRIBUTE))
    yield from (mark for mark in (*found, *_hidden_marks(view_class)) if mark is not UNMARKED)


def _handler(callback: Any, view_class: Any, method: str) -> str:
    """The attribute of a view class that handles `method`; a viewset says which of its actions does."""
    actions = _actions(callback)
    if method == "head" and "head" not in actions and not hasattr(view_class, "head"):
        method = "get"
    name: str = actions.get(method, method)
    return name


def _actions(callback: Any) -> dict[str, str]:
    return getattr(callback, "actions", None) or {}


def _class_of(callback: Any) -> Any:
    """The class behind a view; an object that is called is a view as well, of its own class."""
    found = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    return found if found is not None or inspect.isroutine(callback) else type(callback)


def _hidden_marks(view_class: Any) -> Iterator[Any]:
    """The mark of a function below `@api_view`, which puts it into a method of a new class, without its attributes."""
    for handler in (getattr(view_class, method, None) for method in _METHODS):
        if getattr(handler, "__module__", None) == "rest_framework.decorators":
            yield from (marked(cell.cell_contents) for cell in getattr(handler, "__closure__", None) or ())
