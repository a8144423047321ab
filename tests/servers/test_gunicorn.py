"""WSGI under gunicorn: one worker that serves one connection at a time, and one with threads."""

from __future__ import annotations

import pytest

from tests.servers.apps import ALLOWED
from tests.servers.cases import ServerCases
from tests.servers.client import Connection, request
from tests.servers.conftest import Server


class TestGunicorn(ServerCases):
    @pytest.fixture
    def server(self, gunicorn: Server) -> Server:
        return gunicorn

    def test_no_worker_was_ever_replaced(self, server: Server) -> None:
        assert server.log.read_text().count("Booting worker") == 1


@pytest.mark.parametrize("gunicorn", ["gthread"], indirect=True)  # a sync worker has one thread
def test_a_thread_that_streams_holds_up_no_other(gunicorn: Server) -> None:
    with Connection(gunicorn.address) as streaming:
        response = streaming.send(request("/endless", f"Origin: {ALLOWED}")).begin()
        assert response.read(10) == b"x" * 10
        assert gunicorn.worker()
