"""Runs the demo: three ports of ours, handed to one gunicorn that cannot outlive us.

gunicorn is a process of its own, `python -m cors_core.demo.server`, and reads none of the user's
gunicorn settings. Its standard input is a pipe that we hold: when we die, however we die, it ends too.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import importlib.util
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cors_core.demo.cases import Addresses
from cors_core.demo.site import OnPurpose, policy_fields, site
from cors_core.policy import PolicyFields

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

START_TIMEOUT: Final = 30.0  # seconds
STOP_TIMEOUT: Final = 5.0


class DemoError(Exception):
    """The demo cannot run; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is running."""

    addresses: Addresses
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running(port: int | None, overrides: PolicyFields | None = None, *, quiet: bool = False) -> Iterator[Demo]:
    """Run the demo on `port` and the two after it, or on free ports; stop it at the end, whatever happens.

    `overrides` replaces fields of the API's policy, to see a policy that is wrong be found out. `quiet`
    silences the servers' logs. Raises `DemoError`.
    """
    if importlib.util.find_spec("gunicorn") is None:
        raise DemoError("the demo runs under gunicorn, which is not installed: pip install 'cors-core[cli]'")
    demo = _start(port, overrides or {}, quiet)
    try:
        _wait_until_it_answers(demo)
        yield demo
    finally:
        _stop(demo.process)


def _start(port: int | None, overrides: PolicyFields, quiet: bool) -> Demo:
    """Bind the ports here, so that nobody can take them between a look and the start, and hand them over."""
    with contextlib.ExitStack() as held:
        ports = [_listen(number, held) for number in ([0] * 3 if port is None else range(port, port + 3))]
        addresses = Addresses(*(f"http://localhost:{sockets[0].getsockname()[1]}" for sockets in ports))
        fds = [one.fileno() for sockets in ports for one in sockets]
        fields = {**policy_fields(addresses), **overrides}
        order = {"fds": fds, "addresses": asdict(addresses), "fields": fields, "quiet": quiet}
        process = subprocess.Popen(  # noqa: S603 - ourselves, with arguments of our own
            [sys.executable, "-m", "cors_core.demo.server", json.dumps(order)],
            stdin=subprocess.PIPE,
            pass_fds=fds,
            start_new_session=True,  # Ctrl-C in the terminal is for us; we stop it
        )
    return Demo(addresses, process)


def _listen(port: int, held: contextlib.ExitStack) -> list[socket.socket]:
    """Return listening sockets on both loopback addresses.

    Browsers try `localhost` by IPv6 first: somebody else's server there would be taken for ours.
    """
    try:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", port)))]
        port = sockets[0].getsockname()[1]
        if _has_ipv6_loopback():
            sockets.append(held.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6)))
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise DemoError(
            f"port {port} {reason}; take three others in a row, such as 8100 to 8102: --port 8100"
        ) from None
    return sockets


def _has_ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _wait_until_it_answers(demo: Demo) -> None:
    until = time.monotonic() + START_TIMEOUT
    while time.monotonic() < until and demo.process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            get(demo.addresses.api, "/")
            return
        time.sleep(0.05)
    raise DemoError("gunicorn did not start; what it said stands above")


def wait(port: int) -> None:
    """Run the demo until Ctrl-C, and say what to do with it; raises `DemoError`."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell may have us started with Ctrl-C ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with running(port) as demo:
            print(_INVITATION.format(**asdict(demo.addresses)), flush=True)
            demo.process.wait()
    except KeyboardInterrupt:
        print("\nStopped.")
        return
    raise DemoError("gunicorn ended; what it said stands above")


_INVITATION: Final = """\
CORS demo: two pages and one API.

  {allowed}   a page whose origin the API's policy allows
  {refused}   the same page on an origin that it does not allow
  {api}   the API

Open both pages in a browser, press "Run all" on each, and compare.
Refusals are logged below with their reason. Ctrl-C stops everything.
"""


def get(origin: str, path: str) -> Any:
    """Return the JSON that a server of the demo answers with."""
    connection = http.client.HTTPConnection("localhost", urlsplit(origin).port, timeout=5)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        pass
    finally:  # also when a second Ctrl-C comes
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            process.stdin.close()


# In the process of gunicorn


def serve(fds: list[int], application: WSGIApplication, *, quiet: bool) -> None:
    """Serve `application` on listening sockets, until a signal or until the standard input ends."""
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped, unused-ignore]

    settings = {
        "bind": [f"fd://{fd}" for fd in fds],
        "worker_class": "gthread",
        "workers": 1,  # what a page reports is kept in its memory
        "threads": 16,  # an EventSource holds one while it lasts
        "graceful_timeout": 1,
        "loglevel": "critical" if quiet else "error",
        "control_socket_disable": True,
        "post_worker_init": _end_with_the_pipe,
    }

    class Gunicorn(BaseApplication):  # type: ignore[misc, unused-ignore]
        def load_config(self) -> None:
            for name, value in settings.items():
                if name in self.cfg.settings:  # older releases have no control socket
                    self.cfg.set(name, value)

        def load(self) -> WSGIApplication:
            return application

    Gunicorn().run()


def _end_with_the_pipe(_worker: object) -> None:
    """Stop gunicorn when whoever started it is gone, even by SIGKILL."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getppid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _briefly(record: logging.LogRecord) -> bool:
    """Say in one line that the server saw the demo's own exception: a traceback would bury the refusals."""
    error = record.exc_info and record.exc_info[1]
    if isinstance(error, OnPurpose):
        record.msg, record.args, record.exc_info = "%s: %s", (type(error).__name__, error), None
    return True


def main(argument: str) -> None:
    """Do what `running` ordered, in the process that it started."""
    order = json.loads(argument)
    if order["quiet"]:
        logging.getLogger("cors_core").setLevel(logging.CRITICAL)
    logging.getLogger("gunicorn.error").addFilter(_briefly)
    serve(order["fds"], site(Addresses(**order["addresses"]), order["fields"]), quiet=order["quiet"])


if __name__ == "__main__":
    main(sys.argv[1])
