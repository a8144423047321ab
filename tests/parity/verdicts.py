"""What a browser makes of an application under a reference library and under ours, and whether that is what it should.

Knows no framework, no option and no difference; the modules `parity` beside each framework's tests have those.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pytest

from cors_core.errors import ConfigError, CORSMigrationWarning
from cors_core.testing import Browser, NetworkError

API = "https://api.example.com"
OTHER_API = "https://api.example.org"
APP = "https://app.example.com"
PARTNER = "https://partner.example.net"
EVIL = "https://evil.example"


@dataclass(frozen=True)
class Ask:
    """What a page fetches; `again_after` so many seconds it does so once more.

    `differs` names the difference that makes the two verdicts unequal, if one does.
    """

    method: str = "GET"
    path: str = "/items"
    page: str = APP
    headers: tuple[tuple[str, str], ...] = ()
    credentials: bool = False
    json: bool = False
    again_after: float | None = None
    differs: str | None = None

    def __str__(self) -> str:
        page = "" if self.page == APP else f"from {self.page.removeprefix('https://')}"
        names = [name for name, _ in self.headers]
        extras = ["json"] * self.json + ["credentials"] * self.credentials + names
        again = [] if self.again_after is None else [f"again after {self.again_after:g} s"]
        return " ".join(filter(None, [self.method, self.path, page, *extras, *again]))


@dataclass(frozen=True, eq=False)
class Row:
    """One configuration, and what is asked of it; `warns` if ours issues a `CORSMigrationWarning` for it."""

    name: str
    setup: Any
    asks: tuple[Ask, ...]
    warns: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Case:
    """One fetch under one configuration; `mode` tells apart the ways in which the application can be run."""

    row: Row
    ask: Ask
    mode: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.mode, f"{self.row.name}: {self.ask}"]))


@dataclass(frozen=True)
class Verdict:
    """What came of it: what was sent, and what the page has in its hands.

    `refused` if there is no application, for its configuration raises; `status` is None if the page got
    no response, and then there is nothing to read.
    """

    refused: bool = False
    sent: tuple[str, ...] = ()
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    @property
    def actual(self) -> tuple[str, ...]:
        """What was sent that was no preflight."""
        return tuple(line for line in self.sent if not line.startswith("preflight "))


@dataclass(frozen=True)
class Judgement:
    """Both verdicts on a case, and what ours warned of."""

    theirs: Verdict
    ours: Verdict
    warned: tuple[str, ...]

    @property
    def is_widening(self) -> bool:
        """Whether a page can do or read something under ours that it could not under the reference."""
        if self.theirs.status is None:
            return self.ours.status is not None or len(self.ours.actual) > len(self.theirs.actual)
        return bool(dict(self.ours.headers).keys() - dict(self.theirs.headers).keys())


class Difference(NamedTuple):
    """Where ours is meant to differ: why, whether a page can do more than before, and whether we warn of it."""

    why: str
    wider: bool = False
    warned: bool = False


def but(difference: str, *asks: Ask) -> tuple[Ask, ...]:
    """Return asks whose verdicts differ, for the reason of that name."""
    return tuple(replace(ask, differs=difference) for ask in asks)


def judgement(theirs: Callable[[], Verdict], ours: Callable[[], Verdict]) -> Judgement:
    """Reach both verdicts; ours may warn of what a migration changes, and of nothing else."""
    with warnings.catch_warnings(action="ignore"):
        their_verdict = theirs()
    with warnings.catch_warnings(record=True, action="error") as caught:
        warnings.simplefilter("always", CORSMigrationWarning)
        our_verdict = ours()
    return Judgement(their_verdict, our_verdict, tuple(str(warning.message) for warning in caught))


def visited(app: Any, ask: Ask) -> Verdict:
    """Return what a page makes of `app`, which answers at two origins."""
    browser = Browser({API: app, OTHER_API: app}, timeout=None)
    page = browser.open(ask.page)
    try:
        response = fetch(page, ask)
        if ask.again_after is not None:
            browser.wait(ask.again_after)
            response = fetch(page, ask)
    except NetworkError as error:
        refused = isinstance(error.__cause__, ConfigError)
        return Verdict(refused=True) if refused else Verdict(sent=tuple(lines(page)))
    finally:
        browser.close()
    readable = [(name, value) for name, value in response.headers.items() if not is_ours(name)]
    return Verdict(False, tuple(lines(page)), response.status, tuple(readable), response.text())


def is_ours(name: str) -> bool:
    """Whether it is a header of CORS itself, which a page may read and has no use for."""
    return name == "vary" or name.startswith("access-control-")


def fetch(page: Any, ask: Ask) -> Any:
    options: dict[str, Any] = {"json": {"tea": "green"}} if ask.json else {}
    credentials = "include" if ask.credentials else "same-origin"
    return page.fetch(API + ask.path, method=ask.method, headers=ask.headers, credentials=credentials, **options)


def lines(page: Any) -> Iterator[str]:
    for request in page.requests:
        kind = "preflight " if request.kind == "preflight" else ""
        yield f"{kind}{request.method} {request.url}"


# --- what the tests say of it


def expect_nothing_wider(cases: Collection[Case], judged: Callable[[Case], Judgement]) -> None:
    wider = [case for case in cases if case.ask.differs is None and judged(case).is_widening]
    if wider:
        shown = "\n".join(f"{case}\n    {judged(case)}" for case in wider)
        pytest.fail(f"PAGES GET MORE THAN THEY USED TO, AND NO DIFFERENCE SAYS SO:\n{shown}", pytrace=False)


def expect_difference(difference: Difference, both: Judgement) -> None:
    assert both.ours != both.theirs
    assert difference.wider or not both.is_widening
    assert both.warned or not difference.warned


def expect_warnings(row: Row, cases: Collection[Case], judged: Callable[[Case], Judgement]) -> None:
    for case in cases:
        warned = judged(case).warned
        assert bool(warned) is row.warns, warned


def expect_every_difference(
    differences: Mapping[str, Difference], listed: Collection[Case], judged: Callable[[Case], Judgement]
) -> None:
    """Each difference is shown by a case, and by one that is wider if it may be."""
    assert {case.ask.differs for case in listed} == differences.keys()
    wider = {case.ask.differs for case in listed if judged(case).is_widening}
    assert wider == {name for name, difference in differences.items() if difference.wider}
