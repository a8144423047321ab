"""HTTP-redirect fetch: https://fetch.spec.whatwg.org/#http-redirect-fetch"""

from __future__ import annotations

from cors_core.browser.differences import parted
from cors_core.browser.messages import Failure, Incoming, NetworkError, Outgoing, Result
from cors_core.browser.profiles import Profile
from cors_core.browser.request import Request
from cors_core.browser.urls import URL

SECTION = "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"
MOST_REDIRECTS = 20
_REQUEST_BODY_HEADERS = frozenset({"content-encoding", "content-language", "content-location", "content-type"})
_NON_WILDCARD_HEADERS = frozenset({"authorization"})


class Redirect:
    """One redirect that is followed; each check raises `NetworkError`."""

    def __init__(
        self, request: Request, outgoing: Outgoing, response: Incoming, profile: Profile, result: Result
    ) -> None:
        self.request, self.outgoing, self.response = request, outgoing, response
        self.profile, self.result = profile, result

    def http_redirect_fetch(self) -> bool:
        """Turn the request to where the redirect leads; False if it leads nowhere, for want of a `Location`.

        The algorithm's last step, main fetch, is the caller's.
        """
        request, location = self.request, self._location_url()
        if location is None:
            return False
        if not location.is_http:
            raise self._failure("redirect-scheme", f"a redirect cannot lead to {location.scheme}:")
        if request.redirects == MOST_REDIRECTS:
            raise self._failure("redirect-count", f"there were more than {MOST_REDIRECTS} redirects")
        request.redirects += 1
        self._check_credentials(location)
        if self.response.status != 303 and request.stream:
            sentence = "a stream can only be sent once, and the redirect would send it again"
            raise self._failure("redirect-stream", sentence)
        if self._becomes_get():
            request.method, request.body, request.stream = "GET", None, False
            request.delete(_REQUEST_BODY_HEADERS)
        if not request.url.origin.same_origin(location.origin):
            request.delete(_NON_WILDCARD_HEADERS)
        request.urls.append(location)
        return True

    def _location_url(self) -> URL | None:
        """https://fetch.spec.whatwg.org/#concept-response-location-url."""
        lines = self.response.lines("Location")
        if not lines:
            return None
        if len(lines) > 1:
            raise self._failure("redirect-location", f"the redirect has {len(lines)} Location headers, not one")
        try:
            return URL(lines[0], self.request.url).with_fragment(self.request.url.fragment)
        except ValueError:
            sentence = f"the redirect's Location, {lines[0]!r}, is no URL"
            raise self._failure("redirect-location", sentence) from None

    def _check_credentials(self, location: URL) -> None:
        """A user name in the Location, where nobody could see it: two steps of the standard."""
        request, profile = self.request, self.profile
        if not location.has_credentials:
            return
        refused = "a redirect of a CORS request cannot lead to a URL with a user name"
        same_origin = request.origin.same_origin(location.origin)
        if request.tainting == "cors" or (request.mode == "cors" and not same_origin):
            raise self._failure("redirect-credentials", refused)
        if request.mode == "cors":
            apart = parted(profile, lambda profile: not profile.same_origin_userinfo_refused)
            self.result.warn(apart and f"a redirect within one origin to a URL with a user name: {apart}")
            if profile.same_origin_userinfo_refused:
                raise self._failure("redirect-credentials", refused)

    def _becomes_get(self) -> bool:
        status, method = self.response.status, self.request.method
        return (status in (301, 302) and method == "POST") or (status == 303 and method not in ("GET", "HEAD"))

    def _failure(self, step: str, sentence: str) -> NetworkError:
        return NetworkError(Failure(step, SECTION, sentence, self.outgoing, self.response))
