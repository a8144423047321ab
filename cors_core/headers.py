"""Carrying a plan's headers out on an application's, the same way for every protocol.

The `Access-Control-*` response headers are the plan's alone: what the application set is replaced. The
one exception is what it exposes, which joins. `Vary` is merged by token. Nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import AnyStr, Final, Generic, Protocol

from cors_core import fetch

Pairs = tuple[tuple[str, str], ...]

# Passed over at a glance; any other name is read by its first letter.
_COMMON: Final = (
    *("Cache-Control", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length"),
    *("Content-Type", "Cross-Origin-Opener-Policy", "Date", "ETag", "Expires", "Last-Modified", "Link", "Location"),
    *("Referrer-Policy", "Server", "Set-Cookie", "Strict-Transport-Security", "Transfer-Encoding"),
    *("X-Content-Type-Options", "X-Frame-Options", "X-Request-Id"),
)


class Reporter(Protocol):
    """Whoever wants to hear that the application sets headers that are not its own."""

    def conflict(self, name: str) -> None:
        """Take note of a header name."""


class Writer(Protocol[AnyStr]):
    """A function from an application's headers to those that are sent; `reporter` hears of each that is replaced."""

    def __call__(self, headers: Sequence[tuple[AnyStr, AnyStr]], reporter: Reporter, /) -> list[tuple[AnyStr, AnyStr]]:
        """Return the application's headers with the plan's."""


@dataclass(frozen=True, slots=True)
class Spelling(Generic[AnyStr]):
    """The few words that are read in an application's headers, in the type of one protocol."""

    initials: frozenset[AnyStr]
    harmless: frozenset[AnyStr]
    owned: AnyStr
    vary: AnyStr
    expose: AnyStr
    decode: Callable[[AnyStr], str]
    pair: Callable[[str, str], tuple[AnyStr, AnyStr]]


TEXT: Final = Spelling(
    initials=frozenset("AaVv"),
    harmless=frozenset(_COMMON),
    owned="access-control-",
    vary="vary",
    expose="access-control-expose-headers",
    decode=str,
    pair=lambda name, value: (name, value),
)
"""WSGI's: native strings, in the letters of the standard."""
RAW: Final = Spelling(
    initials=frozenset((b"A", b"a", b"V", b"v")),
    harmless=frozenset(name.lower().encode() for name in _COMMON),
    owned=b"access-control-",
    vary=b"vary",
    expose=b"access-control-expose-headers",
    decode=lambda value: value.decode("latin-1"),
    pair=lambda name, value: (name.lower().encode("latin-1"), value.encode("latin-1")),
)
"""ASGI's: bytes, the names in lower case."""


def writer(spelling: Spelling[AnyStr], headers: Pairs, vary: tuple[str, ...]) -> Writer[AnyStr]:
    """Return the function that sets `headers` and adds `vary`; most responses cost it one look and one list."""
    pairs: list[tuple[AnyStr, AnyStr]] = [spelling.pair(*pair) for pair in with_vary(headers, vary)]
    harmless, initials = spelling.harmless, spelling.initials

    def write(theirs: Sequence[tuple[AnyStr, AnyStr]], reporter: Reporter, /) -> list[tuple[AnyStr, AnyStr]]:
        for name, _ in theirs:
            if name not in harmless and name[:1] in initials:
                return _with_care(spelling, headers, vary, theirs, reporter)
        return [*theirs, *pairs]  # type: ignore[list-item]

    return write


def _with_care(
    spelling: Spelling[AnyStr],
    headers: Pairs,
    vary: tuple[str, ...],
    theirs: Sequence[tuple[AnyStr, AnyStr]],
    reporter: Reporter,
) -> list[tuple[AnyStr, AnyStr]]:
    """Merge where the application may have set a header of ours, or `Vary`."""
    kept: list[tuple[AnyStr, AnyStr]] = []
    varying: list[tuple[AnyStr, AnyStr]] = []
    exposed: list[str] = []
    for name, value in theirs:
        lowered = name.lower()
        if lowered == spelling.vary:
            varying.append((name, value))
        elif lowered == spelling.expose:
            exposed.append(spelling.decode(value))
        elif lowered.startswith(spelling.owned):
            reporter.conflict(spelling.decode(name))
        else:
            kept.append((name, value))
    names: tuple[str, ...] = tuple(fetch.list_elements(spelling.decode(value) for _, value in varying))
    if exposed and headers:
        headers = _exposing(headers, exposed)
    if not vary or fetch.WILDCARD in names:
        kept += varying  # says enough already, and is left as it stands
        vary = names = ()
    ours = with_vary(headers, fetch.distinct((*names, *vary)))
    return kept + [spelling.pair(*pair) for pair in ours]


def with_vary(headers: Pairs, vary: tuple[str, ...]) -> Pairs:
    """Return `headers` and, if there are names to add, a `Vary` line with them."""
    return (*headers, (fetch.VARY, ", ".join(vary))) if vary else headers


def _exposing(headers: Pairs, lines: list[str]) -> Pairs:
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
    others = tuple(pair for pair in headers if pair[0] != fetch.EXPOSE_HEADERS)
    return (*others, (fetch.EXPOSE_HEADERS, ", ".join(joined))) if joined else others
