"""flask-cors's options one by one: what they come to, what is warned of, what is refused and in which words."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPMethod
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cors_core import ConfigError, CORSMigrationWarning, Policy
from tests.components import require

require("flask")
flask_cors = require("flask_cors")

from cors_flask.options import (  # noqa: E402
    DEFAULTS,
    check_config,
    checked,
    kept,
    policy_from,
    selectable_from,
)

APP = "https://app.example.com"
OTHER = "https://other.example.com"
EVIL = "https://evil.example"
SEVEN = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")


def translated(options: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> tuple[Policy, list[str]]:
    """The policy that options come to, and what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        policy = policy_from(options, config or {})
    assert {warning.category for warning in caught} <= {CORSMigrationWarning}
    return policy, [str(warning.message) for warning in caught]


def quietly(options: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> Policy:
    """The policy that options come to without any warning."""
    policy, said = translated(options, config)
    assert said == []
    return policy


def refusals(options: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """The codes and fields of everything that is refused."""
    with pytest.raises(ConfigError) as caught:
        policy_from(options, config or {})
    return [(problem.code, problem.field) for problem in caught.value.problems]


# defaults


def test_the_options_and_their_defaults_are_those_of_flask_cors() -> None:
    theirs = dict(flask_cors.core.DEFAULT_OPTIONS)
    assert {f"CORS_{name.upper()}" for name in DEFAULTS} == set(flask_cors.core.CONFIG_OPTIONS)
    assert set(DEFAULTS) == set(theirs)
    assert {**DEFAULTS, "methods": list(DEFAULTS["methods"])} == theirs


def test_without_options_everyone_may_ask_for_seven_methods_and_any_header() -> None:
    policy = quietly({})
    assert policy.allow_origins == ("*",)
    assert policy.allow_methods == SEVEN
    assert policy.allow_headers == ("*",)
    assert policy.expose_headers == ()
    assert policy.allow_credentials is False
    assert policy.max_age is None
    assert policy.allow_private_network is False
    assert policy.preflight_status == 200


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name not in ("resources", "intercept_exceptions")])
def test_an_option_at_its_old_default_changes_nothing_and_warns_of_nothing(name: str) -> None:
    assert quietly({name: DEFAULTS[name]}) == quietly({})


# origins


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        pytest.param(APP, (APP,), id="text"),
        pytest.param([APP, OTHER], (APP, OTHER), id="list"),
        pytest.param((APP, OTHER), (APP, OTHER), id="tuple"),
        pytest.param({OTHER, APP}, (APP, OTHER), id="set"),
        pytest.param(iter([APP, OTHER]), (APP, OTHER), id="iterator"),
        pytest.param("*", ("*",), id="star"),
        pytest.param(".*", ("*",), id="dot star"),
        pytest.param([APP, "*"], ("*",), id="star in a list"),
        pytest.param([APP, ".*"], ("*",), id="dot star in a list"),
        pytest.param([], (), id="nobody"),
    ],
)
def test_origins_in_each_shape(origins: Any, expected: tuple[str, ...]) -> None:
    assert quietly({"origins": origins}).allow_origins == expected


def test_a_compiled_expression_is_kept_and_matches_the_whole_origin() -> None:
    pattern = re.compile(r"https://[a-z]+\.example\.com")
    policy = quietly({"origins": pattern})
    assert policy.allow_origins == (pattern,)
    assert policy.allows(APP)
    assert not policy.allows(f"{APP}.evil.example")


@pytest.mark.parametrize(
    ("text", "allowed", "refused", "word"),
    [
        pytest.param(
            "https://*.example.com", APP, "https://example.com.evil.net", "origin pattern", id="F2, subdomains"
        ),
        pytest.param(
            "http://localhost:*", "http://localhost:3000", "http://localhost.evil.net", "origin pattern", id="F2, port"
        ),
        pytest.param("http://[::1]:3000", "http://[::1]:3000", "http://1:3000", "an origin now", id="F2b, IPv6"),
        pytest.param(
            r"https://.*\.example\.com", "https://a.example.com", "https://a.example.com.evil.net", "whole", id="F1"
        ),
        pytest.param(r"^https://[A-Z]+\.EXAMPLE\.com$", APP, EVIL, "re.IGNORECASE", id="in upper case"),
        pytest.param(r"https://[a-z]{3,5}\.example\.com", APP, EVIL, "re.compile", id="with a comma"),
        pytest.param(APP.upper(), APP, EVIL, repr(APP), id="origin in upper case"),
        pytest.param("https://*.Example.com", APP, EVIL, "lower case", id="pattern in upper case"),
    ],
)
def test_text_that_was_an_expression(text: str, allowed: str, refused: str, word: str) -> None:
    policy, said = translated({"origins": text})
    assert policy.allows(allowed)
    assert not policy.allows(refused)
    assert word in said[0]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        pytest.param(f"{APP}/", APP, id="slash"),
        pytest.param(f"{APP}:443", APP, id="default port"),
        pytest.param(f" {APP}", APP, id="blank"),
        pytest.param("app.example.com", APP, id="no scheme"),
        pytest.param("https://*.example.com/", "https://*.example.com", id="pattern with a slash"),
        pytest.param("", "https://app.example.com", id="nothing"),
        pytest.param(f"{APP},{OTHER}", f"[{APP!r}, {OTHER!r}]", id="two in one"),
        pytest.param(f"https://*.example.com, {OTHER}", f"['https://*.example.com', {OTHER!r}]", id="pattern in two"),
        pytest.param(f"{APP}, *", f"[{APP!r}, '*']", id="star in two"),
        pytest.param("https://.+example.com", "re.compile", id="F2d"),
    ],
)
def test_text_that_never_matched_is_left_out_with_what_to_write(text: str, instead: str) -> None:
    policy, said = translated({"origins": text})
    assert policy.allow_origins == ()
    assert len(said) == 1
    assert said[0].startswith("origins: ")
    assert instead in said[0]


def test_origins_none_allows_nobody_and_says_so() -> None:
    policy, said = translated({"origins": None})
    assert policy.allow_origins == ()
    assert said == ["origins: None allows nobody; write the origins, or '*' for everyone"]


def test_null_is_kept_without_credentials_and_warned_of() -> None:
    policy, said = translated({"origins": "null"})
    assert policy.allows("null")
    assert "identifies nobody" in said[0]


@pytest.mark.parametrize(
    ("origins", "code"),
    [
        pytest.param(5, "wrong-type", id="number"),
        pytest.param(b"https://app.example.com", "wrong-type", id="bytes"),
        pytest.param([b"https://app.example.com"], "wrong-type", id="bytes in a list"),
        pytest.param([None], "wrong-type", id="None in a list"),
        pytest.param([print], "wrong-type", id="function"),
        pytest.param({APP: 1}, "wrong-type", id="dict"),
        pytest.param(re.compile(b"https"), "wrong-type", id="expression for bytes"),
        pytest.param("https://(app", "not-a-regex", id="broken expression"),
        pytest.param("https://a*{99999999999999999999}", "not-a-regex", id="endless expression"),
        pytest.param(r"https://(?!evil).*\.example\.com", "unsupported-regex", id="look-ahead"),
    ],
)
@pytest.mark.filterwarnings("ignore::cors_core.CORSMigrationWarning")
def test_what_is_no_origin_is_refused(origins: Any, code: str) -> None:
    assert refusals({"origins": origins}) == [(code, "origins")]


# credentials


def test_credentials_for_listed_origins() -> None:
    assert quietly({"origins": APP, "supports_credentials": True}).allow_credentials is True


@pytest.mark.parametrize(
    ("options", "config"),
    [
        pytest.param({}, {}, id="F11, the default"),
        pytest.param({"origins": "*"}, {}, id="star"),
        pytest.param({"origins": [APP, ".*"]}, {}, id="dot star in a list"),
        pytest.param({"send_wildcard": True}, {}, id="send_wildcard"),
        pytest.param({}, {"CORS_ORIGINS": "*"}, id="star in the config"),
        pytest.param({}, {"CORS_ORIGINS": None}, id="F16, None in the config"),
    ],
)
def test_credentials_for_everyone_are_refused_in_flask_cors_words(
    options: dict[str, Any], config: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError) as caught:
        policy_from({**options, "supports_credentials": True}, config)
    [problem] = caught.value.problems
    assert (problem.code, problem.field) == ("wildcard-with-credentials", "supports_credentials")
    assert "origins=['https://app.example.com']" in problem.message
    assert "allow_" not in problem.message


@pytest.mark.parametrize(
    ("origins", "code", "field"),
    [
        pytest.param("https://.*", "wildcard-with-credentials", "origins", id="any https"),
        pytest.param(
            re.compile(r"https://.*example\.com"), "wildcard-with-credentials", "origins", id="F1, strangers' names"
        ),
        pytest.param("null", "null-origin", "origins", id="null"),
        pytest.param("https://*.github.io", "public-suffix", "origins", id="shared suffix"),
    ],
)
@pytest.mark.filterwarnings("ignore::cors_core.CORSMigrationWarning")
def test_credentials_for_strangers_are_refused(origins: Any, code: str, field: str) -> None:
    assert refusals({"origins": origins, "supports_credentials": True}) == [(code, field)]


def test_what_only_a_policy_can_waive_names_the_policy() -> None:
    with pytest.raises(ConfigError, match="use a Policy with dangerously_allow="):
        policy_from({"origins": "https://*.github.io", "supports_credentials": True}, {})


def test_http_with_credentials_works_and_is_warned_of() -> None:
    policy, said = translated({"origins": "http://app.example.com", "supports_credentials": True})
    assert policy.allow_credentials is True
    assert "https" in said[0]


@pytest.mark.parametrize("value", ["False", "true", 1, 0, [APP]])
@pytest.mark.parametrize("name", ["supports_credentials", "allow_private_network"])
def test_a_flag_is_true_or_false(name: str, value: Any) -> None:
    assert refusals({"origins": APP, name: value}) == [("wrong-type", name)]


def test_text_for_a_flag_is_refused_with_what_to_write() -> None:
    with pytest.raises(ConfigError, match="CORS_SUPPORTS_CREDENTIALS: 'False': write True or False, without quotes"):
        policy_from({"origins": APP}, {"CORS_SUPPORTS_CREDENTIALS": "False"})


def test_none_for_a_flag_is_false() -> None:
    policy = quietly({"origins": APP, "supports_credentials": None, "allow_private_network": None})
    assert policy.allow_credentials is False
    assert policy.allow_private_network is False


def test_a_private_network() -> None:
    assert quietly({"allow_private_network": True}).allow_private_network is True


# methods and headers


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        pytest.param(["PUT"], ("PUT",), id="list"),
        pytest.param("PUT", ("PUT",), id="text"),
        pytest.param("put, delete", ("PUT", "DELETE"), id="F6, lower case, commas"),
        pytest.param(["patch"], ("PATCH",), id="patch in lower case"),
        pytest.param({HTTPMethod.PUT}, ("PUT",), id="enumeration"),
        pytest.param(iter(["PUT"]), ("PUT",), id="iterator"),
        pytest.param([], (), id="none listed"),
        pytest.param(None, (), id="None"),
    ],
)
def test_methods_in_each_shape(methods: Any, expected: tuple[str, ...]) -> None:
    assert quietly({"methods": methods}).allow_methods == expected


@pytest.mark.parametrize("methods", ["*", ["*"], ["PUT", "*"]])
def test_any_method_is_new_and_warned_of(methods: Any) -> None:
    policy, said = translated({"methods": methods})
    assert policy.allow_methods == ("*",)
    assert "every method now" in said[0]


def test_names_that_browsers_make_nothing_of_are_left_out_and_warned_of() -> None:
    policy, said = translated({"methods": ["TRACE", "PUT"], "expose_headers": ["Set-Cookie", "X-Page"]})
    assert (policy.allow_methods, policy.expose_headers) == (("PUT",), ("X-Page",))
    assert said == [
        "methods: 'TRACE' is left out, for browsers never send it",
        "expose_headers: 'Set-Cookie' is left out, for browsers show it to no script",
    ]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param("*", ("*",), id="star"),
        pytest.param([".*"], ("*",), id="dot star"),
        pytest.param(re.compile(".*"), ("*",), id="dot star, compiled"),
        pytest.param("X-A", ("X-A",), id="text"),
        pytest.param("X-A, X-B", ("X-A", "X-B"), id="commas"),
        pytest.param(["X-A", "Authorization"], ("X-A", "Authorization"), id="list"),
        pytest.param(["X-A", "*"], ("X-A", "*"), id="star in a list"),
        pytest.param(["X-A", "Origin", "DNT"], ("X-A",), id="names nobody asks for"),
        pytest.param(None, (), id="None"),
    ],
)
def test_request_headers_in_each_shape(headers: Any, expected: tuple[str, ...]) -> None:
    assert quietly({"allow_headers": headers}).allow_headers == expected


def test_any_header_works_beside_credentials() -> None:
    assert quietly({"origins": APP, "supports_credentials": True}).permits_header("authorization")


@pytest.mark.parametrize(
    ("expression", "family"),
    [
        pytest.param("x-foo-.*", "x-foo-*", id="text"),
        pytest.param("x-foo-*", "x-foo-*", id="glob"),
        pytest.param(r"^X\-Foo\-.*$", "X-Foo-*", id="anchored, escaped"),
        pytest.param(re.compile("x-foo-.*"), "x-foo-*", id="compiled"),
    ],
)
def test_an_expression_for_headers_that_begin_alike_is_a_family(expression: Any, family: str) -> None:
    policy, said = translated({"allow_headers": [expression, "X-A"]})
    assert policy.allow_headers == (family, "X-A")
    assert repr(family) in said[0]


@pytest.mark.parametrize("expression", [r"x-(a|b)", "x-[ab]", re.compile("x-(a|b)"), re.compile(b"x"), "x-*-y"])
def test_other_expressions_for_headers_are_refused_with_what_to_write(expression: Any) -> None:
    with pytest.raises(ConfigError, match="write the names, or a family") as caught:
        policy_from({"allow_headers": [expression]}, {})
    assert [problem.field for problem in caught.value.problems] == ["allow_headers"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param("X-Page", ("X-Page",), id="text"),
        pytest.param("X-Page, X-Total", ("X-Page", "X-Total"), id="commas"),
        pytest.param(("X-Total", "X-Page"), ("X-Total", "X-Page"), id="in the order given"),
        pytest.param(["X-Page", "*"], ("*",), id="star covers the rest"),
        pytest.param(None, (), id="None"),
    ],
)
def test_exposed_headers_in_each_shape(names: Any, expected: tuple[str, ...]) -> None:
    assert quietly({"expose_headers": names}).expose_headers == expected


def test_exposing_everything_with_credentials_is_refused() -> None:
    options = {"origins": APP, "supports_credentials": True, "expose_headers": "*"}
    assert refusals(options) == [("wildcard-with-credentials", "expose_headers")]


@pytest.mark.parametrize("name", ["methods", "allow_headers", "expose_headers"])
@pytest.mark.parametrize("value", [5, b"X-A", {"X-A": 1}, ["not a token"], [5], [[]]])
def test_what_is_no_name_is_refused(name: str, value: Any) -> None:
    [(_, field)] = refusals({name: value})
    assert field == name


# max_age


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, None, id="None"),
        pytest.param(0, 0, id="F17, nought"),
        pytest.param("0", 0, id="nought in text"),
        pytest.param(600, 600, id="seconds"),
        pytest.param("600", 600, id="digits"),
        pytest.param(timedelta(minutes=10), 600, id="timedelta"),
        pytest.param(timedelta(0), 0, id="no time"),
        pytest.param(timedelta(seconds=1, milliseconds=500), 1, id="a fraction is cut, as ever"),
        pytest.param(86400, 86400, id="a day"),
    ],
)
def test_an_age_in_each_shape(value: Any, expected: int | None) -> None:
    assert quietly({"max_age": value}).max_age == expected


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(86401, id="a second more"),
        pytest.param("604800", id="a week in text"),
        pytest.param(timedelta(days=7), id="a week"),
        pytest.param(timedelta.max, id="as long as can be"),
        pytest.param(10**5000, id="thousands of digits"),
        pytest.param("9" * 5000, id="thousands of digits in text"),
    ],
)
def test_an_age_of_more_than_a_day_is_a_day_and_warned_of(value: Any) -> None:
    policy, said = translated({"max_age": value})
    assert policy.max_age == 86400
    assert said[0].startswith("max_age: no browser keeps a preflight for longer than a day")


def test_an_age_from_an_unset_variable_is_left_out_and_warned_of() -> None:
    policy, said = translated({"max_age": " "})
    assert (policy.max_age, len(said)) == (None, 1)


@pytest.mark.parametrize("value", [-5, 600.5, "600.5", "ten", "-1", True, [], timedelta(seconds=-5), "\u0661"])
def test_what_is_no_age_is_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match="write a whole number from 0 to 86400"):
        policy_from({"max_age": value}, {})


# options without effect


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("send_wildcard", True, "whenever everyone is allowed"),
        ("always_send", False, "every response"),
        ("vary_header", False, "caches"),
        ("automatic_options", False, "methods of its route"),
        ("intercept_exceptions", False, "every error response"),
    ],
)
def test_an_option_without_effect_says_what_happens_instead(name: str, value: bool, word: str) -> None:
    with pytest.warns(CORSMigrationWarning, match=f"{name} has no effect.*{word}") as caught:
        selectable, _ = selectable_from({name: value}, {})
    assert len(caught) == 1
    assert selectable == quietly({})


def test_an_option_without_effect_is_warned_of_in_the_config_too() -> None:
    with pytest.warns(CORSMigrationWarning, match="^CORS_SEND_WILDCARD has no effect"):
        policy_from({}, {"CORS_SEND_WILDCARD": True})


# app.config


def test_keywords_go_before_the_config_and_the_config_before_the_defaults() -> None:
    config = {"CORS_ORIGINS": [OTHER], "CORS_MAX_AGE": 60, "CORS_METHODS": None, "SECRET_KEY": "x"}
    policy = quietly({"origins": APP}, config)
    assert (policy.allow_origins, policy.max_age, policy.allow_methods) == ((APP,), 60, SEVEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(APP, (APP,), id="one"),
        pytest.param(f"{APP},{OTHER}", (APP, OTHER), id="two"),
        pytest.param(f" {APP} , {OTHER}, ", (APP, OTHER), id="blanks and a comma too many"),
        pytest.param("*", ("*",), id="everyone"),
        pytest.param("", (), id="nothing"),
        pytest.param(" , ", (), id="only a comma"),
    ],
)
def test_origins_from_the_environment_are_split_at_commas(text: str, expected: tuple[str, ...]) -> None:
    assert quietly({}, {"CORS_ORIGINS": text}).allow_origins == expected


def test_the_comma_of_a_repetition_splits_nothing() -> None:
    policy, _ = translated({}, {"CORS_ORIGINS": r"https://[a-z]{1,3}\.example\.com," + OTHER})
    assert policy.allows(OTHER)
    assert policy.allows(APP)
    assert not policy.allows("https://apps.example.com")


@pytest.mark.parametrize("text", [f"{APP},*", "*,", f".*, {APP}"])
def test_everyone_inside_a_list_from_the_environment_is_refused(text: str) -> None:
    assert refusals({}, {"CORS_ORIGINS": text}) == [("wildcard-beside-others", "CORS_ORIGINS")]


def test_origins_none_in_the_config_is_everyone_and_warned_of() -> None:
    policy, said = translated({}, {"CORS_ORIGINS": None})
    assert policy.allow_origins == ("*",)
    assert said == ["CORS_ORIGINS: None allows every origin, as if it were not there; write '*', or leave it out"]


def test_origins_none_in_the_config_is_nothing_beside_a_keyword() -> None:
    assert quietly({"origins": APP}, {"CORS_ORIGINS": None}).allow_origins == (APP,)


def test_an_iterator_in_the_config_is_refused() -> None:
    assert refusals({}, {"CORS_ORIGINS": iter([APP])}) == [("wrong-type", "CORS_ORIGINS")]


def test_a_problem_names_the_key_that_has_it() -> None:
    config = {"CORS_MAX_AGE": "ten", "CORS_METHODS": 5, "CORS_ORIGINS": 5}
    assert {field for _, field in refusals({}, config)} == set(config)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("CORS_ORIGIN", "CORS_ORIGIN is no setting and does nothing; did you mean CORS_ORIGINS?"),
        ("CORS_ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGINS is no setting and does nothing; did you mean CORS_ORIGINS?"),
        (
            "CORS_ALLOW_CREDENTIALS",
            "CORS_ALLOW_CREDENTIALS is no setting and does nothing; did you mean CORS_SUPPORTS_CREDENTIALS?",
        ),
        ("CORS_HEADERS", "CORS_HEADERS never did anything; write CORS_ALLOW_HEADERS, or leave it out"),
    ],
)
def test_a_key_that_is_nearly_one_is_warned_of(key: str, sentence: str) -> None:
    with pytest.warns(CORSMigrationWarning) as caught:
        check_config({key: "Content-Type", "CORS_ORIGINS": "*"})
    assert [str(warning.message) for warning in caught] == [sentence]


def test_other_keys_are_the_applications_own() -> None:
    keys = [f"CORS_{name.upper()}" for name in DEFAULTS]
    check_config(dict.fromkeys([*keys, "CORS_ENABLED", "CORS_ENV", "CORS_FILE", "CORS_POLICY", "ORIGINS"]))


# unknown options, and all at once


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("origin", "did you mean origins?"),
        ("orgins", "did you mean origins?"),
        ("credentials", "did you mean supports_credentials?"),
        ("allow_origins", "flask-cors calls it origins"),
        ("allow_credentials", "flask-cors calls it supports_credentials"),
        ("resources", "it belongs to CORS(app, ...)"),
        ("intercept_exceptions", "it belongs to CORS(app, ...)"),
        ("zzz", "there are: origins, methods"),
    ],
)
def test_an_unknown_option_of_a_view_is_refused_with_the_one_meant(name: str, meant: str) -> None:
    for ask in (checked, lambda options: policy_from(options, {})):
        with pytest.raises(ConfigError, match=re.escape(meant)) as caught:
            ask({name: "/*"})
        assert [(problem.code, problem.field) for problem in caught.value.problems] == [("unknown-option", name)]


def test_every_problem_is_reported_at_once() -> None:
    options = {"origin": APP, "origins": "https://(", "methods": 5, "max_age": -1, "supports_credentials": "yes"}
    assert {field for _, field in refusals(options)} == set(options)


def test_everyone_with_credentials_hides_no_other_problem() -> None:
    fields = {field for _, field in refusals({"supports_credentials": True, "expose_headers": "*", "max_age": -1})}
    assert fields == {"supports_credentials", "expose_headers", "max_age"}


# what can be said at the decorator


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"supports_credentials": True}, id="the config may list the origins"),
        pytest.param({"origins": "*"}, id="everyone"),
        pytest.param({"origins": f"{APP}/", "vary_header": False, "methods": "*"}, id="what is warned of later"),
        pytest.param({}, id="nothing"),
    ],
)
def test_options_that_may_come_to_something_pass_without_a_warning(options: dict[str, Any]) -> None:
    checked(options)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"origins": "*", "supports_credentials": True}, id="everyone with credentials"),
        pytest.param({"origins": "https://("}, id="broken expression"),
        pytest.param({"max_age": -1}, id="age"),
        pytest.param({"methods": b"PUT"}, id="bytes"),
    ],
)
def test_options_that_can_come_to_nothing_are_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        checked(options)


def test_kept_options_can_be_read_twice() -> None:
    options = kept({"origins": iter([APP]), "resources": {"/api/*": {"methods": iter(["PUT"])}}})
    assert options == {"origins": [APP], "resources": {"/api/*": {"methods": ["PUT"]}}}


def test_a_warning_points_at_the_line_that_gave_the_option() -> None:
    with pytest.warns(CORSMigrationWarning) as caught:
        policy_from({"methods": "*"}, {})
    assert caught[0].filename == __file__


# anything at all

TEXT = st.text(max_size=6) | st.lists(
    st.sampled_from([*"*.()[]{}\\^$|,:/ ", APP, "http://[::1]:3000", "null", "/api", "(?i)", r"\d", "[[", "\ud800"]),
    max_size=4,
).map("".join)
SCALAR = st.one_of(
    TEXT, st.none(), st.booleans(), st.integers(), st.floats(), st.binary(max_size=2), st.just(10**5000), st.just(len)
)
VALUE = st.one_of(SCALAR, st.lists(SCALAR, max_size=3), st.sets(TEXT, max_size=2), st.dictionaries(TEXT, SCALAR))
GIVEN = st.dictionaries(st.sampled_from([*DEFAULTS, "origin"]), VALUE, max_size=3)
RESOURCES = st.dictionaries(TEXT | st.integers(), GIVEN | SCALAR, max_size=2) | VALUE


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GIVEN, GIVEN, RESOURCES)
def test_whatever_is_given_is_translated_or_refused_in_words(
    options: dict[str, Any], config: dict[str, Any], resources: Any
) -> None:
    config = {f"CORS_{name.upper()}": value for name, value in config.items()}
    calls = (
        lambda: policy_from(options, config),
        lambda: selectable_from({**options, "resources": resources}, config),
        lambda: checked(options),
    )
    for call in calls:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CORSMigrationWarning)
            with contextlib.suppress(ConfigError):
                call()
