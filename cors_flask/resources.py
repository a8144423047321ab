"""flask-cors's `resources`: which paths a key covers, in what order keys are tried, and whether two calls overlap.

Knows paths and keys; what a resource shares is told by `options`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

from cors_core import Policy, translate
from cors_core.errors import ConfigError, Problems, mistake, shown
from cors_core.expressions import Told, stem, told_by
from cors_core.routing import NOBODY, Selectable, on_path, path_key
from cors_flask.values import Option, compiled, looks_like_a_regex

_EVERYTHING: Final = re.compile(r"\*|\^?/\*|\^?/?\.\*")
_SUBTREE: Final = re.compile(r"(/[^*\\\]?$^\[()]*)/\*")
_DEAD: Final = re.compile(r"[A-Za-z0-9](?![*?{])[^|]*")  # for a path begins with a slash

Shape = Literal["everything", "exact", "subtree", "regex"]
_SHAPES: Final = get_args(Shape)


@dataclass(frozen=True, slots=True)
class Area:
    """The paths that one key covers: everything, a path, all below a path, or what a regular expression matches."""

    shape: Shape
    stem: str
    """What every path in it begins with; itself a path if the area is one, or a subtree."""
    written: str
    """The key, as Python source."""
    told: Told = field(repr=False, compare=False)
    holds: str = "Policy(...)"
    """What was said about it, as Python source; options stand in braces, a `Policy` does not."""

    def covers(self, path: str) -> bool:
        """Return whether the area may hold `path`."""
        return self.told(path) is not False

    @classmethod
    def subtree(cls, path: str) -> Area:
        """Return all that is at or below `path`, by whole segments."""
        path = path.rstrip("/")
        if not path:
            return EVERYTHING
        below = f"{path}/"
        return cls("subtree", path, repr(path), lambda asked: asked == path or asked.startswith(below))


EVERYTHING: Final = Area("everything", "", "'/'", lambda path: True)


def areas_of(keys: Iterable[str]) -> tuple[Area, ...]:
    """Return what the keys of `by_path` cover; the mapping itself will do."""
    holes = {key for key, value in keys.items() if value is None} if isinstance(keys, Mapping) else set()
    areas = [(key, Area.subtree(path_key(Problems(), key))) for key in keys]
    return tuple(replace(area, holds="None") if key in holes else area for key, area in areas)


def rules(problems: Problems, option: Option) -> list[tuple[Area, Mapping[str, Any]]]:
    """Return the areas of `resources` in the order in which they are tried, each with its own options."""
    value, where = option.value, option.where
    pairs: list[tuple[Any, Any]]
    if isinstance(value, Mapping):
        pairs = sorted(value.items(), key=lambda pair: _rank(pair[0]))
    elif isinstance(value, (str, re.Pattern)):
        pairs = [(value, {})]
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        pairs = [(key, {}) for key in value]
    else:
        problems.add("wrong-type", where, value, "write a path, a list of paths, or {'/api/*': {'origins': [...]}}")
        pairs = []
    found = []
    for key, own in pairs:
        if not isinstance(own, Mapping):
            problems.add("wrong-type", f"{where}[{shown(key)}]", own, "write a dict of options: {'origins': [...]}")
        area = _area(problems, where, key)
        if area is not None and isinstance(own, Mapping):
            found.append((area, own))
    return found


def selectable(table: Sequence[tuple[Area, Policy]]) -> Selectable:
    """Return the selector by `table`, in which the first area that holds a path decides; a policy, if it is one for all."""
    if table and table[0][0].shape == "everything":
        return table[0][1]
    exact = {area.stem: policy for area, policy in reversed(table) if area.shape == "exact"}
    others = [(area.told, policy) for area, policy in table if area.shape != "exact"]

    def lookup(path: str) -> Policy | None:
        if path in exact:
            return exact[path]
        for told, policy in others:
            said = told(path)
            if said is not False:
                return policy if said else NOBODY
        return None

    return on_path(lookup, dict.fromkeys((*exact.values(), *(policy for _, policy in others), NOBODY)))


def overlaps(a: Area, b: Area) -> bool:
    """Return whether some path may be in both areas."""
    a, b = sorted((a, b), key=lambda area: _SHAPES.index(area.shape))
    if a.shape == "everything":
        return True
    if a.shape == "exact":
        return b.covers(a.stem)
    if a.shape == "subtree" and b.shape == "subtree":
        return a.covers(b.stem) or b.covers(a.stem)
    if a.shape == "subtree":  # below /api is nothing that begins with /apiary
        return a.covers(b.stem) or f"{a.stem}/".startswith(b.stem)
    return a.stem.startswith(b.stem) or b.stem.startswith(a.stem)


def overlap_problem(first: Sequence[Area], second: Sequence[Area]) -> ConfigError | None:
    """Return the error for two calls of `CORS` on one application, with the one to write instead; None if they are apart."""
    both = next(((a, b) for a in first for b in second if overlaps(a, b)), None)
    if both is None:
        return None
    written = [both[0].written, both[1].written]
    message = f"two CORS(app, ...) cover the same paths; write one: {_merged((*first, *second))}"
    return mistake("overlapping-resources", "resources", written, message)


def _merged(areas: Sequence[Area]) -> str:
    options = all(area.holds.startswith("{") for area in areas)
    merged: dict[str, str] = {}
    for area in areas:
        key = area.written if options else repr(area.stem.rstrip("/") or "/")
        merged.setdefault(key, area.holds if options or area.holds == "None" else "Policy(...)")
    listed = ", ".join(f"{key}: {held}" for key, held in merged.items())
    return f"CORS(app, resources={{{listed}}})" if options else f"CORS(app, {{{listed}}})"


def _rank(key: Any) -> tuple[int, int, int]:
    """Where flask-cors puts a key: literals, compiled expressions, others; the deeper and longer the earlier."""
    if isinstance(key, re.Pattern):
        kind, text = 1, str(key.pattern)
    else:
        text = ".*" if key == "*" else str(key)
        kind = 2 if looks_like_a_regex(text) else 0
    return kind, -text.count("/"), -len(text)


def _area(problems: Problems, where: str, key: Any) -> Area | None:
    if isinstance(key, re.Pattern) and isinstance(key.pattern, str):
        return _regex_area(where, key, repr(key))
    if not isinstance(key, str):
        problems.add(
            "wrong-type", where, key, "is no path; write one such as '/api/*', or a compiled regular expression"
        )
        return None
    if _EVERYTHING.fullmatch(key):
        return replace(EVERYTHING, written=repr(key))
    subtree = _SUBTREE.fullmatch(key)
    if subtree:
        return replace(Area.subtree(subtree[1]), written=repr(key))
    if _DEAD.fullmatch(key):
        path = "/" + re.sub(r"\A[a-z]+://[^/]*", "", key).lstrip("/")
        translate.warn(f"{where}: {shown(key)} never matched, for a path begins with a slash; write {path!r}")
    if not looks_like_a_regex(key):
        return Area("exact", key, repr(key), lambda path: path == key)
    pattern = compiled(problems, where, key, 0, "'/api/*'")
    return _regex_area(where, pattern, repr(key)) if pattern else None


def _regex_area(where: str, pattern: re.Pattern[str], written: str) -> Area:
    return Area("regex", stem(pattern), written, told_by(where, pattern))
