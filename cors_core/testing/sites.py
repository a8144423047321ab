"""Sites, and which origins browsers trust with a `Secure` cookie and with `Sec-Fetch-*`."""

from __future__ import annotations

from functools import lru_cache

from cors_core import hosts
from cors_core.browser import URL, Origin


@lru_cache(maxsize=1024)
def parsed(url: str) -> URL:
    """Return a URL parsed, from a table of the latest ones: a request's is looked at several times."""
    return URL(url)


@lru_cache(maxsize=1024)
def registrable_domain(host: str) -> str | None:
    """Return the part of `host` that somebody registered; None for addresses and for public suffixes.

    https://url.spec.whatwg.org/#host-registrable-domain
    """
    return None if hosts.is_address(host) else hosts.registrable(host)


def site(origin: Origin) -> str | None:
    """Return the site of an origin, with its scheme; None if it is opaque: https://html.spec.whatwg.org/#obtain-a-site"""
    if origin.opaque:
        return None
    return f"{origin.scheme}://{registrable_domain(origin.host) or origin.host}"


def same_site(one: Origin, other: Origin) -> bool:
    """https://html.spec.whatwg.org/#same-site."""
    return one.same_origin(other) or (one.scheme == other.scheme and schemelessly_same_site(one, other))


def schemelessly_same_site(one: Origin, other: Origin) -> bool:
    """https://html.spec.whatwg.org/#schemelessly-same-site."""
    if one.opaque or other.opaque:
        return one is other
    return (registrable_domain(one.host) or one.host) == (registrable_domain(other.host) or other.host)


def is_trustworthy(origin: Origin) -> bool:
    """https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy."""
    return origin.scheme in ("https", "file") or (not origin.opaque and hosts.is_loopback(origin.host))
