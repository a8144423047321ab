"""Which cookies do not travel with the requests that a policy allows: what nothing else says before a login fails.

A policy can grant credentials that the browser then keeps at home. Predicates and regular expressions
name no site, so they are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from cors_core import hosts
from cors_core.origins import CREDENTIALED, OriginPattern, parse_entry, parse_origin, spelled
from cors_core.policy import OriginEntry, Policy

_LOCAL: Final = ("http://localhost:3000", "http://localhost:8080", "http://127.0.0.1:3000", "http://127.0.0.1:8080")
_NAMED: Final = 3


class Entry(NamedTuple):
    """An exact entry or a pattern; `sample` is a host that it stands for."""

    text: str
    scheme: str
    sample: str
    port: str

    @property
    def is_local(self) -> bool:
        """Whether it stands for pages of this machine."""
        return self.scheme in ("http", "https") and hosts.is_loopback(self.sample)


def kept_home(
    policy: Policy,
    *names: str,
    samesite: str | None,
    secure: bool,
    domain: str | None,
    setting: str = "SESSION_COOKIE",
) -> tuple[str, ...]:
    """Return why a cookie of this server does not come back from the pages that get credentials; one sentence each.

    `names` are what the server goes by, as in `Host`, and a fault is one under each of them; `setting`
    is what the names of the framework's settings begin with. Where all names are of this machine, pages
    elsewhere are not judged: they have another server to go with.
    """
    known = [name for name in map(host_name, names) if name is not None]
    anywhere = not all(map(hosts.is_loopback, known))
    entries = [entry for entry in read(_credentialed(policy)) if entry.is_local or anywhere]
    if not known or not entries:
        return ()
    sentences = [*_refused_domain(known, domain, setting)]
    if (samesite or "").lower() != "none":
        sentences += _kept_back(entries, known, samesite, secure, setting)
    elif not secure:
        sentences.append(
            f"{setting}_SAMESITE='None' without {setting}_SECURE: browsers refuse such a cookie; "
            f"write {setting}_SECURE=True"
        )
    return tuple(sentences)


def local_credentials(policy: Policy) -> tuple[str, ...]:
    """Return the entries for this machine that get credentials, or an origin or two that a regular expression lets in."""
    listed = tuple(entry.text for entry in read(_credentialed(policy)) if entry.is_local)
    return listed or tuple(origin for origin in _LOCAL if policy.origins.verdict(origin) is CREDENTIALED)


def host_name(host: str) -> str | None:
    """Return the name in a `Host` header, as browsers spell it and without the port; None if it is no name."""
    return hosts.respelled(re.sub(r":[0-9]*\Z", "", host.strip()))


def read(entries: Iterable[OriginEntry]) -> Iterator[Entry]:
    """Return the parts of those entries that name a site."""
    for text in entries:
        parsed = parse_entry(text) if isinstance(text, str) else None
        if isinstance(parsed, OriginPattern):
            sample = f"sample.{parsed.host}" if parsed.subdomains else parsed.host
            yield Entry(str(parsed), parsed.scheme, sample, parsed.port)
        elif parsed is not None and (origin := parse_origin(parsed)) is not None:
            yield Entry(parsed, *origin)


def _credentialed(policy: Policy) -> tuple[OriginEntry, ...]:
    granted = policy.allow_credentials
    return policy.allow_origins if granted is True else granted or ()


def _refused_domain(names: list[str], domain: str | None, setting: str) -> Iterator[str]:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7."""
    given = (domain or "").removeprefix(".").lower()
    if not given or given in names:
        return
    covered = [name for name in names if name.endswith(f".{given}") and not hosts.is_address(name)]
    if not covered:
        fault = f"does not cover {_listed(names)}"
    elif hosts.is_public_suffix(given):
        fault = "is a public suffix"
    else:
        return
    yield f"{setting}_DOMAIN={domain!r} {fault}, so browsers refuse the cookie; write {setting}_DOMAIN=None"


def _kept_back(
    entries: Iterable[Entry], names: list[str], samesite: str | None, secure: bool, setting: str
) -> Iterator[str]:
    """What a cookie that is no SameSite=None costs: a sentence for each thing to do, naming whom it is about."""
    # A Secure cookie was set over https, unless this machine set it.
    schemes = {name: "https" if secure and not hosts.is_loopback(name) else None for name in names}
    remedies: dict[str, list[str]] = {}
    for entry in entries:
        needed = [_remedy(entry, name, scheme, setting) for name, scheme in schemes.items()]
        if needed[0] is not None and None not in needed:
            remedies.setdefault(needed[0], []).append(entry.text)
    known = (samesite or "").lower() in ("lax", "strict")
    fault = f"{setting}_SAMESITE={samesite!r}" if known else f"{setting}_SAMESITE is not set, which means Lax, and"
    here = _listed([f"{scheme}://{name}" if scheme else name for name, scheme in schemes.items()])
    for remedy, texts in remedies.items():
        yield f"{fault} keeps the cookie from requests of {_listed(texts)}, another site than {here}; {remedy}"


def _remedy(entry: Entry, name: str, scheme: str | None, setting: str) -> str | None:
    """What to do about a page of another site; None if it is of the same: https://html.spec.whatwg.org/#same-site.

    Behind a proxy a server cannot be sure of its own scheme, so None is no other scheme than a page's.
    """
    same_host = _site(entry.sample) == _site(name)
    if same_host and (entry.scheme == scheme or (scheme is None and entry.scheme in ("http", "https"))):
        return None
    if same_host and entry.scheme == "http":
        return f"serve the page over https, and write {entry.text.replace('http', 'https', 1)!r}"
    if entry.is_local and hosts.is_loopback(name):
        return f"open the page under the same name, and write {spelled(entry.scheme, name, entry.port)!r}"
    return f"write {setting}_SAMESITE='None' and {setting}_SECURE=True"


def _site(host: str) -> str:
    """Whom a host belongs to: https://html.spec.whatwg.org/#obtain-a-site."""
    return host if hosts.is_address(host) else hosts.registrable(host) or host


def _listed(texts: list[str]) -> str:
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(map(repr, texts[:_NAMED])) + more
