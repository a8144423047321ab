"""What goes over the wire and what comes back, and why nothing came through.

Data only. Header lists are pairs in the order of the wire; values are text, one character a byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from cors_core import fetch

HeaderList = list[tuple[str, str]]
Mode = Literal["cors", "no-cors", "same-origin"]
CredentialsMode = Literal["omit", "same-origin", "include"]
RedirectMode = Literal["follow", "error", "manual"]
Tainting = Literal["basic", "cors", "opaque"]
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""


class FetchTypeError(TypeError):
    """What `fetch()` raises before anything is sent: a URL, method, header or mode that no page can use."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it leaves the browser; cookies and `Host` are the transport's to add.

    `kind` says whether it is a preflight or the request itself; `because` names the method and the
    headers that made a preflight necessary; `credentials` whether cookies go with it.
    """

    kind: Literal["request", "preflight"]
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    credentials: bool = False
    because: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the lines of one header, joined; None if there is none."""
        return joined(self.headers, name)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A response as it arrives, before anything is filtered."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def lines(self, name: str) -> list[str]:
        """Return the field lines of one header, trimmed of space and tab."""
        return [value.strip(" \t") for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """Return the lines of one header, joined by a comma and a space; None if there is none."""
        return joined(self.headers, name)


Exchange = Callable[[Outgoing], Incoming]
"""Whatever answers requests: an application, a socket, a table."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the page may see: https://fetch.spec.whatwg.org/#concept-filtered-response"""

    type: Literal["basic", "cors", "opaque", "opaqueredirect"]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    url: str
    redirected: bool = False
    timing_allowed: bool = False
    """Whether every hop told its timing: https://fetch.spec.whatwg.org/#concept-tao-check"""

    def header(self, name: str) -> str | None:
        """Return a header as `response.headers.get(name)` would; None if the page may not see it."""
        return joined(self.headers, name)


@dataclass(frozen=True, slots=True)
class Failure:
    """A network error, which to a page is one bare TypeError, with all that the page is not told.

    `step` is a stable name of the check that failed, `rule` the section of the standard, `sentence` why,
    `request` and `response` the exchange that failed, `cause` the exception if there was one.
    """

    step: str
    rule: str
    sentence: str
    request: Outgoing | None = None
    response: Incoming | None = None
    cause: BaseException | None = None


@dataclass(slots=True)
class Result:
    """What came of one `fetch()`: a response or a failure, every exchange, and what engines would do otherwise."""

    response: Response | None = None
    failure: Failure | None = None
    exchanges: list[tuple[Outgoing, Incoming | None]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def delivered(self) -> bool:
        """Whether the page got a response."""
        return self.response is not None

    @property
    def sent(self) -> bool:
        """Whether a server had the request itself; CORS keeps its answer from a page, not its effect from a server."""
        return any(outgoing.kind == "request" for outgoing, _ in self.exchanges)

    def warn(self, sentence: str) -> None:
        """Add a sentence to the warnings, once; an empty one says that there is nothing to say."""
        if sentence and sentence not in self.warnings:
            self.warnings.append(sentence)


class NetworkError(Exception):
    """A network error on its way out of the algorithms: https://fetch.spec.whatwg.org/#concept-network-error"""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.sentence)


def is_ok_status(status: int) -> bool:
    """https://fetch.spec.whatwg.org/#ok-status."""
    return 200 <= status <= 299


def joined(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """https://fetch.spec.whatwg.org/#concept-header-list-get."""
    lines = [value.strip(" \t") for key, value in headers if key.lower() == name.lower()]
    return ", ".join(lines) if lines else None


def extracted(response: Incoming, name: str) -> tuple[str, ...] | None:
    """Return the names in a list-valued header; None if it is absent.

    Raises `ValueError` if an element is no token, which spoils the whole header:
    https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    lines = response.lines(name)
    names = fetch.list_elements(lines)
    for element in names:
        if not fetch.is_token(element):
            raise ValueError(element)
    return tuple(names) if lines else None
