"""Pages that fetch, in the simulated browser and in Chromium: the same questions, and what each page is told."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from cors_core.testing import Browser, NetworkError
from tests.components import require
from tests.engines.browsers import CHROMIUM_FLAGS, START, private, running
from tests.engines.mailbox import Correspondent

BLOCKED = "blocked"
OPAQUE = "opaque"
FETCH = """
const {url, ...init} = %s;
try {
  const response = await fetch(url, init);
  return [response.type === "opaque" ? "opaque" : response.status, await response.text()];
} catch {
  return ["blocked", ""];
}
"""


@dataclass(frozen=True)
class Ask:
    """What a page passes to `fetch()`."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: Literal["omit", "same-origin", "include"] = "same-origin"
    mode: Literal["cors", "no-cors"] = "cors"


class Told(NamedTuple):
    """What the page gets: a status, or that it was blocked, or that the response is opaque; and the text."""

    verdict: int | str
    text: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Pages(Protocol):
    def fetch(self, page: str, ask: Ask) -> Told:
        """What a page of the origin `page` is told."""


class Simulated:
    """Pages of `cors_core.testing.Browser`, which talks to the applications in this process."""

    def __init__(self, applications: Mapping[str, Any]) -> None:
        self.browser = Browser(applications)

    def close(self) -> None:
        self.browser.close()

    def fetch(self, page: str, ask: Ask) -> Told:
        try:
            response = self.browser.open(page).fetch(**asdict(ask))
        except NetworkError:
            return Told(BLOCKED)
        return Told(OPAQUE if response.type == OPAQUE else response.status, response.text())


class Real:
    """Pages of a Chromium."""

    def __init__(self, browser: Correspondent) -> None:
        self.browser, self.page = browser, ""

    def fetch(self, page: str, ask: Ask) -> Told:
        if page != self.page:
            self.browser.open(page)
            self.page = page
        init = {name: value for name, value in asdict(ask).items() if value is not None}
        return Told(*self.browser.run(FETCH % json.dumps(init)))


PREFERENCES = {"profile": {"cookie_controls_mode": 0}}  # third-party cookies, which Debian's Chromium blocks by default


@contextlib.contextmanager
def chromium(front: int, mailbox: int) -> Iterator[Real]:
    """Run a Chromium to which every name is the server at the port `front`, whatever its certificate says."""
    with tempfile.TemporaryDirectory(prefix="cors-chromium-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        flags = [flag for flag in CHROMIUM_FLAGS if not flag.startswith("--host-resolver-rules")]
        flags += [f"--host-resolver-rules=MAP * 127.0.0.1:{front}", "--ignore-certificate-errors"]
        preferences = folder / "profile" / "Default" / "Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps(PREFERENCES))
        start = "https://start.example/page/chromium"
        command = [require("chromium"), *flags, f"--user-data-dir={folder}/profile", start]
        with running(command, folder, private(folder)):
            page = Correspondent(mailbox, "chromium")
            try:
                page.run("return location.href", START)
            except TimeoutError as error:
                raise TimeoutError(f"{error}; it said: {(folder / 'log').read_text('utf-8', 'replace')}") from None
            yield Real(page)
