"""Which request headers need permission: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cors_core import fetch
from cors_core.browser.messages import HeaderList
from cors_core.browser.profiles import Profile

_UNSAFE_BYTE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\"():<>?@\[\\\]{}\x7f]")
_LANGUAGE: Final = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_RANGE: Final = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MIME: Final = re.compile(rf"({_NAME})/({_NAME})[ \t\r\n]*(?:;.*)?", re.DOTALL)
_FORM_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_METHOD_OVERRIDES: Final = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
NO_CORS_NAMES: Final = frozenset({"accept", "accept-language", "content-language", "content-type"})


def essence(value: str) -> str | None:
    """Return the essence of a MIME type, in lower case; None if it does not parse.

    https://mimesniff.spec.whatwg.org/#parse-a-mime-type
    """
    match = _MIME.fullmatch(value.strip(" \t\r\n"))
    return f"{match[1]}/{match[2]}".lower() if match else None


def is_safelisted(name: str, value: str, profile: Profile) -> bool:
    """Return whether one header line needs no permission: https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    name = name.lower()
    if name == "user-agent" and profile.user_agent_unpreflighted:
        return True
    if len(value) > 128:
        return False
    unsafe = _UNSAFE_BYTE.search(value) or (profile.eight_bit_preflighted and not value.isascii())
    if name == "accept":
        return not unsafe
    if name in ("accept-language", "content-language"):
        return _LANGUAGE.fullmatch(value) is not None
    if name == "content-type":
        return not unsafe and essence(value) in _FORM_TYPES
    if name == "range":
        return _is_safelisted_range(value, profile)
    return re.fullmatch(profile.safelisted_hints, f"{name}:{value}") is not None


def _is_safelisted_range(value: str, profile: Profile) -> bool:
    """One range with a beginning: https://fetch.spec.whatwg.org/#simple-range-header-value"""
    match = _RANGE.fullmatch(value.lower() if profile.range_unit_in_any_case else value)
    if match is None:
        return False
    start, end = int(match[1]), int(match[2] or match[1])
    return start <= end and (profile.range_limit is None or end < profile.range_limit)


def unsafe_names(headers: Iterable[tuple[str, str]], profile: Profile) -> tuple[str, ...]:
    """Return the names that a preflight must ask for, in lower case, sorted by byte."""
    lines = list(headers)
    judged = combined(lines) if profile.join_lines_before_safelist else lines
    unsafe: list[str] = []
    safe: list[str] = []
    total = 0
    for name, value in judged:
        if is_safelisted(name, value, profile):
            safe.append(name.lower())
            total += len(value)
        else:
            unsafe.append(name.lower())
    if total > 1024 and profile.total_1024:
        unsafe += safe
    return tuple(sorted(unsafe if profile.acrh_duplicates else set(unsafe)))


def combined(lines: Iterable[tuple[str, str]]) -> HeaderList:
    """Return the lines with those of one name joined, as XMLHttpRequest and some engines do: https://fetch.spec.whatwg.org/#concept-header-list-combine"""
    together: dict[str, str] = {}
    for name, value in lines:
        key = name.lower()
        together[key] = f"{together[key]}, {value}" if key in together else value
    return list(together.items())


def is_forbidden(name: str, value: str) -> bool:
    """Return whether a page cannot set the header: https://fetch.spec.whatwg.org/#forbidden-request-header"""
    if fetch.is_forbidden_request_header(name):
        return True
    return name.lower() in _METHOD_OVERRIDES and any(map(fetch.is_forbidden_method, fetch.list_elements([value])))


def is_no_cors_safelisted(name: str, value: str, profile: Profile) -> bool:
    """https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header."""
    return name.lower() in NO_CORS_NAMES and is_safelisted(name, value, profile)
