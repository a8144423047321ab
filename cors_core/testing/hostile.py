"""The origins that attackers use against CORS configurations, each named by the mistake that lets it in.

A browser can send nearly all of them; what none can send still shows how a server compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from cors_core import hosts
from cors_core.browser import URL
from cors_core.testing.sites import registrable_domain

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: Final[tuple[Severity, ...]] = ("info", "low", "medium", "high", "critical")


class Mistake(NamedTuple):
    """How bad it is with credentials and without, and what to do about it."""

    with_credentials: Severity
    without: Severity
    remedy: str


_WHOLE: Final = "compare the whole origin: list it in allow_origins, or use a pattern such as 'https://*.example.com'"
_COMPARISONS: Final[dict[str, Mistake]] = {
    "origin-reflection": Mistake("critical", "medium", "list the origins in allow_origins; '*' if all may read"),
    "preflight-only-reflection": Mistake("medium", "low", "apply one policy to preflights and to what follows"),
    "null-origin": Mistake("high", "low", "never allow null: any page can make itself a frame of that origin"),
    "substring-match": Mistake("high", "low", _WHOLE),
    "prefix-match": Mistake("high", "low", _WHOLE),
    "suffix-match": Mistake("high", "low", _WHOLE),
    "unescaped-dot": Mistake("high", "low", r"escape the dots of a regular expression: \."),
    "special-character": Mistake("high", "low", _WHOLE),
    "comma-split": Mistake("high", "low", "compare Origin as it came; it is one origin, never a list"),
    "empty-label": Mistake("medium", "low", _WHOLE),
    "userinfo": Mistake("info", "info", "compare Origin as it came; do not parse it"),
    "third-party-hosting": Mistake("high", "low", "list your own sites there one by one; anybody can have another"),
    "http-downgrade": Mistake("medium", "low", "allow https only: whoever is on the network can write an http page"),
    "arbitrary-subdomain": Mistake("medium", "low", "list the subdomains that need it; one weak sibling opens all"),
    "any-port": Mistake("medium", "low", "list origins with their ports; another port is another program"),
    "localhost-trusted": Mistake("medium", "low", "allow localhost in development only"),
    "private-address-trusted": Mistake("medium", "low", "remove addresses of private networks; everybody has those"),
    "app-scheme": Mistake("medium", "low", "list the exact identifiers of your own extensions and apps"),
    "scheme-confusion": Mistake("info", "info", "compare the scheme as well"),
    "case-folding": Mistake("info", "info", "compare byte for byte; browsers send lower case"),
}
MISTAKES: Final[dict[str, Mistake]] = {
    **_COMPARISONS,
    "wildcard-with-credentials": Mistake("low", "low", "choose: '*', or a list with allow_credentials"),
    "wildcard": Mistake("info", "info", "'*' is right for what everybody may read, and only for that"),
    "missing-vary": Mistake("medium", "medium", "send Vary: Origin with every response, to whomever it goes"),
    "broken-headers": Mistake(
        "low", "low", "send one Access-Control-Allow-Origin, and 'true' or nothing for credentials"
    ),
    "reflected-junk": Mistake("high", "high", "put nothing into a response that did not parse as an origin"),
    "crash": Mistake("medium", "medium", "an Origin is anybody's text; refuse what does not parse"),
    "preflight-reflection": Mistake("low", "low", "answer preflights with your own lists, or with names that parsed"),
}

_OTHER_COMPARISONS: Final = tuple(name for name in _COMPARISONS if "reflection" not in name)
_APPENDED: Final = ("special-character", "comma-split", "empty-label", "userinfo", "any-port")
SUBSUMES: Final[dict[str, tuple[str, ...]]] = {
    "origin-reflection": (*_OTHER_COMPARISONS, "preflight-only-reflection", "reflected-junk"),
    "preflight-only-reflection": (*_OTHER_COMPARISONS, "reflected-junk"),
    "substring-match": ("prefix-match", "suffix-match", "unescaped-dot", *_APPENDED),
    "prefix-match": _APPENDED,
    "suffix-match": ("unescaped-dot", "userinfo"),
}
"""One mistake is reported once, not by everything that follows from it."""

ATTACKER: Final = "attacker.example"
STRANGERS: Final = (f"https://{ATTACKER}", "https://cors-probe-7f3a.example", f"http://{ATTACKER}")
_PROBE: Final = "cors-probe-7f3a"
_SPECIAL: Final = "_-!$&'()*+;=~`{}\""
_HOSTING: Final = """github.io gitlab.io pages.dev vercel.app netlify.app herokuapp.com web.app azurewebsites.net
    s3.amazonaws.com cloudfront.net glitch.me"""


def hostile_origins(trusted: str) -> Iterator[tuple[str, str]]:
    """Yield origins that resemble `trusted` or that some servers always trust, each with the mistake it shows."""
    yield from (("origin-reflection", stranger) for stranger in STRANGERS)
    yield "null-origin", "null"
    url = URL(trusted)
    yield from _lookalikes(url.scheme, url.host, f":{url.port}" if url.port else "")
    yield from (("third-party-hosting", f"https://{_PROBE}.{host}") for host in _HOSTING.split())
    yield from (("third-party-hosting", f"https://{host}") for host in ("codepen.io", "jsfiddle.net", "jsbin.com"))
    yield from (
        ("localhost-trusted", f"{place}")
        for place in ("http://localhost", "http://localhost:31337", "http://127.0.0.1:31337", "https://localhost")
    )
    yield from (
        ("private-address-trusted", f"http://{address}")
        for address in ("10.0.0.1", "192.168.0.1", "172.16.0.1", "[fd00::1]")
    )
    yield "app-scheme", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    yield "app-scheme", "moz-extension://6f0a1c52-1f0c-4d61-9a3e-0c3b9a7d0000"
    yield "app-scheme", "capacitor://localhost"
    yield "app-scheme", "app://x"


def _lookalikes(scheme: str, host: str, port: str) -> Iterator[tuple[str, str]]:
    trusted = f"{scheme}://{host}"
    yield "substring-match", f"https://evil{host}.{ATTACKER}{port}"
    yield "prefix-match", f"{trusted}.{ATTACKER}{port}"
    yield from _names(scheme, host, port)
    yield from (("special-character", f"{trusted}{mark}.{ATTACKER}{port}") for mark in (*_SPECIAL, "%60"))
    yield "comma-split", f"{trusted},.{ATTACKER}{port}"
    yield "comma-split", f"{trusted}{port},https://{ATTACKER}"
    yield "empty-label", f"{trusted}..{ATTACKER}{port}"
    yield "userinfo", f"{trusted}@{ATTACKER}"
    yield "userinfo", f"https://{ATTACKER}@{host}{port}"
    yield "any-port", f"{trusted}:31337"
    if port:
        yield "any-port", f"{trusted}{port}0"
    if scheme == "https":
        yield "http-downgrade", f"http://{host}{port}"
    for other in ("ftp", "ws", "evil"):
        yield "scheme-confusion", f"{other}://{host}{port}"
    yield "case-folding", f"{scheme.upper()}://{host.upper()}{port}"


def _names(scheme: str, host: str, port: str) -> Iterator[tuple[str, str]]:
    """What only names have, and addresses have not."""
    if hosts.is_address(host):
        return
    domain = registrable_domain(host) or host
    yield "substring-match", f"{scheme}://{host[:-1]}"
    yield "substring-match", f"{scheme}://{domain[1:]}{port}"
    yield "suffix-match", f"{scheme}://evil{domain}{port}"
    yield "suffix-match", f"{scheme}://evil-{domain}{port}"
    for name in dict.fromkeys((domain, host)):
        yield "prefix-match", f"{scheme}://{name}.{ATTACKER}{port}"
        yield "arbitrary-subdomain", f"{scheme}://{_PROBE}.{name}{port}"
    for place, letter in enumerate(host):
        if letter == ".":
            yield "unescaped-dot", f"{scheme}://{host[:place]}x{host[place + 1 :]}{port}"
