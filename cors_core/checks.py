"""What each field of a policy accepts, and the sentence for everything it does not.

Each function takes what the user wrote and returns what the policy keeps. What is wrong goes into
`Problems`, always with the words to write instead; nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from cors_core import fetch, hosts, origins
from cors_core.errors import Problems
from cors_core.origins import OriginPattern, OriginSet
from cors_core.regexes import BacktrackingRegex, Matcher, UnsupportedRegex, compile_regex, suffixes_left_open

WAIVERS: Final = ("insecure-origin", "public-suffix", "null-origin", "backtracking-regex")
MAX_AGE: Final = 86400  # Firefox keeps a preflight for a day at most, Chromium for two hours, WebKit for ten minutes

_LOOKS_LIKE_A_REGEX: Final = re.compile(r"[\\^$(|+{]|\.\*(?!\.)|s\?:|\[(?![0-9A-Fa-f:.%]*\])")


def sequence(problems: Problems, field: str, value: object, *, wildcard: bool = False) -> tuple[Any, ...]:
    """Return the entries of any iterable, without repeats, in their order; a set is sorted, for it has none."""
    if wildcard and value == fetch.WILDCARD:
        return (fetch.WILDCARD,)
    if isinstance(value, str):
        problems.add("bare-string", field, value, f"a string is not a list of strings; write [{value!r}]")
        return ()
    if not isinstance(value, Iterable) or isinstance(value, (bytes, Mapping)):
        problems.add("wrong-type", field, value, f"{type(value).__name__} is not a list; write a list of strings")
        return ()
    entries = sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)
    return tuple(dict.fromkeys(entries)) if all(map(_hashable, entries)) else tuple(entries)


def boolean(problems: Problems, field: str, value: object) -> bool:
    """Return a bool; nothing else will do, for `"False"` is true."""
    if not isinstance(value, bool):
        problems.add("wrong-type", field, value, "write True or False, without quotes")
    return value is True


def whole(problems: Problems, field: str, value: object, low: int, high: int) -> int:
    """Return an int between two bounds; `low` if it is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        problems.add("wrong-type", field, value, f"write a whole number from {low} to {high}")
    elif not low <= value <= high:
        problems.add(
            "out-of-range", field, value, f"{value} is out of range; write a whole number from {low} to {high}"
        )
    else:
        return value
    return low


def seconds(problems: Problems, field: str, value: object) -> int | None:
    """Return a duration in seconds; None stays None."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
        value = int(value) if value == int(value) else value
    return None if value is None else whole(problems, field, value, 0, MAX_AGE)


def methods(problems: Problems, value: object) -> tuple[str, ...]:
    """Return the methods, normalised as browsers normalise them, or `("*",)`."""
    field = "allow_methods"
    kept = []
    for method in sequence(problems, field, value, wildcard=True):
        if not isinstance(method, str) or not fetch.is_token(method):
            problems.add("not-a-token", field, method, "is no HTTP method; write a name such as 'PUT'")
        elif fetch.is_forbidden_method(method):
            problems.add("forbidden-method", field, method, f"browsers never send {method.upper()}; leave it out")
        else:
            kept.append(fetch.normalise_method(method))
    return _alone(problems, field, tuple(dict.fromkeys(kept)), "'PUT'")


def request_headers(problems: Problems, value: object) -> tuple[str, ...]:
    """Return the names, prefixes (`x-amz-*`) and `*`; names that no browser asks for are left out."""
    field = "allow_headers"
    kept = []
    for name in sequence(problems, field, value, wildcard=True):
        bare = name.removesuffix("*") if isinstance(name, str) and name != fetch.WILDCARD else name
        if not isinstance(bare, str) or not fetch.is_token(bare) or ("*" in bare and name != fetch.WILDCARD):
            problems.add(
                "not-a-token",
                field,
                name,
                "is no header name; write one such as 'X-Request-Id', or a prefix, 'x-amz-*'",
            )
        elif not fetch.is_forbidden_request_header(bare):
            kept.append(name)
    return fetch.distinct(kept)


def response_headers(problems: Problems, value: object) -> tuple[str, ...]:
    """Return the names to expose, or `("*",)`."""
    field = "expose_headers"
    kept = []
    for name in sequence(problems, field, value, wildcard=True):
        if not isinstance(name, str) or not fetch.is_token(name):
            problems.add("not-a-token", field, name, "is no header name; write one such as 'X-Total-Count'")
        elif fetch.is_forbidden_response_header(name):
            problems.add("forbidden-header", field, name, "browsers show it to no script; leave it out")
        else:
            kept.append(name)
    return _alone(problems, field, fetch.distinct(kept), "'X-Total-Count'")


def _alone(problems: Problems, field: str, names: tuple[str, ...], example: str) -> tuple[str, ...]:
    if fetch.WILDCARD in names and len(names) > 1:
        problems.add(
            "wildcard-beside-others",
            field,
            list(names),
            f"'*' covers the rest; write ['*'], or names such as {example}",
        )
    return names


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
        elif callable(entry):
            self.predicates.append(entry)
        else:
            self._problem(
                "wrong-type",
                entry,
                "is no origin; write a string, a compiled regular expression, or a function of the origin",
            )

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
        open_to = suffixes_left_open(matches) if self.secure else ()
        if len(open_to) > 1:
            self._problem(
                "wildcard-with-credentials",
                pattern.pattern,
                "it accepts names that anybody can register, with credentials; write your own domain into it, "
                "as in re.compile(r'https://[a-z0-9-]+\\.example\\.com')",
            )
        elif open_to and "public-suffix" not in self.waived:
            self._problem(
                "public-suffix",
                pattern.pattern,
                f"anybody can register a name under {open_to[0]}; write more of the name, or dangerously_allow=('public-suffix',)",
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
    instead = origins.respelled(text)
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


def _hashable(entry: object) -> bool:
    try:
        hash(entry)
    except TypeError:
        return False
    return True
