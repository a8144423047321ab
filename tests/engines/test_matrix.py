"""Three engines judge the model: every case of the matrix, in each of them and in the model."""

from __future__ import annotations

import dataclasses

import pytest

from cors_core.browser import Profile
from tests.engines.cases import Observation
from tests.engines.conftest import Observed
from tests.engines.divergences import DEPARTURES, FACTS, beyond_profile, beyond_standard
from tests.engines.matrix import CASES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("case", CASES)
def test_the_model_does_what_the_engine_does(observed: Observed, case: str) -> None:
    divergence = beyond_profile(observed.engine).get(case)
    if divergence is None:
        assert observed.model[case] == observed.real[case]
    else:
        assert observed.real[case] == divergence, "the engine does not do what is listed"
        assert observed.model[case] != divergence, "the model does it too: strike it from the list"


def test_the_standard_differs_only_where_it_is_listed(observed: Observed, standard: dict[str, Observation]) -> None:
    assert {case for case in CASES if standard[case] != observed.real[case]} == beyond_standard(observed.engine)


def test_what_is_listed_is_explained() -> None:
    switches = {field.name for field in dataclasses.fields(Profile)}
    assert {row.why for row in DEPARTURES} <= switches | {fact.why for fact in FACTS}
    assert {case for row in DEPARTURES for case in row.cases.split()} <= set(CASES)
