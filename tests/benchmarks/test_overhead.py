"""The benchmarks, without the clock: what is timed answers rightly, and a wrong answer would be noticed."""

from __future__ import annotations

import pytest

pytest.importorskip("flask_cors", reason="flask-cors is not installed")
pytest.importorskip("wsgicors", reason="wsgicors is not installed")

from tests.benchmarks import checking, flask_stacks, stacks
from tests.benchmarks.cases import CASES, Case
from tests.benchmarks.report import Limit
from tests.benchmarks.stacks import Answer, Protocol

ONE = CASES[0]
ORIGIN = {"Origin": ONE.exact[0]}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
@pytest.mark.parametrize(
    "protocol", [pytest.param(each, id=each.title) for each in (*stacks.PROTOCOLS, *flask_stacks.PROTOCOLS)]
)
@pytest.mark.parametrize("name", ["floor", "ours"])
def test_what_is_timed_answers_rightly(protocol: Protocol, case: Case, name: str) -> None:
    with protocol.stacks(case) as implementations:
        stack = next(each for each in implementations if each.name == name)
        found = {}
        for kind in case.kinds:
            asked = case.asked(kind)
            found[kind] = checking.faults(case, kind, asked, stack.answer(protocol.request(asked)))
    assert not any(found.values()), found


@pytest.mark.parametrize(
    ("kind", "asked", "headers", "fault"),
    [
        pytest.param("no Origin", {}, [], "no Vary", id="no Vary"),
        pytest.param("allowed", ORIGIN, [("vary", "Origin")], "no Allow-Origin", id="no Allow-Origin"),
        pytest.param(
            "refused",
            {"Origin": "https://stranger.example"},
            [("vary", "Origin"), ("access-control-allow-origin", "https://stranger.example")],
            "the refused origin is allowed",
            id="refused",
        ),
        pytest.param(
            "preflight, bad method",
            ORIGIN,
            [("access-control-allow-origin", ONE.exact[0]), ("access-control-allow-methods", "PUT, DELETE")],
            "the bad method is allowed",
            id="bad method",
        ),
    ],
)
def test_a_wrong_answer_is_seen(kind: str, asked: dict[str, str], headers: list[tuple[str, str]], fault: str) -> None:
    assert checking.faults(ONE, kind, asked, Answer(200, headers)) == [fault]


def test_a_limit_is_broken_only_by_more_than_the_spread() -> None:
    assert [Limit("a", most=1.8, value=value, spread=0.1).broken for value in (1.7, 1.85, 1.95)] == [False, False, True]
