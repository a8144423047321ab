"""Which policy applies to which request: the only place that answers it, before anything is decided.

A selector is any function from a request to a policy; None means that CORS leaves the request alone.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from cors_core import hosts
from cors_core.errors import Problems, mistake
from cors_core.policy import Policy
from cors_core.request import Request

Selector = Callable[[Request], Policy | None]
AsyncSelector = Callable[[Request], Awaitable[Policy | None]]
Selectable = Policy | Selector | None

NOBODY: Final = Policy(allow_origins=())
"""The policy that allows nobody, for what cannot be told apart safely."""

_CHOICES: Final = "__cors_choices__"
_SEPARATORS: Final = re.compile(r"[\\]|%2[fF]|%5[cC]")
_DOT: Final = re.compile(r"%2[eE]")
_UNREADABLE: Final = ("\x00", "\ufffd")  # NUL, and what was no UTF-8


def by_path(policies: Mapping[str, Selectable]) -> Selector:
    """Return a selector by path: the longest prefix of whole segments wins, in whatever order they are written.

    Keys are paths as the application routes them (case-sensitive, decoded once); `/api/*` means
    `/api`; values are policies, other selectors, or None for a hole. A path that servers read in more
    than one way is refused to every origin, unless all readings agree. Raises `ConfigError`.
    """
    table = _checked(policies, "by_path", path_key)
    depth = max((key.count("/") for key in table), default=0)

    def longest(path: str) -> Selectable:
        segments = path.split("/", depth + 1)[: depth + 1]
        for end in range(len(segments), 0, -1):
            prefix = "/".join(segments[:end])
            if prefix in table:
                return table[prefix]
        return None

    return on_path(longest, table.values())


def on_path(lookup: Callable[[str], Selectable], among: Iterable[Selectable]) -> Selector:
    """Return a selector by what `lookup` says of the path, one of `among`.

    A path that servers read in more than one way is refused to every origin, unless `lookup` says the
    same of all readings.
    """

    def select(request: Request) -> Policy | None:
        path = request.path
        if any(character in path for character in _UNREADABLE):
            return NOBODY
        selected = lookup(path)
        if not _reads_one_way(path) and selected is not lookup(_cleaned(path)):
            return NOBODY
        return picked(selected, request)

    return choosing(select, among)


def picked(selected: Selectable, request: Request) -> Policy | None:
    """Return the policy that something selectable comes to for `request`."""
    return selected if selected is None or isinstance(selected, Policy) else selected(request)


def by_host(policies: Mapping[str, Selectable], default: Selectable = NOBODY) -> Selector:
    """Return a selector by the name in `Host`, the port aside; unknown names get `default`, which allows nobody.

    `Host` is the client's to choose: it selects among the written keys, and adds no origin. Raises
    `ConfigError`.
    """
    table = _checked(policies, "by_host", _host_key)
    _checked({"default": default}, "by_host", lambda _, key: str(key))

    def select(request: Request) -> Policy | None:
        return picked(table.get(host_name(request), default), request)

    return choosing(select, [*table.values(), default])


def choices(selectable: object) -> Iterator[object]:
    """Return a policy or selector and, of a selector made here, all that it can lead to."""
    yield selectable
    for choice in getattr(selectable, _CHOICES, ()):
        yield from choices(choice)


def may_block(selectable: object) -> bool:
    """Return whether a policy that `selectable` leads to may answer in the application's stead, as far as can be told."""
    return any(
        bool(choice.enforce) if isinstance(choice, Policy) else callable(choice) and not hasattr(choice, _CHOICES)
        for choice in choices(selectable)
    )


def choosing(select: Selector, among: Iterable[Selectable]) -> Selector:
    """Return `select`, with a note of all that it can lead to, for `choices`."""
    setattr(select, _CHOICES, tuple(among))
    return select


def host_name(request: Request) -> str:
    """Return the name in `Host`, in lower case, without the port."""
    return re.sub(r":[0-9]*\Z", "", (request.host or "").lower())


def as_selector(policy: object) -> Selectable | AsyncSelector:
    """Return what an adapter was given as a policy or a selector, a mapping of paths becoming one.

    Raises `ConfigError` for anything else.
    """
    if isinstance(policy, Mapping):
        return by_path(policy)
    if not isinstance(policy, Policy) and (not callable(policy) or isinstance(policy, type)):
        message = "is no policy; write Policy(allow_origins=[...]), or by_path({...})"
        raise mistake("wrong-type", "policy", policy, message)
    return policy


def _checked(
    policies: Mapping[str, Any], field: str, clean: Callable[[Problems, object], str]
) -> dict[str, Selectable]:
    problems = Problems()
    table: dict[str, Selectable] = {}
    for key, policy in policies.items():
        cleaned = clean(problems, key)
        if cleaned in table:
            problems.add("duplicate-key", field, key, f"{cleaned or '/'!r} is there already; leave one out")
        if policy is not None and not callable(policy) and not isinstance(policy, Policy):
            problems.add(
                "wrong-type", f"{field}[{key!r}]", policy, "is no policy; write Policy(allow_origins=[...]), or None"
            )
        table[cleaned] = policy
    problems.check()
    return table


def path_key(problems: Problems, key: object) -> str:
    """Return the prefix of whole segments that a key of `by_path` stands for; report one that no path would match."""
    if not isinstance(key, str):
        return _no_text(problems, "by_path", key, "'/api'")
    path = (key.removesuffix("*") if key.endswith("/*") else key).rstrip("/")
    advice = _path_advice(key, path)
    if advice:
        problems.add("path-key", "by_path", key, advice)
    return path


def _path_advice(key: str, path: str) -> str | None:
    """What to write instead of a key that no path of a request would match, or not the one that was meant."""
    literal = re.split(r"[*{<?#^|$]|/:", key.partition("://")[2].partition("/")[2] if "://" in key else key)
    prefix = "/" + next((part for part in literal if part.strip("/")), "").strip("/")
    if key != "" and not key.startswith("/"):
        return f"a path begins with a slash, without scheme and host; write {prefix!r}"
    if re.search(r"[*{<?#^|$]|/:", path):
        return f"a key covers all below it and is compared letter by letter; write {prefix!r}"
    if "%" in path:
        return "paths are compared decoded; write the characters themselves"
    if _cleaned(path) != (path or "/"):
        return f"servers read it in more than one way; write {_cleaned(path)!r}"
    return None


def _host_key(problems: Problems, key: object) -> str:
    if not isinstance(key, str):
        return _no_text(problems, "by_host", key, "'api.example.com'")
    bare = re.sub(r"\A[a-z]+://|[:/][^\]]*\Z", "", key.strip().lower()).removeprefix("*.")
    name = hosts.respelled(bare)
    if name != key.lower():
        problems.add("host-key", "by_host", key, f"a key is a host name alone; write {name or 'api.example.com'!r}")
    return key.lower()


def _no_text(problems: Problems, field: str, key: object, example: str) -> str:
    problems.add("wrong-type", field, key, f"a key is text; write one such as {example}")
    return repr(key)


def _reads_one_way(path: str) -> bool:
    """Whether no server could take the path for another; a cheap look, `_cleaned` tells for certain."""
    plain = path == "" or path[0] == "/"  # `*`, `evil.example:443` and `public/x` are request targets, too
    return plain and not ("//" in path or "/." in path or "\\" in path or "%" in path)


def _cleaned(path: str) -> str:
    """The path as the most eager server would read it: separators and dots decoded once more, dot segments gone."""
    kept: list[str] = []
    for segment in _DOT.sub(".", _SEPARATORS.sub("/", path)).split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)
