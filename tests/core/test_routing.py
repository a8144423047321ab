from __future__ import annotations

import functools
import itertools
import posixpath
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_core import ConfigError, Policy, Request, by_host, by_path, cors_policy
from cors_core.marks import UNMARKED, marked
from cors_core.routing import NOBODY, as_selector

OPEN = Policy(allow_origins="*")
API = Policy(allow_origins=["https://app.example"])
STRICT = Policy(allow_origins=["https://admin.example"])


def at(path: str, **facts: Any) -> Request:
    return Request(path=path, **facts)


def codes(caught: pytest.ExceptionInfo[ConfigError]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


# by_path


@pytest.mark.parametrize("order", [*itertools.permutations([("/", OPEN), ("/api", API), ("/api/v1/secure", STRICT)])])
def test_the_longest_prefix_wins_in_whatever_order_it_is_written(order: list[tuple[str, Policy]]) -> None:
    select = by_path(dict(order))
    found = [select(at(path)) for path in ("/api/v1/secure", "/api/v1/secure/x", "/api/v1", "/api", "/", "/x/api")]
    assert found == [STRICT, STRICT, API, API, OPEN, OPEN]


@pytest.mark.parametrize("key", ["/public", "/public/", "/public/*"])
@pytest.mark.parametrize(
    ("path", "covered"),
    [
        pytest.param("/public", True, id="itself"),
        pytest.param("/public/", True, id="with a slash"),
        pytest.param("/public/a/b", True, id="below"),
        pytest.param("/publicXadmin", False, id="a longer segment"),
        pytest.param("/publication", False, id="another segment"),
        pytest.param("/Public", False, id="another letter case"),
        pytest.param("/PUBLIC/a", False, id="upper case"),
        pytest.param("/x/public", False, id="further down"),
        pytest.param("/", False, id="root"),
        pytest.param("", False, id="empty"),
    ],
)
def test_a_key_covers_whole_segments(key: str, path: str, covered: bool) -> None:
    assert by_path({key: OPEN})(at(path)) is (OPEN if covered else None)


@pytest.mark.parametrize("key", ["", "/", "/*"])
@pytest.mark.parametrize("path", ["", "/", "/a", "/a/b/c", "/a/"])
def test_the_root_covers_everything(key: str, path: str) -> None:
    assert by_path({key: OPEN})(at(path)) is OPEN


def test_none_is_a_hole() -> None:
    select = by_path({"/": OPEN, "/api": None, "/api/open": OPEN})
    assert [select(at(path)) for path in ("/x", "/api", "/api/x", "/api/open/x")] == [OPEN, None, None, OPEN]


def test_a_value_may_be_a_selector() -> None:
    select = by_path({"/api": by_host({"payments.example.com": STRICT}, default=API)})
    assert select(at("/api/x", host="payments.example.com:8443")) is STRICT
    assert select(at("/api/x", host="other.example.com")) is API
    assert select(at("/x", host="payments.example.com")) is None


@pytest.mark.parametrize(
    ("key", "path", "covered"),
    [
        pytest.param("/a+b", "/a+b", True, id="a plus is a plus"),
        pytest.param("/a b", "/a+b", False, id="a plus is no blank"),
        pytest.param("/a b", "/a b", True, id="a blank is a blank"),
        pytest.param("/public", "/%70ublic/x", False, id="not decoded again"),
        pytest.param("/café", "/café/x", True, id="beyond ASCII"),
        pytest.param("/café", "/cafe\u0301/x", False, id="not normalised"),
        pytest.param("/straße", "/strasse", False, id="not folded"),
        pytest.param("/a;b", "/a;b/c", True, id="a semicolon is a character"),
        pytest.param("/a.b", "/a.b", True, id="a dot is a character"),
        pytest.param("/.well-known", "/.well-known/x", True, id="a leading dot is no dot segment"),
        pytest.param("/a", "/a/...", True, id="three dots are no dot segment"),
    ],
)
def test_paths_are_compared_as_they_are(key: str, path: str, covered: bool) -> None:
    assert by_path({key: OPEN})(at(path)) is (OPEN if covered else None)


@pytest.mark.parametrize(
    "path",
    [
        "/public/../private",
        "/public/..",
        "/public/./../private",
        "/public/%2e%2e/private",
        "/public/%2E./private",
        "/public/..%2fprivate",
        "/public/..%2Fprivate",
        "/public/..%5cprivate",
        "/public/..\\private",
        "\\public",
        "//public/x",
        "/public//../private",
        "/private/../public",
        "/./public",
        "/%2e/public",
        "/x%2f../public",
        "public",
        "public/x",
        "*",
        "evil.example:443",
        "/public%2fx",
    ],
)
def test_a_path_that_servers_read_differently_is_shared_with_nobody(path: str) -> None:
    assert by_path({"/": API, "/public": OPEN})(at(path)) is NOBODY


@pytest.mark.parametrize(
    "path", ["/api//x", "/api/./x", "/api/a/../b", "/api\\x", "/api/a%2fb", "/api/%2e/x", "/api%2f..%2fx"]
)
def test_a_path_whose_readings_agree_is_that(path: str) -> None:
    assert by_path({"/": API})(at(path)) is API


@pytest.mark.parametrize(
    "path",
    ["/open/../closed", "/closed/../open", "//open", "/open%2fx", "/open/%2e%2e", "/open\\x", "/open/..\\closed"],
)
def test_neither_a_hole_nor_a_policy_can_be_reached_by_another_spelling(path: str) -> None:
    """`None` would leave the answer to the application; a refusal leaves it to nobody."""
    select = by_path({"/open": OPEN, "/closed": None})
    assert select(at(path)) is NOBODY


@pytest.mark.parametrize("path", ["/public/\x00", "/\x00", "/public/\ufffd", "/public\x00/../x"])
def test_a_path_that_is_no_text_is_shared_with_nobody(path: str) -> None:
    assert by_path({"/public": OPEN})(at(path)) is NOBODY


@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from(["a", "b", "/", "/", ".", "..", "\\", "%2e", "%2F", "%5c"])).map("".join)
    )
)
def test_a_path_gets_a_policy_only_where_the_most_eager_server_leads_it_to(path: str) -> None:
    eager = posixpath.normpath("/" + unquote(path).replace("\\", "/").lstrip("/"))
    selected = by_path({"/a": OPEN, "/b": API, "/b/a": None})(at(path))
    assert selected in (OPEN, API, NOBODY, None)
    if selected in (OPEN, API):
        assert eager.split("/")[1] == path.split("/")[1] == ("a" if selected is OPEN else "b")
    if selected is API:
        assert not f"{eager}/".startswith("/b/a/")


def test_the_table_is_copied() -> None:
    table: dict[str, Policy | None] = {"/api": API}
    select = by_path(table)
    table["/api"] = OPEN
    table["/"] = OPEN
    assert [select(at("/api")), select(at("/"))] == [API, None]


@pytest.mark.parametrize(
    ("key", "code", "instead"),
    [
        pytest.param("api", "path-key", "write '/api'", id="no slash"),
        pytest.param("/api/*/x", "path-key", "write '/api'", id="a wildcard inside"),
        pytest.param("/api*", "path-key", "write '/api'", id="a wildcard without a segment"),
        pytest.param("/api/**", "path-key", "write '/api'", id="two wildcards"),
        pytest.param("/api/*.json", "path-key", "write '/api'", id="a wildcard with a suffix"),
        pytest.param("*", "path-key", "slash", id="a wildcard alone"),
        pytest.param("/a%20b", "path-key", "write the characters themselves", id="encoded"),
        pytest.param("//api", "path-key", "write '/api'", id="two slashes"),
        pytest.param("/api//v1", "path-key", "write '/api/v1'", id="two slashes inside"),
        pytest.param("/api/../x", "path-key", "write '/x'", id="dot segments"),
        pytest.param("/api\\v1", "path-key", "write '/api/v1'", id="a backslash"),
        pytest.param("https://api.example/x", "path-key", "slash", id="a URL"),
    ],
)
def test_a_key_that_could_not_match_is_an_error(key: str, code: str, instead: str) -> None:
    with pytest.raises(ConfigError) as caught:
        by_path({key: OPEN})
    assert codes(caught) == [code]
    assert instead in caught.value.problems[0].message


@pytest.mark.parametrize("second", ["/api/", "/api/*"])
def test_one_path_under_two_keys_is_an_error(second: str) -> None:
    with pytest.raises(ConfigError) as caught:
        by_path({"/api": API, second: OPEN})
    assert codes(caught) == ["duplicate-key"]


@pytest.mark.parametrize("value", ["*", True, 1, ["https://a.example"], {"allow_origins": "*"}])
def test_a_value_that_is_no_policy_is_an_error(value: Any) -> None:
    for build in (by_path, by_host):
        with pytest.raises(ConfigError) as caught:
            build({"/api" if build is by_path else "api.example": value})
        assert codes(caught) == ["wrong-type"]


@pytest.mark.parametrize("key", [None, 7, b"/api", ("/api",)])
@pytest.mark.parametrize("build", [by_path, by_host])
def test_a_key_that_is_no_text_is_an_error_in_words(build: Any, key: Any) -> None:
    with pytest.raises(ConfigError):
        build({key: API})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        by_path({"api": OPEN, "/a%20b": OPEN, "/x": "*"})  # type: ignore[dict-item]
    assert codes(caught) == ["path-key", "path-key", "wrong-type"]


# by_host


@pytest.mark.parametrize(
    ("host", "found"),
    [
        pytest.param("api.example.com", API, id="name"),
        pytest.param("api.example.com:8443", API, id="with a port"),
        pytest.param("API.Example.COM", API, id="any letter case"),
        pytest.param("api.example.com.", NOBODY, id="trailing dot"),
        pytest.param("xapi.example.com", NOBODY, id="a longer name"),
        pytest.param("api.example.com.evil.test", NOBODY, id="a suffix"),
        pytest.param("api.example.com:8443:1", NOBODY, id="two ports"),
        pytest.param("api.example.com@evil.test", NOBODY, id="user name"),
        pytest.param("[::1]:8000", STRICT, id="IPv6 with a port"),
        pytest.param("[::1]", STRICT, id="IPv6"),
        pytest.param("", NOBODY, id="empty"),
        pytest.param(None, NOBODY, id="no Host"),
    ],
)
def test_the_name_in_host_selects_and_unknown_names_get_nobody(host: str | None, found: Policy) -> None:
    assert by_host({"api.example.com": API, "[::1]": STRICT})(at("/", host=host)) is found


@pytest.mark.parametrize("default", [API, None])
def test_unknown_names_get_the_default(default: Policy | None) -> None:
    assert by_host({"api.example.com": STRICT}, default=default)(at("/", host="other.test")) is default


def test_hosts_and_paths_compose() -> None:
    select = by_host({"API.example.com": by_path({"/open": OPEN})}, default=lambda request: STRICT)
    assert select(at("/open/x", host="api.example.com")) is OPEN
    assert select(at("/x", host="api.example.com")) is None
    assert select(at("/x", host="other.test")) is STRICT


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("https://api.example.com", "api.example.com"),
        ("api.example.com:8000", "api.example.com"),
        ("api.example.com/", "api.example.com"),
        ("*.example.com", "example.com"),
        ("[::1]:8000", "[::1]"),
        ("", "api.example.com"),
    ],
)
def test_a_host_key_that_is_no_name_is_an_error(key: str, instead: str) -> None:
    with pytest.raises(ConfigError) as caught:
        by_host({key: API})
    assert codes(caught) == ["host-key"]
    assert f"write {instead!r}" in caught.value.problems[0].message


def test_one_host_in_two_letter_cases_is_an_error() -> None:
    with pytest.raises(ConfigError) as caught:
        by_host({"api.example.com": API, "API.example.com": OPEN})
    assert codes(caught) == ["duplicate-key"]


# Marks, and what adapters are given


def test_a_mark_stays_on_the_view_and_on_what_wraps_it() -> None:
    @cors_policy(API)
    def view() -> str:
        return "seen"

    @functools.wraps(view)
    def wrapper() -> str:
        return view()

    assert view() == "seen"
    assert (marked(view), marked(wrapper)) == (API, API)


def test_a_mark_of_none_is_a_mark() -> None:
    @cors_policy(None)
    def view() -> None: ...

    assert marked(view) is None


def test_a_view_without_a_mark_has_the_default() -> None:
    assert marked(lambda: None) is UNMARKED


def test_an_adapter_may_be_given_a_policy_a_selector_or_a_mapping() -> None:
    def select(request: Request) -> Policy:
        return API

    assert as_selector(API) is API
    assert as_selector(select) is select
    of_mapping = as_selector({"/api": API})
    assert callable(of_mapping)
    assert of_mapping(at("/api")) is API


@pytest.mark.parametrize("rubbish", [None, "*", ["https://app.example"], 1, ("/api", API)])
def test_an_adapter_given_anything_else_says_what_to_write(rubbish: Any) -> None:
    with pytest.raises(ConfigError, match="by_path"):
        as_selector(rubbish)


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("/items/{id}", "write '/items'"),
        ("/users/<int:id>", "write '/users'"),
        ("/api/:id", "write '/api'"),
        ("/api?x=1", "write '/api'"),
        ("^/api/.*$", "write '/api/.'"),
        ("https://a.example/api", "write '/api'"),
    ],
)
def test_a_key_in_another_dialect_is_refused(key: str, instead: str) -> None:
    with pytest.raises(ConfigError) as caught:
        by_path({key: None})
    assert instead in str(caught.value)


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("b\xfccher.example", "'xn--bcher-kva.example'"),
        (" b.example", "'b.example'"),
        ("api example", "'api.example.com'"),
    ],
)
def test_a_host_is_spelled_as_browsers_send_it(key: str, instead: str) -> None:
    with pytest.raises(ConfigError) as caught:
        by_host({key: None})
    assert instead in str(caught.value)


def test_the_default_of_by_host_is_checked() -> None:
    with pytest.raises(ConfigError):
        by_host({}, default="nobody")  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", ["x", lambda: None], ids=["text", "the view itself"])
def test_a_mark_takes_a_policy_or_none(policy: Any) -> None:
    with pytest.raises(ConfigError, match="@cors_policy"):
        cors_policy(policy)
