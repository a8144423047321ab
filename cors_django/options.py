"""The settings, as a policy or a selector: `CORS_POLICY`, or what django-cors-headers has.

What worked there and was safe works as before. Each change is a `CORSMigrationWarning`; what is
refused is a `ConfigError`, with every problem at once, in the names that are set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django.utils.module_loading import import_string

from cors_core import ConfigError, Policy, translate
from cors_core.entries import Entries
from cors_core.errors import Problem, Problems, mistake, nearest, shown
from cors_core.origins import OriginSet
from cors_core.policy import OriginEntry
from cors_core.routing import NOBODY, AsyncSelector, Selectable, as_selector
from cors_django import values
from cors_django.defaults import SETTINGS, spelling
from cors_django.signalled import Asking, AskingAsync, within
from cors_django.signals import check_request_enabled

NATIVE: Final = "CORS_POLICY"
_OTHERS: Final = (
    "CORS_ENV",
    "CORS_FILE",
    "CORS_OBSERVE",
    "CORS_OWN_ORIGIN",
    "CORS_MODEL",
    "CORS_REPLACE_HTTPS_REFERER",
)


def selectable(settings: object, *, asynchronous: bool) -> Selectable | AsyncSelector:
    """Return the policy or the selector that the settings describe; raises `ConfigError`."""
    problems = Problems()
    with translate.gathered() as sentences:
        _warn_of_near_names(settings)
        native = getattr(settings, NATIVE, None)
        if native is None:
            found = _translated(problems, settings, asynchronous=asynchronous)
        else:
            found = _native(native, settings)
    problems.found = list(dict.fromkeys(problems.found))
    problems.check()
    for sentence in dict.fromkeys(sentences):
        translate.warn(sentence)
    return found


def _native(policy: object, settings: object) -> Selectable | AsyncSelector:
    """Return what `CORS_POLICY` is, or names."""
    besides = [name for name in SETTINGS if hasattr(settings, name)]
    if besides:
        message = (
            f"is set beside {', '.join(besides)}, and it would be a guess which counts; leave one or the other out"
        )
        raise mistake("two-policies", NATIVE, policy, message)
    if check_request_enabled.has_listeners():
        translate.warn(
            f"{NATIVE}: receivers of check_request_enabled are not asked beside it; "
            "write a predicate into its allow_origins instead"
        )
    try:
        return as_selector(_imported(policy) if isinstance(policy, str) else policy)
    except ConfigError as error:
        ours = re.compile(r"\A(?:by_path|policy)\b")
        raise ConfigError(replace(each, field=ours.sub(NATIVE, each.field)) for each in error.problems) from None


def _imported(path: str) -> object:
    try:
        return import_string(path)
    except ImportError as error:
        message = f"does not import ({error}); write a Policy, or where one is, such as 'project.cors.policy'"
        raise mistake("not-importable", NATIVE, path, message) from error


def _translated(problems: Problems, settings: object, *, asynchronous: bool) -> Selectable | AsyncSelector:
    """Return what django-cors-headers's settings come to; a bare policy, unless something depends on the request."""
    paths = values.paths(problems, settings)
    credentials = values.credentials(problems, settings)
    entries, waivers = values.origin_entries(problems, settings, credentials=credentials is True)
    asked = check_request_enabled.has_listeners()
    beyond: tuple[Any, ...] = ()
    if asked and isinstance(credentials, tuple):
        credentials, beyond = _shared_out(credentials, entries, waivers)
    base = _policy(problems, settings, credentials, entries, waivers)
    covered = _covered(problems, beyond)
    select = within(base, paths) if paths else None
    if asked and not (base.origins.everyone and paths is None):
        return (AskingAsync if asynchronous else Asking)(base, select, covered)
    return select or base


def _policy(
    problems: Problems, settings: object, credentials: Any, entries: tuple[OriginEntry, ...], waivers: tuple[str, ...]
) -> Policy:
    """Return the policy for whom the settings allow; one that allows nobody where there are problems."""
    max_age = values.given(settings, "CORS_PREFLIGHT_MAX_AGE")
    some = bool(credentials)
    try:
        return Policy(
            allow_origins=entries,
            allow_credentials=credentials,
            allow_methods=values.methods(problems, settings, credentials=some),
            allow_headers=values.request_headers(problems, settings, credentials=some),
            expose_headers=values.response_headers(problems, settings),
            max_age=translate.age(max_age.where, max_age.value),
            allow_private_network=values.given(settings, "CORS_ALLOW_PRIVATE_NETWORK").value,
            preflight_status=200,
            dangerously_allow=waivers,
        )
    except ConfigError as error:
        sources = [shown(entry.pattern) for entry in entries if isinstance(entry, re.Pattern)]
        problems.found += _in_their_words(error, settings, sources)
        return NOBODY


def _in_their_words(error: ConfigError, settings: object, sources: list[str]) -> Iterable[Problem]:
    """The problems of the policy, in the names that are set; `sources` are the regular expressions in it."""
    exact, expressions, everyone = (
        spelling(settings, f"CORS_{name}")
        for name in ("ALLOWED_ORIGINS", "ALLOWED_ORIGIN_REGEXES", "ALLOW_ALL_ORIGINS")
    )
    words = {
        "list the origins in allow_origins": f"leave {everyone} out and list the origins in {exact}",
        "allow_origins": exact,
        "max_age": "CORS_PREFLIGHT_MAX_AGE",
        "as a predicate": f"as a predicate in {NATIVE}",
        "dangerously_allow": f"a {NATIVE} with dangerously_allow",
        **{
            name: f"CORS_{name.upper()}"
            for name in (
                "allow_methods",
                "allow_headers",
                "allow_credentials",
                "expose_headers",
                "allow_private_network",
            )
        },
    }
    for problem in translate.in_words_of(error, words):
        of_expression = problem.field == exact and problem.value in sources
        yield replace(problem, field=expressions) if of_expression else problem


def _shared_out(
    credentials: tuple[Any, ...], entries: tuple[OriginEntry, ...], waivers: tuple[str, ...]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The origins that get credentials, of those that the settings allow; and the entries left for the receivers to allow."""
    allowed = Entries(Problems(), "", entries, waivers, False)
    members = allowed.as_set()

    def is_allowed(entry: Any) -> bool:
        return allowed.everyone or all(each in members for each in Entries(Problems(), "", [entry], (), True).samples())

    beyond = tuple(entry for entry in credentials if not is_allowed(entry))
    covered = Entries(Problems(), "", beyond, (), True).as_set()
    listed = (entry for entry in entries if isinstance(entry, str) and entry in covered)
    return (*(entry for entry in credentials if entry not in beyond), *listed), beyond


def _covered(problems: Problems, beyond: tuple[Any, ...]) -> OriginSet:
    """The origins that get credentials if a receiver allows them."""
    try:
        return Policy(allow_origins=beyond, allow_credentials=True).origins.allowed
    except ConfigError as error:
        words = {"allow_origins": "CORS_ALLOW_CREDENTIALS", "dangerously_allow": f"a {NATIVE} with dangerously_allow"}
        problems.found += translate.in_words_of(error, words)
        return NOBODY.origins.allowed


def _warn_of_near_names(settings: object) -> None:
    """Warn of settings that are nearly one of ours; the others are the project's own."""
    known = (*SETTINGS, NATIVE, *_OTHERS)
    bare = {name.removeprefix("CORS_"): name for name in (*SETTINGS, NATIVE)}
    for name in dir(settings):
        if name.startswith("CORS_") and name.isupper() and name not in known:
            near = nearest(name.removeprefix("CORS_"), bare)
            if near:
                translate.warn(f"{name} is no setting and does nothing; did you mean {bare[near]}?")
