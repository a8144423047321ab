"""Why a request was refused, in one log line: once per origin and reason, escaped, with the nearest thing that is allowed.

Reads what the engine decided and repeats none of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from itertools import islice

from cors_core import fetch
from cors_core.errors import shown
from cors_core.log import LOG, Throttle
from cors_core.origins import DEFAULT_PORTS, MAX_ORIGIN, NULL, parse_origin, respelled, spelled
from cors_core.plan import Outcome
from cors_core.policy import Policy
from cors_core.request import Request

SCANNED = 10_000  # exact entries looked through for one hint

_LOOPBACK = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}


class RefusalLog:
    """Logs refusals at WARNING on `cors_core`: each origin and reason once a minute, a hundred lines a minute at most."""

    def __init__(self) -> None:
        self._throttle = Throttle()

    def note(self, policy: Policy, request: Request, outcome: Outcome) -> None:
        """Log a refusal, if there is something new to say."""
        if self._throttle.is_full():
            return
        asked = _asked(request, outcome)
        if self._throttle.admits((request.origin or "")[:MAX_ORIGIN], asked) and LOG.isEnabledFor(logging.WARNING):
            LOG.warning(
                "%s: %s %s from %s: %s",
                outcome.value,
                shown(request.method, 40),
                shown(request.path),
                shown(request.origin),
                reason(policy, request, outcome),
            )


def _asked(request: Request, outcome: Outcome) -> object:
    """What the refusal is about, besides the origin, in few enough characters to remember."""
    if outcome is Outcome.METHOD_REFUSED:
        return (request.requested_method or "")[: fetch.MAX_METHOD]
    return (request.requested_headers or "")[:MAX_ORIGIN] if outcome is Outcome.HEADERS_REFUSED else outcome


def reason(policy: Policy, request: Request, outcome: Outcome) -> str:
    """Return what stood in the way of `request`, as a sentence without a request's raw text."""
    if outcome is Outcome.METHOD_REFUSED:
        return _method_reason(policy, request.requested_method or "")
    if outcome is Outcome.HEADERS_REFUSED:
        return _headers_reason(policy, request.requested_headers or "")
    if not policy.allow_origins:
        return (
            "the policy allows nobody: allow_origins is empty, or the host is unknown, "
            "or servers read the path in more than one way"
        )
    nearest = near_miss(policy, request.origin or "")
    return nearest or "allow_origins does not list it"


def near_miss(policy: Policy, origin: str) -> str | None:
    """Return how `origin` differs from something that `policy` allows, or None if nothing is near."""
    if origin == NULL:
        return "an opaque origin (a sandboxed frame, a file, a redirect) identifies nobody and is not allowed"
    if len(origin) > MAX_ORIGIN:
        return f"it is longer than {MAX_ORIGIN} bytes"
    members = policy.origins.allowed
    if parse_origin(origin) is None:
        meant = respelled(origin) if origin.isascii() else None
        if meant is not None and meant in members:
            return f"{shown(meant)} is allowed, but origins are compared byte for byte (case, slash, port)"
        return "it is no serialised origin, so no browser sent it"
    for candidate, difference in _variants(origin):
        if candidate in members:
            return f"{shown(candidate)} is allowed: {difference}"
    return _other_port(policy.allow_origins, origin)


def _variants(origin: str) -> Iterable[tuple[str, str]]:
    """Origins that people mean when they list another one, and what is different about them."""
    parts = parse_origin(origin)
    if parts is None:
        return
    scheme, host, port = parts
    other = {"http": "https", "https": "http"}.get(scheme)
    hosts = [(host, "")]
    if host in _LOOPBACK:
        hosts.append((_LOOPBACK[host], f"{host} and {_LOOPBACK[host]} are two origins"))
    elif host.startswith("www."):
        hosts.append((host[4:], "the 'www.' makes it another origin"))
    else:
        hosts.append((f"www.{host}", "the 'www.' makes it another origin"))
    for name, by_host in hosts:
        for a_scheme, by_scheme in ((scheme, ""), (other, "the scheme is different")):
            for a_port, by_port in ((port, ""), ("", "the port is different")):
                difference = ", ".join(filter(None, (by_scheme, by_host, by_port)))
                if a_scheme and difference and a_port != DEFAULT_PORTS.get(a_scheme):
                    yield spelled(a_scheme, name, a_port), difference


def _other_port(entries: Iterable[object], origin: str) -> str | None:
    parts = parse_origin(origin)
    if parts is None:
        return None
    stem = spelled(parts.scheme, parts.host, "") + ":"
    texts = (entry for entry in islice(entries, SCANNED) if isinstance(entry, str))
    near = next((text for text in texts if text.startswith(stem) and parse_origin(text) is not None), None)
    return f"{shown(near)} is allowed: the port is different" if near else None


def _method_reason(policy: Policy, method: str) -> str:
    if not fetch.is_token(method[: fetch.MAX_METHOD + 1]) or len(method) > fetch.MAX_METHOD:
        return "the method asked for is no method"
    if fetch.is_forbidden_method(method):
        return f"browsers never send {shown(method)}"
    listed = (*policy.allow_methods, *fetch.SAFELISTED_METHODS)
    near = next((name for name in listed if name.upper() == method.upper()), None)
    if near:
        return f"methods are case-sensitive: the page sent {shown(method)}, allowed is {near!r}"
    return f"allow_methods does not list {shown(method)}"


def _headers_reason(policy: Policy, value: str) -> str:
    names = fetch.requested_names(value)
    if names is None:
        return "the header names asked for are too many, or no header names"
    missing = [name for name in names if not policy.permits_header(name) or name == fetch.WILDCARD]
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return "allow_headers does not list " + ", ".join(shown(name, 60) for name in missing[:5]) + more
