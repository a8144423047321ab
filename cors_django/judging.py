"""What the system checks have in common: the policies in force, the middleware, and how a sentence becomes a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004
from django.utils.module_loading import import_string

from cors_core import ConfigError, Policy, translate
from cors_core.routing import NOBODY, choices
from cors_django import options, views
from cors_django.defaults import spelling

OURS: Final = "cors_django.middleware.CorsMiddleware"

_REMEDY: Final = re.compile(r"(.*)(?:; |\. )(.+)", re.DOTALL)


class Source(NamedTuple):
    """What the user calls the places where a policy says who is allowed."""

    exact: str
    expressions: str
    everyone: str


class Middleware(NamedTuple):
    """An entry of `MIDDLEWARE`: what is written there, what it is, and the names of all that it is made of."""

    path: str
    found: Any
    names: frozenset[str]


def error(number: int, sentence: str, hint: str | None = None) -> CheckMessage:
    """Return the message of an error; without `hint`, the end of the sentence says what to write."""
    return Error(*_split(sentence, hint, f"cors_django.E{number:03}"), id=f"cors_django.E{number:03}")


def warning(number: int, sentence: str, hint: str | None = None) -> CheckMessage:
    """Return the message of a warning; without `hint`, the end of the sentence says what to write."""
    return Warning(*_split(sentence, hint, f"cors_django.W{number:03}"), id=f"cors_django.W{number:03}")


def policies() -> Iterator[tuple[Source, Policy]]:
    """Return the policies that are known before any request, and where they are written; none if something is wrong."""
    try:
        with translate.gathered():
            selectable = options.selectable(settings, asynchronous=True)
            marks = marked_views().marks
    except ConfigError:
        return
    seen = {id(NOBODY)}
    for source, found in ((_of_the_settings(), choices(selectable)), (Source(*["@cors_policy"] * 3), iter(marks))):
        for each in found:
            if isinstance(each, Policy) and id(each) not in seen:
                seen.add(id(each))
                yield source, each


def marked_views() -> views.Views:
    """Return what knows the marks of the project's views; raises `ConfigError`."""
    return views.Views(None, settings.ROOT_URLCONF)


def middleware() -> list[Middleware]:
    """Return the entries of `MIDDLEWARE`; Django itself tells of those that do not import."""
    return [_entry(path) for path in settings.MIDDLEWARE]


def uses(name: str) -> bool:
    """Return whether a middleware, or one made of it, is in `MIDDLEWARE`."""
    return any(name in each.names for each in middleware())


def _entry(path: str) -> Middleware:
    found = None
    with suppress(ImportError):
        found = import_string(path)
    bases = getattr(found, "__mro__", ())
    return Middleware(path, found, frozenset((path, *(f"{base.__module__}.{base.__qualname__}" for base in bases))))


def _of_the_settings() -> Source:
    if hasattr(settings, options.NATIVE):
        return Source(*[options.NATIVE] * 3)
    names = ("CORS_ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_ALL_ORIGINS")
    return Source(*(spelling(settings, name) for name in names))


def _split(sentence: str, hint: str | None, number: str) -> tuple[str, str]:
    """A sentence without its end, and its end."""
    remedy = _REMEDY.fullmatch(sentence) if hint is None else None
    if remedy:
        sentence, hint = remedy.groups()
    hint = hint or f"Write what is meant, or silence it: SILENCED_SYSTEM_CHECKS = [{number!r}]"
    return f"{sentence}.", f"{hint[0].upper()}{hint[1:]}."
