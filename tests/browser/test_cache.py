"""The preflight cache, by sequences of requests and the preflights that they cause."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import pytest

from cors_core.browser import (
    CHROMIUM,
    FIREFOX,
    PROFILES,
    STANDARD,
    WEBKIT,
    Incoming,
    Init,
    Origin,
    Profile,
    UserAgent,
    parse_page,
)
from tests.browser.wire import API, ECHO, OPEN, OTHER, PAGE, Clock, Server, fetcher, reply, step

ALL = tuple(PROFILES.values())


def name_of(value: object) -> str:
    return value.name if isinstance(value, Profile) else ""


NAMED = pytest.mark.parametrize("profile", ALL, ids=name_of)


class Browser:
    """A page in a browser whose clock stands still; `get` counts the preflights of one request."""

    def __init__(self, *lines: str, profile: Profile = STANDARD, page: str | Origin = PAGE) -> None:
        self.clock = Clock()
        self.server = Server(reply(*ECHO), reply(*ECHO, *lines, status=204))
        self.agent = UserAgent(self.server, profile=profile, clock=self.clock)
        self.fetch = fetcher(self.agent, page)

    def get(self, url: str = API, **more: Any) -> int:
        before = len(self.server.preflights)
        self.fetch(url, **more)
        return len(self.server.preflights) - before


PUT: dict[str, Any] = {"method": "PUT"}
DELETE: dict[str, Any] = {"method": "DELETE"}
X_A: dict[str, Any] = {"headers": {"X-A": "1"}}
X_B: dict[str, Any] = {"headers": {"X-B": "1"}}
WITH: dict[str, Any] = {"method": "PUT", "credentials": "include"}
AUTHORIZED: dict[str, Any] = {"headers": {"Authorization": "x"}}


# --- For how long -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "ages"),
    # by the standard, Chromium, Firefox and WebKit
    [
        pytest.param([], (5, 5, 5, 5), id="R53-absent"),
        pytest.param(["ACMA:"], (5, 5, 5, 5), id="R53-empty"),
        pytest.param(["ACMA: 60"], (60, 60, 60, 60), id="R53-number"),
        pytest.param(["ACMA: \t60 "], (60, 60, 60, 60), id="R53-padded"),
        pytest.param(["ACMA: 0060"], (60, 60, 60, 60), id="R53-zeros"),
        pytest.param(["ACMA: abc"], (5, 5, 0, 5), id="R53-garbage"),
        pytest.param(["ACMA: 1.5"], (5, 5, 0, 5), id="R53-fraction"),
        pytest.param(["ACMA: 60s"], (5, 5, 0, 5), id="R53-unit"),
        pytest.param(['ACMA: "60"'], (5, 5, 0, 5), id="R53-quoted"),
        pytest.param(["ACMA: 600, 600"], (5, 5, 0, 5), id="R53-list"),
        pytest.param(["ACMA: 60", "ACMA: 0"], (5, 5, 0, 5), id="R53-two-lines"),
        pytest.param(["ACMA: +10"], (5, 10, 0, 10), id="R53-plus"),
        pytest.param(["ACMA: ٦٠"], (5, 5, 0, 5), id="R53-other-digits"),
        pytest.param(["ACMA: 0"], (0, 0, 0, 0), id="R54-zero"),
        pytest.param(["ACMA: -1"], (5, 0, 0, 0), id="R54-negative"),
        pytest.param(["ACMA: 600"], (600, 600, 600, 600), id="R55-ten-minutes"),
        pytest.param(["ACMA: 86400"], (86400, 7200, 86400, 600), id="R55-a-day"),
        pytest.param(["ACMA: 86401"], (86401, 7200, 86400, 600), id="R55-more"),
        pytest.param(["ACMA: " + "9" * 5000], (10**6, 5, 86400, 5), id="R55-for-ever"),
    ],
)
def test_for_how_long_an_answer_is_kept(lines: list[str], ages: tuple[int, ...]) -> None:
    for profile, age in zip(ALL, ages, strict=True):
        browser = Browser("ACAM: PUT", *lines, profile=profile)
        assert browser.get(**PUT) == 1
        if age:
            browser.clock.now += age - 0.5
            assert browser.get(**PUT) == 0, f"{profile.name}: not kept for {age} s"
            browser.clock.now += 0.5
        if age < 10**6:
            assert browser.get(**PUT) == 1, f"{profile.name}: kept for longer than {age} s"


# --- Which requests it serves, in each profile --------------------------------------------------------------------------


class Sequence(NamedTuple):
    """Requests one after the other, and for each profile which of them are preflighted: `1` or `0`."""

    lines: tuple[str, ...]
    requests: list[dict[str, Any]]
    standard: str
    chromium: str
    firefox: str
    webkit: str


BOTH, NOTE = ("ACAM: PUT, DELETE", "ACAH: x-a, x-b"), "ACMA: 60"


@pytest.mark.parametrize(
    "sequence",
    [
        pytest.param(Sequence(("ACAM: PUT",), [PUT, PUT, PUT], "100", "100", "100", "100"), id="R56-same"),
        pytest.param(
            Sequence(BOTH, [PUT, PUT | {"url": f"{API}/2"}], "11", "11", "11", "11"), id="R56-another-path"
        ),
        pytest.param(
            Sequence(BOTH, [PUT, PUT | {"url": f"{API}?q"}, PUT], "110", "110", "110", "110"), id="R56-another-query"
        ),
        pytest.param(
            Sequence(BOTH, [PUT, PUT | {"url": f"{API}#f"}], "11", "11", "11", "11"), id="R56-another-fragment"
        ),
        pytest.param(Sequence(BOTH, [PUT, DELETE, PUT], "100", "100", "100", "100"), id="R57-full-lists"),
        pytest.param(Sequence(BOTH, [X_A, X_B, X_A], "100", "100", "100", "100"), id="R57-full-header-lists"),
        pytest.param(Sequence(BOTH, [X_A, PUT | X_B], "10", "10", "10", "10"), id="R57-method-and-header"),
        pytest.param(Sequence(("ACAM: *",), [PUT, DELETE, PUT], "100", "100", "111", "100"), id="R57-star"),
        pytest.param(Sequence(("ACAH: *",), [X_A, X_B, X_A], "100", "100", "111", "100"), id="R57-header-star"),
        pytest.param(
            Sequence(("ACAH: *, authorization",), [X_A, AUTHORIZED], "10", "10", "10", "10"), id="R47-listed"
        ),
        pytest.param(Sequence(("ACAH: *",), [X_A, AUTHORIZED], "11", "11", "11", "10"), id="R47-star-in-the-cache"),
        pytest.param(Sequence(BOTH, [PUT, WITH], "11", "11", "11", "11"), id="R56-without-then-with-credentials"),
        pytest.param(Sequence(BOTH, [WITH, PUT, WITH], "100", "100", "110", "100"), id="R56-with-then-without"),
        pytest.param(Sequence(BOTH, [X_A | {"method": "GET"}, {"method": "GET"}], "10", "10", "10", "10"), id="R56-GET"),
        # The letter of the standard lets a star that came with credentials serve every method; no engine does.
        pytest.param(
            Sequence(("ACAM: PUT, *",), [WITH, WITH | DELETE], "10", "11", "11", "11"), id="R57-star-with-credentials"
        ),
    ],
)  # fmt: skip
@NAMED
def test_which_requests_are_preflighted(sequence: Sequence, profile: Profile) -> None:
    browser = Browser(*sequence.lines, NOTE, profile=profile)
    seen = "".join(str(browser.get(**request)) for request in sequence.requests)
    assert seen == getattr(sequence, profile.name)


def echoing(profile: Profile) -> Browser:
    """A server that permits what was asked for, and nothing else."""
    browser = Browser(profile=profile)

    def exchange(outgoing: Any) -> Incoming:
        asked = {
            "ACAM": outgoing.header("Access-Control-Request-Method"),
            "ACAH": outgoing.header("Access-Control-Request-Headers"),
        }
        lines = [f"{name}: {value}" for name, value in asked.items() if value]
        browser.server.preflight = reply(*ECHO, *lines, NOTE, status=204)
        return browser.server(outgoing)

    browser.agent.exchange = exchange
    return browser


@pytest.mark.parametrize("pair", [(PUT, DELETE), (X_A, X_B)], ids=["R38-methods", "R38-headers"])
@NAMED
def test_a_server_that_echoes_has_chromium_and_webkit_ask_each_time(
    profile: Profile, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    browser = echoing(profile)
    seen = [browser.get(**request) for request in (*pair, *pair)]
    assert seen == ([1, 1, 1, 1] if profile in (CHROMIUM, WEBKIT) else [1, 1, 0, 0])


@pytest.mark.parametrize("first", [PUT, X_A], ids=["R57-method", "R57-header"])
def test_a_refreshed_element_takes_the_new_age(first: dict[str, Any]) -> None:
    browser = Browser(*BOTH, "ACMA: 10")
    assert browser.get(**first) == 1
    browser.server.preflight = reply(*ECHO, *BOTH, "ACAH: x-c", "ACMA: 100", status=204)
    browser.clock.now += 9
    assert browser.get(headers={"X-C": "1"}) == 1
    browser.clock.now += 90
    assert browser.get(**first) == 0


def test_what_a_shorter_age_refreshes_is_gone_sooner() -> None:
    browser = Browser(*BOTH, "ACMA: 1000")
    assert browser.get(**PUT) == 1
    browser.server.preflight = reply(*ECHO, *BOTH, "ACAH: x-c", "ACMA: 0", status=204)
    assert browser.get(headers={"X-C": "1"}) == 1
    assert browser.get(**PUT) == 1, "R57"


def test_pages_of_other_origins_ask_for_themselves() -> None:
    browser = Browser("ACAM: PUT", "ACAO: *")
    browser.server.preflight = browser.server.actual = reply("ACAO: *", "ACAM: PUT", NOTE)
    other = fetcher(browser.agent, "https://second.example")
    assert browser.get(**PUT) == 1
    other(**PUT)
    other(**PUT)
    assert len(browser.server.preflights) == 2, "R56"


def test_an_embedded_page_does_not_share_with_the_same_page_elsewhere() -> None:
    """R56: the network partition is that of the page that the tab shows."""
    browser = Browser("ACAM: PUT", NOTE)
    tabs = [Origin("https", "first.example"), Origin("https", "second.example")]
    pages = [fetcher_in(browser.agent, tab) for tab in tabs]
    for page in (*pages, *pages):
        page()
    assert len(browser.server.preflights) == 2


def fetcher_in(agent: UserAgent, tab: Origin) -> Any:
    return lambda: agent.fetch(API, Init(method="PUT"), page=parse_page(PAGE), top_level=tab)


@pytest.mark.parametrize(("profile", "asked"), [(STANDARD, 2), (CHROMIUM, 3), (FIREFOX, 1), (WEBKIT, 3)], ids=name_of)
def test_a_tainted_request_has_entries_of_its_own(profile: Profile, asked: int) -> None:
    """R56: one for the tainted two, one for the others; Chromium and WebKit keep none for those, Firefox one for all."""
    server = Server(reply("ACAO: *"), reply("ACAO: *", "ACAM: PUT", NOTE, status=204))
    server.at[OTHER] = reply("ACAO: *", f"Location: {API}", status=307)
    fetch = fetcher(UserAgent(server, profile=profile, clock=Clock()))
    for url in (OTHER, OTHER, API, API):
        assert fetch(url, **PUT).delivered
    assert len([outgoing for outgoing in server.preflights if outgoing.url == API]) == asked


# --- What empties it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "asked"), [(STANDARD, 1), (CHROMIUM, 0), (FIREFOX, 1), (WEBKIT, 0)], ids=name_of)
def test_a_request_that_fails_after_its_preflight_clears(profile: Profile, asked: int) -> None:
    browser = Browser("ACAM: PUT", NOTE, profile=profile)
    browser.server.actual = reply()
    assert browser.get(**PUT) == 1
    browser.server.actual = reply(*ECHO)
    assert browser.get(**PUT) == asked, "R58"


@pytest.mark.parametrize(("profile", "asked"), [(STANDARD, 0), (FIREFOX, 1)], ids=name_of)
def test_a_failed_request_that_needs_no_preflight_clears_in_firefox_only(profile: Profile, asked: int) -> None:
    browser = Browser("ACAM: PUT", NOTE, profile=profile)
    assert browser.get(**PUT) == 1
    browser.server.actual = reply()
    assert browser.get() == 0
    browser.server.actual = reply(*ECHO)
    assert browser.get(**PUT) == asked, "R58"


def test_a_request_that_the_cache_let_pass_clears_it_too() -> None:
    browser = Browser("ACAM: PUT", NOTE)
    assert browser.get(**PUT) == 1
    browser.server.actual = reply()
    assert browser.get(**PUT) == 0
    assert browser.get(**PUT) == 1, "R58"


def test_a_failure_behind_a_redirect_clears_where_it_happened() -> None:
    """R58: what is cleared is the request's current URL, and that is where the redirect led."""
    browser = Browser("ACAM: PUT", NOTE)
    target = f"{API}/there"
    assert browser.get(target, **PUT) == 1
    browser.server.at[API] = reply(*ECHO, f"Location: {target}", status=307)
    browser.server.at[target] = reply()
    assert browser.get(**PUT) == 1
    del browser.server.at[API], browser.server.at[target]
    assert browser.get(**PUT) == 0
    assert browser.get(target, **PUT) == 1


@NAMED
def test_a_failed_preflight_is_not_kept(profile: Profile) -> None:
    browser = Browser("ACAM: PUT", NOTE, profile=profile)
    browser.server.preflight = reply("ACAM: PUT", NOTE, status=204)
    assert [browser.get(**PUT), browser.get(**PUT)] == [1, 1]


@NAMED
def test_webkit_keeps_what_a_refusal_permitted(profile: Profile) -> None:
    browser = Browser("ACAM: DELETE", NOTE, profile=profile)
    assert browser.get(**PUT) == 1
    assert browser.get(**DELETE) == (profile is not WEBKIT)


@pytest.mark.parametrize("line", ["Vary: *", "Cache-Control: no-store", "Cache-Control: max-age=0", "Expires: 0"])
def test_what_http_caches_obey_is_nothing_to_the_preflight_cache(line: str) -> None:
    browser = Browser("ACAM: PUT", NOTE, line)
    assert [browser.get(**PUT), browser.get(**PUT)] == [1, 0], "R59"


def test_a_forced_preflight_is_kept_although_nothing_was_listed() -> None:
    """R36."""
    browser = Browser(NOTE)
    post = {"method": "POST", "upload_listeners": True}
    assert [browser.get(**post), browser.get(**post)] == [1, 0]
    assert browser.get(method="POST", stream=True) == 0


@pytest.mark.parametrize(("profile", "asked"), [(STANDARD, 1), (CHROMIUM, 2), (FIREFOX, 1), (WEBKIT, 1)], ids=name_of)
def test_chromium_keeps_nothing_for_opaque_origins(profile: Profile, asked: int) -> None:
    browser = Browser("ACAM: PUT", NOTE, profile=profile, page=Origin())
    browser.server.preflight = browser.server.actual = reply("ACAO: *", "ACAM: PUT", NOTE)
    assert browser.get(**PUT) + browser.get(**PUT) == asked


def test_the_clock_of_a_browser_runs_by_itself() -> None:
    server = Server(OPEN, reply("ACAO: *", "ACAM: PUT", "ACMA: 0"))
    fetch = fetcher(UserAgent(server))
    assert [step(fetch(**PUT)), step(fetch(**PUT))] == ["", ""]
    assert server.methods == "OPTIONS PUT OPTIONS PUT"


def test_a_profile_may_be_ones_own() -> None:
    strict = dataclasses.replace(STANDARD, name="strict", max_age_limit=1)
    browser = Browser("ACAM: PUT", NOTE, profile=strict)
    assert browser.get(**PUT) == 1
    browser.clock.now += 2
    assert browser.get(**PUT) == 1
