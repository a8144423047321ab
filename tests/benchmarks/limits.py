"""Every limit that the benchmarks hold the library to, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Promise:
    """What CORS may cost on one kind of request, as a multiple of the floor's cost or of the peer's."""

    stacks: tuple[str, ...]
    preflight: bool
    against: str
    most: float

    def covers(self, stack: str, kind: str) -> bool:
        return stack in self.stacks and kind.startswith("preflight") == self.preflight

    def beside_a_fault(self, faults: Mapping[str, list[str]]) -> bool:
        """Whether the ratio is to a wrong answer."""
        return bool(faults.get(self.against))


PROMISES: Final = (
    Promise(("wsgi",), False, "floor", 1.8),
    Promise(("wsgi",), False, "peer", 0.9),
    Promise(("wsgi",), True, "floor", 2.6),
    Promise(("wsgi",), True, "peer", 0.7),
    Promise(("asgi",), False, "floor", 1.7),
    Promise(("asgi",), False, "peer", 0.36),
    Promise(("asgi",), True, "floor", 2.0),
    Promise(("asgi",), True, "peer", 0.36),
    Promise(("flask",), False, "peer", 1 / 10),
    Promise(("flask",), True, "peer", 1 / 50),
    Promise(("django", "django async"), False, "floor", 1.4),
    Promise(("django", "django async"), False, "peer", 1 / 6),
)

MILLION_ORIGINS: Final = 1.3
"""A request under 1,000,000 exact origins, against the same under one."""
TEN_THOUSAND_PATTERNS: Final = 1.5
"""A request under 10,000 patterns, against the same under ten."""
ADVERSARIAL: Final = 4.0
"""The dearest hostile request, against the normal one of its kind."""
BYTES_PER_ORIGIN: Final = 150
"""Memory of one exact origin, beyond the string itself."""
IMPORT_MILLISECONDS: Final = 25
"""`import cors_core`, beyond the start of a bare interpreter."""
