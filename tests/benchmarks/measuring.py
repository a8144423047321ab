"""The measurement: implementations in turns, in one process, in its CPU time, on requests made anew.

What an implementation adds is the median of its time minus the bare application's in the same round, over
the quieter half of the rounds: a busy neighbour makes some slow, and none fast. Its spread is what that
does when the rounds are drawn again. pyperf keeps the samples, and knows the machine.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyperf

from tests.benchmarks.stacks import Stack

SAMPLE = 300_000  # nanoseconds
REDRAWN = 100
WARM = 100
UNMEASURED = 2
RESOLUTION = 0.01  # microseconds: what is less is taken for this


@dataclass(frozen=True)
class Ratio:
    """A quotient of two costs, and how far it may be off."""

    value: float
    spread: float

    def __str__(self) -> str:
        if math.isinf(self.spread):
            return "unresolved"
        digits = 2 if self.value < 10 else 1
        return f"{self.value:.{digits}f} ± {self.spread:.{digits}f}" if self.value >= 0.1 else f"{self.value:.3f}"


@dataclass(frozen=True)
class Cell:
    """One kind of request under one policy on one stack: microseconds by implementation, and round by round."""

    stack: str
    case: str
    kind: str
    samples: dict[str, list[float]]
    faults: dict[str, list[str]]

    @property
    def whole(self) -> bool:
        """Whether the whole answer counts, since the bare application has no part in it."""
        return self.kind.startswith("preflight")

    @cached_property
    def quiet(self) -> list[int]:
        """The half of the rounds in which the machine was least busy with something else."""
        usual = {name: statistics.median(taken) for name, taken in self.samples.items()}
        count = len(self.samples["bare"])
        slowness = [sum(self.samples[name][i] / usual[name] for name in usual) for i in range(count)]
        return sorted(range(count), key=slowness.__getitem__)[: (count + 1) // 2]

    def cost(self, name: str, rounds: Sequence[int] = ()) -> float:
        """Return what an implementation adds to a request, in microseconds."""
        mine, bare = self.samples[name], self.samples["bare"]
        added = statistics.median(mine[i] - (0.0 if self.whole else bare[i]) for i in rounds or self.quiet)
        return max(RESOLUTION, added)

    @property
    def cost_of_bare(self) -> float:
        """What the application takes by itself, in microseconds."""
        return statistics.median(self.samples["bare"][i] for i in self.quiet)

    def ratio(self, name: str, to: str) -> Ratio:
        """Return the quotient of two costs; nine of ten redrawn ones are within its spread."""
        draw = random.Random(len(self.quiet))
        redrawn = [draw.choices(self.quiet, k=len(self.quiet)) for _ in range(REDRAWN)]
        costs = sorted(self.cost(to, rounds) for rounds in redrawn)
        ratios = sorted(self.cost(name, rounds) / self.cost(to, rounds) for rounds in redrawn)
        resolved = costs[REDRAWN // 20] > RESOLUTION
        spread = (ratios[-REDRAWN // 20] - ratios[REDRAWN // 20]) / 2 if resolved else math.inf
        return Ratio(self.cost(name) / self.cost(to), spread)

    def benchmarks(self) -> Iterator[pyperf.Benchmark]:
        """The samples as pyperf keeps them."""
        for name, samples in self.samples.items():
            label = f"{self.stack}: {self.case}, {self.kind}: {name}"
            seconds = [sample / 1e6 for sample in samples]
            yield pyperf.Benchmark([pyperf.Run(seconds, metadata={"name": label}, collect_metadata=False)])


def samples(stacks: list[Stack], prepare: Callable[[int], list[Any]], rounds: int) -> dict[str, list[float]]:
    """Return microseconds per request and round, by name; the order is drawn anew for every round.

    Nobody follows the same neighbour each time, who leaves the caches warm or cold; and the first
    requests of a sample, which find them so, are not measured.
    """
    calls = {stack.name: _calls(stack, prepare) for stack in stacks}
    taken: dict[str, list[float]] = {stack.name: [] for stack in stacks}
    draw = random.Random(rounds)
    with collected():
        for _ in range(rounds):
            for stack in draw.sample(stacks, len(stacks)):
                requests = prepare(calls[stack.name] + UNMEASURED)
                stack.serve(requests[:UNMEASURED])
                taken[stack.name].append(_time(stack, requests[UNMEASURED:]))
    return taken


@contextmanager
def collected() -> Iterator[None]:
    """Keep the garbage collector out of the samples."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _calls(stack: Stack, prepare: Callable[[int], list[Any]]) -> int:
    """How many requests fill a sample; the first ones are served unmeasured."""
    stack.serve(prepare(WARM))
    microseconds = min(_time(stack, prepare(10)) for _ in range(3))
    return max(5, min(400, round(SAMPLE / 1000 / microseconds)))


def _time(stack: Stack, requests: list[Any]) -> float:
    begin = time.process_time_ns()
    stack.serve(requests)
    return (time.process_time_ns() - begin) / len(requests) / 1000


def machine() -> dict[str, str]:
    """What pyperf knows of the machine, as far as it matters to a reader."""
    metadata = pyperf.Run([1.0]).get_metadata()
    wanted = ("cpu_model_name", "cpu_count", "platform", "python_implementation", "python_version", "load_avg_1min")
    return {name.replace("_", " "): str(metadata[name]) for name in wanted if name in metadata}
