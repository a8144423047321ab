"""The cookie jar: what is kept, what is sent, and why not (R80)."""

from __future__ import annotations

from typing import Any

import pytest

from cors_core.testing import Browser, CookieRefused
from tests.testing.servers import API, APP, ELSEWHERE, LETS_IN, answering, heard, protected

ANYWHERE = "https://"


def reading(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the cookies that came; to `/set?...` also set the one in the query."""
    headers = [("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*"))]
    headers += [("Access-Control-Allow-Credentials", "true")]
    if environ["PATH_INFO"] == "/set":
        from urllib.parse import unquote

        headers.append(("Set-Cookie", unquote(environ["QUERY_STRING"])))
    start_response("200 OK", headers)
    return [f"HTTP_COOKIE={environ.get('HTTP_COOKIE', '')}".encode()]


def browser(*origins: str) -> Browser:
    return Browser(dict.fromkeys(origins or (API,), reading))


def cookies(browser: Browser, page: str, url: str, **options: Any) -> str:
    """The cookies that a page sends to a URL."""
    text = browser.open(page, **options).fetch(url, credentials="include").text()
    return heard(text)["HTTP_COOKIE"]


@pytest.mark.parametrize(
    ("credentials", "page", "sent"),
    [
        pytest.param("include", APP, "s=1", id="include"),
        pytest.param("same-origin", APP, "", id="same-origin, elsewhere"),
        pytest.param("same-origin", API, "s=1", id="same-origin, at home"),
        pytest.param("omit", API, "", id="omit"),
    ],
)
def test_cookies_go_with_credentials_only(credentials: Any, page: str, sent: str) -> None:
    one = browser()
    one.cookies.set(API, "s=1")
    response = one.open(page).fetch(API, credentials=credentials, mode="cors")
    assert heard(response.text())["HTTP_COOKIE"] == sent


def test_cookies_are_kept_with_credentials_only() -> None:
    one = browser()
    one.open(APP).fetch(f"{API}/set?s=1")
    assert len(one.cookies) == 0
    one.open(APP).fetch(f"{API}/set?s=1", credentials="include")
    assert [(cookie.name, cookie.value) for cookie in one.cookies] == [("s", "1")]


def test_a_preflight_has_no_cookies() -> None:
    one = Browser(protected(answering(), allow_credentials=True, allow_methods=["PUT"]), at=API)
    one.cookies.set(API, "s=1")
    one.open(APP).fetch(API, method="PUT", credentials="include")
    assert [entry.header("Cookie") for entry in one.requests] == [None, "s=1"]


def test_a_cookie_is_kept_although_cors_keeps_the_response_from_the_page() -> None:
    one = Browser(answering(("Set-Cookie", "s=1")), at=API)
    with pytest.raises(TypeError):
        one.open(APP).fetch(API, credentials="include")
    assert len(one.cookies) == 1


@pytest.mark.parametrize(
    ("cookie", "page", "sent"),
    [
        pytest.param("s=1; SameSite=Strict", APP, True, id="Strict, same site"),
        pytest.param("s=1; SameSite=Lax", APP, True, id="Lax, same site"),
        pytest.param("s=1", APP, True, id="unset, same site"),
        pytest.param("s=1; SameSite=Strict", ELSEWHERE, False, id="Strict, cross-site"),
        pytest.param("s=1; SameSite=Lax", ELSEWHERE, False, id="Lax, cross-site"),
        pytest.param("s=1", ELSEWHERE, False, id="unset, cross-site"),
        pytest.param("s=1; SameSite=None; Secure", ELSEWHERE, True, id="None, cross-site"),
        pytest.param("s=1; SameSite=Lax", "http://app.example.com", False, id="Lax, other scheme"),
        pytest.param("s=1; SameSite=Lax", "null", False, id="Lax, opaque page"),
        pytest.param("s=1; SameSite=None; Secure", "null", True, id="None, opaque page"),
        pytest.param("s=1; SameSite=Odd", ELSEWHERE, False, id="unknown word means Lax"),
    ],
)
def test_samesite_looks_at_the_page(cookie: str, page: str, sent: bool) -> None:
    one = browser()
    one.cookies.set(API, cookie)
    assert cookies(one, page, API) == ("s=1" if sent else "")


def test_a_cookie_that_stays_at_home_says_why() -> None:
    one = browser()
    one.cookies.set(API, "s=1")
    cookies(one, ELSEWHERE, API)
    sentence = "cookie 's' is not sent: it has no SameSite, which means Lax, and the request is cross-site"
    assert one.requests[0].cookies == [sentence]


def test_a_frame_of_another_site_is_a_third_party() -> None:
    one = browser()
    one.cookies.set(API, "s=1; SameSite=Lax")
    assert cookies(one, APP, API, inside=ELSEWHERE) == ""
    assert cookies(one, ELSEWHERE, API, inside=APP) == ""
    assert cookies(one, APP, API, inside=API) == "s=1"


def test_a_partitioned_cookie_stays_under_the_site_at_the_top() -> None:
    one = browser()
    cookies(one, ELSEWHERE, f"{API}/set?s=1;SameSite=None;Secure;Partitioned")
    assert cookies(one, ELSEWHERE, API) == "s=1"
    assert cookies(one, "https://third.example", API) == ""
    assert cookies(one, "null", API) == ""


@pytest.mark.parametrize(
    ("cookie", "reason"),
    [
        pytest.param("s=1; SameSite=None", "SameSite=None needs Secure", id="None without Secure"),
        pytest.param("s=1; Partitioned", "Partitioned needs Secure", id="Partitioned without Secure"),
        pytest.param("s=1; Domain=example.org", "does not cover", id="somebody else's domain"),
        pytest.param("s=1; Domain=com", "is a public suffix", id="public suffix"),
        pytest.param("s=1; Domain=deeper.api.example.com", "does not cover", id="a subdomain"),
        pytest.param("__Secure-s=1", "__Secure- needs Secure", id="prefix Secure"),
        pytest.param("__Host-s=1; Secure", "__Host- needs", id="prefix Host without Path"),
        pytest.param("__Host-s=1; Secure; Path=/; Domain=example.com", "__Host- needs", id="prefix Host with Domain"),
        pytest.param("s=\x01", "control character", id="control character"),
        pytest.param("=", "neither name nor value", id="nothing"),
        pytest.param(f"s={'x' * 4096}", "longer than 4096", id="long"),
    ],
)
def test_a_cookie_that_browsers_ignore_is_refused(cookie: str, reason: str) -> None:
    with pytest.raises(CookieRefused, match=reason):
        browser().cookies.set(API, cookie)


def test_a_server_hears_nothing_of_it_but_the_log_does() -> None:
    one = browser()
    cookies(one, ELSEWHERE, f"{API}/set?session=1")
    assert one.requests[0].cookies == [
        "Set-Cookie 'session' is ignored: the response is cross-site, which needs SameSite=None; Secure"
    ]
    assert len(one.cookies) == 0


@pytest.mark.parametrize(
    ("set_at", "cookie", "url", "sent"),
    [
        pytest.param(API, "s=1", "https://deeper.api.example.com", False, id="host only"),
        pytest.param(API, "s=1; Domain=example.com", APP, True, id="Domain"),
        pytest.param(API, "s=1; Domain=.example.com", APP, True, id="Domain with a dot"),
        pytest.param(API, "s=1; Domain=example.com", "https://badexample.com", False, id="no dot between"),
        pytest.param(f"{API}/a/b", "s=1", f"{API}/a/c", True, id="default path"),
        pytest.param(f"{API}/a/b", "s=1", f"{API}/x", False, id="beside the default path"),
        pytest.param(API, "s=1; Path=/a", f"{API}/a/b", True, id="under the path"),
        pytest.param(API, "s=1; Path=/a", f"{API}/ab", False, id="whole segments"),
        pytest.param(API, "s=1; Secure", "http://api.example.com", False, id="Secure over http"),
        pytest.param("http://localhost:8000", "s=1; Secure", "http://localhost:9000", True, id="Secure on localhost"),
        pytest.param("https://github.io", "s=1; Domain=github.io", "https://a.github.io", False, id="suffix's own"),
        pytest.param("http://127.0.0.1", "s=1; Domain=127.0.0.1", "http://127.0.0.1:8000", True, id="address"),
    ],
)
def test_a_cookie_is_sent_where_it_belongs(set_at: str, cookie: str, url: str, sent: bool) -> None:
    from cors_core.browser import URL

    target = str(URL(url).origin)
    one = browser(target)
    one.cookies.set(set_at, cookie)
    assert cookies(one, target, url) == ("s=1" if sent else "")


def test_secure_needs_https() -> None:
    with pytest.raises(CookieRefused, match="Secure needs https"):
        browser().cookies.set("http://api.example.com", "s=1; Secure")


@pytest.mark.parametrize(
    ("cookie", "after", "sent"),
    [
        pytest.param("s=1; Max-Age=60", 59, True, id="Max-Age, in time"),
        pytest.param("s=1; Max-Age=60", 61, False, id="Max-Age, too late"),
        pytest.param("s=1; Max-Age=0", 0, False, id="Max-Age 0"),
        pytest.param("s=1; Max-Age=-1", 0, False, id="Max-Age negative"),
        pytest.param("s=1; Max-Age=soon", 10**9, True, id="Max-Age unreadable"),
        pytest.param("s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0, False, id="Expires, past"),
        pytest.param("s=1; Expires=Thu, 01-Jan-2970 00:00:00 GMT", 60, True, id="Expires, future, with dashes"),
        pytest.param("s=1; Expires=Thu, 01 Jan 2970 00:00:00 GMT", 401 * 86400, False, id="no cookie lives longer"),
        pytest.param("s=1; Expires=soon", 60, True, id="Expires unreadable"),
        pytest.param("s=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 1, True, id="Max-Age first"),
    ],
)
def test_a_cookie_ends(cookie: str, after: int, sent: bool) -> None:
    one = browser()
    one.cookies.set(API, cookie)
    one.wait(after)
    assert cookies(one, APP, API) == ("s=1" if sent else "")
    assert len(one.cookies) == sent


def test_a_new_cookie_takes_the_place_of_the_old_and_the_longest_path_comes_first() -> None:
    one = browser()
    for cookie in ("a=1", "b=1", "a=2", "c=1; Path=/deep", "just a value"):
        one.cookies.set(API, cookie)
    assert cookies(one, APP, f"{API}/deep/x") == "c=1; a=2; b=1; just a value"
    one.cookies.set(API, "a=; Max-Age=0")
    assert {cookie.name for cookie in one.cookies} == {"b", "c", ""}
    one.cookies.clear()
    assert not list(one.cookies)


def test_cookies_that_come_from_a_redirect_are_kept_on_the_way() -> None:
    first = answering(*LETS_IN, ("Set-Cookie", "s=1"), ("Location", "/next"), status="302 Found")
    one = Browser(
        lambda environ, start: (first if environ["PATH_INFO"] == "/" else reading)(environ, start),
        at=API,
    )
    assert one.open(APP).fetch(API, credentials="include").text() == "HTTP_COOKIE=s=1"


def test_a_page_over_plain_http_cannot_overwrite_a_secure_cookie() -> None:
    jar = Browser(protected(answering())).cookies
    jar.set("https://api.example.com/", "sid=good; Secure")
    with pytest.raises(CookieRefused, match="plain http"):
        jar.set("http://api.example.com/", "sid=evil")
    assert [cookie.value for cookie in jar] == ["good"]


def test_a_date_beyond_reckoning_is_no_date() -> None:
    jar = Browser(protected(answering())).cookies
    jar.set("https://api.example.com/", "sid=1; Expires=Wed, 21 Oct 2031 07:28:00 +99999999999999")
    assert len(jar) == 1
