"""`fetch()` as a page calls it, over one application or several."""

from __future__ import annotations

import pytest

from cors_core.testing import Browser, CORSError, FetchTypeError, NetworkError
from tests.testing.servers import (
    API,
    APP,
    ELSEWHERE,
    LETS_IN,
    OPEN,
    answering,
    echo,
    heard,
    page_over,
    protected,
    routes,
)


def test_a_page_reads_what_the_server_shares() -> None:
    app = answering(*OPEN, ("Content-Type", "application/json"), body=b'{"tea": 3}')
    response = page_over(app).fetch(f"{API}/prices#top")
    assert (response.status, response.ok, response.type, response.redirected) == (200, True, "cors", False)
    assert response.url == f"{API}/prices"
    assert response.json() == {"tea": 3}
    assert response.text() == '{"tea": 3}'
    assert response.content == b'{"tea": 3}'


def test_an_error_page_is_read_like_any_other() -> None:
    response = page_over(answering(*OPEN, status="500 Oh No")).fetch(API)
    assert (response.status, response.ok) == (500, False)


def test_only_exposed_headers_are_seen_and_the_others_say_how_to_expose_them() -> None:
    app = answering(*OPEN, ("Content-Type", "text/plain"), ("X-Total", "3"), ("Set-Cookie", "a=1"))
    headers = page_over(app).fetch(API).headers
    assert dict(headers) == {"content-type": "text/plain"}
    assert "X-Total" not in headers
    assert headers.get("X-Total") is None
    with pytest.raises(KeyError, match="add 'X-Total' to expose_headers"):
        headers["X-Total"]
    with pytest.raises(KeyError, match="no page can read"):
        headers["Set-Cookie"]
    with pytest.raises(KeyError, match="has no X-Other"):
        headers["X-Other"]


def test_header_names_have_no_case_and_lines_are_joined() -> None:
    app = answering(*OPEN, ("Access-Control-Expose-Headers", "x-a"), ("X-A", "1"), ("x-a", " 2"))
    headers = page_over(app).fetch(API).headers
    assert headers["X-a"] == "1, 2"
    assert len(headers) == 1


def test_a_refused_response_raises_but_the_request_was_acted_on() -> None:
    page = page_over(answering())
    with pytest.raises(CORSError) as caught:
        page.fetch(API, method="POST", body="buy")
    assert caught.value.step == "allow-origin-missing"
    assert isinstance(caught.value, TypeError)
    assert [entry.method for entry in page.requests] == ["POST"]


def test_the_log_tells_preflights_from_requests_and_why_there_was_one() -> None:
    page = page_over(protected(answering(), allow_methods=["PUT"], allow_headers=["X-A"]))
    page.fetch(f"{API}/1", method="PUT", headers={"X-A": "1"}, json=[1])
    preflight, request = page.requests
    assert (preflight.kind, preflight.method, preflight.status) == ("preflight", "OPTIONS", 204)
    assert preflight.because == ("method PUT", "header content-type", "header x-a")
    assert (request.kind, request.method, request.status, request.url) == ("request", "PUT", 200, f"{API}/1")
    assert repr(preflight) == (
        f"<preflight OPTIONS {API}/1: 204, because of method PUT, header content-type, header x-a>"
    )
    assert request.header("Content-Type") == "application/json"


def test_a_request_that_needs_no_preflight_sends_none() -> None:
    page = page_over(answering(*OPEN))
    page.fetch(API, method="POST", data={"a": "1"})
    assert [entry.kind for entry in page.requests] == ["request"]
    assert page.requests[0].because == ()


def test_the_preflight_cache_is_the_browsers_and_time_empties_it() -> None:
    browser = Browser(protected(answering(), allow_methods=["PUT"], max_age=60), at=API)
    one, other = browser.open(APP), browser.open(f"{APP}/other")
    for page in (one, other):
        page.fetch(API, method="PUT")
    assert [entry.kind for entry in browser.requests] == ["preflight", "request", "request"]
    browser.wait(61)
    one.fetch(API, method="PUT")
    assert [entry.kind for entry in browser.requests[3:]] == ["preflight", "request"]


def test_a_relative_url_is_relative_to_the_page() -> None:
    page = page_over({API: answering(), APP: echo}, url=f"{APP}/some/page")
    assert page.fetch("other?q=1").url == f"{APP}/some/other?q=1"
    assert page.fetch("/x").type == "basic"


def test_where_nobody_answers_the_page_itself_the_error_asks_what_was_meant() -> None:
    page = page_over(answering(*OPEN))
    with pytest.raises(NetworkError, match=r"same-origin request; did you mean https://api\.example\.com/items/1\?"):
        page.fetch("/items/1")


def test_where_nobody_answers_elsewhere_the_error_names_who_does() -> None:
    with pytest.raises(NetworkError, match=rf"no application answers at {ELSEWHERE}; there are: {API}") as caught:
        page_over(answering()).fetch(ELSEWHERE)
    assert not isinstance(caught.value, CORSError)
    assert "Browser({origin: app, ...})" in caught.value.hint


def test_several_applications_answer_at_their_origins_and_a_redirect_leads_from_one_to_another() -> None:
    cdn = "https://cdn.example.com"
    api = answering(*OPEN, ("Location", f"{cdn}/file"), status="302 Found")
    browser = Browser({API: api, cdn: answering(*OPEN, body=b"from the CDN")})
    response = browser.open(APP).fetch(API)
    assert (response.text(), response.redirected, response.url) == ("from the CDN", True, f"{cdn}/file")
    assert [entry.header("Origin") for entry in browser.requests] == [APP, "null"]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"method": "TRACE"}, id="forbidden method"),
        pytest.param({"method": "P UT"}, id="no method"),
        pytest.param({"headers": {"a b": "1"}}, id="no header name"),
        pytest.param({"headers": {"X-A": "1\n2"}}, id="line break in a value"),
        pytest.param({"json": {}}, id="GET with a body"),
        pytest.param({"method": "PUT", "mode": "no-cors"}, id="PUT without CORS"),
        pytest.param({"mode": "navigate"}, id="no mode for pages"),
        pytest.param({"credentials": "yes"}, id="no credentials mode"),
        pytest.param({"redirect": "yes"}, id="no redirect mode"),
        pytest.param({"method": "POST", "json": 1, "body": "1"}, id="two bodies"),
    ],
)
def test_what_no_page_can_ask_raises_before_anything_is_sent(options: dict[str, object]) -> None:
    page = page_over(answering(*OPEN))
    with pytest.raises(FetchTypeError):
        page.fetch(API, **options)  # type: ignore[arg-type]
    assert page.requests == []


@pytest.mark.parametrize("url", ["https://", "https://user:secret@api.example.com/", "//["])
def test_a_url_that_fetch_refuses_raises_before_anything_is_sent(url: str) -> None:
    with pytest.raises(FetchTypeError):
        page_over(answering(*OPEN)).fetch(url)


def test_headers_may_be_pairs_and_what_pages_cannot_set_is_dropped() -> None:
    headers = [("X-A", "1"), ("X-A", "2"), ("Cookie", "stolen=1"), ("Sec-Fetch-Site", "same-origin")]
    page = page_over(protected(echo, allow_headers=["X-A"]))
    sent = heard(page.fetch(API, headers=headers).text())
    assert sent["HTTP_X_A"] == "1,2"
    assert "HTTP_COOKIE" not in sent
    assert sent["HTTP_SEC_FETCH_SITE"] == "same-site"


@pytest.mark.parametrize(
    ("page", "target", "relation"),
    [
        pytest.param(API, API, "same-origin", id="same origin"),
        pytest.param(APP, API, "same-site", id="same site"),
        pytest.param("http://app.example.com", API, "cross-site", id="other scheme"),
        pytest.param("https://one.github.io", "https://two.github.io", "cross-site", id="public suffix"),
        pytest.param("http://localhost:3000", "http://localhost:8000", "same-site", id="other port"),
        pytest.param("http://localhost:3000", "http://127.0.0.1:8000", "cross-site", id="addresses"),
        pytest.param("null", API, "cross-site", id="opaque"),
    ],
)
def test_the_browser_tells_how_page_and_target_are_related(page: str, target: str, relation: str) -> None:
    browser = Browser(answering(*OPEN), at=target)
    browser.open(page).fetch(target, mode="cors")
    assert browser.requests[0].header("Sec-Fetch-Site") == relation


def test_fetch_metadata_stays_away_from_plain_http() -> None:
    browser = Browser(answering(*OPEN), at="http://api.example.com")
    browser.open("http://app.example.com").fetch("http://api.example.com")
    assert browser.requests[0].header("Sec-Fetch-Mode") is None


def test_the_transport_adds_what_browsers_add() -> None:
    page = page_over(protected(echo), at=f"{API}:8443")
    sent = heard(page.fetch(f"{API}:8443/x?q=%C3%A9", method="POST", body="é").text())
    assert sent["HTTP_HOST"] == "api.example.com:8443"
    assert sent["HTTP_REFERER"] == f"{APP}/"
    assert (sent["HTTP_SEC_FETCH_MODE"], sent["HTTP_SEC_FETCH_DEST"]) == ("cors", "empty")
    assert (sent["CONTENT_LENGTH"], sent["CONTENT_TYPE"]) == ("2", "text/plain;charset=UTF-8")
    assert (sent["SERVER_PORT"], sent["QUERY_STRING"], sent["PATH_INFO"]) == ("8443", "q=%C3%A9", "/x")


@pytest.mark.parametrize(
    ("policy", "target", "referrer"),
    [
        pytest.param("", f"{APP}/x", f"{APP}/some/page", id="default, same origin"),
        pytest.param("", API, f"{APP}/", id="default, other origin"),
        pytest.param("no-referrer", API, None, id="none"),
        pytest.param("same-origin", API, None, id="own origin only"),
        pytest.param("origin", f"{APP}/x", f"{APP}/", id="origin"),
        pytest.param("unsafe-url", API, f"{APP}/some/page", id="all of it"),
        pytest.param("", "http://api.example.com", None, id="downgrade"),
    ],
)
def test_the_referrer_follows_its_policy(policy: str, target: str, referrer: str | None) -> None:
    everywhere = answering(*OPEN)
    browser = Browser({APP: everywhere, API: everywhere, "http://api.example.com": everywhere})
    browser.open(f"{APP}/some/page#top").fetch(target, referrer_policy=policy)
    assert browser.requests[0].header("Referer") == referrer


@pytest.mark.parametrize(
    ("url", "sandboxed"),
    [
        pytest.param("null", False, id="null"),
        pytest.param("file:///tmp/page.html", False, id="file"),
        pytest.param(APP, True, id="sandboxed"),
    ],
)
def test_an_opaque_page_sends_null_and_reads_what_everybody_may(url: str, sandboxed: bool) -> None:
    browser = Browser({API: answering(*OPEN), APP: answering()})
    page = browser.open(url, sandboxed=sandboxed)
    assert page.origin == "null"
    page.fetch(API)
    assert page.requests[0].header("Origin") == "null"
    with pytest.raises(CORSError):
        page.fetch(APP)


def test_a_sandboxed_page_keeps_its_base_url() -> None:
    browser = Browser(answering(*OPEN), at=API)
    assert browser.open(f"{API}/a/b", sandboxed=True).fetch("c").url == f"{API}/a/c"


def test_a_page_without_a_url_has_no_relative_ones() -> None:
    with pytest.raises(FetchTypeError):
        page_over(answering(), url="null").fetch("/items")


def test_an_extension_has_an_origin() -> None:
    origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    page = page_over(protected(answering(), allow_origins=[origin]), url=f"{origin}/popup.html")
    assert page.fetch(API).ok
    assert page.origin == origin


def test_mixed_content_gives_a_warning() -> None:
    page = page_over({"http://api.example.com": answering(*OPEN), "http://localhost:8000": answering(*OPEN)})
    assert "mixed content" in page.fetch("http://api.example.com").warnings[-1]
    assert "mixed content" not in " ".join(page.fetch("http://localhost:8000").warnings)


def test_profiles_have_their_own_ways_and_the_standard_warns_of_them() -> None:
    star = answering(*OPEN, ("Access-Control-Allow-Headers", "*"))
    token = {"Authorization": "Bearer x"}
    assert page_over(star, profile="chromium").fetch(API, headers=token).ok
    with pytest.raises(CORSError) as caught:
        page_over(star).fetch(API, headers=token)
    assert caught.value.step == "authorization-not-listed"
    assert caught.value.warnings


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no profile 'opera'; there are standard"):
        Browser(answering(), profile="opera")


def test_manual_redirects_and_no_cors_responses_are_opaque() -> None:
    page = page_over(answering(*OPEN, ("Location", "/x"), status="302 Found"))
    assert page.fetch(API, redirect="manual").type == "opaqueredirect"
    opaque = page_over(answering(("X-A", "1"))).fetch(API, mode="no-cors")
    assert (opaque.type, opaque.status, opaque.text(), dict(opaque.headers)) == ("opaque", 0, "", {})


def test_the_parser_is_asked_for_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "ada_url", None)
    with pytest.raises(ImportError, match=r"pip install 'cors-core\[testing\]'"):
        Browser(answering())


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        pytest.param("api.example.com", "is no origin", id="no scheme"),
        pytest.param(f"{API}/v1", f"write '{API}', and the path where you fetch", id="path"),
        pytest.param("ftp://api.example.com", "is no origin of a server", id="scheme"),
    ],
)
def test_applications_are_served_at_origins(at: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Browser(answering(*LETS_IN), at=at)


def test_a_browser_needs_an_application() -> None:
    with pytest.raises(ValueError, match="without an application"):
        Browser({})


def test_a_page_needs_a_url() -> None:
    with pytest.raises(FetchTypeError, match="is no URL of a page"):
        Browser(answering()).open("app.example.com")


def test_paths_reach_the_application_decoded_once() -> None:
    table = {"/a b%2F": answering(*OPEN, body=b"there")}
    assert page_over(routes(table)).fetch(f"{API}/a%20b%252F").text() == "there"
