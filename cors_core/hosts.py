"""Facts about host names: spelling, loopback, public suffixes.

Used when a policy is built, never for a request. The libraries that know are imported when first
asked: `idna` for names outside ASCII, `publicsuffixlist` for wildcards that carry credentials.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LABEL = re.compile(r"[a-z0-9_-]+")
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")


def respelled(host: str) -> str | None:
    """Return `host` as browsers serialise it, or None if it is no host.

    ASCII is lower-cased, other letters become A-labels (UTS 46, non-transitional), addresses take
    their shortest form: https://url.spec.whatwg.org/#host-parsing
    """
    if host.startswith("["):
        return _ipv6(host)
    name = host.lower() if host.isascii() else _to_ascii(host)
    if name is None or not all(map(_LABEL.fullmatch, name.split("."))):
        return None
    return _ipv4(name) if _ENDS_IN_A_NUMBER.search(name) else name


def is_address(host: str) -> bool:
    """Return whether `host`, as the URL standard spells it, is an IP address."""
    return host.startswith("[") or host.rpartition(".")[2].isdigit()


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine: https://w3c.github.io/webappsec-secure-contexts/#localhost"""
    return host in ("localhost", "[::1]") or host.endswith(".localhost") or _in_127(host)


def is_public_suffix(host: str) -> bool:
    """Return whether strangers can register names directly under `host`, by the Public Suffix List.

    Both sections count: `co.uk` (ICANN) and `github.io` (private). Loopback names have no stranger.
    """
    return not is_loopback(host) and _suffixes().is_public(host)


def registrable(host: str) -> str | None:
    """Return the part of `host` that one party registers, `example.co.uk` of `a.example.co.uk`; None if it has none."""
    registered: str | None = _suffixes().privatesuffix(host)
    return registered


def _in_127(host: str) -> bool:
    octets = host.split(".")
    return len(octets) == 4 and octets[0] == "127" and all(map(str.isdigit, octets))


def _ipv4(name: str) -> str | None:
    from ipaddress import AddressValueError, IPv4Address

    try:
        return str(IPv4Address(name))
    except AddressValueError:
        return None


def _ipv6(host: str) -> str | None:
    """The URL standard's form: like RFC 5952, but an embedded IPv4 address stays hexadecimal, and no zone."""
    from ipaddress import AddressValueError, IPv6Address

    try:
        address = IPv6Address(host[1:-1] if "%" not in host else "")
    except AddressValueError:
        return None
    mapped = address.ipv4_mapped
    if mapped is None:
        return f"[{address}]"
    high, low = divmod(int(mapped), 1 << 16)
    return f"[::ffff:{high:x}:{low:x}]"


def _to_ascii(host: str) -> str | None:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
