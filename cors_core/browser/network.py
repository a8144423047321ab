"""The way to the network: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch"""

from __future__ import annotations

from cors_core import fetch
from cors_core.browser.differences import listed, others
from cors_core.browser.messages import Exchange, Failure, HeaderList, Incoming, NetworkError, Outgoing, Result
from cors_core.browser.profiles import Profile
from cors_core.browser.request import Request

SECTION = "https://fetch.spec.whatwg.org/#concept-http-network-fetch"


class Network:
    """What requests leave by; every exchange is put down in `result`."""

    def __init__(self, exchange: Exchange, profile: Profile, result: Result) -> None:
        self._exchange, self._profile, self._result = exchange, profile, result

    def http_network_or_cache_fetch(self, request: Request, because: tuple[str, ...]) -> tuple[Outgoing, Incoming]:
        """Send the request itself, with or without credentials: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
        with_credentials = request.include or (request.credentials == "same-origin" and request.tainting == "basic")
        headers = [*request.headers, *self._request_origin_header(request)]
        url, body = request.url.without_fragment, request.body or b""
        outgoing = Outgoing("request", request.method, url, tuple(headers), body, with_credentials, because)
        return outgoing, self.http_network_fetch(outgoing)

    def http_network_fetch(self, outgoing: Outgoing) -> Incoming:
        """Hand the request to whatever answers; an exception there is a network error with its cause."""
        exchanges = self._result.exchanges
        exchanges.append((outgoing, None))
        try:
            response = self._exchange(outgoing)
        except Exception as error:
            sentence = f"no response: {type(error).__name__}: {error}"
            raise NetworkError(Failure("no-response", SECTION, sentence, outgoing, None, error)) from error
        exchanges[-1] = (outgoing, response)
        broken = _broken(response)
        if broken:
            raise NetworkError(
                Failure("malformed-response", SECTION, f"the response is malformed: {broken}", outgoing, response)
            )
        return response

    def _request_origin_header(self, request: Request) -> HeaderList:
        """https://fetch.spec.whatwg.org/#append-a-request-origin-header."""
        if request.tainting == "cors":
            return [(fetch.ORIGIN, request.serialised_origin)]
        if request.method in ("GET", "HEAD"):
            return []
        if request.mode == "cors" or not _referrer_policy_hides(request):
            return [(fetch.ORIGIN, request.serialised_origin)]
        hides = self._profile.referrer_policy_hides_origin
        apart = [other for other in others(self._profile) if other.referrer_policy_hides_origin != hides]
        if apart:
            here = "null" if hides else "the page's origin"
            self._result.warn(f"the Referrer-Policy: Origin is {here} here, but not in {listed(apart)}")
        return [(fetch.ORIGIN, "null" if hides else request.serialised_origin)]


def _referrer_policy_hides(request: Request) -> bool:
    """Whether the Referrer-Policy makes Origin `null` outside of CORS."""
    policy = request.referrer_policy or "strict-origin-when-cross-origin"
    if policy == "same-origin":
        return not request.origin.same_origin(request.url.origin)
    if policy in ("strict-origin", "strict-origin-when-cross-origin", "no-referrer-when-downgrade"):
        return request.origin.scheme == "https" and request.url.scheme != "https"
    return policy == "no-referrer"


def _broken(response: Incoming) -> str:
    """What of a response is malformed, so that HTTP could not carry it; nothing if it is well-formed."""
    if not 200 <= response.status <= 999:
        return f"status {response.status}"
    for name, value in response.headers:
        if not fetch.is_token(name) or any(c in "\0\r\n" for c in value):
            return f"header {name!r}: {value!r}"
    return ""
