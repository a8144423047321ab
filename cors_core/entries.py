"""The origin entries of a policy: sorted by kind, and the sentence for every string that is none.

Like `checks`, it puts what is wrong into `Problems`, with the words to write instead, and raises nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from inspect import isasyncgenfunction, isgeneratorfunction
from typing import Any, Final

from cors_core import fetch, hosts, origins
from cors_core.checks import sequence
from cors_core.errors import Problems
from cors_core.origins import OriginPattern, OriginSet
from cors_core.regexes import BacktrackingRegex, Matcher, UnsupportedRegex, compile_regex
from cors_core.strangers import Exposure, exposure

_LOOKS_LIKE_A_REGEX: Final = re.compile(r"[\\^$(|+{]|://\.\*(?!\.)|s\?:|(?<!://)(?<!\*\.)\[")


class Entries:
    """The origin entries of one field, sorted by kind.

    `secure` says that they carry credentials, which a few of them may only do when waived.
    """

    def __init__(self, problems: Problems, field: str, value: object, waived: tuple[str, ...], secure: bool) -> None:
        self.problems, self.field, self.waived, self.secure = problems, field, waived, secure
        self.exact: list[str] = []
        self.patterns: list[OriginPattern] = []
        self.regexes: list[Matcher] = []
        self.predicates: list[Callable[[str], Any]] = []
        self.everyone = False
        self.listed = sequence(problems, field, value, wildcard=field == "allow_origins")
        for entry in self.listed:
            self._add(entry)
        if self.everyone and len(self.listed) > 1:
            problems.add(
                "wildcard-beside-others", field, self.listed, "'*' covers the rest; write '*' alone, or leave it out"
            )

    def as_set(self) -> OriginSet:
        """The entries that can be asked with `in`."""
        return OriginSet(self.exact, self.patterns, self.regexes)

    def samples(self) -> Iterable[str]:
        """The exact entries, and an origin or two for which each pattern stands."""
        yield from self.exact
        for pattern in self.patterns:
            host = f"sample.{pattern.host}" if pattern.subdomains else pattern.host
            for port in ("", "12345") if pattern.port == fetch.WILDCARD else (pattern.port,):
                yield origins.spelled(pattern.scheme, host, port)

    def _add(self, entry: object) -> None:
        if isinstance(entry, str):
            self._string(entry)
        elif isinstance(entry, re.Pattern):
            self._regex(entry)
        elif not callable(entry) or isinstance(entry, type) or isgeneratorfunction(entry) or isasyncgenfunction(entry):
            self._problem(
                "wrong-type",
                entry,
                "is no origin; write a string, a compiled regular expression, or a function from the origin to a bool",
            )
        else:
            self.predicates.append(entry)

    def _string(self, text: str) -> None:
        if text == fetch.WILDCARD:
            self.everyone = True
        elif text == origins.NULL:
            self._null(text)
        else:
            parsed = origins.parse_entry(text)
            if parsed is None:
                self._problem(*misspelling(text))
            elif isinstance(parsed, str):
                self.exact.append(parsed)
                origin = origins.parse_origin(parsed)
                self._insecure(text, origin.scheme if origin else "", origin.host if origin else "")
            else:
                self.patterns.append(parsed)
                self._insecure(text, parsed.scheme, parsed.host)
                self._shared_suffix(text, parsed)

    def _null(self, text: str) -> None:
        if self.secure:
            self._problem(
                "null-origin", text, "any page can make a frame that sends it; leave it out, credentials are involved"
            )
        elif "null-origin" not in self.waived:
            self._problem(
                "null-origin",
                text,
                "any page can make a frame that sends it; leave it out, or write dangerously_allow=('null-origin',)",
            )
        self.exact.append(text)

    def _insecure(self, text: str, scheme: str, host: str) -> None:
        if self.secure and scheme == "http" and not hosts.is_loopback(host) and "insecure-origin" not in self.waived:
            secure = text.replace("http://", "https://", 1)
            self._problem(
                "insecure-origin",
                text,
                f"whoever sits on the network can speak as it; write {secure!r}, or dangerously_allow=('insecure-origin',)",
            )

    def _shared_suffix(self, text: str, pattern: OriginPattern) -> None:
        if not self.secure or not pattern.subdomains or "public-suffix" in self.waived:
            return
        if hosts.is_public_suffix(pattern.host):
            own = str(pattern._replace(host=f"your-name.{pattern.host}"))
            self._problem(
                "public-suffix",
                text,
                f"anybody can register a name under {pattern.host}; write {own!r}, or dangerously_allow=('public-suffix',)",
            )

    def _regex(self, pattern: re.Pattern[Any]) -> None:
        if not isinstance(pattern.pattern, str):
            self._problem("wrong-type", pattern, "matches bytes; write re.compile(r'...') with a string")
            return
        try:
            matches = compile_regex(pattern, backtracking="backtracking-regex" in self.waived)
        except UnsupportedRegex as error:
            self._problem(
                "unsupported-regex",
                pattern.pattern,
                f"RE2 cannot match it ({error}); write it without, or as a predicate",
            )
            return
        except BacktrackingRegex:
            self._problem(
                "backtracking-regex",
                pattern.pattern,
                "Python's re can be kept busy for seconds; install cors-core[regex], "
                "or write dangerously_allow=('backtracking-regex',)",
            )
            return
        self.regexes.append(matches)
        if self.secure:
            self._exposed(pattern.pattern, exposure(pattern.pattern, matches))

    def _exposed(self, source: str, found: Exposure) -> None:
        """Report the widest of what a regular expression leaves open, with credentials."""
        if found.anybody:
            self._problem(
                "wildcard-with-credentials",
                source,
                f"it accepts {found.anybody!r}, a name that anybody can register; write your own domain into it, "
                "as in re.compile(r'https://[a-z0-9-]+\\.example\\.com')",
            )
        elif found.neighbour and "public-suffix" not in self.waived:
            self._problem(
                "public-suffix",
                source,
                f"it accepts {found.neighbour!r}, a name that anybody can have there; write more of the name, "
                "or dangerously_allow=('public-suffix',)",
            )
        elif found.insecure and "insecure-origin" not in self.waived:
            self._problem(
                "insecure-origin",
                source,
                f"it accepts {found.insecure!r}, as which whoever sits on the network can speak; write https:// into it, "
                "or dangerously_allow=('insecure-origin',)",
            )

    def _problem(self, code: str, value: object, message: str) -> None:
        self.problems.add(code, self.field, value, message)


def misspelling(text: str) -> tuple[str, str, str]:
    """Return code, text and sentence for a string that is no origin entry."""
    if _LOOKS_LIKE_A_REGEX.search(text):
        return "regex-string", text, f"looks like a regular expression; pass re.compile(r'{text}')"
    if text.lower().startswith("file:"):
        return (
            "not-an-origin",
            text,
            "browsers send 'null' for files; serve the page over http://localhost and write that",
        )
    if "," in text:
        return "not-an-origin", text, f"one string is one origin; write {[t.strip() for t in text.split(',')]!r}"
    instead = origins.respelled(text)
    if "://*" in text and not text.startswith("http"):
        return (
            "wildcard-place",
            text,
            "there is no wildcard for such a scheme; list the whole origin, or pass re.compile(r'...')",
        )
    if instead is None and "*" in text:
        return (
            "wildcard-place",
            text,
            "a wildcard is a leading label or the port; write 'https://*.example.com' or 'http://localhost:*'",
        )
    if instead is None:
        return "not-an-origin", text, "is no origin; write scheme, host and port, such as 'https://app.example.com'"
    return "not-an-origin", text, f"{_fault(text)}; write {instead!r}"


def _fault(text: str) -> str:
    """What is wrong with the spelling of an origin whose right spelling is known."""
    scheme, separator, rest = text.strip().partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not separator:
        return "an origin begins with its scheme"
    if text != text.strip():
        return "leave the blanks out"
    if authority != rest:
        return "an origin has no path, not even a slash"
    if "@" in authority:
        return "an origin has no user name"
    if not authority.isascii():
        return "browsers send the host in its ASCII form"
    if text != text.lower():
        return "browsers send it in lower case"
    if authority.endswith(":" + origins.DEFAULT_PORTS.get(scheme, "-")):
        return "leave the default port out, as browsers do"
    return "browsers spell it otherwise"
