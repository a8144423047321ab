"""What holds for every policy and every request, looked for by Hypothesis with policies that are valid and requests that are not."""

from __future__ import annotations

import dataclasses
import os
import pickle
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cors_core import Outcome, Plan, Policy, Request, Verdict, decide, fetch
from cors_core.origins import parse_entry, parse_origin, respelled
from cors_core.request import EnvironRequest, ScopeRequest
from tests.sites import ACRH, ACRM, ACRPN, HOST, Answer, ASGISite, Site, WSGISite

settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("quick"), max_examples=200, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

SITES = pytest.mark.parametrize("site", [WSGISite, ASGISite], ids=["wsgi", "asgi"])

# --- Policies ----------------------------------------------------------------------------------------------------------

TOKEN = st.text("!#$%&'*+-.^_`|~" + "059azAZ", min_size=1, max_size=12)
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,8}[a-z0-9])?", fullmatch=True)
HOSTS = st.one_of(
    st.builds("{}.{}".format, LABEL, st.sampled_from(["example", "example.com", "co.uk", "github.io", "test"])),
    st.sampled_from(["localhost", "127.0.0.1", "[::1]", "192.0.2.7", "a.localhost", "xn--bcher-kva.example"]),
)
PORTS = st.one_of(st.just(""), st.integers(1, 65535).filter(lambda n: n not in (80, 443)).map(":{}".format))
EXACT = st.one_of(
    st.builds("{}://{}{}".format, st.sampled_from(["https", "http"]), HOSTS, PORTS),
    st.builds("{}://{}".format, st.sampled_from(["capacitor", "chrome-extension", "tauri"]), LABEL),
)
PATTERN = st.one_of(
    st.builds("https://*.{}.{}{}".format, LABEL, st.sampled_from(["example", "test"]), st.sampled_from(["", ":*", ":8443"])),
    st.builds("http://{}:*".format, HOSTS),
)  # fmt: skip
REGEX = st.sampled_from([re.compile(r"https://[a-z0-9-]+\.example\.com"), re.compile(r"https://(a|b)?c\.test(:\d+)?")])


def even(origin: str) -> bool:
    """A predicate that says the same each time, and can be pickled."""
    return len(origin) % 2 == 0


ENTRIES = st.lists(st.one_of(EXACT, PATTERN, REGEX, st.just(even), st.just("null")), max_size=6)
METHOD = st.one_of(st.sampled_from(["PUT", "DELETE", "PATCH", "patch", "QUERY", "get"]), TOKEN)
HEADER = st.one_of(
    st.sampled_from(["X-Request-Id", "Authorization", "x-amz-*", "X-*", "Cookie", "Content-Type"]), TOKEN
)
EXPOSED = st.one_of(st.sampled_from(["X-Total-Count", "ETag", "Link"]), TOKEN)
WAIVERS = ("insecure-origin", "public-suffix", "null-origin")


def not_wild(name: str) -> bool:
    return "*" not in name


def distinct(names: list[str]) -> list[str]:
    return list(fetch.distinct(names))


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    """The keywords of a valid policy; any field may be left to its default."""
    everyone = draw(st.integers(0, 5)) == 5
    entries: list[Any] = ["*"] if everyone else draw(ENTRIES)
    strings = [entry for entry in entries if isinstance(entry, str) and entry not in ("*", "null")]
    some = draw(st.lists(EXACT | PATTERN, max_size=2)) if everyone else draw(st.lists(st.sampled_from(strings), max_size=2)) if strings else []  # fmt: skip
    everybody = not everyone and "null" not in entries and draw(st.booleans())
    credentials: Any = everybody or draw(st.sampled_from([False, some]))
    public = not credentials and draw(st.booleans())
    names = st.lists(HEADER.filter(lambda name: not_wild(name[:-1]) and name != "*"), max_size=4)
    every = st.just(["*"])
    methods = st.lists(METHOD.filter(lambda name: not fetch.is_forbidden_method(name) and name != "*"), max_size=4)
    exposed = st.lists(EXPOSED.filter(lambda name: not fetch.is_forbidden_response_header(name) and name != "*"), max_size=3)  # fmt: skip
    fields = {
        "allow_methods": draw(st.one_of(methods, every)),
        "allow_headers": draw(names | every | names.map(lambda names: [*names, "*"])),
        "expose_headers": draw(every if public else exposed),
        "max_age": draw(st.none() | st.integers(0, 86400)),
        "shared_max_age": draw(st.none() | st.integers(0, 86400)),
        "allow_private_network": draw(st.booleans()),
        "enforce": False if everyone else draw(st.sampled_from([False, "unsafe", "all"])),
        "preflight_status": draw(st.integers(200, 299)),
    }
    left_out = draw(st.sets(st.sampled_from(sorted(fields)), max_size=3))
    chosen = {name: value for name, value in fields.items() if name not in left_out}
    return {**chosen, "allow_origins": entries, "allow_credentials": credentials, "dangerously_allow": WAIVERS}


POLICIES = options().map(lambda chosen: Policy(**chosen))

# --- Requests ----------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(max_codepoint=0xFF), max_size=30)
ORIGINS = ["https://a.example.com", "https://c.test", "https://a.b.example.com:8443", "http://localhost:3000", "null"]


def origins_of(policy: Policy) -> list[str]:
    """Origins that the policy allows, or nearly."""
    strings = [entry for entry in policy.allow_origins if isinstance(entry, str)]
    return [*ORIGINS, f"https://{HOST}", *(entry.replace("*.", "a.").replace(":*", ":81") for entry in strings)]


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """`text` with one character taken out, put in or changed; or cut, or with something behind or before it."""
    at = draw(st.integers(0, len(text)))
    more = draw(
        st.one_of(st.characters(max_codepoint=0xFF), st.sampled_from([".evil.net", "/", ",", "@evil.net", ":1"]))
    )
    return draw(
        st.sampled_from(
            [text[:at], text[at:], text[:at] + more + text[at:], text[:at] + more + text[at + 1 :], text + text]
        )
    )


@st.composite
def header_lines(draw: st.DrawFn, policy: Policy, method: str, honest: bool = False) -> dict[str, str]:
    """The headers of a request as one text each: what browsers of allowed origins send, and more unless `honest`."""
    near = st.sampled_from(origins_of(policy))
    origin = st.sampled_from(list(filter(policy.allows, origins_of(policy))) or ORIGINS)
    verb = st.one_of(st.sampled_from(["GET", *policy.allow_methods]), METHOD)
    names = st.lists(st.one_of(HEADER, st.sampled_from(["x-amz-a", "x-a", *policy.header_names])), max_size=5)
    padded = st.lists(st.one_of(HEADER, st.sampled_from(["", " x-b\t"])), max_size=5)
    candidates = {
        "Origin": origin if honest else st.one_of(origin, near, near.flatmap(edited), TEXT),
        ACRM: verb if honest else st.one_of(verb, TEXT),
        ACRH: names.map(",".join) if honest else st.one_of(names.map(",".join), padded.map(",".join), TEXT),
        ACRPN: st.sampled_from(["true", "false", ""]),
        "Sec-Fetch-Site": st.sampled_from(["same-origin", "cross-site", "none", "same-site", ""]),
    }
    preflights = [{"Origin", ACRM, ACRH}] * 3 + [{"Origin", ACRM}]
    likely = draw(
        st.sampled_from([{"Origin"}, {"Origin", "Sec-Fetch-Site"}, set(), *preflights * (method == "OPTIONS")])
    )
    given = likely | draw(st.sets(st.sampled_from(sorted(candidates)), max_size=2))
    return {name: draw(strategy) for name, strategy in candidates.items() if name in given}


VERBS = st.sampled_from(["OPTIONS"] * 4 + ["GET", "POST", "DELETE", "HEAD", ""])


@st.composite
def asked(draw: st.DrawFn, honest: bool = False) -> tuple[Policy, str, dict[str, str]]:
    """A policy, a method and headers."""
    policy = draw(POLICIES)
    method = "OPTIONS" if honest else draw(VERBS)
    return policy, method, draw(header_lines(policy, method, honest))


def plan_for(policy: Policy, method: str, headers: dict[str, str]) -> Plan:
    request = Request(
        method=method,
        host=HOST,
        scheme="https",
        origin=headers.get("Origin"),
        requested_method=headers.get(ACRM),
        requested_headers=headers.get(ACRH),
        requested_private_network=headers.get(ACRPN),
        sec_fetch_site=headers.get("Sec-Fetch-Site"),
    )
    return decide(policy, request, verdict_of(policy, request.origin or ""))


def verdict_of(policy: Policy, origin: str) -> Verdict:
    verdict = policy.origins.verdict(origin)
    return policy.origins.ask(origin) if verdict is Verdict.ASK else verdict


def raw(headers: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode("latin-1")) for name, value in headers.items()]


# --- Answers -----------------------------------------------------------------------------------------------------------


@given(asked())
def test_only_the_requests_own_allowed_origin_or_a_star_is_sent(case: tuple[Policy, str, dict[str, str]]) -> None:
    policy, method, headers = case
    sent = dict(plan_for(policy, method, headers).headers)
    origin = sent.get("Access-Control-Allow-Origin")
    if origin == "*":
        assert policy.allow_origins == ("*",)
        assert "Access-Control-Allow-Credentials" not in sent
    elif origin is not None:
        assert origin == headers["Origin"]
        assert policy.allows(origin)
    else:
        assert not [name for name in sent if name.startswith("Access-Control-")]


@given(asked())
def test_credentials_are_granted_to_those_who_get_them_only(case: tuple[Policy, str, dict[str, str]]) -> None:
    policy, method, headers = case
    sent = dict(plan_for(policy, method, headers).headers)
    if "Access-Control-Allow-Credentials" in sent:
        assert sent["Access-Control-Allow-Credentials"] == "true"
        assert policy.allow_credentials
        assert sent["Access-Control-Allow-Origin"] == headers["Origin"] != "null"
        assert "*" not in [element.strip() for value in sent.values() for element in value.split(",")]


@given(asked())
def test_headers_are_sent_once_and_of_harmless_characters(case: tuple[Policy, str, dict[str, str]]) -> None:
    plan = plan_for(*case)
    names = [name.lower() for name, _ in plan.pairs]
    assert len(names) == len(set(names))
    assert all(value.isascii() and value.isprintable() for _, value in plan.pairs)
    assert len({name.lower() for name in plan.vary}) == len(plan.vary)


@settings(max_examples=settings.default.max_examples * 3)
@given(st.booleans(), st.data())
def test_requests_that_agree_on_what_vary_names_get_one_answer(honest: bool, data: st.DataObject) -> None:
    policy, method, headers = data.draw(asked(honest))
    first = plan_for(policy, method, headers)
    others = data.draw(st.sampled_from([headers, {}])) | data.draw(header_lines(policy, method, honest))
    for name in first.vary:
        others.pop(name, None)
    others |= {name: headers[name] for name in first.vary if name in headers}
    assume(is_preflight(method, headers) == is_preflight(method, others))
    second = plan_for(policy, method, others)
    assert second.vary == first.vary
    assert (second.status, second.headers, second.body) == (first.status, first.headers, first.body)


def is_preflight(method: str, headers: dict[str, str]) -> bool:
    return method == "OPTIONS" and bool(headers.get("Origin")) and ACRM in headers


@given(asked())
def test_the_length_of_an_answer_is_the_policys_and_that_of_what_was_allowed(
    case: tuple[Policy, str, dict[str, str]],
) -> None:
    policy, method, headers = case
    words = (*policy.allow_methods, *policy.allow_headers, *policy.expose_headers)
    allowed = [
        name for name in fetch.requested_names(headers.get(ACRH, "")) or () if policy.permits_header(name.lower())
    ]
    origin = headers.get("Origin", "") if policy.allows(headers.get("Origin", "")) else ""
    most = 700 + sum(len(word) + 2 for word in (*words, *allowed)) + min(len(headers.get(ACRM, "")), 64) + len(origin)
    assert sum(len(name) + len(value) for name, value in plan_for(policy, method, headers).pairs) <= most


@given(asked())
def test_an_outcome_says_what_was_done(case: tuple[Policy, str, dict[str, str]]) -> None:
    policy, method, headers = case
    plan = plan_for(policy, method, headers)
    granted = "Access-Control-Allow-Origin" in dict(plan.headers)
    assert granted == (plan.outcome in (Outcome.ALLOWED, Outcome.METHOD_REFUSED, Outcome.HEADERS_REFUSED)) or (
        plan.outcome is Outcome.NOT_CORS and policy.allow_origins == ("*",)
    )
    assert (plan.status is not None) == (is_preflight(method, headers) or plan.outcome is Outcome.BLOCKED)


# --- Nothing raises ----------------------------------------------------------------------------------------------------


@given(POLICIES, st.lists(st.none() | st.text(), min_size=8, max_size=8), st.sampled_from(Verdict))
def test_decide_raises_for_no_text(policy: Policy, texts: list[str | None], verdict: Verdict) -> None:
    method, path, scheme = (text or "" for text in texts[:3])
    decide(policy, Request(method, path, *texts[3:], scheme=scheme), verdict)
    decide(policy, Request("OPTIONS", path, *texts[3:], scheme=scheme), verdict)


@given(POLICIES, st.text())
def test_a_verdict_raises_for_no_text(policy: Policy, text: str) -> None:
    assert isinstance(policy.origins.verdict(text), Verdict)
    assert isinstance(policy.allows(text), bool)


FACTS = (
    *("method", "path", "origin", "requested_method", "requested_headers", "requested_private_network"),
    *("sec_fetch_site", "host", "scheme"),
)


@given(st.lists(st.binary(), min_size=8, max_size=8))
def test_readers_raise_for_no_bytes(values: list[bytes]) -> None:
    names = (b"origin", *(name.lower().encode() for name in (ACRM, ACRH, ACRPN, "Sec-Fetch-Site", "Host", "Origin")))
    scope = {
        "type": "http",
        "method": "GET",
        "path": values[0].decode("utf-8", "replace"),
        "root_path": values[7].decode("utf-8", "replace"),
        "headers": list(zip(names, values[1:], strict=True)),
    }
    environ = {f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode("latin-1") for name, value in scope["headers"]}  # type: ignore[attr-defined]  # fmt: skip
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": values[0].decode("latin-1")}
    for request in (ScopeRequest(scope), EnvironRequest(environ)):
        for fact in FACTS:
            assert isinstance(getattr(request, fact), str)


@SITES
@given(
    POLICIES, st.binary(), st.lists(st.tuples(st.sampled_from(["Origin", ACRM, ACRH, "Host"]), st.binary()), max_size=6)
)
def test_the_adapters_raise_for_no_bytes(
    site: type[Site], policy: Policy, path: bytes, headers: list[tuple[str, bytes]]
) -> None:
    guarded = site(lambda request: policy if "a" not in request.path else None)
    for method in ("GET", "OPTIONS"):
        assert isinstance(guarded.ask(method, path, headers), Answer)


# --- Adapters ----------------------------------------------------------------------------------------------------------


@given(asked())
def test_both_protocols_give_one_answer(case: tuple[Policy, str, dict[str, str]]) -> None:
    policy, method, headers = case
    by_wsgi, by_asgi = (site(policy).ask(method, headers=raw(headers)) for site in (WSGISite, ASGISite))
    assert by_wsgi == by_asgi


@SITES
@settings(max_examples=max(20, settings.default.max_examples // 5))
@given(POLICIES, st.data())
def test_an_answer_does_not_depend_on_what_was_asked_before(
    site: type[Site], policy: Policy, data: st.DataObject
) -> None:
    some = VERBS.flatmap(lambda method: st.tuples(st.just(method), header_lines(policy, method)))
    cases = data.draw(st.lists(some, min_size=5, max_size=10))
    seasoned = site(policy)
    for method, headers in cases * 5:
        seasoned.ask(method, headers=raw(headers))
    for method, headers in cases:
        fresh = site(dataclasses.replace(policy))  # for plans are kept by the policy too
        assert seasoned.ask(method, headers=raw(headers)) == fresh.ask(method, headers=raw(headers))


# --- Origins -----------------------------------------------------------------------------------------------------------


@given(st.lists(EXACT, min_size=1, max_size=4), st.data())
def test_what_is_made_of_allowed_origins_is_refused(origins: list[str], data: st.DataObject) -> None:
    policy = Policy(allow_origins=origins)
    left, right = data.draw(st.sampled_from(origins)), data.draw(st.sampled_from(origins))
    for forged in (left + right, left + right.partition("://")[2], data.draw(edited(left)), left[:-1], left[1:]):
        assert policy.allows(forged) == (forged in origins)


@given(PATTERN, st.data())
def test_what_a_pattern_stands_for_is_an_origin_below_it(pattern: str, data: st.DataObject) -> None:
    policy = Policy(allow_origins=[pattern])
    sample = pattern.replace("*.", "a.b.").replace(":*", data.draw(st.sampled_from(["", ":1", ":65535"])))
    assert policy.allows(sample)
    forged = data.draw(edited(sample))
    if policy.allows(forged):
        origin, parts = parse_origin(forged), parse_origin(sample)
        assert origin is not None
        assert parts is not None
        assert origin.scheme == parts.scheme
        assert origin.host == parts.host or ("*." in pattern and origin.host.endswith(parts.host.removeprefix("a.b")))
        assert origin.port == parts.port or pattern.endswith(":*")


@given(st.one_of(EXACT, st.text(max_size=40), EXACT.flatmap(edited)))
def test_an_exact_entry_that_is_taken_is_an_origin_and_matches_itself(text: str) -> None:
    entry = parse_entry(text)
    if isinstance(entry, str):
        assert entry == text
        assert parse_origin(text) is not None
        assert Policy(allow_origins=[text]).allows(text)


SPELLINGS = st.one_of(
    st.text(max_size=30),
    EXACT.map(str.upper),
    EXACT.map("{}/".format),
    EXACT.map(" {}\n".format),
    EXACT.map(lambda origin: origin.partition("://")[2]),
    EXACT.flatmap(edited),
    PATTERN.flatmap(edited),
    st.text("aé\u212aß.:/@[]0123456789*x-", max_size=16).map("https://{}".format),
)


@settings(max_examples=settings.default.max_examples * 3)
@given(SPELLINGS)
def test_every_spelling_that_is_suggested_can_be_written(text: str) -> None:
    suggestion = respelled(text)
    if suggestion is not None:
        policy = Policy(allow_origins=[suggestion])
        assert policy.allow_origins == (suggestion,)
        assert respelled(suggestion) == suggestion


# --- Policies are values -----------------------------------------------------------------------------------------------


@given(options())
def test_a_policy_is_a_value(chosen: dict[str, Any]) -> None:
    policy = Policy(**chosen)
    for copy in (dataclasses.replace(policy), pickle.loads(pickle.dumps(policy)), Policy(**chosen)):
        assert copy == policy
        assert hash(copy) == hash(policy)
        assert repr(copy) == repr(policy)
        assert copy.header_names == policy.header_names
    assert dataclasses.replace(policy, max_age=7) == Policy(**{**chosen, "max_age": 7})


@given(asked())
def test_a_copy_answers_alike(case: tuple[Policy, str, dict[str, str]]) -> None:
    policy, method, headers = case
    for copy in (dataclasses.replace(policy), pickle.loads(pickle.dumps(policy))):
        assert plan_for(copy, method, headers) == plan_for(policy, method, headers)
