"""What a page has in its hands after a fetch, and what was kept from it."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cors_core import browser
from cors_core.testing.log import LoggedRequest


class Headers(Mapping[str, str]):
    """The response headers that the page may read, whatever their letter case; several lines are joined."""

    def __init__(self, visible: tuple[tuple[str, str], ...], hidden: frozenset[str] = frozenset()) -> None:
        self._values: dict[str, str] = {}
        self._hidden = hidden
        for name, value in visible:
            key, text = name.lower(), value.strip(" \t")
            self._values[key] = f"{self._values[key]}, {text}" if key in self._values else text

    def __getitem__(self, name: str) -> str:
        try:
            return self._values[name.lower()]
        except KeyError:
            raise KeyError(self._absence(name)) from None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({dict(sorted(self._values.items()))})"

    def _absence(self, name: str) -> str:
        if name.lower() not in self._hidden:
            return f"the response has no {name}"
        if name.lower() in ("set-cookie", "set-cookie2"):
            return f"the server sent {name}, which no page can read"
        return f"the server sent {name}, but the page may not read it; add {name!r} to expose_headers"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """A response as the page sees it: https://fetch.spec.whatwg.org/#response-class

    `requests` are those of this fetch, the last one the one answered; `warnings` says where engines
    and standard part ways; `raised` is what the application raised after it had answered.
    """

    seen: browser.Response
    requests: tuple[LoggedRequest, ...]
    warnings: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """`basic`, `cors`, `opaque` or `opaqueredirect`."""
        return self.seen.type

    @property
    def status(self) -> int:
        """The status; 0 if the response is opaque."""
        return self.seen.status

    @property
    def ok(self) -> bool:
        """Whether the status is an ok status, 200 to 299."""
        return 200 <= self.seen.status <= 299

    @property
    def url(self) -> str:
        """The URL of the last hop, without its fragment."""
        return self.seen.url.partition("#")[0]

    @property
    def redirected(self) -> bool:
        """Whether there was a redirect on the way."""
        return self.seen.redirected

    @property
    def headers(self) -> Headers:
        """The headers that the page may read."""
        last = self.requests[-1].response if self.requests else None
        return Headers(self.seen.headers, frozenset(name.lower() for name, _ in last.headers) if last else frozenset())

    @property
    def raised(self) -> BaseException | None:
        """What the application raised although it had answered."""
        return self.requests[-1].raised if self.requests else None

    @property
    def content(self) -> bytes:
        """The body."""
        return self.seen.body

    def text(self) -> str:
        """The body as text, which to a browser is always UTF-8."""
        return self.seen.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body as JSON; raises `ValueError` if it is none."""
        return json_module.loads(self.text())

    def __repr__(self) -> str:
        return f"<Response {self.type} {self.status} {self.url}>"
