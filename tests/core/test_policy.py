"""A policy that constructs works in a browser; one that does not says everything that is wrong, and what to write."""

from __future__ import annotations

import copy
import dataclasses
import enum
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from cors_core import ConfigError, Policy, Problem, Verdict

APP = "https://app.example.com"


def refused(**options: Any) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        Policy(**options)
    return caught.value.problems


def only(**options: Any) -> Problem:
    [problem] = refused(**{"allow_origins": [APP], **options})
    return problem


async def predicate(origin: str) -> bool:
    return False


# --- What is refused ---------------------------------------------------------------------------------------------------

MISTAKES = {
    "unknown-option": [
        ({"allow_origin": [APP]}, "did you mean allow_origins?"),
        ({"supports_credentials": True}, "did you mean"),
        ({"allow_methds": ["PUT"]}, "did you mean allow_methods?"),
        ({"zzzz": 1}, "there are: allow_origins, "),
    ],
    "bare-string": [
        ({"allow_origins": APP}, f"write ['{APP}']"),
        ({"allow_origins": "https://a.com, https://b.com"}, "write ['https://a.com', 'https://b.com']"),
        ({"allow_methods": "PUT"}, "write ['PUT']"),
        ({"allow_headers": "X-A"}, "write ['X-A']"),
        ({"expose_headers": "ETag"}, "write ['ETag']"),
        ({"dangerously_allow": "null-origin"}, "write ['null-origin']"),
    ],
    "wrong-type": [
        ({"allow_origins": None}, "NoneType is not a list"),
        ({"allow_origins": 3}, "int is not a list"),
        ({"allow_origins": b"https://a.com"}, "bytes is not a list"),
        ({"allow_origins": {APP: True}}, "dict is not a list"),
        ({"allow_origins": [3]}, "write a string"),
        ({"allow_origins": [[APP]]}, "write a string"),
        ({"allow_origins": [re.compile(b"https://.*")]}, "matches bytes"),
        ({"allow_methods": None}, "NoneType is not a list"),
        ({"allow_credentials": "False"}, "write True, False, or a list"),
        ({"allow_credentials": "true"}, "write True, False, or a list"),
        ({"allow_credentials": 1}, "write True, False, or a list"),
        ({"allow_credentials": None}, "write True, False, or a list"),
        ({"allow_credentials": 1.5}, "float is not a list"),
        ({"allow_credentials": [predicate]}, "list origins and patterns here"),
        ({"allow_credentials": [re.compile(r"https://app\.example\.com")]}, "list origins and patterns here"),
        ({"allow_private_network": "False"}, "without quotes"),
        ({"allow_private_network": 0}, "write True or False"),
        ({"enforce": True}, "write False, 'unsafe' or 'all'"),
        ({"enforce": "some"}, "write False, 'unsafe' or 'all'"),
        ({"enforce": None}, "write False, 'unsafe' or 'all'"),
        ({"enforce": 0}, "write False, 'unsafe' or 'all'"),
        ({"enforce": []}, "write False, 'unsafe' or 'all'"),
        ({"max_age": "600"}, "write a whole number from 0 to 86400"),
        ({"max_age": 1.5}, "write a whole number"),
        ({"max_age": True}, "write a whole number"),
        ({"max_age": timedelta(seconds=1.5)}, "write a whole number"),
        ({"shared_max_age": "60"}, "write a whole number"),
        ({"preflight_status": "204"}, "write a whole number from 200 to 299"),
        ({"preflight_status": None}, "write a whole number from 200 to 299"),
    ],
    "out-of-range": [
        ({"max_age": -1}, "write a whole number from 0 to 86400"),
        ({"max_age": 86401}, "write a whole number from 0 to 86400"),
        ({"max_age": timedelta(days=2)}, "write a whole number from 0 to 86400"),
        ({"max_age": timedelta(seconds=-1)}, "write a whole number from 0 to 86400"),
        ({"shared_max_age": 10**12}, "write a whole number from 0 to 86400"),
        ({"preflight_status": 199}, "write a whole number from 200 to 299"),
        ({"preflight_status": 300}, "write a whole number from 200 to 299"),
        ({"preflight_status": 404}, "write a whole number from 200 to 299"),
    ],
    "not-a-token": [
        ({"allow_methods": ["P U T"]}, "such as 'PUT'"),
        ({"allow_methods": [""]}, "such as 'PUT'"),
        ({"allow_methods": ["GET,PUT"]}, "such as 'PUT'"),
        ({"allow_methods": [7]}, "such as 'PUT'"),
        ({"allow_methods": [["PUT"]]}, "such as 'PUT'"),
        ({"allow_methods": ["PUT\n"]}, "such as 'PUT'"),
        ({"allow_headers": ["X A"]}, "such as 'X-Request-Id'"),
        ({"allow_headers": ["X-A:"]}, "such as 'X-Request-Id'"),
        ({"allow_headers": ["X-\u212aey"]}, "such as 'X-Request-Id'"),
        ({"allow_headers": ["x-*-y"]}, "a prefix, 'x-amz-*'"),
        ({"allow_headers": ["x-**"]}, "a prefix, 'x-amz-*'"),
        ({"allow_headers": ["*-x"]}, "a prefix, 'x-amz-*'"),
        ({"allow_headers": [None]}, "such as 'X-Request-Id'"),
        ({"expose_headers": ["X\r\nY: z"]}, "such as 'X-Total-Count'"),
        ({"expose_headers": [b"ETag"]}, "such as 'X-Total-Count'"),
    ],
    "forbidden-method": [({"allow_methods": [m]}, "leave it out") for m in ("TRACE", "trace", "TRACK", "Connect")],
    "forbidden-header": [({"expose_headers": [h]}, "leave it out") for h in ("Set-Cookie", "set-cookie2")],
    "wildcard-beside-others": [
        ({"allow_origins": ["*", APP]}, "write '*' alone"),
        ({"allow_origins": ["*", "null"], "dangerously_allow": ["null-origin"]}, "write '*' alone"),
        ({"allow_methods": ["*", "PUT"]}, "write ['*']"),
        ({"expose_headers": ["ETag", "*"]}, "write ['*']"),
    ],
    "wildcard-with-credentials": [
        ({"allow_origins": "*", "allow_credentials": True}, "list the origins in allow_origins"),
        ({"allow_origins": "*", "allow_credentials": ["*"]}, "list the origins in allow_origins"),
        ({"allow_credentials": True, "expose_headers": "*"}, "name the headers"),
        ({"allow_credentials": [APP], "expose_headers": ["*"]}, "name the headers"),
        ({"allow_origins": [re.compile(".*")], "allow_credentials": True}, "write your own domain into it"),
        (
            {"allow_origins": [re.compile(r"https://\w+\.(com|net)")], "allow_credentials": True},
            "write your own domain",
        ),
    ],
    "enforce-beside-everyone": [({"allow_origins": "*", "enforce": "all"}, "enforce=False")],
    "not-allowed": [
        ({"allow_credentials": ["https://other.example.com"]}, "add it to allow_origins"),
        ({"allow_credentials": ["https://*.example.com"]}, "add it to allow_origins"),
    ],
    "unknown-waiver": [
        ({"dangerously_allow": ["null-orign"]}, "did you mean 'null-origin'?"),
        ({"dangerously_allow": ["wildcard-with-credentials"]}, "there are: insecure-origin"),
        ({"dangerously_allow": [3]}, "there are: insecure-origin"),
        ({"dangerously_allow": [["null-origin"]]}, "is nothing that can be waived"),
    ],
    "null-origin": [
        ({"allow_origins": ["null"]}, "dangerously_allow=('null-origin',)"),
        ({"allow_origins": ["null"], "allow_credentials": True}, "leave it out"),
        (
            {"allow_origins": ["null"], "allow_credentials": True, "dangerously_allow": ["null-origin"]},
            "leave it out",
        ),
        (
            {"allow_origins": ["null"], "allow_credentials": ["null"], "dangerously_allow": ["null-origin"]},
            "leave it out",
        ),
    ],
    "insecure-origin": [
        ({"allow_origins": ["http://a.com"], "allow_credentials": True}, "write 'https://a.com'"),
        ({"allow_origins": ["http://*.a.com:*"], "allow_credentials": True}, "write 'https://*.a.com:*'"),
        ({"allow_origins": ["http://localhost.a.com"], "allow_credentials": True}, "write 'https://localhost.a.com'"),
        ({"allow_origins": ["http://notlocalhost"], "allow_credentials": True}, "write 'https://notlocalhost'"),
        ({"allow_origins": ["http://127.0.0.1.a.com"], "allow_credentials": True}, "write 'https://127.0.0.1.a.com'"),
        ({"allow_origins": "*", "allow_credentials": ["http://a.com"]}, "write 'https://a.com'"),
        ({"allow_origins": [re.compile(r"https?://a\.com")], "allow_credentials": True}, "write https:// into it"),
        ({"allow_origins": [re.compile(r"(http|https)://a\.com")], "allow_credentials": True}, "write https://"),
    ],
    "public-suffix": [
        ({"allow_origins": ["https://*.co.uk"], "allow_credentials": True}, "write 'https://*.your-name.co.uk'"),
        ({"allow_origins": ["https://*.com"], "allow_credentials": True}, "write 'https://*.your-name.com'"),
        ({"allow_origins": ["https://*.github.io:*"], "allow_credentials": True}, "'https://*.your-name.github.io:*'"),
        (
            {"allow_origins": "*", "allow_credentials": ["https://*.vercel.app"]},
            "write 'https://*.your-name.vercel.app'",
        ),
        ({"allow_origins": [re.compile(r"https://.*\.github\.io")], "allow_credentials": True}, ".github.io"),
    ],
    "unsupported-regex": [
        ({"allow_origins": [re.compile(r"https://(?!evil)\w+\.a\.com")]}, "RE2"),
        ({"allow_origins": [re.compile(r"https://(?<=/)a\.com")]}, "RE2"),
        ({"allow_origins": [re.compile(r"https://(a)\1\.com")]}, "RE2"),
        ({"allow_origins": [re.compile(r"https://a{1001}\.com")]}, "RE2"),
        ({"allow_origins": [re.compile(r"https://(?>a+)\.com")]}, "RE2"),
        ({"allow_origins": [re.compile("https://a\\.com # ours", re.VERBOSE)]}, "VERBOSE"),
        ({"allow_origins": [re.compile(r"(?x) https://a\.com")]}, "VERBOSE"),
        ({"allow_origins": [re.compile("\ud800")]}, "RE2"),
        ({"allow_origins": [re.compile(r"https://a{,5}\.com")]}, "RE2"),
    ],
    "regex-string": [
        ({"allow_origins": [r"https://.*\.example\.com"]}, r"pass re.compile(r'https://.*\.example\.com')"),
        ({"allow_origins": ["https://(a|b).example.com"]}, "pass re.compile"),
        ({"allow_origins": ["^https://a.com$"]}, "pass re.compile"),
        ({"allow_origins": ["https?://a.com"]}, "pass re.compile"),
        ({"allow_origins": ["https://[a-z]+.example.com"]}, "pass re.compile"),
    ],
    "wildcard-place": [
        ({"allow_origins": [entry]}, "write 'https://*.example.com' or 'http://localhost:*'")
        for entry in (
            "https://*",
            "https://*example.com",
            "https://a.*.example.com",
            "https://example.*",
            "https://*.*.example.com",
            "*://example.com",
            "https://*.127.0.0.1",
            "https://*.[::1]",
            "https://example.com:80*",
        )
    ],
    "not-an-origin": [
        ({"allow_origins": [entry]}, advice)
        for entry, advice in (
            ("https://example.com/", "not even a slash; write 'https://example.com'"),
            ("https://example.com/app?x#y", "no path, not even a slash; write 'https://example.com'"),
            ("https://example.com:443", "leave the default port out, as browsers do; write 'https://example.com'"),
            ("http://example.com:80", "leave the default port out, as browsers do; write 'http://example.com'"),
            ("HTTPS://Example.COM", "lower case; write 'https://example.com'"),
            ("https://user:pw@example.com", "no user name; write 'https://example.com'"),
            ("https://b\xfccher.example", "write 'https://xn--bcher-kva.example'"),
            ("https://fa\xdf.example", "write 'https://xn--fa-hia.example'"),
            ("example.com", "begins with its scheme; write 'https://example.com'"),
            ("localhost:3000", "begins with its scheme; write 'http://localhost:3000'"),
            ("http://[0:0:0:0:0:0:0:1]", "write 'http://[::1]'"),
            ("http://[::FFFF:192.0.2.1]", "write 'http://[::ffff:c000:201]'"),
            (" https://example.com", "leave the blanks out; write 'https://example.com'"),
            ("https://example.com:0", "such as 'https://app.example.com'"),
            ("https://example.com:65536", "such as 'https://app.example.com'"),
            ("https://example.com:", "write 'https://example.com'"),
            ("https://999.0.0.1", "such as 'https://app.example.com'"),
            ("https://exa mple.com", "such as 'https://app.example.com'"),
            ("https://", "such as 'https://app.example.com'"),
            ("", "such as 'https://app.example.com'"),
            ("NULL ", "write"),
            ("\ud800", "such as 'https://app.example.com'"),
            ("file:///index.html", "http://localhost"),
            ("FILE://", "http://localhost"),
            ("https://" + "a" * 600 + ".com", "such as 'https://app.example.com'"),
        )
    ],
}


@pytest.mark.parametrize(
    ("code", "options", "advice"),
    [
        pytest.param(code, options, advice, id=f"{code} {ascii(options)[1:60]}")
        for code, rows in MISTAKES.items()
        for options, advice in rows
    ],
)
def test_a_mistake_is_named_with_its_field_and_what_to_write(code: str, options: dict[str, Any], advice: str) -> None:
    found = [problem for problem in refused(**{"allow_origins": [APP], **options}) if problem.code == code]
    assert found
    assert any(advice in problem.message for problem in found)
    assert all(problem.field in options for problem in found)


def test_allow_origins_is_required() -> None:
    [problem] = refused()
    assert (problem.code, problem.field) == ("missing", "allow_origins")
    assert "say who may read" in problem.message


def test_every_problem_is_reported_at_once() -> None:
    found = refused(
        allow_origins=["https://a.com/", "http://b.com", "null"],
        allow_credentials=True,
        allow_methods="PUT",
        allow_headers=["a b", "c d"],
        max_age=-1,
        origins=[],
        enforce="maybe",
    )
    assert [(problem.code, problem.field) for problem in found] == [
        ("unknown-option", "origins"),
        ("not-an-origin", "allow_origins"),
        ("insecure-origin", "allow_origins"),
        ("null-origin", "allow_origins"),
        ("bare-string", "allow_methods"),
        ("not-a-token", "allow_headers"),
        ("not-a-token", "allow_headers"),
        ("out-of-range", "max_age"),
        ("wrong-type", "enforce"),
    ]


def test_the_error_is_readable_and_caught_as_what_python_would_raise() -> None:
    with pytest.raises(ConfigError) as caught:
        Policy(allow_origins=["https://a.com/"], max_age=-1)
    text = str(caught.value)
    assert text.startswith("2 problems in the CORS configuration:\n")
    assert "allow_origins: 'https://a.com/': an origin has no path" in text
    assert text.endswith("[out-of-range]")
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


@pytest.mark.parametrize("value", ["x " * 10_000, "https://a\r\nb\x1b[0m\u2028", object(), ["y" * 10_000]])
def test_a_value_is_shown_short_and_printable(value: Any) -> None:
    problem = only(allow_methods=[value])
    assert len(problem.value) <= 200
    assert problem.value.isascii()
    assert problem.value.isprintable()


def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError):
        Policy([APP])  # type: ignore[call-arg]


# --- What is kept ------------------------------------------------------------------------------------------------------


def test_the_defaults_are_careful() -> None:
    policy = Policy(allow_origins=[APP])
    assert (policy.allow_methods, policy.allow_headers, policy.expose_headers) == ((), (), ())
    assert (policy.allow_credentials, policy.allow_private_network, policy.enforce) == (False, False, False)
    assert (policy.max_age, policy.shared_max_age, policy.preflight_status) == (600, None, 204)


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        pytest.param("allow_origins", "*", ("*",), id="a star"),
        pytest.param("allow_origins", ["*"], ("*",), id="a list with a star"),
        pytest.param("allow_origins", {"*"}, ("*",), id="a set with a star"),
        pytest.param("allow_origins", (), (), id="nobody"),
        pytest.param("allow_origins", [APP, "https://b.com", APP], (APP, "https://b.com"), id="without repeats"),
        pytest.param("allow_origins", {"https://b.com", APP}, (APP, "https://b.com"), id="a set is sorted"),
        pytest.param("allow_origins", frozenset({"https://b.com", APP}), (APP, "https://b.com"), id="a frozenset too"),
        pytest.param("allow_origins", dict.fromkeys([APP]).keys(), (APP,), id="keys"),
        pytest.param("allow_methods", ["delete", "patch", "PATCH", "DELETE"], ("DELETE", "patch", "PATCH"), id="methods"),
        pytest.param("allow_methods", "*", ("*",), id="any method"),
        pytest.param("allow_headers", ["X-A", "x-a", "X-B"], ("X-A", "X-B"), id="headers in any letter case"),
        pytest.param("allow_headers", ["Cookie", "DNT", "Sec-Ch-Ua", "Origin", "X-A"], ("X-A",), id="headers none asks for"),
        pytest.param("allow_headers", ["*", "Authorization"], ("*", "Authorization"), id="a star beside a name"),
        pytest.param("allow_headers", ["x-Amz-*"], ("x-Amz-*",), id="a prefix"),
        pytest.param("expose_headers", ["ETag", "etag"], ("ETag",), id="exposed names"),
        pytest.param("max_age", timedelta(minutes=5), 300, id="timedelta"),
        pytest.param("max_age", 0, 0, id="do not keep"),
        pytest.param("max_age", None, None, id="no age"),
        pytest.param("max_age", 86400, 86400, id="a day"),
        pytest.param("shared_max_age", timedelta(hours=1), 3600, id="shared timedelta"),
        pytest.param("allow_credentials", [], False, id="credentials for nobody"),
        pytest.param("preflight_status", 299, 299, id="status"),
    ],
)  # fmt: skip
def test_what_is_kept_is_normalised(field: str, given: Any, kept: Any) -> None:
    assert getattr(Policy(**{"allow_origins": [APP], field: given}), field) == kept


def test_a_generator_is_read_once() -> None:
    def origins() -> Iterator[str]:
        yield APP
        yield "https://b.com"

    policy = Policy(allow_origins=origins(), allow_methods=(name for name in ["PUT"]), allow_headers=iter(["X-A"]))
    assert policy.allow_origins == (APP, "https://b.com")
    for _ in range(2):
        assert policy.allows(APP)
        assert policy.allows("https://b.com")
    assert policy.allow_methods == ("PUT",)
    assert policy.header_names[0] == "X-A"


def test_lists_that_change_later_change_nothing() -> None:
    origins, credentialed = [APP], [APP]
    policy = Policy(allow_origins=origins, allow_credentials=credentialed)
    origins.append("https://evil.net")
    credentialed.clear()
    assert not policy.allows("https://evil.net")
    assert policy.origins.verdict(APP) is Verdict.CREDENTIALED


@pytest.mark.parametrize("name", ["allow_origins", "origins", "plans", "header_names", "anything"])
def test_a_policy_never_changes(name: str) -> None:
    with pytest.raises((AttributeError, TypeError)):
        setattr(Policy(allow_origins=[APP]), name, ("*",))


def test_an_empty_list_allows_nobody() -> None:
    policy = Policy(allow_origins=())
    assert not policy.allows(APP)
    assert not policy.allows("*")
    assert not policy.allows("")


def test_order_and_letter_case_are_the_callers() -> None:
    names = ["X-Zebra", "x-apple", "X-Mango"]
    policy = Policy(allow_origins=[APP], allow_headers=names, expose_headers=names)
    assert policy.allow_headers == policy.expose_headers == tuple(names)
    assert policy.header_names[:3] == tuple(names)


# --- Waivers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiver", "entry", "origin"),
    [
        ("insecure-origin", "http://a.com", "http://a.com"),
        ("insecure-origin", re.compile(r"https?://a\.com"), "http://a.com"),
        ("public-suffix", "https://*.github.io", "https://me.github.io"),
        ("public-suffix", re.compile(r"https://[a-z]+\.github\.io"), "https://me.github.io"),
    ],
)
def test_a_waiver_lets_an_entry_have_credentials(waiver: str, entry: Any, origin: str) -> None:
    assert waiver in [problem.code for problem in refused(allow_origins=[entry], allow_credentials=True)]
    policy = Policy(allow_origins=[entry], allow_credentials=True, dangerously_allow=[waiver])
    assert policy.origins.verdict(origin) is Verdict.CREDENTIALED
    others = {"insecure-origin", "public-suffix", "null-origin", "backtracking-regex"} - {waiver}
    assert refused(allow_origins=[entry], allow_credentials=True, dangerously_allow=others)


def test_a_waiver_adds_nothing_by_itself() -> None:
    policy = Policy(allow_origins=[APP], dangerously_allow=["null-origin", "insecure-origin", "public-suffix"])
    assert not policy.allows("null")
    assert not policy.allows("http://app.example.com")


def test_null_beside_credentials_for_somebody_else() -> None:
    policy = Policy(allow_origins=["null", APP], allow_credentials=[APP], dangerously_allow=["null-origin"])
    assert policy.origins.verdict("null") is Verdict.ALLOWED
    assert policy.origins.verdict(APP) is Verdict.CREDENTIALED


@pytest.mark.parametrize(
    "entry",
    [
        *("http://localhost:3000", "http://localhost:*", "http://127.0.0.1:8000", "http://127.9.9.9", "http://[::1]:*"),
        *("http://app.localhost:5173", "http://*.localhost:*", "https://*.localhost"),
    ],
)
def test_loopback_needs_no_waiver(entry: str) -> None:
    Policy(allow_origins=[entry], allow_credentials=True)


@pytest.mark.parametrize("entry", ["http://a.com", "https://*.github.io", "https://*.co.uk", "http://*.com:*"])
def test_without_credentials_neither_network_nor_suffix_matters(entry: str) -> None:
    Policy(allow_origins=[entry])


@pytest.mark.parametrize("entry", ["https://*.example.com", "https://*.me.github.io", "https://me.github.io"])
def test_a_name_of_ones_own_is_no_public_suffix(entry: str) -> None:
    Policy(allow_origins=[entry], allow_credentials=True)


# --- Credentials -------------------------------------------------------------------------------------------------------


def test_credentials_may_be_for_some() -> None:
    policy = Policy(allow_origins=["https://*.example.com:*", APP], allow_credentials=["https://*.example.com"])
    assert policy.origins.verdict(APP) is Verdict.CREDENTIALED
    assert policy.origins.verdict("https://a.example.com:8443") is Verdict.ALLOWED


def test_whom_a_predicate_allows_may_have_credentials_by_name() -> None:
    policy = Policy(allow_origins=[lambda origin: origin.endswith(".com")], allow_credentials=[APP])
    assert policy.origins.verdict(APP) is Verdict.ASK
    assert policy.origins.ask(APP) is Verdict.CREDENTIALED
    assert policy.origins.ask("https://b.com") is Verdict.ALLOWED
    assert policy.origins.ask("https://b.net") is Verdict.REFUSED


def test_no_predicate_is_called_while_a_policy_is_built() -> None:
    asked: list[str] = []
    policy = Policy(allow_origins=[asked.append], allow_credentials=True)  # type: ignore[list-item]
    assert asked == []
    assert not policy.allows(APP)
    assert asked == [APP]


# --- Regular expressions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "allowed", "others"),
    [
        pytest.param(re.compile(r"https://a\.com"), ["https://a.com"], ["https://a.com.evil.net", "xhttps://a.com"], id="whole"),
        pytest.param(re.compile(r"^https://a\.com$"), ["https://a.com"], ["https://a.com\n"], id="anchors"),
        pytest.param(re.compile(r"\Ahttps://a\.com\Z"), ["https://a.com"], ["https://a.com\n"], id=r"\A and \Z"),
        pytest.param(re.compile(r"https://a\.com|b"), ["https://a.com"], ["https://a.comb", "b"], id="alternatives"),
        pytest.param(re.compile(r"https://[A-Z]\.com", re.I), ["https://a.com"], ["https://A.com"], id="IGNORECASE"),
        pytest.param(re.compile(r"(?i)https://[A-Z]\.com"), ["https://a.com"], ["https://A.com"], id="(?i)"),
        pytest.param(re.compile(r"(?i:HTTPS)://a\.com"), ["https://a.com"], ["HTTPS://a.com"], id="(?i:)"),
        pytest.param(re.compile(r"https://a\.com", re.M | re.S | re.A), ["https://a.com"], ["https://b.com"], id="flags"),
        pytest.param(re.compile(r"https://(?P<x>a|b)\.com"), ["https://b.com"], ["https://c.com"], id="named group"),
        pytest.param(re.compile(r"https://a\d\.com"), ["https://a1.com"], ["https://a\u0661.com"], id="digits"),
        pytest.param(re.compile(r"https://[kK]\.com", re.I), ["https://k.com"], ["https://\u212a.com"], id="K sign"),
        pytest.param(re.compile(r"https://a\\Z"), [], ["https://a", r"https://a\Z"], id="escaped backslash"),
        pytest.param(re.compile(r".*"), ["https://x.test"], ["null", "x", "", "https://x.test/"], id="everything"),
    ],
)  # fmt: skip
def test_a_regex_matches_whole_origins_only(pattern: re.Pattern[str], allowed: list[str], others: list[str]) -> None:
    policy = Policy(allow_origins=[pattern])
    assert all(map(policy.allows, allowed))
    assert not any(map(policy.allows, others))


WITHOUT_RE2 = """
import re, sys
sys.modules["re2"] = None
from cors_core import ConfigError, Policy
regex = re.compile(r"https://[a-z]+\\.example\\.com")
try:
    Policy(allow_origins=[regex])
except ConfigError as error:
    print(*(problem.code for problem in error.problems))
policy = Policy(allow_origins=[regex], dangerously_allow=["backtracking-regex"])
print(policy.allows("https://a.example.com"), policy.allows("https://a.example.com.evil.net"), policy.allows("https://a.example.com\\n"))
"""


def test_without_re2_a_regex_needs_a_waiver() -> None:
    run = subprocess.run([sys.executable, "-c", WITHOUT_RE2], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["backtracking-regex", "True", "False", "False"]


def test_libraries_are_imported_when_a_policy_needs_them_only() -> None:
    code = """
import sys
from cors_core import Policy
Policy(allow_origins=["https://a.com", "https://*.b.com", "http://localhost:*", "null"], dangerously_allow=["null-origin"])
print([name for name in ("re2", "idna", "publicsuffixlist") if name in sys.modules])
Policy(allow_origins=["https://*.b.com"], allow_credentials=True)
print("publicsuffixlist" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["[]", "True"]


# --- Policies as values ------------------------------------------------------------------------------------------------


def test_replace_takes_what_a_policy_shows() -> None:
    policy = Policy(
        allow_origins=[APP, "https://*.b.com", re.compile(r"https://c\.com")],
        allow_credentials=[APP],
        allow_methods=["put"],
        allow_headers=["*", "X-A"],
        max_age=timedelta(seconds=5),
        dangerously_allow=["insecure-origin"],
    )
    assert dataclasses.replace(policy) == policy
    assert dataclasses.replace(policy, max_age=None).max_age is None
    with pytest.raises(ConfigError):
        dataclasses.replace(policy, allow_origins="*", allow_credentials=True)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda policy: pickle.loads(pickle.dumps(policy))])
def test_a_copy_is_equal_and_works(duplicate: Callable[[Policy], Policy]) -> None:
    policy = Policy(allow_origins=[APP, re.compile(r"https://c\.com")], allow_credentials=True)
    twin = duplicate(policy)
    assert twin == policy
    assert hash(twin) == hash(policy)
    assert twin.allows("https://c.com")
    assert twin.origins.verdict(APP) is Verdict.CREDENTIALED


def test_policies_that_differ_are_different() -> None:
    assert Policy(allow_origins=[APP]) != Policy(allow_origins=[APP], max_age=601)
    assert repr(Policy(allow_origins=[APP])).startswith(f"Policy(allow_origins=('{APP}',), allow_methods=()")


def test_allows_asks_predicates() -> None:
    policy = Policy(allow_origins=[lambda origin: origin == "https://b.com"])
    assert policy.allows("https://b.com")
    assert not policy.allows("https://c.com")
    assert not policy.allows("b")


@pytest.mark.parametrize(
    ("allow_headers", "permitted", "refused_names"),
    [
        ([], ["accept", "accept-language", "content-language", "content-type"], ["range", "authorization", "x-a"]),
        (["X-A"], ["x-a", "content-type"], ["x-ab", "x"]),
        (["X-Amz-*"], ["x-amz-date", "x-amz-"], ["x-am", "xx-amz-date"]),
        (["*"], ["x-a", "authorization"], []),
    ],
)
def test_header_names_that_are_permitted(
    allow_headers: list[str], permitted: list[str], refused_names: list[str]
) -> None:
    policy = Policy(allow_origins=[APP], allow_headers=allow_headers)
    assert all(map(policy.permits_header, permitted))
    assert not any(map(policy.permits_header, refused_names))


class Age(int, enum.Enum):
    HOUR = 3600


def test_numbers_reach_the_wire_as_numbers() -> None:
    policy = Policy(allow_origins=["https://a.example"], max_age=Age.HOUR)
    assert type(policy.max_age) is int


@pytest.mark.parametrize("entry", [str, dict, lambda origin: (yield True)], ids=["a class", "another", "a generator"])
def test_what_is_true_for_every_origin_by_accident_is_no_predicate(entry: Any) -> None:
    with pytest.raises(ConfigError, match="a function from the origin to a bool"):
        Policy(allow_origins=[entry])


@pytest.mark.parametrize("value", [b"*", {b"a"}, 10**5000, [b"x"]], ids=["bytes", "a set", "a huge number", "a list"])
@pytest.mark.parametrize("field", ["allow_origins", "allow_methods", "enforce", "dangerously_allow", "max_age"])
def test_free_forms_are_refused_in_words(field: str, value: Any) -> None:
    options = {"allow_origins": ["https://a.example"], field: value}
    with pytest.raises(ConfigError) as caught:
        Policy(**options)
    assert {problem.field for problem in caught.value.problems} == {field}


def test_electron_and_extensions_are_allowed_by_their_whole_origin() -> None:
    extension = "safari-web-extension://E8BE1D4C-0000-4000-8000-000000000000"
    listed = ["app://.", "app://-", "capacitor://localhost", "tauri://localhost", extension]
    policy = Policy(allow_origins=listed)
    assert all(map(policy.allows, listed))
    assert not policy.allows(extension.lower())
    with pytest.raises(ConfigError, match="list the whole origin"):
        Policy(allow_origins=["chrome-extension://*"])
