"""What was sent and what came back, for tests to look at: `page.requests`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Final, Literal

from cors_core.browser import Incoming, Outgoing

USER_AGENT: Final = "Mozilla/5.0 (compatible; cors-core testing)"


@dataclass(slots=True, repr=False)
class LoggedRequest:
    """One request as it left the browser, with what came of it.

    `because` says why there was a preflight; `raised` is what the application raised, even if it
    answered as well; `cookies` has a sentence for each cookie that was kept back or refused.
    """

    sent: Outgoing
    response: Incoming | None = None
    raised: BaseException | None = None
    cookies: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Literal["request", "preflight"]:
        """`preflight`, or `request` for the request itself."""
        return self.sent.kind

    @property
    def method(self) -> str:
        """The method as sent: `OPTIONS` for a preflight."""
        return self.sent.method

    @property
    def url(self) -> str:
        """The URL as sent."""
        return self.sent.url

    @property
    def because(self) -> tuple[str, ...]:
        """The method and the headers that made a preflight necessary; empty if none was."""
        return self.sent.because

    @property
    def status(self) -> int | None:
        """The status of the response; None if there was none."""
        return self.response.status if self.response else None

    def header(self, name: str) -> str | None:
        """Return a header as sent; None if there is none."""
        return self.sent.header(name)

    @property
    def curl(self) -> str:
        """The command that sends the same from a shell."""
        return curl(self.sent)

    def __repr__(self) -> str:
        why = f", because of {', '.join(self.because)}" if self.kind == "preflight" else ""
        return f"<{self.kind} {self.method} {self.url}: {self.status or 'no response'}{why}>"


def curl(request: Outgoing) -> str:
    """Return the curl command that sends the same request, quoted for a POSIX shell."""
    words = ["curl", "-i"]
    if request.method == "HEAD":
        words = ["curl", "-I"]
    elif request.method != "GET":
        words += ["-X", request.method]
    if any(mark in request.url for mark in "[]{}"):
        words.append("-g")
    words.append(request.url)
    for name, value in request.headers:
        own = value == USER_AGENT or (name.lower(), value) == ("accept", "*/*")  # curl sends its own
        if name.lower() not in ("host", "content-length") and not own:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if not request.body:
        return shlex.join(words)
    if request.header("Content-Type") is None:
        words += ["-H", "Content-Type:"]  # or else curl adds a form's
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        octal = "".join(f"\\0{byte:03o}" for byte in request.body)
        return f"printf '%b' '{octal}' | {shlex.join([*words, '--data-binary', '@-'])}"
    return shlex.join([*words, "--data-raw", text])
