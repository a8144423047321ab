"""The same cases without a browser: send what a browser would send, and judge the headers as Fetch says.

It stands in for a browser where none is installed, and so imports nothing of the engine that it judges.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Iterable
from email.message import Message
from typing import Final
from urllib.parse import urlsplit

from cors_core import fetch
from cors_core.demo.cases import BLOCKED, CASES, STREAMED, Step, outcome, together

TIMEOUT: Final = 20.0  # seconds for one answer


def observe(origin: str, api: str) -> dict[str, str]:
    """Return what a page at `origin` would observe, by the key of the case."""
    page = _Page(origin, api)
    return {case.key: together(map(page.observe, case.steps)) for case in CASES}


class _Page:
    """What a browser knows of one page: its origin, and the cookies of the API."""

    def __init__(self, origin: str, api: str) -> None:
        self.origin, self.api = origin, api
        self.cookie: str | None = None

    def observe(self, step: Step) -> str:
        """Return what a script would see of one request."""
        if step.preflighted and not self._preflight_passes(step):
            return BLOCKED
        headers = dict(step.headers)
        if not step.own:
            headers[fetch.ORIGIN] = self.origin
        if self.cookie and step.credentials == "include":
            headers["Cookie"] = self.cookie
        with contextlib.closing(self._connect(step)) as connection:
            connection.request(step.method, step.path, step.body, headers)
            response = connection.getresponse()
            return self._seen(step, response)

    def _seen(self, step: Step, response: http.client.HTTPResponse) -> str:
        cookie = response.headers["Set-Cookie"]
        if cookie and step.credentials == "include":  # stored even if the script may not read the answer
            self.cookie = cookie.partition(";")[0]
        if not step.own and not cors_check(response.headers, self.origin, _with_credentials(step)):
            return BLOCKED
        if step.events:
            return _events(response)
        exposed = _names(response.headers, fetch.EXPOSE_HEADERS)
        everything = "*" in exposed and not _with_credentials(step)
        return outcome(response.status, [name for name in step.reads if everything or name.lower() in exposed])

    def _preflight_passes(self, step: Step) -> bool:
        """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
        names = sorted(map(str.lower, step.headers))
        asks = {fetch.ORIGIN: self.origin, fetch.REQUEST_METHOD: step.method}
        if names:
            asks[fetch.REQUEST_HEADERS] = ",".join(names)
        with contextlib.closing(self._connect(step)) as connection:
            connection.request("OPTIONS", step.path, headers=asks)
            response = connection.getresponse()
        return 200 <= response.status <= 299 and preflight_check(response.headers, self.origin, step)

    def _connect(self, step: Step) -> http.client.HTTPConnection:
        port = urlsplit(self.origin if step.own else self.api).port
        return http.client.HTTPConnection("localhost", port, timeout=TIMEOUT)


def cors_check(headers: Message, origin: str, credentialed: bool) -> bool:
    """Return whether the answer may be read: https://fetch.spec.whatwg.org/#concept-cors-check"""
    allowed = headers.get_all(fetch.ALLOW_ORIGIN, [])
    if not credentialed and allowed == ["*"]:
        return True
    return allowed == [origin] and (not credentialed or headers.get_all(fetch.ALLOW_CREDENTIALS) == ["true"])


def preflight_check(headers: Message, origin: str, step: Step) -> bool:
    """Return whether the preflight permits the step, its status aside."""
    credentialed = _with_credentials(step)
    if not cors_check(headers, origin, credentialed):
        return False
    methods = {name.strip() for line in headers.get_all(fetch.ALLOW_METHODS, []) for name in line.split(",")}
    methods.update(fetch.SAFELISTED_METHODS)
    allowed = _names(headers, fetch.ALLOW_HEADERS)
    by_wildcard = set() if credentialed or "*" not in allowed else {name.lower() for name in step.headers}
    allowed |= by_wildcard - {"authorization"}
    may_send = step.method in methods or ("*" in methods and not credentialed)
    return may_send and all(name.lower() in allowed for name in step.headers)


def _with_credentials(step: Step) -> bool:
    return step.credentials == "include"


def _names(headers: Message, name: str) -> set[str]:
    return {element.lower() for element in fetch.list_elements(headers.get_all(name, []))}


def _events(lines: Iterable[bytes]) -> str:
    arrived = [time.monotonic() for line in lines if line.startswith(b"data:")]
    how = STREAMED.partition(", ")[2] if arrived and arrived[-1] - arrived[0] > 0.1 else "all at once"
    return f"{len(arrived)} events, {how}"
