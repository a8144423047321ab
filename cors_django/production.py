"""The system check for `check --deploy`: what is right in development, and will be regretted in production."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage

from cors_core import Policy
from cors_core.cookies import local_credentials, read
from cors_core.errors import shown
from cors_core.origins import OriginPattern, parse_entry
from cors_core.policy import OriginEntry
from cors_django.judging import Source, policies, warning


def check_production(**_: Any) -> list[CheckMessage]:
    """Return which origins do not belong into production, each message once."""
    found = [message for source, policy in policies() for message in _regretted(source, policy)]
    return [message for index, message in enumerate(found) if message not in found[:index]]


def _regretted(source: Source, policy: Policy) -> Iterator[CheckMessage]:
    granted = policy.allow_credentials
    if policy.origins.everyone:
        sentence = f"{source.everyone}: '*' lets every page read, of whatever site"
        yield warning(42, sentence, "list the origins, unless what is shared is public")
    else:
        yield from _reading(source.exact, policy.allow_origins)
    if isinstance(granted, tuple):
        beyond = [entry for entry in granted if entry not in policy.allow_origins]
        yield from _reading(source.credentials, beyond)
        yield from _loose(source.credentials, granted)
    elif granted:
        yield from _loose(source.exact, [entry for entry in policy.allow_origins if isinstance(entry, str)])
        yield from _loose(source.expressions, [entry for entry in policy.allow_origins if not isinstance(entry, str)])
    listed = (*policy.allow_origins, *(granted if isinstance(granted, tuple) else ()))
    if not any(entry.is_local for entry in read(listed)):
        yield from _reading(source.expressions, local_credentials(policy))


def _reading(where: str, entries: tuple[OriginEntry, ...] | list[OriginEntry]) -> Iterator[CheckMessage]:
    """Pages of a visitor's machine, and pages that came over no secure channel."""
    listed = list(read(entries))
    local = [entry.text for entry in listed if entry.is_local]
    plain = [entry.text for entry in listed if entry.scheme == "http" and not entry.is_local]
    if local:
        sentence = f"{where}: {_names(local)} may read, and that is whatever runs on a visitor's machine"
        yield warning(40, sentence, "leave it out in production, or add it where DEBUG is True only")
    if plain:
        sentence = f"{where}: {_names(plain)} may read, and whoever sits on the network can speak as it"
        yield warning(41, sentence, f"serve the page over https, and write {plain[0].replace('http', 'https', 1)!r}")


def _loose(where: str, entries: tuple[OriginEntry, ...] | list[OriginEntry]) -> Iterator[CheckMessage]:
    """Patterns and regular expressions, which get credentials."""
    loose = [entry for entry in entries if isinstance(entry, str) and isinstance(parse_entry(entry), OriginPattern)]
    loose += [entry.pattern for entry in entries if isinstance(entry, re.Pattern)]
    if loose:
        sentence = f"{where}: {_names(loose)} gets credentials, and any page among those that match acts as your user"
        yield warning(43, sentence, "list the origins themselves")


def _names(texts: list[str]) -> str:
    return ", ".join(map(shown, texts))
