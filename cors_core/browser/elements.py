"""What elements and other APIs fetch with: the `Init` of each, where it is not `fetch()`'s.

None of them says how the response is used; that is after the fetch.
"""

from __future__ import annotations

from typing import Literal

from cors_core.browser import safelist
from cors_core.browser.messages import CredentialsMode
from cors_core.browser.profiles import STANDARD
from cors_core.browser.request import Init

CrossOrigin = Literal["anonymous", "use-credentials"]
"""https://html.spec.whatwg.org/#cors-settings-attributes; any other word means `anonymous`, None that there is none."""


def font() -> Init:
    """A font of a style sheet: https://drafts.csswg.org/css-fonts/#font-fetching-requirements"""
    return Init(unsafe_request=False, api=False)


def image(crossorigin: str | None = None) -> Init:
    """An image; without the attribute it is shown, and taints a canvas: https://html.spec.whatwg.org/#create-a-potential-cors-request"""
    if crossorigin is None:
        return Init(mode="no-cors", credentials="include", unsafe_request=False, api=False)
    return Init(credentials=_credentials(crossorigin == "use-credentials"), unsafe_request=False, api=False)


def module_script(crossorigin: str | None = None) -> Init:
    """A module script, always in mode `cors`: https://html.spec.whatwg.org/#fetch-a-single-module-script"""
    return Init(credentials=_credentials(crossorigin == "use-credentials"), unsafe_request=False, api=False)


def event_source(*, with_credentials: bool = False) -> Init:
    """An `EventSource`: https://html.spec.whatwg.org/#the-eventsource-interface"""
    accept = (("Accept", "text/event-stream"),)
    return Init(headers=accept, credentials=_credentials(with_credentials), unsafe_request=False, api=False)


def beacon(body: bytes | None = None, body_type: str | None = None) -> Init:
    """`navigator.sendBeacon`, which is in mode `cors` only where its type needs it: https://w3c.github.io/beacon/#sendbeacon-method"""
    safe = body_type is None or safelist.is_safelisted("Content-Type", body_type, STANDARD)
    mode: Literal["cors", "no-cors"] = "no-cors" if safe else "cors"
    return Init("POST", body=body, body_type=body_type, mode=mode, credentials="include")


def xhr(
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes | None = None,
    body_type: str | None = None,
    *,
    with_credentials: bool = False,
    upload_listeners: bool = False,
) -> Init:
    """An `XMLHttpRequest`, which drops the body of a GET or a HEAD: https://xhr.spec.whatwg.org/#the-send()-method"""
    if method.upper() in ("GET", "HEAD"):
        body = body_type = None
    credentials = _credentials(with_credentials)
    headers = tuple(safelist.combined(headers))  # as setRequestHeader() does
    return Init(method, headers, body, body_type, credentials=credentials, upload_listeners=upload_listeners)


def _credentials(include: bool) -> CredentialsMode:
    return "include" if include else "same-origin"
