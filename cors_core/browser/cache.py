"""The CORS-preflight cache: https://fetch.spec.whatwg.org/#concept-cache"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from cors_core import fetch
from cors_core.browser.messages import Incoming
from cors_core.browser.profiles import Profile

Key = tuple[str, str, str]
"""Network partition, serialised origin (`null` when tainted), URL without its fragment."""


@dataclass(slots=True)
class _Entry:
    key: Key
    credentials: bool
    kind: Literal["method", "header"]
    name: str
    expires: float


class PreflightCache:
    """What preflights have permitted, and until when; `clock` is in seconds."""

    def __init__(self, profile: Profile, clock: Callable[[], float]) -> None:
        self._profile, self._clock = profile, clock
        self._entries: list[_Entry] = []

    def permits_method(self, key: Key, credentials: bool, method: str) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method."""
        return any(
            entry.name == method or (entry.name == fetch.WILDCARD and not credentials)
            for entry in self._matching(key, credentials, "method")
        )

    def permits_header(self, key: Key, credentials: bool, name: str) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header."""
        wildcard = not credentials and (name != "authorization" or self._profile.authorization_covered_by_star)
        return any(
            entry.name == name or (entry.name == fetch.WILDCARD and wildcard)
            for entry in self._matching(key, credentials, "header")
        )

    def keep(self, key: Key, credentials: bool, methods: Iterable[str], names: Iterable[str], age: int) -> None:
        """Remember what a preflight permitted, for `age` seconds."""
        if self._profile.cache_item_replaced:
            self.clear(key)
        until = self._clock() + age
        for kind, values in (("method", methods), ("header", (name.lower() for name in names))):
            for value in values:
                if value == fetch.WILDCARD and not self._profile.wildcards_cached:
                    continue
                self._refresh(_Entry(key, credentials, kind, value, until))  # type: ignore[arg-type]

    def clear(self, key: Key) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear."""
        self._entries = [entry for entry in self._entries if entry.key[1:] != key[1:]]

    def _refresh(self, new: _Entry) -> None:
        for entry in self._entries:
            if (entry.key, entry.credentials, entry.kind, entry.name) == (new.key, new.credentials, new.kind, new.name):
                entry.expires = new.expires
                return
        self._entries.append(new)

    def _matching(self, key: Key, credentials: bool, kind: str) -> list[_Entry]:
        now = self._clock()
        self._entries = [entry for entry in self._entries if entry.expires > now]
        return [
            entry
            for entry in self._entries
            if entry.key == key and entry.kind == kind and self._serves(entry.credentials, credentials)
        ]

    def _serves(self, made_with: bool, asked_with: bool) -> bool:
        """An entry made with credentials serves requests without, never the other way about."""
        return made_with == asked_with or (made_with and self._profile.credentialed_entry_serves_all)


def max_age(response: Incoming, profile: Profile) -> int:
    """Return for how many seconds a preflight's answer is kept: https://fetch.spec.whatwg.org/#http-access-control-max-age"""
    lines = response.lines(fetch.MAX_AGE)
    age = _seconds(lines, profile)
    return age if profile.max_age_limit is None else min(age, profile.max_age_limit)


def _seconds(lines: list[str], profile: Profile) -> int:
    value = ", ".join(lines)
    if not value:
        return 5
    if re.fullmatch(r"\+[0-9]+" if profile.plus_sign_in_max_age else r"(?!)", value) or re.fullmatch("[0-9]+", value):
        return int(value)
    if profile.negative_max_age_is_zero and re.fullmatch("-[0-9]+", value):
        return 0
    prefix = re.match("[0-9]+", value) if profile.number_prefix_in_max_age else None
    return int(prefix[0]) if prefix else profile.garbage_max_age
