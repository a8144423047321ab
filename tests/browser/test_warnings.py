"""Where the standard and the engines part, the result says so: each switch of a profile that can matter."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from cors_core.browser import CHROMIUM, FIREFOX, STANDARD, WEBKIT, Profile, UserAgent
from tests.browser.wire import API, ECHO, GRANT, OPEN, OTHER, PAGE, Clock, Server, fetch, fetcher, reply, step

FORBIDDEN = "works in {} today, forbidden by the standard"
REFUSED = "allowed by the standard, refused by {}"
ALL_ENGINES = "Chromium, Firefox and WebKit"


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
@pytest.mark.parametrize(
    "asks",
    [
        {},
        {"method": "PUT", "headers": {"X-A": "1", "Content-Type": "application/json"}},
        {"method": "DELETE", "credentials": "include"},
        {"headers": {"Authorization": "Bearer x"}},
        {"method": "POST", "body": b"x", "upload_listeners": True},
        {"method": "POST", "mode": "no-cors"},
    ],
    ids=str,
)
def test_where_all_agree_there_is_no_warning(profile: Profile, asks: dict[str, Any]) -> None:
    permit = reply(*ECHO, "ACAM: PUT, DELETE", "ACAH: x-a, content-type, authorization", "ACMA: 600", status=204)
    result = fetch(Server(reply(*ECHO), permit), profile=profile, **asks)
    assert result.delivered
    assert result.warnings == []


@pytest.mark.parametrize(
    ("profile", "headers", "warning"),
    [
        pytest.param(
            STANDARD, {"Accept": "café"},
            "allowed by the standard without a preflight, but Firefox will preflight: GET with accept",
            id="R41-eight-bits",
        ),
        pytest.param(STANDARD, {"DPR": "2"}, "preflighted by the standard (GET with dpr), but not by Chromium", id="R43-hints"),
        pytest.param(
            STANDARD, {"User-Agent": "x"}, "preflighted by the standard (GET with user-agent), but not by Chromium",
            id="R43-user-agent",
        ),
        pytest.param(
            STANDARD, [("Accept", "a" * 70)] * 2,
            "allowed by the standard without a preflight, but Chromium and WebKit will preflight: GET with accept",
            id="R42-joined-lines",
        ),
        pytest.param(
            STANDARD, [("Accept", "a" * 120), *[("Content-Language", "b" * 120)] * 8],
            "preflighted by the standard (GET with accept,content-language), but not by Firefox",
            id="R42-total",
        ),
        pytest.param(
            STANDARD, [("X-A", "1"), ("X-A", "2")],
            "the standard asks by preflight for GET with x-a; Firefox for GET with x-a,x-a",
            id="R17-repeated",
        ),
        pytest.param(
            STANDARD, {"Range": f"bytes=0-{2**64}"},
            f"allowed by the standard without a preflight, but {ALL_ENGINES} will preflight: GET with range",
            id="R40-range-of-64-bits",
        ),
        pytest.param(
            STANDARD, {"Range": "BYTES=0-"}, "preflighted by the standard (GET with range), but not by WebKit",
            id="R40-range-in-capitals",
        ),
        pytest.param(
            CHROMIUM, {"DPR": "2"}, "allowed by Chromium without a preflight, but the standard will preflight: GET with dpr",
            id="R43-hints-in-chromium",
        ),
        pytest.param(
            FIREFOX, {"Accept": "café"}, "preflighted by Firefox (GET with accept), but not by the standard",
            id="R41-eight-bits-in-firefox",
        ),
    ],
)  # fmt: skip
def test_headers_that_are_judged_otherwise(profile: Profile, headers: Any, warning: str) -> None:
    result = fetch(Server(), headers=headers, profile=profile)
    assert result.delivered
    assert warning in result.warnings


@pytest.mark.parametrize(
    ("profile", "failed", "engines"),
    [(STANDARD, "authorization-not-listed", ALL_ENGINES), (CHROMIUM, "", "Chromium"), (FIREFOX, "", "Firefox"), (WEBKIT, "", "WebKit")],
)  # fmt: skip
def test_authorization_under_a_star(profile: Profile, failed: str, engines: str) -> None:
    server = Server(OPEN, reply("ACAO: *", "ACAH: *", status=204))
    result = fetch(server, headers={"Authorization": "x"}, profile=profile)
    assert step(result) == failed
    covered = "Authorization is covered by '*' in Access-Control-Allow-Headers"
    assert result.warnings == [f"{covered}: {FORBIDDEN.format(engines)}"], "R47"


@pytest.mark.parametrize(
    ("profile", "age", "warning"),
    [
        pytest.param(STANDARD, "-1", "for 5 s; Chromium 0 s, Firefox 0 s, WebKit 0 s", id="R54-negative"),
        pytest.param(STANDARD, "abc", "for 5 s; Firefox 0 s", id="R53-garbage"),
        pytest.param(STANDARD, "+10", "for 5 s; Chromium 10 s, Firefox 0 s, WebKit 10 s", id="R53-plus"),
        pytest.param(STANDARD, "60.5", "for 5 s; Firefox 0 s", id="R53-fraction"),
        pytest.param(STANDARD, "3600", "for 3600 s; WebKit 600 s", id="R55-an-hour"),
        pytest.param(STANDARD, "86400", "for 86400 s; Chromium 7200 s, WebKit 600 s", id="R55-a-day"),
        pytest.param(FIREFOX, "abc", "for 0 s; the standard 5 s", id="R53-garbage-in-firefox"),
        pytest.param(WEBKIT, "3600", "for 600 s; the standard 3600 s", id="R55-an-hour-in-webkit"),
    ],
)
def test_for_how_long_others_keep_a_preflight(profile: Profile, age: str, warning: str) -> None:
    server = Server(OPEN, reply("ACAO: *", "ACAM: PUT", f"ACMA: {age}", status=204))
    result = fetch(server, method="PUT", profile=profile)
    assert result.warnings == [f"{profile.title} keeps this preflight's answer {warning}"]


@pytest.mark.parametrize(
    ("profile", "method", "failed", "engines"),
    [
        pytest.param(STANDARD, "PUT", "", ALL_ENGINES, id="R36-standard"),
        pytest.param(CHROMIUM, "PUT", "method-refused", "Chromium", id="R36-chromium"),
        pytest.param(FIREFOX, "PUT", "method-refused", "Firefox", id="R36-firefox"),
        pytest.param(STANDARD, "POST", "", "", id="R36-safelisted"),
        pytest.param(WEBKIT, "POST", "", "", id="R36-safelisted-in-webkit"),
    ],
)
def test_a_forced_preflight_whose_method_is_not_listed(
    profile: Profile, method: str, failed: str, engines: str
) -> None:
    server = Server(OPEN, reply("ACAO: *", status=204))
    result = fetch(server, method=method, body=b"x", upload_listeners=True, profile=profile)
    assert step(result) == failed
    refused = f"PUT without Access-Control-Allow-Methods: {REFUSED.format(engines)}"
    assert result.warnings == ([refused] if engines else [])


@pytest.mark.parametrize(
    ("profile", "warning"),
    [
        (STANDARD, "preflighted by the standard (POST), but not by Chromium"),
        (CHROMIUM, "allowed by Chromium without a preflight, but the standard will preflight: POST"),
    ],
)
def test_listeners_on_an_upload_of_nothing(profile: Profile, warning: str) -> None:
    """R51: Chromium asks only if there is something to upload."""
    server = Server()
    result = fetch(server, method="POST", upload_listeners=True, profile=profile)
    assert result.warnings == [warning]
    assert len(server.preflights) == (profile is STANDARD)


CACHED = "allowed by the standard without a preflight, but {} will preflight: {}"


@pytest.mark.parametrize(
    ("lines", "first", "second", "warning"),
    [
        pytest.param(
            ["ACAM: *"], {"method": "PUT"}, {"method": "DELETE"}, CACHED.format("Firefox", "DELETE"), id="R57-star"
        ),
        pytest.param(
            ["ACAM: PUT"], {"method": "PUT", "credentials": "include"}, {"method": "PUT"},
            CACHED.format("Firefox", "PUT"), id="R56-credentials",
        ),
        pytest.param(
            ["ACAM: PUT, *"], {"method": "PUT", "credentials": "include"}, {"method": "DELETE", "credentials": "include"},
            CACHED.format(ALL_ENGINES, "DELETE"), id="R57-star-with-credentials",
        ),
        pytest.param(
            ["ACAH: *"], {"headers": {"X-A": "1"}}, {"headers": {"Authorization": "x"}},
            "preflighted by the standard (GET with authorization), but not by WebKit", id="R47-star",
        ),
        pytest.param(
            ["ACAM: DELETE"], {"method": "PUT"}, {"method": "DELETE"},
            "preflighted by the standard (DELETE), but not by WebKit", id="R57-kept-although-refused",
        ),
    ],
)  # fmt: skip
def test_caches_that_remember_otherwise(lines: list[str], first: Any, second: Any, warning: str) -> None:
    server = Server(reply(*ECHO), reply(*ECHO, *lines, "ACMA: 60", status=204))
    page = fetcher(UserAgent(server, clock=Clock()))
    page(**first)
    assert warning in page(**second).warnings


def test_a_cache_that_replaces_its_item() -> None:
    """R57: after PUT and DELETE were permitted one by one, Chromium and WebKit have forgotten PUT."""
    server = Server(OPEN)
    page = fetcher(UserAgent(server, clock=Clock()))
    warnings = []
    for method in ("PUT", "DELETE", "PUT"):
        server.preflight = reply("ACAO: *", f"ACAM: {method}", "ACMA: 60", status=204)
        warnings.append(page(method=method).warnings)
    assert warnings == [[], [], [CACHED.format("Chromium and WebKit", "PUT")]]


def test_a_cache_that_failures_do_not_clear() -> None:
    server = Server(reply(), reply("ACAO: *", "ACAM: PUT", "ACMA: 60", status=204))
    page = fetcher(UserAgent(server, clock=Clock()))
    assert page(method="PUT").warnings == []
    assert page(method="PUT").warnings == ["preflighted by the standard (PUT), but not by Chromium and WebKit"], "R58"


def test_a_redirected_hop_that_firefox_preflights() -> None:
    server = Server(at={API: reply("ACAO: *", f"Location: {API}/2", status=303)})
    result = fetch(server, method="PUT")
    assert result.delivered
    assert result.warnings == [CACHED.format("Firefox and WebKit", "GET")], "R37"


def test_a_tainted_hop_whose_preflight_firefox_sends_from_the_page() -> None:
    server = Server(at={API: reply("ACAO: *", f"Location: {OTHER}", status=307)})
    result = fetch(server, method="PUT")
    assert result.warnings == [f"the standard asks by preflight for PUT; Firefox for PUT from {PAGE}"]


@pytest.mark.parametrize(
    ("profile", "failed", "engines"),
    [(STANDARD, "", "Chromium"), (CHROMIUM, "redirect-credentials", "Chromium"), (FIREFOX, "", "")],
)
def test_a_user_name_within_one_origin(profile: Profile, failed: str, engines: str) -> None:
    server = Server(at={f"{PAGE}/x": reply("Location: https://u@page.example/y", status=302)})
    result = fetch(server, f"{PAGE}/x", profile=profile)
    assert step(result) == failed
    sentence = f"a redirect within one origin to a URL with a user name: {REFUSED.format(engines)}"
    assert result.warnings == ([sentence] if engines else []), "R73"


@pytest.mark.parametrize(
    ("profile", "warning"),
    [(STANDARD, "null here, but not in Chromium"), (CHROMIUM, "the page's origin here, but not in the standard"), (FIREFOX, "")],
)  # fmt: skip
def test_a_referrer_policy_that_chromium_does_not_apply(profile: Profile, warning: str) -> None:
    result = fetch(Server(), method="POST", mode="no-cors", referrer_policy="no-referrer", profile=profile)
    assert result.warnings == ([f"the Referrer-Policy: Origin is {warning}"] if warning else []), "R13"


def test_a_profile_of_ones_own_is_compared_with_the_standard() -> None:
    lax = dataclasses.replace(STANDARD, name="lax", title="ours", authorization_covered_by_star=True)
    server = Server(OPEN, reply("ACAO: *", "ACAH: *", status=204))
    result = fetch(server, headers={"Authorization": "x"}, profile=lax)
    assert result.delivered
    assert FORBIDDEN.format("ours") in result.warnings[0]


def test_a_warning_is_given_once() -> None:
    hops = {API: reply("ACAO: *", f"Location: {API}/2", status=307)}
    result = fetch(Server(OPEN, GRANT, at=hops), headers={"DPR": "2"})
    assert result.warnings == ["preflighted by the standard (GET with dpr), but not by Chromium"]
