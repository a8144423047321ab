"""The options of `CORS(app)`, one after the other."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask

from tests.flask.verdicts import Library, Setup
from tests.parity.verdicts import API, APP, EVIL, PARTNER, Ask, Row, but

get, post, put, patch, delete = (partial(Ask, method) for method in ("GET", "POST", "PUT", "PATCH", "DELETE"))
X_A = (("X-A", "1"),)
BOTH = (*X_A, ("X-B", "2"))
TOKEN = (("Authorization", "Bearer abc"),)

READING = (get(), get(page=EVIL))
WRITING = (put("/items/1"), put("/items/1", page=EVIL))
EVERYDAY = (
    *READING,
    *WRITING,
    Ask("HEAD"),
    post(),
    post(json=True),
    post(json=True, page=EVIL),
    patch("/items/1", json=True),
    delete("/items/1"),
    get(headers=X_A),
    get(headers=TOKEN),
    get(credentials=True),
    put("/items/1", credentials=True, json=True),
    put("/items/1", page=EVIL, credentials=True),
    get(page=API),
)


def cors(**options: Any) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        library.CORS(app, **options)

    return setup


ORIGINS = (
    Row("no options", cors(), (*EVERYDAY, get(page="null"), put("/items/1", page="null"))),
    Row("origins='*'", cors(origins="*"), (*READING, *WRITING, get(credentials=True), get(page="null"))),
    Row("origins=['*', ...]", cors(origins=["*", APP]), (*READING, *WRITING)),
    Row("origins='.*'", cors(origins=".*"), (*READING, *WRITING)),
    Row("send_wildcard", cors(send_wildcard=True), (*READING, *WRITING), warns=True),
    Row("always_send=False", cors(always_send=False), (*READING, *WRITING), warns=True),
    Row("vary_header=False", cors(vary_header=False, origins=APP), (*READING, *WRITING), warns=True),
    Row("intercept_exceptions=False", cors(intercept_exceptions=False), (get("/boom"), get("/abort/404")), warns=True),
    Row("one origin", cors(origins=APP), (*EVERYDAY, get(page="null"), get(page="http://app.example.com"))),
    Row("two origins", cors(origins=[APP, PARTNER]), (*EVERYDAY, get(page=PARTNER), put("/items/1", page=PARTNER))),
    Row("a tuple of origins", cors(origins=(APP, PARTNER)), (*READING, get(page=PARTNER))),
    Row("a set of origins", cors(origins={APP, PARTNER}), (*READING, get(page=PARTNER))),
    Row("origins=[]", cors(origins=[]), EVERYDAY),
    Row("origins=None", cors(origins=None), READING, warns=True),
    Row("origins=''", cors(origins=""), READING, warns=True),
    Row("a trailing slash", cors(origins=f"{APP}/"), READING, warns=True),
    Row("the default port", cors(origins=[f"{APP}:443"]), READING, warns=True),
    Row("a path", cors(origins=[f"{APP}/shop"]), READING, warns=True),
    Row("a blank", cors(origins=[f" {APP}"]), READING, warns=True),
    Row("no scheme", cors(origins=["app.example.com"]), READING, warns=True),
    Row("two origins in one text", cors(origins=f"{APP},{PARTNER}"), READING, warns=True),
    Row("upper case", cors(origins=APP.upper()), (*READING, *WRITING), warns=True),
    Row("bad next to good", cors(origins=[f"{EVIL}/", APP]), (*READING, *WRITING), warns=True),
    Row(
        "a port",
        cors(origins="http://localhost:3000"),
        (get(page="http://localhost:3000"), get(page="http://localhost:3001"), get(page="http://localhost")),
    ),
    Row("null", cors(origins="null"), (get(page="null"), put("/items/1", page="null"), get(), get(page=EVIL)), True),
    Row("null and credentials", cors(origins="null", supports_credentials=True), but("null-with-credentials", get())),
    Row(
        "an iterator",
        lambda app, library: library.CORS(app, origins=iter([APP])),
        (get(page=EVIL), *but("iterators", get(), put("/items/1"))),
    ),
)

EXPRESSIONS = (
    Row("anchored", cors(origins=re.compile(r"^https://[a-z]+\.example\.com$")), EVERYDAY),
    Row("anchored text", cors(origins=r"^https://[a-z]+\.example\.com$"), EVERYDAY, warns=True),
    Row("text in upper case", cors(origins=r"https://[A-Z]+\.EXAMPLE\.com$"), (*READING, *WRITING), warns=True),
    Row("compiled, ignoring case", cors(origins=re.compile(r"https://[A-Z]+\.EXAMPLE\.com$", re.I)), READING),
    Row("compiled, in upper case", cors(origins=re.compile(r"https://[A-Z]+\.EXAMPLE\.com$")), READING),
    Row(
        "an expression and an origin",
        cors(origins=[APP, re.compile(r"https://pr-[0-9]+\.example\.dev$")]),
        (*READING, get(page="https://pr-7.example.dev"), put(page="https://pr-7.example.dev")),
    ),
    Row(
        "without an end",
        cors(origins=re.compile(r"https://[a-z]+\.example\.com")),
        (*READING, *but("whole-match", get(page="https://a.example.com.evil.example"), get(page=f"{APP}:8443"))),
    ),
    Row(
        "text without an end",
        cors(origins=[r"https://[a-z]+\.example\.com"]),
        (*READING, *but("whole-match", get(page="https://a.example.com.evil.example"))),
        warns=True,
    ),
    Row("everybody by expression", cors(origins=r"https?://.*"), (*READING, *WRITING), warns=True),
    Row("https://*", cors(origins="https://*"), but("whole-match", *READING), warns=True),
    Row("a broken expression", cors(origins="https://(app.example.com"), READING),
    Row(
        "subdomains",
        cors(origins="https://*.example.com"),
        (
            get(page=EVIL),
            *but("origin-patterns", get(), put("/items/1"), get(page="https://example.com")),
            *but("origin-patterns", get(page="https://xexample.com"), get(page="https://example.com.evil.example")),
        ),
        warns=True,
    ),
    Row(
        "any port",
        cors(origins="http://localhost:*"),
        (
            get(page="http://localhost:3000"),
            get(page="http://localhost"),
            get(page=EVIL),
            *but("origin-patterns", get(page="http://localhost.evil.example")),
        ),
        warns=True,
    ),
    Row(
        "IPv6",
        cors(origins="http://[::1]:3000"),
        (get(page=EVIL), *but("brackets", get(page="http://[::1]:3000"), put("/items/1", page="http://[::1]:3000"))),
        warns=True,
    ),
)

CREDENTIALS = (
    Row("credentials", cors(origins=APP, supports_credentials=True), EVERYDAY),
    Row(
        "credentials, two origins",
        cors(origins=[APP, PARTNER], supports_credentials=True),
        (*EVERYDAY, get(page=PARTNER, credentials=True), post("/login", credentials=True)),
    ),
    Row(
        "credentials, an expression",
        cors(origins=re.compile(r"https://[a-z]+\.example\.com$"), supports_credentials=True),
        EVERYDAY,
    ),
    Row(
        "credentials, http",
        cors(origins="http://app.example.com", supports_credentials=True),
        (get(page="http://app.example.com", credentials=True), get(), get(page=EVIL, credentials=True)),
        warns=True,
    ),
    Row(
        "credentials for everybody",
        cors(supports_credentials=True),
        but("star-with-credentials", get(), get(page=EVIL, credentials=True), put("/items/1", page="null")),
    ),
    Row("credentials, '*'", cors(origins="*", supports_credentials=True), but("star-with-credentials", *READING)),
    Row("credentials, '.*'", cors(origins=".*", supports_credentials=True), but("star-with-credentials", *READING)),
    Row(
        "credentials, an expression for everybody",
        cors(origins=r"https://.*", supports_credentials=True),
        but("star-with-credentials", *READING),
    ),
    Row(
        "credentials, an expression for strangers",
        cors(origins=re.compile(r"https://.*example\.com$"), supports_credentials=True),
        but("star-with-credentials", *READING),
    ),
    Row(
        "credentials, any subdomain by expression",
        cors(origins=re.compile(r"https://.*\.example\.com$"), supports_credentials=True),
        (*EVERYDAY, get(page="https://a.b.example.com", credentials=True)),
    ),
    Row(
        "credentials, http by expression",
        cors(origins=re.compile(r"https?://[a-z]+\.example\.com$"), supports_credentials=True),
        (get(credentials=True), get(page="http://app.example.com", credentials=True), get(page=EVIL)),
        warns=True,
    ),
    Row(
        "credentials, a suffix that many share",
        cors(origins=re.compile(r"https://[a-z0-9-]+\.vercel\.app$"), supports_credentials=True),
        but("star-with-credentials", get(page="https://ours.vercel.app", credentials=True)),
    ),
    Row(
        "credentials, subdomains",
        cors(origins="https://*.example.com", supports_credentials=True),
        (get(page=EVIL), *but("origin-patterns", get(credentials=True), get(page="https://xexample.com"))),
        warns=True,
    ),
    Row(
        "credentials, any port",
        cors(origins="http://localhost:*", supports_credentials=True),
        (get(page="http://localhost:3000", credentials=True), get(page=EVIL)),
        warns=True,
    ),
    Row("credentials, '*', sent", cors(origins="*", supports_credentials=True, send_wildcard=True), READING),
)

METHODS = (
    Row(
        "methods=['GET', 'PUT']",
        cors(methods=["GET", "PUT"]),
        (
            *READING,
            *WRITING,
            patch("/items/1"),
            delete("/items/1"),
            post(),
            get(headers=X_A),
            put("/items/1", json=True),
            *but("safelisted-methods", post(json=True)),
        ),
    ),
    Row("methods='PUT'", cors(methods="PUT"), (*READING, *WRITING, delete("/items/1"), Ask("UT", "/items/1"))),
    Row("methods='PUT, DELETE'", cors(methods="PUT, DELETE"), (*READING, *WRITING, delete("/items/1"), patch())),
    Row("methods=('put',)", cors(methods=("put",)), (*READING, *WRITING, Ask("put", "/items/1"), delete("/items/1"))),
    Row("methods={'DELETE'}", cors(methods={"DELETE"}), (*READING, *WRITING, delete("/items/1"))),
    Row(
        "methods=[]",
        cors(methods=[]),
        (*READING, *WRITING, post(), *but("safelisted-methods", post(json=True), get(headers=X_A))),
    ),
    Row("methods='*'", cors(methods="*"), (*READING, *but("any-method", *WRITING, delete("/items/1"))), True),
    Row("methods=['*']", cors(methods=["*"], origins=APP), (*READING, *but("any-method", put("/items/1"))), True),
    Row("methods=['PURGE']", cors(methods=["PURGE"]), (Ask("PURGE"), Ask("PURGE", page=EVIL), *WRITING)),
    Row("methods=None", cors(methods=None), (*READING, *WRITING, *but("safelisted-methods", post(json=True)))),
    Row("methods that browsers forbid", cors(methods=["TRACE", "PUT"]), (*READING, *WRITING), warns=True),
    Row("no method's name", cors(methods=["GET POST"]), but("no-token", *READING)),
    Row("patch in lower case", cors(), (Ask("patch", "/items/1"), Ask("put", "/items/1"), Ask("PURGE"))),
    Row("OPTIONS", cors(), (Ask("OPTIONS"), Ask("OPTIONS", "/own-options"))),
)

HEADERS = (
    Row(
        "allow_headers=['X-A']",
        cors(allow_headers=["X-A"]),
        (
            *READING,
            *WRITING,
            get(headers=X_A),
            get(headers=BOTH),
            get(headers=TOKEN),
            post(),
            *but("safelisted-headers", post(json=True), put("/items/1", json=True)),
        ),
    ),
    Row("allow_headers='x-a'", cors(allow_headers="x-a"), (get(headers=X_A), get(headers=BOTH))),
    Row("two header names", cors(allow_headers=("X-A", "X-B")), (get(headers=BOTH), get(headers=TOKEN))),
    Row("Content-Type listed", cors(allow_headers=["Content-Type"]), (post(json=True), get(headers=X_A))),
    Row("Authorization listed", cors(allow_headers="Authorization"), (get(headers=TOKEN), get(headers=X_A))),
    Row("allow_headers='*'", cors(allow_headers="*"), (get(headers=BOTH), get(headers=TOKEN), post(json=True))),
    Row("allow_headers=['*']", cors(allow_headers=["*"], origins=APP), (get(headers=BOTH), get(headers=TOKEN))),
    Row(
        "any header, with credentials",
        cors(origins=APP, supports_credentials=True),
        (get(headers=BOTH, credentials=True), get(headers=TOKEN, credentials=True), get(headers=X_A, page=EVIL)),
    ),
    Row("allow_headers=[]", cors(allow_headers=[]), (*READING, *WRITING, get(headers=X_A), get(headers=TOKEN))),
    Row(
        "header names in one text",
        cors(allow_headers="X-A, X-B"),
        (get(headers=TOKEN), *but("comma-separated", get(headers=BOTH), get(headers=X_A))),
    ),
    Row("allow_headers=None", cors(allow_headers=None), (*READING, *WRITING, get(headers=X_A))),
    Row("no header's name", cors(allow_headers=["X A"]), but("no-token", *READING)),
    Row(
        "a family of headers",
        cors(allow_headers=["X-*"]),
        (get(headers=BOTH), get(headers=TOKEN), *but("header-families", get(headers=(("Xyz", "1"),)))),
        warns=True,
    ),
    Row(
        "compiled in upper case",
        cors(allow_headers=re.compile("X-.*")),
        (get(headers=TOKEN), *but("header-families", get(headers=X_A))),
        warns=True,
    ),
    Row(
        "alternatives",
        cors(allow_headers=re.compile("x-(a|b)$")),
        but("header-expressions", *READING, get(headers=X_A)),
    ),
    Row("header expression in text", cors(allow_headers=[r"X-.*"]), (get(headers=BOTH), get(headers=TOKEN)), True),
    Row("header expression", cors(allow_headers=re.compile("x-.*")), (get(headers=BOTH), get(headers=TOKEN)), True),
    Row("names nobody asks for", cors(allow_headers=["X-A", "Origin", "DNT"]), (get(headers=X_A), get(headers=BOTH))),
)

EXPOSED = (
    Row("expose_headers=['X-Total']", cors(expose_headers=["X-Total"]), (*READING, *WRITING, get("/abort/404"))),
    Row("expose_headers='X-Total'", cors(expose_headers="X-Total"), READING),
    Row("expose_headers in one text", cors(expose_headers="X-Total, X-Page"), (*READING, *WRITING)),
    Row("expose_headers in lower case", cors(expose_headers=("x-page", "x-total"), origins=APP), READING),
    Row("expose_headers='*'", cors(expose_headers="*"), (*READING, *WRITING)),
    Row("nothing's name exposed", cors(expose_headers=["X Total"]), but("no-token", *READING)),
    Row("a cookie exposed", cors(expose_headers=["Set-Cookie", "X-Page"]), READING, warns=True),
    Row(
        "expose_headers with credentials",
        cors(origins=APP, supports_credentials=True, expose_headers=["X-Page"]),
        (*READING, get(credentials=True)),
    ),
    Row(
        "expose_headers='*' with credentials",
        cors(origins=APP, supports_credentials=True, expose_headers="*"),
        but("exposed-star-with-credentials", *READING),
    ),
)


def twice(*seconds: float) -> tuple[Ask, ...]:
    return tuple(put("/items/1", again_after=each) for each in seconds)


AGES = (
    Row("max_age=None", cors(), twice(3, 30)),
    Row("max_age=60", cors(max_age=60), (*twice(30, 90), *READING)),
    Row("max_age='60'", cors(max_age="60"), twice(30, 90)),
    Row("max_age=timedelta", cors(max_age=timedelta(minutes=1), origins=APP), twice(30, 90)),
    Row("max_age=0", cors(max_age=0), (*but("max-age-zero", *twice(3)), *twice(30))),
    Row("max_age='0'", cors(max_age="0"), twice(3)),
    Row("max_age=timedelta(0)", cors(max_age=timedelta()), twice(3)),
    Row("max_age=-5", cors(max_age=-5), but("no-age", put("/items/1"))),
    Row("max_age=600.5", cors(max_age=600.5), but("no-age", put("/items/1"))),
    Row("max_age=''", cors(max_age=""), twice(3), warns=True),
    Row("max_age of a week", cors(max_age=604800), (*twice(80000), *but("max-age-day", *twice(90000))), warns=True),
)

OPTIONS = (*ORIGINS, *EXPRESSIONS, *CREDENTIALS, *METHODS, *HEADERS, *EXPOSED, *AGES)
