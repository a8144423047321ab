"""What `import cors_core` takes, beyond what a bare interpreter has imported by the time that it runs anything."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.benchmarks.limits import IMPORT_MILLISECONDS
from tests.benchmarks.report import Limit, Section, table

ROOT: Final = Path(__file__).parents[2]
STATEMENTS: Final = (
    "import cors_core",
    "import cors_core.wsgi",
    "import cors_core.asgi",
    "import dataclasses, enum, logging, re, typing",
)
LISTED: Final = 15
# The environment's own start-up files may import half of it before; `os` a bare interpreter imports itself.
_ISOLATED: Final = (sys.executable, "-I", "-S")
_TIMED: Final = """\
import os, sys, time
sys.path.insert(0, {root!r})
begin = time.process_time()
{statement}
print(time.process_time() - begin)
"""


def run(quick: bool) -> Section:
    """Measure the imports that people write, in interpreters that have imported nothing."""
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(9 if quick else 31):
        for statement in STATEMENTS:
            times[statement].append(_milliseconds(statement))
    rows = [[f"`{statement}`", f"{statistics.median(took):.1f} ms"] for statement, took in times.items()]
    low, middle, high = statistics.quantiles(times[STATEMENTS[0]], n=4)
    limit = Limit(STATEMENTS[0], IMPORT_MILLISECONDS, middle, (high - low) / 2, "ms")
    return Section(
        "Import", "\n".join([_TEXT, table(["statement", "CPU time"], rows), _COSTLIEST, _costliest()]), [limit]
    )


_TEXT: Final = (
    "CPU time of an import in an interpreter that has imported nothing else; the median of many. The last one is "
    "what every framework imports anyway.\n"
)
_COSTLIEST: Final = "Its costliest modules, by their own time and with what they import first:\n"


def _milliseconds(statement: str) -> float:
    program = _TIMED.format(root=str(ROOT), statement=statement)
    return float(subprocess.check_output([*_ISOLATED, "-c", program])) * 1000


def _costliest() -> str:
    """Return a table of the modules that `import cors_core` imports, as the interpreter itself times them."""
    program = f"import os, sys; sys.path.insert(0, {str(ROOT)!r}); print(file=sys.stderr); import cors_core"
    said = subprocess.run([*_ISOLATED, "-X", "importtime", "-c", program], capture_output=True, text=True, check=True)
    timed = _read(said.stderr.partition("\n\n")[2].splitlines())
    rows = [[f"`{name}`", f"{own / 1000:.1f} ms", f"{total / 1000:.1f} ms"] for own, total, name in timed[:LISTED]]
    return table(["module", "own", "with its imports"], rows)


def _read(lines: Iterable[str]) -> list[tuple[int, int, str]]:
    """Return microseconds by themselves, microseconds in all, and the name of each module, the costliest first."""
    found = (re.fullmatch(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)", line) for line in lines)
    return sorted(((int(line[1]), int(line[2]), line[3]) for line in found if line), reverse=True)
