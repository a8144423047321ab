"""The CORS-preflight fetch: https://fetch.spec.whatwg.org/#cors-preflight-fetch"""

from __future__ import annotations

from collections.abc import Iterable

from cors_core import fetch
from cors_core.browser import safelist
from cors_core.browser.cache import PreflightCache, max_age
from cors_core.browser.check import cors_check, unauthenticated
from cors_core.browser.differences import max_age_differs, parted
from cors_core.browser.messages import (
    REDIRECTS,
    Failure,
    Incoming,
    NetworkError,
    Outgoing,
    Result,
    extracted,
    is_ok_status,
)
from cors_core.browser.network import Network
from cors_core.browser.profiles import Profile
from cors_core.browser.request import Request

SECTION = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"


def needed_for(request: Request, profile: Profile) -> tuple[str, ...]:
    """Return what makes a preflight necessary, cached or not; nothing, if nothing does."""
    reasons: list[str] = []
    if request.forces_preflight(profile):
        reasons.append("a stream, or listeners on the upload")
    if request.unsafe_request:
        if request.method not in fetch.SAFELISTED_METHODS:
            reasons.append(f"method {request.method}")
        reasons += [f"header {name}" for name in safelist.unsafe_names(request.headers, profile)]
    if not reasons and _sticks(request, profile):
        reasons.append("an earlier hop was preflighted")
    return tuple(dict.fromkeys(reasons))


def is_permitted(request: Request, cache: PreflightCache) -> bool:
    """Return whether earlier preflights have permitted all that a preflight would ask for."""
    forced = request.forces_preflight(cache.profile) or _sticks(request, cache.profile)
    method_matters = forced or request.method not in fetch.SAFELISTED_METHODS
    if method_matters and not cache.permits_method(request, request.method):
        return False
    names = safelist.unsafe_names(request.headers, cache.profile)
    return all(cache.permits_header(request, name) for name in names)


def question(request: Request, cache: PreflightCache) -> str:
    """Return in words what the user agent whose cache it is asks by preflight; empty if it asks nothing."""
    if not needed_for(request, cache.profile) or is_permitted(request, cache):
        return ""
    names = safelist.unsafe_names(request.headers, cache.profile)
    tainted = request.redirect_tainted and cache.profile.preflight_origin_untainted
    asked = [request.method, *([f"with {','.join(names)}"] if names else [])]
    return " ".join([*asked, *([f"from {request.origin}"] if tainted else [])])


def _sticks(request: Request, profile: Profile) -> bool:
    return profile.sticky_preflight_after_redirect and request.preflighted and len(request.urls) > 1


class Preflight:
    """One question to a server: may this origin send this method with these headers?"""

    def __init__(self, request: Request, profile: Profile, because: tuple[str, ...]) -> None:
        self.request, self.profile = request, profile
        self.unsafe = safelist.unsafe_names(request.headers, profile)
        origin = str(request.origin) if profile.preflight_origin_untainted else request.serialised_origin
        headers = [("Accept", "*/*"), (fetch.REQUEST_METHOD, request.method)]
        headers += [(fetch.REQUEST_HEADERS, ",".join(self.unsafe))] if self.unsafe else []
        headers.append((fetch.ORIGIN, origin))
        self.outgoing = Outgoing("preflight", "OPTIONS", request.url.without_fragment, tuple(headers), because=because)

    def cors_preflight_fetch(self, network: Network, caches: Iterable[PreflightCache], result: Result) -> None:
        """Send it, check the answer, and have the caches keep what was permitted; raises `NetworkError`."""
        response = network.http_network_fetch(self.outgoing)
        self._check_response(response)
        methods = self._names(response, fetch.ALLOW_METHODS)
        names = self._names(response, fetch.ALLOW_HEADERS)
        if methods is None:
            methods = self._forced_method(result)
        permits, caches = (methods or (), names or ()), list(caches)
        self._keep(response, permits, [cache for cache in caches if cache.profile.cache_before_checks])
        self._check_method(response, methods)
        self._check_headers(response, names, result)
        self._keep(response, permits, [cache for cache in caches if not cache.profile.cache_before_checks])
        result.warn(max_age_differs(self.profile, lambda profile: max_age(response, profile)))

    def _check_response(self, response: Incoming) -> None:
        """The CORS check, and an ok status; a redirect is named first, as it is what went wrong."""
        if response.status in REDIRECTS:
            sentence = f"the preflight was answered with a redirect, {response.status}, which is never followed"
            raise self._failure(response, "preflight-redirect", sentence)
        cors_check(self.request, self.outgoing, response)
        if not is_ok_status(response.status):
            sentence = f"the preflight was answered with {response.status}, which is no ok status (200 to 299)"
            raise self._failure(response, "preflight-status", sentence + unauthenticated(response))

    def _forced_method(self, result: Result) -> tuple[str, ...] | None:
        """The method of a request that would not have needed to ask for it; engines want it listed, if it is not safelisted."""
        if not self.request.use_preflight:
            return None
        if self.request.method not in fetch.SAFELISTED_METHODS:
            apart = parted(self.profile, lambda profile: profile.forced_method_permitted)
            result.warn(apart and f"{self.request.method} without Access-Control-Allow-Methods: {apart}")
        return (self.request.method,) if self.profile.forced_method_permitted else None

    def _check_method(self, response: Incoming, methods: tuple[str, ...] | None) -> None:
        method, listed = self.request.method, methods or ()
        star = fetch.WILDCARD in listed and not self.request.include
        if method in listed or method in fetch.SAFELISTED_METHODS or star:
            return
        sentence = f"method {method} is not allowed by Access-Control-Allow-Methods"
        near = [other for other in listed if other.upper() == method.upper()]
        if methods is None:
            sentence += ", which is absent"
        elif near:
            sentence += f"; methods are case-sensitive and {near[0]!r} is not {method!r}"
        elif fetch.WILDCARD in listed:
            sentence += "; with credentials '*' is only a name"
        raise self._failure(response, "method-refused", sentence)

    def _check_headers(self, response: Incoming, names: tuple[str, ...] | None, result: Result) -> None:
        listed = {name.lower() for name in names or ()}
        star = fetch.WILDCARD in listed and not self.request.include
        for name in self.unsafe:
            if name in listed:
                continue
            if star and name == "authorization":
                self._check_authorization(response, result)
            elif not star:
                sentence = f"request header {name} is not allowed by Access-Control-Allow-Headers"
                if names is None:
                    sentence += ", which is absent"
                elif fetch.WILDCARD in listed:
                    sentence += "; with credentials '*' is only a name"
                raise self._failure(response, "header-refused", sentence)

    def _check_authorization(self, response: Incoming, result: Result) -> None:
        """https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name."""
        apart = parted(self.profile, lambda profile: profile.authorization_covered_by_star)
        result.warn(apart and f"Authorization is covered by '*' in Access-Control-Allow-Headers: {apart}")
        if not self.profile.authorization_covered_by_star:
            sentence = "request header authorization must be listed by name in Access-Control-Allow-Headers"
            raise self._failure(response, "authorization-not-listed", sentence)

    def _names(self, response: Incoming, header: str) -> tuple[str, ...] | None:
        try:
            return extracted(response, header)
        except ValueError as error:
            sentence = f"{header} has an element that is no name, {error.args[0]!r}, which spoils all of it"
            raise self._failure(response, "list-invalid", sentence) from None

    def _keep(
        self, response: Incoming, permits: tuple[tuple[str, ...], tuple[str, ...]], caches: list[PreflightCache]
    ) -> None:
        for cache in caches:
            cache.keep(self.request, *permits, max_age(response, cache.profile))

    def _failure(self, response: Incoming, step: str, sentence: str) -> NetworkError:
        return NetworkError(Failure(step, SECTION, sentence, self.outgoing, response))
