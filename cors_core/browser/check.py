"""The CORS check and the checks beside it, each step with the sentence that says why it failed."""

from __future__ import annotations

from cors_core import fetch
from cors_core.browser.messages import Failure, Incoming, NetworkError, Outgoing
from cors_core.browser.urls import Origin

CORS_CHECK = "https://fetch.spec.whatwg.org/#concept-cors-check"
CORP_CHECK = "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check"


def cors_check(origin: str, include: bool, request: Outgoing, response: Incoming) -> None:
    """Raise `NetworkError` unless the response may be shown to `origin`, the serialised and perhaps tainted one.

    `include` says whether the credentials mode is `include`.
    """

    def fail(step: str, sentence: str) -> NetworkError:
        return NetworkError(Failure(step, CORS_CHECK, sentence, request, response))

    lines = response.lines(fetch.ALLOW_ORIGIN)
    if not lines:
        raise fail("allow-origin-missing", "the response has no Access-Control-Allow-Origin header")
    allowed = ", ".join(lines)
    if not include and allowed == fetch.WILDCARD:
        return
    if allowed != origin:
        raise fail(*_why_not(allowed, len(lines), origin, include))
    if include:
        credentials = response.header(fetch.ALLOW_CREDENTIALS)
        if credentials != "true":
            got = "is absent" if credentials is None else f"is {credentials!r}"
            raise fail(
                "allow-credentials",
                f"credentials were included, and Access-Control-Allow-Credentials {got}, not 'true'",
            )


def _why_not(allowed: str, lines: int, origin: str, include: bool) -> tuple[str, str]:
    if allowed == fetch.WILDCARD:
        return (
            "allow-origin-wildcard",
            "credentials were included, for which Access-Control-Allow-Origin must not be '*'",
        )
    if lines > 1 or "," in allowed:
        return (
            "allow-origin-multiple",
            f"Access-Control-Allow-Origin has several values, {allowed!r}; only one is possible",
        )
    return (
        "allow-origin-mismatch",
        f"Access-Control-Allow-Origin is {allowed!r}, which is not the page's origin {origin!r}",
    )


def timing_allowed(origin: str, response: Incoming) -> bool:
    """Return whether the response tells its timing to `origin`: https://fetch.spec.whatwg.org/#concept-tao-check"""
    values = [value.strip(" \t") for line in response.lines("Timing-Allow-Origin") for value in line.split(",")]
    return fetch.WILDCARD in values or origin in values


def resource_policy_check(page: Origin, target: Origin, same_site: bool, request: Outgoing, response: Incoming) -> None:
    """Raise `NetworkError` if `Cross-Origin-Resource-Policy` keeps a no-cors response from the page."""
    policy = response.header("Cross-Origin-Resource-Policy")
    refused = (policy == "same-origin" and not page.same_origin(target)) or (policy == "same-site" and not same_site)
    if refused:
        sentence = f"Cross-Origin-Resource-Policy is {policy!r}, and the page is not"
        raise NetworkError(Failure("resource-policy", CORP_CHECK, sentence, request, response))
