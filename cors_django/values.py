"""What each of django-cors-headers's settings comes to in a `Policy`.

Each function takes the settings, returns what `Policy` takes, and puts what is wrong into `Problems`.
What never worked is left out with a warning; nothing opens in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

from cors_core import checks, fetch, origins, translate
from cors_core.entries import misspelling
from cors_core.errors import Problems, shown
from cors_core.expressions import Told, told_by
from cors_core.policy import OriginEntry
from cors_django.defaults import setting, spelling

_EVERY_PATH: Final = re.compile(r"\^?/?(?:\.\*)?|\^\.\*\$")  # the last is the default
_END: Final = re.compile(r"(?<!\\)(?:\\\\)*(?:\$|\.\*|\\[Zz])\Z")
_ATOM: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


class Given(NamedTuple):
    """The value of a setting, and the name under which it is set."""

    value: Any
    where: str


def given(settings: object, name: str) -> Given:
    """Return a setting, whichever of its names is in use."""
    return Given(setting(settings, name), spelling(settings, name))


def origin_entries(
    problems: Problems, settings: object, *, credentials: bool
) -> tuple[tuple[OriginEntry, ...], tuple[str, ...]]:
    """Return who is allowed, and the waivers that this needs; `credentials` says whether they all get them."""
    everyone = given(settings, "CORS_ALLOW_ALL_ORIGINS")
    exact, expressions = given(settings, "CORS_ALLOWED_ORIGINS"), given(settings, "CORS_ALLOWED_ORIGIN_REGEXES")
    listed, patterns = _strings(problems, exact), regexes(problems, expressions)
    if checks.boolean(problems, everyone.where, everyone.value):
        return (fetch.WILDCARD,), ()
    kept = [text for text in listed if _is_kept(problems, exact.where, text, credentials)]
    entries, waivers = translate.origin_entries(exact.where, kept, credentials=credentials)
    matched, needed = translate.origin_entries(expressions.where, patterns, credentials=credentials)
    for pattern in patterns:
        _warn_of_open_end(expressions.where, pattern.pattern)
    return (*entries, *matched), tuple(dict.fromkeys((*waivers, *needed)))


def regexes(problems: Problems, option: Given) -> list[re.Pattern[str]]:
    """Return the entries of `CORS_ALLOWED_ORIGIN_REGEXES`, compiled."""
    example = r"r'^https://[a-z0-9-]+\.example\.com$'"
    compiled = (_compiled(problems, option.where, entry, example) for entry in _listed(problems, option))
    return [pattern for pattern in compiled if pattern is not None]


def credentials(problems: Problems, settings: object) -> Any:
    """Return what was set: True, False, the entries that get them as a tuple, or what `Policy` will refuse."""
    option = given(settings, "CORS_ALLOW_CREDENTIALS")
    if option.value is None or isinstance(option.value, (str, int)):
        return option.value
    return _listed(problems, option)


def methods(problems: Problems, settings: object, *, credentials: bool) -> tuple[Any, ...]:
    """Return the methods, in the letters in which they are sent; `*` alone, where it is among them."""
    option = given(settings, "CORS_ALLOW_METHODS")
    names = _names(problems, option)
    if fetch.WILDCARD in names:
        if credentials:
            translate.warn(
                f"{option.where}: '*' meant nothing with credentials and is every method now; list what is used"
            )
        return (fetch.WILDCARD,)
    for name in names:
        if isinstance(name, str) and fetch.normalise_method(name) not in (name, *fetch.SAFELISTED_METHODS):
            translate.warn(
                f"{option.where}: {shown(name)} never matched, for methods are compared letter by letter; "
                f"it is taken for {fetch.normalise_method(name)!r}"
            )
    return translate.methods(option.where, names)


def request_headers(problems: Problems, settings: object, *, credentials: bool) -> tuple[Any, ...]:
    """Return the names that requests may carry; warn of a `*` that covers more than it did."""
    option = given(settings, "CORS_ALLOW_HEADERS")
    names = _names(problems, option)
    if fetch.WILDCARD in names and credentials:
        translate.warn(f"{option.where}: '*' meant nothing with credentials and is every header now; list what is used")
    elif fetch.WILDCARD in names and "authorization" not in (str(name).lower() for name in names):
        translate.warn(f"{option.where}: '*' did not cover Authorization and does now; write ['*', 'authorization']")
    for name in names:
        if isinstance(name, str) and name.endswith("*") and name != fetch.WILDCARD:
            translate.warn(f"{option.where}: {shown(name)} meant nothing and is every header that begins so now")
    return tuple(names)


def response_headers(problems: Problems, settings: object) -> tuple[Any, ...]:
    """Return the names that scripts may read; `*` alone, where it is among them."""
    option = given(settings, "CORS_EXPOSE_HEADERS")
    return translate.exposed_headers(option.where, _names(problems, option))


def paths(problems: Problems, settings: object) -> Told | None:
    """Return the function that says whether `CORS_URLS_REGEX` covers a path; None if it covers every path."""
    option = given(settings, "CORS_URLS_REGEX")
    pattern = _compiled(problems, option.where, option.value, "r'^/api/'")
    if pattern is None or _EVERY_PATH.fullmatch(pattern.pattern):
        return None
    return told_by(option.where, pattern)


def _is_kept(problems: Problems, where: str, text: str, credentials: bool) -> bool:
    """Whether an origin is for the common translation; the others are told of in Django's own words."""
    if text == fetch.WILDCARD:
        translate.warn(f"{where}: '*' never matched and is left out; CORS_ALLOW_ALL_ORIGINS = True allows everyone")
        return False
    parsed = origins.parse_entry(text) or origins.parse_entry(text.lower())
    if credentials and isinstance(parsed, origins.OriginPattern):
        message = (
            "matched nothing before and would get credentials now; list the origins themselves, "
            f"or write CORS_POLICY = Policy(allow_origins=[{str(parsed)!r}], allow_credentials=True)"
        )
        problems.add("pattern-with-credentials", where, text, message)
        return False
    if parsed is None and text != origins.NULL and misspelling(text)[0] == "regex-string":
        translate.warn(
            f"{where}: {shown(text)} never matched and is left out; write it into CORS_ALLOWED_ORIGIN_REGEXES"
        )
        return False
    return True


def _warn_of_open_end(where: str, source: str) -> None:
    """Warn of an expression that matched the beginning of longer origins, and matches whole ones only."""
    if not all(map(_END.search, _alternatives(source))):
        translate.warn(
            f"{where}: {shown(source)} has to match the whole origin now; it also matched ports and suffixes. "
            "End it with '$', and add (:[0-9]+)? if you meant ports"
        )


def _alternatives(source: str) -> list[str]:
    """The parts between each `|` outside all groups, or what looks like them from the end."""
    text = _ATOM.sub(lambda atom: "_" * len(atom[0]), source)
    while text != (text := re.sub(r"\([^()]*\)", lambda group: "_" * len(group[0]), text)):
        pass
    cuts = (-1, *(bar.start() for bar in re.finditer(r"\|", text)), len(source))
    return [source[start + 1 : end] for start, end in pairwise(cuts)]


def _compiled(problems: Problems, where: str, entry: object, example: str) -> re.Pattern[str] | None:
    """A regular expression, compiled if it is not; None for what is none."""
    if isinstance(entry, re.Pattern) and isinstance(entry.pattern, str):
        return entry
    if not isinstance(entry, str):
        problems.add("wrong-type", where, entry, f"is no regular expression of text; write one such as {example}")
        return None
    try:
        return re.compile(entry)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        problems.add("not-a-regex", where, entry, f"does not compile ({error}); write one such as {example}")
        return None


def _strings(problems: Problems, option: Given) -> list[str]:
    """The entries of a list of origins, without those that are no text."""
    kept = []
    for entry in _listed(problems, option):
        if isinstance(entry, str):
            kept.append(entry)
        elif isinstance(entry, re.Pattern):
            problems.add("wrong-type", option.where, entry, "is no origin; write it into CORS_ALLOWED_ORIGIN_REGEXES")
        else:
            problems.add("wrong-type", option.where, entry, "is no origin; write one such as 'https://app.example.com'")
    return kept


def _names(problems: Problems, option: Given) -> list[Any]:
    """The entries of a list of names, without the blanks that browsers overlook."""
    stripped = [name.strip(" \t") if isinstance(name, str) else name for name in _listed(problems, option)]
    return [name for name in stripped if name != ""]


def _listed(problems: Problems, option: Given) -> tuple[Any, ...]:
    if isinstance(option.value, Iterator):
        message = "can be read only once, and settings are read again; write a list"
        problems.add("wrong-type", option.where, option.value, message)
        return ()
    return checks.sequence(problems, option.where, option.value)
