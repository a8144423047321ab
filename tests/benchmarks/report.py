"""What a benchmark has to say: sections of the report, and the limits that they were held to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """One promise, and what was measured: broken only where the measurement passes it by more than its spread."""

    name: str
    most: float
    value: float
    spread: float = 0.0
    unit: str = "times"
    where: str = ""
    """Where it was measured, if at one of several places."""

    @property
    def broken(self) -> bool:
        return self.value - self.spread > self.most

    @property
    def verdict(self) -> str:
        if self.broken:
            return "**broken**"
        return "holds" if self.value <= self.most else "within its spread"


@dataclass(frozen=True)
class Section:
    """A part of the report: its title, its Markdown (no heading of its own), and the limits that belong to it."""

    title: str
    markdown: str
    limits: list[Limit] = field(default_factory=list)


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table, columns of numbers to the right."""
    rules = ["---:" if all(map(_is_number, column)) else "---" for column in zip(*rows, strict=True)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, rules, *rows)) + "\n"


def _is_number(cell: str) -> bool:
    return cell in ("", "unresolved") or cell[0].isdigit()


def limits_table(limits: Iterable[Limit]) -> str:
    """Return the limits, the broken ones first."""
    rows = [
        [
            each.name,
            _number(each.most),
            f"{_number(each.value)} ± {_number(each.spread)}",
            each.unit.strip(),
            each.verdict,
            each.where,
        ]
        for each in sorted(limits, key=lambda each: not each.broken)
    ]
    return table(["limit", "at most", "measured", "in", "verdict", "the nearest to it"], rows)


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
