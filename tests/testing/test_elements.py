"""Elements and older APIs fetch by their own rules (R89)."""

from __future__ import annotations

import pytest

from cors_core.testing import Blob, CORSError, NetworkError, Page, Response
from tests.testing.servers import API, APP, LETS_IN, OPEN, answering, page_over, protected


def font(page: Page) -> Response:
    return page.font(f"{API}/font.woff2")


def module(page: Page) -> Response:
    return page.module_script(f"{API}/module.js")


def event_source(page: Page) -> Response:
    return page.event_source(f"{API}/events")


def anonymous_image(page: Page) -> Response:
    return page.image(f"{API}/image.png", crossorigin="anonymous")


@pytest.mark.parametrize("load", [font, module, event_source, anonymous_image])
def test_it_is_in_mode_cors_without_credentials(load: type[Response]) -> None:
    page = page_over(answering(*OPEN))
    assert load(page).type == "cors"  # type: ignore[call-arg, arg-type]
    (request,) = page.requests
    assert (request.header("Origin"), request.header("Sec-Fetch-Mode")) == (APP, "cors")
    assert not request.sent.credentials
    with pytest.raises(CORSError):
        load(page_over(answering()))  # type: ignore[call-arg, arg-type]


def test_each_has_its_destination() -> None:
    page = page_over(answering(*OPEN))
    for load in (font, module, event_source, anonymous_image):
        load(page)
    assert [entry.header("Sec-Fetch-Dest") for entry in page.requests] == ["font", "script", "empty", "image"]


def test_an_image_without_the_attribute_is_opaque_and_sent_with_cookies() -> None:
    page = page_over(answering())
    assert page.image(f"{API}/image.png").type == "opaque"
    (request,) = page.requests
    assert request.header("Origin") is None
    assert request.header("Sec-Fetch-Mode") == "no-cors"
    assert request.sent.credentials


def test_an_image_that_the_server_keeps_to_itself_is_a_network_error() -> None:
    page = page_over(answering(("Cross-Origin-Resource-Policy", "same-origin")))
    with pytest.raises(NetworkError) as caught:
        page.image(f"{API}/image.png")
    assert not isinstance(caught.value, CORSError)
    assert "Cross-Origin-Resource-Policy: cross-origin" in caught.value.hint


def test_a_resource_policy_of_one_site_looks_at_the_site() -> None:
    within = page_over(answering(("Cross-Origin-Resource-Policy", "same-site")))
    assert within.image(f"{API}/image.png").type == "opaque"
    outside = page_over(answering(("Cross-Origin-Resource-Policy", "same-site")), url="https://elsewhere.example")
    with pytest.raises(NetworkError):
        outside.image(f"{API}/image.png")


def test_credentials_are_included_on_demand() -> None:
    page = page_over(answering(*LETS_IN))
    page.image(API, crossorigin="use-credentials")
    page.module_script(API, crossorigin="use-credentials")
    page.event_source(API, with_credentials=True)
    page.xhr(API, with_credentials=True)
    assert all(entry.sent.credentials for entry in page.requests)


def test_an_event_source_asks_for_its_type_without_a_preflight() -> None:
    page = page_over(answering(*OPEN))
    event_source(page)
    assert [(entry.kind, entry.header("Accept")) for entry in page.requests] == [("request", "text/event-stream")]


def test_an_element_may_load_a_url_with_a_user_name() -> None:
    assert page_over(answering()).image("https://user@api.example.com/image.png").type == "opaque"


def test_listeners_on_an_upload_make_a_preflight() -> None:
    page = page_over(protected(answering()))
    page.xhr(API, method="POST", body="x", upload_listeners=True)
    preflight, _ = page.requests
    assert preflight.because == ("a stream, or listeners on the upload",)
    assert preflight.header("Access-Control-Request-Headers") is None
    page.xhr(f"{API}/other", method="POST", body="x")
    assert len(page.requests) == 3


def test_an_xhr_drops_the_body_of_a_get() -> None:
    page = page_over(answering(*OPEN))
    page.xhr(API, json={"a": 1})
    assert (page.requests[0].sent.body, page.requests[0].kind) == (b"", "request")


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        pytest.param("text", ["request"], id="text"),
        pytest.param(None, ["request"], id="nothing"),
        pytest.param(Blob("{}", "application/json"), ["preflight", "request"], id="JSON"),
    ],
)
def test_a_beacon_is_a_post_with_credentials(body: object, kinds: list[str]) -> None:
    page = page_over(protected(answering(), allow_credentials=True))
    page.beacon(f"{API}/beacon", body)
    assert [entry.kind for entry in page.requests] == kinds
    assert page.requests[-1].method == "POST"
    assert page.requests[-1].sent.credentials


def test_a_beacon_of_json_needs_credentials_to_be_allowed() -> None:
    with pytest.raises(CORSError) as caught:
        page_over(protected(answering())).beacon(f"{API}/beacon", json={"seen": True})
    assert caught.value.step == "allow-credentials"
    assert caught.value.console["chromium"].startswith(f"Access to resource at '{API}/beacon' from origin")


def test_xhr_joins_the_lines_of_one_header_before_they_are_judged() -> None:
    page = page_over(protected(answering()))
    page.xhr(f"{API}/", method="POST", headers=[("Content-Type", "text/plain")] * 2, body=b"x")
    assert [request.kind for request in page.requests] == ["preflight", "request"]
