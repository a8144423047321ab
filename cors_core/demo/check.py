"""Tries every case on both frontends, prints a table, and says whether anything was a surprise."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException

from cors_core.demo import chromium, plain
from cors_core.demo.cases import CASES, Addresses, Role
from cors_core.demo.server import DemoError, running
from cors_core.policy import PolicyFields


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case on one frontend."""

    case: str
    role: Role
    expected: str
    observed: str

    @property
    def ok(self) -> bool:
        """Whether what was observed is what Fetch says."""
        return self.observed == self.expected


def check(port: int | None = None, *, browser: bool = True, overrides: PolicyFields | None = None) -> bool:
    """Run the demo, try everything, print what came of it; return whether all was as expected.

    Without `browser`, or where no Chromium is found, plain HTTP stands in. Raises `DemoError`.
    """
    program = chromium.find() if browser else None
    if program:
        print(f"In a real browser: {program}")
    else:
        why = "none was found: " + ", ".join(chromium.NAMES) if browser else "--no-browser"
        print(f"No browser was used ({why}). Plain HTTP requests, judged by the rules of Fetch:")
    try:
        with running(port, overrides, quiet=True) as demo:
            verdicts = judge(demo.addresses, program)
    except (OSError, HTTPException) as error:
        raise DemoError(f"a server of the demo stopped answering: {error}") from error
    show(verdicts)
    surprises = sum(not verdict.ok for verdict in verdicts)
    print(f"{len(verdicts) - surprises} of {len(verdicts)} as expected" + (f", {surprises} not." if surprises else "."))
    return not surprises


def judge(addresses: Addresses, program: str | None) -> list[Verdict]:
    """Return the verdict on every case on both frontends, in the browser `program` or by plain HTTP."""
    verdicts = []
    for role, origin in addresses.frontends():
        observed = chromium.observe(program, origin) if program else plain.observe(origin, addresses.api)
        verdicts += [
            Verdict(case.title, role, case.expected(role), observed.get(case.key, "nothing reported")) for case in CASES
        ]
    return verdicts


_HEADINGS = ("case", "frontend", "expected", "observed", "ok")


def show(verdicts: Sequence[Verdict]) -> None:
    """Print the verdicts as a table, by rich where it is installed."""
    rows = [(one.case, one.role, one.expected, one.observed, "yes" if one.ok else "NO") for one in verdicts]
    try:
        from rich import box
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        print("\n".join(["", *aligned([_HEADINGS, *rows]), ""]))
        return
    table = Table(*_HEADINGS, box=box.SIMPLE)
    for row in rows:
        table.add_row(*row, style="green" if row[-1] == "yes" else "bold red")
    # A pipe has no width: there the lines stay whole.
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines of text, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
