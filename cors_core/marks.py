"""The marks of views: an attribute that says which policy a view has, be it a function, a method or a class.

Knows functions and classes, no framework; which mark counts for a request is told by those who route.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, TypeVar

from cors_core import fetch
from cors_core.errors import mistake
from cors_core.log import Bounded
from cors_core.policy import Policy

View = TypeVar("View", bound=Callable[..., Any] | type)

UNMARKED: Final = object()
"""The mark of what has none; None is a mark, and exempts."""

_MARK: Final = "__cors_policy__"
_KEPT: Final = 256


def cors_policy(policy: Policy | None) -> Callable[[View], View]:
    """Mark a view with its own policy, or with None to exempt it; the mark beats the path.

    The mark is an attribute of the function, which `functools.wraps` copies. Raises `ConfigError`.
    """
    given: object = policy
    if given is not None and not isinstance(given, Policy):
        message = "is no policy; write @cors_policy(Policy(allow_origins=[...])), or @cors_policy(None)"
        raise mistake("wrong-type", "cors_policy", policy, message)
    return lambda view: mark(view, policy)


def mark(view: View, value: object) -> View:
    """Return `view` with its mark; raises `ConfigError` for what is no view, or carries another mark already."""
    if getattr(view, "__dict__", {}).get(_MARK, value) != value:
        message = "carries a mark already, and one of the two would be ignored; keep one decorator"
        raise mistake("marked-twice", "view", view, message)
    if callable(view):
        with suppress(AttributeError, TypeError):
            setattr(view, _MARK, value)
            return view
    message = "is no view that can be marked; put the decorator on a function, or on a view class and its methods"
    raise mistake("no-view", "view", view, message)


def marked(view: object) -> Any:
    """Return what `view` is marked with, a policy or None; `UNMARKED` if it carries no mark."""
    return getattr(view, _MARK, UNMARKED)


def marks_of(view: Any, view_class: Any, handlers: Collection[str], attribute: str | None = None) -> Iterator[Any]:
    """Yield the marks of a view, the nearest first.

    `view_class` is the class behind it, if any, `handlers` are the names of the methods that may run,
    `attribute` is one of the class that holds a policy. A class is nearer than those that it inherits
    from; in each, a method that runs is nearer than the class, and `view` itself than its class.
    """
    overridden: set[str] = set()
    for each in getattr(view_class, "__mro__", (None,)):
        own = vars(each) if each is not None else {}
        for name in [name for name in handlers if name in own and name not in overridden]:
            overridden.add(name)
            yield marked(getattr(own[name], "__func__", own[name]))
        if each is view_class:
            yield marked(view)
        yield own.get(_MARK, UNMARKED)
        yield own.get(attribute or _MARK, UNMARKED)


class Narrowed:
    """Policies without the methods that others decide about.

    A browser keeps what a preflight allows for the URL, whatever method it asked about. So a policy may
    not list a method that comes to another policy: it would be sent without a preflight of its own.
    https://fetch.spec.whatwg.org/#concept-cache-entry-method-match
    """

    def __init__(self) -> None:
        self._kept: Bounded[tuple[int, tuple[str, ...]], tuple[Policy, Policy]] = Bounded(_KEPT)

    def policy(self, policy: Policy, is_foreign: Callable[[str], bool]) -> Policy:
        """Return `policy` without the methods for which `is_foreign` says True; safelisted ones need no listing."""
        everything = fetch.WILDCARD in policy.allow_methods
        listed = fetch.COMMON_METHODS if everything else policy.allow_methods
        own = tuple(name for name in listed if name in fetch.SAFELISTED_METHODS or not is_foreign(name))
        if len(own) == len(listed):
            return policy
        key = (id(policy), own)
        found = self._kept.get(key)
        if found is None or found[0] is not policy:
            found = self._kept.keep(key, (policy, replace(policy, allow_methods=own)))
        return found[1]
