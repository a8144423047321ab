"""Whole servers under load: gunicorn and uvicorn, each application bare, with ours and with the peer, asked by wrk.

Each program runs in one process; short runs alternate, so that whatever else the machine does meets all alike.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.benchmarks.loads import ratio
from tests.benchmarks.report import Section, table
from tests.benchmarks.served import ORIGIN

ROOT: Final = Path(__file__).parents[2]
TITLE: Final = "End to end"
KINDS: Final = ("bare", "ours", "peer")
PEERS: Final = {
    "wsgi": "wsgicors",
    "flask": "flask-cors",
    "django": "django-cors-headers",
    "fastapi": "Starlette",
    "starlette": "Starlette",
}
GUNICORN: Final = ("gunicorn", "--worker-class=gthread", "--threads=1", "--log-level=error", "--bind=fd://{fd}")
UVICORN: Final = ("uvicorn", "--fd={fd}", "--factory", "--log-level=error", "--no-access-log")
SERVERS: Final = {"wsgi": GUNICORN, "flask": GUNICORN, "django": GUNICORN, "fastapi": UVICORN, "starlette": UVICORN}
PATIENCE: Final = 20.0


@dataclass(frozen=True)
class Served:
    """What a server did in one short run: requests per second, and per second of its own CPU time."""

    rate: float
    by_cpu: float


Runs = dict[str, list[Served]]


def run(quick: bool) -> Section:
    """Measure requests per second of every framework; all that is asked for are allowed cross-origin requests."""
    if shutil.which("wrk") is None:
        return Section(TITLE, "Not measured: wrk is not installed here.\n")
    frameworks = ["wsgi", "flask", "django", "fastapi"] if quick else list(SERVERS)
    rows = [_row(framework, _measured(framework, *((3, 0.2) if quick else (15, 1.0)))) for framework in frameworks]
    return Section(TITLE, _TEXT + table([*_HEADS, *_RATIOS, *(f"{name}, by CPU" for name in _RATIOS)], rows))


_HEADS: Final = ("framework", "peer", "bare, a second")
_RATIOS: Final = ("ours / bare", "peer / bare")
_TEXT: Final = f"""\
Requests per second of one server process (gunicorn; FastAPI and Starlette under uvicorn), asked by wrk over four
connections with `Origin: {ORIGIN}`, which is allowed. The application answers at once with a few bytes, so that real
ones show less. Ratios are medians of short alternating runs, with half the distance of their quartiles; "by CPU" counts
the requests per second of the server's own CPU time, which what else runs on the machine disturbs least.

"""


def _row(framework: str, runs: Runs) -> list[str]:
    rates = {kind: [served.rate for served in runs[kind]] for kind in KINDS}
    by_cpu = {kind: [served.by_cpu for served in runs[kind]] for kind in KINDS}
    ratios = [_ratio(measure, *name.split(" / ")) for measure in (rates, by_cpu) for name in _RATIOS]
    return [framework, PEERS[framework], f"{statistics.median(rates['bare']):,.0f}", *ratios]


def _ratio(rates: dict[str, list[float]], over: str, under: str) -> str:
    compared = ratio(rates[over], rates[under])
    return f"{compared.value:.2f} ± {compared.spread:.2f}"


def _measured(framework: str, rounds: int, seconds: float) -> Runs:
    """Return what each program did, round by round."""
    runs: Runs = {kind: [] for kind in KINDS}
    with contextlib.ExitStack() as stack:
        servers = {kind: stack.enter_context(_serving(f"{framework}_{kind}", SERVERS[framework])) for kind in KINDS}
        for kind, server in servers.items():
            _check(server.port, kind)
            _asked(server, seconds)  # to warm up
        for turn in range(rounds):
            for kind in KINDS[turn % 3 :] + KINDS[: turn % 3]:
                runs[kind].append(_asked(servers[kind], seconds))
        for server in servers.values():
            server.process.terminate()  # all of them at once, then wait for each
    return runs


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    process: psutil.Process

    @property
    def cpu(self) -> float:
        """The seconds of CPU time that it and its workers have taken."""
        times = [process.cpu_times() for process in (self.process, *self.process.children())]
        return sum(took.user + took.system for took in times)


@contextlib.contextmanager
def _serving(name: str, command: tuple[str, ...]) -> Iterator[Server]:
    """Run one program on a socket that it is handed, so that requests wait until it listens."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        # What is accepted inherits it; uvicorn takes a socket that it is handed for a local one, and sets nothing.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        words = [word.format(fd=listener.fileno()) for word in command]
        called = f"tests.benchmarks.served:{name}" + "()" * (command is GUNICORN)
        process = subprocess.Popen(
            [sys.executable, "-m", *words, called],
            cwd=ROOT,
            env={
                **os.environ,
                "XDG_RUNTIME_DIR": folder,
            },  # gunicorn would leave a control socket in the home directory
            pass_fds=[listener.fileno()],
        )
        try:
            yield Server(listener.getsockname()[1], psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _check(port: int, kind: str) -> None:
    """Wait for the program, and see that it answers what it should: a wrong answer has no speed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/items/1", headers={"Origin": ORIGIN})
    answer = connection.getresponse()
    connection.close()
    granted = answer.headers["Access-Control-Allow-Origin"]
    if answer.status != 200 or granted != (None if kind == "bare" else ORIGIN):
        raise RuntimeError(f"{kind}: status {answer.status}, allowed {granted}")


def _asked(server: Server, seconds: float) -> Served:
    """Have wrk ask for so long; it counts in whole seconds, but tells what it did when it is interrupted."""
    command = ["wrk", "-t1", "-c4", "-d60s", "-H", f"Origin: {ORIGIN}", f"http://127.0.0.1:{server.port}/items/1"]
    before = server.cpu
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as wrk:
        time.sleep(seconds)
        wrk.send_signal(signal.SIGINT)
        said = wrk.communicate(timeout=PATIENCE)[0]
    found = re.search(r"(\d+) requests in (?s:.*)Requests/sec:\s+([0-9.]+)", said)
    if found is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return Served(float(found[2]), int(found[1]) / max(server.cpu - before, 0.01))
