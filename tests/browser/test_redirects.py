"""Redirects: each hop is a request of its own, with all that CORS asks of it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from cors_core.browser import CHROMIUM, FIREFOX, STANDARD, WEBKIT, Profile
from tests.browser.wire import API, GRANT, OPEN, OTHER, PAGE, Server, fetch, reply, step

JSON = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": b"{}"}


def redirect(location: str, *lines: str, status: int = 302) -> Any:
    return reply("ACAO: *", f"Location: {location}", *lines, status=status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_needs_permission_itself(status: int) -> None:
    server = Server(at={API: reply(f"Location: {OTHER}", status=status)})
    result = fetch(server)
    assert step(result) == "allow-origin-missing", "R71"
    assert result.failure is not None
    assert f"the redirect, a {status}," in result.failure.sentence
    assert [outgoing.url for outgoing in server.log] == [API], "the target is never asked"


def test_a_redirect_at_home_needs_none() -> None:
    server = Server(at={f"{PAGE}/x": reply("Location: /y", status=302)}, actual=reply())
    assert fetch(server, f"{PAGE}/x").delivered, "R71"


def test_the_target_needs_permission_too() -> None:
    server = Server(reply(), at={API: redirect(OTHER)})
    assert step(fetch(server)) == "allow-origin-missing", "R72"


@pytest.mark.parametrize(
    ("target", "granted", "failed"),
    [
        pytest.param("https://api.example/", f"ACAO: {PAGE}", "allow-origin-mismatch", id="R77-http-to-https"),
        pytest.param("https://api.example/", "ACAO: null", "", id="R77-null"),
        pytest.param("https://api.example/", "ACAO: *", "", id="R77-star"),
        pytest.param("http://www.api.example/", f"ACAO: {PAGE}", "allow-origin-mismatch", id="R77-apex-to-www"),
        pytest.param("http://api.example/x", f"ACAO: {PAGE}", "", id="R77-same-origin"),
        pytest.param(f"{PAGE}/back", f"ACAO: {PAGE}", "allow-origin-mismatch", id="R77-back-home"),
        pytest.param(f"{PAGE}/back", "X-A: b", "allow-origin-missing", id="R77-back-home-is-cors"),
    ],
)
def test_behind_a_foreign_redirect_the_page_is_null(target: str, granted: str, failed: str) -> None:
    first = "http://api.example/"
    server = Server(reply(granted), at={first: redirect(target)})
    result = fetch(server, first)
    assert step(result) == failed
    if failed == "allow-origin-mismatch":
        assert result.failure is not None
        assert "made the origin 'null'" in result.failure.sentence


def test_each_hop_is_preflighted() -> None:
    server = Server(at={API: redirect(f"{API}/", status=307)})
    assert fetch(server, **JSON).delivered
    assert server.methods == "OPTIONS POST OPTIONS POST", "R72"
    assert [outgoing.url for outgoing in server.preflights] == [API, f"{API}/"]
    assert server.requests[-1].body == b"{}"


def test_only_a_hop_to_another_origin_is_preflighted() -> None:
    server = Server(at={f"{PAGE}/x": reply(f"Location: {API}", status=307)})
    assert fetch(server, f"{PAGE}/x", method="PUT").delivered
    assert server.methods == "PUT OPTIONS PUT", "R72"


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        *(pytest.param(status, "POST", "GET", id=f"R74-{status}-POST") for status in (301, 302, 303)),
        *(pytest.param(status, "POST", "POST", id=f"R74-{status}-POST") for status in (307, 308)),
        *(pytest.param(status, "PUT", "PUT", id=f"R74-{status}-PUT") for status in (301, 302, 307, 308)),
        *(pytest.param(303, method, "GET", id=f"R74-303-{method}") for method in ("PUT", "DELETE", "PATCH", "post")),
        *(pytest.param(status, "HEAD", "HEAD", id=f"R74-{status}-HEAD") for status in (301, 302, 303, 307)),
        pytest.param(301, "DELETE", "DELETE", id="R74-301-DELETE"),
    ],
)
def test_the_method_after_a_redirect(status: int, method: str, then: str) -> None:
    body = None if method == "HEAD" else b"{}"
    describe = {"Content-Type": "application/json", "Content-Language": "de", "Content-Location": "/", "X-A": "1"}
    server = Server(at={API: redirect(f"{API}/2", status=status)})
    assert fetch(server, method=method, body=body, headers={**describe, "Content-Encoding": "br"}).delivered
    last = server.requests[-1]
    changed = then == "GET"
    assert last.method == then
    assert last.body == (b"" if changed or body is None else body)
    left = {name for name, _ in last.headers if name.startswith(("Content", "X"))}
    assert left == ({"X-A"} if changed else {*describe, "Content-Encoding"})


def test_a_redirect_can_take_the_need_for_a_preflight_away() -> None:
    server = Server(at={API: redirect(f"{API}/2", status=303)})
    assert fetch(server, **JSON).delivered
    assert server.methods == "OPTIONS POST GET", "R74"


@pytest.mark.parametrize(
    ("hops", "sent"),
    [
        pytest.param([API, f"{API}/2"], [True, True], id="R75-same-origin"),
        pytest.param([API, OTHER], [True, False], id="R75-another-origin"),
        pytest.param([API, OTHER, f"{API}/3"], [True, False, False], id="R75-and-back"),
        pytest.param([f"{PAGE}/1", API], [True, False], id="R75-from-home"),
        pytest.param([API, "https://api.example:8443/"], [True, False], id="R75-another-port"),
    ],
)
def test_authorization_does_not_cross_origins(hops: list[str], sent: list[bool]) -> None:
    server = Server(at={here: redirect(there) for here, there in itertools.pairwise(hops)})
    assert fetch(server, hops[0], headers={"authorization": "x", "X-A": "1"}).delivered
    assert [outgoing.header("Authorization") is not None for outgoing in server.requests] == sent
    asked = [outgoing.header("Access-Control-Request-Headers") for outgoing in server.preflights]
    if not sent[-1]:
        assert asked[-1] == "x-a"


@pytest.mark.parametrize(
    ("page", "url", "location", "mode", "failed"),
    [
        pytest.param(PAGE, API, "https://u:p@api.example/", "cors", True, id="R73-cors"),
        pytest.param(PAGE, API, "https://u@api.example/", "cors", True, id="R73-user"),
        pytest.param(PAGE, API, "https://:p@api.example/", "cors", True, id="R73-password"),
        pytest.param(PAGE, API, "https://@api.example/", "cors", False, id="R73-empty"),
        pytest.param(PAGE, API, "https://:@api.example/", "cors", False, id="R73-empty-both"),
        pytest.param(PAGE, f"{PAGE}/x", "https://u:p@api.example/", "cors", True, id="R73-leaving-home"),
        pytest.param(PAGE, f"{PAGE}/x", "https://u:p@page.example/y", "cors", False, id="R73-at-home"),
        pytest.param(PAGE, API, "https://u:p@page.example/y", "cors", True, id="R73-coming-home"),
        pytest.param(PAGE, API, "https://u:p@api.example/", "no-cors", False, id="R73-no-cors"),
        pytest.param(PAGE, f"{PAGE}/x", "https://u@page.example/y", "same-origin", False, id="R73-same-origin"),
    ],
)
def test_a_redirect_to_a_user_name(page: str, url: str, location: str, mode: str, failed: bool) -> None:
    server = Server(at={url: redirect(location)})
    result = fetch(server, url, page=page, mode=mode)
    assert step(result) == ("redirect-credentials" if failed else "")
    assert len(server.requests) == (1 if failed else 2)


@pytest.mark.parametrize(
    ("profile", "failed"), [(CHROMIUM, True), (WEBKIT, False), (FIREFOX, False), (STANDARD, False)]
)
def test_chromium_refuses_a_user_name_at_home_too(profile: Profile, failed: bool) -> None:
    server = Server(at={f"{PAGE}/x": redirect("https://u@page.example/y")})
    assert step(fetch(server, f"{PAGE}/x", profile=profile)) == ("redirect-credentials" if failed else ""), "R73"


@pytest.mark.parametrize(
    "location", ["ftp://a.example/", "data:,x", "file:///x", "javascript:1", "about:blank", "blob:https://a.example/1"]
)
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_a_redirect_leads_to_servers_only(location: str, mode: str) -> None:
    assert step(fetch(Server(at={API: redirect(location)}), mode=mode)) == "redirect-scheme", "R73"


@pytest.mark.parametrize("location", ["https://", "https://a b/", "http://a.example:99999/", "//["])
def test_a_location_must_be_a_url(location: str) -> None:
    assert step(fetch(Server(at={API: redirect(location)}))) == "redirect-location"


@pytest.mark.parametrize("second", [API + "/2", OTHER], ids=["the-same", "another"])
def test_there_is_one_location(second: str) -> None:
    server = Server(at={API: redirect(f"{API}/2", f"Location: {second}")})
    assert step(fetch(server)) == "redirect-location"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/a", "https://api.example/a"),
        ("b", "https://api.example/b"),
        ("?q", "https://api.example/items?q"),
        ("//other.example/c", "https://other.example/c"),
        ("../../d", "https://api.example/d"),
    ],
)
def test_a_location_may_be_relative(location: str, url: str) -> None:
    server = Server(at={API: redirect(location)})
    assert fetch(server, f"{API}#part").delivered
    assert server.log[-1].url == url


@pytest.mark.parametrize(("count", "failed"), [(20, ""), (21, "redirect-count")])
def test_twenty_redirects_are_followed(count: int, failed: str) -> None:
    chain = [f"{API}/{n}" for n in range(count + 1)]
    server = Server(at={here: redirect(there) for here, there in itertools.pairwise(chain)})
    assert step(fetch(server, chain[0])) == failed, "R73"
    assert len(server.log) == 21


def test_a_loop_ends() -> None:
    assert step(fetch(Server(at={API: redirect(API)}))) == "redirect-count"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_stream_is_sent_once(status: int) -> None:
    server = Server(at={API: redirect(f"{API}/2", status=status)})
    result = fetch(server, method="POST", body=b"1", stream=True)
    assert step(result) == ("" if status == 303 else "redirect-stream"), "R76"
    assert [outgoing.method for outgoing in server.requests] == (["POST", "GET"] if status == 303 else ["POST"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_modes(status: int) -> None:
    """R76: `manual` shows nothing, and that only behind the CORS check."""
    server = Server(at={API: redirect(OTHER, "ACEH: *", status=status)})
    assert step(fetch(server, redirect="error")) == "redirect-mode"
    response = fetch(server, redirect="manual").response
    assert response is not None
    shown = (response.type, response.status, response.headers, response.body)
    assert shown == ("opaqueredirect", 0, (), b"")
    server.at[API] = reply(f"Location: {OTHER}", status=status)
    assert step(fetch(server, redirect="manual")) == "allow-origin-missing"
    assert {outgoing.url for outgoing in server.log} == {API}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_nowhere_is_delivered(status: int) -> None:
    response = fetch(Server(reply("ACAO: *", status=status))).response
    assert response is not None
    assert (response.status, response.redirected) == (status, False), "R78"
    manual = fetch(Server(reply("ACAO: *", status=status)), redirect="manual").response
    assert manual is not None
    assert manual.type == "opaqueredirect"


@pytest.mark.parametrize("status", [300, 304, 305, 306, 310, 201])
def test_other_statuses_lead_nowhere(status: int) -> None:
    server = Server(at={API: redirect(OTHER, status=status)})
    for mode in ("follow", "error", "manual"):
        response = fetch(server, redirect=mode).response
        assert response is not None
        assert (response.status, response.type) == (status, "cors"), "R78"


def test_mode_same_origin_ends_where_a_redirect_leaves() -> None:
    server = Server(at={f"{PAGE}/x": reply(f"Location: {API}", status=302)})
    assert step(fetch(server, f"{PAGE}/x", mode="same-origin")) == "same-origin-mode"
    assert len(server.log) == 1


def test_a_redirect_to_a_bad_port_is_not_followed() -> None:
    server = Server(at={API: redirect("https://api.example:6667/")})
    assert step(fetch(server)) == "bad-port"


# --- Engines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "methods"),
    [
        (STANDARD, "OPTIONS POST GET"),
        (CHROMIUM, "OPTIONS POST GET"),
        (FIREFOX, "OPTIONS POST OPTIONS GET"),
        (WEBKIT, "OPTIONS POST OPTIONS GET"),
    ],
)
def test_firefox_and_webkit_preflight_every_hop_after_a_preflight(profile: Profile, methods: str) -> None:
    """R37: and ask for a method that needs no permission."""
    server = Server(OPEN, GRANT, at={API: redirect(f"{API}/2", status=303)})
    assert fetch(server, profile=profile, **JSON).delivered
    assert server.methods == methods
    assert server.preflights[-1].header("Access-Control-Request-Method") == (
        "GET" if profile in (FIREFOX, WEBKIT) else "POST"
    )


@pytest.mark.parametrize(
    ("profile", "origins"),
    [(STANDARD, ["null", "null"]), (CHROMIUM, ["null", "null"]), (FIREFOX, [PAGE, "null"]), (WEBKIT, ["null", "null"])],
)
@pytest.mark.parametrize("granted", ["null", PAGE, "*"])
def test_firefox_preflights_a_tainted_hop_with_the_pages_origin(
    profile: Profile, origins: list[str], granted: str
) -> None:
    server = Server(reply(f"ACAO: {granted}"), reply(f"ACAO: {granted}", "ACAM: PUT", status=204))
    tainting = Server(OPEN, GRANT, at={OTHER: redirect(API, status=307)})
    result = fetch(lambda sent: (server if sent.url == API else tainting)(sent), OTHER, method="PUT", profile=profile)
    assert [outgoing.header("Origin") for outgoing in server.log] == origins[: len(server.log)]
    assert result.delivered == (granted == "*" or (granted == "null" and profile is not FIREFOX))
