"""The CORS-preflight cache: https://fetch.spec.whatwg.org/#concept-cache"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from cors_core import fetch
from cors_core.browser.messages import Incoming
from cors_core.browser.profiles import Profile
from cors_core.browser.request import Request

Key = tuple[str, str, str]
"""Network partition, serialised origin (`null` when tainted), and the URL, fragment and all."""
Kind = Literal["method", "header"]

DEFAULT_AGE: Final = 5
_MOST_DIGITS: Final = 9
"""More of them are longer than any browser runs."""


@dataclass(slots=True)
class _Entry:
    credentials: bool
    kind: Kind
    name: str
    expires: float


class PreflightCache:
    """What preflights have permitted, and until when; `clock` is in seconds."""

    def __init__(self, profile: Profile, clock: Callable[[], float]) -> None:
        self.profile, self._clock = profile, clock
        self._entries: dict[Key, list[_Entry]] = {}

    def permits_method(self, request: Request, method: str) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method."""
        return bool(self._matches(request, "method", method))

    def permits_header(self, request: Request, name: str) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header."""
        return bool(self._matches(request, "header", name))

    def keep(self, request: Request, methods: Iterable[str], names: Iterable[str], age: int) -> None:
        """Remember what a preflight permitted, for `age` seconds from now."""
        if not self._keeps(request):
            return
        if self.profile.cache_item_replaced:
            self.clear(request)
        if self.profile.safelisted_methods_kept:
            methods = (*methods, *fetch.SAFELISTED_METHODS)
        for method in methods:
            self._refresh_or_create(request, "method", method, age)
        for name in names:
            self._refresh_or_create(request, "header", name.lower(), age)

    def clear(self, request: Request) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear."""
        self._entries.pop(self._key(request), None)

    def _refresh_or_create(self, request: Request, kind: Kind, name: str, age: int) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-create-entry, where no entry matches."""
        if name == fetch.WILDCARD and not self.profile.wildcards_cached:
            return
        expires = self._clock() + age
        matching = self._matches(request, kind, name)
        for entry in matching:
            entry.expires = expires
        if not matching:
            self._entries.setdefault(self._key(request), []).append(_Entry(request.include, kind, name, expires))

    def _matches(self, request: Request, kind: Kind, name: str) -> list[_Entry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match, and the entry's name fits."""
        now, key = self._clock(), self._key(request)
        if key not in self._entries or not self._keeps(request):
            return []
        self._entries[key] = alive = [entry for entry in self._entries[key] if entry.expires > now]
        names = {name, fetch.WILDCARD} if self._wildcard_serves(request, kind, name) else {name}
        return [
            entry
            for entry in alive
            if entry.kind == kind and entry.name in names and self._serves(entry.credentials, request.include)
        ]

    def _keeps(self, request: Request) -> bool:
        """Whether there is a cache for a request with this origin, which may be `null` for two reasons."""
        kept = self.profile.null_origins_kept
        return kept == "all" or not (request.redirect_tainted or (request.origin.opaque and kept == "none"))

    def _wildcard_serves(self, request: Request, kind: Kind, name: str) -> bool:
        """Whether a `*` that was kept stands for `name` too; no `Authorization` by the standard."""
        if request.include and not self.profile.kept_star_serves_credentials:
            return False
        return kind == "method" or name != "authorization" or self.profile.kept_star_serves_authorization

    def _serves(self, made_with: bool, asked_with: bool) -> bool:
        """An entry made with credentials serves requests without, never the other way about."""
        return made_with == asked_with or (made_with and self.profile.credentialed_entry_serves_all)

    def _key(self, request: Request) -> Key:
        untainted = self.profile.preflight_origin_untainted
        origin = str(request.origin) if untainted else request.serialised_origin
        return request.partition, origin, request.url.href


def max_age(response: Incoming, profile: Profile) -> int:
    """Return for how many seconds a preflight's answer is kept: https://fetch.spec.whatwg.org/#http-access-control-max-age"""
    age = _seconds(response.header(fetch.MAX_AGE) or "", profile)
    return age if profile.max_age_limit is None else min(age, profile.max_age_limit)


def _seconds(value: str, profile: Profile) -> int:
    if not value:
        return DEFAULT_AGE
    digits = value.removeprefix("+") if profile.plus_sign_in_max_age else value
    if re.fullmatch("[0-9]+", digits) and not (profile.max_age_of_63_bits and _beyond_63_bits(digits)):
        return _number(digits)
    if profile.negative_max_age_is_zero and re.fullmatch("-[0-9]+", value):
        return 0
    return profile.garbage_max_age


def _beyond_63_bits(digits: str) -> bool:
    significant = digits.lstrip("0") or "0"
    return len(significant) > 19 or int(significant) >= 2**63


def _number(digits: str) -> int:
    significant = digits.lstrip("0") or "0"
    return int(significant if len(significant) <= _MOST_DIGITS else "9" * _MOST_DIGITS)
