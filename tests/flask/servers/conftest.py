"""The two browsers that every end-to-end test is asked twice with: the simulated one, and Chromium over nginx and gunicorn."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.components import require
from tests.flask.servers.site import applications
from tests.servers.front import serving
from tests.servers.pages import Pages, Real, Simulated, chromium


@pytest.fixture(scope="session")
def in_chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with contextlib.ExitStack() as stack:
        front = stack.enter_context(serving(tmp_path_factory.mktemp("site"), "tests.flask.servers.site:deployed()"))
        yield stack.enter_context(chromium(front.port, front.gunicorn.address[1]))


@pytest.fixture(
    scope="module",
    params=["simulated", pytest.param("chromium", marks=[pytest.mark.browser, pytest.mark.server])],
)
def pages(request: pytest.FixtureRequest) -> Pages:
    require("flask_login")
    if request.param == "chromium":
        real: Real = request.getfixturevalue("in_chromium")
        return real
    require("ada_url")
    return Simulated(applications())
