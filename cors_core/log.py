"""The one logger of the project, how seldom it speaks, and a dictionary that stays small."""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

LOG: Final = logging.getLogger("cors_core")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Throttle:
    """Admits a key once per interval, and only so many keys, so that no client can fill a log or the memory.

    `interval` is in seconds, `limit` in distinct keys per interval.
    """

    __slots__ = ("_full_until", "_interval", "_limit", "_seen", "_until")

    def __init__(self, interval: float = 60.0, limit: int = 100) -> None:
        self._interval, self._limit = interval, limit
        self._seen: set[Hashable] = set()
        self._until = self._full_until = 0.0

    def is_full(self) -> bool:
        """Return whether nothing will be admitted for now, whatever the key."""
        return time.monotonic() < self._full_until

    def admits(self, *key: object) -> bool:
        """Return whether `key` is new in this interval and there is room to say so."""
        now = time.monotonic()
        if now < self._full_until:
            return False
        if now >= self._until:
            self._until = now + self._interval
            self._seen = set()
        seen = self._seen
        if key in seen:
            return False
        seen.add(key)
        if len(seen) >= self._limit:
            self._full_until = self._until
        return True


class Bounded(dict[K, V], Generic[K, V]):
    """A dictionary that starts afresh when it is full: what is kept is a convenience, never a need."""

    __slots__ = ("limit",)

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def keep(self, key: K, value: V) -> V:
        """Remember and return `value`."""
        if len(self) >= self.limit:
            self.clear()
        self[key] = value
        return value
