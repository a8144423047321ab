"""A browser's half of CORS, put together: what to fetch through, as whom, and what it remembers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from cors_core.browser.cache import PreflightCache
from cors_core.browser.differences import others
from cors_core.browser.fetching import Fetching
from cors_core.browser.messages import Exchange, FetchTypeError, NetworkError, Result
from cors_core.browser.profiles import STANDARD, Profile
from cors_core.browser.request import Init, new_request
from cors_core.browser.urls import URL, Origin

__all__ = ["Init", "UserAgent"]

DEFAULTS: Final = Init()


class UserAgent:
    """A browser's half of CORS: it owns the preflight cache and fetches through `exchange`.

    `profile` says whose reading of the standard it follows, `clock` gives seconds, `same_site` says
    whether two origins are schemelessly of one site (for `Cross-Origin-Resource-Policy`).
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
        #: Its own cache, and those that other user agents would have by now, to compare.
        self.caches = (self.cache, *(PreflightCache(other, clock) for other in others(profile)))

    def fetch(
        self, url: str, init: Init = DEFAULTS, *, page: Origin, base: str | None = None, top_level: Origin | None = None
    ) -> Result:
        """Fetch `url` from a document of origin `page`; raises `FetchTypeError` before anything is sent.

        Everything else that goes wrong is a network error, and in the result's `failure`. `base` is the
        URL that a relative one resolves against, `top_level` the origin that the tab shows, if not `page`.
        """
        try:
            target = URL(url, URL(base) if base else None)
        except ValueError as error:
            raise FetchTypeError(f"{url!r} is no URL") from error
        result = Result()
        request = new_request(init, target, page, str(top_level or page), self.profile)
        try:
            result.response = Fetching(self, request, result).fetch()
        except NetworkError as error:
            result.failure = error.failure
        return result
