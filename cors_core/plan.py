"""The answer of the engine: headers to set, names to add to `Vary`, perhaps a status, and why.

A plan is data. It knows nothing of the request that it answers, nor of the response it will be part of.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final

from cors_core.headers import RAW, TEXT, Pairs, Writer, with_vary, writer


class Outcome(enum.Enum):
    """Why the plan is what it is. Logs, metrics, explanations and tests all speak these seven words."""

    NOT_CORS = "not-cors"
    """No `Origin`: https://fetch.spec.whatwg.org/#http-requests"""
    SAME_ORIGIN = "same-origin"
    """An `Origin` that the policy does not list, but the resource's own."""
    ALLOWED = "allowed"
    ORIGIN_REFUSED = "origin-refused"
    METHOD_REFUSED = "method-refused"
    HEADERS_REFUSED = "headers-refused"
    BLOCKED = "blocked"
    """An actual request that `enforce` answers with 403."""


_NO_REFUSALS: Final = (Outcome.NOT_CORS, Outcome.SAME_ORIGIN, Outcome.ALLOWED)


class _Derived:
    """What a plan's fields come to, built when it is first asked for."""

    __slots__ = ("pairs", "raw", "refuses", "status_line", "text")

    text: Writer[str]
    raw: Writer[bytes]
    pairs: Pairs
    status_line: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Plan(_Derived):
    """What to do with one request; immutable, and shared between requests.

    `headers` are pairs to set, `vary` names to add, `status` (with `body`) the answer to give now;
    None lets the application answer.
    `text` and `raw` carry it out on WSGI's and on ASGI's headers; `pairs` and `status_line` are what an
    answer given now consists of; `refuses` says whether the origin, or what it asked for, was refused.
    """

    outcome: Outcome
    headers: Pairs = ()
    vary: tuple[str, ...] = ()
    status: int | None = None
    body: bytes = b""

    def __getattr__(self, name: str) -> Any:
        """Build what is derived, when it is first asked for."""
        if name == "text":
            derived: object = writer(TEXT, self.headers, self.vary)
        elif name == "raw":
            derived = writer(RAW, self.headers, self.vary)
        elif name == "pairs":
            derived = with_vary(self.headers, self.vary)
        elif name == "refuses":
            derived = self.outcome not in _NO_REFUSALS
        elif name == "status_line":
            derived = _status_line(self.status or 0)
        else:
            raise AttributeError(name)
        object.__setattr__(self, name, derived)
        return derived

    def __reduce__(self) -> tuple[Any, ...]:
        return Plan, (self.outcome, self.headers, self.vary, self.status, self.body)


def _status_line(status: int) -> str:
    from http import HTTPStatus  # a large enumeration, for two or three of its members

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} OK"
