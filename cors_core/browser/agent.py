"""Fetching, as the standard tells it: main fetch, HTTP fetch, redirects, and what the page may see at the end.

The methods of `_Fetch` carry the names of the standard's algorithms and stand in its order. What no
server can notice is left out: CSP, mixed content, HSTS, service workers, the HTTP cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cors_core import fetch
from cors_core.browser import safelist
from cors_core.browser.cache import Key, PreflightCache
from cors_core.browser.check import cors_check, resource_policy_check
from cors_core.browser.messages import (
    CredentialsMode,
    Exchange,
    Failure,
    FetchTypeError,
    HeaderList,
    Incoming,
    Mode,
    NetworkError,
    Outgoing,
    RedirectMode,
    Response,
    Result,
    Tainting,
    extracted,
)
from cors_core.browser.preflight import Preflight
from cors_core.browser.profiles import STANDARD, Profile
from cors_core.browser.urls import URL, Origin

MAIN_FETCH = "https://fetch.spec.whatwg.org/#main-fetch"
HTTP_REDIRECT_FETCH = "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"
HTTP_NETWORK_FETCH = "https://fetch.spec.whatwg.org/#http-network-fetch"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SAFELISTED_RESPONSE_HEADERS = frozenset(
    ("cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma")
)
_BODY_HEADERS = frozenset({"content-encoding", "content-language", "content-location", "content-type"})


@dataclass(frozen=True, slots=True)
class Init:
    """What a page says when it fetches; the defaults are `fetch()`'s.

    `body` is bytes with its type in `body_type` (None for bytes without one); `stream` a body that can
    be sent once; `upload_listeners` and `unsafe_request` tell XMLHttpRequest and elements from `fetch()`.
    """

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    body_type: str | None = None
    stream: bool = False
    mode: Mode = "cors"
    credentials: CredentialsMode = "same-origin"
    redirect: RedirectMode = "follow"
    referrer_policy: str = ""
    upload_listeners: bool = False
    unsafe_request: bool = True
    api: bool = True
    """Whether script asked: then methods, headers and URLs are checked as `Request` checks them."""


class UserAgent:
    """A browser's half of CORS: it owns the preflight cache and fetches through `exchange`.

    `profile` says whose reading of the standard it follows, `clock` gives seconds, `same_site` says
    whether two origins are of one site (for `Cross-Origin-Resource-Policy`).
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        profile: Profile = STANDARD,
        clock: Callable[[], float] = time.monotonic,
        same_site: Callable[[Origin, Origin], bool] = Origin.same_origin,
    ) -> None:
        self.exchange, self.profile, self.same_site = exchange, profile, same_site
        self.cache = PreflightCache(profile, clock)

    def fetch(self, url: str, init: Init = Init(), *, page: Origin, base: str | None = None) -> Result:
        """Fetch `url` from a document of origin `page`; raises `FetchTypeError` before anything is sent.

        Everything else that goes wrong is a network error, and in the result's `failure`.
        """
        result = Result()
        try:
            target = URL(url, URL(base) if base else None)
        except ValueError as error:
            raise FetchTypeError(f"{url!r} is no URL") from error
        request = _request(init, target, page, self.profile)
        try:
            result.response = _Fetch(self, request, result).run()
        except NetworkError as error:
            result.failure = error.failure
        return result


@dataclass(slots=True)
class _Request:
    """https://fetch.spec.whatwg.org/#concept-request, the parts that matter here."""

    method: str
    urls: list[URL]
    headers: HeaderList
    body: bytes | None
    stream: bool
    mode: Mode
    credentials: CredentialsMode
    redirect: RedirectMode
    referrer_policy: str
    use_preflight: bool
    unsafe_request: bool
    origin: Origin
    tainting: Tainting = "basic"
    redirects: int = 0
    preflighted: bool = False

    @property
    def url(self) -> URL:
        return self.urls[-1]

    @property
    def include(self) -> bool:
        return self.credentials == "include"

    @property
    def tainted(self) -> bool:
        """https://fetch.spec.whatwg.org/#concept-request-tainted-origin: a hop left an origin that was not the page's."""
        return any(
            not later.origin.same_origin(earlier.origin) and not self.origin.same_origin(earlier.origin)
            for earlier, later in zip(self.urls, self.urls[1:], strict=False)
        )

    @property
    def serialised_origin(self) -> str:
        """https://fetch.spec.whatwg.org/#serializing-a-request-origin."""
        return "null" if self.tainted else str(self.origin)


def _request(init: Init, url: URL, page: Origin, profile: Profile) -> _Request:
    """The API layer: https://fetch.spec.whatwg.org/#dom-request"""
    method = init.method
    if not fetch.is_token(method) or fetch.is_forbidden_method(method):
        raise FetchTypeError(f"{method!r} is not a method that a page can use")
    method = fetch.normalise_method(method)
    if init.mode == "no-cors" and method not in fetch.SAFELISTED_METHODS:
        raise FetchTypeError(f"{method} cannot be used in no-cors mode")
    if url.has_credentials and init.api:
        raise FetchTypeError("a URL with a user name cannot be fetched")
    if init.body is not None and method in ("GET", "HEAD"):
        raise FetchTypeError(f"{method} has no body")
    if init.stream and init.mode == "no-cors":
        raise FetchTypeError("a stream cannot be sent in no-cors mode")
    return _Request(
        method=method,
        urls=[url],
        headers=_headers(init, profile),
        body=init.body,
        stream=init.stream,
        mode=init.mode,
        credentials=init.credentials,
        redirect=init.redirect,
        referrer_policy=init.referrer_policy,
        use_preflight=init.upload_listeners or init.stream,
        unsafe_request=init.unsafe_request,
        origin=page,
    )


def _headers(init: Init, profile: Profile) -> HeaderList:
    """The page's headers, the forbidden ones silently gone: https://fetch.spec.whatwg.org/#concept-headers-append"""
    kept: HeaderList = []
    for name, raw in init.headers:
        value = raw.strip(" \t\r\n")
        if not fetch.is_token(name) or any(c in value for c in "\0\r\n") or any(ord(c) > 255 for c in value):
            raise FetchTypeError(f"{name!r}: {raw!r} is no header")
        if safelist.is_forbidden(name, value):
            continue
        if init.mode != "no-cors" or safelist.is_no_cors_safelisted(name, value, profile):
            kept.append((name, value))
    if init.body_type is not None and not any(name.lower() == "content-type" for name, _ in kept):
        kept.append(("Content-Type", init.body_type))
    return kept


@dataclass(slots=True)
class _Fetch:
    agent: UserAgent
    request: _Request
    result: Result
    preflight_reasons: tuple[str, ...] = field(default=())

    def run(self) -> Response:
        """https://fetch.spec.whatwg.org/#concept-fetch."""
        return self._filtered(self._main_fetch())

    def _main_fetch(self) -> Incoming:
        """https://fetch.spec.whatwg.org/#main-fetch."""
        request = self.request
        if request.url.has_bad_port:
            raise self._failure("bad-port", MAIN_FETCH, f"port {request.url.port} is blocked")
        if request.url.origin.same_origin(request.origin) and request.tainting == "basic":
            return self._http_fetch(preflight=False)
        if request.mode == "same-origin":
            raise self._failure(
                "same-origin-mode", MAIN_FETCH, "mode is 'same-origin', and the URL is of another origin"
            )
        if request.mode == "no-cors":
            if request.redirect != "follow":
                raise self._failure("no-cors-redirect", MAIN_FETCH, "no-cors mode can only follow redirects")
            request.tainting = "opaque"
            return self._http_fetch(preflight=False)
        if not request.url.is_http:
            raise self._failure("scheme", MAIN_FETCH, f"{request.url.scheme}: is not fetched across origins")
        request.tainting = "cors"
        self.preflight_reasons = self._reasons()
        if not self.preflight_reasons:
            return self._cleared_if_failed("any failed request", lambda: self._http_fetch(preflight=False))
        return self._cleared_if_failed("failed preflighted request", lambda: self._http_fetch(preflight=True))

    def _reasons(self) -> tuple[str, ...]:
        """What makes a preflight necessary; nothing, if nothing does."""
        request, profile = self.request, self.agent.profile
        reasons: list[str] = []
        if request.use_preflight:
            reasons.append("a stream, or listeners on the upload")
        if request.unsafe_request:
            if request.method not in fetch.SAFELISTED_METHODS:
                reasons.append(f"method {request.method}")
            reasons += [f"header {name}" for name in safelist.unsafe_names(request.headers, profile)]
        if profile.sticky_preflight_after_redirect and request.preflighted and not reasons:
            reasons.append("an earlier hop was preflighted")
        return tuple(reasons)

    def _cleared_if_failed(self, kind: str, act: Callable[[], Incoming]) -> Incoming:
        """Run `act`; where the profile says so, a network error empties the cache for this URL."""
        key = self._key()
        try:
            return act()
        except NetworkError:
            cleared_by = self.agent.profile.cleared_by
            if cleared_by == "any failed request" or cleared_by == kind == "failed preflighted request":
                self.agent.cache.clear(key)
            raise

    def _http_fetch(self, *, preflight: bool) -> Incoming:
        """https://fetch.spec.whatwg.org/#concept-http-fetch."""
        request = self.request
        if preflight:
            self._preflight_unless_cached()
        outgoing, response = self._network()
        if request.tainting == "cors":
            cors_check(request.serialised_origin, request.include, outgoing, response)
        if request.tainting == "opaque":
            same_site = self.agent.same_site(request.origin, request.url.origin)
            resource_policy_check(request.origin, request.url.origin, same_site, outgoing, response)
        if response.status in REDIRECTS:
            return self._redirect(outgoing, response)
        return response

    def _preflight_unless_cached(self) -> None:
        request, agent = self.request, self.agent
        unsafe = safelist.unsafe_names(request.headers, agent.profile) if request.unsafe_request else ()
        key, cache = self._key(), agent.cache
        sticky = "an earlier hop was preflighted" in self.preflight_reasons
        needs_method = request.method not in fetch.SAFELISTED_METHODS or request.use_preflight or sticky
        if (not needs_method or cache.permits_method(key, request.include, request.method)) and all(
            cache.permits_header(key, request.include, name) for name in unsafe
        ):
            return
        untainted = agent.profile.preflight_origin_untainted
        preflight = Preflight(
            url=_without_fragment(request.url),
            origin=str(request.origin) if untainted else request.serialised_origin,
            method=request.method,
            unsafe=unsafe,
            include=request.include,
            forced=request.use_preflight,
            because=self.preflight_reasons,
            profile=agent.profile,
        )
        request.preflighted = True
        try:
            preflight.ask(self._exchange, cache, key)
        finally:
            self.result.warnings += preflight.warnings

    def _redirect(self, outgoing: Outgoing, response: Incoming) -> Incoming:
        """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
        request = self.request

        def fail(step: str, sentence: str) -> NetworkError:
            return NetworkError(Failure(step, HTTP_REDIRECT_FETCH, sentence, outgoing, response))

        if request.redirect == "error":
            raise fail("redirect-mode", "redirect mode is 'error', and the response is a redirect")
        lines = response.lines("Location")
        if request.redirect == "manual" or not lines:
            return response
        if len(set(lines)) > 1:
            raise fail("redirect-location", "the redirect has several Location headers")
        try:
            location = URL(lines[0], request.url).with_fragment(request.url.fragment)
        except ValueError:
            raise fail("redirect-location", f"the redirect's Location, {lines[0]!r}, is no URL") from None
        if not location.is_http:
            raise fail("redirect-scheme", f"a redirect cannot lead to {location.scheme}:")
        if request.redirects == 20:
            raise fail("redirect-count", "there were more than 20 redirects")
        request.redirects += 1
        self._check_redirect_credentials(location, fail)
        if response.status != 303 and request.stream:
            raise fail("redirect-stream", "a stream can only be sent once, and the redirect would send it again")
        self._change_for_redirect(response.status, location)
        request.urls.append(location)
        return self._main_fetch()

    def _check_redirect_credentials(self, location: URL, fail: Callable[[str, str], NetworkError]) -> None:
        request = self.request
        if not location.has_credentials:
            return
        same = request.origin.same_origin(location.origin) and not self.agent.profile.same_origin_userinfo_refused
        if (request.mode == "cors" and not same) or request.tainting == "cors":
            raise fail("redirect-credentials", "a redirect of a CORS request cannot lead to a URL with a user name")

    def _change_for_redirect(self, status: int, location: URL) -> None:
        request = self.request
        if (status in (301, 302) and request.method == "POST") or (
            status == 303 and request.method not in ("GET", "HEAD")
        ):
            request.method, request.body, request.stream = "GET", None, False
            request.headers = [pair for pair in request.headers if pair[0].lower() not in _BODY_HEADERS]
        if not location.origin.same_origin(request.url.origin):
            request.headers = [pair for pair in request.headers if pair[0].lower() != "authorization"]

    def _network(self) -> tuple[Outgoing, Incoming]:
        """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch."""
        request = self.request
        headers = list(request.headers)
        if not any(name.lower() == "accept" for name, _ in headers):
            headers.append(("Accept", "*/*"))
        origin = self._origin_header()
        if origin is not None:
            headers.append((fetch.ORIGIN, origin))
        with_credentials = request.include or (request.credentials == "same-origin" and request.tainting == "basic")
        url = _without_fragment(request.url)
        outgoing = Outgoing(
            "request",
            request.method,
            url,
            tuple(headers),
            request.body or b"",
            with_credentials,
            self.preflight_reasons,
        )
        return outgoing, self._exchange(outgoing)

    def _origin_header(self) -> str | None:
        """https://fetch.spec.whatwg.org/#append-a-request-origin-header."""
        request = self.request
        if request.tainting == "cors":
            return request.serialised_origin
        if request.method in ("GET", "HEAD"):
            return None
        hidden = request.mode != "cors" and self.agent.profile.referrer_policy_hides_origin and self._referrer_hides()
        return "null" if hidden else request.serialised_origin

    def _referrer_hides(self) -> bool:
        request = self.request
        policy = request.referrer_policy
        if policy == "no-referrer":
            return True
        if policy == "same-origin":
            return not request.origin.same_origin(request.url.origin)
        strict = policy in ("", "strict-origin", "strict-origin-when-cross-origin", "no-referrer-when-downgrade")
        return strict and request.origin.scheme == "https" and request.url.scheme != "https"

    def _exchange(self, outgoing: Outgoing) -> Incoming:
        """Hand the request to whatever answers; an exception there is a network error with its cause."""
        self.result.exchanges.append((outgoing, None))
        try:
            response = self.agent.exchange(outgoing)
        except Exception as error:
            sentence = f"no response: {type(error).__name__}: {error}"
            raise NetworkError(Failure("no-response", HTTP_NETWORK_FETCH, sentence, outgoing, None, error)) from error
        self.result.exchanges[-1] = (outgoing, response)
        broken = [
            name for name, value in response.headers if not fetch.is_token(name) or any(c in value for c in "\0\r\n")
        ]
        if broken or not 100 <= response.status <= 999:
            sentence = f"the response is malformed: {broken[0] if broken else response.status!r}"
            raise NetworkError(Failure("malformed-response", HTTP_NETWORK_FETCH, sentence, outgoing, response))
        return response

    def _filtered(self, response: Incoming) -> Response:
        """https://fetch.spec.whatwg.org/#concept-filtered-response."""
        request = self.request
        redirected = len(request.urls) > 1
        if response.status in REDIRECTS and request.redirect == "manual":
            return Response("opaqueredirect", 0, (), b"", request.url.href)
        if request.tainting == "opaque":
            return Response("opaque", 0, (), b"", "")
        headers: Iterable[tuple[str, str]] = response.headers
        if request.tainting == "cors":
            exposed = self._exposed(response)
            headers = [pair for pair in headers if pair[0].lower() in exposed]
        visible = tuple(pair for pair in headers if not fetch.is_forbidden_response_header(pair[0]))
        kind = "cors" if request.tainting == "cors" else "basic"
        return Response(kind, response.status, visible, response.body, request.url.href, redirected)  # type: ignore[arg-type]

    def _exposed(self, response: Incoming) -> frozenset[str]:
        """https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name."""
        try:
            names = extracted(response, fetch.EXPOSE_HEADERS) or ()
        except ValueError as error:
            self.result.warnings.append(
                f"Access-Control-Expose-Headers has an element that is no name, {error.args[0]!r}: nothing is exposed"
            )
            names = ()
        if fetch.WILDCARD in names and not self.request.include:
            return frozenset(name.lower() for name, _ in response.headers)
        return SAFELISTED_RESPONSE_HEADERS | {name.lower() for name in names}

    def _key(self) -> Key:
        """https://fetch.spec.whatwg.org/#concept-cache-create-entry: partition, origin, URL."""
        request = self.request
        return str(request.origin), request.serialised_origin, _without_fragment(request.url)

    def _failure(self, step: str, rule: str, sentence: str) -> NetworkError:
        return NetworkError(Failure(step, rule, sentence))


def _without_fragment(url: URL) -> str:
    return url.href.partition("#")[0]
