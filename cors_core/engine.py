"""The server's half of the CORS protocol: https://fetch.spec.whatwg.org/#cors-protocol

Rule 1: every branch of the decision is in this file, in the order of the standard.
Rule 2: this file reads a request and a policy; it calls no user code, keeps nothing, logs nothing,
and cannot raise on any text.
"""

from __future__ import annotations

from cors_core import fetch
from cors_core.origins import ALLOWED, CREDENTIALED, DEFAULT_PORTS, MAX_ORIGIN, Verdict
from cors_core.plan import Outcome, Plan
from cors_core.policy import Policy
from cors_core.request import Request


def decide(policy: Policy, request: Request, verdict: Verdict) -> Plan:
    """Return the plan for `request` under `policy`, given the policy's verdict on the request's origin.

    `verdict` is `policy.origins.verdict(origin)`, or what the predicates said if that was `ASK`; an
    unanswered `ASK` refuses. Raises nothing. https://fetch.spec.whatwg.org/#http-cors-protocol
    """
    origin = request.origin
    if not origin:  # not a CORS request: https://fetch.spec.whatwg.org/#cors-request
        return policy.plans.not_cors
    allowed = verdict is ALLOWED or verdict is CREDENTIALED
    if is_preflight(request):
        return _preflight(policy, request, origin, verdict) if allowed else policy.plans.preflight_refused
    if allowed:
        return policy.plans.allowed(origin, verdict is CREDENTIALED)
    return _refused(policy, request, origin)


def decide_handshake(policy: Policy, request: Request, verdict: Verdict) -> Plan:
    """Return the plan for a WebSocket handshake, which no browser checks and which always carries cookies.

    So where the policy is open to everyone, it is open to those only who get credentials.
    https://fetch.spec.whatwg.org/#websocket-protocol
    """
    origin = request.origin
    if origin and verdict is ALLOWED and policy.origins.everyone:
        return policy.plans.same_origin if is_same_origin(request, origin) else policy.plans.refused
    return decide(policy, request, verdict)


def is_preflight(request: Request) -> bool:
    """Return whether it is a CORS-preflight request: https://fetch.spec.whatwg.org/#cors-preflight-request

    Three things make it one, all of them, and nothing else does.
    """
    return request.method == "OPTIONS" and bool(request.origin) and request.requested_method is not None


def _preflight(policy: Policy, request: Request, origin: str, verdict: Verdict) -> Plan:
    """The answer to an allowed origin; whether the lists suffice is the browser's to see, and ours to report.

    The order is the browser's: method, then headers. https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """
    credentialed = verdict is CREDENTIALED
    method = permitted_method(policy, request.requested_method or "", credentialed)
    asked = fetch.requested_names(request.requested_headers or "")
    names = policy.permitted(asked or ())
    if credentialed and fetch.WILDCARD in names:  # a header may be called `*`, as methods may: never granted then
        names = tuple(name for name in names if name != fetch.WILDCARD)
    if method is None:
        outcome = Outcome.METHOD_REFUSED
    elif asked is None or len(names) < len(asked):
        outcome = Outcome.HEADERS_REFUSED
    else:
        outcome = Outcome.ALLOWED
    private_network = outcome is Outcome.ALLOWED and request.requested_private_network == "true"
    return policy.plans.preflight(origin, credentialed, outcome, method, names, private_network)


def permitted_method(policy: Policy, method: str, credentialed: bool = False) -> str | None:
    """Return `method` if the policy permits it, byte for byte: https://fetch.spec.whatwg.org/#concept-method

    A method may be called `*`; with credentials it is never granted, for others would read it as all.
    """
    if method == fetch.WILDCARD and credentialed:
        return None
    if method in fetch.SAFELISTED_METHODS or method in policy.allow_methods:
        return method
    if fetch.WILDCARD not in policy.allow_methods or len(method) > fetch.MAX_METHOD:
        return None
    return method if fetch.is_token(method) and not fetch.is_forbidden_method(method) else None


def _refused(policy: Policy, request: Request, origin: str) -> Plan:
    """An actual request of an origin that is not allowed: it proceeds, unread, unless `enforce` says otherwise."""
    plans = policy.plans
    same_origin = is_same_origin(request, origin)
    if not policy.enforce or (policy.enforce == "unsafe" and request.method in fetch.SAFE_METHODS):
        return plans.same_origin if same_origin else plans.refused
    return plans.same_origin_judged if same_origin else plans.blocked


def is_same_origin(request: Request, origin: str) -> bool:
    """Return whether the request comes from the resource's own origin, as far as a server can tell.

    `Sec-Fetch-Site` knows; without it the configured own origin, or `Host` and the scheme we believe,
    where `https` outside and `http` here is a proxy. https://w3c.github.io/webappsec-fetch-metadata/
    """
    site = request.sec_fetch_site
    if site is not None:
        return site in ("same-origin", "none")
    if request.own_origin is not None:
        return origin == request.own_origin
    if len(origin) > MAX_ORIGIN or not request.host:
        return False
    scheme, _, authority = origin.partition("://")
    ours = {"ws": "http", "wss": "https"}.get(request.scheme, request.scheme)
    host = request.host.lower().removesuffix(":" + DEFAULT_PORTS.get(scheme, ""))
    return authority == host and (scheme == ours or (scheme, ours) == ("https", "http"))
