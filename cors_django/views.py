"""Which policy applies to what Django routes: the view's mark, or its class's `cors_policy`, or the path's policy.

A preflight is resolved here, for the method that it asks about. An actual request is resolved by Django
alone, and asked about when the response is there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.urls import Resolver404, get_resolver
from django.utils import translation

from cors_core import Policy, Request
from cors_core.engine import is_preflight
from cors_core.errors import Problems
from cors_core.request import EnvironRequest
from cors_core.routing import Selectable, marked, may_block, picked

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import ResolverMatch

_UNMARKED: Final = object()
_METHODS: Final = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


class DjangoRequest(EnvironRequest):
    """A request as Django reads it, with the settings for proxies applied."""

    __slots__ = ()

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

    def __call__(self, request: Request) -> Any:
        """Return the policy for a preflight; None for any other request, unless it may have to be blocked."""
        if not (self._blocks or is_preflight(request)):
            return None
        policy = self._chosen(resolved(request.raw, self._urlconf), request)
        return None if isinstance(policy, Policy) and not (policy.enforce or is_preflight(request)) else policy

    def routed(self, request: Request) -> Any:
        """Return the policy for a request that Django has answered."""
        match = None if is_preflight(request) else request.raw.resolver_match
        return self._chosen(match or resolved(request.raw, self._urlconf), request)

    def _chosen(self, match: ResolverMatch | None, request: Request) -> Any:
        method = (request.requested_method or "") if is_preflight(request) else request.raw.method
        mark = mark_of(match.func, method) if match else _UNMARKED
        return mark if mark is not _UNMARKED else picked(self._selectable, request)


def policy_for(callback: Any, method: str, request: Request, selectable: Selectable) -> tuple[Any, str]:
    """Return the policy of a view, and in words where it comes from."""
    mark = mark_of(callback, method)
    return (mark, "the view") if mark is not _UNMARKED else (picked(selectable, request), "the settings")


def mark_of(callback: Any, method: str) -> Any:
    """Return the policy that a view has of its own for `method`, the nearest mark first."""
    return next(_marks(callback, (method,)), _UNMARKED)


def resolved(request: HttpRequest, urlconf: Any = None) -> ResolverMatch | None:
    """Return the view that Django will find: https://docs.djangoproject.com/en/stable/topics/http/urls/

    A language prefix counts as `LocaleMiddleware` reads it, and a missing slash as `CommonMiddleware`
    puts it right. None where no view answers.
    """
    resolver = get_resolver(urlconf)
    path = request.path_info
    slashed = (f"{path}/",) if settings.APPEND_SLASH and not path.endswith("/") else ()
    language = (translation.get_language_from_path(path) or settings.LANGUAGE_CODE) if settings.USE_I18N else None
    with translation.override(language) if language else contextlib.nullcontext():
        for candidate in (path, *slashed):
            with contextlib.suppress(Resolver404):
                return resolver.resolve(candidate)
    return None


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
    for callback in dict.fromkeys(callbacks(get_resolver(urlconf).url_patterns)):
        attribute = getattr(_class_of(callback), "cors_policy", None)
        if attribute is not None and not isinstance(attribute, Policy):
            name = f"{_class_of(callback).__qualname__}.cors_policy"
            problems.add("wrong-type", name, attribute, "is no policy; write Policy(allow_origins=[...]), or None")
            continue
        yield from _marks(callback, _METHODS)
    problems.check()


def _marks(callback: Any, methods: Iterable[str]) -> Iterator[Any]:
    """The marks of a view, the nearest first: of the functions for `methods`, the view, its class."""
    view_class = _class_of(callback)
    names = [name for method in methods for name in _handlers(callback, method.lower())]
    for function in (*(getattr(view_class, name, None) for name in names), callback, view_class):
        mark = marked(function, _UNMARKED)
        if mark is not _UNMARKED:
            yield mark
    attribute = getattr(view_class, "cors_policy", _UNMARKED)
    if attribute is not _UNMARKED:
        yield attribute


def _handlers(callback: Any, method: str) -> Iterator[str]:
    """The attributes of a view class that may handle `method`; a viewset says which of its actions does."""
    actions = getattr(callback, "actions", None) or {}
    for name in (method, "get") if method == "head" else (method,):
        yield actions.get(name, name)


def _class_of(callback: Any) -> Any:
    return getattr(callback, "view_class", None) or getattr(callback, "cls", None)
