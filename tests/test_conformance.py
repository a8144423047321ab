"""One table, every adapter: what comes out is what the table says, header by header."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from cors_core import Outcome, Policy
from tests.conformance.drive import DRIVERS, Answer, Driver, outcomes_of
from tests.conformance.table import TABLE, Pairs, Row, Site

SITES: dict[str, list[Row]] = {}
for _row in TABLE:
    SITES.setdefault(_row.site.name, []).append(_row)

every_driver = pytest.mark.parametrize("drive", DRIVERS.values(), ids=DRIVERS)


@every_driver
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_a_row_is_answered_as_the_table_says(drive: Driver, row: Row) -> None:
    answer, heard = outcomes_of(drive, row)
    check(row, answer)
    assert heard == [outcome for outcome in [row.want.outcome] if outcome]


@every_driver
@pytest.mark.parametrize("rows", SITES.values(), ids=SITES)
def test_an_answer_does_not_depend_on_the_requests_before(drive: Driver, rows: list[Row]) -> None:
    there_and_back = [*rows, *reversed(rows)]
    for row, answer in zip(there_and_back, drive(there_and_back, None), strict=True):
        check(row, answer)


def check(row: Row, answer: Answer) -> None:
    want = row.want
    assert (answer.status, answer.reached) == (want.status, want.reached)
    assert sorted(access_control(answer.headers)) == sorted(want.cors.items())
    assert Counter(vary(answer.headers)) == Counter(want.vary)  # each name once
    if "origin" in want.vary:
        assert len(lines(answer.headers, "vary")) == 1
    for name, value in want.also.items():
        assert lines(answer.headers, name) == [value]
    if answer.reached:
        assert neither(answer.headers) == neither(row.app.headers)
        assert answer.body == (b"" if row.ask.method == "HEAD" else row.app.body)
    elif want.status == 204 or row.ask.method == "HEAD":
        assert answer.body == b""


def access_control(headers: Pairs) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers if name.lower().startswith("access-control-")]


def lines(headers: Pairs, wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def vary(headers: Pairs) -> list[str]:
    return [name for line in lines(headers, "vary") for element in line.split(",") if (name := element.strip().lower())]


def neither(headers: Pairs) -> list[tuple[str, str]]:
    """What is not the policy's to write."""
    pairs = [(name.lower(), value) for name, value in headers]
    return [(name, value) for name, value in pairs if name != "vary" and not name.startswith("access-control-")]


# --- the table itself

# Rules of the standard, and classes of attack, that a server can keep or break by the headers it answers with.
RULES = {f"R{n}" for n in (2, 3, 4, 5, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19, 20, 21, 22, 25, 28, 29, 30, 31, 32)}
RULES |= {f"R{n}" for n in (33, 34, 35, 36, 37, 38, 39, 40, 43, 46, 47, 48, 49, 51, 53, 54, 55, 61, 62, 63, 64, 65, 66)}
RULES |= {f"R{n}" for n in (67, 68, 69, 70, 71, 79, 83, 84, 85, 86, 94, 95, 96)}
ATTACKS = {f"O{n}" for n in (1, 2, 3, 5, 6, 9, 10, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29)}
ATTACKS |= (
    {f"P{n}" for n in range(1, 12)} | {f"K{n}" for n in (1, 2, 4, 5, 6, 7)} | {f"D{n}" for n in (1, 2, 3, 4, 5, 7)}
)
ATTACKS |= {"C2", "C3", "C4", "C6", "N2"}


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(TABLE) >= 180


def test_every_row_has_an_id_of_its_own() -> None:
    assert [name for name, times in Counter(row.id for row in TABLE).items() if times > 1] == []


def test_every_site_has_one_policy() -> None:
    sites: dict[str, Site] = {}
    assert all(sites.setdefault(row.site.name, row.site) == row.site for row in TABLE)


def test_every_rule_that_a_server_can_break_has_a_row() -> None:
    assert {row.id.split()[0] for row in TABLE} >= RULES | ATTACKS


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_occurs(outcome: Outcome) -> None:
    assert any(row.want.outcome is outcome for row in TABLE)


@pytest.mark.parametrize("field", [field for field in dataclasses.fields(Policy) if field.init], ids=lambda f: f.name)
def test_every_field_of_a_policy_occurs(field: dataclasses.Field[object]) -> None:
    policies = [row.site.policy for row in TABLE if isinstance(row.site.policy, Policy)]
    assert any(getattr(policy, field.name) != field.default for policy in policies)
