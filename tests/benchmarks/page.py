"""The report: what is printed, and what becomes `docs/benchmarks.md`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from tests.benchmarks.measuring import machine
from tests.benchmarks.report import Section, limits_table, table

PACKAGES: Final = (
    "cors-core",
    "wsgicors",
    "starlette",
    "flask",
    "flask-cors",
    "django",
    "django-cors-headers",
    "pyperf",
)

INTRODUCTION: Final = """\
# Benchmarks

What this library adds to a request, against the least that CORS can cost and against the library that people use
otherwise. This page is written by the command that measures, on any machine:

```console
tox -e bench
```

`-- --quick` is a look of a minute or two, `-- --only wsgi,flask` a part, which leaves this page alone. The command fails
only when a limit below is passed by more than its spread.
"""

METHOD: Final = """\
*The floor* is the least code that is still right for that one policy, written by hand: one look-up, prebuilt headers,
`Vary` merged, preflights answered at once. It checks nothing, logs nothing, has no options, and leaves alone what the
application does wrong. *The peer* has the configuration that its own documentation recommends for the policy.

* A number is what CORS **adds**: the wrapped application minus the bare one. For preflights, which no application has a
  part in, it is the whole answer. All of them are microseconds of the process's CPU time: medians over the quieter half of
  the rounds of one run, in which the implementations take turns, in one process and in an order drawn by lot. What is less than {resolution} is written as {resolution},
  and a ratio to a cost that the rounds cannot tell from nothing is "unresolved".
* `a ± b`: nine of ten times that the rounds are drawn again, the ratio stays within `b`. The floor is measured twice; the
  second one differs from the first by a factor of {control}, half of the times. No ratio is truer than that.
* Every request is made anew, as servers make them, so that no string comes with its hash; "refused" is a stranger who
  never asked before, "another allowed" goes through the whole list, or names a new subdomain each time.
* Before anything is timed, the answers are looked at. Ours and the floor's must be right; what the peer gets wrong stands
  beside its number. It is often faster for it: to leave out `Vary` costs nothing.
* Frameworks are measured from the server's call to the response, with no socket, no database and no other middleware. The
  time of your own views, and of the network, comes on top of every number.
"""


def page(
    measured: list[Section], others: list[Section], settings: dict[str, str], control: str, resolution: str
) -> str:
    """Return the whole report in Markdown."""
    limits = [limit for section in (*measured, *others) for limit in section.limits]
    parts = [
        INTRODUCTION,
        "![What CORS adds to a request, by stack: the floor, ours and the peer](benchmarks.svg)\n",
        f"## Limits\n\n{limits_table(limits)}",
        f"## How to read the numbers\n\n{METHOD.format(control=control, resolution=resolution)}",
        *(f"## {section.title}\n\n{section.markdown}" for section in (*measured, *others)),
        f"## Where this was measured\n\n{table(['', ''], [[k, v] for k, v in (machine() | versions() | settings).items()])}",
    ]
    return "\n".join(parts)


def versions(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
