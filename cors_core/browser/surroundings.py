"""What keeps a request in the browser besides CORS: told, not enforced, for it depends on more than origins.

https://w3c.github.io/webappsec-mixed-content/ and https://wicg.github.io/local-network-access/
"""

from __future__ import annotations

import ipaddress
from typing import Final, Literal

from cors_core.browser.request import Request
from cors_core.browser.urls import Origin

AddressSpace = Literal["loopback", "local", "public"]

_LOOPBACK: Final = tuple(map(ipaddress.ip_network, "127.0.0.0/8 0.0.0.0/32 198.18.0.0/15 ::1/128 ::/128".split()))
_LOCAL: Final = tuple(
    map(
        ipaddress.ip_network,
        "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 169.254.0.0/16 0.0.0.0/8 "
        "fc00::/7 fe80::/10 fec0::/10 2001:db8::/32 3fff::/20".split(),
    )
)


def address_space(host: str) -> AddressSpace:
    """Return where a host of a URL is: https://wicg.github.io/local-network-access/#ip-address-space

    A name is taken for public, as nothing is looked up, unless it says otherwise.
    """
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return "loopback"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "local" if name.endswith(".local") else "public"
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in network for network in _LOOPBACK):
        return "loopback"
    return "local" if any(address in network for network in _LOCAL) else "public"


def mixed_content(page: Origin, target: Origin) -> str:
    """Say that an https page cannot fetch this over http; nothing if it can."""
    mixed = page.scheme == "https" and target.scheme == "http" and address_space(target.host) == "public"
    return f"mixed content: browsers let no page of {page} fetch from {target}" if mixed else ""


def local_network_access(page: Origin, target: Origin) -> str:
    """Say that the user has to permit the page to leave its network for a nearer one; nothing if not."""
    order: tuple[AddressSpace, ...] = ("loopback", "local", "public")
    here, there = address_space(page.host), address_space(target.host)
    if page.opaque or order.index(there) >= order.index(here):
        return ""
    place = "this very machine" if there == "loopback" else "the local network"
    return f"{target.host} is in {place}: browsers ask the user for permission first (Local Network Access)"


def notices(request: Request) -> tuple[str, ...]:
    """Return what to tell of the request's next hop."""
    page, target = request.origin, request.url.origin
    if page.same_origin(target):
        return ()
    return tuple(filter(None, (mixed_content(page, target), local_network_access(page, target))))
