"""Requests, and how a page makes one: https://fetch.spec.whatwg.org/#requests"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import get_args

from cors_core import fetch
from cors_core.browser import safelist
from cors_core.browser.messages import (
    CredentialsMode,
    FetchTypeError,
    HeaderList,
    Mode,
    RedirectMode,
    Tainting,
    joined,
)
from cors_core.browser.profiles import Profile
from cors_core.browser.urls import URL, Origin


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
    """Whether it is `fetch()` that asks, which takes no URL with a user name; elements do."""


@dataclass(slots=True)
class Request:
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
    nothing_uploaded: bool
    unsafe_request: bool
    origin: Origin
    partition: str
    """https://fetch.spec.whatwg.org/#network-partition-key"""
    tainting: Tainting = "basic"
    redirects: int = 0
    timing_failed: bool = False
    preflighted: bool = False
    """Whether a preflight was sent for an earlier hop, or for this one."""

    @property
    def url(self) -> URL:
        """https://fetch.spec.whatwg.org/#concept-request-current-url."""
        return self.urls[-1]

    @property
    def include(self) -> bool:
        """Whether the credentials mode is `include`."""
        return self.credentials == "include"

    def forces_preflight(self, profile: Profile) -> bool:
        """https://fetch.spec.whatwg.org/#use-cors-preflight-flag."""
        return self.use_preflight and not (self.nothing_uploaded and profile.upload_listeners_need_body)

    @property
    def redirect_tainted(self) -> bool:
        """Whether a hop left an origin that was not the page's: https://fetch.spec.whatwg.org/#concept-request-tainted-origin"""
        return any(
            not later.origin.same_origin(earlier.origin) and not self.origin.same_origin(earlier.origin)
            for earlier, later in itertools.pairwise(self.urls)
        )

    @property
    def serialised_origin(self) -> str:
        """https://fetch.spec.whatwg.org/#serializing-a-request-origin."""
        return "null" if self.redirect_tainted else str(self.origin)

    def delete(self, names: frozenset[str]) -> None:
        """Drop every header of these names: https://fetch.spec.whatwg.org/#concept-header-list-delete"""
        self.headers = [pair for pair in self.headers if pair[0].lower() not in names]


def new_request(init: Init, url: URL, page: Origin, partition: str, profile: Profile) -> Request:
    """Return what a page's words make, or raise `FetchTypeError`: https://fetch.spec.whatwg.org/#dom-request"""
    for value, known in ((init.mode, Mode), (init.credentials, CredentialsMode), (init.redirect, RedirectMode)):
        if value not in get_args(known):
            raise FetchTypeError(f"{value!r} is none of {', '.join(get_args(known))}")
    if url.has_credentials and init.api:
        raise FetchTypeError("a URL with a user name cannot be fetched")
    method = _method(init)
    return Request(
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
        nothing_uploaded=init.body is None and not init.stream,
        unsafe_request=init.unsafe_request,
        origin=page,
        partition=partition,
    )


def _method(init: Init) -> str:
    if not fetch.is_token(init.method) or fetch.is_forbidden_method(init.method):
        raise FetchTypeError(f"{init.method!r} is not a method that a page can use")
    method = fetch.normalise_method(init.method)
    if init.mode == "no-cors" and method not in fetch.SAFELISTED_METHODS:
        raise FetchTypeError(f"{method} cannot be used in no-cors mode")
    if init.stream and init.mode == "no-cors":
        raise FetchTypeError("a stream cannot be sent in no-cors mode")
    if (init.body is not None or init.stream) and method in ("GET", "HEAD"):
        raise FetchTypeError(f"{method} has no body")
    return method


def _headers(init: Init, profile: Profile) -> HeaderList:
    headers: HeaderList = []
    for name, value in init.headers:
        _append(headers, name, value, init.mode, profile)
    if init.body_type is not None and joined(headers, "Content-Type") is None:
        _append(headers, "Content-Type", init.body_type, init.mode, profile)
    return headers


def _append(headers: HeaderList, name: str, raw: str, mode: Mode, profile: Profile) -> None:
    """Append what the page may set, and silently nothing else: https://fetch.spec.whatwg.org/#concept-headers-append"""
    value = str(raw).strip(" \t\r\n")  # scripts give numbers, too
    if not isinstance(name, str) or not fetch.is_token(name) or any(c in "\0\r\n" or ord(c) > 255 for c in value):
        raise FetchTypeError(f"{name!r}: {raw!r} is no header")
    if safelist.is_forbidden(name, value):
        return
    before = joined(headers, name)
    combined = value if before is None else f"{before}, {value}"
    if mode == "no-cors" and not safelist.is_no_cors_safelisted(name, combined, profile):
        return
    headers.append((name, value))
