"""The settings: django-cors-headers's, translated into a policy or a selector, and `CORS_POLICY`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from tests.components import require

require("django")
require("re2")

from django.conf import settings  # noqa: E402
from django.test import override_settings  # noqa: E402

from cors_core import ConfigError, CORSMigrationWarning, Policy, Request, by_path  # noqa: E402
from cors_core.routing import NOBODY  # noqa: E402
from cors_django import options  # noqa: E402
from cors_django.conf import conf  # noqa: E402
from cors_django.defaults import default_headers, default_methods  # noqa: E402

APP, DASHBOARD, EVIL = "https://app.example.com", "https://dashboard.example.com", "https://evil.example.net"
POLICY = Policy(allow_origins=[APP], allow_credentials=True)
TENANTS = by_path({"/api": POLICY})


def translated(given: Mapping[str, Any], *, asynchronous: bool = False) -> tuple[Any, list[str]]:
    """What the settings come to, and the sentences of the warnings."""
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        found = options.selectable(SimpleNamespace(**given), asynchronous=asynchronous)
    assert all(each.category is CORSMigrationWarning for each in issued)
    return found, [str(each.message) for each in issued]


def quietly(**given: Any) -> Any:
    """What settings come to that give nothing to warn of."""
    found, sentences = translated(given)
    assert sentences == []
    return found


def refused(**given: Any) -> list[str]:
    """The problems of settings, as they are printed."""
    with pytest.raises(ConfigError) as caught:
        options.selectable(SimpleNamespace(**given), asynchronous=False)
    return [str(problem) for problem in caught.value.problems]


def test_without_any_setting_nobody_is_allowed() -> None:
    policy = quietly()
    assert isinstance(policy, Policy)
    assert not policy.allows(APP)


def test_what_is_not_set_is_as_it_was_in_django_cors_headers() -> None:
    policy = quietly(CORS_ALLOWED_ORIGINS=[APP])
    assert (policy.allow_origins, policy.allow_credentials) == ((APP,), False)
    assert policy.allow_methods == default_methods == ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
    assert policy.allow_headers == default_headers
    assert policy.expose_headers == ()
    assert (policy.max_age, policy.preflight_status, policy.allow_private_network) == (86400, 200, False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"CORS_ALLOWED_ORIGINS": (APP,)}, {"allow_origins": (APP,)}, id="origins"),
        pytest.param({"CORS_ALLOWED_ORIGINS": {APP}}, {"allow_origins": (APP,)}, id="origins, a set"),
        pytest.param({"CORS_ORIGIN_WHITELIST": [APP]}, {"allow_origins": (APP,)}, id="origins, by the old name"),
        pytest.param(
            {"CORS_ORIGIN_WHITELIST": [EVIL], "CORS_ALLOWED_ORIGINS": [APP]},
            {"allow_origins": (APP,)},
            id="the new name beats the old one",
        ),
        pytest.param({"CORS_ALLOW_ALL_ORIGINS": True}, {"allow_origins": ("*",)}, id="everyone"),
        pytest.param({"CORS_ORIGIN_ALLOW_ALL": True}, {"allow_origins": ("*",)}, id="everyone, by the old name"),
        pytest.param(
            {"CORS_ALLOW_ALL_ORIGINS": False, "CORS_ORIGIN_ALLOW_ALL": True}, {"allow_origins": ()}, id="not everyone"
        ),
        pytest.param(
            {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOWED_ORIGINS": ["never looked at"]},
            {"allow_origins": ("*",)},
            id="everyone covers the list",
        ),
        pytest.param({"CORS_ALLOW_METHODS": ["get", "PURGE"]}, {"allow_methods": ("GET", "PURGE")}, id="methods"),
        pytest.param({"CORS_ALLOW_METHODS": ["*"]}, {"allow_methods": ("*",)}, id="every method"),
        pytest.param(
            {"CORS_ALLOW_HEADERS": "X-A, X-B,".split(",")}, {"allow_headers": ("X-A", "X-B")}, id="headers, split"
        ),
        pytest.param(
            {"CORS_ALLOW_HEADERS": ["*", "authorization"]},
            {"allow_headers": ("*", "authorization")},
            id="every header, as it was",
        ),
        pytest.param({"CORS_EXPOSE_HEADERS": ["X-Total"]}, {"expose_headers": ("X-Total",)}, id="exposed"),
        pytest.param({"CORS_EXPOSE_HEADERS": ["X-Total", "*"]}, {"expose_headers": ("*",)}, id="all exposed"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": 0}, {"max_age": 0}, id="an age of nothing"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": None}, {"max_age": None}, id="no age"),
        pytest.param({"CORS_ALLOW_PRIVATE_NETWORK": True}, {"allow_private_network": True}, id="private network"),
        pytest.param({"CORS_URLS_REGEX": r"^/.*"}, {"allow_origins": ()}, id="a regex for every path"),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": [APP, DASHBOARD], "CORS_ALLOW_CREDENTIALS": [DASHBOARD]},
            {"allow_credentials": (DASHBOARD,)},
            id="credentials for some",
        ),
        pytest.param(
            {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": [DASHBOARD]},
            {"allow_origins": ("*",), "allow_credentials": (DASHBOARD,)},
            id="everyone, and credentials for one",
        ),
        pytest.param(
            {"CORS_TIMEOUT": 3, "CORS_LOGGER": "x", "cors_origins": 1}, {"allow_origins": ()}, id="the project's"
        ),
    ],
)
def test_a_setting_works_as_before(given: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    policy = quietly(**given)
    assert isinstance(policy, Policy)
    assert {name: getattr(policy, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("expression", "allowed", "not_allowed"),
    [
        pytest.param(r"^https://\w+\.example\.com$", APP, f"{APP}.evil.net", id="text"),
        pytest.param(re.compile(r"^https://\w+\.example\.com\Z"), APP, f"{APP}:8443", id="compiled"),
        pytest.param(r"^https://(app|x)\.example\.com(:[0-9]+)?$", f"{APP}:8443", "https://y.example.com", id="ports"),
        pytest.param(
            r"^https://a\.example$|^https://app[.]example\.com$", APP, "https://a.example.net", id="two in one"
        ),
        pytest.param(r"https://app\.example\..*", f"{APP}:1", EVIL, id="whatever follows"),
        pytest.param(r"^(https://app|https://[|x]+)\.example\.com$", APP, EVIL, id="alternatives in a group"),
    ],
)
def test_an_anchored_expression_matches_as_before(expression: Any, allowed: str, not_allowed: str) -> None:
    for name in ("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"):
        policy = quietly(**{name: [expression]})
        assert policy.allows(allowed)
        assert not policy.allows(not_allowed)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(r"^https://\w+\.example\.com", id="no end"),
        pytest.param(r"^https://app\.example\.com|^https://\w+\.example\.com$", id="one alternative has none"),
        pytest.param(r"^https://\w+\.example\.com(\$)?", id="an escaped dollar is no end"),
    ],
)
def test_an_expression_without_an_end_matches_whole_origins_and_is_warned_of(expression: str) -> None:
    policy, sentences = translated({"CORS_ALLOWED_ORIGIN_REGEXES": [expression]})
    assert policy.allows(APP)
    assert not policy.allows(f"{APP}.evil.net")  # D1
    assert ["add (:[0-9]+)? if you meant ports" in sentence for sentence in sentences] == [True]
    assert sentences[0].startswith("CORS_ALLOWED_ORIGIN_REGEXES: ")


@pytest.mark.parametrize(
    ("given", "expected", "sentence"),
    [
        pytest.param(
            {"CORS_ORIGIN_WHITELIST": [APP, f"{DASHBOARD}:443"]},
            {"allow_origins": (APP,)},
            f"CORS_ORIGIN_WHITELIST: '{DASHBOARD}:443' is left out.*write '{DASHBOARD}'",
            id="D7 default port",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": [""]},
            {"allow_origins": ()},
            "'' is left out",
            id="an empty environment variable",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["https://APP.example.com"]},
            {"allow_origins": (APP,)},
            "lower case",
            id="upper case",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["*"]},
            {"allow_origins": ()},
            "CORS_ALLOW_ALL_ORIGINS = True",
            id="a star in the list",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": [r"https://\w+\.example\.com"]},
            {"allow_origins": ()},
            "write it into CORS_ALLOWED_ORIGIN_REGEXES",
            id="an expression in the list",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["https://*.example.com"]},
            {"allow_origins": ("https://*.example.com",)},
            "origin pattern now",
            id="a pattern",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["null"]}, {"allow_origins": ("null",)}, "identifies nobody", id="D8 null"
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["http://app.example.com"], "CORS_ALLOW_CREDENTIALS": True},
            {"dangerously_allow": ("insecure-origin",)},
            "gets credentials though",
            id="http with credentials",
        ),
        pytest.param(
            {"CORS_PREFLIGHT_MAX_AGE": 604800}, {"max_age": 86400}, "CORS_PREFLIGHT_MAX_AGE: .* a day", id="a week"
        ),
        pytest.param(
            {"CORS_ALLOW_METHODS": ["PUT", "TRACE"]}, {"allow_methods": ("PUT",)}, "'TRACE' is left out", id="TRACE"
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": [APP], "CORS_ALLOW_CREDENTIALS": True, "CORS_ALLOW_METHODS": ["*"]},
            {"allow_methods": ("*",)},
            "CORS_ALLOW_METHODS: '\\*' meant nothing with credentials",
            id="every method, with credentials",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": [APP], "CORS_ALLOW_CREDENTIALS": True, "CORS_ALLOW_HEADERS": ["*"]},
            {"allow_headers": ("*",)},
            "CORS_ALLOW_HEADERS: '\\*' meant nothing with credentials",
            id="every header, with credentials",
        ),
        pytest.param({"CORS_ALLOW_HEADERS": ["*"]}, {"allow_headers": ("*",)}, "Authorization", id="every header"),
        pytest.param(
            {"CORS_ALLOW_HEADERS": ["x-amz-*"]}, {"allow_headers": ("x-amz-*",)}, "begins so now", id="a family"
        ),
        pytest.param(
            {"CORS_EXPOSE_HEADERS": ["Set-Cookie", "ETag"]}, {"expose_headers": ("ETag",)}, "left out", id="Set-Cookie"
        ),
        pytest.param(
            {"CORS_ORIGINS": [APP]}, {"allow_origins": ()}, "did you mean CORS_ALLOWED_ORIGINS", id="a near name"
        ),
        pytest.param(
            {"CORS_SUPPORTS_CREDENTIALS": True},
            {"allow_credentials": False},
            "did you mean CORS_ALLOW_CREDENTIALS",
            id="flask-cors's name",
        ),
    ],
)
def test_what_means_something_else_now_is_warned_of_once(
    given: Mapping[str, Any], expected: Mapping[str, Any], sentence: str
) -> None:
    policy, sentences = translated(given)
    assert {name: getattr(policy, name) for name in expected} == expected
    assert len(sentences) == 1
    assert re.search(sentence, sentences[0])


@pytest.mark.parametrize(
    ("given", "where", "code"),
    [
        pytest.param(
            {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": True},
            "CORS_ALLOW_CREDENTIALS",
            "wildcard-with-credentials",
            id="D5 everyone with credentials",
        ),
        pytest.param(
            {"CORS_ORIGIN_REGEX_WHITELIST": ["^https://.*$"], "CORS_ALLOW_CREDENTIALS": True},
            "CORS_ORIGIN_REGEX_WHITELIST",
            "wildcard-with-credentials",
            id="everyone with credentials, by an expression",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": ["null"], "CORS_ALLOW_CREDENTIALS": True},
            "CORS_ALLOWED_ORIGINS",
            "null-origin",
            id="D8 null with credentials",
        ),
        pytest.param(
            {"CORS_ORIGIN_WHITELIST": ["https://*.Example.com"], "CORS_ALLOW_CREDENTIALS": True},
            "CORS_ORIGIN_WHITELIST",
            "pattern-with-credentials",
            id="a pattern with credentials",
        ),
        pytest.param({"CORS_ALLOWED_ORIGINS": APP}, "CORS_ALLOWED_ORIGINS", "bare-string", id="origins, a string"),
        pytest.param({"CORS_ALLOWED_ORIGINS": None}, "CORS_ALLOWED_ORIGINS", "wrong-type", id="origins, None"),
        pytest.param({"CORS_ALLOWED_ORIGINS": [7]}, "CORS_ALLOWED_ORIGINS", "wrong-type", id="origins, a number"),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": iter([APP])}, "CORS_ALLOWED_ORIGINS", "wrong-type", id="origins, an iterator"
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGINS": [re.compile("x")]},
            "CORS_ALLOWED_ORIGINS",
            "wrong-type",
            id="an expression in the list",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGIN_REGEXES": "^https://x$"},
            "CORS_ALLOWED_ORIGIN_REGEXES",
            "bare-string",
            id="D11 expressions, a string",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGIN_REGEXES": ["("]}, "CORS_ALLOWED_ORIGIN_REGEXES", "not-a-regex", id="D12 no expression"
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGIN_REGEXES": [re.compile(b"x")]},
            "CORS_ALLOWED_ORIGIN_REGEXES",
            "wrong-type",
            id="an expression of bytes",
        ),
        pytest.param(
            {"CORS_ALLOWED_ORIGIN_REGEXES": ["^https://(?!x).*$"]},
            "CORS_ALLOWED_ORIGIN_REGEXES",
            "unsupported-regex",
            id="look-ahead",
        ),
        pytest.param({"CORS_ALLOW_METHODS": "GET"}, "CORS_ALLOW_METHODS", "bare-string", id="D11 methods, a string"),
        pytest.param({"CORS_ALLOW_METHODS": ["P U T"]}, "CORS_ALLOW_METHODS", "not-a-token", id="no method"),
        pytest.param({"CORS_ALLOW_HEADERS": "x-a"}, "CORS_ALLOW_HEADERS", "bare-string", id="D11 headers, a string"),
        pytest.param({"CORS_ALLOW_HEADERS": ["a\nb"]}, "CORS_ALLOW_HEADERS", "not-a-token", id="two lines"),
        pytest.param({"CORS_EXPOSE_HEADERS": "*"}, "CORS_EXPOSE_HEADERS", "bare-string", id="exposed, a string"),
        pytest.param(
            {"CORS_EXPOSE_HEADERS": ["*"], "CORS_ALLOWED_ORIGINS": [APP], "CORS_ALLOW_CREDENTIALS": True},
            "CORS_EXPOSE_HEADERS",
            "wildcard-with-credentials",
            id="all exposed, with credentials",
        ),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": -1}, "CORS_PREFLIGHT_MAX_AGE", "out-of-range", id="a negative age"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": 1e12}, "CORS_PREFLIGHT_MAX_AGE", "wrong-type", id="a float"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": True}, "CORS_PREFLIGHT_MAX_AGE", "wrong-type", id="a true age"),
        pytest.param({"CORS_ALLOW_PRIVATE_NETWORK": 1}, "CORS_ALLOW_PRIVATE_NETWORK", "wrong-type", id="private, 1"),
        pytest.param({"CORS_ALLOW_CREDENTIALS": "False"}, "CORS_ALLOW_CREDENTIALS", "wrong-type", id='"False"'),
        pytest.param({"CORS_ORIGIN_ALLOW_ALL": "False"}, "CORS_ORIGIN_ALLOW_ALL", "wrong-type", id='everyone, "False"'),
        pytest.param(
            {"CORS_ALLOW_CREDENTIALS": [APP]}, "CORS_ALLOW_CREDENTIALS", "not-allowed", id="credentials for a stranger"
        ),
        pytest.param({"CORS_URLS_REGEX": "("}, "CORS_URLS_REGEX", "not-a-regex", id="paths, no expression"),
        pytest.param({"CORS_URLS_REGEX": None}, "CORS_URLS_REGEX", "wrong-type", id="paths, None"),
    ],
)
def test_what_is_unsafe_or_nonsense_is_refused_in_the_names_that_are_set(
    given: Mapping[str, Any], where: str, code: str
) -> None:
    (problem,) = refused(**given)
    assert problem.startswith(f"{where}: ")
    assert problem.endswith(f"[{code}]")
    assert not re.search(r"\b(allow|expose)_(origins|methods|headers|credentials)\b(?!=)", problem)


def test_every_problem_is_reported_at_once_and_nothing_is_warned_of_besides() -> None:
    found = refused(
        CORS_ALLOWED_ORIGINS=[APP, "https://*.example.com", "never.matched"],
        CORS_ALLOW_CREDENTIALS=True,
        CORS_ALLOW_METHODS="GET",
        CORS_URLS_REGEX="(",
        CORS_PREFLIGHT_MAX_AGE="600",
    )
    fields = {problem.partition(":")[0].removeprefix("CORS_") for problem in found}
    assert fields == {"ALLOWED_ORIGINS", "ALLOW_METHODS", "URLS_REGEX", "PREFLIGHT_MAX_AGE"}


@pytest.mark.parametrize(
    ("expression", "covered", "not_covered"),
    [
        pytest.param(r"^/api/", ["/api/", "/api/x"], ["/", "/x/api/"], id="text"),
        pytest.param(r"/api", ["/api", "/apiary"], ["/x"], id="D19 the beginning counts, as before"),
        pytest.param(re.compile(r"^/API/", re.IGNORECASE), ["/api/x"], ["/x"], id="compiled"),
        pytest.param(r"^/(?!admin)", ["/api"], ["/admin/"], id="look-ahead"),
        pytest.param(r"^/\w+/$", ["/caf\u00e9/"], ["/a-b/"], id="letters of all languages"),
    ],
)
@pytest.mark.filterwarnings("ignore:CORS_URLS_REGEX.*matched by Python's re")
def test_paths_are_matched_from_their_beginning(expression: Any, covered: list[str], not_covered: list[str]) -> None:
    given = SimpleNamespace(CORS_ALLOWED_ORIGINS=[APP], CORS_URLS_REGEX=expression)
    select: Any = options.selectable(given, asynchronous=False)
    for path in covered:
        assert select(Request(path=path)).allows(APP)
    for path in not_covered:
        assert select(Request(path=path)) is None


@pytest.mark.parametrize("path", ["/x/../api/x", "/api/../x", "//api/x", "/api/%2e%2e/x", "/api/\n"])
def test_a_path_that_servers_read_in_two_ways_is_refused_to_everyone(path: str) -> None:
    select = quietly(CORS_ALLOWED_ORIGINS=[APP], CORS_URLS_REGEX="^/api/")
    assert select(Request(path=path)) is NOBODY


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(POLICY, POLICY, id="a policy"),
        pytest.param(TENANTS, TENANTS, id="a selector"),
        pytest.param(f"{__name__}.POLICY", POLICY, id="where a policy is"),
        pytest.param(f"{__name__}.TENANTS", TENANTS, id="where a selector is"),
    ],
)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_policy_of_ours_is_taken_as_it_is(policy: object, expected: object, asynchronous: bool) -> None:
    assert translated({"CORS_POLICY": policy}, asynchronous=asynchronous) == (expected, [])


def test_a_mapping_is_by_path() -> None:
    select = quietly(CORS_POLICY={"/api": POLICY})
    assert select(Request(path="/api/x")) is POLICY
    assert select(Request(path="/x")) is None


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        pytest.param("tests.django.nowhere.policy", "does not import", id="no module"),
        pytest.param(f"{__name__}.MISSING", "does not import", id="no such name"),
        pytest.param("policy", "does not import", id="no path"),
        pytest.param(f"{__name__}.APP", "is no policy", id="where something else is"),
        pytest.param(7, "is no policy", id="a number"),
        pytest.param({"api": POLICY}, "a path begins with a slash", id="a mapping of no paths"),
    ],
)
def test_what_is_no_policy_is_refused_by_the_name_of_the_setting(policy: object, sentence: str) -> None:
    (problem,) = refused(CORS_POLICY=policy)
    assert problem.startswith("CORS_POLICY: ")
    assert sentence in problem


def test_two_dialects_beside_each_other_are_refused_and_all_of_them_named() -> None:
    (problem,) = refused(CORS_POLICY=POLICY, CORS_ALLOW_CREDENTIALS=False, CORS_ORIGIN_WHITELIST=[], CORS_TIMEOUT=3)
    assert problem.endswith("[two-policies]")
    assert "beside CORS_ALLOW_CREDENTIALS, CORS_ORIGIN_WHITELIST," in problem


@pytest.mark.parametrize("name", ["CORS_ENV", "CORS_FILE", "CORS_OBSERVE", "CORS_OWN_ORIGIN"])
def test_our_other_settings_go_with_both_dialects(name: str) -> None:
    assert quietly(**{"CORS_POLICY": POLICY, name: "x"}) is POLICY
    assert quietly(**{"CORS_ALLOWED_ORIGINS": [APP], name: "x"}).allows(APP)


@override_settings(CORS_ALLOWED_ORIGIN=[APP])
def test_a_misspelt_setting_is_found_among_those_of_django_itself() -> None:
    with pytest.warns(CORSMigrationWarning, match="did you mean CORS_ALLOWED_ORIGINS"):
        options.selectable(settings, asynchronous=False)


def test_conf_reads_the_settings_of_the_moment() -> None:
    assert (conf.CORS_ALLOWED_ORIGINS, conf.CORS_URLS_REGEX) == ((), r"^.*$")
    with override_settings(CORS_ORIGIN_WHITELIST=[APP]):
        assert conf.CORS_ALLOWED_ORIGINS == [APP]
        with override_settings(CORS_ALLOWED_ORIGINS=[DASHBOARD]):
            assert conf.CORS_ALLOWED_ORIGINS == [DASHBOARD]
    assert default_headers == conf.CORS_ALLOW_HEADERS
