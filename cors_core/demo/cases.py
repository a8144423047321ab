"""What the demo tries, as data: the page draws and sends it, plain HTTP sends it too, and the check judges both by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from cors_core import fetch

Role = Literal["allowed", "refused"]
"""What the API's policy says of a frontend's origin."""

BLOCKED: Final = "blocked"
"""What is observed of a request whose answer the browser keeps from the page."""
STREAMED: Final = "3 events, streamed"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The three origins of the demo: the API's, and those of the frontends that it allows and does not."""

    api: str
    allowed: str
    refused: str

    def frontends(self) -> tuple[tuple[Role, str], ...]:
        """Return both frontends, by role."""
        return ("allowed", self.allowed), ("refused", self.refused)


@dataclass(frozen=True, slots=True)
class Step:
    """One request, as a script on a page would write it, and what the script should see when it may read the answer.

    `reads` are the response headers that the script tries to read; `sees` is in the words of `outcome`.
    """

    method: str
    path: str
    sees: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: Literal["omit", "same-origin", "include"] = "same-origin"
    reads: tuple[str, ...] = ()
    own: bool = False
    events: bool = False

    @property
    def preflighted(self) -> bool:
        """Whether browsers ask first: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

        No step sends a safelisted header, so any header needs permission.
        """
        return not self.own and (self.method not in fetch.SAFELISTED_METHODS or bool(self.headers))


@dataclass(frozen=True, slots=True)
class Case:
    """One button of the page: its name, why it is worth a click, and the requests that it sends."""

    key: str
    title: str
    why: str
    steps: tuple[Step, ...]

    def expected(self, role: Role) -> str:
        """Return what a browser that keeps to Fetch observes on the frontend of that role."""
        return together(step.sees if step.own or role == "allowed" else BLOCKED for step in self.steps)

    def as_json(self, addresses: Addresses, role: Role) -> dict[str, Any]:
        """Return the case as the page reads it; `addresses` make its paths URLs."""
        own = addresses.allowed if role == "allowed" else addresses.refused
        steps = [
            {**asdict(step), "preflighted": step.preflighted, "url": (own if step.own else addresses.api) + step.path}
            for step in self.steps
        ]
        return {**asdict(self), "steps": steps, "expected": self.expected(role)}


def outcome(status: int, readable: Iterable[str]) -> str:
    """Return what a script sees of an answer: its status, and which of the headers it wanted it could read."""
    return ", ".join([str(status), *readable])


def together(outcomes: Iterable[str]) -> str:
    """Return what is observed of a case, from what is observed of its steps."""
    listed = list(outcomes)
    if len(listed) > 1 and len(set(listed)) == 1:
        return f"all {len(listed)} {listed[0]}"
    return ", then ".join(listed)


CASES: Final = (
    Case(
        "same-origin",
        "Same-origin request",
        "The page asks the server it came from. CORS has no say here, on either page.",
        (Step("GET", "/hello", "200", own=True),),
    ),
    Case(
        "get",
        "GET without a preflight",
        "Any page may send this one; the API does answer. What CORS decides is whether the page may read the answer.",
        (Step("GET", "/items", "200"),),
    ),
    Case(
        "put",
        "PUT with JSON, preflighted",
        "PUT and a JSON body need permission: the browser asks with OPTIONS and sends the PUT only if it is granted.",
        (Step("PUT", "/items/1", "200", {"Content-Type": "application/json"}, '{"name": "lamp"}'),),
    ),
    Case(
        "headers",
        "Authorization and a custom header",
        "A header that the page adds needs permission by name, Authorization above all.",
        (Step("GET", "/echo", "200", {"Authorization": "Bearer demo", "X-Request-Id": "demo-1"}),),
    ),
    Case(
        "cookie",
        "Credentials: a cookie",
        "The first answer sets a cookie, the second request shows it, the third leaves it at home. "
        "Both answers that involve the cookie need Access-Control-Allow-Credentials.",
        (
            Step("POST", "/session", "201", credentials="include"),
            Step("GET", "/session", "200", credentials="include"),
            Step("GET", "/session", "401", credentials="omit"),
        ),
    ),
    Case(
        "exposed",
        "An exposed header",
        "Every answer carries X-Total-Count and X-Internal. The policy exposes the first; the second stays hidden.",
        (Step("GET", "/items", "200, X-Total-Count", reads=("X-Total-Count", "X-Internal")),),
    ),
    Case(
        "events",
        "EventSource, streaming",
        "Three events, a quarter of a second apart. They arrive one by one: nothing on the way collects them.",
        (Step("GET", "/events", STREAMED, events=True),),
    ),
    Case(
        "error",
        "An error page (500)",
        "The application raises an exception. The middleware stands outside and answers for it, "
        "so that an allowed page can read the 500.",
        (Step("GET", "/error", "500"),),
    ),
    Case(
        "method",
        "A method that is not listed",
        "The policy lists PUT and DELETE. PATCH is refused to everyone, the allowed origin too.",
        (Step("PATCH", "/items/1", BLOCKED),),
    ),
    Case(
        "auth",
        "A preflight to a route behind auth",
        "The auth layer answers 401 to whatever carries no Authorization, and preflights never carry it. "
        "They are answered before auth is asked.",
        (
            Step("GET", "/private", "401"),
            Step("DELETE", "/private", "200", {"Authorization": "Bearer demo"}),
        ),
    ),
)
