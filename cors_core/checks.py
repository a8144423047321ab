"""What each field of a policy accepts, and the sentence for everything it does not.

Each function takes what the user wrote and returns what the policy keeps. What is wrong goes into
`Problems`, always with the words to write instead; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cors_core import fetch
from cors_core.errors import Problems

WAIVERS: Final = ("insecure-origin", "public-suffix", "null-origin", "backtracking-regex")
MAX_AGE: Final = 86400  # Firefox keeps a preflight for a day at most, Chromium for two hours, WebKit for ten minutes


def sequence(problems: Problems, field: str, value: object, *, wildcard: bool = False) -> tuple[Any, ...]:
    """Return the entries of any iterable, without repeats, in their order; a set is sorted, for it has none."""
    if wildcard and isinstance(value, str) and value == fetch.WILDCARD:
        return (fetch.WILDCARD,)
    if isinstance(value, str):
        problems.add("bare-string", field, value, f"a string is not a list of strings; write {_split(value)!r}")
        return ()
    if not isinstance(value, Iterable) or isinstance(value, (bytes, Mapping)):
        problems.add("wrong-type", field, value, f"{type(value).__name__} is not a list; write a list of strings")
        return ()
    entries = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else list(value)
    return tuple(dict.fromkeys(entries)) if all(map(_hashable, entries)) else tuple(entries)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


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
        problems.add("out-of-range", field, value, f"is out of range; write a whole number from {low} to {high}")
    else:
        return int(value)
    return low


def seconds(problems: Problems, field: str, value: Any) -> int | None:
    """Return a duration in seconds; None stays None."""
    if type(value).__name__ == "timedelta" and hasattr(value, "total_seconds"):  # without `datetime` at every start
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


def _hashable(entry: object) -> bool:
    try:
        hash(entry)
    except TypeError:
        return False
    return True
