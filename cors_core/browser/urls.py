"""URLs and origins as the URL standard reads them, by a maintained parser of it (`ada-url`).

https://url.spec.whatwg.org/#origin and https://html.spec.whatwg.org/#origin
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

_BAD_PORTS: Final = frozenset(
    int(port)
    for port in """0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115
    117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989
    990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080""".split()
)


@dataclass(frozen=True)
class Origin:
    """A tuple origin, or an opaque one, which is the same as nothing but itself."""

    scheme: str = ""
    host: str = ""
    port: str = ""

    @property
    def opaque(self) -> bool:
        """Whether it serialises to `null`: https://html.spec.whatwg.org/#concept-origin-opaque"""
        return not self.scheme

    def same_origin(self, other: Origin) -> bool:
        """https://html.spec.whatwg.org/#same-origin."""
        return self is other or (self == other and not self.opaque)

    def __str__(self) -> str:
        if self.opaque:
            return "null"
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port else "")


class URL:
    """A parsed URL; raises `ValueError` if it cannot be parsed: https://url.spec.whatwg.org/#concept-url-parser"""

    def __init__(self, text: str, base: URL | None = None) -> None:
        import ada_url

        self._url = ada_url.URL(text, base=base.href if base is not None else None)
        self.href: str = self._url.href
        self.scheme: str = self._url.protocol.removesuffix(":")
        self.username, self.password = self._url.username, self._url.password
        self.path_and_query: str = self._url.pathname + self._url.search
        self.fragment: str = self._url.hash
        self.host: str = self._url.hostname
        self.port: str = self._url.port

    @cached_property
    def origin(self) -> Origin:
        """https://url.spec.whatwg.org/#concept-url-origin; extensions and the like keep a tuple, as engines have it."""
        serialised = self._url.origin
        if serialised != "null" and self.scheme == "blob":
            return URL(serialised).origin
        if serialised != "null" or (self.scheme in _TUPLE_SCHEMES and self.host):
            return Origin(self.scheme, self.host, self.port)
        return Origin()

    @property
    def is_http(self) -> bool:
        """https://fetch.spec.whatwg.org/#http-scheme."""
        return self.scheme in ("http", "https")

    @property
    def has_credentials(self) -> bool:
        """https://url.spec.whatwg.org/#include-credentials."""
        return bool(self.username or self.password)

    @property
    def has_bad_port(self) -> bool:
        """https://fetch.spec.whatwg.org/#port-blocking."""
        return self.is_http and bool(self.port) and int(self.port) in _BAD_PORTS

    @cached_property
    def without_fragment(self) -> str:
        """The URL as it goes over the wire: https://url.spec.whatwg.org/#concept-url-serializer"""
        return self.href.partition("#")[0]

    def with_fragment(self, fragment: str) -> URL:
        """The same URL with another fragment, unless it has one."""
        return self if self.fragment or not fragment else URL(self.href + fragment)


_TUPLE_SCHEMES: Final = frozenset(
    "chrome-extension moz-extension safari-web-extension capacitor ionic tauri app vscode-webview".split()
)


def parse_page(text: str) -> Origin:
    """Return the origin of a page, given as its URL, or as its serialised origin, or as `null`."""
    return Origin() if text == "null" else URL(text).origin
