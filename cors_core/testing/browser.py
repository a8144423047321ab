"""`Browser` and `Page`: fetching from an application as a page of another origin would."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, Final

from cors_core.browser import PROFILES, URL, FetchTypeError, Init, Origin, Profile, UserAgent, elements
from cors_core.browser.messages import CredentialsMode, Mode, RedirectMode
from cors_core.testing.apps import Apps
from cors_core.testing.bodies import NOTHING, encoded
from cors_core.testing.cookies import CookieJar
from cors_core.testing.errors import network_error
from cors_core.testing.journey import Document, Journey
from cors_core.testing.log import LoggedRequest
from cors_core.testing.response import Response
from cors_core.testing.sites import schemelessly_same_site

HeadersInit = Mapping[str, str] | Iterable[tuple[str, str]]
SERVED_AT: Final = "https://testserver"
"""Where an application is served unless `at` says otherwise; Django's test settings know this host."""


class Browser:
    """A browser that talks to applications in this process, and enforces CORS as real ones do.

    Give one application and the origin `at` which it is served, or several by their origins. `profile`
    is `standard`, `chromium`, `firefox` or `webkit`; `timeout` the seconds that an answer may take,
    None for ever. In a `with` statement ASGI applications are started up and shut down.
    """

    def __init__(
        self,
        app: Any,
        at: str = SERVED_AT,
        *,
        profile: str | Profile = "standard",
        timeout: float | None = 10.0,
    ) -> None:
        require_parser()
        self.profile = _profile(profile)
        self.apps = Apps(app if isinstance(app, Mapping) else {at: app}, timeout)
        self._skipped = 0.0
        self.cookies = CookieJar(self._now)
        self.requests: list[LoggedRequest] = []
        """Everything sent, from all pages."""
        self._agent = UserAgent(_unused, profile=self.profile, clock=self._now, same_site=schemelessly_same_site)

    def open(self, url: str, *, sandboxed: bool = False, inside: str | None = None) -> Page:
        """Return a page at `url`, without fetching it; `null` is a page of an opaque origin.

        `sandboxed` gives it an opaque origin whatever its URL; `inside` is the page whose frame it is,
        which decides what is a third-party cookie.
        """
        return Page(self, url, sandboxed=sandboxed, inside=inside)

    def wait(self, seconds: float) -> None:
        """Let time pass, for the preflight cache and for cookies, without spending it."""
        self._skipped += seconds

    def close(self) -> None:
        """Shut down what `with` started up, and end the thread that ASGI applications run on."""
        self.apps.close()

    def __enter__(self) -> Browser:
        try:
            self.apps.start()
        except BaseException:
            self.close()  # those that did start
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _now(self) -> float:
        return time.time() + self._skipped

    def _agent_for(self, journey: Journey) -> UserAgent:
        """The user agent, preflight cache and all, for one fetch."""
        agent = copy(self._agent)
        agent.exchange = journey.exchange
        return agent


class Page:
    """A document that fetches; `requests` is what it has sent, in order."""

    def __init__(self, browser: Browser, url: str, *, sandboxed: bool = False, inside: str | None = None) -> None:
        self.browser = browser
        try:
            self._url = None if url == "null" else URL(url)
            around = None if inside is None else URL(inside).origin
        except ValueError:
            raise FetchTypeError(
                f"{(inside or url)!r} is no URL of a page; write one such as 'https://app.example.com/'"
            ) from None
        own = Origin() if sandboxed or self._url is None else self._url.origin
        self._document = Document(self._url, own, around or own)
        self.requests: list[LoggedRequest] = []

    @property
    def origin(self) -> str:
        """The page's origin, as it is sent."""
        return str(self._document.origin)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit = (),
        json: Any = NOTHING,
        data: object = None,
        body: object = None,
        credentials: CredentialsMode = "same-origin",
        mode: Mode = "cors",
        redirect: RedirectMode = "follow",
        referrer_policy: str = "",
    ) -> Response:
        """Return what `fetch(url, {...})` resolves with: https://fetch.spec.whatwg.org/#fetch-method

        A relative URL is relative to the page. `json` and `data` (a form, as a mapping, pairs or
        `FormData`) are written out and bring their Content-Type; `body` is what `fetch` takes itself.
        Raises `FetchTypeError` before anything is sent, `CORSError` or another `NetworkError` after.
        """
        content, kind, stream = encoded(json, data, body)
        init = Init(method, _pairs(headers), content, kind, stream, mode, credentials, redirect, referrer_policy)
        return self._fetch(url, init)

    def xhr(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit = (),
        json: Any = NOTHING,
        data: object = None,
        body: object = None,
        with_credentials: bool = False,
        upload_listeners: bool = False,
    ) -> Response:
        """Fetch as an `XMLHttpRequest`; with listeners on its `upload` every request is preflighted."""
        content, kind, _ = encoded(json, data, body)
        return self._fetch(
            url,
            elements.xhr(
                method,
                _pairs(headers),
                content,
                kind,
                with_credentials=with_credentials,
                upload_listeners=upload_listeners,
            ),
            api="XMLHttpRequest",
        )

    def font(self, url: str) -> Response:
        """Load a font of a style sheet; always in mode `cors`."""
        return self._fetch(url, elements.font(), api="font", destination="font")

    def image(self, url: str, crossorigin: str | None = None) -> Response:
        """Load an `<img>`; without `crossorigin` the response is opaque, and a canvas it is drawn on is tainted."""
        return self._fetch(url, elements.image(crossorigin), api="image", destination="image")

    def module_script(self, url: str, crossorigin: str | None = None) -> Response:
        """Load a `<script type=module>`; always in mode `cors`."""
        return self._fetch(url, elements.module_script(crossorigin), api="script", destination="script")

    def event_source(self, url: str, *, with_credentials: bool = False) -> Response:
        """Open an `EventSource`; the response has what came first, for an event stream has no end."""
        return self._fetch(url, elements.event_source(with_credentials=with_credentials), api="EventSource")

    def beacon(self, url: str, body: object = None, *, json: Any = NOTHING, data: object = None) -> Response:
        """Send what `navigator.sendBeacon` sends: a POST with credentials. Raises what a page would never hear of."""
        content, kind, _ = encoded(json, data, body)
        return self._fetch(url, elements.beacon(content, kind), api="beacon")

    def _fetch(self, url: str, init: Init, *, api: str = "fetch", destination: str = "empty") -> Response:
        browser, document = self.browser, self._document
        journey = Journey(browser.apps, browser.cookies, document, init.mode, destination, init.referrer_policy)
        base = self._url.href if self._url is not None else None
        try:
            agent = browser._agent_for(journey)
            result = agent.fetch(url, init, page=document.origin, base=base, top_level=document.top)
        finally:
            self.requests += journey.log
            browser.requests += journey.log
        sent = tuple(journey.log)
        warnings = tuple(result.warnings)
        if result.response is not None:
            return Response(result.response, sent, warnings)
        raise network_error(
            result.failure,
            sent,
            api=api,
            origin=self.origin,
            engine=browser.profile.name,
            apps=browser.apps.origins,
            warnings=warnings,
        )


def _pairs(headers: HeadersInit) -> tuple[tuple[str, str], ...]:
    return tuple(headers.items() if isinstance(headers, Mapping) else headers)


def _profile(profile: str | Profile) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"there is no profile {profile!r}; there are {', '.join(PROFILES)}")
    return PROFILES[profile]


def require_parser() -> None:
    """Raise `ImportError`, with what to install, if the model's URL parser is missing."""
    try:
        import ada_url  # noqa: F401
    except ImportError:
        raise ImportError("the browser needs a URL parser: pip install 'cors-core[testing]'") from None


def _unused(_: object) -> Any:
    raise AssertionError("only copies of this agent fetch")
