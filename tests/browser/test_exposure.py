"""Which headers of a response the page reads."""

from __future__ import annotations

import pytest

from cors_core.browser import PROFILES, Profile, Result
from tests.browser.wire import API, ECHO, GRANT, OTHER, PAGE, Server, fetch, reply

SAFELISTED = (
    "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma",
)  # fmt: skip
OTHERS = ("etag", "date", "location", "link", "retry-after", "www-authenticate", "x-a", "vary", "server", "age")
EVERYTHING = tuple(f"{name}: v" for name in (*SAFELISTED, *OTHERS, "set-cookie", "set-cookie2", "*"))


def names(result: Result) -> set[str]:
    assert result.response is not None
    return {name.lower() for name, _ in result.response.headers}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_seven_headers_are_always_read(profile: Profile) -> None:
    assert names(fetch(Server(reply(*ECHO, *EVERYTHING)), profile=profile)) == set(SAFELISTED), "R60"


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        pytest.param(["ACEH: X-A"], {"x-a"}, id="R61-one"),
        pytest.param(["ACEH: x-a, ETag"], {"x-a", "etag"}, id="R61-two"),
        pytest.param(["ACEH: x-a", "ACEH: etag"], {"x-a", "etag"}, id="R61-two-lines"),
        pytest.param(["ACEH:", "ACEH: x-a"], {"x-a"}, id="R61-an-empty-line"),
        pytest.param(["ACEH: ,,\tx-a ,,"], {"x-a"}, id="R61-empty-elements"),
        pytest.param(["ACEH: x-absent"], set(), id="R61-absent"),
        pytest.param(["ACEH:"], set(), id="R61-empty"),
        pytest.param(["ACEH: x-a,bad value"], set(), id="R61-one-bad"),
        pytest.param(["ACEH: x-a", "ACEH: bad:"], set(), id="R61-one-bad-line"),
        pytest.param(['ACEH: "x-a"'], set(), id="R61-quoted"),
        pytest.param(["ACEH: x-a\v"], set(), id="R61-vertical-tab"),
        pytest.param(["ACEH: x-a etag"], set(), id="R61-no-commas"),
        pytest.param(["ACEH: x-*"], set(), id="R61-no-prefixes"),
        pytest.param(["ACEH: *"], {*OTHERS, "*", "access-control-allow-origin"}, id="R62-star"),
        pytest.param(["ACEH: *, x-a"], {*OTHERS, "*", "access-control-allow-origin"}, id="R62-star-and-more"),
        pytest.param(["ACEH: Set-Cookie, set-cookie2, x-a"], {"x-a"}, id="R63-never-cookies"),
    ],
)
def test_other_headers_are_read_if_exposed(lines: list[str], read: set[str]) -> None:
    result = fetch(Server(reply("ACAO: *", *lines, *EVERYTHING)))
    assert names(result) - {"access-control-expose-headers"} == read | set(SAFELISTED)


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        pytest.param(["ACEH: *"], {"*"}, id="R62-star-is-a-name"),
        pytest.param(["ACEH: *, x-a"], {"*", "x-a"}, id="R62-star-beside-a-name"),
        pytest.param(["ACEH: x-a"], {"x-a"}, id="R61-name"),
    ],
)
def test_with_credentials_a_star_is_the_name_of_a_header(lines: list[str], read: set[str]) -> None:
    result = fetch(Server(reply(*ECHO, *lines, *EVERYTHING)), credentials="include")
    assert names(result) == read | set(SAFELISTED)


def test_a_list_that_is_spoilt_is_warned_of() -> None:
    result = fetch(Server(reply("ACAO: *", "ACEH: x-a, bad value")))
    assert any("'bad value'" in warning for warning in result.warnings), "R61"


def test_only_the_last_response_exposes() -> None:
    """R64: what preflights and redirects expose is nothing to the page."""
    server = Server(reply("ACAO: *", "X-A: 1"), reply("ACAO: *", "ACAM: PUT", "ACEH: *", status=204))
    server.at[API] = reply("ACAO: *", "ACEH: *", "X-A: 0", f"Location: {OTHER}", status=307)
    assert names(fetch(server, method="PUT")) == set()


def test_at_home_everything_is_read_but_cookies() -> None:
    result = fetch(Server(reply(*EVERYTHING)), f"{PAGE}/x", credentials="include")
    assert names(result) == {*SAFELISTED, *OTHERS, "*"}, "R63"
    assert result.response is not None
    assert result.response.type == "basic"


def test_values_come_through_joined_and_trimmed() -> None:
    response = fetch(Server(reply("ACAO: *", "ACEH: x-a", "X-A:  a ", "x-A:\tb")), method="PUT").response
    assert response is not None
    assert response.header("X-A") == "a, b"
    assert response.header("X-B") is None
    assert (response.type, response.status, response.body, response.url) == ("cors", 200, b"body", API)


def test_the_url_of_a_response_has_no_fragment() -> None:
    response = fetch(Server(reply("ACAO: *"), GRANT), f"{API}#part").response
    assert response is not None
    assert response.url == API
