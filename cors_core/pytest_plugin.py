"""The pytest plugin: one fixture, which imports what it needs when a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cors_core.testing import Browser


@pytest.fixture(name="cors_browser")
def _cors_browser() -> Iterator[type[Browser]]:
    """`Browser`, whose instances are closed after the test: `cors_browser(app, at="https://api.example.com")`."""
    from cors_core.testing import Browser

    made: list[Browser] = []

    class ClosedAfterTheTest(Browser):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            made.append(self)

    yield ClosedAfterTheTest
    for browser in made:
        browser.close()
