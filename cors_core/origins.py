"""Serialised origins, the patterns that stand for many of them, and the set that is asked with `in`.

A request's origin is measured, compared byte for byte, and otherwise fitted to the grammar; it is
never lower-cased, parsed by a URL library or put right: https://fetch.spec.whatwg.org/#origin-header
What a configuration spells wrongly is refused elsewhere (`checks`), with the help of `respelled`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, NamedTuple

from cors_core import hosts
from cors_core.log import LOG, Throttle
from cors_core.regexes import Matcher

MAX_ORIGIN: Final = 512  # bytes; the longest host name there is has 253
DEFAULT_PORTS: Final = {"http": "80", "ws": "80", "https": "443", "wss": "443", "ftp": "21"}
NULL: Final = "null"

Predicate = Callable[[str], bool | Awaitable[bool]]

_ORIGIN: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_URL: Final = re.compile(
    r"\s*(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:[^/?#\s]*@)?(?P<rest>[^/?#\s]*)(?:[/?#].*)?\s*", re.DOTALL
)
_AUTHORITY: Final = re.compile(r"(?P<star>\*\.)?(?P<host>\[[^\]]*\]|[^:\[\]]+)(?::(?P<port>\*|[0-9]*))?")


class Origin(NamedTuple):
    """A tuple origin in parts; `port` is empty where it is the scheme's own."""

    scheme: str
    host: str
    port: str


class OriginPattern(NamedTuple):
    """A leading `*.` label (one or more whole labels, never none), a `:*` port (any or none), or both."""

    scheme: str
    host: str
    port: str
    subdomains: bool

    def __str__(self) -> str:
        return spelled(self.scheme, ("*." if self.subdomains else "") + self.host, self.port)


def spelled(scheme: str, host: str, port: str) -> str:
    """Return the serialisation of an origin or a pattern from its parts."""
    return f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"


def parse_origin(text: str) -> Origin | None:
    """Return the parts of a serialised tuple origin; None for anything a browser would not send.

    https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin. The host of `http` and `https` is
    lower case, as the URL standard writes it; other schemes keep their letters.
    """
    if len(text) > MAX_ORIGIN or (match := _ORIGIN.fullmatch(text)) is None:
        return None
    scheme, host, port = match.group("scheme", "host", "port")
    if port is not None and (port == DEFAULT_PORTS.get(scheme) or int(port) > 65535):
        return None
    if scheme in DEFAULT_PORTS and (host != host.lower() or not all(host.split("."))):
        return None
    return Origin(scheme, host, port or "")


def parse_entry(text: str) -> str | OriginPattern | None:
    """Return what a configured string stands for, an exact origin or a pattern; None if it can match nothing."""
    if text.startswith("file:"):  # an opaque origin, whatever its host: browsers send `null`
        return None
    origin = parse_origin(text)
    if origin is not None:
        return text if origin.scheme not in DEFAULT_PORTS or hosts.respelled(origin.host) == origin.host else None
    subdomains = "://*." in text
    any_port = text.endswith(":*")
    bare = parse_origin(text.replace("://*.", "://", 1).removesuffix(":*"))
    if bare is None or not (subdomains or any_port) or hosts.respelled(bare.host) != bare.host:
        return None
    if (subdomains and hosts.is_address(bare.host)) or (any_port and bare.port):
        return None
    return OriginPattern(bare.scheme, bare.host, "*" if any_port else bare.port, subdomains)


def respelled(text: str) -> str | None:
    """Return the entry that was probably meant by `text`, as browsers would spell it; None if there is no telling."""
    if text.count("://") > 1:  # two of them, and a comma that was forgotten
        return None
    url = _URL.fullmatch(text)
    authority = _AUTHORITY.fullmatch(url["rest"]) if url else None
    if url is None or authority is None or (url["scheme"] is None and "://" in text):
        return None
    host = hosts.respelled(authority["host"])
    if host is None or (url["scheme"] is None and not _is_plausible(host)):
        return None
    port = authority["port"] or ""
    scheme = (url["scheme"] or ("http" if hosts.is_loopback(host) else "https")).lower()
    port = "" if port == DEFAULT_PORTS.get(scheme) else port
    candidate = spelled(scheme, (authority["star"] or "") + host, port)
    return candidate if parse_entry(candidate) is not None else None


def _is_plausible(host: str) -> bool:
    """Whether a host without a scheme before it is one, and not a word such as `https` or `data`."""
    return "." in host or host.startswith("[") or hosts.is_loopback(host)


class OriginSet:
    """A set of serialised origins, given by exact entries, patterns and regular expressions.

    `origin in origins` is O(1) in the number of exact entries and O(labels) for any number of
    patterns: an origin is looked up under the few patterns that could stand for it.
    """

    __slots__ = ("_depths", "_matchers", "_patterns", "beyond_exact", "exact")

    def __init__(
        self, exact: Iterable[str], patterns: Iterable[OriginPattern] = (), regexes: Iterable[Matcher] = ()
    ) -> None:
        self.exact = frozenset(exact)
        patterns = tuple(patterns)
        self._patterns = frozenset(map(str, patterns))
        self._depths = sorted({p.host.count(".") + 1 for p in patterns if p.subdomains})
        self._matchers = tuple(regexes)
        self.beyond_exact = bool(self._patterns or self._matchers)

    def __contains__(self, origin: str) -> bool:
        if len(origin) > MAX_ORIGIN:
            return False
        return origin in self.exact or (bool(self._patterns or self._matchers) and self._matches(origin))

    def _matches(self, text: str) -> bool:
        origin = parse_origin(text)
        if origin is None:
            return False
        return not self._patterns.isdisjoint(self._generalised(origin)) or any(m(text) for m in self._matchers)

    def _generalised(self, origin: Origin) -> Iterable[str]:
        """Every pattern that stands for `origin`, of the depths that occur in this set."""
        scheme, host, port = origin
        yield spelled(scheme, host, "*")
        for depth in self._depths:
            labels = host.rsplit(".", depth)
            if len(labels) > depth:
                parent = ".".join(["*", *labels[1:]])
                yield spelled(scheme, parent, port)
                yield spelled(scheme, parent, "*")


class Verdict(enum.Enum):
    """What a policy says about an origin before anything else of the request is looked at."""

    REFUSED = "refused"
    ALLOWED = "allowed"
    CREDENTIALED = "credentialed"
    ASK = "ask"
    """Only the policy's predicates can tell: `ask`, or await `ask_async`, once."""


# An enumeration's members cost a look-up each time they are named.
REFUSED: Final = Verdict.REFUSED
ALLOWED: Final = Verdict.ALLOWED
CREDENTIALED: Final = Verdict.CREDENTIALED
ASK: Final = Verdict.ASK


class Origins:
    """Who may read, and who may read with credentials: the part of a policy that looks at origins.

    `everyone` is the public `*`; `credentialed` is a set, or True for whoever is allowed.
    """

    __slots__ = ("_failures", "allowed", "credentialed", "everyone", "predicates")

    def __init__(
        self, allowed: OriginSet, credentialed: OriginSet | bool, predicates: tuple[Predicate, ...], *, everyone: bool
    ) -> None:
        self.allowed, self.credentialed, self.predicates, self.everyone = allowed, credentialed, predicates, everyone
        self._failures = Throttle()

    def verdict(self, origin: str) -> Verdict:
        """Return the verdict on any text at all; a predicate is to be asked only about a serialised origin."""
        if self.everyone or origin in self.allowed.exact or (self.allowed.beyond_exact and origin in self.allowed):
            return self._granted(origin)
        return ASK if self.predicates and parse_origin(origin) is not None else REFUSED

    def ask(self, origin: str) -> Verdict:
        """Ask the predicates in turn; one that raises refuses the origin and is logged."""
        try:
            for predicate in self.predicates:
                answer = predicate(origin)
                if isinstance(answer, Awaitable):
                    getattr(answer, "close", lambda: None)()
                    raise TypeError(f"{predicate!r} is asynchronous, which only ASGI and asynchronous Django can await")
                if _is_yes(answer):
                    return self._granted(origin)
        except Exception:
            self._failed(origin)
        return REFUSED

    async def ask_async(self, origin: str) -> Verdict:
        """Ask the predicates in turn, awaiting those that are asynchronous; otherwise like `ask`."""
        try:
            for predicate in self.predicates:
                answer = predicate(origin)
                if _is_yes(await answer if isinstance(answer, Awaitable) else answer):
                    return self._granted(origin)
        except Exception:
            self._failed(origin)
        return REFUSED

    def _granted(self, origin: str) -> Verdict:
        with_credentials = (
            origin in self.credentialed if isinstance(self.credentialed, OriginSet) else self.credentialed
        )
        return CREDENTIALED if with_credentials else ALLOWED

    def _failed(self, origin: str) -> None:
        if self._failures.admits("predicate"):
            LOG.exception(
                "a predicate raised, so %s is refused; further failures are not logged for a minute", ascii(origin)
            )


def _is_yes(answer: object) -> bool:
    """Read a predicate's answer; raises `TypeError` for what is true only because Python takes most things for true."""
    if answer is None or isinstance(answer, (bool, re.Match)):
        return bool(answer)
    raise TypeError(f"a predicate answers True or False, not {type(answer).__name__}")
