"""What CORS adds to a request: every stack, policy and request; checked, measured, held to the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.benchmarks import checking
from tests.benchmarks.cases import CASES, Case
from tests.benchmarks.limits import PROMISES, Promise
from tests.benchmarks.measuring import Cell, samples
from tests.benchmarks.report import Limit, Section, table
from tests.benchmarks.stacks import Protocol, Stack

CHECKED = 3  # times that a behaviour is looked at: the first answer may differ from a kept one


def cells(protocol: Protocol, rounds: int) -> Iterator[Cell]:
    """Measure one stack; raises `RuntimeError` if the floor, or ours, answers wrongly."""
    for case in CASES:
        with protocol.stacks(case) as stacks:
            for kind in case.kinds:
                faults = {stack.name: _faults(protocol, stack, case, kind) for stack in stacks if stack.name != "bare"}
                wrong = {name: found for name, found in faults.items() if found and name != "peer"}
                if wrong:
                    raise RuntimeError(f"{protocol.title}, {case.name}, {kind}: a wrong answer has no time: {wrong}")

                def prepare(count: int, case: Case = case, kind: str = kind) -> list[object]:
                    return [protocol.request(case.asked(kind)) for _ in range(count)]

                yield Cell(protocol.name, case.name, kind, samples(stacks, prepare, rounds), faults)


def _faults(protocol: Protocol, stack: Stack, case: Case, kind: str) -> list[str]:
    found: dict[str, None] = {}
    for _ in range(CHECKED):
        asked = case.asked(kind)
        answer = stack.answer(protocol.request(asked))
        found |= dict.fromkeys(checking.faults(case, kind, asked, answer))
    return list(found)


def section(protocol: Protocol, measured: list[Cell]) -> Section:
    """Return one stack's part of the report."""
    return Section(f"{protocol.title}: what CORS adds", _table(protocol, measured), list(_limits(protocol, measured)))


def _table(protocol: Protocol, measured: list[Cell]) -> str:
    heads = ["policy", "request", "bare", "floor", "ours", protocol.peer, "ours ÷ floor", f"ours ÷ {protocol.peer}"]
    rows, before = [], ""
    for cell in measured:
        row = [cell.case if cell.case != before else "", cell.kind, *_costs(cell)]
        row += [str(cell.ratio("ours", "floor")), str(cell.ratio("ours", "peer"))]
        rows.append([*row, "; ".join(cell.faults["peer"])])
        before = cell.case
    return table([*heads, f"{protocol.peer} answers wrongly"], rows)


def _costs(cell: Cell) -> list[str]:
    bare = "" if cell.whole else f"{cell.cost_of_bare:.2f}"
    return [bare, *(f"{cell.cost(name):.2f}" for name in ("floor", "ours", "peer"))]


def _limits(protocol: Protocol, measured: list[Cell]) -> Iterator[Limit]:
    """Hold each promise wherever it counts, apart where the peer's answer is right and where it is wrong."""
    for promise in PROMISES:
        covered = [cell for cell in measured if promise.covers(protocol.name, cell.kind)]
        for wrong in (False, True):
            held = [_limit(protocol, promise, cell) for cell in covered if promise.beside_a_fault(cell.faults) == wrong]
            if held:
                yield _nearest(held)


def _nearest(held: list[Limit]) -> Limit:
    """The limit of the cell that comes nearest to breaking it, or breaks it most."""
    nearest = max(held, key=lambda limit: (limit.value - limit.spread) / limit.most)
    broken = sum(limit.broken for limit in held)
    return replace(nearest, where=f"{nearest.where}; {broken} of {len(held)} broken" if broken else nearest.where)


def _limit(protocol: Protocol, promise: Promise, cell: Cell) -> Limit:
    against = protocol.peer if promise.against == "peer" else "the floor"
    wrong = ", where that answers wrongly" if promise.beside_a_fault(cell.faults) else ""
    what = "preflights" if promise.preflight else "actual and no Origin"
    ratio = cell.ratio("ours", promise.against)
    name = f"{protocol.title}, {what}, against {against}{wrong}"
    return Limit(name, promise.most, ratio.value, ratio.spread, where=f"{cell.case}, {cell.kind}")
