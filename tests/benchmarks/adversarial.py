"""Requests that are meant to cost: each beside a harmless one of the same kind, in time and in memory.

An attack is one that the policy answers like the harmless request beside it, only longer, or never seen before.
"""

from __future__ import annotations

import itertools
import random
import re
import tracemalloc
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from cors_core import Policy
from tests.benchmarks import limits
from tests.benchmarks.cases import fresh
from tests.benchmarks.loads import ASGI, WSGI, Asking, Headers, Load, Protocol, Ratio, Serve, in_turns, ratio
from tests.benchmarks.loads import microseconds as us
from tests.benchmarks.report import Limit, Section, table

GROWN = 1.25
"""How much higher memory may rise in the second half of a flood than in the first: what leaks doubles, a full table stays."""
MOST_KEPT = 32.0
"""MiB that a flood of distinct origins may leave behind."""

ORIGIN = "https://app.example.com"
LISTED = Policy(allow_origins=[ORIGIN], allow_methods=["PUT"], allow_headers=["X-Request-Id"])
TENANTS = [f"https://tenant-{number}.example.org" for number in range(10_000)]
SUBDOMAINS = Policy(allow_origins=["https://*.example.com", *TENANTS])
HELL = Policy(allow_origins=[re.compile(r"https://([a-z0-9]+)*\.(([a-z]|[a-z][a-z])+)+\.example\.com")])


def stranger() -> str:
    """An origin that nobody allowed, and nobody asked with before."""
    return f"https://{uuid.uuid4().hex}.example.net"


def actual(origin: Callable[[], str]) -> Asking:
    """A GET from the origin that `origin` returns."""
    return Asking("GET", lambda: {"Origin": origin()})


def preflight(headers: Callable[[], str], origin: Callable[[], str] = lambda: fresh(ORIGIN)) -> Asking:
    """A preflight that asks for PUT and for the headers that `headers` returns."""

    def asked() -> Headers:
        names = {"Access-Control-Request-Headers": headers()}
        return {"Origin": origin(), "Access-Control-Request-Method": "PUT", **names}

    return Asking("OPTIONS", asked)


def blanks() -> str:
    """A kilobyte of white space that nobody sent before: it asks for nothing, and is short enough to be remembered."""
    return format(uuid.uuid4().int, "0128b").translate({48: " ", 49: "\t"}).rjust(900)


def _unlisted(count: int) -> str:
    """So many header names that no policy lists, none of which was asked for before."""
    stem = uuid.uuid4().hex[:8]
    return ",".join(f"x-{stem}-{number}" for number in range(count))


@dataclass(frozen=True)
class Attack:
    """An attack, the harmless request of its kind, and how many attacks make a turn."""

    name: str
    costly: Asking
    harmless: Asking
    policy: Policy = LISTED
    calls: int = 200


REFUSED = actual(stranger)
REFUSED_PREFLIGHT = preflight(lambda: fresh("x-request-id"), stranger)
GRANTED = preflight(lambda: fresh("x-request-id"))
UNGRANTED = preflight(lambda: _unlisted(1))
_MIB = 1 << 20

ATTACKS = [
    Attack("Origin of 8 KiB", actual(lambda: stranger().ljust(8192, "a")), REFUSED),
    Attack(
        "Origin of 8 KiB, preflight", preflight(lambda: "x", lambda: stranger().ljust(8192, "a")), REFUSED_PREFLIGHT
    ),
    Attack("1 MiB of commas", preflight(lambda: "," * _MIB), UNGRANTED, calls=10),
    Attack("1 MiB of commas, origin refused", preflight(lambda: "," * _MIB, stranger), REFUSED_PREFLIGHT, calls=10),
    Attack("8 KiB of commas", preflight(lambda: "," * 8192), UNGRANTED),
    Attack("10,000 header names", preflight(lambda: _unlisted(10_000)), UNGRANTED, calls=10),
    Attack("100 header names, never the same", preflight(lambda: _unlisted(100)), UNGRANTED),
    Attack("another stranger each time", REFUSED, actual(lambda: fresh("https://www.example.net"))),
    Attack(
        "another subdomain each time",
        actual(lambda: f"https://{uuid.uuid4().hex}.example.com"),
        actual(lambda: fresh(random.choice(TENANTS))),  # more than are remembered
        SUBDOMAINS,
    ),
    Attack(
        "regex from hell, 26 letters",
        actual(lambda: f"https://{'a' * 26}.{uuid.uuid4().hex}.example.net"),
        actual(lambda: f"https://a.{uuid.uuid4().hex}.example.net"),
        HELL,
    ),
    Attack(
        "regex from hell, the longest host",
        actual(lambda: f"https://{'.'.join(['a' * 50] * 4)}.{uuid.uuid4().hex}.example"),
        actual(lambda: f"https://a.{uuid.uuid4().hex}.example"),
        HELL,
    ),
]


def run(quick: bool) -> Section:
    """Measure every attack on both protocols, and the memory that a flood of distinct origins leaves."""
    rows, held = [], []
    for attack, protocol in itertools.product(ATTACKS, (WSGI, ASGI)):
        times = _times(attack, protocol, rounds=7 if quick else 25)
        slower = ratio(times["costly"], times["harmless"])
        rows.append([attack.name, protocol.name, us(times["harmless"]), us(times["costly"]), f"{slower.value:.2f}"])
        held.append(_limit(f"{attack.name}, {protocol.name}", slower))
    flood_rows, flood_limits = _floods(20_000 if quick else 100_000)
    return Section("Under attack", _text(rows, flood_rows), held + flood_limits)


def _limit(name: str, slower: Ratio) -> Limit:
    return Limit(f"attack: {name}", limits.ADVERSARIAL, slower.value, slower.spread)


def _times(attack: Attack, protocol: Protocol, rounds: int) -> dict[str, list[float]]:
    costly, harmless = (_busy(protocol, attack) for _ in range(2))
    loads = {
        "costly": Load(costly, lambda: protocol.request(attack.costly), attack.calls),
        "harmless": Load(harmless, lambda: protocol.request(attack.harmless)),
    }
    return in_turns(loads, rounds)


def _busy(protocol: Protocol, attack: Attack) -> Serve:
    """Return a program that has logged all the refusals of this minute, as a hundred of an attack's requests see to."""
    serve = protocol.serving(attack.policy)
    for _ in range(200):
        serve(protocol.request(attack.harmless))
        serve(protocol.request(REFUSED))
    return serve


@dataclass(frozen=True)
class Flood:
    """Requests that are all different, so that each would like a place in some table."""

    name: str
    policy: Policy
    asking: Asking


FLOODS = [
    Flood("strangers", LISTED, REFUSED),
    Flood("subdomains that a pattern allows", SUBDOMAINS, actual(lambda: f"https://{uuid.uuid4().hex}.example.com")),
    Flood("origins of 8 KiB", LISTED, actual(lambda: stranger().ljust(8192, "a"))),
    Flood("preflights with other blanks", LISTED, preflight(lambda: f"x-request-id,{blanks()}")),
]


def _floods(count: int) -> tuple[list[list[str]], list[Limit]]:
    rows, held = [], []
    for flood, protocol in itertools.product(FLOODS, (WSGI, ASGI)):
        first, second, kept = (size / _MIB for size in _memory(flood, protocol, count))
        rows.append([flood.name, protocol.name, f"{count:,}", f"{first:.2f}", f"{second:.2f}", f"{kept:.2f}"])
        name = f"memory under {flood.name}, {protocol.name}"
        held.append(Limit(f"{name}: second half against first", GROWN, second / first))
        held.append(Limit(name, MOST_KEPT, kept, unit="MiB"))
    return rows, held


def _memory(flood: Flood, protocol: Protocol, count: int) -> tuple[int, int, int]:
    """Return the bytes in use at the most in each half of the flood, and those that stay after it."""
    serve = protocol.serving(flood.policy)
    peaks = []
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(2):
        tracemalloc.reset_peak()
        for _ in range(count // 2):
            serve(protocol.request(flood.asking))
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return peaks[0], peaks[1], kept


def _text(rows: list[list[str]], flood_rows: list[list[str]]) -> str:
    return "\n".join(
        [
            "Each attack beside a harmless request that is answered alike; microseconds of CPU time for the whole request.\n",
            table(["attack", "protocol", "harmless", "attack", "ratio"], rows),
            "Memory in MiB while requests come that are all different: at the most in the first half of them and in the "
            "second, and what is kept afterwards.\n",
            table(["flood", "protocol", "requests", "first half", "second half", "kept"], flood_rows),
        ]
    )
