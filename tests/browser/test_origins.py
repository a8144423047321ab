"""Origins, and when they are sent."""

from __future__ import annotations

import itertools

import pytest

from cors_core.browser import CHROMIUM, FIREFOX, STANDARD, WEBKIT, Origin, Profile, parse_page
from tests.browser.wire import API, OTHER, PAGE, Server, fetch, reply, step


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        pytest.param("https://u:p@a.example/x?y#z", "https://a.example", id="R1-nothing-but-scheme-host-port"),
        pytest.param("HTTPS://A.Example:443/", "https://a.example", id="R2-lower-case-default-port"),
        pytest.param("http://a.example:443/", "http://a.example:443", id="R2-port-of-another-scheme"),
        pytest.param("http://a.example:80", "http://a.example", id="R2-default-port-of-http"),
        pytest.param("ws://a.example:80/", "ws://a.example", id="R2-default-port-of-ws"),
        pytest.param("ftp://a.example:21/", "ftp://a.example", id="R2-default-port-of-ftp"),
        pytest.param("https://a.example:08443", "https://a.example:8443", id="R2-port-with-a-zero"),
        pytest.param("https://faß.example", "https://xn--fa-hia.example", id="R3-sharp-s-non-transitional"),
        pytest.param("https://bücher.example", "https://xn--bcher-kva.example", id="R3-umlaut"),
        pytest.param("http://0x7f.1", "http://127.0.0.1", id="R4-hexadecimal"),
        pytest.param("http://127.1", "http://127.0.0.1", id="R4-two-numbers"),
        pytest.param("http://2130706433", "http://127.0.0.1", id="R4-one-number"),
        pytest.param("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]", id="R4-IPv6-compressed"),
        pytest.param("https://[::ffff:192.0.2.1]", "https://[::ffff:c000:201]", id="R4-IPv4-mapped"),
        pytest.param("https://a.example./", "https://a.example.", id="R5-trailing-dot"),
        pytest.param("https://foo_bar.example", "https://foo_bar.example", id="R8-underscore"),
        pytest.param("data:text/html,x", "null", id="R6-data"),
        pytest.param("file:///index.html", "null", id="R6-file"),
        pytest.param("about:blank", "null", id="R6-about"),
        pytest.param("blob:null/8c0f", "null", id="R6-blob-of-nobody"),
        pytest.param("blob:https://a.example/8c0f", "https://a.example", id="R6-blob"),
        pytest.param("null", "null", id="R6-opaque"),
        pytest.param("capacitor://localhost", "capacitor://localhost", id="R7-capacitor"),
        pytest.param(f"chrome-extension://{'a' * 32}/x.html", f"chrome-extension://{'a' * 32}", id="R7-extension"),
        pytest.param("unknown://localhost", "null", id="R7-unknown-scheme"),
    ],
)
def test_the_origin_of_a_page(url: str, origin: str) -> None:
    assert str(parse_page(url)) == origin


@pytest.mark.parametrize("url", ["https://[fe80::1%25eth0]/", "https://", "//a.example", "https://a b/", ""])
def test_what_is_no_url_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError):
        parse_page(url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://a.example", "https://a.example:443/x", True, id="R2-same"),
        pytest.param("https://a.example", "http://a.example", False, id="R9-scheme"),
        pytest.param("https://a.example", "https://a.example:8443", False, id="R9-port"),
        pytest.param("https://a.example", "https://a.example.", False, id="R5-trailing-dot"),
        pytest.param("data:,x", "data:,x", False, id="R6-opaque-is-nobody-else"),
    ],
)
def test_same_origin(one: str, other: str, same: bool) -> None:
    assert parse_page(one).same_origin(parse_page(other)) is same


def test_an_opaque_origin_is_the_same_as_itself() -> None:
    opaque = Origin()
    assert opaque.same_origin(opaque)


@pytest.mark.parametrize(
    ("method", "url", "mode", "origin"),
    [
        pytest.param("GET", API, "cors", PAGE, id="R11-cors-GET"),
        pytest.param("HEAD", API, "cors", PAGE, id="R11-cors-HEAD"),
        pytest.param("PUT", API, "cors", PAGE, id="R11-cors-PUT"),
        pytest.param("POST", f"{PAGE}/form", "cors", PAGE, id="R11-same-origin-POST"),
        pytest.param("DELETE", f"{PAGE}/form", "same-origin", PAGE, id="R11-same-origin-DELETE"),
        pytest.param("POST", API, "no-cors", PAGE, id="R11-no-cors-POST"),
        pytest.param("GET", f"{PAGE}/form", "cors", None, id="R12-same-origin-GET"),
        pytest.param("HEAD", f"{PAGE}/form", "same-origin", None, id="R12-same-origin-HEAD"),
        pytest.param("GET", API, "no-cors", None, id="R12-no-cors-GET"),
        pytest.param("HEAD", API, "no-cors", None, id="R12-no-cors-HEAD"),
    ],
)
def test_when_origin_is_sent(method: str, url: str, mode: str, origin: str | None) -> None:
    server = Server()
    assert fetch(server, url, method=method, mode=mode).delivered
    assert server.requests[-1].header("Origin") == origin


HTTP = "http://api.example/items"


@pytest.mark.parametrize(
    ("policy", "url", "mode", "origin"),
    [
        pytest.param("no-referrer", API, "no-cors", "null", id="R13-no-referrer"),
        pytest.param("no-referrer", f"{PAGE}/x", "same-origin", "null", id="R13-no-referrer-same-origin"),
        pytest.param("no-referrer", API, "cors", PAGE, id="R13-never-in-cors"),
        pytest.param("no-referrer", f"{PAGE}/x", "cors", PAGE, id="R13-never-in-cors-same-origin"),
        pytest.param("same-origin", API, "no-cors", "null", id="R13-same-origin"),
        pytest.param("same-origin", f"{PAGE}/x", "no-cors", PAGE, id="R13-same-origin-at-home"),
        pytest.param("strict-origin", HTTP, "no-cors", "null", id="R13-strict-origin-downgraded"),
        pytest.param("strict-origin", API, "no-cors", PAGE, id="R13-strict-origin"),
        pytest.param("no-referrer-when-downgrade", HTTP, "no-cors", "null", id="R13-downgraded"),
        pytest.param("", HTTP, "no-cors", "null", id="R13-default-downgraded"),
        pytest.param("unsafe-url", HTTP, "no-cors", PAGE, id="R13-unsafe-url"),
        pytest.param("origin", HTTP, "no-cors", PAGE, id="R13-origin"),
    ],
)
def test_a_referrer_policy_can_hide_the_origin_outside_of_cors(policy: str, url: str, mode: str, origin: str) -> None:
    server = Server()
    fetch(server, url, method="POST", mode=mode, referrer_policy=policy)
    assert server.requests[-1].header("Origin") == origin


@pytest.mark.parametrize(("profile", "origin"), [(STANDARD, "null"), (CHROMIUM, PAGE), (FIREFOX, "null")])
def test_chromium_keeps_the_origin_whatever_the_referrer_policy(profile: Profile, origin: str) -> None:
    server = Server()
    fetch(server, method="POST", mode="no-cors", referrer_policy="no-referrer", profile=profile)
    assert server.requests[-1].header("Origin") == origin


@pytest.mark.parametrize(
    ("hops", "sent"),
    [
        pytest.param([API], [PAGE], id="R14-A-to-B"),
        pytest.param([f"{PAGE}/1", API], [None, PAGE], id="R14-A-A-B"),
        pytest.param([f"{PAGE}/1", f"{PAGE}/2", API], [None, None, PAGE], id="R14-A-A-A-B"),
        pytest.param([API, f"{API}/2"], [PAGE, PAGE], id="R14-A-B-B"),
        pytest.param([API, OTHER], [PAGE, "null"], id="R14-A-B-C"),
        pytest.param([API, "https://www.api.example/"], [PAGE, "null"], id="R14-same-site-hop"),
        pytest.param([API, "https://api.example:8443/"], [PAGE, "null"], id="R14-port-hop"),
        pytest.param([HTTP, API], [PAGE, "null"], id="R77-http-to-https"),
        pytest.param([API, f"{PAGE}/back"], [PAGE, "null"], id="R77-A-B-A"),
        pytest.param([API, OTHER, f"{OTHER}/2", f"{API}/3"], [PAGE, "null", "null", "null"], id="R14-null-for-good"),
        pytest.param([f"{PAGE}/1", API, f"{PAGE}/2"], [None, PAGE, "null"], id="R77-A-A-B-A"),
    ],
)
def test_a_redirect_from_a_foreign_origin_to_another_taints(hops: list[str], sent: list[str | None]) -> None:
    redirects = {here: reply("ACAO: *", f"Location: {there}", status=302) for here, there in itertools.pairwise(hops)}
    server = Server(at=redirects)
    result = fetch(server, hops[0])
    assert [outgoing.header("Origin") for outgoing in server.log] == sent
    assert result.response is not None
    assert result.response.url == hops[-1]
    assert result.response.redirected == (len(hops) > 1)


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
def test_an_opaque_page_is_null_to_everybody(profile: Profile) -> None:
    """R15, R28: and is shown what is for `null`, which no other page is."""
    server = Server(reply("ACAO: null"))
    assert fetch(server, page="null", profile=profile).delivered
    assert server.requests[0].header("Origin") == "null"
    assert step(fetch(server, profile=profile)) == "allow-origin-mismatch"
