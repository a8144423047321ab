"""The words of the Fetch standard that a server needs: header names, methods, name lists.

Knows the vocabulary and nothing else: no policy, no request, no protocol. Every rule carries the
anchor of the section it comes from, once, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Request headers: https://fetch.spec.whatwg.org/#http-requests
ORIGIN: Final = "Origin"
REQUEST_METHOD: Final = "Access-Control-Request-Method"
REQUEST_HEADERS: Final = "Access-Control-Request-Headers"
# Response headers: https://fetch.spec.whatwg.org/#http-responses
ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
MAX_AGE: Final = "Access-Control-Max-Age"
EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
# Of Private Network Access, which never entered the standard; browsers ask no more.
REQUEST_PRIVATE_NETWORK: Final = "Access-Control-Request-Private-Network"
ALLOW_PRIVATE_NETWORK: Final = "Access-Control-Allow-Private-Network"
VARY: Final = "Vary"
SEC_FETCH_SITE: Final = "Sec-Fetch-Site"

WILDCARD: Final = "*"
SAFELISTED_METHODS: Final = ("GET", "HEAD", "POST")
"""Methods that never need permission: https://fetch.spec.whatwg.org/#cors-safelisted-method"""
COMMON_METHODS: Final = (*SAFELISTED_METHODS, "PUT", "PATCH", "DELETE", "OPTIONS")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1"""
SAFELISTED_REQUEST_HEADERS: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
"""Names whose plain values need no permission: https://fetch.spec.whatwg.org/#cors-safelisted-request-header

`Range` is safelisted too, but only by value: a server that wants more must name it.
"""

MAX_METHOD: Final = 64  # bytes; the longest registered one has 17
MAX_HEADERS: Final = 8192  # bytes of Access-Control-Request-Headers
MAX_NAMES: Final = 100
MAX_EMPTY: Final = 16

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NORMALISED: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
_FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    """accept-charset accept-encoding access-control-request-headers access-control-request-method connection
    content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer
    transfer-encoding upgrade via""".split()
)
_FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})


def is_token(text: str) -> bool:
    """Return whether `text` is a method or a header name: https://fetch.spec.whatwg.org/#concept-method"""
    return _TOKEN.fullmatch(text) is not None


def normalise_method(method: str) -> str:
    """Return the method as browsers send it: https://fetch.spec.whatwg.org/#concept-method-normalize

    Six methods are upper-cased; `patch` stays `patch`, which is not `PATCH`.
    """
    upper = method.upper()
    return upper if upper in _NORMALISED and method.isascii() else method


def is_forbidden_method(method: str) -> bool:
    """Return whether no script can send it: https://fetch.spec.whatwg.org/#forbidden-method"""
    return method.upper() in _FORBIDDEN_METHODS


def is_forbidden_request_header(name: str) -> bool:
    """Return whether no script can set it: https://fetch.spec.whatwg.org/#forbidden-request-header

    The three names that are forbidden only with some values (`X-HTTP-Method-Override` and its kin)
    are not: permission is given by name.
    """
    lowered = name.lower()
    return lowered in _FORBIDDEN_REQUEST_HEADERS or lowered.startswith(("proxy-", "sec-"))


def is_forbidden_response_header(name: str) -> bool:
    """Return whether no script can read it: https://fetch.spec.whatwg.org/#forbidden-response-header-name"""
    return name.lower() in _FORBIDDEN_RESPONSE_HEADERS


def list_elements(lines: Iterable[str]) -> list[str]:
    """Return the elements of a list-valued header, trimmed, without the empty ones.

    https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1: only space and tab are white space.
    """
    return [name for line in lines for element in line.split(",") if (name := element.strip(" \t"))]


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without repeats, whatever their letter case; the first spelling stays."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.lower(), name)
    return tuple(seen.values())


def requested_names(value: str) -> tuple[str, ...] | None:
    """Return the lower-case, distinct names of an `Access-Control-Request-Headers` value; None if it is unfit.

    Unfit: longer than 8192 bytes, over 100 names, over 16 empty elements, or an element that is no
    token. The work is linear in the cap, never in the value.
    """
    if len(value) > MAX_HEADERS or not value.isascii():
        return None
    elements = value.lower().split(",", MAX_NAMES + MAX_EMPTY)
    if len(elements) > MAX_NAMES + MAX_EMPTY:
        return None
    names = [name for element in elements if (name := element.strip(" \t"))]
    # A value that is empty asks for nothing, which is one empty element that nobody wrote.
    if len(names) > MAX_NAMES or len(elements) - len(names) > MAX_EMPTY:
        return None
    if names and not is_token("".join(names)):  # they are tokens if all their letters are a token's
        return None
    return tuple(dict.fromkeys(names))
