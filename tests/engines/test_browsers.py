"""The harness itself: pages do as they are told, and nothing is left of a browser."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.engines.browsers import ENGINES, browsing
from tests.engines.places import Places

pytestmark = pytest.mark.browser


def left_of(engine: str) -> list[str]:
    """The folders and the processes of an engine; each process has its folder for a home."""
    prefix = f"{tempfile.gettempdir()}/cors-{engine}-"
    processes = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"HOME={prefix}".encode() in environment.read_bytes():
                processes.append(environment.parent.name)
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return processes + [str(folder) for folder in Path(tempfile.gettempdir()).glob(f"cors-{engine}-*")]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_does_as_it_is_told_until_its_browser_ends(engine: str, places: Places) -> None:
    before = left_of(engine)
    with browsing(engine, places.origin("page"), places.ports[0]) as browser:
        assert browser.run("return [location.origin, await Promise.resolve(1)]") == [places.origin("page"), 1]
        with pytest.raises(RuntimeError, match="TypeError"):
            browser.run("null.x")
        with pytest.raises(TimeoutError):
            browser.run("await new Promise((resolve) => setTimeout(resolve, 500))", timeout=0)
        for place in ("loopback", "sub", "port"):
            browser.open(places.origin(place))
            assert browser.run("return location.origin") == places.origin(place)
        if engine != "webkit":  # which asks for no name by itself, but would look this one up
            assert browser.run("return fetch('http://example.com/').catch(() => 'unreachable')") == "unreachable"
        assert len(left_of(engine)) > len(before)
    assert left_of(engine) == before
