"""The CORS check and the checks beside it, each step with the sentence that says why it failed."""

from __future__ import annotations

from cors_core import fetch
from cors_core.browser.messages import REDIRECTS, Failure, Incoming, NetworkError, Outgoing, is_ok_status
from cors_core.browser.request import Request

CORS_CHECK = "https://fetch.spec.whatwg.org/#concept-cors-check"
CORP_CHECK = "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check"


def cors_check(request: Request, outgoing: Outgoing, response: Incoming) -> None:
    """Raise `NetworkError` unless the response may be shown to the origin that `outgoing` named.

    The credentials mode is that of `request`, of a preflight too.
    """

    def fail(step: str, sentence: str) -> NetworkError:
        return NetworkError(Failure(step, CORS_CHECK, sentence, outgoing, response))

    allowed, origin = response.header(fetch.ALLOW_ORIGIN), outgoing.header(fetch.ORIGIN) or ""
    if allowed is None:
        raise fail("allow-origin-missing", _missing(outgoing, response))
    if not request.include and allowed == fetch.WILDCARD:
        return
    if allowed != origin:
        lines = len(response.lines(fetch.ALLOW_ORIGIN))
        raise fail(*_mismatch(allowed, lines, origin, tainted=request.redirect_tainted))
    credentials = response.header(fetch.ALLOW_CREDENTIALS)
    if request.include and credentials != "true":
        got = "is absent" if credentials is None else f"is {credentials!r}"
        sentence = f"credentials were included, and Access-Control-Allow-Credentials {got}, not 'true'"
        raise fail("allow-credentials", sentence)


def _missing(outgoing: Outgoing, response: Incoming) -> str:
    status = response.status
    if outgoing.kind == "preflight":
        what = "the answer to the preflight" + ("" if is_ok_status(status) else f", a {status},")
    else:
        what = f"the redirect, a {status}," if status in REDIRECTS else "the response"
    hint = unauthenticated(response) if outgoing.kind == "preflight" else ""
    return f"{what} has no Access-Control-Allow-Origin header{hint}"


def unauthenticated(response: Incoming) -> str:
    """Say what a 401 to a preflight means; nothing for other statuses."""
    return "; preflights carry no credentials: authentication must let them pass" if response.status == 401 else ""


def _mismatch(allowed: str, lines: int, origin: str, *, tainted: bool) -> tuple[str, str]:
    """The step and the sentence for an `Access-Control-Allow-Origin` that is not the origin."""
    if allowed == fetch.WILDCARD:
        sentence = "credentials were included, for which Access-Control-Allow-Origin must not be '*'"
        return "allow-origin-wildcard", sentence
    if lines > 1 or any(c in allowed for c in ", "):
        sentence = f"Access-Control-Allow-Origin has several values, {allowed!r}; only one is possible"
        return "allow-origin-multiple", sentence
    sentence = f"Access-Control-Allow-Origin is {allowed!r}, which is not the page's origin {origin!r}"
    if tainted:
        sentence = (
            f"Access-Control-Allow-Origin is {allowed!r}, but a redirect across origins made the origin {origin!r}"
        )
    return "allow-origin-mismatch", sentence + _near_miss(allowed, origin)


def _near_miss(allowed: str, origin: str) -> str:
    """What is wrong with a value that was meant to be the origin; nothing if it may have been meant for another."""
    if allowed.strip("\"'") == origin:
        return "; quotes are part of the value"
    if allowed.startswith(origin + "/"):
        return "; an origin has no path, not even a slash"
    if allowed.lower() == origin.lower():
        return "; origins are compared letter by letter, case included"
    if fetch.WILDCARD in allowed:
        return "; '*' stands for nothing within an origin"
    if allowed.partition("://")[2] == origin.partition("://")[2]:
        return "; the scheme is part of an origin"
    return ""


def tao_check(request: Request, response: Incoming) -> bool:
    """Return whether the response tells its timing to the page: https://fetch.spec.whatwg.org/#concept-tao-check"""
    if request.timing_failed:
        return False
    values = [value.strip(" \t") for line in response.lines("Timing-Allow-Origin") for value in line.split(",")]
    return fetch.WILDCARD in values or request.serialised_origin in values or request.tainting == "basic"


def resource_policy_check(request: Request, same_site: bool, outgoing: Outgoing, response: Incoming) -> None:
    """Raise `NetworkError` if `Cross-Origin-Resource-Policy` keeps a no-cors response from the page.

    `same_site` says whether page and response are schemelessly of one site.
    """
    policy, target = response.header("Cross-Origin-Resource-Policy"), request.url.origin
    same_origin = request.origin.same_origin(target)
    downgraded = request.origin.scheme != "https" and target.scheme == "https"
    refused = {"same-origin": not same_origin, "same-site": not same_site or downgraded}
    if refused.get(policy or "", False):
        sentence = f"Cross-Origin-Resource-Policy is {policy!r}, and the page is not"
        raise NetworkError(Failure("resource-policy", CORP_CHECK, sentence, outgoing, response))
