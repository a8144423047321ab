"""What a resource shares with other origins: one frozen, checked object.

A policy normalises and checks itself once, reports every problem at once, and never changes. It
knows nothing of requests; `engine` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from cors_core import checks, fetch
from cors_core.entries import Entries
from cors_core.errors import Problems, nearest
from cors_core.origins import Origins, OriginSet, Predicate, Verdict
from cors_core.plans import Plans

if TYPE_CHECKING:
    from datetime import timedelta

OriginEntry = str | re.Pattern[str] | Predicate
Enforce = Literal[False, "unsafe", "all"]


class PolicyFields(TypedDict, total=False):
    """The keywords of `Policy`, in the types that it accepts."""

    allow_origins: Iterable[OriginEntry]
    allow_methods: Iterable[str]
    allow_headers: Iterable[str]
    expose_headers: Iterable[str]
    allow_credentials: bool | Iterable[OriginEntry]
    max_age: int | timedelta | None
    allow_private_network: bool
    enforce: Enforce
    preflight_status: int
    shared_max_age: int | timedelta | None
    dangerously_allow: Iterable[str]


class _Derived:
    """What the fields of a policy come to, built with it."""

    __slots__ = ("_known_headers", "header_names", "header_prefixes", "origins", "plans")

    origins: Origins
    """Who may read: `origins.verdict(origin)`."""
    header_names: tuple[str, ...]
    """The header names that are always allowed: those listed, and the safelisted ones."""
    header_prefixes: tuple[str, ...]
    """The lower-case prefixes of the families listed as `x-amz-*`."""
    plans: Plans
    """What is sent, outcome by outcome."""
    _known_headers: frozenset[str]


@dataclass(frozen=True, init=False, slots=True)
class Policy(_Derived):
    """What one resource shares; build it once, change it with `dataclasses.replace`.

    All options are keywords, named after the response header they lead to, and `allow_origins` is
    required. Raises `ConfigError`, with every problem at once. https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    allow_origins: tuple[OriginEntry, ...]
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool | tuple[OriginEntry, ...] = False
    max_age: int | None = 600
    allow_private_network: bool = False
    enforce: Enforce = False
    preflight_status: int = 204
    shared_max_age: int | None = None
    dangerously_allow: tuple[str, ...] = ()

    def __init__(self, **options: Unpack[PolicyFields]) -> None:
        problems = Problems()
        given: dict[str, Any] = {**_DEFAULTS, **_known(problems, options)}
        kept, origins = _normalised(problems, given)
        problems.check()
        names = [name for name in kept["allow_headers"] if not name.endswith(fetch.WILDCARD)]
        prefixes = [name.lower()[:-1] for name in kept["allow_headers"] if name.endswith(fetch.WILDCARD)]
        kept["origins"] = origins
        kept["header_names"] = fetch.distinct((*names, *fetch.SAFELISTED_REQUEST_HEADERS))
        kept["header_prefixes"] = tuple(prefixes)  # of `*` itself this is the empty one, which begins every name
        kept["_known_headers"] = frozenset(name.lower() for name in kept["header_names"])
        for name, value in kept.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "plans", Plans(self))

    def allows(self, origin: str) -> bool:
        """Return whether `origin` (a serialised origin, as in the header) is allowed; its predicates are asked.

        For what is outside CORS but trusts the same origins: WebSocket libraries, `postMessage` bridges.
        """
        verdict = self.origins.verdict(origin)
        if verdict is Verdict.ASK:
            verdict = self.origins.ask(origin)
        return verdict is not Verdict.REFUSED

    def permits_header(self, name: str) -> bool:
        """Return whether the lower-case `name` may be sent: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
        return name in self._known_headers or name.startswith(self.header_prefixes)

    def permitted(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the lower-case `names` that may be sent, in one go; see `permits_header`."""
        known, prefixes = self._known_headers, self.header_prefixes
        if known.issuperset(names):
            return names
        return tuple([name for name in names if name in known or name.startswith(prefixes)])

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, ({name: getattr(self, name) for name in _DEFAULTS},)


_DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Policy)}
_MISSING = _DEFAULTS["allow_origins"]


def _rebuilt(options: PolicyFields) -> Policy:
    return Policy(**options)


def _known(problems: Problems, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options there are; report the others, with the one that was probably meant."""
    for name in [name for name in options if name not in _DEFAULTS]:
        near = nearest(name, _DEFAULTS, 0.5)
        meant = f"did you mean {near}?" if near else "there are: " + ", ".join(_DEFAULTS)
        problems.add("unknown-option", name, options[name], f"is no option; {meant}")
    return {name: value for name, value in options.items() if name in _DEFAULTS}


def _normalised(problems: Problems, given: dict[str, Any]) -> tuple[dict[str, Any], Origins]:
    """Return the values to keep, field by field, and the origins that three of the fields describe together."""
    kept: dict[str, Any] = {}
    waived = kept["dangerously_allow"] = _waivers(problems, given["dangerously_allow"])
    credentials = given["allow_credentials"]
    some = credentials is not True and credentials is not False
    if (isinstance(credentials, (str, int)) and some) or credentials is None:
        problems.add(
            "wrong-type", "allow_credentials", credentials, "write True, False, or a list of the origins that get them"
        )
        some, credentials = False, False
    if given["allow_origins"] is _MISSING:
        problems.add(
            "missing", "allow_origins", None, "say who may read: ['https://app.example.com'], or '*' for everyone"
        )
        given["allow_origins"] = ()
    allowed = Entries(problems, "allow_origins", given["allow_origins"], waived, credentials is True)
    credentialed = Entries(problems, "allow_credentials", credentials if some else (), waived, True)
    kept["allow_origins"] = allowed.listed
    kept["allow_credentials"] = (credentialed.listed or False) if some else credentials
    kept["allow_methods"] = checks.methods(problems, given["allow_methods"])
    kept["allow_headers"] = checks.request_headers(problems, given["allow_headers"])
    kept["expose_headers"] = checks.response_headers(problems, given["expose_headers"])
    kept["max_age"] = checks.seconds(problems, "max_age", given["max_age"])
    kept["shared_max_age"] = checks.seconds(problems, "shared_max_age", given["shared_max_age"])
    kept["allow_private_network"] = checks.boolean(problems, "allow_private_network", given["allow_private_network"])
    kept["preflight_status"] = checks.whole(problems, "preflight_status", given["preflight_status"], 200, 299)
    kept["enforce"] = _enforce(problems, given["enforce"])
    members = allowed.as_set()
    _check_together(problems, kept, allowed, credentialed, members)
    with_credentials = credentialed.as_set() if credentialed.listed else credentials is True
    return kept, Origins(members, with_credentials, tuple(allowed.predicates), everyone=allowed.everyone)


def _waivers(problems: Problems, value: object) -> tuple[str, ...]:
    codes = checks.sequence(problems, "dangerously_allow", value)
    for code in codes:
        if not isinstance(code, str) or code not in checks.WAIVERS:
            near = nearest(repr(code), checks.WAIVERS)
            known = f"did you mean {near!r}?" if near else "there are: " + ", ".join(checks.WAIVERS)
            problems.add("unknown-waiver", "dangerously_allow", code, f"is nothing that can be waived; {known}")
    return codes


def _enforce(problems: Problems, value: Any) -> Any:
    if value is not False and not (isinstance(value, str) and value in ("unsafe", "all")):
        problems.add("wrong-type", "enforce", value, "write False, 'unsafe' or 'all'")
        return False
    return value


def _check_together(
    problems: Problems, kept: dict[str, Any], allowed: Entries, credentialed: Entries, members: OriginSet
) -> None:
    """Report what is right field by field, and wrong together."""
    if (allowed.everyone and kept["allow_credentials"] is True) or credentialed.everyone:
        problems.add(
            "wildcard-with-credentials",
            "allow_credentials",
            kept["allow_credentials"],
            "every site could act as your user; list the origins in allow_origins, "
            "or only those that need cookies: allow_credentials=['https://app.example.com']",
        )
    if fetch.WILDCARD in kept["expose_headers"] and kept["allow_credentials"]:
        problems.add(
            "wildcard-with-credentials",
            "expose_headers",
            "*",
            "with credentials '*' exposes nothing; name the headers: ['X-Total-Count']",
        )
    if allowed.everyone and kept["enforce"]:
        problems.add(
            "enforce-beside-everyone",
            "enforce",
            kept["enforce"],
            "'*' refuses nobody; list the origins, or write enforce=False",
        )
    _check_credentialed(problems, allowed, credentialed, members)


def _check_credentialed(problems: Problems, allowed: Entries, credentialed: Entries, members: OriginSet) -> None:
    """Report entries of `allow_credentials` that are not of its kinds, or are not allowed in the first place."""
    if credentialed.regexes or credentialed.predicates:
        problems.add(
            "wrong-type",
            "allow_credentials",
            credentialed.listed,
            "list origins and patterns here, such as 'https://app.example.com'",
        )
    if not (allowed.everyone or allowed.predicates):
        for text in credentialed.samples():
            if text not in members:
                problems.add(
                    "not-allowed",
                    "allow_credentials",
                    text,
                    f"is not allowed at all; add it to allow_origins: [{text!r}]",
                )
