"""What the tests of this folder share: one site, and each engine's observations, made once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from cors_core.browser import PROFILES
from tests.engines.browsers import ENGINES
from tests.engines.cases import Observation
from tests.engines.matrix import CASES
from tests.engines.observe import in_engine, in_model
from tests.engines.places import Places
from tests.engines.site import serving


class Observed(NamedTuple):
    """What an engine did in every case, and what the model does with the engine's profile."""

    engine: str
    real: dict[str, Observation]
    model: dict[str, Observation]


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with serving(tmp_path_factory.mktemp("site")) as places:
        yield places


@pytest.fixture(scope="session", params=ENGINES)
def observed(request: pytest.FixtureRequest, places: Places) -> Observed:
    engine: str = request.param
    real = in_engine(engine, CASES.values(), places)
    return Observed(engine, real, in_model(PROFILES[engine], CASES.values(), places))


@pytest.fixture(scope="session")
def standard(places: Places) -> dict[str, Observation]:
    return in_model(PROFILES["standard"], CASES.values(), places)
