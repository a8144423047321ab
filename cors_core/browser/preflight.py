"""The CORS-preflight fetch: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""

from __future__ import annotations

from cors_core import fetch
from cors_core.browser.cache import Key, PreflightCache, max_age
from cors_core.browser.check import cors_check
from cors_core.browser.messages import Exchange, Failure, Incoming, NetworkError, Outgoing, extracted
from cors_core.browser.profiles import Profile

SECTION = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"


class Preflight:
    """One question to a server: may this origin send this method with these headers?"""

    def __init__(
        self,
        *,
        url: str,
        origin: str,
        method: str,
        unsafe: tuple[str, ...],
        include: bool,
        forced: bool,
        because: tuple[str, ...],
        profile: Profile,
    ) -> None:
        self.method, self.unsafe, self.include, self.forced = method, unsafe, include, forced
        self.origin, self.profile = origin, profile
        self.warnings: list[str] = []
        headers = [("Accept", "*/*"), (fetch.REQUEST_METHOD, method)]
        headers += [(fetch.REQUEST_HEADERS, ",".join(unsafe))] if unsafe else []
        self.request = Outgoing("preflight", "OPTIONS", url, (*headers, (fetch.ORIGIN, origin)), because=because)

    def ask(self, exchange: Exchange, cache: PreflightCache, key: Key) -> None:
        """Send it, check the answer, and keep what was permitted; raises `NetworkError`."""
        response = exchange(self.request)
        if self.profile.cache_before_checks:
            self._keep(response, cache, key)
        cors_check(self.origin, self.include, self.request, response)
        if not 200 <= response.status <= 299:
            raise self._failure(response, *_status(response.status))
        methods = self._names(response, fetch.ALLOW_METHODS)
        names = self._names(response, fetch.ALLOW_HEADERS) or ()
        if methods is None and self.forced:
            methods = (self.method,)
        self._check_method(response, methods or ())
        self._check_headers(response, names)
        if not self.profile.cache_before_checks:
            cache.keep(key, self.include, methods or (), names, max_age(response, self.profile))

    def _check_method(self, response: Incoming, methods: tuple[str, ...]) -> None:
        star = fetch.WILDCARD in methods and not self.include
        if self.method in methods or self.method in fetch.SAFELISTED_METHODS or star:
            return
        sentence = f"method {self.method} is not allowed by Access-Control-Allow-Methods"
        near = [method for method in methods if method.upper() == self.method.upper()]
        if near:
            sentence += f"; methods are case-sensitive and {near[0]!r} is not {self.method!r}"
        elif fetch.WILDCARD in methods:
            sentence += "; with credentials '*' is only a name"
        raise self._failure(response, "method-refused", sentence)

    def _check_headers(self, response: Incoming, names: tuple[str, ...]) -> None:
        listed = {name.lower() for name in names}
        star = fetch.WILDCARD in names and not self.include
        for name in self.unsafe:
            if name in listed:
                continue
            if not star:
                sentence = f"request header {name} is not allowed by Access-Control-Allow-Headers"
                raise self._failure(response, "header-refused", sentence)
            if name == "authorization" and not self.profile.authorization_covered_by_star:
                self.warnings.append(
                    "today's engines let '*' in Access-Control-Allow-Headers cover Authorization; the standard does not"
                )
                sentence = "request header authorization must be listed by name in Access-Control-Allow-Headers"
                raise self._failure(response, "authorization-not-listed", sentence)
            if name == "authorization":
                self.warnings.append("'*' covers Authorization in today's engines only; list it by name")

    def _names(self, response: Incoming, header: str) -> tuple[str, ...] | None:
        try:
            return extracted(response, header)
        except ValueError as error:
            sentence = f"{header} has an element that is no name, {error.args[0]!r}, which spoils all of it"
            raise self._failure(response, "list-invalid", sentence) from None

    def _keep(self, response: Incoming, cache: PreflightCache, key: Key) -> None:
        try:
            methods = extracted(response, fetch.ALLOW_METHODS) or ()
            names = extracted(response, fetch.ALLOW_HEADERS) or ()
        except ValueError:
            return
        cache.keep(key, self.include, methods, names, max_age(response, self.profile))

    def _failure(self, response: Incoming, step: str, sentence: str) -> NetworkError:
        return NetworkError(Failure(step, SECTION, sentence, self.request, response))


def _status(status: int) -> tuple[str, str]:
    if status in (301, 302, 303, 307, 308):
        return "preflight-redirect", f"the preflight was answered with a redirect, {status}, which is never followed"
    return "preflight-status", f"the preflight was answered with {status}, which is no ok status (200 to 299)"
