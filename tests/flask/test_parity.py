"""What a page could do and read under flask-cors it can under ours, and no more; but for what is listed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.flask.parity import CASES, DIFFERENCES
from tests.flask.verdicts import judged
from tests.parity.verdicts import (
    Case,
    Row,
    expect_difference,
    expect_every_difference,
    expect_nothing_wider,
    expect_warnings,
)

ALL = [case for cases in CASES.values() for case in cases]
UNLISTED = [case for case in ALL if case.ask.differs is None]
LISTED = [case for case in ALL if case.ask.differs is not None]


@pytest.mark.parametrize("row", CASES, ids=str)
def test_NOTHING_GETS_WIDER_unless_it_is_listed(row: Row) -> None:
    expect_nothing_wider(CASES[row], judged)


@pytest.mark.parametrize("case", UNLISTED, ids=str)
def test_the_browser_reaches_the_same_verdict(case: Case) -> None:
    both = judged(case)
    assert both.ours == both.theirs


@pytest.mark.parametrize("case", LISTED, ids=str)
def test_a_listed_difference_is_one_and_no_wider_than_it_says(case: Case) -> None:
    expect_difference(DIFFERENCES[case.ask.differs or ""], judged(case))


@pytest.mark.parametrize("row", CASES, ids=str)
def test_ours_warns_where_it_is_said_to_and_nowhere_else(row: Row) -> None:
    expect_warnings(row, CASES[row], judged)


def test_every_difference_is_shown_by_a_case_and_is_as_wide_as_it_says() -> None:
    expect_every_difference(DIFFERENCES, LISTED, judged)


def test_there_are_many_cases_and_no_two_of_one_name() -> None:
    assert len(ALL) >= 250
    assert [name for name, count in Counter(map(str, ALL)).items() if count > 1] == []
