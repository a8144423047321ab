"""What each kind of body brings along (R50), and which requests it makes a preflight for."""

from __future__ import annotations

from typing import Any

import pytest

from cors_core.testing import Blob, FetchTypeError, FormData
from tests.testing.servers import API, echo, heard, page_over, protected

FORM = FormData({"title": 'Tea "green"', "photo": Blob(b"\x89PNG", "image/png", "tea.png")}, boundary="=B=")
PARTS = (
    b'--=B=\r\nContent-Disposition: form-data; name="title"\r\n\r\nTea "green"\r\n'
    b'--=B=\r\nContent-Disposition: form-data; name="photo"; filename="tea.png"\r\nContent-Type: image/png\r\n\r\n'
    b"\x89PNG\r\n--=B=--\r\n"
)


@pytest.mark.parametrize(
    ("given", "kind", "sent", "preflighted"),
    [
        pytest.param({"body": "é"}, "text/plain;charset=UTF-8", "é".encode(), False, id="text"),
        pytest.param({"body": b"\0\1"}, None, b"\0\1", False, id="bytes"),
        pytest.param({"body": bytearray(b"x")}, None, b"x", False, id="bytearray"),
        pytest.param({"json": {"a": "é"}}, "application/json", '{"a":"é"}'.encode(), True, id="JSON"),
        pytest.param({"json": None}, "application/json", b"null", True, id="null in JSON"),
        pytest.param({"body": '{"a":1}'}, "text/plain;charset=UTF-8", b'{"a":1}', False, id="JSON as text"),
        pytest.param(
            {"data": {"a": ["1", "2"], "b c": "&"}},
            "application/x-www-form-urlencoded;charset=UTF-8",
            b"a=1&a=2&b+c=%26",
            False,
            id="form",
        ),
        pytest.param(
            {"data": [("a", "1")]}, "application/x-www-form-urlencoded;charset=UTF-8", b"a=1", False, id="pairs"
        ),
        pytest.param({"body": FORM}, "multipart/form-data; boundary==B=", PARTS, False, id="form with a file"),
        pytest.param({"data": FORM}, "multipart/form-data; boundary==B=", PARTS, False, id="the same as data"),
        pytest.param({"body": Blob("{}", "application/json")}, "application/json", b"{}", True, id="typed blob"),
        pytest.param({"body": Blob(b"x")}, None, b"x", False, id="untyped blob"),
        pytest.param({"body": iter([b"a", b"b"])}, None, b"ab", True, id="stream"),
        pytest.param({}, None, b"", False, id="nothing"),
    ],
)
def test_a_body_brings_its_type_along(given: dict[str, Any], kind: str | None, sent: bytes, preflighted: bool) -> None:
    page = page_over(protected(echo))
    said = heard(page.fetch(API, method="POST", **given).text())
    assert said.get("CONTENT_TYPE") == kind
    assert said["body"] == repr(sent)
    assert said["CONTENT_LENGTH"] == str(len(sent))
    assert (page.requests[0].kind == "preflight") is preflighted


def test_a_type_that_the_page_sets_stays() -> None:
    page = page_over(protected(echo))
    said = heard(page.fetch(API, method="POST", json={}, headers={"content-type": "text/plain"}).text())
    assert said["CONTENT_TYPE"] == "text/plain"


def test_names_in_a_form_cannot_end_their_header() -> None:
    form = FormData([('a"\r\n', Blob(b"", "", 'b"\r\n'))], boundary="B")
    assert b'name="a%22%0D%0A"; filename="b%22%0D%0A"\r\nContent-Type: application/octet-stream' in bytes(form)


def test_every_form_has_its_own_boundary() -> None:
    assert FormData({}).boundary != FormData({}).boundary


@pytest.mark.parametrize("body", [pytest.param({"a": 1}, id="dict"), pytest.param(1, id="number")])
def test_what_is_no_body_is_refused(body: object) -> None:
    with pytest.raises(FetchTypeError, match="is no body"):
        page_over(echo).fetch(API, method="POST", body=body)


def test_a_lone_surrogate_is_sent_as_a_script_would_send_it() -> None:
    page = page_over(protected(echo))
    assert heard(page.fetch(f"{API}/", method="POST", body="a\ud800b").text())["body"] == str("a\ufffdb".encode())


def test_a_number_is_a_header_value() -> None:
    page = page_over(protected(echo, allow_headers=["X-N"]))
    assert heard(page.fetch(f"{API}/", headers={"X-N": 3}).text())["HTTP_X_N"] == "3"
