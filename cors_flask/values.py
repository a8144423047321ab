"""What each of flask-cors's options comes to in a `Policy`: one function per option.

Each takes what was written and where, returns what `Policy` takes, and puts what is wrong into
`Problems`. What never worked is left out with a warning; nothing opens in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from cors_core import checks, fetch, origins, translate
from cors_core.errors import Problems, shown
from cors_core.policy import OriginEntry

EVERYONE: Final = ("*", ".*")

_REGEX_CHARACTERS: Final = frozenset("*\\]?$^[()")
_NEARLY_EVERYONE: Final = re.compile(r"\^?https?://\*")  # as an expression, any number of slashes
_COMMA: Final = re.compile(r",(?![0-9]*\})")  # and not the one of `{1,3}`
_FAMILY: Final = re.compile(r"\^?((?:[A-Za-z0-9_]|\\?-)+)\.?\*\$?")


class Option(NamedTuple):
    """A value, and where it stands in the user's own spelling: `origins`, `CORS_ORIGINS`, `resources[...]['origins']`."""

    value: Any
    where: str
    from_config: bool = False


def looks_like_a_regex(text: str) -> bool:
    """Return whether flask-cors takes a string for a regular expression."""
    return not _REGEX_CHARACTERS.isdisjoint(text)


def compiled(problems: Problems, where: str, text: str, flags: int, example: str) -> re.Pattern[str] | None:
    """Return a string that looks like a regular expression as one; None if it is broken."""
    try:
        return re.compile(text, flags)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        message = f"looks like a regular expression and does not compile ({error}); write one such as {example}"
        problems.add("not-a-regex", where, text, message)
        return None


def origin_entries(
    problems: Problems, option: Option, *, credentials: bool
) -> tuple[tuple[OriginEntry, ...], tuple[str, ...]]:
    """Return the origins that can be kept, and the waivers that they need."""
    value, where, from_config = option
    if value is None and from_config:
        translate.warn(f"{where}: None allows every origin, as if it were not there; write '*', or leave it out")
        return (fetch.WILDCARD,), ()
    if value is None:
        translate.warn(f"{where}: None allows nobody; write the origins, or '*' for everyone")
        return (), ()
    listed = (
        _split_config(problems, where, value) if from_config and isinstance(value, str) else _listed(problems, option)
    )
    if any(isinstance(entry, str) and entry in EVERYONE for entry in listed):
        return (fetch.WILDCARD,), ()
    entries = [entry for each in listed if (entry := _entry(problems, where, each)) is not None]
    return translate.origin_entries(where, entries, credentials=credentials)


def methods(problems: Problems, option: Option) -> tuple[Any, ...]:
    """Return the methods, in upper case as flask-cors has them."""
    names = [name.upper() if isinstance(name, str) else name for name in _names(problems, option)]
    if fetch.WILDCARD in names:
        translate.warn(f"{option.where}: '*' added no method before and adds every method now; list what is used")
        return (fetch.WILDCARD,)
    return translate.methods(option.where, names)


def allow_headers(problems: Problems, option: Option) -> tuple[Any, ...]:
    """Return the names of request headers; an expression for all that begins alike becomes a family, `x-amz-*`."""
    kept = []
    for name in _names(problems, option):
        source = name.pattern if isinstance(name, re.Pattern) else name
        family = _FAMILY.fullmatch(source) if isinstance(source, str) else None
        if isinstance(source, str) and source in EVERYONE:
            kept.append(fetch.WILDCARD)
        elif family:
            kept.append(family[1].replace("\\", "") + fetch.WILDCARD)
            translate.warn(f"{option.where}: {shown(source)} is the family {kept[-1]!r} now; write that")
        elif isinstance(name, re.Pattern) or (isinstance(name, str) and looks_like_a_regex(name)):
            message = "header names are not matched by expressions; write the names, or a family: ['X-Page', 'x-amz-*']"
            problems.add("not-a-token", option.where, source, message)
        else:
            kept.append(name)
    return tuple(kept)


def expose_headers(problems: Problems, option: Option) -> tuple[Any, ...]:
    """Return the names of response headers that scripts may read."""
    return translate.exposed_headers(option.where, _names(problems, option))


def max_age(problems: Problems, option: Option) -> int | None:
    """Return the seconds that a preflight may be kept; None sends no header."""
    value = option.value
    if isinstance(value, timedelta):
        value = int(value.total_seconds())
    elif isinstance(value, str) and re.fullmatch(r"\s*[0-9]+\s*", value):
        value = int(value) if len(value) < 20 else checks.MAX_AGE + 1
    if isinstance(value, str) and not value.strip():  # a variable that is not set
        translate.warn(f"{option.where}: '' is no number of seconds, and no browser read it; it is left out")
        return None
    return checks.seconds(problems, option.where, translate.age(option.where, value))


def flag(problems: Problems, option: Option) -> bool:
    """Return a bool; None is False, as in flask-cors."""
    return option.value is not None and checks.boolean(problems, option.where, option.value)


def _entry(problems: Problems, where: str, entry: object) -> OriginEntry | None:
    """An origin, a pattern, or a regular expression; None for what is neither."""
    if isinstance(entry, str):
        return _text_entry(problems, where, entry)
    if isinstance(entry, re.Pattern) and isinstance(entry.pattern, str):
        return entry
    message = "is no origin; write one such as 'https://app.example.com', or a compiled regular expression"
    problems.add("wrong-type", where, entry, message)
    return None


def _text_entry(problems: Problems, where: str, text: str) -> OriginEntry | None:
    if not looks_like_a_regex(text):
        return text
    if isinstance(origins.parse_entry(text), str):  # the brackets of an IPv6 address
        translate.warn(f"{where}: {shown(text)} was taken for a regular expression and is an origin now")
        return text
    pieces = [piece.strip() for piece in _COMMA.split(text)]
    is_list = len(pieces) > 1 and all("://" in piece or piece in EVERYONE for piece in pieces)
    if is_list or origins.parse_entry(text) is not None or origins.respelled(text) is not None:
        return text
    if _NEARLY_EVERYONE.fullmatch(text):
        translate.warn(f"{where}: {shown(text)} was everybody and is nobody now; write '*', or list the origins")
        return None
    pattern = compiled(problems, where, text, re.IGNORECASE, "'https://*.example.com'")
    if pattern is not None:
        flags = "" if text == text.lower() else ", re.IGNORECASE"
        translate.warn(
            f"{where}: {shown(text)} is a regular expression, which has to match the whole origin, with its port; "
            f"say so: re.compile({text!r}{flags})"
        )
    return pattern


def _split_config(problems: Problems, where: str, text: str) -> list[str]:
    """The pieces of a string in `app.config`, which often comes from an environment variable."""
    pieces = [piece for each in _COMMA.split(text) if (piece := each.strip())]
    if _COMMA.search(text) and not set(EVERYONE).isdisjoint(pieces):
        problems.add("wildcard-beside-others", where, text, "'*' covers the rest; write '*' alone, or leave it out")
        return []
    return pieces


def _names(problems: Problems, option: Option) -> list[Any]:
    """The entries of a list of names, each string split at its commas."""
    if option.value is None:
        return []
    names: list[Any] = []
    for entry in _listed(problems, option):
        names += [name for each in entry.split(",") if (name := each.strip())] if isinstance(entry, str) else [entry]
    return names


def _listed(problems: Problems, option: Option) -> list[Any]:
    value, where, from_config = option
    if isinstance(value, (str, re.Pattern)):
        return [value]
    if from_config and isinstance(value, Iterator):
        problems.add("wrong-type", where, value, "can be read only once, and views need it again; write a list")
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, Mapping)):
        return sorted(value, key=repr) if isinstance(value, (set, frozenset)) else list(value)
    else:
        problems.add("wrong-type", where, value, f"{type(value).__name__} is not a list; write a list of strings")
    return []
