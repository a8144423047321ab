"""`python -m tests.benchmarks`: what CORS adds to a request, ours against the floor and against the peers.

Prints a report, and writes it to `docs/benchmarks.md` with a plot beside it, unless only a part was
asked for. Exits with 1 if a limit is broken by more than its spread. The limits are in `limits`.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pyperf

from tests.benchmarks import django_stacks, flask_stacks, overhead, plot, stacks
from tests.benchmarks.measuring import RESOLUTION, Cell
from tests.benchmarks.page import page
from tests.benchmarks.report import Section, limits_table
from tests.benchmarks.stacks import Protocol

DOCS: Final = Path(__file__).parents[2] / "docs"
PROTOCOLS: Final = (*stacks.PROTOCOLS, *flask_stacks.PROTOCOLS, *django_stacks.PROTOCOLS)
OTHERS: Final = ("scaling", "adversarial", "importing", "endtoend", "browser")
"""Modules with `run(quick) -> Section`."""
NAMES: Final = ("wsgi", "asgi", "flask", "django", *OTHERS)
ROUNDS: Final = {True: 30, False: 200}
"""By whether it is to be quick; frameworks take longer, and vary more, by more than CORS adds."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for a look")
    parser.add_argument("--only", type=_names, default=NAMES, help=f"some of {','.join(NAMES)}; writes no page")
    parser.add_argument("--output", type=Path, default=DOCS, help="where benchmarks.md and .svg go")
    parser.add_argument("--json", type=Path, help="where the samples go, for pyperf's own commands")
    return parser.parse_args()


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = set(names).difference(NAMES)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return names


def main() -> int:
    """Measure, print, write; return the exit code."""
    asked = arguments()
    logging.getLogger("cors_core").addHandler(logging.NullHandler())
    begin = time.monotonic()
    measured = {protocol: _measured(protocol, ROUNDS[asked.quick]) for protocol in _protocols(asked.only)}
    sections = [_shown(overhead.section(protocol, cells)) for protocol, cells in measured.items()]
    others = [_shown(section) for section in _others(asked.only, asked.quick)]
    limits = [limit for section in (*sections, *others) for limit in section.limits]
    print(f"## Limits\n\n{limits_table(limits)}", flush=True)
    seconds = time.monotonic() - begin
    if asked.only == NAMES:
        settings = {"rounds": str(ROUNDS[asked.quick]) + " (a quick look)" * asked.quick, "took": f"{seconds:.0f} s"}
        text = page(sections, others, settings, control(measured), f"{RESOLUTION:.2g}")
        (asked.output / "benchmarks.md").write_text(text)
        plot.draw(measured, asked.output / "benchmarks.svg")
    if asked.json:
        _dump(measured, asked.json)
    print(f"{seconds:.0f} seconds; the floor against itself: {control(measured)}", file=sys.stderr)
    return int(any(limit.broken for limit in limits))


def _protocols(names: tuple[str, ...]) -> list[Protocol]:
    return [protocol for protocol in PROTOCOLS if protocol.name.split()[0] in names]


def _measured(protocol: Protocol, rounds: int) -> list[Cell]:
    print(f"{protocol.title} ...", file=sys.stderr, flush=True)
    return list(overhead.cells(protocol, rounds * protocol.effort))


def _others(names: tuple[str, ...], quick: bool) -> Iterator[Section]:
    for name in OTHERS:
        module = f"tests.benchmarks.{name}"
        if name in names and find_spec(module):
            print(f"{name} ...", file=sys.stderr, flush=True)
            yield importlib.import_module(module).run(quick)


def _shown(section: Section) -> Section:
    print(f"## {section.title}\n\n{section.markdown}", flush=True)
    return section


def control(measured: dict[Protocol, list[Cell]]) -> str:
    """How far the floor is from itself, typically."""
    ratios = [cell.ratio("floor again", "floor").value for cells in measured.values() for cell in cells]
    return f"{1 + statistics.median(abs(ratio - 1) for ratio in ratios):.2f}" if ratios else "unknown"


def _dump(measured: dict[Protocol, list[Cell]], path: Path) -> None:
    kept = [benchmark for cells in measured.values() for cell in cells for benchmark in cell.benchmarks()]
    pyperf.BenchmarkSuite(kept).dump(str(path), replace=True)


if __name__ == "__main__":
    raise SystemExit(main())
