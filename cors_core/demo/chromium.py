"""Has a headless Chromium open one page of the demo, and waits until the page has reported what it observed.

No driver, no protocol: the page does the work, and its own server keeps the report.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Final

from cors_core.demo.server import DemoError, get

TIMEOUT: Final = 90.0  # seconds; a start takes one, on a busy machine sometimes forty
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",  # containers and root have none; it opens two pages of ours and can resolve no other name
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-first-run",
)


def find() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def observe(program: str, origin: str) -> dict[str, str]:
    """Return what the page at `origin` observed, by the key of the case; raises `DemoError` if it never says."""
    with _browsing(program, f"{origin}/?check") as process:
        until = time.monotonic() + TIMEOUT
        while (running := process.poll() is None) and time.monotonic() < until:
            report = get(origin, "/report")
            if report is not None:
                return dict(report)
            time.sleep(0.1)
    what = f"was silent for {TIMEOUT:.0f} s" if running else "ended early"
    raise DemoError(f"{program} {what}, so that nothing is known of {origin}; --no-browser checks without it")


@contextlib.contextmanager
def _browsing(program: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryDirectory(prefix="cors-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(  # noqa: S603 - the user's own browser
            [program, *_FLAGS, f"--user-data-dir={profile}", url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": profile},  # it leaves files behind, when it is ended
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the browser with all its helpers, which form one group."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
