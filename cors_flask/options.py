"""flask-cors's options, translated: keywords before `app.config` before flask-cors's own defaults.

    policy_from({"origins": "https://app.example.com"}, app.config)

An option that worked and was safe works as before. Each change is a `CORSMigrationWarning`, issued
when the options become a policy; what is refused is a `ConfigError`, with every problem at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from cors_core import ConfigError, Policy, translate
from cors_core.errors import Problem, Problems, nearest, shown
from cors_core.routing import NOBODY, Selectable
from cors_flask import resources, values
from cors_flask.resources import Area
from cors_flask.values import Option

DEFAULTS: Final[Mapping[str, Any]] = {
    "origins": "*",
    "methods": ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    "allow_headers": "*",
    "expose_headers": None,
    "supports_credentials": False,
    "max_age": None,
    "allow_private_network": False,
    "send_wildcard": False,
    "always_send": True,
    "vary_header": True,
    "automatic_options": True,
    "intercept_exceptions": True,
    "resources": "/*",
}
_ALONE: Final = {**DEFAULTS, "origins": ()}  # whatever `app.config` may add
_NOT_A_VIEWS: Final = ("resources", "intercept_exceptions")
_OURS: Final = ("ENV", "FILE", "POLICY")

_WITHOUT_EFFECT: Final = {
    "send_wildcard": "everyone is '*' in the answer whenever everyone is allowed",
    "always_send": "'*' goes out with every response, and an origin only to the page that has it",
    "vary_header": "'Vary: Origin' is sent wherever the answer depends on the origin, or caches would mix them up",
    "automatic_options": "a preflight is answered for the view; to answer other OPTIONS requests in it, "
    "list OPTIONS among the methods of its route",
    "intercept_exceptions": "every error response carries the headers",
}
_FIELDS: Final = {"allow_origins": "origins", "allow_methods": "methods", "allow_credentials": "supports_credentials"}
_WORDS: Final = {
    **_FIELDS,
    "or dangerously_allow=": "or use a Policy with dangerously_allow=",
    "or as a predicate": "or use a Policy with a predicate",
}


def policy_from(given: Mapping[str, Any], config: Mapping[str, Any]) -> Policy:
    """Return the policy for one view; raises `ConfigError`."""
    problems = Problems()
    with translate.gathered() as sentences:
        policy = _policy(problems, _merged(_known(problems, "", given, _NOT_A_VIEWS), config))
    _conclude(problems, sentences)
    return policy


def selectable_from(given: Mapping[str, Any], config: Mapping[str, Any]) -> tuple[Selectable, tuple[Area, ...]]:
    """Return the policy or selector for an application or a blueprint, and what it covers; raises `ConfigError`."""
    problems, table = Problems(), []
    with translate.gathered() as sentences:
        known = _known(problems, "", kept(given))
        options = _merged(known, config)
        where = options["resources"].where
        for area, own in resources.rules(problems, options["resources"]):
            place = f"{where}[{area.written}]"
            own = _known(problems, place, own, ("resources",))
            said = {**known, **own}
            said.pop("resources", None)
            policy = _policy(problems, {**options, **{n: Option(v, f"{place}[{n!r}]") for n, v in own.items()}})
            table.append((replace(area, holds=shown(said)), policy))
    _conclude(problems, sentences)
    return resources.selectable(table), tuple(area for area, _ in table)


def checked(given: Mapping[str, Any]) -> None:
    """Raise `ConfigError` for whatever is wrong with a view's options, whatever `app.config` may add; warn of nothing."""
    problems = Problems()
    with translate.gathered():
        options = {**_ALONE, **_known(problems, "", given, _NOT_A_VIEWS)}
        _policy(problems, {name: Option(value, name) for name, value in options.items()})
    _conclude(problems, ())


def check_config(config: Mapping[str, Any]) -> None:
    """Warn of keys of `app.config` that are nearly flask-cors's."""
    names = [name.upper() for name in DEFAULTS]
    for key in config:
        bare = key.removeprefix("CORS_") if isinstance(key, str) and key.startswith("CORS_") else None
        if bare is None or bare in names or bare in _OURS:
            continue
        near = nearest(bare, names)
        if bare == "HEADERS":
            translate.warn("CORS_HEADERS never did anything; write CORS_ALLOW_HEADERS, or leave it out")
        elif near:
            translate.warn(f"{key} is no setting and does nothing; did you mean CORS_{near}?")


def kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options that can be read more than once."""
    return {name: _readable(value) for name, value in given.items()}


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _readable(each) for key, each in value.items()}
    return list(value) if isinstance(value, Iterator) else value


def _known(problems: Problems, place: str, given: Mapping[Any, Any], elsewhere: Iterable[str] = ()) -> dict[str, Any]:
    """Return the options there are; report the others, with the one that was probably meant."""
    names = [name for name in DEFAULTS if name not in elsewhere]
    for name in [name for name in given if name not in names]:
        near = nearest(str(name), names, 0.5)
        if name in _FIELDS:
            meant = f"flask-cors calls it {_FIELDS[name]}; write that, or a Policy"
        elif name in elsewhere:
            meant = "it belongs to CORS(app, ...); leave it out here"
        else:
            meant = f"did you mean {near}?" if near else "there are: " + ", ".join(names)
        label = name if isinstance(name, str) else shown(name)
        problems.add("unknown-option", f"{place}[{label!r}]" if place else label, given[name], f"is no option; {meant}")
    return {name: value for name, value in given.items() if name in names}


def _merged(given: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Option]:
    options = {name: Option(value, name) for name, value in DEFAULTS.items()}
    for name in options:
        key = f"CORS_{name.upper()}"
        if config.get(key) is not None or (name == "origins" and key in config):
            options[name] = Option(config[key], key, from_config=True)
    return options | {name: Option(value, name) for name, value in given.items()}


def _policy(problems: Problems, options: Mapping[str, Option]) -> Policy:
    """Return the policy that options come to; one that allows nobody where there are problems."""
    credentials = values.flag(problems, options["supports_credentials"])
    entries, waivers = values.origin_entries(problems, options["origins"], credentials=credentials)
    for name, sentence in _WITHOUT_EFFECT.items():
        _warn_without_effect(options[name], DEFAULTS[name], sentence)
    if credentials and "*" in entries:
        message = f"with {options['origins'].where}='*' every site could act as your user; list the origins: origins=['https://app.example.com']"
        problems.add("wildcard-with-credentials", options["supports_credentials"].where, True, message)
        entries = ()
    max_age = values.max_age(problems, options["max_age"])
    private_network = values.flag(problems, options["allow_private_network"])
    try:
        return Policy(
            allow_origins=entries,
            allow_methods=values.methods(problems, options["methods"]),
            allow_headers=values.allow_headers(problems, options["allow_headers"]),
            expose_headers=values.expose_headers(problems, options["expose_headers"]),
            allow_credentials=credentials,
            max_age=max_age,
            allow_private_network=private_network,
            preflight_status=200,
            dangerously_allow=waivers,
        )
    except ConfigError as error:
        problems.found += _in_its_words(error, options)
        return NOBODY


def _warn_without_effect(option: Option, default: bool, sentence: str) -> None:
    value = option.value
    if value is not None and not (isinstance(value, int) and value == default):
        translate.warn(f"{option.where} has no effect and can be left out: {sentence}")


def _in_its_words(error: ConfigError, options: Mapping[str, Option]) -> list[Problem]:
    """The problems of a `Policy`, told with the names that flask-cors's options have."""
    fields = [options[_FIELDS.get(problem.field, problem.field)].where for problem in error.problems]
    told = translate.in_words_of(error, _WORDS)
    return [replace(problem, field=field) for problem, field in zip(told, fields, strict=True)]


def _conclude(problems: Problems, sentences: Iterable[str]) -> None:
    """Raise every problem once, or issue every warning once."""
    problems.found = list(dict.fromkeys(problems.found))
    problems.check()
    for sentence in dict.fromkeys(sentences):
        translate.warn(sentence)
