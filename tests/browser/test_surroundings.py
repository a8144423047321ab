"""What keeps a request in the browser besides CORS: the result tells of it."""

from __future__ import annotations

import pytest

from cors_core.browser.surroundings import address_space
from tests.browser.wire import API, PAGE, Server, fetch, reply


@pytest.mark.parametrize(
    ("space", "hosts"),
    [
        ("loopback", "127.0.0.1 127.255.0.1 [::1] 0.0.0.0 [::] 198.18.0.1 [::ffff:7f00:1] localhost a.localhost localhost."),
        ("local", "10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 169.254.1.1 0.0.0.1 printer.local"),
        ("local", "[fc00::1] [fd12::1] [fe80::1] [fec0::1] [2001:db8::1] [3fff::1] [::ffff:c0a8:1]"),
        ("public", "8.8.8.8 172.32.0.1 172.15.0.1 198.20.0.1 [2606:4700::1] api.example a.localhost.example 10.example"),
    ],
)  # fmt: skip
def test_where_a_host_is(space: str, hosts: str) -> None:
    assert {host: address_space(host) for host in hosts.split()} == dict.fromkeys(hosts.split(), space), "R87"


@pytest.mark.parametrize(
    ("page", "url", "place"),
    [
        pytest.param(PAGE, "https://192.168.0.1/", "the local network", id="R87-public-to-local"),
        pytest.param(PAGE, "http://127.0.0.1:8000/", "this very machine", id="R87-public-to-loopback"),
        pytest.param("http://192.168.0.2", "http://localhost/", "this very machine", id="R87-local-to-loopback"),
        pytest.param("http://localhost:3000", "http://127.0.0.1:8000/", None, id="R87-loopback-to-loopback"),
        pytest.param("http://localhost", "https://192.168.0.1/", None, id="R87-loopback-to-local"),
        pytest.param("http://192.168.0.2", "https://api.example/", None, id="R87-local-to-public"),
        pytest.param("http://192.168.0.2", "http://192.168.0.2/", None, id="R87-same-origin"),
        pytest.param(PAGE, API, None, id="R87-public-to-public"),
    ],
)
def test_a_nearer_network_needs_the_users_permission(page: str, url: str, place: str | None) -> None:
    result = fetch(Server(), url, page=page)
    assert result.delivered
    asked = [warning for warning in result.warnings if "Local Network Access" in warning]
    assert len(asked) == (place is not None)
    assert all(f"is in {place}:" in warning for warning in asked)


@pytest.mark.parametrize(
    ("page", "url", "mixed"),
    [
        pytest.param(PAGE, "http://api.example/", True, id="https-to-http"),
        pytest.param(PAGE, "https://api.example/", False, id="https-to-https"),
        pytest.param("http://page.example", "http://api.example/", False, id="http-to-http"),
        pytest.param(PAGE, "http://localhost:8000/", False, id="https-to-localhost"),
        pytest.param(PAGE, "http://[::1]:8000/", False, id="https-to-loopback"),
    ],
)
def test_mixed_content_is_told(page: str, url: str, mixed: bool) -> None:
    result = fetch(Server(), url, page=page)
    assert result.delivered
    assert any(warning.startswith("mixed content: ") for warning in result.warnings) == mixed


def test_a_redirect_into_mixed_content_is_told() -> None:
    server = Server(at={API: reply("ACAO: *", "Location: http://api.example/", status=302)})
    assert "mixed content" in fetch(server).warnings[0]
