"""What the translators of other libraries' options share: keep an application running, never open it in silence.

An option that worked and was safe passes as it is. What never worked is dropped, with the right
spelling; what was unsafe is left for `Policy` to refuse. Each change is a `CORSMigrationWarning`.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final

from cors_core import fetch, hosts, origins
from cors_core.checks import MAX_AGE
from cors_core.entries import misspelling
from cors_core.errors import ConfigError, CORSMigrationWarning, Problem, shown
from cors_core.policy import OriginEntry
from cors_core.regexes import BacktrackingRegex, UnsupportedRegex, compile_regex
from cors_core.strangers import exposure

_GATHERED: Final[ContextVar[list[str] | None]] = ContextVar("gathered", default=None)


@contextmanager
def gathered() -> Iterator[list[str]]:
    """Collect the sentences that `warn` would issue: to issue each once, or none where options are only checked."""
    sentences: list[str] = []
    token = _GATHERED.set(sentences)
    try:
        yield sentences
    finally:
        _GATHERED.reset(token)


def warn(sentence: str) -> None:
    """Issue a `CORSMigrationWarning` at the first line outside the project."""
    gathering = _GATHERED.get()
    if gathering is not None:
        gathering.append(sentence)
        return
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0].startswith("cors_"):
        level, frame = level + 1, frame.f_back
    warnings.warn(sentence, CORSMigrationWarning, stacklevel=level)


def origin_entries(
    field: str, entries: Iterable[OriginEntry], *, credentials: bool
) -> tuple[tuple[OriginEntry, ...], tuple[str, ...]]:
    """Return the entries that can be kept, and the waivers that some of them need to go on working.

    `field` is the option's name in the other library, for the warnings; `credentials` whether any
    origin gets them.
    """
    listed = list(entries)
    if fetch.WILDCARD in listed:
        return (fetch.WILDCARD,), ()
    kept: list[OriginEntry] = []
    waivers: list[str] = []
    for entry in listed:
        if isinstance(entry, str):
            spelling, needed = _string(field, entry, credentials)
            kept += [spelling] if spelling else []
            waivers += needed
        else:
            kept.append(entry)
            waivers += _regex(field, entry, credentials) if isinstance(entry, re.Pattern) else ()
    return tuple(kept), tuple(dict.fromkeys(waivers))


def age(field: str, seconds: int | None) -> int | None:
    """Return an age that browsers keep: at most a day."""
    if isinstance(seconds, int) and seconds > MAX_AGE:
        warn(
            f"{field}: no browser keeps a preflight for longer than a day; {MAX_AGE} is sent instead of {shown(seconds)}"
        )
        return MAX_AGE
    return seconds


def methods(where: str, names: list[Any]) -> tuple[Any, ...]:
    """Return the methods that browsers send, and whatever `Policy` will refuse."""
    return _without(where, names, fetch.is_forbidden_method, "browsers never send it")


def exposed_headers(where: str, names: list[Any]) -> tuple[Any, ...]:
    """Return the response headers that scripts may read; `*` alone, where it is among them."""
    if fetch.WILDCARD in names:
        return (fetch.WILDCARD,)
    return _without(where, names, fetch.is_forbidden_response_header, "browsers show it to no script")


def _without(where: str, names: list[Any], is_useless: Callable[[str], bool], why: str) -> tuple[Any, ...]:
    """The names without those that a browser makes nothing of."""
    useless = [name for name in names if isinstance(name, str) and is_useless(name)]
    for name in useless:
        warn(f"{where}: {shown(name)} is left out, for {why}")
    return tuple(name for name in names if name not in useless)


def in_words_of(error: ConfigError, words: Mapping[str, str]) -> list[Problem]:
    """Return the problems of a policy in another library's words, told from ours; of two that fit, the first counts."""
    ours = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")

    def told(text: str) -> str:
        return ours.sub(lambda found: words[found[0]], text)

    return [replace(problem, field=told(problem.field), message=told(problem.message)) for problem in error.problems]


def _string(field: str, text: str, credentials: bool) -> tuple[str | None, tuple[str, ...]]:
    """The spelling to keep, if any, and the waivers that it needs."""
    if text == origins.NULL:
        if not credentials:
            warn(
                f"{field}: 'null' is sent by any page that makes a sandboxed frame; it identifies nobody. Leave it out"
            )
        return text, () if credentials else ("null-origin",)
    parsed = origins.parse_entry(text)
    if parsed is None:
        instead = origins.respelled(text)
        if instead is None or instead != text.lower():
            warn(f"{field}: {shown(text)} is left out: {misspelling(text)[2]}")
            return None, ()
        warn(f"{field}: {shown(text)} is taken for {instead!r}, for browsers send origins in lower case")
        return _string(field, instead, credentials)
    if isinstance(parsed, origins.OriginPattern):
        warn(f"{field}: {shown(text)} is an origin pattern now, and was none before")
    origin = parsed if isinstance(parsed, origins.OriginPattern) else origins.parse_origin(parsed)
    if credentials and origin is not None and origin.scheme == "http" and not hosts.is_loopback(origin.host):
        warn(f"{field}: {shown(text)} gets credentials though whoever sits on the network can speak as it; use https")
        return text, ("insecure-origin",)
    return text, ()


def _regex(field: str, pattern: re.Pattern[Any], credentials: bool) -> Iterable[str]:
    """The waivers that a regular expression needs."""
    if not isinstance(pattern.pattern, str):
        return  # it matches bytes: the policy will refuse it, and say why
    try:
        matches = compile_regex(pattern)
    except BacktrackingRegex:
        warn(
            f"{field}: {shown(pattern.pattern)} is matched by Python's re, which a valid host name can keep busy for "
            "seconds; install cors-core[regex]"
        )
        yield "backtracking-regex"
        matches = compile_regex(pattern, backtracking=True)
    except UnsupportedRegex:
        return  # the policy will refuse it, and say why
    found = exposure(pattern.pattern, matches) if credentials else None
    if found and found.insecure and not found.anybody:
        warn(
            f"{field}: {shown(pattern.pattern)} gives credentials to http origins, as which the network can speak; use https"
        )
        yield "insecure-origin"
