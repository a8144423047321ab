"""The plot: what each implementation adds under one exact origin, a panel per stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import Cell
from tests.benchmarks.stacks import Protocol

MARKS = {"floor": ("|", "#555555", 220), "ours": ("o", "#0b6e4f", 60), "peer": ("D", "#c8553d", 45)}
CASE = "one origin"


def draw(measured: dict[Protocol, list[Cell]], path: Path) -> None:
    """Write the plot as SVG; the same numbers make the same file."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "cors", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(
        len(measured), sharex=True, figsize=(8, 1.75 * len(measured) + 0.6), squeeze=False, layout="constrained"
    )
    for (protocol, cells), panel in zip(measured.items(), panels[:, 0], strict=True):
        _panel(panel, protocol, [cell for cell in cells if cell.case == CASE])
    panels[-1, 0].set_xlabel("microseconds per request, on a logarithmic scale (preflights: the whole answer)")
    figure.suptitle(f"What CORS adds to a request: {CASE}", fontsize=11)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _panel(panel: Any, protocol: Protocol, cells: list[Cell]) -> None:
    places = range(len(cells))
    for name, (marker, colour, size) in MARKS.items():
        label = protocol.peer if name == "peer" else name
        costs = [cell.cost(name) for cell in cells]
        panel.scatter(costs, places, marker=marker, c=colour, s=size, label=label, zorder=3)
    for place, cell in enumerate(cells):
        panel.plot([cell.cost("ours"), cell.cost("peer")], [place, place], c="#cccccc", lw=1, zorder=1)
    panel.set_xscale("log")
    panel.set_yticks(places, [cell.kind for cell in cells])
    panel.invert_yaxis()
    panel.margins(y=0.12)
    panel.grid(axis="x", which="major", c="#eeeeee")
    panel.set_title(protocol.title, loc="left", fontsize=10, fontweight="bold")
    panel.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    panel.spines[["top", "right"]].set_visible(False)
