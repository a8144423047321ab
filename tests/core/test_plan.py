"""Plans are data: they compare, copy and travel; what is derived from them is built when asked for."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from cors_core import Outcome, Plan, Policy, Request, Verdict, decide
from cors_core.origins import parse_origin

POLICY = Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"])
PLANS = [
    decide(POLICY, Request(), Verdict.REFUSED),
    decide(POLICY, Request(origin="https://app.example.com"), Verdict.ALLOWED),
    decide(POLICY, Request("OPTIONS", origin="https://app.example.com", requested_method="PUT"), Verdict.ALLOWED),
    decide(POLICY, Request("OPTIONS", origin="https://evil.example", requested_method="PUT"), Verdict.REFUSED),
]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.outcome.value} {plan.status}")
def test_a_plan_can_be_copied_and_sent_elsewhere(plan: Plan) -> None:
    plan.text([], None)  # type: ignore[arg-type]  # built once, it must not stand in the way
    for twin in (copy.copy(plan), copy.deepcopy(plan), pickle.loads(pickle.dumps(plan)), dataclasses.replace(plan)):
        assert twin == plan
        assert hash(twin) == hash(plan)
        assert twin.pairs == plan.pairs


def test_a_plan_shows_its_fields_and_nothing_derived() -> None:
    plan = Plan(Outcome.NOT_CORS, vary=("Origin",))
    assert dataclasses.asdict(plan) == {
        "outcome": Outcome.NOT_CORS,
        "headers": (),
        "vary": ("Origin",),
        "status": None,
        "body": b"",
    }
    assert "text" not in repr(plan)
    assert not hasattr(plan, "colour")


@pytest.mark.parametrize(
    ("status", "line"), [(204, "204 No Content"), (200, "200 OK"), (299, "299 OK"), (403, "403 Forbidden")]
)
def test_the_status_line_has_a_phrase(status: int, line: str) -> None:
    assert Plan(Outcome.ALLOWED, status=status).status_line == line


def test_a_policy_shows_its_fields_and_nothing_derived() -> None:
    shown = dataclasses.asdict(POLICY)
    assert shown["allow_methods"] == ("PUT",)
    assert not shown.keys() & {"origins", "plans", "header_names"}
    assert Policy(**shown) == POLICY


def test_a_request_does_not_show_the_cookies_it_came_with() -> None:
    assert "SECRET" not in repr(Request(raw={"HTTP_COOKIE": "session=SECRET"}))


def test_an_opaque_origin_has_no_parts() -> None:
    assert parse_origin("null") is None
