"""The routes of a URLconf, each with the methods that it handles, and the policy that applies to them."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.admindocs.utils import (
    remove_non_capturing_groups,
    replace_metacharacters,
    replace_named_groups,
    replace_unnamed_groups,
)
from django.http import HttpRequest
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern

from cors_core import Policy, describing
from cors_core.routing import NOBODY
from cors_django.views import DjangoRequest, Views, policy_for

_FRAMEWORKS: Final = ("django.", "rest_framework.")


class Row(NamedTuple):
    """Some methods of one route that share a policy; `where` is what gave it to them.

    `name` is the one for `reverse`, and `actions` are those of a viewset.
    """

    route: str
    methods: tuple[str, ...]
    actions: dict[str, str]
    name: str | None
    view: str
    policy: Policy | None
    where: str


class _Route(NamedTuple):
    path: str
    name: str | None
    pattern: Any


def rows(selectable: Any, urlconf: str | None = None, host: str | None = None) -> Iterator[Row]:
    """Return the routes in the order in which Django tries them; raises `ConfigError` for a mark that is none.

    `selectable` is what the settings come to, and `host` the name in `Host`, where that counts.
    """
    Views(selectable, urlconf)
    for route in _routes(get_resolver(urlconf).url_patterns):
        view = route.pattern.callback
        actions = {method.upper(): action for method, action in (getattr(view, "actions", None) or {}).items()}

        def applying(method: str, view: Any = view, path: str = route.path) -> tuple[Policy | None, str]:
            return _applying(view, method, path, host, selectable)

        for methods, policy, where in describing.by_policy(_methods(view), applying):
            named = {method: actions[method] for method in methods if method in actions}
            yield Row(route.path, methods, named, route.name, _label(route.pattern), policy, where)


def _routes(patterns: Iterable[Any], prefix: str = "/", namespace: str = "") -> Iterator[_Route]:
    for pattern in patterns:
        path = prefix + _readable(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, path, inner)
        else:
            yield _Route(path, pattern.name and namespace + pattern.name, pattern)


def _readable(pattern: Any) -> str:
    """A part of a route, as `path` has it; from a regular expression, as nearly as that can be told."""
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        for step in (
            remove_non_capturing_groups,
            replace_named_groups,
            replace_unnamed_groups,
            replace_metacharacters,
        ):
            text = step(text)
        text = text.replace("\\", "")
    return text


def _label(pattern: Any) -> str:
    """What a view is called where it is written; the class that `@api_view` makes has the name of its function."""
    view_class = getattr(pattern.callback, "cls", None)
    if view_class is not None and not view_class.__qualname__.endswith(view_class.__name__):
        return f"{view_class.__module__}.{view_class.__name__}"
    return str(pattern.lookup_str)


def _methods(view: Any) -> list[str]:
    """The methods that somebody wrote, without those that Django and Django REST framework add."""
    view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if getattr(view, "actions", None):
        names = set(view.actions)
    elif view_class is not None:
        given = {**vars(view).get("view_initkwargs", {}), **vars(view).get("initkwargs", {})}
        allowed = given.get("http_method_names", view_class.http_method_names)
        names = {name for name in allowed if _is_written(getattr(view_class, name.lower(), None))}
    else:
        names = set(_required(view))
    found = {name.upper() for name in names}
    return sorted(found - {"HEAD"} if "GET" in found else found) or [describing.ANY]


def _is_written(handler: Any) -> bool:
    """Whether a method of a view class handles requests, and is not the answer to OPTIONS that comes with the class."""
    return callable(handler) and not (
        handler.__name__ == "options" and (handler.__module__ or "").startswith(_FRAMEWORKS)
    )


def _required(view: Any) -> Iterable[str]:
    """The methods that `require_http_methods` lets through; none if it is not there."""
    while callable(view):
        listed: Iterable[str] | None = None
        if inspect.isfunction(view):
            listed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if listed is not None:
            return listed
        view = getattr(view, "__wrapped__", None)
    return ()


def _applying(view: Any, method: str, path: str, host: str | None, selectable: Any) -> tuple[Policy | None, str]:
    asked = _request(method, describing.sample_path(path), host or _host())
    try:
        policy, where = policy_for(view, asked.method, asked, selectable)
        return (async_to_sync(_awaited)(policy) if isinstance(policy, Awaitable) else policy), where
    except Exception as error:  # a selector of the user's; a request would be answered in the same way
        return NOBODY, f"the settings, whose selector raised {type(error).__name__}"


async def _awaited(policy: Awaitable[Policy | None]) -> Policy | None:
    return await policy


def _request(method: str, path: str, host: str) -> DjangoRequest:
    """A request for one of the routes, with nothing in it that is not needed to find one."""
    raw = HttpRequest()
    raw.method, raw.path, raw.path_info = method, path, path
    raw.META = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "HTTP_HOST": host,
    }
    return DjangoRequest(raw)


def _host() -> str:
    named = (host.removeprefix(".") for host in settings.ALLOWED_HOSTS if host != "*")
    return next(named, "localhost")
