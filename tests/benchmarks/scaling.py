"""From one origin to a million, and from one pattern to ten thousand: time per request, memory, and time to build."""

from __future__ import annotations

import gc
import itertools
import random
import time
import tracemalloc
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cors_core import Policy
from tests.benchmarks import crowds, limits
from tests.benchmarks.cases import fresh
from tests.benchmarks.loads import ASGI, WSGI, Asking, Load, Protocol, in_turns, ratio
from tests.benchmarks.loads import microseconds as us
from tests.benchmarks.report import Limit, Section, table

Times = dict[str, list[float]]
"""By size, round by round."""


def origins(count: int) -> list[str]:
    """Exact origins, as many tenants as there are."""
    return [f"https://tenant-{number:07}.example.com" for number in range(count)]


def patterns(count: int) -> list[str]:
    """Patterns of three depths, as many tenants as there are."""
    parents = itertools.cycle(("example.com", "eu.example.com", "app.eu.example.com"))
    return [f"https://*.tenant-{number:07}.{parent}" for number, parent in zip(range(count), parents, strict=False)]


@dataclass(frozen=True)
class Size:
    """A policy of some size, and what it was to build."""

    count: int
    policy: Policy
    entries: list[str]
    seconds: float
    bytes_each: float


def built(count: int, entries: list[str]) -> Size:
    """Build a policy twice: against the clock, and with every allocation counted."""
    gc.collect()
    begin = time.process_time()
    Policy(allow_origins=entries)
    seconds = time.process_time() - begin
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    policy = Policy(allow_origins=entries)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return Size(count, policy, entries, seconds, grown / count)


KINDS: Final[dict[str, Callable[[Size], str]]] = {
    "middle": lambda size: fresh(_named(size.entries[len(size.entries) // 2], "www")),
    "any": lambda size: fresh(_named(random.choice(size.entries), uuid.uuid4().hex)),
    "refused": lambda size: f"https://{uuid.uuid4().hex}.example.net",
}
"""Origins to ask with; what is allowed by a pattern gets a name of its own."""


def _named(entry: str, label: str) -> str:
    return entry.replace("*", label)


def run(quick: bool) -> Section:
    """Measure policies of every size, and the peers as far as they can follow."""
    rounds = 7 if quick else 25
    exact = [built(count, origins(count)) for count in (1, 100, 10_000, 100_000 if quick else 1_000_000)]
    wild = [built(count, patterns(count)) for count in (1, 10, 1_000, 10_000)]
    origin_times, pattern_times = (_measured(sizes, rounds) for sizes in (exact, wild))
    held = [
        *_flat("exact origins", origin_times, exact[-1].count, 1, limits.MILLION_ORIGINS, ("middle", "refused")),
        *_flat("patterns", pattern_times, 10_000, 10, limits.TEN_THOUSAND_PATTERNS, KINDS),
        *(_light(size) for size in exact[2:]),
    ]
    text = [_INTRODUCTION, _sizes("exact origins", exact, origin_times), _sizes("patterns", wild, pattern_times)]
    text += [_PEERS, crowds.beside_peers([1, 100, 1_000] if quick else [1, 100, 1_000, 10_000], origins, rounds)]
    return Section("From one origin to a million", "\n".join(text), held)


def _measured(sizes: list[Size], rounds: int) -> dict[tuple[str, str], Times]:
    """Return the times by protocol and kind of request."""
    return {
        (protocol.name, kind): in_turns({str(size.count): _load(size, protocol, kind) for size in sizes}, rounds)
        for protocol in (WSGI, ASGI)
        for kind in KINDS
    }


def _load(size: Size, protocol: Protocol, kind: str) -> Load:
    asking = Asking("GET", lambda: {"Origin": KINDS[kind](size)})
    return Load(protocol.serving(size.policy), lambda: protocol.request(asking))


def _flat(
    what: str, times: dict[tuple[str, str], Times], many: int, few: int, most: float, kinds: Iterable[str]
) -> list[Limit]:
    """The limits on how much slower many entries may be than few."""
    held = []
    for protocol, kind in times:
        if kind in kinds:
            slower = ratio(times[protocol, kind][str(many)], times[protocol, kind][str(few)])
            name = f"{many:,} {what} against {few}, {kind}, {protocol}"
            held.append(Limit(name, most, slower.value, slower.spread))
    return held


def _light(size: Size) -> Limit:
    return Limit(
        f"memory of each of {size.count:,} exact origins", limits.BYTES_PER_ORIGIN, size.bytes_each, unit="bytes"
    )


_INTRODUCTION: Final = """\
CPU time of a whole request in microseconds, the application doing nothing; "middle" is always the one entry in the
middle, "any" a different one of the list each time, which is more than the tables of finished plans hold, "refused" an
origin that was never seen before. Memory is what the policy holds beside the entries' own strings.
"""
_PEERS: Final = """\
What the peers add to a request of the origin in the middle of their list, in microseconds; they look through it, we
look it up.
"""


def _sizes(what: str, sizes: list[Size], times: dict[tuple[str, str], Times]) -> str:
    heads = [what, "build", "bytes each", *(f"{protocol} {kind}" for protocol, kind in times)]
    rows = []
    for size in sizes:
        measured = [us(by_size[str(size.count)]) for by_size in times.values()]
        rows.append([f"{size.count:,}", f"{size.seconds * 1000:,.1f} ms", f"{size.bytes_each:,.0f}", *measured])
    return table(heads, rows)
