"""What a page could do and read under flask-cors it can under ours, and no more; but for what is listed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.flask.parity import CASES, DIFFERENCES
from tests.flask.verdicts import Case, Row, judged

ALL = [case for cases in CASES.values() for case in cases]
UNLISTED = [case for case in ALL if case.ask.differs is None]
LISTED = [case for case in ALL if case.ask.differs is not None]


@pytest.mark.parametrize("row", CASES, ids=str)
def test_NOTHING_GETS_WIDER_unless_it_is_listed(row: Row) -> None:
    wider = [case for case in CASES[row] if case.ask.differs is None and judged(case).is_widening]
    if wider:
        shown = "\n".join(f"{case}\n    {judged(case)}" for case in wider)
        pytest.fail(f"PAGES GET MORE THAN FLASK-CORS GAVE THEM, AND NO DIFFERENCE SAYS SO:\n{shown}", pytrace=False)


@pytest.mark.parametrize("case", UNLISTED, ids=str)
def test_the_browser_reaches_the_same_verdict(case: Case) -> None:
    both = judged(case)
    assert both.ours == both.theirs


@pytest.mark.parametrize("case", LISTED, ids=str)
def test_a_listed_difference_is_one_and_no_wider_than_it_says(case: Case) -> None:
    difference, both = DIFFERENCES[case.ask.differs or ""], judged(case)
    assert both.ours != both.theirs
    assert difference.wider or not both.is_widening
    assert both.warned or not difference.warned


@pytest.mark.parametrize("row", CASES, ids=str)
def test_ours_warns_where_it_is_said_to_and_nowhere_else(row: Row) -> None:
    for case in CASES[row]:
        warned = judged(case).warned
        assert bool(warned) is row.warns, warned


def test_every_difference_is_shown_by_a_case() -> None:
    assert {case.ask.differs for case in LISTED} == DIFFERENCES.keys()


def test_every_difference_that_may_be_wider_is_wider_somewhere() -> None:
    wider = {case.ask.differs for case in LISTED if judged(case).is_widening}
    assert wider == {name for name, difference in DIFFERENCES.items() if difference.wider}


def test_there_are_many_cases_and_no_two_of_one_name() -> None:
    assert len(ALL) >= 250
    assert [name for name, count in Counter(map(str, ALL)).items() if count > 1] == []
