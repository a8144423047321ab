"""Servers as they run in production: processes of their own, on ports that the kernel chose."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.components import require
from tests.servers.client import Connection, request

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


@dataclass
class Server:
    """A server that runs, and where its words go."""

    address: tuple[str, int]
    log: Path
    gates: Path
    process: subprocess.Popen[bytes]
    keeps_connections: bool = True

    def get(self, target: str, *lines: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        with Connection(self.address) as connection:
            answer = connection.send(request(target, *lines, method=method)).read(method)
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body

    def worker(self) -> bytes:
        """The process that answers; the same one as long as no worker died."""
        status, _, body = self.get("/pid")
        assert status == 200
        return body

    def logged(self, text: str, times: int = 1) -> bool:
        """Whether the log says so, now or shortly."""
        end = time.monotonic() + PATIENCE
        while self.log.read_text("utf-8", "replace").count(text) < times:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


@contextlib.contextmanager
def running(
    directory: Path, command: list[str], keeps_connections: bool = True, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server that is handed a listening socket, so that no port is guessed and none is lost."""
    gates = directory / "gates"
    gates.mkdir()
    log = directory / "log"
    # gunicorn would leave a control socket in the home directory
    private = {"CORS_TEST_GATES": str(gates), "XDG_RUNTIME_DIR": str(directory), "PYTHONUNBUFFERED": "1"}
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *(word.format(fd=listener.fileno()) for word in command)],
            cwd=ROOT,
            env={**os.environ, **private, **(environment or {})},
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        server = Server(listener.getsockname(), log, gates, process, keeps_connections)
    try:
        wait_for(server)
        yield server
    finally:
        stop(process)


def wait_for(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            server.worker()
        except OSError as error:
            if server.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"no server: {error}\n{server.log.read_text()}") from error
            time.sleep(0.05)
        else:
            return


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and whatever it started: it leads a process group of its own."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="session", params=["sync", "gthread"])
def gunicorn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    require("gunicorn")
    kind: str = request.param
    threads = ["--threads", "4"] if kind == "gthread" else []
    options = ["--bind", "fd://{fd}", "--worker-class", kind, *threads, "--keep-alive", "5", "--graceful-timeout", "1"]
    command = ["gunicorn", *options, "tests.servers.apps:wsgi"]
    with running(tmp_path_factory.mktemp(f"gunicorn-{kind}"), command, keeps_connections=kind == "gthread") as server:
        yield server


@pytest.fixture(scope="session")
def uvicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    require("uvicorn")
    command = ["uvicorn", "--fd", "{fd}", "--timeout-graceful-shutdown", "1", "tests.servers.apps:asgi"]
    with running(tmp_path_factory.mktemp("uvicorn"), command) as server:
        yield server
