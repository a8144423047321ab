"""ASGI under uvicorn, WebSocket handshakes included."""

from __future__ import annotations

import pytest

from tests.components import require
from tests.servers.apps import ALLOWED, REFUSED
from tests.servers.cases import ServerCases
from tests.servers.client import Connection, request
from tests.servers.conftest import Server

UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def handshake(server: Server, *lines: str) -> int:
    """The status of the answer to a WebSocket handshake."""
    with Connection(server.address) as connection:
        return connection.send(request("/socket", *UPGRADE, *lines, close=False)).begin().status


class TestUvicorn(ServerCases):
    @pytest.fixture
    def server(self, uvicorn: Server) -> Server:
        return uvicorn

    def test_a_stream_holds_up_no_other_request(self, server: Server) -> None:
        with Connection(server.address) as streaming:
            response = streaming.send(request("/endless", f"Origin: {ALLOWED}")).begin()
            assert response.read(10) == b"x" * 10
            assert server.worker()


@pytest.mark.server
class TestWebSockets:
    @pytest.fixture
    def server(self, uvicorn: Server) -> Server:
        require("websockets")
        return uvicorn

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param([f"Origin: {ALLOWED}"], id="allowed"),
            pytest.param([], id="no Origin"),
            pytest.param(["Origin: http://api.example"], id="same origin"),
            pytest.param(["Origin: https://api.example"], id="same origin, behind a proxy"),
        ],
    )
    def test_a_handshake_of_an_allowed_origin_is_accepted(self, server: Server, lines: list[str]) -> None:
        assert handshake(server, *lines) == 101

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param([f"Origin: {REFUSED}"], id="W1 refused"),
            pytest.param(["Origin: null"], id="O23 null"),
            pytest.param([f"Origin: {ALLOWED}", f"Origin: {REFUSED}"], id="O22 two lines"),
            pytest.param([f"Origin: {ALLOWED}\xff"], id="O21 8-bit"),
            pytest.param([f"Origin: {ALLOWED}.evil.example"], id="O1 suffix"),
            pytest.param([f"Origin: {REFUSED}", "Sec-Fetch-Site: cross-site"], id="cross-site"),
        ],
    )
    def test_a_handshake_of_a_refused_origin_is_never_accepted(self, server: Server, lines: list[str]) -> None:
        assert handshake(server, *lines) in (400, 403)
