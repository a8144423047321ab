"""Attacks on servers that speak CORS, each through both middlewares; the ids name the vulnerability class.

O: origins, C: credentials, P: paths, D: denial of service, K: caches, L: logs, N: private networks, W: WebSockets,
I: integration. Behind the name of another library stands a fault of that library which this one must not have.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import re
import sys
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cors_core import ConfigError, CORSMigrationWarning, Policy, asgi, by_host, by_path, starlette, wsgi
from cors_core.answers import KEPT
from cors_core.log import Bounded
from cors_core.plans import KEPT as PLANS_KEPT
from tests.sites import (
    ACRH,
    ACRM,
    ACRPN,
    APP,
    EVIL,
    HOST,
    ITS_OWN,
    Answer,
    ASGISite,
    Headers,
    Site,
    WSGISite,
    on_the_wire,
    talk,
)


@pytest.fixture(params=[WSGISite, ASGISite], ids=["wsgi", "asgi"])
def site(request: pytest.FixtureRequest) -> type[Site]:
    kind: type[Site] = request.param
    return kind


def assert_no_grant(answer: Answer) -> None:
    assert answer.cors == {}
    assert "origin" in answer.vary


def assert_refused(guarded: Site, origin: str | bytes, path: str | bytes = "/") -> None:
    """Assert that `origin` gets nothing, that caches hear of it, and that the application notices no difference."""
    actual, preflight = guarded.get(origin, path), guarded.preflight(origin, path=path)
    assert_no_grant(actual)
    assert (actual.status, actual.body, actual.app_ran) == (200, b"body", True)
    assert_no_grant(preflight)
    assert (preflight.status, preflight.app_ran) == (403, False)


def assert_allowed(guarded: Site, origin: str, path: str | bytes = "/") -> None:
    assert guarded.get(origin, path).cors["allow-origin"] == origin
    assert guarded.preflight(origin, path=path).cors["allow-origin"] == origin


def problems(**options: Any) -> list[tuple[str, str]]:
    """Return the codes and fields for which a policy is refused, after checking that each says what to write."""
    with pytest.raises(ConfigError) as caught:
        Policy(**options)
    assert all(len(problem.message) > 20 and problem.message in str(caught.value) for problem in caught.value.problems)
    return [(problem.code, problem.field) for problem in caught.value.problems]


def message(**options: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        Policy(**options)
    return str(caught.value)


# --- Origins -----------------------------------------------------------------------------------------------------------

ANYTHING = re.compile(".*")
EXACT = "https://example.com"
#: Every kind of entry that could let a malformed origin slip through.
GENEROUS: dict[str, Any] = {
    "exact": [EXACT],
    "pattern": ["https://*.example.com:*", "https://example.com:*"],
    "regex": [re.compile(r"https://.*example\.com$")],
    "any": [ANYTHING],
    "predicate": [lambda origin: True],
}

LOOKALIKES = [
    (
        "O1 suffix",
        [re.compile(r"https://trusted\.com")],
        ["https://trusted.com.attacker.io", "https://trusted.com:8080"],
    ),
    (
        "O2 prefix",
        ["https://*.normal.com"],
        ["https://hackersnormal.com", "https://normal.com.evil.net", "https://xnormal.com"],
    ),
    (
        "O3 glob as regex",
        ["https://*.example.com"],
        [
            "https://aexample.com.evil.com",
            "https://xexample.com",
            "https:///example.com",
            "https://example.com",
            "https://.example.com",
        ],
    ),
    ("O5 shared suffix", ["https://foo.com", "https://bar.com"], ["https://barfoo.com", "https://foobar.com"]),
    (
        "O5 shared suffix, reversed",
        ["https://bar.com", "https://foo.com"],
        ["https://barfoo.com", "https://foobar.com"],
    ),
    ("O6 dot", ["https://a.example.com"], ["https://aXexample.com", "https://axexample.com"]),
    ("O9 scheme", [EXACT], ["http://example.com", "ws://example.com"]),
    ("O10 port", [EXACT], ["https://example.com:8443", "https://example.com:443", "https://example.com:"]),
    ("O12 case", [EXACT], ["https://EXAMPLE.com", "HTTPS://example.com", "https://eXample.com"]),
    ("O14 homograph", [EXACT], ["https://ex\u0430mple.com", "https://\u0435xample.com", "https://example\u3002com"]),
    ("O15 trailing dot", [EXACT], ["https://example.com.", "https://.example.com", "https://example..com"]),
    (
        "O16 IPv6",
        ["http://[::1]:*"],
        [
            "http://[::1%25lo]",
            "http://[::ffff:127.0.0.1]",
            "http://::1:3000",
            "http://[::1]evil.com",
            "http://[::1",
            "http://1:3000",
        ],
    ),
    (
        "O17 port wildcard",
        ["http://localhost:*"],
        [
            f"http://localhost{rest}"
            for rest in (
                ":0",
                ":65536",
                ":080",
                ":8080x",
                ":",
                ":.evil.com",
                ".evil.com:80",
                ":80@evil.com",
                ":-1",
                ":80",
                ":\u0661",
            )
        ],
    ),
    (
        "O18 user name",
        [EXACT],
        ["https://example.com@evil.com", "https://user@example.com", "https://example.com:x@evil.com"],
    ),
    ("O27 cap", ["https://*.example.com"], ["https://" + "a." * 300 + "example.com"]),
]


@pytest.mark.parametrize(
    ("entries", "origin"),
    [
        pytest.param(entries, origin, id=f"{row} {ascii(origin)[:40]}")
        for row, entries, them in LOOKALIKES
        for origin in them
    ],
)
def test_a_lookalike_of_an_allowed_origin_is_refused(site: type[Site], entries: list[Any], origin: str) -> None:
    assert_refused(site(allow_origins=entries, allow_methods=["PUT"]), origin)


@pytest.mark.parametrize(
    ("entries", "origins"),
    [
        pytest.param([re.compile(r"https://trusted\.com")], ["https://trusted.com"], id="O1"),
        pytest.param(["https://*.example.com"], ["https://a.example.com", "https://a.b.example.com"], id="O3"),
        pytest.param(["http://[::1]:*"], ["http://[::1]:3000", "http://[::1]"], id="O16"),
        pytest.param(["http://localhost:*"], [f"http://localhost{p}" for p in ("", ":1", ":65535", ":8080")], id="O17"),
        pytest.param([re.compile(r"https://(\w+\.)*example\.com")], ["https://a.b.example.com", EXACT], id="O27"),
        pytest.param(["null"], ["null"], id="O23"),
    ],
)
def test_what_an_entry_stands_for_is_allowed(site: type[Site], entries: list[Any], origins: list[str]) -> None:
    guarded = site(allow_origins=entries, dangerously_allow=["null-origin"])
    for origin in origins:
        assert_allowed(guarded, origin)


JUNK = [
    *(EXACT + rest for rest in ("/x", "/", "?q", "#f", "\t", " ", ",https://evil.com", " https://evil.com", '"', ", ")),
    *(f"{EXACT}{character}.evil.com" for character in "!$&'()*+;=^_`{|}~,\"\\@:/ "),
    " " + EXACT,
    "https:/\t/example.com",
    "https://exam\tple.com",
    f'"{EXACT}"',
]
CONTROL = [
    EXACT + rest for rest in ("\n", "\r\nX-Injected: 1", "\r", "\x00", "\x7f", "\x1b[31m", "\x0b", "\x85", "\xa0")
]
MALFORMED: list[str | bytes] = [
    "https://[",
    "://",
    ":",
    "https://",
    "https",
    "null,null",
    "NULL",
    "//example.com",
    "a" * 2**20,
    b"\xff\xfe",
    b"https://example.com\xff",
    b"https://\xe9xample.com",
    "\ud800",
    "https://" + "a" * 600 + ".example.com",
]


@pytest.mark.parametrize("entries", [pytest.param(entries, id=kind) for kind, entries in GENEROUS.items()])
@pytest.mark.parametrize(
    "origin",
    [
        pytest.param(origin, id=f"{row} {ascii(origin)[:36]}")
        for row, them in (("O19", JUNK), ("O20", CONTROL), ("O21", MALFORMED))
        for origin in them
        if origin != "https://example.com_.evil.com"  # a browser can send this one: see the next test
    ],
)
def test_what_is_no_serialised_origin_is_refused_whatever_is_allowed(
    site: type[Site], entries: list[Any], origin: str | bytes
) -> None:
    assert_refused(site(allow_origins=entries), origin)


@pytest.mark.parametrize("kind", ["exact", "pattern", "regex"])
def test_o19_an_underscore_in_a_host_ends_nothing(site: type[Site], kind: str) -> None:
    assert_refused(site(allow_origins=GENEROUS[kind]), "https://example.com_.evil.com")


def test_o21_an_empty_origin_is_no_origin(site: type[Site]) -> None:
    answer = site(allow_origins=[EXACT]).preflight("")
    assert_no_grant(answer)
    assert answer.app_ran


def test_o21_a_megabyte_of_origin_costs_no_more_than_a_look(site: type[Site]) -> None:
    guarded = site(allow_origins=[EXACT, "https://*.example.com", ANYTHING, lambda origin: True])
    assert seconds_for(200, lambda: guarded.get(b"a" * 2**20)) < 2
    assert seconds_for(200, lambda: guarded.get(b"https://" + b"a." * 2**19)) < 2


@pytest.mark.parametrize("second", [EVIL, EXACT, "", "null"])
@pytest.mark.parametrize("entries", [pytest.param(entries, id=kind) for kind, entries in GENEROUS.items()])
def test_o22_two_origin_lines_are_refused(site: type[Site], entries: list[Any], second: str) -> None:
    for lines in ((EXACT, second), (second, EXACT)):
        answer = site(allow_origins=entries).ask(headers=[("Origin", line) for line in lines])
        assert_no_grant(answer)
        assert answer.app_ran


@pytest.mark.parametrize("entries", [pytest.param(entries, id=kind) for kind, entries in GENEROUS.items()])
@pytest.mark.parametrize("waivers", [(), ("null-origin",)])
def test_o23_null_is_refused_unless_it_is_listed(
    site: type[Site], entries: list[Any], waivers: tuple[str, ...]
) -> None:
    assert_refused(site(allow_origins=entries, dangerously_allow=waivers), "null")


def test_o28_host_adds_no_origin(site: type[Site]) -> None:
    guarded = site(by_host({HOST: Policy(allow_origins=[APP])}, default=Policy(allow_origins=[EXACT])))
    for host in ("evil.example.net", "app.example.com", "", "\x00"):
        answer = guarded.ask(headers=[("Origin", EVIL), ("Host", host)])
        assert_no_grant(answer)


@pytest.mark.parametrize("name", ["X-Origin", "X-Forwarded-Host", "X-Forwarded-Origin", "Forwarded", "Referer"])
def test_o29_only_origin_is_the_origin(site: type[Site], name: str) -> None:
    guarded = site(allow_origins=[APP])
    assert_no_grant(guarded.ask(headers=[(name, APP)]))
    assert_no_grant(guarded.ask(headers=[("Origin", EVIL), (name, APP)]))


BUILD = [
    pytest.param(
        {"allow_origins": ["https://api.*.company.com"]}, "wildcard-place", "*.example.com", id="O4 inner glob"
    ),
    pytest.param({"allow_origins": "https://a.com,https://b.com"}, "bare-string", "write [", id="O7 string"),
    pytest.param({"allow_origins": "https://*.example.com"}, "bare-string", "write [", id="O8 wildcard in a string"),
    pytest.param(
        {"allow_origins": ["http://example.com"], "allow_credentials": True},
        "insecure-origin",
        "'https://example.com'",
        id="O9 insecure with credentials",
    ),
    pytest.param(
        {"allow_origins": ["https://example.com:443"]}, "not-an-origin", "write 'https://example.com'", id="O11"
    ),
    pytest.param({"allow_origins": ["https://Example.com"]}, "not-an-origin", "write 'https://example.com'", id="O12"),
    pytest.param(
        {"allow_origins": ["https://b\xfccher.example"]},
        "not-an-origin",
        "'https://xn--bcher-kva.example'",
        id="O13 IDN",
    ),
    pytest.param({"allow_origins": ["null"]}, "null-origin", "dangerously_allow=('null-origin',)", id="O23 null"),
    pytest.param(
        {"allow_origins": ["null"], "allow_credentials": True, "dangerously_allow": ["null-origin"]},
        "null-origin",
        "leave it out",
        id="O23 null with credentials",
    ),
    pytest.param({"allow_origins": ["file://"]}, "not-an-origin", "http://localhost", id="O24 file"),
    pytest.param({"allow_origins": ["file://localhost"]}, "not-an-origin", "http://localhost", id="O24 file, host"),
    pytest.param({"allow_origins": ["file:///etc/passwd"]}, "not-an-origin", "http://localhost", id="O24 file, path"),
    *(
        pytest.param(
            {"allow_origins": [f"https://*.{suffix}"], "allow_credentials": True},
            "public-suffix",
            f"'https://*.your-name.{suffix}'",
            id=f"O25 {suffix}",
        )
        for suffix in ("co.uk", "github.io", "com", "s3.amazonaws.com")
    ),
    *(
        pytest.param(
            {"allow_origins": [re.compile(regex)], "allow_credentials": True},
            "wildcard-with-credentials",
            "your own domain",
            id=f"O26 {regex}",
        )
        for regex in (".*", r"https?://.*", r"https://[^/]+", r"^https://[\w.-]+(:\d+)?$", r"https://.*\.(com|org)")
    ),
    pytest.param(
        {"allow_origins": [re.compile(r"https?://([a-z-]+\.)*example\.com")], "allow_credentials": True},
        "insecure-origin",
        "https",
        id="O9 insecure regex with credentials",
    ),
    pytest.param(
        {"allow_origins": [re.compile(r"https://(?!evil)[a-z]+\.example\.com")]},
        "unsupported-regex",
        "RE2",
        id="O27 RE2",
    ),
    *(
        pytest.param(
            {"allow_origins": value, "allow_credentials": True},
            "wildcard-with-credentials",
            "list the",
            id=f"C1 {value!r}",
        )
        for value in ("*", ["*"], ("*",), {"*"})
    ),
    pytest.param(
        {"allow_origins": ["*"], "allow_credentials": ["*"]},
        "wildcard-with-credentials",
        "list the",
        id="C1 credentials for *",
    ),
    pytest.param(
        {"allow_origins": ["*", APP], "allow_credentials": True}, "wildcard-with-credentials", "list the", id="C1 mixed"
    ),
    pytest.param(
        {"allow_origins": ["https://*"], "allow_credentials": True}, "wildcard-place", "*.example.com", id="C1 scheme"
    ),
    pytest.param(
        {"allow_origins": [APP], "allow_credentials": True, "expose_headers": "*"},
        "wildcard-with-credentials",
        "name the headers",
        id="C4 expose",
    ),
    *(
        pytest.param({"allow_origins": [APP], "allow_methods": [m]}, "forbidden-method", "leave it out", id=f"D4 {m}")
        for m in ("TRACE", "CONNECT", "TRACK", "trace")
    ),
]


@pytest.mark.parametrize(("options", "code", "advice"), BUILD)
def test_an_unsafe_policy_is_not_built(options: dict[str, Any], code: str, advice: str) -> None:
    found = problems(**options)
    assert code in [code for code, _ in found]
    assert {field for _, field in found} <= {*options, "allow_origins", "allow_credentials"}
    assert advice in message(**options)


@pytest.mark.parametrize("middleware", [wsgi.CORSMiddleware, asgi.CORSMiddleware])
def test_an_unsafe_policy_is_not_built_by_keywords_either(middleware: Any) -> None:
    with pytest.raises(ConfigError, match="wildcard-with-credentials"):
        middleware(None, allow_origins="*", allow_credentials=True)


@pytest.mark.parametrize(
    "regex", [r"https://([a-z0-9]+-?)+\.example\.com", r"https://(a|a)*b", r"https://(\w+\.?)*\.test"]
)
def test_o27_a_nested_quantifier_takes_linear_time(site: type[Site], regex: str) -> None:
    guarded = site(allow_origins=[re.compile(regex)])
    for origin in ("https://" + "a" * 26 + ".evil.org", "https://" + "a" * 60 + ".evil.org"):
        assert_refused(guarded, origin)
        assert seconds_for(200, lambda origin=origin: guarded.get(origin)) < 0.5  # re needs minutes for one


def seconds_for(times: int, call: Any) -> float:
    started = time.thread_time()
    for _ in range(times):
        call()
    return time.thread_time() - started


# --- Credentials -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"allow_methods": "*", "allow_headers": "*"}, {"enforce": "unsafe"}])
def test_c2_a_refused_origin_hears_nothing_of_credentials(site: type[Site], more: dict[str, Any]) -> None:
    assert_refused(site(allow_origins=[APP], allow_credentials=True, expose_headers=["X-Secret"], **more), EVIL)


def test_c3_everyone_and_credentials_never_meet(site: type[Site]) -> None:
    for options in (
        {"allow_origins": [APP], "allow_credentials": True},
        {"allow_origins": "*", "allow_credentials": [APP]},
        {"allow_origins": "*"},
        {"allow_origins": [lambda origin: True], "allow_credentials": True},
    ):
        guarded = site(**options)
        answers = [guarded.ask(), guarded.get("")]
        answers += [ask(origin) for ask in (guarded.get, guarded.preflight) for origin in (APP, EVIL, "null", "junk")]
        for answer in answers:
            assert not (answer.cors.get("allow-origin") == "*" and "allow-credentials" in answer.cors)


def test_c4_a_wildcard_with_credentials_is_never_sent_as_such(site: type[Site]) -> None:
    guarded = site(allow_origins=[APP], allow_credentials=True, allow_methods="*", allow_headers="*")
    answer = guarded.preflight(APP, "QUERY", headers=[(ACRH, "x-a,x-b")])
    assert "*" not in "".join(answer.cors.values())
    assert "QUERY" in answer.cors["allow-methods"].split(", ")
    assert answer.cors["allow-headers"].split(", ")[-2:] == ["x-a", "x-b"]
    assert set(answer.vary) == {"origin", ACRM.lower(), ACRH.lower()}


def test_c6_credentials_for_one_origin_beside_everyone(site: type[Site]) -> None:
    guarded = site(allow_origins="*", allow_credentials=[APP])
    for answer in (guarded.get(EVIL), guarded.preflight(EVIL)):
        assert answer.cors["allow-origin"] == "*"
        assert "allow-credentials" not in answer.cors
        assert "origin" in answer.vary
    for answer in (guarded.get(APP), guarded.preflight(APP)):
        assert (answer.cors["allow-origin"], answer.cors["allow-credentials"]) == (APP, "true")
        assert "origin" in answer.vary


# --- Paths -------------------------------------------------------------------------------------------------------------

PUBLIC = Policy(allow_origins="*")
STRICT = Policy(allow_origins=[APP], allow_credentials=True)
UNTOUCHED = {"allow-origin": "*", "allow-credentials": "true"}  # what the application says where no policy applies


AMBIGUOUS = [
    *("/api/../private", "/api/%2e%2e/private", "/api/..%2fprivate", "/api/./../private", "//api/x"),
    *("/api/%2E%2E%5Cprivate", "/./api", "/x/../api", "/x\\..\\api", "/x/%2e./api", "/api/x/../../private"),
]


@pytest.mark.parametrize("path", AMBIGUOUS)
def test_p1_a_path_that_servers_read_differently_gets_no_grant(site: type[Site], path: str) -> None:
    answer = site(by_path({"/api": PUBLIC}), headers=()).get(EVIL, path)
    assert_no_grant(answer)
    assert answer.app_ran


def test_p1_a_path_outside_in_every_reading_is_left_alone(site: type[Site]) -> None:
    assert site(by_path({"/api": PUBLIC})).get(EVIL, "/api\\..\\private").cors == UNTOUCHED


@pytest.mark.parametrize(
    ("path", "granted"),
    [
        pytest.param("/a+b", True, id="plus"),
        pytest.param("/a b", False, id="blank"),
        pytest.param("/a%2Bb", False, id="%2B"),
    ],
)
def test_p2_a_plus_is_a_plus(site: type[Site], path: str, granted: bool) -> None:
    guarded = site(by_path({"/a+b": Policy(allow_origins=[APP]), "/a b": Policy(allow_origins=())}), headers=())
    assert ("allow-origin" in guarded.get(APP, path).cors) is granted


@pytest.mark.parametrize("path", ["/%70ublic/x", "/%2570ublic/x", "/publi%63"])
def test_p3_a_path_is_decoded_once_only(site: type[Site], path: str) -> None:
    assert "allow-origin" not in site(by_path({"/public": PUBLIC}), headers=()).get(EVIL, path).cors


@pytest.mark.parametrize("path", ["/ADMIN", "/Admin", "/adm\u0131n", "/admin\u017f"])
def test_p4_letter_case_counts_in_a_path(site: type[Site], path: str) -> None:
    guarded = site(by_path({"/": PUBLIC, "/admin": STRICT}))
    assert guarded.get(EVIL, path).cors == {"allow-origin": "*"}
    assert_refused(guarded, EVIL, "/admin")


@pytest.mark.parametrize("order", [1, -1], ids=["narrow first", "wide first"])
def test_p5_the_longest_prefix_wins_in_either_order(site: type[Site], order: int) -> None:
    table = dict([("/api/v1/secure", STRICT), ("/api", PUBLIC)][::order])
    guarded = site(by_path(table))
    for path in ("/api/v1/secure", "/api/v1/secure/", "/api/v1/secure/x"):
        assert_refused(guarded, EVIL, path)
    assert guarded.get(EVIL, "/api/v1/secured").cors == {"allow-origin": "*"}


@pytest.mark.parametrize("key", ["/public/*", "/public", "/public/"])
@pytest.mark.parametrize("path", ["/publicXadmin", "/publication", "/publi", "/", "/x/public", "/public.json"])
def test_p6_a_prefix_is_of_whole_segments(site: type[Site], key: str, path: str) -> None:
    answer = site(by_path({key: PUBLIC})).get(EVIL, path)
    assert answer.cors == UNTOUCHED
    assert answer.vary == ["accept-encoding"]


@pytest.mark.parametrize("key", ["/public/*", "/public", "/public/"])
@pytest.mark.parametrize("path", ["/public", "/public/", "/public/a/b"])
def test_p6_p7_a_key_covers_its_subtree_slash_or_not(site: type[Site], key: str, path: str) -> None:
    assert site(by_path({key: PUBLIC})).get(EVIL, path).cors == {"allow-origin": "*"}


def test_p8_a_mount_point_is_no_part_of_the_path(site: type[Site]) -> None:
    guarded = site(by_path({"/api": STRICT, "/svc": PUBLIC}))
    assert_no_grant(guarded.get(EVIL, "/api/x", mount="/svc"))
    assert guarded.get(APP, "/api/x", mount="/svc").cors["allow-origin"] == APP
    assert guarded.get(EVIL, "/svc/api/x").cors == {"allow-origin": "*"}


@pytest.mark.parametrize("path", [b"/\xff\xfe", b"/api/\xff", b"/%", b"/api/\x00", b"\x00", b"", b"/\xed\xa0\x80"])
def test_p9_an_unreadable_path_is_no_error_and_no_grant(site: type[Site], path: bytes) -> None:
    answer = site(by_path({"/api": PUBLIC}), headers=()).get(EVIL, path)
    assert answer.cors == {}
    assert answer.app_ran


def test_p9_what_is_no_utf_8_is_refused_even_below_everyone(site: type[Site]) -> None:
    assert_refused(site(by_path({"/": PUBLIC})), EVIL, b"/\xff\xfe")


# --- Preflights and the work they cause --------------------------------------------------------------------------------

LISTED = Policy(allow_origins=[APP], allow_methods=["PUT"], allow_headers=["X-Listed"])
MIRRORED = Policy(allow_origins=[APP], allow_credentials=True, allow_methods="*", allow_headers="*")
FAMILY = Policy(allow_origins=[APP], allow_headers=["X-Listed", "x-amz-*"])
POLICIES = [pytest.param(p, id=name) for name, p in (("listed", LISTED), ("mirrored", MIRRORED), ("family", FAMILY))]

FLOODS = {
    "D1 commas": [(ACRH, b"," * 2**20)],
    "D1 lines of commas": [(ACRH, b"," * 1024)] * 1024,
    "D1 names": [(ACRH, b"x," * 2**19)],
    "D2 blanks": [(ACRH, b" " * 100_000)],
    "D2 tabs": [(ACRH, b"\t" * 100_000)],
    "D2 blanks in the cap": [(ACRH, b" " * 8192)],
    "D2 blanks and a name": [(ACRH, b"x" + b" \t" * 4000 + b"x")],
    "D3 names": [(ACRH, ",".join(f"x-{n}" for n in range(10_000)))],
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("headers", [pytest.param(headers, id=row) for row, headers in FLOODS.items()])
def test_a_flood_of_header_names_is_answered_with_the_static_lists(
    site: type[Site], policy: Policy, headers: Headers
) -> None:
    guarded = site(policy)
    usual, answer = guarded.preflight(APP), guarded.preflight(APP, headers=headers)
    assert answer == usual
    # Processor time, in which the test's own encoding is included.
    assert seconds_for(20, lambda: guarded.preflight(APP, headers=headers)) < 2


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "value",
    [
        "x-listed,a b",
        "x y",
        "x-listed\r\nX-Injected: 1",
        "x-\xe9",
        "x-amz-\xe9",
        "<x>",
        "x-amz-(",
        '"x"',
        "x;y",
        b"x-\xff",
        "x\x00",
        "x-\u212aey",
    ],
)
def test_d3_one_name_that_is_no_token_spoils_the_list(site: type[Site], policy: Policy, value: str | bytes) -> None:
    guarded = site(policy)
    assert guarded.preflight(APP, headers=[(ACRH, value)]) == guarded.preflight(APP)


def test_d3_a_name_that_is_repeated_counts_once(site: type[Site]) -> None:
    guarded = site(MIRRORED)
    answer = guarded.preflight(APP, headers=[(ACRH, "x-a,x-a,X-A,x-listed")])
    assert answer.cors["allow-headers"].lower().split(", ").count("x-a") == 1


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "asked",
    [f"GET{tail}" for tail in ("\r\nX: y", ", DELETE", " ", "\x00", "\xe9")]
    + [",", "*", "M" * 2**20, "", "TRACE", "CONNECT", "TRACK", "track"],
)
def test_d4_a_method_that_is_none_is_never_sent_back(site: type[Site], policy: Policy, asked: str) -> None:
    guarded = site(policy)
    answer = guarded.preflight(APP, asked)
    assert answer == guarded.preflight(APP, "GET")
    assert (answer.status, answer.app_ran) == (204, False)


@pytest.mark.parametrize("asked", ["GE", "E", "PU", "T, P", "put"])
def test_d4_part_of_a_method_is_not_that_method(site: type[Site], asked: str) -> None:
    assert site(LISTED).preflight(APP, asked).cors["allow-methods"].split(", ") == ["PUT", "GET", "HEAD", "POST"]


@pytest.mark.parametrize(("second", "sent"), [("x-amz-b", True), ("x-other", False), ("x-listed", False)])
def test_d5_the_lines_of_the_list_count_together(site: type[Site], second: str, sent: bool) -> None:
    answer = site(FAMILY).preflight(APP, headers=[(ACRH, "x-amz-a"), (ACRH, second)])
    names = answer.cors["allow-headers"].split(", ")
    assert "x-amz-a" in names
    assert (second in names) is sent


@pytest.mark.parametrize("policy", POLICIES)
def test_d6_an_answer_is_no_longer_than_the_policy_and_what_was_allowed(site: type[Site], policy: Policy) -> None:
    guarded = site(policy)
    usual = guarded.preflight(APP).size
    for value in ("x-other-" + "a" * 5000, "x-amz-" + "a" * 5000, ",".join(f"x-amz-{n}" for n in range(100))):
        extra = guarded.preflight(APP, "X" * 64, headers=[(ACRH, value)]).size - usual
        assert extra <= len(value) + 200 + len(", " + "X" * 64)
    assert guarded.preflight(APP, "X" * 65, headers=[(ACRH, "x-amz-" + "a" * 9000)]).size == usual


RESOLVED: list[str] = []


def resolver(origin: str) -> bool:
    RESOLVED.append(origin)
    return origin.endswith(".example.com")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        pytest.param({"allow_origins": "*"}, 10_000, id="everyone"),
        pytest.param({"allow_origins": ["https://*.example.com"]}, 50_000, id="pattern"),
        pytest.param({"allow_origins": [re.compile(r"https://.*\.example\.com")]}, 10_000, id="regex"),
        pytest.param({"allow_origins": [resolver], "allow_methods": "*"}, 10_000, id="predicate"),
    ],
)
def test_d7_distinct_origins_do_not_fill_the_memory(
    site: type[Site], options: dict[str, Any], count: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "cors_core")
    guarded = site(**options, headers=())
    rng = random.Random(7)

    def flood(count: int) -> int:
        for _ in range(count):
            name = f"{rng.getrandbits(80):x}"
            guarded.get(f"https://{name}.example.com")
            guarded.get(f"https://{name}.evil.net")
        for _ in range(count // 10):
            name = f"{rng.getrandbits(80):x}"
            guarded.get(f"junk {name}")
            guarded.preflight(f"https://{name}.example.com", name, headers=[(ACRH, name)])
        RESOLVED.clear()
        gc.collect()
        return sys.getallocatedblocks()

    grown = -flood(100) + flood(count)
    # A kept plan is some twenty blocks; what is kept of each of these many origins would be far more than that.
    assert grown < 40 * (KEPT + PLANS_KEPT)
    assert len(bounded(guarded, "ready")) <= KEPT
    assert len(bounded(guarded, "allowed")) <= PLANS_KEPT


def bounded(guarded: Site, which: str) -> Bounded[Any, Any]:
    answers = guarded.middleware._answers
    cache: Bounded[Any, Any] = answers.ready if which == "ready" else answers.policy.plans._allowed
    return cache


def test_d7_a_resolver_is_not_asked_about_what_no_browser_sends(site: type[Site]) -> None:
    RESOLVED.clear()
    guarded = site(allow_origins=[resolver])
    for origin in (*JUNK, *CONTROL, *MALFORMED, "null", "", "https://" + "a." * 260 + "example.com"):
        if origin != "https://example.com_.evil.com":
            guarded.get(origin)
            guarded.preflight(origin)
    assert RESOLVED == []


def test_d7_a_resolver_is_asked_once_for_each_request(site: type[Site]) -> None:
    RESOLVED.clear()
    guarded = site(allow_origins=[resolver])
    assert_allowed(guarded, "https://a.example.com")
    assert RESOLVED == ["https://a.example.com"] * 2


# --- Caches ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([APP], id="K3 one origin"),
        pytest.param([APP, EXACT], id="two"),
        pytest.param(["https://*.example.com"], id="pattern"),
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="K1 no origin"),
        pytest.param([("Origin", EVIL)], id="K2 refused"),
        pytest.param([("Origin", APP)], id="allowed"),
    ],
)
def test_caches_hear_of_origin_on_every_response(site: type[Site], entries: list[str], headers: Headers) -> None:
    assert site(allow_origins=entries).ask(headers=headers).vary == ["accept-encoding", "origin"]


@pytest.mark.parametrize("headers", [[], [("Origin", EVIL)], [("Origin", "null")], [("Origin", "junk")]])
def test_k4_what_everyone_may_read_varies_with_nothing(site: type[Site], headers: Headers) -> None:
    guarded = site(allow_origins="*", headers=())
    answer = guarded.ask(headers=headers)
    assert answer.cors == {"allow-origin": "*"}
    assert answer.vary == []


@pytest.mark.parametrize(
    ("its", "merged"),
    [
        (["Accept-Encoding"], ["Accept-Encoding, Origin"]),
        (["*"], ["*"]),
        (["origin"], ["origin"]),
        (["Accept-Encoding", "ORIGIN"], ["Accept-Encoding, ORIGIN"]),
        (["Origin,"], ["Origin"]),
        ([", Accept ,,"], ["Accept, Origin"]),
        (["Accept, *"], ["Accept, *"]),
        (["X-Origin, Original"], ["X-Origin, Original, Origin"]),
        ([], ["Origin"]),
    ],
)
def test_k5_vary_is_merged(site: type[Site], its: list[str], merged: list[str]) -> None:
    answer = site(allow_origins=[APP], headers=[("vArY", value) for value in its]).get(APP)
    assert [value for name, value in answer.lines if name == "vary"] == merged


@pytest.mark.parametrize("status", [200, 204, 206, 301, 304, 308, 401, 404, 500, 599])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "QUERY"])
def test_k6_every_status_and_method_carries_the_same_headers(site: type[Site], status: int, method: str) -> None:
    guarded = site(allow_origins=[APP], allow_credentials=True, expose_headers=["X-Total"], status=status)
    answer = guarded.ask(method, headers=[("Origin", APP)])
    assert answer.status == status
    assert answer.cors == {"allow-origin": APP, "allow-credentials": "true", "expose-headers": "X-Total"}
    assert answer.vary == ["accept-encoding", "origin"]


def test_k7_the_requests_own_vary_is_never_copied(site: type[Site]) -> None:
    guarded = site(allow_origins=[APP])
    for method in ("GET", "OPTIONS"):
        answer = guarded.ask(method, headers=[("Origin", APP), (ACRM, "GET"), ("Vary", "X-Sneaked")])
        assert "x-sneaked" not in answer.vary


# --- Logs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("Origin", "\x1b[31mred\x1b[0m")], id="escape"),
        pytest.param([("Origin", "https://a\u2028ERROR fake")], id="U+2028"),
        pytest.param([("Origin", "https://a\r\nERROR fake")], id="line break"),
        pytest.param([("Origin", "x" * 100_000)], id="100 KB origin"),
        pytest.param([("Origin", APP), (ACRM, "PUT\nERROR fake")], id="method"),
        pytest.param([("Origin", APP), (ACRM, "M" * 100_000)], id="100 KB method"),
        pytest.param([("Origin", APP), (ACRM, "PUT"), (ACRH, "x-\x1b[0m\nERROR")], id="header"),
        pytest.param([("Origin", APP), (ACRM, "PUT"), (ACRH, "x-" + "a" * 8000)], id="8 KB header"),
        pytest.param([("Origin", APP), (ACRM, "PUT"), (ACRH, ",".join(f"x-{n}" for n in range(99)))], id="99 headers"),
    ],
)
def test_l1_a_refusal_is_one_short_printable_line(
    site: type[Site], headers: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "cors_core")
    site(LISTED, headers=()).ask("OPTIONS", "/x\r\nERROR fake\x1b[2J" + "p" * 1000, headers)
    [record] = caplog.records
    line = record.getMessage()
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 1200
    assert all(len(text) <= 200 for text in record.args if isinstance(text, str) and text.startswith(("'", '"')))


# --- Private networks, WebSockets, integration -------------------------------------------------------------------------


def test_n1_private_network_access_is_off_by_default(site: type[Site]) -> None:
    guarded = site(LISTED)
    assert guarded.preflight(APP, headers=[(ACRPN, "true")]) == guarded.preflight(APP)


@pytest.mark.parametrize("asked", ["true", "false", "TRUE", "1", ""])
def test_n2_private_network_access_is_for_successful_preflights_only(site: type[Site], asked: str) -> None:
    guarded = site(allow_origins=[APP], allow_private_network=True, allow_methods=["PUT"])
    name = "allow-private-network"
    headers = [("Origin", APP), (ACRPN, asked)]
    assert name not in guarded.ask(headers=headers).cors
    assert name not in guarded.ask("OPTIONS", headers=headers).cors
    assert name not in guarded.preflight(APP, "DELETE", headers=[(ACRPN, asked)]).cors
    assert guarded.preflight(APP, headers=[(ACRPN, asked)]).cors.get(name) == ("true" if asked == "true" else None)
    assert_no_grant(guarded.preflight(EVIL, headers=[(ACRPN, asked)]))


@pytest.mark.parametrize(
    ("headers", "connected"),
    [
        pytest.param([("Origin", EVIL), ("Cookie", "session=1")], False, id="W1 refused"),
        pytest.param([("Origin", "null")], False, id="null"),
        pytest.param([("Origin", f"{APP}.evil.net")], False, id="suffix"),
        pytest.param([("Origin", APP), ("Origin", EVIL)], False, id="two lines"),
        pytest.param([("Origin", APP)], True, id="allowed"),
        pytest.param([], True, id="no origin"),
        pytest.param([("Origin", f"https://{HOST}")], True, id="same origin"),
        pytest.param([("Origin", f"http://{HOST}")], False, id="same host, insecure"),
    ],
)
def test_w1_a_websocket_handshake_is_held_to_the_policy(headers: Headers, connected: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    lines = [(name.lower().encode(), on_the_wire(value)) for name, value in [("Host", HOST), *headers]]
    scope = {"type": "websocket", "scheme": "wss", "path": "/", "headers": lines}
    sent = talk(asgi.CORSMiddleware(app, allow_origins=[APP], check_websockets=True), scope)
    assert [message["type"] for message in sent] == ["websocket.accept" if connected else "websocket.close"]
    assert talk(asgi.CORSMiddleware(app, allow_origins=[APP]), scope) == [{"type": "websocket.accept"}]


def test_i1_nobody_can_change_what_the_next_request_gets(site: type[Site]) -> None:
    guarded = site(MIRRORED)
    before = guarded.get(APP), guarded.preflight(APP), guarded.get(EVIL), guarded.preflight(EVIL)
    for method in ("GET", "OPTIONS"):
        for origin in (APP, EVIL):
            _, lines, _ = guarded.exchange(method, b"/", [("Origin", origin), (ACRM, "PUT")], "")
            lines.clear()
            lines.append(("X-Injected", "1"))
    assert (guarded.get(APP), guarded.preflight(APP), guarded.get(EVIL), guarded.preflight(EVIL)) == before


def test_i1_a_plan_cannot_be_changed() -> None:
    plan = STRICT.plans.not_cors
    with pytest.raises(AttributeError):
        plan.headers = ()  # type: ignore[misc]
    with pytest.raises(AttributeError):
        STRICT.allow_origins = ("*",)  # type: ignore[misc]
    assert isinstance(plan.headers, tuple)
    assert isinstance(plan.pairs, tuple)


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns a hundred times as often as usual."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(interval / 100)
    yield
    sys.setswitchinterval(interval)


def telling_apart(number: int) -> Policy:
    """A policy that marks everything it sends with its number, for one of two kinds of credentials."""
    return Policy(
        allow_origins=[APP, f"https://{number}.example"],
        allow_methods=[f"M{number}"],
        allow_headers=[f"X-{number}"],
        expose_headers=[f"X-{number}"],
        allow_credentials=number % 2 == 0,
        max_age=number,
        preflight_status=200 + number % 2,
    )


def test_i2_every_response_belongs_wholly_to_one_policy(site: type[Site], restless: None) -> None:
    policies = [telling_apart(number) for number in range(8)]
    guarded = site(policies[0])
    whole = set()
    for policy in policies:
        alone = site(policy)
        whole |= {alone.get(APP).lines, alone.preflight(APP).lines}
    seen: list[set[Any]] = [set() for _ in range(8)]
    stop = time.monotonic() + 0.5

    def load(number: int) -> None:
        while time.monotonic() < stop:
            guarded.middleware.reconfigure(policies[number])
            seen[number] |= {guarded.get(APP).lines, guarded.preflight(APP).lines}

    threads = [threading.Thread(target=load, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set().union(*seen) <= whole
    assert len(set().union(*seen)) > 2


def test_i2_what_was_kept_for_one_policy_does_not_outlive_it(site: type[Site]) -> None:
    guarded = site(allow_origins=[APP])
    assert_allowed(guarded, APP)
    guarded.middleware.reconfigure(Policy(allow_origins=[EXACT]))
    assert_refused(guarded, APP)
    with pytest.raises(ConfigError):
        guarded.middleware.reconfigure(3)
    assert_allowed(guarded, EXACT)


def test_i4_installed_twice_the_outer_one_answers_alone(site: type[Site], caplog: pytest.LogCaptureFixture) -> None:
    guarded = site(allow_origins=[EXACT], allow_credentials=True)
    guarded.middleware = guarded.middleware_class(guarded.middleware, allow_origins=[APP])
    for _ in range(2):
        assert guarded.get(APP).cors == {"allow-origin": APP}
        assert_refused(guarded, EXACT)
    assert sum("twice" in record.getMessage() for record in caplog.records) == 1


def test_i5_a_list_that_changes_later_changes_no_policy(site: type[Site]) -> None:
    origins, methods, headers, expose = [APP], ["PUT"], ["X-A"], ["X-B"]
    guarded = site(allow_origins=origins, allow_methods=methods, allow_headers=headers, expose_headers=expose)
    before = guarded.get(APP), guarded.preflight(APP)
    for names in (origins, methods, headers, expose):
        names[:] = [EVIL]
    assert (guarded.get(APP), guarded.preflight(APP)) == before
    assert_refused(guarded, EVIL)


# --- Faults of Starlette's middleware ----------------------------------------------------------------------------------


class StarletteSite(ASGISite):
    middleware_class = starlette.CORSMiddleware


NOT_SAFE = [
    pytest.param({"allow_origins": "https://example.com", "allow_credentials": True}, "bare-string", id="S1 origins"),
    pytest.param({"allow_origins": [APP], "allow_methods": "GET"}, "bare-string", id="S1 methods"),
    pytest.param({"allow_origins": [APP], "allow_headers": "X-A"}, "bare-string", id="S1 headers"),
    pytest.param({"allow_origins": ["*"], "allow_credentials": True}, "wildcard-with-credentials", id="S2"),
    pytest.param({"allow_origin_regex": ".*", "allow_credentials": True}, "wildcard-with-credentials", id="S2 regex"),
    pytest.param({"allow_origins": [APP], "allow_headers": ["X-A\r\nX-B: 1"]}, "not-a-token", id="S15 header"),
    pytest.param(
        {"allow_origins": [APP], "allow_credentials": True, "expose_headers": ["*"]},
        "wildcard-with-credentials",
        id="S15 expose",
    ),
    pytest.param({"allow_origins": [APP], "max_age": -1}, "out-of-range", id="S15 max_age"),
]


@pytest.mark.parametrize(("options", "code"), NOT_SAFE)
def test_what_starlette_takes_unsafely_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        StarletteSite(**options)
    assert code in [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("entry", "spelling"),
    [("https://a.com/", "'https://a.com'"), ("a.com", "'https://a.com'"), ("https://*.a.com", "an origin pattern now")],
)
def test_starlette_s15_an_entry_that_never_matched_is_pointed_out(entry: str, spelling: str) -> None:
    with pytest.warns(CORSMigrationWarning, match=re.escape(spelling)):
        guarded = StarletteSite(allow_origins=[entry])
    assert_no_grant(guarded.get(entry))
    assert_no_grant(guarded.get("https://a.com"))


@pytest.mark.parametrize(("its", "sent"), [("Origin", ["Origin"]), ("*", ["*"]), ("Accept", ["Accept, Origin"])])
def test_starlette_s3_vary_is_neither_repeated_nor_added_to_a_star(its: str, sent: list[str]) -> None:
    answer = StarletteSite(allow_origins=[APP], headers=[("Vary", its)]).get(APP)
    assert [value for name, value in answer.lines if name == "vary"] == sent
    assert StarletteSite(allow_origins=["*"], headers=[("Vary", its)]).get(APP).vary == [its.lower()]


def test_starlette_s4_a_refused_origin_sees_neither_credentials_nor_exposed_names() -> None:
    assert_refused(StarletteSite(allow_origins=[APP], allow_credentials=True, expose_headers=["X-Secret-Name"]), EVIL)


@pytest.mark.parametrize("debug", [False, True])
def test_starlette_s5_an_unhandled_exception_is_readable_by_the_page(debug: bool) -> None:
    async def fail(request: object) -> PlainTextResponse:
        raise LookupError("lost")

    app = Starlette(routes=[Route("/", fail)], debug=debug)
    starlette.install(app, allow_origins=[APP])
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "root_path": "",
        "query_string": b"",
        "scheme": "https",
    }
    scope["headers"] = [(b"origin", APP.encode())]
    with pytest.raises(LookupError):
        asyncio.run(app(scope, receive, send))
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 500
    assert headers[b"access-control-allow-origin"] == APP.encode()
    assert headers[b"vary"] == b"Origin"


def test_starlette_s6_requested_headers_are_sent_back_bounded_and_as_names_only() -> None:
    guarded = StarletteSite(allow_origins=[APP], allow_headers=["*"], allow_credentials=True)
    usual = guarded.preflight(APP, "GET")
    for value in ("x-a," * 11_722, "a b <x>", "x-a\x7f", "(", "*"):
        assert guarded.preflight(APP, "GET", headers=[(ACRH, value)]) == usual


def test_starlette_s8_every_method_means_every_method() -> None:
    with pytest.warns(CORSMigrationWarning, match="allow_methods"):
        guarded = StarletteSite(allow_origins=[APP], allow_methods=["*"])
    answer = guarded.preflight(APP, "PROPFIND")
    assert (answer.status, answer.cors["allow-methods"]) == (204, "*")


def test_starlette_s9_a_safelisted_method_passes_unlisted() -> None:
    answer = StarletteSite(allow_origins=[APP], allow_methods=["PUT"], allow_headers=["X-A"]).preflight(
        APP, "GET", headers=[(ACRH, "x-a")]
    )
    assert answer.status == 204
    assert "X-A" in answer.cors["allow-headers"].split(", ")


@pytest.mark.parametrize("value", ["", "x-a,", "x-a,,x-a", " X-A ,\t", ",x-a"])
def test_starlette_s11_empty_elements_are_nothing(value: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = StarletteSite(allow_origins=[APP], allow_headers=["X-A"]).preflight(APP, "GET", headers=[(ACRH, value)])
    assert answer.status == 204
    assert "X-A" in answer.cors["allow-headers"].split(", ")
    assert not caplog.records  # that is: nothing was refused


@pytest.mark.parametrize("value", ["false", "true", ""])
def test_starlette_s12_a_question_about_private_networks_makes_no_preflight_fail(value: str) -> None:
    guarded = StarletteSite(allow_origins=[APP], allow_methods=["PUT"])
    assert guarded.preflight(APP, headers=[(ACRPN, value)]) == guarded.preflight(APP)


def test_starlette_s13_every_line_of_requested_headers_counts(caplog: pytest.LogCaptureFixture) -> None:
    lines = [(ACRH, "x-a"), (ACRH, "x-b")]
    mirrored = StarletteSite(allow_origins=[APP], allow_headers=["*"], allow_credentials=True)
    assert mirrored.preflight(APP, "GET", headers=lines).cors["allow-headers"].endswith("x-a, x-b")
    assert not caplog.records
    StarletteSite(allow_origins=[APP], allow_headers=["X-A"]).preflight(APP, "GET", headers=lines)
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["headers-refused"]


# --- Faults of wsgicors ------------------------------------------------------------------------------------------------


def test_wsgicors_w1_null_is_not_sent_back_with_credentials() -> None:
    assert_refused(WSGISite(allow_origins=[lambda origin: True], allow_credentials=True), "null")


def test_wsgicors_w2_caches_hear_of_origin_on_preflights_too() -> None:
    guarded = WSGISite(allow_origins=[APP])
    for answer in (guarded.ask(), guarded.get(EVIL), guarded.preflight(EVIL), guarded.preflight(APP)):
        assert "origin" in answer.vary


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        ("https://*.example.com", "https://evil.com/.example.com"),
        ("https://*.example.com", "https://evil.com?.example.com"),
        ("http://[::1]", "http://1"),
        ("http://[::1]:*", "http://1:80"),
    ],
)
def test_wsgicors_w3_a_star_stands_for_labels_only(entry: str, origin: str) -> None:
    assert_refused(WSGISite(allow_origins=[entry]), origin)


@pytest.mark.parametrize("entry", ["https://a?.example.com", "https://APP.example.com", "http://[::1]:80"])
def test_wsgicors_w3_w11_what_never_matches_is_an_error_and_not_a_printed_line(
    entry: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError):
        WSGISite(allow_origins=[entry])
    assert capsys.readouterr() == ("", "")


def test_wsgicors_w3_an_ipv6_address_is_allowed_as_it_is() -> None:
    assert_allowed(WSGISite(allow_origins=["http://[::1]", "http://[::1]:8080"]), "http://[::1]")


def test_wsgicors_w5_no_policy_is_an_error() -> None:
    with pytest.raises(ConfigError, match="say who may read"):
        WSGISite()


@pytest.mark.parametrize(
    ("origin", "status", "line", "length"),
    [(APP, 204, "204 No Content", None), (APP, 200, "200 OK", "0"), (EVIL, 204, "403 Forbidden", "0")],
)
def test_wsgicors_w6_a_preflight_is_answered_in_correct_http(
    origin: str, status: int, line: str, length: str | None
) -> None:
    started: list[Any] = []
    environ = {"REQUEST_METHOD": "OPTIONS", "HTTP_ORIGIN": origin, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET"}
    middleware = WSGISite(allow_origins=[APP], preflight_status=status).middleware
    assert list(middleware(environ, lambda *start: started.append(start))) == []
    assert started[0][0] == line
    assert dict(started[0][1]).get("Content-Length") == length


def test_wsgicors_w7_a_refused_preflight_lists_nothing() -> None:
    assert_refused(WSGISite(allow_origins=[APP], allow_credentials=True, allow_methods=["PUT"], max_age=5), EVIL)


def test_wsgicors_w8_the_method_asked_for_is_judged(caplog: pytest.LogCaptureFixture) -> None:
    assert "DELETE" not in WSGISite(LISTED).preflight(APP, "DELETE").cors["allow-methods"]
    assert caplog.records[0].getMessage().startswith("method-refused")


def test_wsgicors_w9_a_long_list_is_not_sent_back() -> None:
    guarded = WSGISite(MIRRORED)
    assert guarded.preflight(APP, headers=[(ACRH, "x" * 100_000)]) == guarded.preflight(APP)


def test_wsgicors_w10_what_the_application_sets_is_replaced() -> None:
    answer = WSGISite(allow_origins=[APP], headers=[*ITS_OWN, *ITS_OWN]).get(APP)
    assert answer.cors == {"allow-origin": APP}
    assert answer.vary == ["accept-encoding", "origin"]


def test_wsgicors_w12_an_exception_is_readable_by_the_page_and_seen_by_the_server() -> None:
    def fail(environ: object, start_response: object) -> Iterable[bytes]:
        raise LookupError("lost")

    started: list[Any] = []
    middleware = wsgi.CORSMiddleware(fail, allow_origins=[APP])
    body = middleware({"REQUEST_METHOD": "GET", "HTTP_ORIGIN": APP}, lambda *start: started.append(start))
    with pytest.raises(LookupError):
        list(body)
    assert started[0][0] == "500 Internal Server Error"
    assert dict(started[0][1])["Access-Control-Allow-Origin"] == APP


def test_no_cache_of_origins_keeps_a_middleware_alive() -> None:
    guarded = WSGISite(allow_origins=["https://*.example.com"])
    guarded.get(APP)
    gone = weakref.ref(guarded.middleware)
    del guarded
    gc.collect()
    assert gone() is None
