"""What a case is: what a page does, step by step, and what the site answers, hop by hop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tests.engines.places import Places

Lines = tuple[tuple[str, str], ...]
Kind = Literal["fetch", "upload", "events", "image", "script", "module", "beacon"]
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Step:
    """One thing that a page does, at one of the case's resources; `wait` is in seconds, before it."""

    method: str = "GET"
    headers: Lines = ()
    body: str | None = None
    body_type: str | None = None
    credentials: Literal["omit", "same-origin", "include"] = "same-origin"
    mode: Literal["cors", "no-cors", "same-origin"] = "cors"
    redirect: Literal["follow", "error", "manual"] = "follow"
    referrer_policy: str = ""
    kind: Kind = "fetch"
    crossorigin: Literal["anonymous", "use-credentials"] | None = None
    wait: float = 0
    hop: int = 0
    suffix: str = ""


@dataclass(frozen=True)
class Answer:
    """A response. In values, `{origin}`, `{method}` and `{names}` are what was asked, `{next}` is the next hop's URL,
    and other names in braces are places; a line that needs an Origin is left out where there was none.
    """

    status: int = 200
    headers: Lines = ()
    content: Literal["text", "image", "script", "events", "nothing"] = "text"


@dataclass(frozen=True)
class Hop:
    """A resource: behind our middleware with a policy, or `raw`, which answers preflights itself."""

    answer: Answer = Answer()
    preflight: Answer = Answer()
    at: str = "api"
    policy: str = "raw"


@dataclass(frozen=True)
class Case:
    """What a page at `page` does, and the resources on its way; the first is what it asks for."""

    id: str
    steps: tuple[Step, ...]
    hops: tuple[Hop, ...]
    page: str = "page"

    @property
    def pace(self) -> Literal["waiting", "long", "short"]:
        if any(step.wait for step in self.steps):
            return "waiting"
        return "long" if len(self.steps) > 1 else "short"

    def path(self, client: str, hop: int) -> str:
        """The path of a hop, which no other case has, nor the same case in another client."""
        return f"/{self.hops[hop].policy}/{client}/{self.id}/{hop}"

    def url(self, places: Places, client: str, hop: int) -> str:
        return places.origin(self.hops[hop].at) + self.path(client, hop)

    def asked(self, places: Places, client: str, step: Step) -> str:
        """The URL that a step asks for."""
        return self.url(places, client, step.hop) + step.suffix


class Observation(NamedTuple):
    """What the page was given, step by step, and what reached the site, request by request."""

    outcomes: tuple[str, ...]
    requests: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What one step gave to the page; for elements only whether it is there."""

    error: bool = False
    type: str = ""
    status: int | None = None
    redirected: bool = False
    headers: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if self.error:
            return "error"
        words = [self.type or "loaded", "" if self.status is None else str(self.status)]
        words += ["redirected"] if self.redirected else []
        return " ".join(filter(None, [*words, *sorted(set(map(str.lower, self.headers)))]))
