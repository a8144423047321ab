"""The words of the Fetch standard, at the edges where languages and browsers differ."""

from __future__ import annotations

import time

import pytest

from cors_core import fetch

KELVIN = "\u212a"  # lower-cases to k
LONG_S = "\u017f"  # upper-cases to S
DOTLESS = "\u0131"  # upper-cases to I


@pytest.mark.parametrize("text", ["GET", "x", "!#$%&'*+-.^_`|~09azAZ", "*", "X-A" * 1000])
def test_a_token_is_a_token(text: str) -> None:
    assert fetch.is_token(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "a\n", "\na", "a\t", "a,b", "a:b", '"a"', "a\x00", "a\x7f", "\xe9", "a/b", "(a)", "[a]", "{a}", "a=b", "a;b", "a@b", "a\\b", "<a>", "a?", KELVIN, LONG_S, "\u0661"],
)  # fmt: skip
def test_anything_else_is_no_token(text: str) -> None:
    assert not fetch.is_token(text)


@pytest.mark.parametrize(
    ("method", "normalised"),
    [
        *((name.lower(), name) for name in ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")),
        ("pOsT", "POST"),
        ("patch", "patch"),
        ("Patch", "Patch"),
        ("query", "query"),
        ("trace", "trace"),
        ("*", "*"),
        ("", ""),
        (f"PO{LONG_S}T", f"PO{LONG_S}T"),
        (f"OPT{DOTLESS}ONS", f"OPT{DOTLESS}ONS"),
        ("GET ", "GET "),
    ],
)
def test_six_methods_are_normalised(method: str, normalised: str) -> None:
    assert fetch.normalise_method(method) == normalised


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK", "connect", "TrAcE", "track"])
def test_a_forbidden_method_is_forbidden_in_any_letter_case(method: str) -> None:
    assert fetch.is_forbidden_method(method)


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "TRAC", "TRACES", "", " TRACE", "*", f"TRAC{KELVIN}"])
def test_other_methods_are_not_forbidden(method: str) -> None:
    assert not fetch.is_forbidden_method(method)


@pytest.mark.parametrize(
    "name",
    [
        *("Accept-Charset", "accept-encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
        *("Connection", "Content-Length", "COOKIE", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive"),
        *("Origin", "Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via"),
        *("Proxy-", "proxy-authorization", "Sec-", "SEC-Fetch-Site", "sec-ch-ua"),
    ],
)
def test_a_forbidden_request_header_is_forbidden(name: str) -> None:
    assert fetch.is_forbidden_request_header(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "Content-Type", "User-Agent", "X-HTTP-Method-Override", "Proxy", "Sec", "Secret", "X-Sec-"),
        *(f"{LONG_S}ec-a", "", "Cookies", "Range", "Last-Event-ID"),
    ],
)
def test_other_request_headers_are_not_forbidden(name: str) -> None:
    assert not fetch.is_forbidden_request_header(name)


def test_cookies_are_readable_by_no_script() -> None:
    assert all(map(fetch.is_forbidden_response_header, ("Set-Cookie", "set-cookie2", "SET-COOKIE")))
    assert not any(map(fetch.is_forbidden_response_header, ("Cookie", "Set-Cookie3", "ETag", "")))


@pytest.mark.parametrize(
    ("lines", "elements"),
    [
        ([], []),
        ([""], []),
        ([",", " ,\t,"], []),
        (["a, b", "c"], ["a", "b", "c"]),
        (["a,,b ,\t c\t"], ["a", "b", "c"]),
        (["a\x0b,\xa0b,c\x1c"], ["a\x0b", "\xa0b", "c\x1c"]),
        (["a b"], ["a b"]),
    ],
)
def test_a_list_is_trimmed_of_space_and_tab_only(lines: list[str], elements: list[str]) -> None:
    assert fetch.list_elements(lines) == elements


def test_of_names_that_differ_in_letter_case_the_first_stays() -> None:
    assert fetch.distinct(["X-A", "x-b", "x-a", "X-B", "X-C"]) == ("X-A", "x-b", "X-C")


# --- Access-Control-Request-Headers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("", ()),
        (" \t", ()),
        (",", ()),
        ("x-a", ("x-a",)),
        ("X-A,x-b", ("x-a", "x-b")),
        ("x-b , x-a\t", ("x-b", "x-a")),
        ("x-a,,x-b,", ("x-a", "x-b")),
        ("x-a,X-A,x-a", ("x-a",)),
        ("*", ("*",)),
    ],
)
def test_requested_names_are_lower_case_and_distinct(value: str, names: tuple[str, ...]) -> None:
    assert fetch.requested_names(value) == names


@pytest.mark.parametrize(
    "value",
    ["a b", "x-a,a b", "x-a;x-b", "x-a\r\nx-b", "\xe9", "x-\u212aey", "x-\u017f", "x-a\x0b", "\xa0x-a", '"x-a"', "x-a,\x00", "x-a:"],
)  # fmt: skip
def test_one_element_that_is_no_token_spoils_the_list(value: str) -> None:
    assert fetch.requested_names(value) is None


def names(count: int) -> list[str]:
    return [f"x-{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("value", "fit"),
    [
        pytest.param("x" * fetch.MAX_HEADERS, True, id="8192 bytes"),
        pytest.param("x" * (fetch.MAX_HEADERS + 1), False, id="8193 bytes"),
        pytest.param(" " * fetch.MAX_HEADERS, True, id="8192 blanks"),
        pytest.param(",".join(names(fetch.MAX_NAMES)), True, id="100 names"),
        pytest.param(",".join(names(fetch.MAX_NAMES + 1)), False, id="101 names"),
        pytest.param(",".join(["x-a"] * (fetch.MAX_NAMES + 1)), False, id="101 times one name"),
        pytest.param("x-a" + "," * fetch.MAX_EMPTY, True, id="16 empty elements"),
        pytest.param("x-a" + "," * (fetch.MAX_EMPTY + 1), False, id="17 empty elements"),
        pytest.param("," * fetch.MAX_EMPTY + "x-a", True, id="16 empty elements in front"),
        pytest.param("," * (fetch.MAX_EMPTY + 1) + "x-a", False, id="17 empty elements in front"),
        pytest.param("," * (fetch.MAX_EMPTY - 1), True, id="nothing but 16 empty elements"),
        pytest.param("," * fetch.MAX_EMPTY, False, id="nothing but 17 empty elements"),
        pytest.param("," * fetch.MAX_EMPTY + ",".join(names(fetch.MAX_NAMES)), True, id="both at the limit"),
        pytest.param("," * fetch.MAX_EMPTY + ",".join(names(fetch.MAX_NAMES)) + ",", False, id="one over both"),
        pytest.param("," * 15 + ",".join(names(101)), False, id="101 names, 15 empty"),
    ],
)
def test_the_caps_hold_exactly(value: str, fit: bool) -> None:
    assert (fetch.requested_names(value) is not None) is fit


@pytest.mark.parametrize("value", ["," * 2**24, "x," * 2**23, " " * 2**24, "x" * 2**24])
def test_what_is_too_long_is_not_read(value: str) -> None:
    started = time.thread_time()
    for _ in range(1000):
        assert fetch.requested_names(value) is None
    assert time.thread_time() - started < 0.5
