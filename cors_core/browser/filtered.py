"""What the page may see of a response: https://fetch.spec.whatwg.org/#concept-filtered-response"""

from __future__ import annotations

from cors_core import fetch
from cors_core.browser.messages import REDIRECTS, Incoming, Response, Result, extracted
from cors_core.browser.request import Request

SAFELISTED_RESPONSE_HEADERS = frozenset(
    ("cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma")
)


def filtered_response(request: Request, response: Incoming, result: Result) -> Response:
    """Return the filtered response that the request's mode and tainting leave of `response`."""
    url, timing = request.url.without_fragment, not request.timing_failed
    if response.status in REDIRECTS and request.redirect == "manual":
        return Response("opaqueredirect", 0, (), b"", url, timing_allowed=timing)
    if request.tainting == "opaque":
        return Response("opaque", 0, (), b"", "", timing_allowed=timing)
    visible = [pair for pair in response.headers if not fetch.is_forbidden_response_header(pair[0])]
    if request.tainting == "cors":
        exposed = exposed_names(request, response, result)
        visible = [pair for pair in visible if pair[0].lower() in exposed]
    redirected = len(request.urls) > 1
    return Response(request.tainting, response.status, tuple(visible), response.body, url, redirected, timing)


def exposed_names(request: Request, response: Incoming, result: Result) -> frozenset[str]:
    """Return the names of the headers that a CORS response shows, in lower case.

    https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
    """
    try:
        names = extracted(response, fetch.EXPOSE_HEADERS) or ()
    except ValueError as error:
        result.warn(
            f"Access-Control-Expose-Headers has an element that is no name, {error.args[0]!r}: nothing is exposed"
        )
        names = ()
    if fetch.WILDCARD in names and not request.include:
        return frozenset(name.lower() for name, _ in response.headers)
    return SAFELISTED_RESPONSE_HEADERS | {name.lower() for name in names}
