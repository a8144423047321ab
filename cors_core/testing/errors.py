"""What a fetch raises, with all that a browser keeps from the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cors_core import fetch
from cors_core.browser import Failure, Incoming
from cors_core.testing.apps import NobodyThere
from cors_core.testing.console import CAUGHT, STEPS, Scene, messages
from cors_core.testing.hints import hint

if TYPE_CHECKING:
    from cors_core.testing.log import LoggedRequest

_SHOWN: Final = ("location", "vary", "content-type", "cross-origin-resource-policy")


class NetworkError(TypeError):
    """A network error, which to a script is a bare TypeError: https://fetch.spec.whatwg.org/#concept-network-error

    `step` names the check that failed, `rule` links to its section, `sentence` says why. `request` and
    `response` are the exchange that failed, `requests` all of this fetch. `console` has the words of
    each engine, `hint` says what to write on the server, `curl` asks again from a shell. What the
    application raised is the `__cause__`.
    """

    def __init__(
        self,
        failure: Failure,
        requests: tuple[LoggedRequest, ...],
        *,
        api: str = "fetch",
        origin: str = "null",
        engine: str = "chromium",
        apps: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.step, self.rule, self.origin = failure.step, failure.rule, origin
        nobody = isinstance(failure.cause, NobodyThere)
        self.sentence = f"no response: {failure.cause}" if nobody else failure.sentence
        self.requests, self.warnings = requests, warnings
        self.engine = engine if engine in CAUGHT else "chromium"
        self.request: LoggedRequest | None = requests[-1] if requests and failure.request else None
        self.response: Incoming | None = failure.response
        first, last = (requests[0].url, requests[-1].url) if requests else ("", "")
        self.console: dict[str, str] = messages(failure, Scene(api, origin, first, last))
        self.hint = hint(failure, origin, apps)
        super().__init__(self.sentence)

    @property
    def curl(self) -> str | None:
        """The command that sends the failed request again; None if nothing was sent."""
        return self.request.curl if self.request else None

    def __str__(self) -> str:
        rows = [(name, text) for name, text in self._rows() if text]
        # The command is not indented: a body of several lines would become another one.
        shown = [
            f"{name:<9} {text if name == 'curl' else textwrap.indent(text, ' ' * 12).lstrip()}" for name, text in rows
        ]
        return "\n".join([self.sentence, *(f"  {row}" for row in shown)])

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived, (type(self), self.args, self.__dict__)

    def _rows(self) -> Iterator[tuple[str, str]]:
        request = self.request
        yield "page", self.origin
        if request is not None:
            yield request.kind, "\n".join([f"{request.method} {request.url}", *_relevant(request.sent.headers)])
            yield "because", ", ".join(request.because)
        if self.response is not None:
            yield "response", "\n".join([str(self.response.status), *_relevant(self.response.headers)])
        yield "cookies", "\n".join(request.cookies) if request else ""
        yield "rule", f"{self.step}, {self.rule}"
        yield "console", self.console[self.engine]
        yield "warning", "\n".join(self.warnings)
        yield "fix", self.hint
        yield "curl", self.curl or ""


class CORSError(NetworkError):
    """The network error of a response, or a preflight, that CORS keeps from the page."""


def _revived(kind: type[NetworkError], args: tuple[Any, ...], state: dict[str, Any]) -> NetworkError:
    """Return the error that was pickled, as parallel test runners do."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


def network_error(failure: Failure | None, requests: tuple[LoggedRequest, ...], **scene: Any) -> NetworkError:
    """Return the exception for a failure, with its cause."""
    failure = failure or Failure("unknown", "", "there is no response, and no reason")
    kind = CORSError if failure.step in STEPS else NetworkError
    error = kind(failure, requests, **scene)
    answered = requests[-1].raised if requests else None
    error.__cause__ = failure.cause or answered
    return error


def _relevant(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """The header lines that CORS looks at."""
    return [
        f"{name}: {value}"
        for name, value in headers
        if name.lower().startswith("access-control-") or name.lower() in (*_SHOWN, fetch.ORIGIN.lower())
    ]
