"""Three engines as Debian packages them, headless, each in a folder of its own, and no name resolved but loopback's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.components import require
from tests.engines.mailbox import Correspondent

START = 90.0  # seconds; it takes two, and once in a hundred times forty
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",  # root has none, nor have containers
    "--disable-gpu",
    "--disable-quic",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
FIREFOX_PREFERENCES = {
    "network.dns.forceResolve": "127.0.0.1",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#off",
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}
Command = tuple[list[str], dict[str, str]]


def chromium(folder: Path, url: str) -> contextlib.AbstractContextManager[Command]:
    command = [require("chromium"), *CHROMIUM_FLAGS, f"--user-data-dir={folder}/profile", url]
    return contextlib.nullcontext((command, {}))


def firefox(folder: Path, url: str) -> contextlib.AbstractContextManager[Command]:
    command = [require("firefox-esr"), "--headless", "--no-remote", "--profile", str(folder), url]
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in FIREFOX_PREFERENCES.items()]
    (folder / "user.js").write_text("".join(lines))
    return contextlib.nullcontext((command, {"MOZ_CRASHREPORTER_DISABLE": "1"}))


@contextlib.contextmanager
def webkit(folder: Path, url: str) -> Iterator[Command]:
    """MiniBrowser, which resolves nothing by itself; it has no headless mode, so there is a display for it."""
    found = [str(path) for path in Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")]
    program = require(found[0] if found else "MiniBrowser")
    with display(folder) as screen:
        yield [program, "--cookies-policy=always", url], {"DISPLAY": screen}


ENGINES: dict[str, Callable[[Path, str], contextlib.AbstractContextManager[Command]]] = {
    "chromium": chromium,
    "firefox": firefox,
    "webkit": webkit,
}


@contextlib.contextmanager
def browsing(engine: str, origin: str, port: int) -> Iterator[Correspondent]:
    """Run a browser on the page of a site with a `Mailbox`; at the end nothing is left of it."""
    with contextlib.ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix=f"cors-{engine}-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        command, more = stack.enter_context(ENGINES[engine](folder, f"{origin}/page/{engine}"))
        stack.enter_context(running(command, folder, {**private(folder), **more}))
        page = Correspondent(port, engine)
        try:
            page.run("return location.href", START)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it said: {(folder / 'log').read_text('utf-8', 'replace')}") from None
        yield page


def private(folder: Path) -> dict[str, str]:
    """An environment in which a program finds and leaves its files in `folder`, and no proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    xdg = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    return {**kept, **dict.fromkeys((*xdg, "HOME", "TMPDIR"), str(folder))}


@contextlib.contextmanager
def display(folder: Path) -> Iterator[str]:
    """Run an X server that nobody sees, and that chooses its own number."""
    reader, writer = os.pipe()
    command = [require("Xvfb"), "-displayfd", str(writer), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    with os.fdopen(reader) as pipe, running(command, folder, private(folder), [writer]):
        os.close(writer)
        number = pipe.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb: {(folder / 'log').read_text('utf-8', 'replace')}")
        yield f":{number}"


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], descriptors: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program; at the end, end it and whatever it started: it leads a process group of its own."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        for how in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
