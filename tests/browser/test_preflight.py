"""The CORS-preflight fetch: when, with what, and which answers permit."""

from __future__ import annotations

from typing import Any

import pytest

from cors_core.browser import CHROMIUM, FIREFOX, PROFILES, STANDARD, WEBKIT, Profile
from tests.browser.wire import API, ECHO, GRANT, OPEN, PAGE, Server, fetch, reply, step

ENGINES = [CHROMIUM, FIREFOX, WEBKIT]
ALL = pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)


def permit(*lines: str, status: int = 204) -> Server:
    """A server whose preflight's answer has these lines, besides `Access-Control-Allow-Origin: *`."""
    return Server(OPEN, reply("ACAO: *", *lines, status=status))


def test_what_a_preflight_looks_like() -> None:
    server = Server()
    fetch(server, f"{API}?q=1#there", method="PATCH", credentials="include", headers={"X-A": "secret"}, body=b"{}")
    (preflight,) = server.preflights
    assert (preflight.method, preflight.url) == ("OPTIONS", f"{API}?q=1")
    assert sorted(preflight.headers) == [
        ("Accept", "*/*"),
        ("Access-Control-Request-Headers", "x-a"),
        ("Access-Control-Request-Method", "PATCH"),
        ("Origin", PAGE),
    ]
    assert preflight.body == b""
    assert not preflight.credentials, "R19"
    assert preflight.because == ("method PATCH", "header x-a")


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        pytest.param({}, None, id="R17-nothing-to-list"),
        pytest.param({"Accept": "a/b", "Content-Language": "de"}, None, id="R17-safelisted"),
        pytest.param(
            [(f"X-Custom-{name}", "1") for name in ("V", "ua", "s", "U", "Test")],
            "x-custom-s,x-custom-test,x-custom-u,x-custom-ua,x-custom-v",
            id="R17-sorted-by-byte",
        ),
        pytest.param(
            {"X-B": "", "X_A": "", "X-a": "", "Authorization": "", "Content-Type": "application/json"},
            "authorization,content-type,x-a,x-b,x_a",
            id="R17-lower-case",
        ),
        pytest.param([("X-A", "1"), ("x-a", "2")], "x-a", id="R17-unique"),
        pytest.param([("Accept", "a:b"), ("Accept", "c")], "accept", id="R17-one-line-of-two"),
    ],
)
def test_the_names_that_are_asked_for(headers: Any, asked: str | None) -> None:
    server = Server()
    fetch(server, method="PUT", headers=headers)
    assert server.preflights[0].header("Access-Control-Request-Headers") == asked


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_needs_no_permission_is_not_preflighted(method: str) -> None:
    server = Server()
    fetch(server, method=method)
    assert server.methods == method


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "get1"])
def test_other_methods_are_preflighted(method: str) -> None:
    server = Server()
    assert fetch(server, method=method).delivered
    assert server.methods == f"OPTIONS {method}"


def test_nothing_is_preflighted_at_home() -> None:
    server = Server(reply())
    assert fetch(server, f"{PAGE}/x", method="PUT", headers={"X-A": "1"}, upload_listeners=True).delivered
    assert server.methods == "PUT"


def test_elements_never_preflight() -> None:
    server = Server()
    assert fetch(server, headers={"Last-Event-ID": "7"}, unsafe_request=False).delivered, "R23"
    assert server.methods == "GET"


@pytest.mark.parametrize("forced", [{"upload_listeners": True}, {"stream": True}], ids=["R51-listeners", "R51-stream"])
@pytest.mark.parametrize("lines", [(), ("ACAM: GET",)], ids=["R36-no-ACAM", "another-ACAM"])
def test_a_preflight_can_be_forced(forced: dict[str, bool], lines: tuple[str, ...]) -> None:
    server = permit(*lines)
    assert fetch(server, method="POST", body=b"", **forced).delivered
    assert server.preflights[0].header("Access-Control-Request-Method") == "POST"
    assert server.preflights[0].header("Access-Control-Request-Headers") is None
    assert server.preflights[0].because == ("a stream, or listeners on the upload",)


@ALL
@pytest.mark.parametrize("status", [200, 201, 204, 206, 226, 299])
def test_an_ok_status_permits(status: int, profile: Profile) -> None:
    server = permit("ACAM: PUT", status=status)
    assert fetch(server, method="PUT", profile=profile).delivered, "R20"


@ALL
@pytest.mark.parametrize(
    "status", [300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 403, 404, 405, 407, 500, 503, 699]
)
def test_no_other_status_does(status: int, profile: Profile) -> None:
    server = permit("ACAM: PUT", f"Location: {API}/", status=status)
    result = fetch(server, method="PUT", profile=profile)
    redirect = status in (301, 302, 303, 307, 308)
    assert step(result) == ("preflight-redirect" if redirect else "preflight-status"), "R20"
    assert result.failure is not None
    assert str(status) in result.failure.sentence
    assert server.methods == "OPTIONS", "the request itself is never sent"
    assert not result.sent


@pytest.mark.parametrize(
    ("preflight", "actual", "failed"),
    [
        pytest.param(["ACAO: *"], ECHO, "allow-origin-wildcard", id="R21-star-on-the-preflight"),
        pytest.param([f"ACAO: {PAGE}"], ECHO, "allow-credentials", id="R21-no-ACAC-on-the-preflight"),
        pytest.param(ECHO, [f"ACAO: {PAGE}"], "allow-credentials", id="R21-no-ACAC-on-the-response"),
        pytest.param(ECHO, ["ACAO: *"], "allow-origin-wildcard", id="R21-star-on-the-response"),
        pytest.param([], ECHO, "allow-origin-missing", id="R22-nothing-on-the-preflight"),
        pytest.param(ECHO, [], "allow-origin-missing", id="R22-nothing-on-the-response"),
        pytest.param(ECHO, ECHO, "", id="R21-both"),
    ],
)
def test_the_preflight_is_checked_with_the_credentials_of_the_request(preflight: Any, actual: Any, failed: str) -> None:
    server = Server(reply(*actual), reply(*preflight, "ACAM: PUT", status=204))
    assert step(fetch(server, method="PUT", credentials="include")) == failed


@pytest.mark.parametrize("credentials", ["omit", "same-origin", "include"])
@pytest.mark.parametrize(
    ("method", "line", "verdict"),
    [
        pytest.param("GET", "ACAM: get", "always", id="R35-safelisted"),
        pytest.param("POST", "ACAM: PUT", "always", id="R35-safelisted-unlisted"),
        pytest.param("HEAD", "X-A: b", "always", id="R35-safelisted-no-ACAM"),
        pytest.param("PUT", "ACAM: PUT", "always", id="R35-listed"),
        pytest.param("PUT", "ACAM: GET,PUT ,\tDELETE", "always", id="R35-in-a-list"),
        pytest.param("put", "ACAM: PUT", "always", id="R33-normalised"),
        pytest.param("PUT", "ACAM: put", "never", id="R35-lower-case"),
        pytest.param("patch", "ACAM: PATCH", "never", id="R35-not-normalised"),
        pytest.param("patch", "ACAM: patch", "always", id="R35-patch-is-patch"),
        pytest.param("PUT", "ACAM: *", "anonymously", id="R35-star"),
        pytest.param("PUT", "ACAM: GET, *", "anonymously", id="R35-star-in-a-list"),
        pytest.param("*", "ACAM: *", "always", id="R35-the-method-star"),
        pytest.param("PUT", "X-A: b", "never", id="R36-absent"),
        pytest.param("PUT", "ACAM:", "never", id="R36-empty"),
        pytest.param("PUT", "Allow: PUT", "never", id="R39-Allow"),
        pytest.param("PUT", "ACAM: PUTT", "never", id="R35-longer"),
        pytest.param("PUT", "ACAM: GET PUT", "list", id="R48-no-commas"),
        pytest.param("PUT", 'ACAM: "PUT"', "list", id="R48-quoted"),
        pytest.param("PUT", "ACAM: PUT, a/b", "list", id="R48-one-bad-element"),
        pytest.param("POST", "ACAM: PUT;", "list", id="R48-safelisted-with-a-bad-list"),
        pytest.param("PUT", "ACAM: ,,PUT,, ,", "always", id="R48-empty-elements"),
    ],
)
def test_which_methods_are_permitted(method: str, line: str, verdict: str, credentials: str) -> None:
    server = Server(reply(*ECHO), reply(*ECHO, line, "ACAH: x-a", status=204))
    result = fetch(server, method=method, headers={"X-A": "1"}, credentials=credentials)
    permitted = verdict == "always" or (verdict == "anonymously" and credentials != "include")
    assert step(result) == ("" if permitted else "list-invalid" if verdict == "list" else "method-refused")


@pytest.mark.parametrize("credentials", ["omit", "same-origin", "include"])
@pytest.mark.parametrize(
    ("name", "lines", "verdict"),
    [
        pytest.param("x-PriNT", ["ACAH: X-Print"], "always", id="R46-any-case"),
        pytest.param("X-A", ["ACAH: *"], "anonymously", id="R46-star"),
        pytest.param("X-A", ["ACAH: x-b, *"], "anonymously", id="R46-star-in-a-list"),
        pytest.param("*", ["ACAH: *"], "always", id="R46-the-header-star"),
        pytest.param("X-A", ["ACAH: x-*"], "never", id="R46-no-prefixes"),
        pytest.param("X-A", ["ACAH: x-b"], "never", id="R46-another"),
        pytest.param("X-A", [], "never", id="R46-absent"),
        pytest.param("Content-Type", ["ACAH: accept"], "never", id="R46-content-type"),
        pytest.param("X-A", ["ACAH: x-b", "ACAH: x-a"], "always", id="R48-two-lines"),
        pytest.param("X-A", ["ACAH: ,, x-b\t,, x-a ,"], "always", id="R48-empty-elements"),
        pytest.param("X-A", ["ACAH: x-a,Bad value"], "list", id="R48-bad-element"),
        pytest.param("X-A", ["ACAH: x-a", "ACAH: a:b"], "list", id="R48-bad-line"),
        pytest.param("X-A", ['ACAH: "x-a"'], "list", id="R48-quoted"),
        pytest.param("X-A", ["ACAH: x-a\v"], "list", id="R48-vertical-tab"),
        pytest.param("X-A", ["ACEH: x-a"], "never", id="R64-exposed-is-not-allowed"),
    ],
)
def test_which_headers_are_permitted(name: str, lines: list[str], verdict: str, credentials: str) -> None:
    server = Server(reply(*ECHO), reply(*ECHO, *lines, status=204))
    result = fetch(server, headers={name: "application/json"}, credentials=credentials)
    permitted = verdict == "always" or (verdict == "anonymously" and credentials != "include")
    assert step(result) == ("" if permitted else "list-invalid" if verdict == "list" else "header-refused")


@pytest.mark.parametrize("profile", [STANDARD, *ENGINES], ids=lambda profile: profile.name)
def test_whether_a_star_covers_authorization(profile: Profile) -> None:
    """R47: in every engine, and not in the standard; the warning is in both."""
    star = permit("ACAH: *")
    result = fetch(star, headers={"Authorization": "Bearer x", "X-A": "1"}, profile=profile)
    assert step(result) == ("authorization-not-listed" if profile is STANDARD else "")
    assert any("covered by '*'" in warning and "forbidden by the standard" in warning for warning in result.warnings)
    by_name = fetch(permit("ACAH: *, AUTHORIZATION"), headers={"Authorization": "Bearer x"}, profile=profile)
    assert by_name.delivered
    assert not by_name.warnings
    included = Server(reply(*ECHO), reply(*ECHO, "ACAH: *", status=204))
    result = fetch(included, headers={"Authorization": "x"}, credentials="include", profile=profile)
    assert step(result) == "header-refused"


def test_what_counts_on_the_other_response_is_ignored() -> None:
    """R64: lists count on the preflight only."""
    server = Server(reply("ACAO: *", "ACAM: PUT", "ACAH: x-a"), reply("ACAO: *", status=204))
    assert step(fetch(server, method="PUT")) == "method-refused"
    assert step(fetch(server, headers={"X-A": "1"})) == "header-refused"


def test_a_refused_preflight_keeps_the_request_from_being_sent() -> None:
    server = Server(OPEN, reply(status=403))
    result = fetch(server, method="DELETE")
    assert step(result) == "allow-origin-missing", "R22"
    assert server.methods == "OPTIONS"


def test_the_same_request_says_each_time_why_it_was_preflighted() -> None:
    server = Server(OPEN, GRANT)
    fetch(server, method="POST", headers={"Content-Type": "application/json"})
    assert [outgoing.because for outgoing in server.log] == [("header content-type",)] * 2
