"""Whom a regular expression lets in besides those that it means: tried out, when a policy is built.

A proof would need the expression's language; probes find what people really write. They are origins
that nobody lists, and origins made by leaning on the edges of the expression's own literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from cors_core import hosts
from cors_core.regexes import Matcher

_STRANGER: Final = "qzkvxwj"
_SUFFIXES: Final = ("com", "org", "net", "io", "dev", "example", "co.uk", "github.io", "vercel.app")
_LITERAL: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_PORTS: Final = ("", ":8443")
_MOST_LITERALS: Final = 50


class Exposure(NamedTuple):
    """For each kind of stranger one origin that gets in, or None.

    `anybody` registers a name and is in; `neighbour` does so under one shared suffix; `insecure` is an
    `http` origin that whoever sits on the network can speak as.
    """

    anybody: str | None
    neighbour: str | None
    insecure: str | None


def exposure(source: str, matches: Matcher) -> Exposure:
    """Return whom an expression lets in; `source` is its text, `matches` matches a whole origin."""
    unknown = {suffix: origin for suffix in _SUFFIXES for origin in _unlisted(suffix) if matches(origin)}
    literals = list(dict.fromkeys(_LITERAL.findall(source.lower().replace("\\.", ".").replace("\\-", "-"))))
    anybody = next((o for text in literals[:_MOST_LITERALS] for o in _leaning_on(text) if matches(o)), None)
    neighbour = next((o for text in literals[:_MOST_LITERALS] for o in _beside(text) if matches(o)), None)
    insecure = next((o for text in literals[:_MOST_LITERALS] for o in _in_the_clear(text) if matches(o)), None)
    if len(unknown) > 1:
        anybody = next(iter(unknown.values()))
    return Exposure(anybody, neighbour or next(iter(unknown.values()), None), insecure)


def _unlisted(suffix: str) -> Iterator[str]:
    for name in (_STRANGER, "q7z-4k", f"x.{_STRANGER}"):
        yield from _spelled(f"{name}.{suffix}")


def _leaning_on(literal: str) -> Iterator[str]:
    """Names that begin or end with the literal and are somebody else's."""
    yield from _spelled(f"{literal}.{_STRANGER}.com")
    for host in (f"{_STRANGER}{literal}", f"{_STRANGER}-{literal}"):
        if not literal.startswith("-") and hosts.registrable(host) == host:
            yield from _spelled(host)


def _beside(literal: str) -> Iterator[str]:
    """Names that anybody can have under a suffix that many share."""
    if hosts.is_public_suffix(literal):
        yield from _spelled(f"{_STRANGER}.{literal}")
    host = f"{_STRANGER}{literal}"
    if literal.startswith("-") and hosts.registrable(host) == host:
        yield from _spelled(host)


def _in_the_clear(literal: str) -> Iterator[str]:
    if not hosts.is_loopback(literal):
        for host in (literal, f"{_STRANGER}.{literal}"):
            yield from (f"http://{host}{port}" for port in _PORTS)


def _spelled(host: str) -> Iterator[str]:
    yield from (f"{scheme}://{host}{port}" for scheme in ("https", "http") for port in _PORTS)
