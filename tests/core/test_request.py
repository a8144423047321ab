from __future__ import annotations

from typing import Any

import pytest

from cors_core import Request
from cors_core.request import EnvironRequest, ScopeRequest
from tests.core.calls import environ_of, scope_of

HEADERS = {
    "Origin": "https://app.example",
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "x-a,x-b",
    "Access-Control-Request-Private-Network": "true",
    "Sec-Fetch-Site": "cross-site",
    "Host": "api.example:8443",
}
FACTS = {
    "method": "OPTIONS",
    "path": "/café/x",
    "origin": "https://app.example",
    "requested_method": "PUT",
    "requested_headers": "x-a,x-b",
    "requested_private_network": "true",
    "sec_fetch_site": "cross-site",
    "host": "api.example:8443",
    "scheme": "https",
    "own_origin": "https://own.example",
}


def of_environ(method: str, path: str, headers: dict[str, str], scheme: str, own: str | None) -> Request:
    environ = environ_of(method, path.encode().decode("latin-1"), headers, **{"wsgi.url_scheme": scheme})
    return EnvironRequest(environ, own)


def of_scope(method: str, path: str, headers: dict[str, str], scheme: str, own: str | None) -> Request:
    return ScopeRequest(scope_of(method, path, headers, scheme=scheme), own)


READERS = pytest.mark.parametrize("read", [of_environ, of_scope])


@READERS
def test_both_protocols_say_the_same(read: Any) -> None:
    request = read("OPTIONS", "/café/x", HEADERS, "https", "https://own.example")
    assert {name: getattr(request, name) for name in FACTS} == FACTS


@READERS
def test_a_header_that_is_absent_is_none(read: Any) -> None:
    request = read("GET", "/", {"Host": "api.example"}, "http", None)
    absent = [name for name in FACTS if getattr(request, name) is None]
    assert absent == [
        "origin",
        "requested_method",
        "requested_headers",
        "requested_private_network",
        "sec_fetch_site",
        "own_origin",
    ]


@READERS
def test_a_header_that_is_empty_is_a_header(read: Any) -> None:
    request = read("OPTIONS", "/", dict.fromkeys(HEADERS, ""), "http", None)
    assert (request.origin, request.requested_method, request.requested_headers) == ("", "", "")


@READERS
def test_eight_bit_bytes_are_text_of_as_many_characters(read: Any) -> None:
    assert read("GET", "/", {"Origin": "https://\xe9\xff"}, "http", None).origin == "https://\xe9\xff"


def test_raw_is_what_the_server_gave() -> None:
    environ, scope = environ_of(), scope_of()
    assert EnvironRequest(environ).raw is environ
    assert ScopeRequest(scope).raw is scope


def test_a_framework_may_leave_its_own_request() -> None:
    framework_request = object()
    assert EnvironRequest(environ_of(), raw=framework_request).raw is framework_request


def test_an_environ_without_a_path_has_an_empty_one() -> None:
    environ = environ_of()
    del environ["PATH_INFO"]
    assert EnvironRequest(environ).path == ""


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        pytest.param("/caf\xc3\xa9", "/café", id="UTF-8"),
        pytest.param("/caf\xe9", "/caf\ufffd", id="Latin-1"),
        pytest.param("/\xc0\xaf", "/\ufffd\ufffd", id="overlong"),
        pytest.param("/\u20ac", "/?", id="what no server sends"),
        pytest.param("/a%20b", "/a%20b", id="not decoded again"),
    ],
)
def test_path_info_is_utf8_in_disguise(raw: str, path: str) -> None:
    assert EnvironRequest(environ_of(path=raw)).path == path


def test_field_lines_of_one_name_are_joined() -> None:
    lines = [(b"origin", b"https://a.example"), (b"origin", b"https://b.example"), (b"host", b"a"), (b"host", b"b")]
    request = ScopeRequest(scope_of(headers=lines))
    assert (request.origin, request.host) == ("https://a.example, https://b.example", "a, b")


def test_an_empty_line_counts_as_a_line() -> None:
    for lines in (["", "https://a.example"], ["https://a.example", ""], ["", ""]):
        request = ScopeRequest(scope_of(headers=[(b"origin", line.encode()) for line in lines]))
        assert "," in (request.origin or "")


def test_a_websocket_scope_reads_as_a_get() -> None:
    request = ScopeRequest(scope_of(headers=HEADERS, type="websocket"))
    assert (request.method, request.scheme, request.origin) == ("GET", "ws", "https://app.example")


@pytest.mark.parametrize(
    ("path", "root_path", "below"),
    [
        ("/a", "", "/a"),
        ("/service/a", "/service", "/a"),
        ("/service", "/service", ""),
        ("/services/a", "/service", "/services/a"),
        ("/a", "/service", "/a"),
        ("/service/service/a", "/service", "/service/a"),
        ("/", "/", ""),
        ("/a", "/", "/a"),
    ],
)
def test_an_asgi_path_is_the_one_below_the_mount_point(path: str, root_path: str, below: str) -> None:
    assert ScopeRequest(scope_of(path=path, root_path=root_path)).path == below
