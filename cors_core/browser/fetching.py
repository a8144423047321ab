"""Fetching, as the standard tells it: main fetch, HTTP fetch, and the hops between: https://fetch.spec.whatwg.org/#fetching

The methods of `Fetching` carry the names of the standard's algorithms. What no server can notice is left
out: CSP, HSTS, service workers, the HTTP cache, and URLs that lead to no network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cors_core.browser.check import cors_check, resource_policy_check, tao_check
from cors_core.browser.differences import preflight_differs
from cors_core.browser.filtered import filtered_response
from cors_core.browser.messages import REDIRECTS, Failure, Incoming, NetworkError, Outgoing, Response, Result
from cors_core.browser.network import Network
from cors_core.browser.preflight import Preflight, is_permitted, needed_for, question
from cors_core.browser.redirect import Redirect
from cors_core.browser.request import Request
from cors_core.browser.surroundings import notices

if TYPE_CHECKING:
    from cors_core.browser.agent import UserAgent

MAIN_FETCH = "https://fetch.spec.whatwg.org/#concept-main-fetch"
HTTP_FETCH = "https://fetch.spec.whatwg.org/#concept-http-fetch"
SCHEME_FETCH = "https://fetch.spec.whatwg.org/#concept-scheme-fetch"


class Fetching:
    """One `fetch()` on its way; what happens is put down in `result`."""

    def __init__(self, agent: UserAgent, request: Request, result: Result) -> None:
        self.agent, self.request, self.result = agent, request, result
        self.network = Network(agent.exchange, agent.profile, result)

    def fetch(self) -> Response:
        """https://fetch.spec.whatwg.org/#concept-fetch."""
        if not any(name.lower() == "accept" for name, _ in self.request.headers):
            self.request.headers.append(("Accept", "*/*"))
        response = self.main_fetch()
        return filtered_response(self.request, response, self.result)

    def main_fetch(self) -> Incoming:
        """Find out what kind of request it is; once per hop."""
        request = self.request
        for notice in notices(request):
            self.result.warn(notice)
        if request.url.has_bad_port:
            raise _failure("bad-port", MAIN_FETCH, f"browsers never connect to port {request.url.port}")
        if request.tainting == "basic" and request.url.origin.same_origin(request.origin):
            return self.scheme_fetch()
        if request.mode == "same-origin":
            sentence = "mode is 'same-origin', and the URL is of another origin"
            raise _failure("same-origin-mode", MAIN_FETCH, sentence)
        if request.mode == "no-cors":
            if request.redirect != "follow":
                raise _failure("no-cors-redirect", MAIN_FETCH, "no-cors mode can only follow redirects")
            request.tainting = "opaque"
            return self.scheme_fetch()
        if not request.url.is_http:
            raise _failure("scheme", MAIN_FETCH, f"{request.url.scheme}: is not fetched across origins")
        request.tainting = "cors"
        return self._cors_fetch()

    def _cors_fetch(self) -> Incoming:
        """Main fetch's two ways to a CORS response; a network error may clear the preflight cache."""
        because = needed_for(self.request, self.agent.profile)
        try:
            return self.http_fetch(because, make_cors_preflight=bool(because))
        except NetworkError:
            kind = "failed preflighted request" if because else "any failed request"
            for cache in self.agent.caches:
                if cache.profile.cleared_by in (kind, "any failed request"):
                    cache.clear(self.request)
            raise

    def scheme_fetch(self) -> Incoming:
        """Only http: and https: lead to a server."""
        if not self.request.url.is_http:
            sentence = f"{self.request.url.scheme}: leads to no server, and is not simulated"
            raise _failure("scheme", SCHEME_FETCH, sentence)
        return self.http_fetch()

    def http_fetch(self, because: tuple[str, ...] = (), *, make_cors_preflight: bool = False) -> Incoming:
        """Ask first if need be, send, and check what comes."""
        request = self.request
        if request.tainting == "cors":
            self._compare_preflights()
        if make_cors_preflight and not is_permitted(request, self.agent.cache):
            request.preflighted = True
            preflight = Preflight(request, self.agent.profile, because)
            preflight.cors_preflight_fetch(self.network, self.agent.caches, self.result)
        outgoing, response = self.network.http_network_or_cache_fetch(request, because)
        if request.tainting == "cors":
            cors_check(request, outgoing, response)
        request.timing_failed = not tao_check(request, response)
        if request.tainting == "opaque":
            same_site = self.agent.same_site(request.origin, request.url.origin)
            resource_policy_check(request, same_site, outgoing, response)
        return self._redirected(outgoing, response) if response.status in REDIRECTS else response

    def _redirected(self, outgoing: Outgoing, response: Incoming) -> Incoming:
        """HTTP fetch's last step, by redirect mode."""
        if self.request.redirect == "error":
            sentence = "redirect mode is 'error', and the response is a redirect"
            raise NetworkError(Failure("redirect-mode", HTTP_FETCH, sentence, outgoing, response))
        redirect = Redirect(self.request, outgoing, response, self.agent.profile, self.result)
        if self.request.redirect == "follow" and redirect.http_redirect_fetch():
            return self.main_fetch()
        return response

    def _compare_preflights(self) -> None:
        """Warn where other user agents ask a preflight that this one does not, or otherwise."""
        caches = {cache.profile: cache for cache in self.agent.caches}
        for sentence in preflight_differs(self.agent.profile, lambda profile: question(self.request, caches[profile])):
            self.result.warn(sentence)


def _failure(step: str, rule: str, sentence: str) -> NetworkError:
    return NetworkError(Failure(step, rule, sentence))
