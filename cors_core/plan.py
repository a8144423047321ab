"""The answer of the engine: headers to set, names to add to `Vary`, perhaps a status, and why.

A plan also knows how to be carried out on a list of header pairs, because every protocol does that
the same way; it does not know where the list comes from.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, AnyStr, Final, Generic

from cors_core import fetch


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

    @property
    def refuses(self) -> bool:
        """Whether the origin, or what it asked for, was refused."""
        return self not in _NO_REFUSALS


_NO_REFUSALS: Final = frozenset({Outcome.NOT_CORS, Outcome.SAME_ORIGIN, Outcome.ALLOWED})


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with one request; immutable, and shared between requests.

    `headers` are pairs to set, `vary` names to add, `status` (with `body`) the answer to give now;
    None lets the application answer. `exposes` says whether names that the application exposes count.
    `text` and `raw` carry it out on WSGI's and on ASGI's headers; `status_line` is the status with its phrase.
    """

    outcome: Outcome
    headers: tuple[tuple[str, str], ...] = ()
    vary: tuple[str, ...] = ()
    status: int | None = None
    body: bytes = b""
    text: HeaderWriter[str] = field(init=False, repr=False, compare=False)
    raw: HeaderWriter[bytes] = field(init=False, repr=False, compare=False)
    status_line: str = field(init=False, repr=False, compare=False)

    def __getattr__(self, name: str) -> Any:
        """Build what is derived, when it is first asked for."""
        pairs = self.headers + (((fetch.VARY, ", ".join(self.vary)),) if self.vary else ())
        if name == "text":
            derived: object = HeaderWriter(self, pairs, _TEXT)
        elif name == "raw":
            derived = HeaderWriter(self, tuple(_RAW.pair(*pair) for pair in pairs), _RAW)
        elif name == "status_line" and self.status is not None:
            derived = _STATUS_LINES.get(self.status, f"{self.status} OK")
        else:
            raise AttributeError(name)
        object.__setattr__(self, name, derived)
        return derived

    @property
    def exposes(self) -> bool:
        """Whether the names that the application itself exposes join the policy's."""
        return self.outcome is Outcome.ALLOWED and self.status is None


_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class _Words(Generic[AnyStr]):
    """The few words that are read in an application's headers, in the type of one protocol."""

    initials: frozenset[AnyStr]
    owned: AnyStr
    vary: AnyStr
    expose: AnyStr
    decode: Callable[[AnyStr], str]
    pair: Callable[[str, str], tuple[AnyStr, AnyStr]]


_TEXT: Final = _Words(
    initials=frozenset("AaVv"),
    owned="access-control-",
    vary="vary",
    expose="access-control-expose-headers",
    decode=str,
    pair=lambda name, value: (name, value),
)
_RAW: Final = _Words(
    initials=frozenset((b"A", b"a", b"V", b"v")),
    owned=b"access-control-",
    vary=b"vary",
    expose=b"access-control-expose-headers",
    decode=lambda value: value.decode("latin-1"),
    pair=lambda name, value: (name.lower().encode("latin-1"), value.encode("latin-1")),
)


class HeaderWriter(Generic[AnyStr]):
    """Carries a plan out on the headers of one protocol."""

    __slots__ = ("_initials", "_plan", "_words", "pairs")

    def __init__(self, plan: Plan, pairs: tuple[tuple[AnyStr, AnyStr], ...], words: _Words[AnyStr]) -> None:
        self.pairs: tuple[tuple[AnyStr, AnyStr], ...] = pairs
        self._plan: Plan = plan
        self._words: _Words[AnyStr] = words
        self._initials: frozenset[AnyStr] = words.initials

    def merged(
        self, headers: Iterable[tuple[AnyStr, AnyStr]], conflict: Callable[[str], None]
    ) -> list[tuple[AnyStr, AnyStr]]:
        """Return `headers` with the plan's; `conflict` hears of each `Access-Control-*` name that is replaced."""
        headers = list(headers)
        initials = self._initials
        for name, _ in headers:
            if name[:1] in initials:
                return self._merged_with_care(headers, conflict)
        headers += self.pairs
        return headers

    def _merged_with_care(
        self, headers: list[tuple[AnyStr, AnyStr]], conflict: Callable[[str], None]
    ) -> list[tuple[AnyStr, AnyStr]]:
        words = self._words
        plan: Plan = self._plan
        kept: list[tuple[AnyStr, AnyStr]] = []
        vary: list[tuple[AnyStr, AnyStr]] = []
        exposed: list[str] = []
        for name, value in headers:
            lowered = name.lower()
            if lowered == words.vary:
                vary.append((name, value))
            elif not lowered.startswith(words.owned):
                kept.append((name, value))
            elif lowered == words.expose and plan.exposes:
                exposed.append(words.decode(value))
            else:
                conflict(words.decode(name))
        if not vary and not exposed:
            return kept + list(self.pairs)
        theirs: list[str] = fetch.list_elements(words.decode(value) for _, value in vary)
        if not plan.vary or fetch.WILDCARD in theirs:
            kept += vary  # already says enough, and is left as it stands
            ours = list(plan.headers)
        else:
            ours = [*plan.headers, (fetch.VARY, ", ".join(fetch.distinct([*theirs, *plan.vary])))]
        if exposed:
            ours = _exposing(ours, exposed)
        return kept + [words.pair(name, value) for name, value in ours]


def _exposing(headers: list[tuple[str, str]], lines: list[str]) -> list[tuple[str, str]]:
    """Return `headers` with the valid names of `lines` added to those exposed already.

    Only the view knows its download and pagination headers; `*` is the policy's to say.
    """
    policy = next((value for name, value in headers if name == fetch.EXPOSE_HEADERS), "")
    if policy == fetch.WILDCARD:
        return headers
    names = [
        name
        for name in fetch.list_elements(lines)
        if fetch.is_token(name) and name != fetch.WILDCARD and not fetch.is_forbidden_response_header(name)
    ]
    joined = fetch.distinct([*fetch.list_elements([policy]), *names])
    others = [pair for pair in headers if pair[0] != fetch.EXPOSE_HEADERS]
    return [*others, (fetch.EXPOSE_HEADERS, ", ".join(joined))] if joined else others
