"""A cookie jar as Chromium keeps one while third-party cookies are allowed.

https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis, and Partitioned (CHIPS) beside it. A cookie that is
refused is refused with a sentence: that is what people look for when a login does not last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

from cors_core import hosts
from cors_core.browser import URL
from cors_core.testing.sites import is_trustworthy, parsed, registrable_domain, site

SameSite = Literal["strict", "lax", "none", "unset"]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LONGEST: Final = 400 * 24 * 60 * 60  # seconds that a cookie lives at most


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie as the jar keeps it; `expires` is None for one of this session, `partition` for an unpartitioned one."""

    name: str
    value: str
    domain: str
    path: str = "/"
    host_only: bool = True
    secure: bool = False
    http_only: bool = False
    same_site: SameSite = "unset"
    expires: float | None = None
    partition: str | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two cookies one."""
        return self.name, self.domain, self.host_only, self.path, self.partition


@dataclass(frozen=True, slots=True)
class Context:
    """Where a request comes from: of another site than its target or not, and under which top-level site."""

    cross_site: bool = False
    partition: str | None = None


class CookieRefused(ValueError):
    """Why a browser ignores a `Set-Cookie`."""


class CookieJar:
    """The cookies of one browser. A test may look at them, and set some as if a server had."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[tuple[object, ...], tuple[int, Cookie]] = {}
        self._numbers = count()

    def set(self, url: str, cookie: str) -> None:
        """Keep `cookie`, a `Set-Cookie` value, as if `url` had been visited and its server had sent it.

        Raises `CookieRefused` where a browser would ignore it.
        """
        target = parsed(url)
        self._keep(_cookie(cookie, target, Context(partition=site(target.origin)), self._clock()), target)

    def store(self, lines: Iterable[str], url: URL, context: Context) -> list[str]:
        """Keep what a response sets; return a sentence for each cookie that is refused."""
        refused = []
        for line in lines:
            try:
                self._keep(_cookie(line, url, context, self._clock()), url)
            except CookieRefused as error:
                refused.append(f"Set-Cookie {line.partition('=')[0].strip()!r} is ignored: {error}")
        return refused

    def sent_to(self, url: URL, context: Context) -> tuple[str | None, list[str]]:
        """Return the `Cookie` header for a request, and a sentence for each cookie that SameSite keeps back."""
        sent: list[Cookie] = []
        kept_back = []
        for cookie in self._matching(url, context):
            if context.cross_site and cookie.same_site != "none":
                mode = "has no SameSite, which means Lax" if cookie.same_site == "unset" else "is SameSite"
                word = "" if cookie.same_site == "unset" else f"={cookie.same_site.capitalize()}"
                kept_back.append(f"cookie {cookie.name!r} is not sent: it {mode}{word}, and the request is cross-site")
            else:
                sent.append(cookie)
        pairs = [f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in sent]
        return "; ".join(pairs) or None, kept_back

    def clear(self) -> None:
        """Forget all cookies."""
        self._kept.clear()

    def __iter__(self) -> Iterator[Cookie]:
        now = self._clock()
        return iter([c for _, c in self._kept.values() if c.expires is None or c.expires > now])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _matching(self, url: URL, context: Context) -> list[Cookie]:
        """The longest path first, then the oldest."""
        now, secure = self._clock(), is_trustworthy(url.origin)
        path = url.path_and_query.partition("?")[0]
        found = [
            (-len(cookie.path), number, cookie)
            for number, cookie in self._kept.values()
            if (cookie.expires is None or cookie.expires > now)
            and (cookie.domain == url.host or (not cookie.host_only and url.host.endswith(f".{cookie.domain}")))
            and _path_matches(path, cookie.path)
            and (secure or not cookie.secure)
            and cookie.partition in (None, context.partition)
        ]
        return [cookie for *_, cookie in sorted(found, key=lambda each: each[:2])]

    def _keep(self, cookie: Cookie, url: URL) -> None:
        old = self._kept.get(cookie.identity)
        if old is not None and old[1].secure and not is_trustworthy(url.origin):
            raise CookieRefused("a page over plain http cannot overwrite a Secure cookie")
        self._kept.pop(cookie.identity, None)
        if cookie.expires is None or cookie.expires > self._clock():
            self._kept[cookie.identity] = (old[0] if old else next(self._numbers), cookie)


def _cookie(line: str, url: URL, context: Context, now: float) -> Cookie:
    """Parse and judge one `Set-Cookie`."""
    if _CONTROL.search(line):
        raise CookieRefused("it has a control character")
    pair, _, rest = line.partition(";")
    name, equals, value = (part.strip(" \t") for part in pair.partition("="))
    if not equals:
        name, value = "", name
    if not name and not value:
        raise CookieRefused("it has neither name nor value")
    if len(name) + len(value) > 4096:
        raise CookieRefused("it is longer than 4096 bytes")
    attributes = _attributes(rest)
    domain, host_only = _domain(attributes.get("domain", ""), url.host)
    path = attributes.get("path", "")
    cookie = Cookie(
        name,
        value,
        domain,
        path if path.startswith("/") else _default_path(url),
        host_only,
        "secure" in attributes,
        "httponly" in attributes,
        _same_site(attributes.get("samesite", "")),
        _expires(attributes, now),
        (context.partition or "null") if "partitioned" in attributes else None,
    )
    _judge(cookie, "path" in attributes, url, context)
    return cookie


def _judge(cookie: Cookie, has_path: bool, url: URL, context: Context) -> None:
    if cookie.secure and not is_trustworthy(url.origin):
        raise CookieRefused("Secure needs https (or localhost)")
    if cookie.same_site == "none" and not cookie.secure:
        raise CookieRefused("SameSite=None needs Secure")
    if cookie.partition is not None and not cookie.secure:
        raise CookieRefused("Partitioned needs Secure")
    if context.cross_site and cookie.same_site != "none":
        raise CookieRefused("the response is cross-site, which needs SameSite=None; Secure")
    prefix = cookie.name.lower()
    if prefix.startswith("__secure-") and not cookie.secure:
        raise CookieRefused("the prefix __Secure- needs Secure")
    if prefix.startswith("__host-") and not (cookie.secure and cookie.host_only and has_path and cookie.path == "/"):
        raise CookieRefused("the prefix __Host- needs Secure, Path=/ and no Domain")


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if len(value) <= 1024:
            found[name.strip(" \t").lower()] = value.strip(" \t")
    return found


def _domain(attribute: str, host: str) -> tuple[str, bool]:
    """Return the domain to keep the cookie under, and whether it is for that host only."""
    domain = attribute.removeprefix(".").lower()
    if not domain or (domain == host and registrable_domain(host) is None):
        return host, True  # a public suffix, or an address, may set a cookie for itself
    if domain != host and not host.endswith(f".{domain}"):
        raise CookieRefused(f"Domain={domain} does not cover {host}")
    if hosts.is_public_suffix(domain) or registrable_domain(domain) is None:
        raise CookieRefused(f"Domain={domain} is a public suffix")
    return domain, False


def _default_path(url: URL) -> str:
    path = url.path_and_query.partition("?")[0]
    return path[: path.rfind("/")] or "/"


def _path_matches(path: str, of_cookie: str) -> bool:
    return path == of_cookie or path.startswith(of_cookie if of_cookie.endswith("/") else f"{of_cookie}/")


def _same_site(attribute: str) -> SameSite:
    word = attribute.lower()
    return word if word in ("strict", "lax", "none") else "unset"  # type: ignore[return-value]


def _expires(attributes: dict[str, str], now: float) -> float | None:
    """When the cookie goes; Max-Age counts before Expires, and neither counts if it cannot be read."""
    age = attributes.get("max-age", "")
    if re.fullmatch("-?[0-9]+", age):
        return now + min(int(age), _LONGEST)
    if "expires" not in attributes:
        return None
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(attributes["expires"]).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(moment, now + _LONGEST)
