"""What an application answered, as far as it got: shared by both protocols."""

from __future__ import annotations

from dataclasses import dataclass, field

from cors_core.browser import Incoming, Outgoing


class MalformedResponse(ValueError):
    """The application broke its protocol, and a server would have nothing to send."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response, and what the application raised after it: our own middleware answers 500, then raises."""

    response: Incoming
    raised: Exception | None = None


@dataclass(slots=True)
class Arriving:
    """A response while it arrives."""

    request: Outgoing
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    chunks: list[bytes] = field(default_factory=list)
    ended: bool = False

    @property
    def endless(self) -> bool:
        """Whether this is an event stream of which something has arrived: it would never end by itself."""
        return bool(self.chunks) and any(
            name.lower() == "content-type" and value.strip().lower().startswith("text/event-stream")
            for name, value in self.headers
        )

    @property
    def complete(self) -> bool:
        """Whether a browser has all of it: https://www.rfc-editor.org/rfc/rfc9112#section-6.3"""
        if self.status is None:
            return False
        if self.ended or self.request.method == "HEAD" or self.status in (204, 304):
            return True
        lengths = {value.strip() for name, value in self.headers if name.lower() == "content-length"}
        return lengths == {str(sum(map(len, self.chunks)))}

    def answer(self, raised: Exception | None = None) -> Answer:
        """Return what arrived; raises `raised`, or `MalformedResponse`, if that is no whole response."""
        if self.status is None or (raised is not None and not self.complete):
            raise raised or MalformedResponse("the application ended without an answer")
        bodiless = self.request.method == "HEAD" or self.status in (204, 304)
        return Answer(Incoming(self.status, self.headers, b"" if bodiless else b"".join(self.chunks)), raised)
