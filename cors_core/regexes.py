"""Regular expressions as origin entries, matched in linear time.

A valid 26-character host can keep Python's `re` busy for seconds, and no cap on the length prevents
it; RE2 cannot backtrack. So an entry's source is compiled by RE2, and used with `fullmatch` only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

Matcher = Callable[[str], Any]

_ESCAPED_Z: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\Z")
_READ_OTHERWISE: Final = re.compile(r"(?<!\\)(?:\\\\)*\{,[0-9]+\}|\[\[:[a-z]+:\]")
_NO_MEANING_HERE: Final = re.UNICODE | re.ASCII | re.MULTILINE | re.DOTALL  # origins are one line of ASCII


class UnsupportedRegex(ValueError):
    """RE2 cannot express the pattern; the message says why."""


class BacktrackingRegex(ValueError):
    """RE2 is not installed, so the pattern could only be matched by backtracking."""


def compile_regex(pattern: re.Pattern[str], *, backtracking: bool = False) -> Matcher:
    """Return a function that says whether a whole origin matches, in time linear in its length.

    With `backtracking`, `re` serves where RE2 is not installed. Raises `UnsupportedRegex` for what
    RE2 cannot express (look-around, back-references) and `BacktrackingRegex` where RE2 is missing.
    """
    try:
        import re2
    except ImportError:
        if backtracking:
            return pattern.fullmatch
        raise BacktrackingRegex from None
    leftover = pattern.flags & ~_NO_MEANING_HERE & ~re.IGNORECASE
    if leftover:
        raise UnsupportedRegex(f"RE2 has no {re.RegexFlag(leftover)!r}")
    foreign = _READ_OTHERWISE.search(pattern.pattern)
    if foreign:
        raise UnsupportedRegex(f"RE2 reads {foreign[0]} otherwise; {{0,n}} and plain classes mean the same to both")
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not pattern.flags & re.IGNORECASE
    try:
        # `\Z` is RE2's `\z`; the only spelling of a common anchor in which the two differ.
        return re2.compile(_ESCAPED_Z.sub(r"\1\\z", pattern.pattern), options).fullmatch  # type: ignore[no-any-return]
    except UnicodeEncodeError as error:
        raise UnsupportedRegex(str(error)) from None
    except re2.error as error:
        reason = error.args[0] if error.args else "unknown"
        raise UnsupportedRegex(
            reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        ) from None
