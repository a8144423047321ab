"""The preflight cache, step by step: what is kept, for whom, and for how long."""

from __future__ import annotations

from dataclasses import replace

from tests.engines.cases import Answer, Case, Hop, Step
from tests.engines.matrix.short import (
    AGE,
    ECHO_ALL,
    ECHO_CREDENTIALS,
    GET,
    GRANTED,
    HEADERS,
    METHODS,
    POST,
    PUT,
    PUT_CREDENTIALS,
    Value,
    behind,
    get,
    lines,
    raw,
)

DELETE = Step("DELETE")
A, B = get(("X-A", "1")), get(("X-B", "1"))
SECRET = get(("Authorization", "x"))
AGES: dict[str, Value] = {
    "60": "60",
    "0": "0",
    "00": "00",
    "060": "060",
    "missing": None,
    "empty": "",
    "negative": "-1",
    "minus-zero": "-0",
    "plus": "+10",
    "plus-zero": "+0",
    "word": "abc",
    "fraction": "60.5",
    "zero-fraction": "0.5",
    "list": "60, 60",
    "zero-list": "0, 60",
    "padded": " 60 ",
    "unit": "60s",
    "zero-unit": "0s",
    "quoted": '"60"',
    "hexadecimal": "0x3c",
    "exponent": "1e2",
    "two-lines": ("60", "60"),
    "two-lines-zero-last": ("60", "0"),
    "two-lines-zero-first": ("0", "60"),
    "huge": "99999999999999999999",
    "int-32": "4294967296",
    "blank-inside": "6 0",
    "semicolon": "60; a",
}


def kept(methods: Value = "PUT, DELETE", names: Value = "X-A, X-B", age: Value = "60") -> Answer:
    """A preflight's answer with these lists."""
    return Answer(204, (*ECHO_CREDENTIALS, *lines(METHODS, methods), *lines(HEADERS, names), *lines(AGE, age)))


def later(step: Step, seconds: float) -> Step:
    return replace(step, wait=seconds)


def ending(step: Step, suffix: str) -> Step:
    return replace(step, suffix=suffix)


ECHOING = Answer(204, (*ECHO_ALL, (AGE, "60")))
SEQUENCES = [
    *(raw(f"age-{name}", PUT, PUT, preflight=kept(age=value)) for name, value in AGES.items()),
    raw("age-missing-after-1-second", PUT, later(PUT, 1), preflight=kept(age=None)),
    raw("age-missing-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age=None)),
    raw("age-2-after-4-seconds", PUT, later(PUT, 4), preflight=kept(age="2")),
    raw("age-word-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="abc")),
    raw("age-fraction-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="60.5")),
    raw("age-list-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="60, 60")),
    raw("age-plus-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="+60")),
    raw("age-huge-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="99999999999999999999")),
    raw("age-int-32-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="4294967296")),
    raw("age-int-64-after-7-seconds", PUT, later(PUT, 7), preflight=kept(age="9223372036854775808")),
    raw("age-refreshed", PUT, later(A, 1), later(PUT, 3), preflight=kept(age="3")),
    raw("cache-other-query", PUT, ending(PUT, "?b"), preflight=kept()),
    raw("cache-other-path", PUT, ending(PUT, "/b"), preflight=kept()),
    raw("cache-other-fragment", PUT, ending(PUT, "#b"), preflight=kept()),
    raw("cache-method-both-listed", PUT, DELETE, PUT, preflight=kept()),
    raw("cache-method-star", PUT, DELETE, PUT, preflight=kept("*")),
    raw("cache-method-star-same", PUT, PUT, preflight=kept("*")),
    raw("cache-method-echoed", PUT, DELETE, PUT, preflight=ECHOING),
    raw("cache-header-both-listed", A, B, A, preflight=kept()),
    raw("cache-header-star", A, B, A, preflight=kept(names="*")),
    raw("cache-header-star-same", A, A, preflight=kept(names="*")),
    raw("cache-header-echoed", A, B, A, preflight=ECHOING),
    raw("cache-header-other-case", A, get(("x-a", "1")), preflight=kept(names="x-A")),
    raw("cache-header-two-then-one", get(("X-A", "1"), ("X-B", "1")), A, B, preflight=ECHOING),
    raw("cache-header-one-then-two", A, get(("X-A", "1"), ("X-B", "1")), A, preflight=ECHOING),
    raw("cache-header-then-method", A, PUT, A, preflight=kept()),
    raw("cache-method-then-header", PUT, replace(PUT, headers=(("X-A", "1"),)), PUT, preflight=kept()),
    raw("cache-header-on-post-then-get", replace(POST, headers=A.headers), A, preflight=kept()),
    raw("cache-authorization-star", SECRET, SECRET, preflight=kept(names="*")),
    raw("cache-authorization-after-star", A, SECRET, preflight=kept(names="*")),
    raw("cache-authorization-listed", SECRET, SECRET, preflight=kept(names="Authorization")),
    raw("cache-then-credentials", PUT, PUT_CREDENTIALS, PUT, preflight=kept()),
    raw("cache-credentials-then-none", PUT_CREDENTIALS, PUT, PUT_CREDENTIALS, preflight=kept()),
    raw("cache-credentials-same", PUT_CREDENTIALS, PUT_CREDENTIALS, preflight=kept()),
    raw("cache-credentials-then-omit", PUT_CREDENTIALS, replace(PUT, credentials="omit"), preflight=kept()),
    raw("cache-star-then-credentials", PUT, PUT_CREDENTIALS, preflight=kept("*", "*")),
    raw("cache-unneeded-between", PUT, GET, PUT, preflight=kept()),
    raw("cache-method-refused-twice", PUT, PUT, preflight=kept("DELETE")),
    raw("cache-refused-then-listed", PUT, DELETE, preflight=kept("DELETE")),
    raw("cache-header-refused-then-listed", A, B, preflight=kept(names="X-B")),
    raw("cache-status-refused-then-again", PUT, PUT, preflight=Answer(403, kept().headers)),
    raw("cache-status-refused-then-listed", DELETE, PUT, preflight=Answer(500, kept().headers)),
    raw("cache-grant-refused-then-again", PUT, PUT, preflight=Answer(204, kept().headers[2:])),
    raw("cache-answer-refused", PUT, PUT, PUT, preflight=kept(), answer=Answer()),
    raw("cache-unpreflighted-refused", PUT, PUT, preflight=kept(), answer=GRANTED),
    raw("cache-method-case", Step("patch"), Step("PATCH"), preflight=kept("patch, PATCH")),
    raw("cache-sandbox", PUT, PUT, preflight=kept(), page="sandbox"),
    raw("cache-data", PUT, PUT, preflight=kept(), page="data"),
    raw("cache-loopback", PUT, PUT, preflight=kept(), page="loopback"),
    raw("cache-bad-list", PUT, PUT, preflight=kept("PUT, D ELETE")),
    raw("cache-upload-listener", *2 * [Step("POST", body="x", kind="upload")], preflight=kept("POST")),
    raw("cache-upload-listener-unlisted", *2 * [Step("POST", body="x", kind="upload")], preflight=kept(None, None)),
    raw("cache-upload-listener-other-listed", *2 * [Step("POST", body="x", kind="upload")], preflight=kept()),
    raw("cache-upload-listener-star", *2 * [Step("POST", body="x", kind="upload")], preflight=kept("*", None)),
    raw("cache-upload-then-fetch", Step("PUT", body="x", kind="upload"), PUT, preflight=kept()),
]
POLICIES = [
    behind("age-0", "twice", PUT, PUT),
    behind("age-60", "twice", PUT, PUT),
    behind("age-none", "twice", PUT, PUT),
    behind("age-none", "after-7-seconds", PUT, later(PUT, 7)),
    behind("age-60", "methods", PUT, DELETE, PUT),
    behind("age-60", "headers", get(("X-Token", "1")), SECRET, get(("X-Token", "1"))),
    behind("age-60", "method-then-header", PUT, SECRET),
    behind("age-day", "methods", PUT, DELETE, PUT),
    behind("age-day", "headers", A, SECRET, B),
    behind("age-credentials", "methods", PUT_CREDENTIALS, replace(DELETE, credentials="include"), PUT_CREDENTIALS),
    behind("age-credentials", "headers", *(replace(step, credentials="include") for step in (A, B, A))),
    behind("age-credentials", "with-and-without", PUT_CREDENTIALS, PUT, PUT_CREDENTIALS),
    behind("age-credentials", "without-and-with", PUT, PUT_CREDENTIALS),
    behind("age-60", "refused", *2 * [Step("CHICKEN")], PUT),
]
TAINTED = [
    Case(
        f"cache-redirect-{at}-{name}",
        steps,
        (Hop(Answer(307, ECHO_CREDENTIALS), kept()), Hop(GRANTED, kept(), at)),
    )
    for at in ("api", "third")
    for name, steps in {
        "twice": (PUT, PUT),
        "then-direct": (PUT, replace(PUT, hop=1)),
        "after-direct": (replace(PUT, hop=1), PUT),
        "between-direct": (replace(PUT, hop=1), PUT, replace(PUT, hop=1)),
    }.items()
]
CASES: list[Case] = [*TAINTED, *SEQUENCES, *POLICIES]
