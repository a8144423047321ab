"""`assert_safe`: hold an application against the hostile origins, and name each mistake with its evidence."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from cors_core import fetch
from cors_core.browser import URL, Incoming, Outgoing
from cors_core.testing.apps import Apps
from cors_core.testing.browser import SERVED_AT, require_parser
from cors_core.testing.hostile import MISTAKES, SEVERITIES, STRANGERS, SUBSUMES, Severity, hostile_origins

Kind = Literal["GET", "error", "preflight"]
_NO_SUCH_PATH: Final = "/cors-probe-7f3a"
_MARK: Final = "Cors-Probe-7f3a"
_JUNK: Final = {
    "control characters": f"https://a.example\x0b\x0c\x7f{_MARK}",
    "bytes outside ASCII": f"https://\xe9\xff.example/{_MARK}",
    "8 KiB": f"https://{'a' * 8192}.example/{_MARK}",
    "an encoded line break": f"https://a.example%0d%0a{_MARK}:1",
    "markup": f"https://a.example/<script>{_MARK}</script>",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its class, how bad it is, the exchange that shows it, and what to do."""

    kind: str
    severity: Severity
    evidence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.kind}\n    {self.evidence}\n    {self.remedy}"


def assert_safe(
    app: Any,
    *,
    origins: Iterable[str] = (),
    at: str = SERVED_AT,
    path: str = "/",
    allow: Iterable[str] = (),
    timeout: float | None = 10.0,
) -> None:
    """Fail with every weakness of `app`, unless its class is in `allow` or it is for information only.

    `origins` are those that may read; without one that is allowed, a missing `Vary` cannot be seen. An
    application that does not answer, within `timeout` seconds, fails too: nothing was examined.
    """
    accepted = frozenset(allow)
    unknown = accepted - set(MISTAKES)
    if unknown:
        raise ValueError(f"allow={sorted(unknown)}: there are {', '.join(MISTAKES)}")
    found = weaknesses(app, origins=origins, at=at, path=path, timeout=timeout)
    serious = [finding for finding in found if finding.severity != "info" and finding.kind not in accepted]
    if serious:
        raise AssertionError("\n\n".join(["the CORS configuration is not safe", *map(str, serious)]))


def weaknesses(
    app: Any, *, origins: Iterable[str] = (), at: str = SERVED_AT, path: str = "/", timeout: float | None = 10.0
) -> tuple[Finding, ...]:
    """Return what hostile origins find in `app`, the worst first. Only GET and OPTIONS are sent."""
    require_parser()
    trusted = tuple(origins)
    for origin in trusted:
        if not _can_be_sent(origin):
            raise ValueError(f"origins: {origin!r} is no origin; write one such as 'https://app.example.com'")
    apps = Apps({at: app}, timeout)
    try:
        with _quietly():
            by_kind: dict[str, Finding] = {}
            for finding in _Examination(apps, at, path, trusted).findings():
                by_kind.setdefault(finding.kind, finding)
    finally:
        apps.close()
    hidden = {kind for found in by_kind for kind in SUBSUMES.get(found, ())}
    told = [finding for kind, finding in by_kind.items() if kind not in hidden]
    return tuple(sorted(told, key=lambda finding: -SEVERITIES.index(finding.severity)))


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without a line of our own middleware for each of the origins that it refuses."""
    log = logging.getLogger("cors_core")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


@dataclass(frozen=True)
class _Examination:
    apps: Apps
    at: str
    path: str
    good: tuple[str, ...]

    def findings(self) -> Iterator[Finding]:
        self._must_answer()
        yield from self._echoes()
        yield from self._wildcards()
        yield from self._good_origins()
        yield from self._junk()

    def _must_answer(self) -> None:
        """Fail if the application does not answer a request without Origin: then nothing can be said of it."""
        try:
            self.apps.send(self._request("GET", self.path, ()))
        except Exception as error:
            raise AssertionError(f"GET {self.path} is not answered, so nothing was examined: {error!r}") from error

    def _echoes(self) -> Iterator[Finding]:
        """Hostile origins that are allowed by name."""
        found: set[str] = set()
        for kind, origin in self._hostile:
            finding = self._echo(kind, origin) if kind not in found else None
            if finding is not None:
                found.add(kind)
                yield finding

    @cached_property
    def _hostile(self) -> list[tuple[str, str]]:
        """Every hostile origin once, under the first name it has; all of one mistake before the next."""
        known = {*self.good, str(URL(self.at).origin)}
        by_origin: dict[str, str] = {}
        for trusted in (*self.good, self.at):
            for kind, origin in hostile_origins(trusted):
                by_origin.setdefault(origin, kind)
        order = list(MISTAKES)
        pairs = [(kind, origin) for origin, kind in by_origin.items() if origin not in known]
        return sorted(pairs, key=lambda pair: order.index(pair[0]))

    def _echo(self, kind: str, origin: str) -> Finding | None:
        kinds: tuple[Kind, ...] = ("GET", "error", "preflight")
        for how in kinds:
            response = self._ask(how, origin)
            if response is None or response.lines(fetch.ALLOW_ORIGIN) != [origin]:
                continue
            if how == "preflight" and not 200 <= response.status <= 299:
                continue
            alone = how == "preflight" and kind == "origin-reflection"
            credentials = response.header(fetch.ALLOW_CREDENTIALS) == "true"
            sendable = None if _can_be_sent(origin) else "no browser sends this origin, but the comparison is wrong"
            return self._finding(
                "preflight-only-reflection" if alone else kind, how, origin, response, credentials, sendable
            )
        return None

    def _wildcards(self) -> Iterator[Finding]:
        stranger = STRANGERS[0]
        response = self._ask("GET", stranger)
        if response is not None and response.lines(fetch.ALLOW_ORIGIN) == [fetch.WILDCARD]:
            credentials = response.header(fetch.ALLOW_CREDENTIALS) == "true"
            yield self._finding("wildcard-with-credentials" if credentials else "wildcard", "GET", stranger, response)

    def _good_origins(self) -> Iterator[Finding]:
        """What is wrong in the answers to those who may read."""
        for origin in self.good:
            for how in ("GET", "error"):
                yield from self._vary(how, origin)
            response = self._ask("GET", origin)
            if response is None:
                continue
            credentials = response.header(fetch.ALLOW_CREDENTIALS)
            if len(response.lines(fetch.ALLOW_ORIGIN)) > 1 or credentials not in (None, "true"):
                yield self._finding("broken-headers", "GET", origin, response)
        yield from self._asked_names(self.good[0] if self.good else STRANGERS[0])

    def _vary(self, how: Kind, origin: str) -> Iterator[Finding]:
        """A response that depends on Origin must say so to everybody: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"""
        answers = [(who, self._ask(how, who)) for who in (origin, None, STRANGERS[0])]
        shared = {response.header(fetch.ALLOW_ORIGIN) for _, response in answers if response is not None}
        for who, response in answers:
            if len(shared) > 1 and response is not None and not _varies(response):
                yield self._finding("missing-vary", how, who, response)
                return

    def _asked_names(self, origin: str) -> Iterator[Finding]:
        """Names in a preflight that are no names, answered as they came."""
        method, names = f"GET, {_MARK}", f"x-a, <script>{_MARK}"
        headers = ((fetch.ORIGIN, origin), (fetch.REQUEST_METHOD, method), (fetch.REQUEST_HEADERS, names))
        response = self._send("OPTIONS", self.path, headers)
        if response is not None and any(_MARK in value for _, value in response.headers):
            yield self._finding("preflight-reflection", "preflight", origin, response)

    def _junk(self) -> Iterator[Finding]:
        """Origins that are none: sent back, or too much for the application."""
        calm = self._ask("GET", None) is not None
        for what, origin in _JUNK.items():
            response = self._ask("GET", origin)
            if response is None and calm:
                mistake = MISTAKES["crash"]
                yield Finding("crash", mistake.without, f"GET {self.path} with {what} in Origin raises", mistake.remedy)
                return
            if response is not None and any(_MARK in value for _, value in response.headers):
                yield self._finding("reflected-junk", "GET", what, response)
                return

    def _finding(
        self,
        kind: str,
        how: Kind,
        origin: str | None,
        response: Incoming,
        credentials: bool = False,
        unsendable: str | None = None,
    ) -> Finding:
        mistake = MISTAKES[kind]
        severity = mistake.with_credentials if credentials else mistake.without
        asked = {"GET": f"GET {self.path}", "error": f"GET {_NO_SUCH_PATH}", "preflight": f"OPTIONS {self.path}"}[how]
        sent_as = f"Origin: {origin}" if origin else "no Origin"
        said = [f"{n}: {v}" for n, v in response.headers if n.lower() in _TELLING] or ["no Vary"]
        evidence = f"{asked} with {sent_as} -> {response.status}, {', '.join(said)[:500]}"
        remedy = f"{mistake.remedy} ({unsendable})" if unsendable else mistake.remedy
        return Finding(kind, "info" if unsendable else severity, evidence, remedy)

    def _ask(self, how: Kind, origin: str | None) -> Incoming | None:
        headers = ((fetch.ORIGIN, origin),) if origin is not None else ()
        if how != "preflight":
            return self._send("GET", self.path if how == "GET" else _NO_SUCH_PATH, headers)
        asking = ((fetch.REQUEST_METHOD, "PUT"), (fetch.REQUEST_HEADERS, "x-cors-probe"))
        return self._send("OPTIONS", self.path, (*headers, *asking))

    def _send(self, method: str, path: str, headers: tuple[tuple[str, str], ...]) -> Incoming | None:
        """Return the response; None if the application raises instead."""
        try:
            return self.apps.send(self._request(method, path, headers)).response
        except TimeoutError as error:
            raise AssertionError(f"{method} {path} hangs, so the rest was not examined: {error}") from error
        except Exception:
            return None

    def _request(self, method: str, path: str, headers: tuple[tuple[str, str], ...]) -> Outgoing:
        host = URL(self.at)
        around = (("Host", f"{host.host}:{host.port}" if host.port else host.host), ("Sec-Fetch-Site", "cross-site"))
        return Outgoing("request", method, f"{host.origin}{path}", (*around, *headers))


_TELLING: Final = frozenset({"vary", fetch.ALLOW_ORIGIN.lower(), fetch.ALLOW_CREDENTIALS.lower()})


def _varies(response: Incoming) -> bool:
    names = {name.lower() for name in fetch.list_elements(response.lines(fetch.VARY))}
    return bool(names & {"origin", fetch.WILDCARD})


def _can_be_sent(origin: str) -> bool:
    try:
        return origin == "null" or str(URL(origin).origin) == origin
    except ValueError:
        return False
