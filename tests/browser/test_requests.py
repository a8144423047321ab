"""What a page can ask for at all, and which of it needs permission."""

from __future__ import annotations

from typing import Any

import pytest

from cors_core.browser import CHROMIUM, FIREFOX, STANDARD, FetchTypeError, Profile
from tests.browser.wire import API, PAGE, Server, fetch, step


@pytest.mark.parametrize(
    ("asked", "sent"),
    [(m, m.upper()) for m in ("delete", "Get", "hEAD", "options", "pOsT", "put", "PUT")]
    + [(m, m) for m in ("patch", "Patch", "PATCH", "query", "purge", "CHICKEN", "X-m")],
    ids=lambda method: f"R33-{method}",
)
def test_six_methods_are_sent_in_capitals(asked: str, sent: str) -> None:
    server = Server()
    assert fetch(server, method=asked).delivered
    assert server.requests[0].method == sent
    assert all(outgoing.header("Access-Control-Request-Method") == sent for outgoing in server.preflights)


@pytest.mark.parametrize(
    "wanted",
    [
        *(pytest.param({"method": m}, id=f"R34-{m}") for m in ("CONNECT", "connect", "TRACE", "tRaCe", "TRACK")),
        *(pytest.param({"method": m}, id=f"R34-{m!r}") for m in ("", "P U T", "PUT\r\n", "GET,POST", "GÉT", "a/b")),
        pytest.param({"method": "PUT", "mode": "no-cors"}, id="R91-PUT"),
        pytest.param({"method": "OPTIONS", "mode": "no-cors"}, id="R91-OPTIONS"),
        pytest.param({"mode": "navigate"}, id="R93-navigate"),
        pytest.param({"credentials": "always"}, id="R93-credentials"),
        pytest.param({"redirect": "never"}, id="R93-redirect"),
        pytest.param({"url": "https://u@api.example/"}, id="R93-user"),
        pytest.param({"url": "https://:p@api.example/"}, id="R93-password"),
        pytest.param({"url": "https://"}, id="R93-no-host"),
        pytest.param({"url": "/relative"}, id="R93-no-base"),
        pytest.param({"url": "https://a b/"}, id="R93-space-in-host"),
        pytest.param({"url": "https://a.example:99999/"}, id="R93-port"),
        pytest.param({"body": b""}, id="R93-GET-with-body"),
        pytest.param({"method": "head", "body": b"x"}, id="R93-HEAD-with-body"),
        pytest.param({"stream": True}, id="R93-GET-with-stream"),
        pytest.param({"method": "POST", "stream": True, "mode": "no-cors"}, id="R93-stream-no-cors"),
        *(pytest.param({"headers": {n: "v"}}, id=f"R93-name-{n!r}") for n in ("", "x a", "x:", "é", "x\n", "(x)")),
        *(pytest.param({"headers": {"x": v}}, id=f"R93-value-{v!r}") for v in ("a\0b", "a\nb", "a\r\nb", "€")),
    ],
)
def test_what_no_page_can_ask_for_raises_before_anything_is_sent(wanted: dict[str, Any]) -> None:
    server = Server()
    with pytest.raises(FetchTypeError):
        fetch(server, **{"url": API, **wanted})
    assert not server.log


@pytest.mark.parametrize(
    "url", ["https://@api.example/", "https://:@api.example/"], ids=["R93-empty-user", "R93-empty-both"]
)
def test_an_empty_user_name_is_none(url: str) -> None:
    assert fetch(Server(), url).delivered


def test_white_space_around_a_value_is_taken_off() -> None:
    server = Server()
    assert fetch(server, headers={"X-A": "\r\n\t a b \n"}).delivered
    assert server.requests[0].header("x-a") == "a b"


FORM = "application/x-www-form-urlencoded"
A128, A129 = "a" * 128, "a" * 129


@pytest.mark.parametrize(
    ("name", "value", "unsafe"),
    [
        pytest.param("Accept", A128, False, id="R40-accept-128"),
        pytest.param("Accept", A129, True, id="R40-accept-129"),
        pytest.param("accept", "text/html;q=0.5, */*", False, id="R40-accept-plain"),
        pytest.param("Accept", "", False, id="R40-accept-empty"),
        *(pytest.param("Accept", f"a{c}b", True, id=f"R41-{c!r}") for c in '"():<>?@[\\]{}\x01\x1f\x7f'),
        *(pytest.param("Accept", f"a{c}b", False, id=f"R41-safe-{c!r}") for c in "\t !#$%&'*+,-./;=^_`|~é\xff"),
        pytest.param("Accept-Language", "de-CH, en;q=0.5, *", False, id="R40-accept-language"),
        pytest.param("Accept-Language", "0aZ *,-.;=", False, id="R40-accept-language-every-character"),
        *(pytest.param("Accept-Language", f"en{c}", True, id=f"R40-accept-language{c!r}") for c in "_:/\"'+é"),
        pytest.param("Accept-Language", "a\tb", True, id="R40-accept-language-tab"),
        pytest.param("Accept-Language", A128, False, id="R40-accept-language-128"),
        pytest.param("Accept-Language", A129, True, id="R40-accept-language-129"),
        pytest.param("Content-Language", "de", False, id="R40-content-language"),
        pytest.param("Content-Language", "de_CH", True, id="R40-content-language-underscore"),
        pytest.param("Content-Type", "text/plain", False, id="R40-text"),
        pytest.param("Content-Type", "Text/PLAIN ; charset=UTF-8", False, id="R40-text-in-capitals"),
        pytest.param("Content-Type", FORM, False, id="R40-form"),
        pytest.param("Content-Type", "multipart/form-data; boundary=x", False, id="R40-multipart"),
        pytest.param("Content-Type", 'multipart/form-data; boundary="x"', True, id="R41-quotes-in-type"),
        pytest.param("Content-Type", "text/plain;" + "a" * 117, False, id="R40-type-128"),
        pytest.param("Content-Type", "text/plain;" + "a" * 118, True, id="R40-type-129"),
        pytest.param("Content-Type", "text/plain,", True, id="R40-text-comma"),
        pytest.param("Content-Type", "text/plain, text/plain", True, id="R40-text-twice"),
        pytest.param("Content-Type", "application/json", True, id="R40-json"),
        pytest.param("Content-Type", "text/html", True, id="R40-html"),
        pytest.param("Content-Type", "text", True, id="R40-no-subtype"),
        pytest.param("Content-Type", "/plain", True, id="R40-no-type"),
        pytest.param("Content-Type", "text /plain", True, id="R40-space-in-type"),
        pytest.param("Content-Type", "", True, id="R40-type-empty"),
        pytest.param("Range", "bytes=0-", False, id="R40-range-open"),
        pytest.param("Range", "bytes=200-", False, id="R40-range-from"),
        pytest.param("Range", "bytes=5-5", False, id="R40-range-one-byte"),
        pytest.param("Range", "bytes=6-5", True, id="R40-range-backwards"),
        pytest.param("Range", "bytes=-5", True, id="R40-range-suffix"),
        pytest.param("Range", "bytes=-", True, id="R40-range-of-nothing"),
        pytest.param("Range", "bytes = 0-5", True, id="R40-range-spaces"),
        pytest.param("Range", "bytes=0-5,7-8", True, id="R40-two-ranges"),
        pytest.param("Range", "Bytes=0-5", True, id="R40-range-in-capitals"),
        pytest.param("Range", "items=0-5", True, id="R40-range-of-items"),
        pytest.param("Range", "bytes=" + "1" * 121 + "-", False, id="R40-range-128"),
        pytest.param("Range", "bytes=" + "1" * 122 + "-", True, id="R40-range-129"),
        *(
            pytest.param(name, "1", True, id=f"R43-{name}")
            for name in (
                *("Authorization", "Cache-Control", "Pragma", "If-None-Match", "If-Match", "If-Modified-Since"),
                *("X-Requested-With", "User-Agent", "traceparent", "Last-Event-ID", "Save-Data", "DPR", "Width"),
                *("Device-Memory", "Viewport-Width", "X-Custom", "Purpose", "*"),
            )
        ),
        pytest.param("X-Empty", "", True, id="R43-empty-value"),
    ],
)
def test_which_headers_need_permission(name: str, value: str, unsafe: bool) -> None:
    server = Server()
    fetch(server, headers={name: value})
    assert len(server.preflights) == unsafe
    assert server.requests[0].header(name) == value
    if unsafe:
        assert server.preflights[0].header("Access-Control-Request-Headers") == name.lower()


@pytest.mark.parametrize(
    ("sizes", "asked"),
    [
        pytest.param([("Accept", 120)] * 10, "accept", id="R42-ten-lines"),
        pytest.param([("Accept", 128)] * 8, None, id="R42-exactly-1024"),
        pytest.param([("Accept", 128)] * 8 + [("Content-Language", 1)], "accept,content-language", id="R42-1025"),
        pytest.param([("Accept", 128)] * 8 + [("X-A", 1)], "x-a", id="R42-unsafe-ones-do-not-count"),
        # The browser adds three bytes of its own, for the page sent no Accept.
        pytest.param([("Content-Language", 128)] * 8, "accept,content-language", id="R42-accept-of-the-browser"),
    ],
)
def test_safelisted_values_may_sum_up_to_1024_bytes(sizes: list[tuple[str, int]], asked: str | None) -> None:
    server = Server()
    fetch(server, headers=[(name, "a" * size) for name, size in sizes])
    questions = [outgoing.header("Access-Control-Request-Headers") for outgoing in server.preflights]
    assert questions == ([asked] if asked else [])


def test_lines_of_one_name_are_judged_alone() -> None:
    """R44: a JSON type beside a plain one needs permission, and two plain ones do not."""
    server = Server()
    fetch(server, method="POST", headers=[("Content-Type", "application/json"), ("Content-Type", "text/plain")])
    assert server.preflights[0].header("Access-Control-Request-Headers") == "content-type"
    server = Server()
    fetch(server, method="POST", headers=[("Content-Type", "text/plain"), ("Content-Type", "text/plain")])
    assert not server.preflights
    # What XMLHttpRequest makes of the same two:
    fetch(server, method="POST", headers=[("Content-Type", "text/plain, text/plain")])
    assert server.preflights


FORBIDDEN = (
    "Accept-Charset Accept-Encoding Access-Control-Request-Headers Access-Control-Request-Method Connection "
    "Content-Length Cookie Cookie2 Date DNT Expect Host Keep-Alive Origin Referer Set-Cookie TE Trailer "
    "Transfer-Encoding Upgrade Via Proxy-Authorization proxy-x Sec-Fetch-Mode sec-"
).split()


@pytest.mark.parametrize("name", FORBIDDEN, ids=lambda name: f"R45-{name}")
def test_forbidden_headers_are_dropped_in_silence(name: str) -> None:
    server = Server()
    assert fetch(server, headers={name: "v", name.upper(): "v"}).delivered
    assert not server.preflights
    assert server.requests[0].header(name) == (PAGE if name == "Origin" else None)


@pytest.mark.parametrize("name", ["X-HTTP-Method", "X-HTTP-Method-Override", "x-method-override"])
@pytest.mark.parametrize(
    ("value", "dropped"),
    [("TRACE", True), ("put, trace", True), (" track ,", True), ("connect", True), ("PUT", False), ("TRACER", False)],
)
def test_a_method_cannot_be_overridden_by_a_forbidden_one(name: str, value: str, dropped: bool) -> None:
    server = Server()
    fetch(server, method="POST", headers={name: value})
    assert len(server.preflights) == (not dropped), "R45"
    assert (server.requests[0].header(name) is None) == dropped


@pytest.mark.parametrize("name", ["Proxies", "secret", "X-Via", "X-Cookie", "Origin-Agent", "Access-Control-Request"])
def test_names_that_begin_like_forbidden_ones_are_not(name: str) -> None:
    server = Server()
    assert fetch(server, headers={name: "v"}).delivered
    assert server.preflights[0].header("Access-Control-Request-Headers") == name.lower()


@pytest.mark.parametrize(
    ("body_type", "headers", "sent", "unsafe"),
    [
        pytest.param("text/plain;charset=UTF-8", {}, "text/plain;charset=UTF-8", False, id="R50-text"),
        pytest.param(f"{FORM};charset=UTF-8", {}, f"{FORM};charset=UTF-8", False, id="R50-form"),
        pytest.param("multipart/form-data; boundary=x", {}, "multipart/form-data; boundary=x", False, id="R50-parts"),
        pytest.param("application/json", {}, "application/json", True, id="R50-typed-blob"),
        pytest.param(None, {}, None, False, id="R50-bytes"),
        pytest.param("text/plain", {"content-type": "a/b"}, "a/b", True, id="R50-the-page-says-otherwise"),
    ],
)
def test_a_body_brings_its_type(body_type: str | None, headers: dict[str, str], sent: str | None, unsafe: bool) -> None:
    server = Server()
    fetch(server, method="POST", body=b"{}", body_type=body_type, headers=headers)
    assert server.requests[0].header("Content-Type") == sent
    assert server.requests[0].body == b"{}"
    assert len(server.preflights) == unsafe


@pytest.mark.parametrize(
    ("headers", "body_type", "left"),
    [
        pytest.param({"Content-Type": "application/json", "X-A": "1"}, None, {}, id="R91-unsafe"),
        pytest.param({"Authorization": "b", "Range": "bytes=0-"}, None, {}, id="R91-range"),
        pytest.param({"Accept": "a/b", "Content-Type": "text/plain"}, None, ..., id="R91-safelisted"),
        pytest.param({"Accept": "a:b"}, None, {}, id="R91-unsafe-value"),
        pytest.param({}, "application/json", {}, id="R91-type-of-the-body"),
        pytest.param({}, "text/plain", {"Content-Type": "text/plain"}, id="R91-plain-type-of-the-body"),
    ],
)
def test_no_cors_sends_safelisted_headers_only(headers: dict[str, str], body_type: str | None, left: Any) -> None:
    server = Server()
    result = fetch(server, method="POST", mode="no-cors", headers=headers, body=b"", body_type=body_type)
    assert step(result) == ""
    sent = {
        name: value
        for name, value in server.log[0].headers
        if (name, value) not in (("Accept", "*/*"), ("Origin", PAGE))
    }
    assert server.methods == "POST"
    assert sent == (headers if left is ... else left)


def test_no_cors_judges_the_lines_of_one_name_together() -> None:
    server = Server()
    fetch(server, mode="no-cors", headers=[("Accept", "a" * 100), ("Accept", "b" * 26), ("Accept", "c")])
    assert server.log[0].header("Accept") == "a" * 100 + ", " + "b" * 26


@pytest.mark.parametrize(
    ("profile", "headers", "asked"),
    [
        pytest.param(CHROMIUM, {"DPR": "2", "Save-Data": "on", "Width": "1"}, None, id="R43-chromium-hints"),
        pytest.param(CHROMIUM, {"User-Agent": "x"}, None, id="R43-chromium-user-agent"),
        pytest.param(FIREFOX, {"User-Agent": "x", "DPR": "2"}, "dpr,user-agent", id="R43-firefox"),
        pytest.param(FIREFOX, {"Accept": "café"}, "accept", id="R41-firefox-eight-bits"),
        pytest.param(CHROMIUM, {"Accept": "café"}, None, id="R41-chromium-eight-bits"),
        pytest.param(CHROMIUM, [("Accept", "a" * 70)] * 2, "accept", id="R42-chromium-joins-lines"),
        pytest.param(FIREFOX, [("Accept", "a" * 120)] * 10, None, id="R42-firefox-has-no-total"),
        pytest.param(FIREFOX, [("X-A", "1"), ("x-a", "2")], "x-a,x-a", id="R17-firefox-repeats"),
        pytest.param(STANDARD, [("X-A", "1"), ("x-a", "2")], "x-a", id="R17-standard-does-not"),
    ],
)
def test_engines_judge_some_headers_otherwise(profile: Profile, headers: Any, asked: str | None) -> None:
    server = Server()
    fetch(server, headers=headers, profile=profile)
    questions = [outgoing.header("Access-Control-Request-Headers") for outgoing in server.preflights]
    assert questions == ([asked] if asked else [])
