"""Regular expressions on paths, as other libraries have them: does a path begin with a match, and every match with a text.

They are written for Python's `re` and matched by RE2 where that can tell, in time linear in the path.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Final

from cors_core import translate
from cors_core.errors import shown
from cors_core.regexes import BacktrackingRegex, UnsupportedRegex, compile_regex

Told = Callable[[str], bool | None]
"""Whether a path matches; None where RE2 and Python's `re`, for which the key was written, may differ."""

_INLINE: Final = re.compile(r"\A\(\?[aimsux]+\)")
_FOLDS: Final = re.compile(r"\(\?[a-z]*i")
_CLASS_OR_ESCAPE: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.", re.DOTALL)
_AT_MOST: Final = re.compile(r"\{,(?=[0-9]+\})")
_READ_OTHERWISE: Final = re.compile(f"{_CLASS_OR_ESCAPE.pattern}|{_AT_MOST.pattern}", re.DOTALL)
_LITERAL: Final = re.compile(r"(?:\\[^A-Za-z0-9]|[^.^$*+?{}\[\]|()\\])*")
_LAST: Final = re.compile(r"(?:\\.|.)\Z", re.DOTALL)
_UNCLEAR: Final = re.compile("[\n\ud800-\udfff]")  # where `.` and `$` differ, and what is no UTF-8


def told_by(where: str, pattern: re.Pattern[str]) -> Told:
    """Return the function that says whether a path begins with a match; warn where RE2 cannot."""
    source, flags = _INLINE.sub("", pattern.pattern), pattern.flags & ~re.DEBUG
    ascii_only = bool(flags & re.ASCII)
    try:
        matches = compile_regex(re.compile(f"(?:{_for_re2(source, ascii_only)})(?s:.*)", flags))
    except (UnsupportedRegex, BacktrackingRegex, re.error) as error:
        why = f"RE2 cannot match it ({error})" if str(error) else "install cors-core[regex]"
        translate.warn(
            f"{where}: {shown(pattern.pattern)} is matched by Python's re, which a long path can keep busy; {why}"
        )
        return lambda path: pattern.match(path) is not None
    folds = not ascii_only and (flags & re.IGNORECASE or _FOLDS.search(source))

    def told(path: str) -> bool | None:
        if _UNCLEAR.search(path):
            return None
        if matches(path):
            return True
        return None if folds and not path.isascii() else False  # `re` takes more letters for one than RE2 does

    return told


def stem(pattern: re.Pattern[str]) -> str:
    """Return the literal text that every match begins with."""
    source = re.sub(r"\A(?:\^|\\A)", "", pattern.pattern)
    if pattern.flags & (re.IGNORECASE | re.VERBOSE) or _has_alternatives(source):
        return ""
    literal: str = _LITERAL.findall(source)[0]
    if source[len(literal) :].startswith(("*", "?", "{")):
        literal = _LAST.sub("", literal)
    return re.sub(r"\\(.)", r"\1", literal)


def _has_alternatives(source: str) -> bool:
    """Whether the expression has a `|` outside all groups."""
    text = _CLASS_OR_ESCAPE.sub("", source)
    while text != (text := re.sub(r"\([^()]*\)", "", text)):
        pass
    return "|" in text


def _for_re2(source: str, ascii_only: bool) -> str:
    """The expression with its classes spelled out, unless they are of ASCII, as RE2's are; and `{0,9}` for `{,9}`."""

    def inside(escape: re.Match[str]) -> str:
        if escape[1] in "DSW":
            raise UnsupportedRegex(f"its {escape[0]} is of ASCII")
        return _members(escape[0]) if escape[1] in "dsw" else escape[0]

    def reworded(found: re.Match[str]) -> str:
        text = found[0]
        if text == "{,":
            return "{0,"
        if ascii_only:
            return text
        if text[0] == "[":
            return re.sub(r"\\(.)", inside, text, flags=re.DOTALL)
        if text[1] in "bB":
            raise UnsupportedRegex(f"its {text} is of ASCII")
        if text[1] in "DSW":
            return f"[^{_members(text.lower())}]"
        return f"[{_members(text)}]" if text[1] in "dsw" else text

    return _READ_OTHERWISE.sub(reworded, source)


@cache
def _members(escape: str) -> str:
    """What Python takes for a member of a class, as ranges."""
    characters = "".join(map(chr, range(sys.maxunicode + 1)))
    return "".join(f"{run[0][0]}-{run[0][-1]}" for run in re.finditer(f"{escape}+", characters))
