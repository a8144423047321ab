"""`python -m tests.benchmarks`: what CORS adds to a request, ours against the floor and against the peers.

All implementations are measured interleaved in one process, in thread CPU time, on requests that are
made anew for every call. What is printed are ratios of overheads (wrapped minus bare application; for
preflights the whole answer); "floor again" is the control, whose distance from 1.00 is the resolution.
"""

from __future__ import annotations

import argparse
import gc
import logging
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

from cors_core.wsgi import CORSMiddleware as OurWSGI
from tests.benchmarks import floor, stacks
from tests.benchmarks.stacks import Stack

LIMITS = {"wsgi": 2.2, "asgi": 2.0}
"""Ours against the floor, of the first landing."""


def lower_quartile(samples: list[float]) -> float:
    return sorted(samples)[len(samples) // 4]


def measure(
    candidates: list[Stack], prepare: Callable[[str, int], list[Any]], kind: str, rounds: int
) -> dict[str, float]:
    """Return microseconds per request, by name."""
    calls = 300
    samples: dict[str, list[float]] = {stack.name: [] for stack in candidates}
    for turn in range(rounds):
        for stack in candidates[turn % len(candidates) :] + candidates[: turn % len(candidates)]:
            requests = prepare(kind, calls)
            serve = stack.serve
            begin = time.thread_time_ns()
            for request in requests:
                serve(request)
            samples[stack.name].append((time.thread_time_ns() - begin) / calls / 1000)
    return {name: lower_quartile(values) for name, values in samples.items()}


def report(protocol: str, candidates: list[Stack], prepare: Callable[[str, int], list[Any]], rounds: int) -> bool:
    """Print one table; return whether the limits hold."""
    peer = candidates[-1].name
    held = True
    print(f"\n{protocol}: overhead in microseconds, and as ratios\n")
    print(
        f"{'request':<12} {'floor':>8} {'ours':>8} {peer:>10}   {'ours/floor':>10} {'control':>8} {'ours/' + peer:>15}"
    )
    for kind in stacks.REQUESTS:
        took = measure(candidates, prepare, kind, rounds)
        bare = 0.0 if kind.startswith("preflight") else took["bare"]
        floor, control, ours, theirs = (took[name] - bare for name in ("floor", "floor again", "ours", peer))
        print(
            f"{kind:<12} {floor:>8.3f} {ours:>8.3f} {theirs:>10.3f}   "
            f"{ours / floor:>10.2f} {control / floor:>8.2f} {ours / theirs:>15.2f}"
        )
        held &= ours / floor <= LIMITS[protocol] * max(1.05, control / floor)
    return held


def report_browser(rounds: int) -> None:
    """Print what the simulated browser takes for a cross-origin PUT: the preflight and the request, two exchanges."""
    from cors_core.testing import Browser

    page = Browser(OurWSGI(stacks.wsgi_app, stacks.POLICY), at="https://api.example.com").open(floor.ORIGIN)
    samples = []
    for turn in range(rounds):
        begin = time.thread_time_ns()
        page.fetch(f"https://api.example.com/items/{turn}", method="PUT", headers={"X-Request-Id": "1"})
        samples.append((time.thread_time_ns() - begin) / 1e6)
    print(
        f"\ntesting.Browser: a cross-origin PUT with its preflight takes {statistics.median(samples):.2f} ms (median)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for a look")
    rounds = 40 if parser.parse_args().quick else 200
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {rounds} rounds")
    logging.getLogger("cors_core").addHandler(logging.NullHandler())
    gc.disable()
    held = report("wsgi", stacks.wsgi_stacks(), stacks.environs, rounds)
    held &= report("asgi", stacks.asgi_stacks(), stacks.scopes, rounds)
    report_browser(rounds)
    print(f"\nlimits (ours against the floor): {LIMITS}: {'held' if held else 'BROKEN'}")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
