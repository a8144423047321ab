"""What is asked, and of whom: the policies that every library is given, and the requests that it gets."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from cors_core import Policy

METHODS = ("PUT", "GET", "HEAD", "POST")
HEADERS = ("X-Request-Id", "Accept", "Accept-Language", "Content-Language", "Content-Type")
MAX_AGE = 600
ASKED = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")

ACTUAL = ("no Origin", "allowed", "another allowed", "refused")
PREFLIGHTS = ("preflight", "preflight refused", "preflight, bad method", "preflight, bad header")


@dataclass(frozen=True)
class Case:
    """One policy, told so that every library can be given it; `domains` are those whose subdomains are allowed."""

    name: str
    exact: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    everyone: bool = False
    credentials: bool = False
    turns: Iterator[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "turns", itertools.cycle(self.exact or self.domains or ("example.net",)))

    @property
    def policy(self) -> Policy:
        """The policy as ours has it."""
        return Policy(
            allow_origins="*" if self.everyone else [*self.exact, *(f"https://*.{name}" for name in self.domains)],
            allow_methods=["PUT"],
            allow_headers=["X-Request-Id"],
            allow_credentials=self.credentials,
            max_age=MAX_AGE,
        )

    @property
    def kinds(self) -> list[str]:
        """The kinds of request that there are under this policy."""
        impossible = {"refused", "preflight refused"} if self.everyone else set()
        if len(self.exact) == 1:
            impossible.add("another allowed")
        return [kind for kind in (*ACTUAL, *PREFLIGHTS) if kind not in impossible]

    def origin(self, kind: str) -> str:
        """Return the `Origin` of a request of one kind, as a string that nobody has hashed yet."""
        if kind.endswith("refused"):
            return f"https://{random.getrandbits(128):032x}.example.org"
        if kind == "another allowed":
            turn = next(self.turns)
            return fresh(turn) if self.exact else f"https://{random.getrandbits(64):016x}.{turn}"
        allowed = self.exact[len(self.exact) // 2 :] or [f"https://shop.{domain}" for domain in self.domains[5:]]
        return fresh(allowed[0] if allowed else "https://app.example.com")

    def asked(self, kind: str) -> dict[str, str]:
        """Return what CORS looks at in a request of one kind."""
        if kind == "no Origin":
            return {}
        if kind in ACTUAL:
            return {"Origin": self.origin(kind)}
        method = "DELETE" if kind == "preflight, bad method" else "PUT"
        names = "content-type,x-other" if kind == "preflight, bad header" else "content-type,x-request-id"
        return {
            "Origin": self.origin(kind),
            "Access-Control-Request-Method": fresh(method),
            "Access-Control-Request-Headers": fresh(names),
        }


def fresh(text: str) -> str:
    """Return an equal string whose hash is not known yet, as servers make them."""
    return text.encode().decode()


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"https://app{number}.example.com" for number in range(count))


CASES = (
    Case("one origin", exact=("https://app.example.com",)),
    Case("100 origins", exact=_numbered(100)),
    Case("public *", everyone=True),
    Case("ten patterns", domains=tuple(f"team{number}.example.com" for number in range(10))),
    Case("credentials", exact=_numbered(10), credentials=True),
)
