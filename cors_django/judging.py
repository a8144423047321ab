"""What the system checks have in common: the policies in force, the middleware, and how a sentence becomes a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from cors_core import ConfigError, Policy, translate
from cors_core.routing import NOBODY, choices
from cors_django import options, views
from cors_django.defaults import spelling

OURS: Final = "cors_django.middleware.CorsMiddleware"

_REMEDY: Final = re.compile(
    r"(.*)(?:; |\. |: )((?:end|write|leave|install|say|use|put|add|pass|serve|name|return|list|did you mean|there are)\b.+)",
    re.DOTALL | re.IGNORECASE,
)


class Source(NamedTuple):
    """What the user calls the places where a policy says who is allowed."""

    exact: str
    expressions: str
    everyone: str
    credentials: str

    @classmethod
    def one(cls, name: str) -> Source:
        """Return a single place, where all of it is written."""
        return cls(name, name, name, name)


class Middleware(NamedTuple):
    """An entry of `MIDDLEWARE`: what is written there, what it is, and the names of all that it is made of."""

    path: str
    found: Any
    names: frozenset[str]


def error(number: int, sentence: str, hint: str | None = None) -> checks.CheckMessage:
    """Return the message of an error; without `hint`, the end of the sentence says what to write."""
    return checks.Error(*_split(sentence, hint), id=f"cors_django.E{number:03}")


def warning(number: int, sentence: str, hint: str | None = None) -> checks.CheckMessage:
    """Return the message of a warning; without `hint`, the end of the sentence says what to write."""
    return checks.Warning(*_split(sentence, hint), id=f"cors_django.W{number:03}")


def policies() -> Iterator[tuple[Source, Policy]]:
    """Return the policies that are known before any request, and where they are written; none if something is wrong."""
    try:
        with translate.gathered():
            selectable = options.selectable(settings, asynchronous=True)
            found_marks = marks()
    except ConfigError:
        return
    seen = {id(NOBODY)}
    of_settings, of_views = (_of_the_settings(), choices(selectable)), (Source.one("@cors_policy"), found_marks)
    for source, found in (of_settings, of_views):
        for each in found:
            if isinstance(each, Policy) and id(each) not in seen:
                seen.add(id(each))
                yield source, each


def marks() -> tuple[Policy | None, ...]:
    """Return the policies that the project's views have of their own; raises `ConfigError`."""
    return views.Views(None, settings.ROOT_URLCONF).marks if hasattr(settings, "ROOT_URLCONF") else ()


def middleware() -> list[Middleware]:
    """Return the entries of `MIDDLEWARE`; Django itself tells of those that do not import."""
    return [_entry(path) for path in settings.MIDDLEWARE]


def uses(name: str) -> bool:
    """Return whether a middleware, or one made of it, is in `MIDDLEWARE`."""
    return any(name in each.names for each in middleware())


def _entry(path: str) -> Middleware:
    found = None
    with suppress(Exception):
        found = import_string(path)
    bases = getattr(found, "__mro__", ())
    return Middleware(path, found, frozenset((path, *(f"{base.__module__}.{base.__qualname__}" for base in bases))))


def _of_the_settings() -> Source:
    if getattr(settings, options.NATIVE, None) is not None:
        return Source.one(options.NATIVE)
    names = ("CORS_ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOW_CREDENTIALS")
    return Source(*(spelling(settings, name) for name in names))


def _split(sentence: str, hint: str | None) -> tuple[str, str]:
    """A sentence without its end, and its end."""
    remedy = _REMEDY.fullmatch(sentence) if hint is None else None
    if remedy:
        sentence, hint = remedy.groups()
    hint = hint or "Write what is meant."
    return f"{sentence}.", f"{hint[0].upper()}{hint[1:]}".removesuffix(".") + ("" if hint.endswith("?") else ".")
