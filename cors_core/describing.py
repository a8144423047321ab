"""Policies in words, for those who ask which applies where: a few in a table, all of them in JSON.

Knows no framework and prints nothing; the commands of the adapters do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, Final

from cors_core import fetch
from cors_core.errors import shown
from cors_core.policy import Policy

ANY: Final = "any"
"""Stands for the methods of a route that names none."""

_NAMED: Final = 3
_VARIABLE: Final = re.compile(r"<(?:[^<>]*:)?([^<>:]+)>")


def sample_path(route: str) -> str:
    """Return a path that a route may have: its variable parts under their own names, `/users/<int:id>` as `/users/id`."""
    return _VARIABLE.sub(r"\1", route)


def by_policy(
    methods: Iterable[str], applying: Callable[[str], tuple[Policy | None, str]]
) -> Iterator[tuple[tuple[str, ...], Policy | None, str]]:
    """Return the methods of one route that share a policy, with it and where it comes from; `applying` says both."""
    found: dict[tuple[int, str], tuple[Policy | None, list[str]]] = {}
    for method in methods:
        policy, where = applying("GET" if method == ANY else method)
        found.setdefault((id(policy), where), (policy, []))[1].append(method)
    for (_, where), (policy, shared) in found.items():
        yield tuple(shared), policy, where


def in_brief(policy: Policy | None) -> str:
    """Return a policy in a few words: who, with credentials or not, and what beyond the safelisted."""
    if policy is None:
        return "-"
    granted = policy.allow_credentials
    words = "everyone" if policy.origins.everyone else _list(map(_entry, policy.allow_origins)) or "nobody"
    if isinstance(granted, tuple):
        words += f"; credentials for {_list(map(_entry, granted))}"
    elif granted and policy.allow_origins:
        words += " with credentials"
    for what, names in (("methods", policy.allow_methods), ("headers", policy.allow_headers)):
        if names:
            words += f"; any {what.removesuffix('s')}" if names == (fetch.WILDCARD,) else f"; {what} {_list(names)}"
    return words


def in_full(policy: Policy | None) -> dict[str, Any] | None:
    """Return every field of a policy, as JSON has it."""
    return None if policy is None else {each.name: _value(getattr(policy, each.name)) for each in fields(policy)}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Return the lines of a table, its columns under each other."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    for line in (headings, ["-" * width for width in widths], *cells):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def printable(line: str, encoding: str | None) -> str:
    """Return `line` with a backslash for what the terminal's encoding has no letter for."""
    encoding = encoding or "utf-8"
    return line.encode(encoding, "backslashreplace").decode(encoding)


def _value(value: object) -> object:
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    if isinstance(value, re.Pattern):
        return {"regex": value.pattern}
    if value is None or isinstance(value, (str, int)):
        return value
    return {"predicate": _name(value)}


def _entry(entry: object) -> str:
    if isinstance(entry, re.Pattern):
        return f"re {shown(entry.pattern)}"
    return entry if isinstance(entry, str) else f"{_name(entry)}()"


def _name(function: object) -> str:
    return str(getattr(function, "__qualname__", None) or type(function).__qualname__)


def _list(words: Iterable[str]) -> str:
    first = list(words)
    more = f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
    return ", ".join(first[:_NAMED]) + more
