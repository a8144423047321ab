"""The settings, one after the other."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from tests.django.verdicts import Extended, project
from tests.parity.verdicts import API, APP, EVIL, PARTNER, Ask, Row, but

get, post, put, patch, delete = (partial(Ask, method) for method in ("GET", "POST", "PUT", "PATCH", "DELETE"))
X_A = (("X-A", "1"),)
BOTH = (*X_A, ("X-B", "2"))
TOKEN = (("Authorization", "Bearer abc"),)
CSRF = (("X-CSRFToken", "abc"),)
EVERYONE: dict[str, Any] = {"CORS_ALLOW_ALL_ORIGINS": True}
ONE: dict[str, Any] = {"CORS_ALLOWED_ORIGINS": [APP]}
COOKIES: dict[str, Any] = {**ONE, "CORS_ALLOW_CREDENTIALS": True}
SUBDOMAIN = r"https://[a-z]+\.example\.com"
LOOKALIKE = f"{APP}.evil.example"

READING = (get(), get(page=EVIL))
WRITING = (put("/items/1"), put("/items/1", page=EVIL))
EVERYDAY = (
    *READING,
    *WRITING,
    Ask("HEAD"),
    Ask("OPTIONS"),
    post(),
    post(json=True),
    post(json=True, page=EVIL),
    patch("/items/1", json=True),
    delete("/items/1"),
    get(headers=X_A),
    get(headers=TOKEN),
    get(headers=CSRF),
    get(credentials=True),
    put("/items/1", credentials=True, json=True),
    put("/items/1", page=EVIL, credentials=True),
    get(page=API),
)

ORIGINS = (
    Row("no settings", project(), EVERYDAY),
    Row("everyone", project(**EVERYONE), (*EVERYDAY, get(page="null"), put("/items/1", page="null"))),
    Row("everyone by the old name", project(CORS_ORIGIN_ALLOW_ALL=True), (*READING, *WRITING)),
    Row("the new name before the old one", project(CORS_ALLOW_ALL_ORIGINS=False, CORS_ORIGIN_ALLOW_ALL=True), READING),
    Row("everyone, and a list", project(**EVERYONE, **ONE), (*READING, *WRITING)),
    Row("one origin", project(**ONE), (*EVERYDAY, get(page="null"), get(page="http://app.example.com"))),
    Row("one origin by the old name", project(CORS_ORIGIN_WHITELIST=[APP]), (*READING, *WRITING)),
    Row("the new list before the old one", project(**ONE, CORS_ORIGIN_WHITELIST=[EVIL]), READING),
    Row("two origins", project(CORS_ALLOWED_ORIGINS=[APP, PARTNER]), (*READING, *WRITING, get(page=PARTNER))),
    Row("a tuple of origins", project(CORS_ALLOWED_ORIGINS=(APP, PARTNER)), (*READING, get(page=PARTNER))),
    Row("no origins", project(CORS_ALLOWED_ORIGINS=[]), EVERYDAY),
    Row(
        "a port",
        project(CORS_ALLOWED_ORIGINS=["http://localhost:3000"]),
        (get(page="http://localhost:3000"), get(page="http://localhost:3001"), get(page="http://localhost")),
    ),
    Row("an IPv6 host", project(CORS_ALLOWED_ORIGINS=["http://[::1]:3000"]), (get(page="http://[::1]:3000"), get())),
    Row("the default port", project(CORS_ALLOWED_ORIGINS=[f"{APP}:443"]), (*READING, *WRITING), warns=True),
    Row("an empty text", project(CORS_ALLOWED_ORIGINS=["", APP]), (*READING, *WRITING), warns=True),
    Row("a star in the list", project(CORS_ALLOWED_ORIGINS=["*"]), (*READING, *WRITING), warns=True),
    Row("no scheme", project(CORS_ALLOWED_ORIGINS=["app.example.com"]), READING, warns=True),
    Row("two origins in one text", project(CORS_ALLOWED_ORIGINS=[f"{APP},{PARTNER}"]), READING, warns=True),
    Row(
        "an expression in the list", project(CORS_ALLOWED_ORIGINS=[r"^https://.*\.example\.com$"]), READING, warns=True
    ),
    Row("null", project(CORS_ALLOWED_ORIGINS=["null"]), (*READING, get(page="null"), put(page="null")), warns=True),
    Row(
        "null and credentials",
        project(CORS_ALLOWED_ORIGINS=["null", APP], CORS_ALLOW_CREDENTIALS=True),
        but("null-with-credentials", get(), get(page="null", credentials=True)),
    ),
    Row("an upper-case scheme", project(CORS_ALLOWED_ORIGINS=["HTTPS://app.example.com"]), READING, warns=True),
    Row(
        "an upper-case host",
        project(CORS_ALLOWED_ORIGINS=["https://APP.example.com"]),
        (get(page=EVIL), *but("upper-case", get(), put("/items/1"))),
        warns=True,
    ),
    Row(
        "a trailing slash",
        project(CORS_ALLOWED_ORIGINS=[f"{APP}/", PARTNER]),
        (get(page=EVIL), get(page=PARTNER), *but("no-origin", get(), put("/items/1"))),
        warns=True,
    ),
    Row(
        "a path",
        project(CORS_ALLOWED_ORIGINS=[f"{APP}/shop"]),
        (get(page=EVIL), *but("no-origin", get())),
        warns=True,
    ),
    Row("userinfo", project(CORS_ALLOWED_ORIGINS=["https://u:p@app.example.com"]), READING, warns=True),
    Row(
        "subdomains",
        project(CORS_ALLOWED_ORIGINS=["https://*.example.com"]),
        (
            get(page=EVIL),
            get(page="https://example.com"),
            get(page=LOOKALIKE),
            *but("origin-patterns", get(), put("/items/1")),
        ),
        warns=True,
    ),
    Row(
        "any port",
        project(CORS_ALLOWED_ORIGINS=["http://localhost:*"]),
        (get(page="http://localhost.evil.example"), *but("origin-patterns", get(page="http://localhost:3000"))),
        warns=True,
    ),
    Row(
        "subdomains and credentials",
        project(CORS_ALLOWED_ORIGINS=["https://*.example.com", PARTNER], CORS_ALLOW_CREDENTIALS=True),
        but("origin-patterns-with-credentials", get(page=PARTNER)),
    ),
    Row("a text for a list", project(CORS_ALLOWED_ORIGINS=APP), but("text-for-a-list", *READING)),
    Row("a text for a boolean", project(CORS_ALLOW_ALL_ORIGINS="False"), but("text-for-a-boolean", *READING)),
    Row("a misspelt setting", project(**ONE, CORS_ALLOWED_ORIGIN=[EVIL]), READING, warns=True),
    Row("a setting of the project's own", project(**ONE, CORS_TEAM_MAIL="cors@example.com"), READING),
)

EXPRESSIONS = (
    Row("anchored", project(CORS_ALLOWED_ORIGIN_REGEXES=[rf"^{SUBDOMAIN}$"]), EVERYDAY),
    Row("anchored with \\Z", project(CORS_ALLOWED_ORIGIN_REGEXES=[rf"\A{SUBDOMAIN}\Z"]), (*READING, *WRITING)),
    Row("compiled", project(CORS_ALLOWED_ORIGIN_REGEXES=[re.compile(rf"^{SUBDOMAIN}$")]), (*READING, *WRITING)),
    Row("by the old name", project(CORS_ORIGIN_REGEX_WHITELIST=[rf"^{SUBDOMAIN}$"]), (*READING, *WRITING)),
    Row("in a tuple", project(CORS_ALLOWED_ORIGIN_REGEXES=(rf"^{SUBDOMAIN}$",)), READING),
    Row(
        "ignoring case",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[re.compile(r"^https://[A-Z]+\.EXAMPLE\.com$", re.IGNORECASE)]),
        READING,
    ),
    Row("in upper case", project(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://[A-Z]+\.EXAMPLE\.com$"]), READING),
    Row(
        "beside a list",
        project(CORS_ALLOWED_ORIGINS=[PARTNER], CORS_ALLOWED_ORIGIN_REGEXES=[rf"^{SUBDOMAIN}$"]),
        (*READING, *WRITING, get(page=PARTNER), get(page="https://a.b.example.com")),
    ),
    Row(
        "with ports",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[r"^http://localhost(:[0-9]+)?$"]),
        (get(page="http://localhost:3000"), get(page="http://localhost"), get(page="http://localhost.evil.example")),
    ),
    Row(
        "alternatives",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://app\.example\.com$|^https://partner\.example\.net$"]),
        (*READING, get(page=PARTNER)),
    ),
    Row("everyone by expression", project(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https?://.*$"]), (*READING, *WRITING)),
    Row(
        "without an end",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[SUBDOMAIN]),
        (*READING, *WRITING, *but("whole-match", get(page=LOOKALIKE), get(page=f"{APP}:8443"), put(page=LOOKALIKE))),
        warns=True,
    ),
    Row(
        "without an end, and credentials",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[SUBDOMAIN], CORS_ALLOW_CREDENTIALS=True),
        (get(credentials=True), *but("whole-match", get(page=LOOKALIKE, credentials=True))),
        warns=True,
    ),
    Row(
        "one alternative without an end",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[r"https://app\.example\.com|https://partner\.example\.net$"]),
        (*READING, get(page=PARTNER), *but("whole-match", get(page=LOOKALIKE))),
        warns=True,
    ),
    Row(
        "everyone by expression, and credentials",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://.*$"], CORS_ALLOW_CREDENTIALS=True),
        but("star-with-credentials", get(), get(page=EVIL, credentials=True)),
    ),
    Row("no expression", project(CORS_ALLOWED_ORIGIN_REGEXES=["https://("]), but("invalid", *READING, get(page=API))),
)

CREDENTIALS = (
    Row("credentials", project(**COOKIES), EVERYDAY),
    Row("credentials denied", project(**ONE, CORS_ALLOW_CREDENTIALS=False), (get(credentials=True), get())),
    Row(
        "credentials by expression",
        project(CORS_ALLOWED_ORIGIN_REGEXES=[rf"^{SUBDOMAIN}$"], CORS_ALLOW_CREDENTIALS=True),
        (get(credentials=True), put(credentials=True, json=True), get(page=EVIL, credentials=True)),
    ),
    Row(
        "everyone, and credentials",
        project(**EVERYONE, CORS_ALLOW_CREDENTIALS=True),
        but("star-with-credentials", get(), get(credentials=True), get(page=EVIL, credentials=True), get(page="null")),
    ),
    Row(
        "credentials for http, on this machine",
        project(CORS_ALLOWED_ORIGINS=["http://localhost:3000"], CORS_ALLOW_CREDENTIALS=True),
        (get(page="http://localhost:3000", credentials=True), get(page="http://localhost:3001", credentials=True)),
    ),
    Row(
        "credentials for http",
        project(CORS_ALLOWED_ORIGINS=["http://app.example.com"], CORS_ALLOW_CREDENTIALS=True),
        (get(page="http://app.example.com", credentials=True), get(credentials=True)),
        warns=True,
    ),
    Row("a text for credentials", project(**ONE, CORS_ALLOW_CREDENTIALS="False"), but("text-for-a-boolean", get())),
)

METHODS = (
    Row("two methods", project(**ONE, CORS_ALLOW_METHODS=["GET", "PUT"]), (*EVERYDAY,)),
    Row("a tuple of methods", project(**ONE, CORS_ALLOW_METHODS=("GET", "PUT")), (put(), delete())),
    Row("no methods", project(**ONE, CORS_ALLOW_METHODS=[]), (get(), post(json=True), put(), delete())),
    Row(
        "the default methods and one more",
        project(**ONE, CORS_ALLOW_METHODS=Extended("defaults.default_methods", ("PURGE",))),
        (put(), delete(), Ask("PURGE")),
    ),
    Row("PATCH in lower case", project(**ONE, CORS_ALLOW_METHODS=["patch"]), (patch(), Ask("patch"), put())),
    Row(
        "put in lower case",
        project(**ONE, CORS_ALLOW_METHODS=["put"]),
        (get(), delete(), *but("lower-case-methods", put(), Ask("put"))),
        warns=True,
    ),
    Row("any method", project(**EVERYONE, CORS_ALLOW_METHODS=["*"]), (put(), Ask("PURGE"), delete())),
    Row("any method, among others", project(**EVERYONE, CORS_ALLOW_METHODS=["GET", "*"]), (put(), Ask("PURGE"))),
    Row(
        "any method, and credentials",
        project(**COOKIES, CORS_ALLOW_METHODS=["*"]),
        (
            get(credentials=True),
            put(page=EVIL, credentials=True),
            put(),
            Ask("PURGE"),
            *but("any-method", put(credentials=True), Ask("PURGE", credentials=True)),
        ),
        warns=True,
    ),
    Row("a text for methods", project(**ONE, CORS_ALLOW_METHODS="GET"), but("text-for-a-list", get(), put())),
    Row(
        "no token among the methods", project(**ONE, CORS_ALLOW_METHODS=["P U T", "PUT"]), but("no-token", get(), put())
    ),
    Row("TRACE", project(**ONE, CORS_ALLOW_METHODS=["TRACE", "PUT"]), (put(), delete()), warns=True),
)

HEADERS = (
    Row("one header", project(**ONE, CORS_ALLOW_HEADERS=["x-a"]), (get(), get(headers=X_A), get(headers=BOTH))),
    Row(
        "the default headers and one more",
        project(**ONE, CORS_ALLOW_HEADERS=Extended("defaults.default_headers", ("x-a",))),
        (get(headers=X_A), get(headers=BOTH), get(headers=TOKEN), get(headers=CSRF), put(json=True, headers=X_A)),
    ),
    Row("in capitals", project(**ONE, CORS_ALLOW_HEADERS=("X-A", "X-B")), (get(headers=BOTH), get(headers=TOKEN))),
    Row("with blanks around", project(**ONE, CORS_ALLOW_HEADERS=[" x-a ", "x-b\t"]), (get(headers=BOTH),)),
    Row("names that nobody asks for", project(**ONE, CORS_ALLOW_HEADERS=["origin", "dnt", "x-a"]), (get(headers=X_A),)),
    Row(
        "no headers",
        project(**ONE, CORS_ALLOW_HEADERS=[]),
        (get(), get(headers=X_A), post(), *but("safelisted-headers", post(json=True))),
    ),
    Row(
        "any header",
        project(**EVERYONE, CORS_ALLOW_HEADERS=["*"]),
        (get(headers=BOTH), put(json=True), *but("any-header", get(headers=TOKEN))),
        warns=True,
    ),
    Row(
        "any header, and Authorization",
        project(**EVERYONE, CORS_ALLOW_HEADERS=["*", "authorization"]),
        (get(headers=BOTH), get(headers=TOKEN)),
    ),
    Row(
        "any header, and credentials",
        project(**COOKIES, CORS_ALLOW_HEADERS=["*"]),
        (
            get(credentials=True),
            get(headers=BOTH, page=EVIL, credentials=True),
            *but("any-header", get(headers=BOTH, credentials=True), put(json=True, credentials=True)),
            *but("any-header", get(headers=TOKEN)),
        ),
        warns=True,
    ),
    Row(
        "a family",
        project(**ONE, CORS_ALLOW_HEADERS=["x-*"]),
        (get(headers=TOKEN), *but("header-families", get(headers=X_A))),
        warns=True,
    ),
    Row(
        "a text for headers", project(**ONE, CORS_ALLOW_HEADERS="x-a"), but("text-for-a-list", get(), get(headers=X_A))
    ),
    Row(
        "no token among the headers",
        project(**ONE, CORS_ALLOW_HEADERS=["a b", "x-a"]),
        but("no-token", get(), get(headers=X_A)),
    ),
)

EXPOSED = (
    Row("nothing exposed", project(**ONE), (get(), get("/exposing"))),
    Row("two exposed", project(**ONE, CORS_EXPOSE_HEADERS=["X-Total", "X-Page"]), (get(), get(page=EVIL), put())),
    Row("exposed in a tuple", project(**ONE, CORS_EXPOSE_HEADERS=("x-total",)), (get(), get("/status/404"))),
    Row("exposed and not there", project(**ONE, CORS_EXPOSE_HEADERS=["X-Nothing"]), (get(),)),
    Row("all exposed", project(**EVERYONE, CORS_EXPOSE_HEADERS=["*"]), (get(), get(page=EVIL), get("/login"))),
    Row(
        "all exposed, and credentials",
        project(**COOKIES, CORS_EXPOSE_HEADERS=["*"]),
        but("exposed-star-with-credentials", get(), get(credentials=True)),
    ),
    Row("Set-Cookie exposed", project(**ONE, CORS_EXPOSE_HEADERS=["Set-Cookie", "X-Total"]), (get("/login"),), True),
    Row("a text for what is exposed", project(**ONE, CORS_EXPOSE_HEADERS="X"), but("text-for-a-list", get())),
    Row(
        "exposed by the view, too",
        project(**ONE, CORS_EXPOSE_HEADERS=["X-Total"]),
        (get(), *but("own-headers", get("/exposing"))),
    ),
)

AGES = (
    Row("the default age", project(**ONE), (put(again_after=60), put(again_after=7000), put(again_after=90000))),
    Row("ten minutes", project(**ONE, CORS_PREFLIGHT_MAX_AGE=600), (put(again_after=500), put(again_after=700))),
    Row(
        "no age",
        project(**ONE, CORS_PREFLIGHT_MAX_AGE=0),
        (put(again_after=10), *but("max-age-zero", put(again_after=1))),
    ),
    Row(
        "more than a day",
        project(**ONE, CORS_PREFLIGHT_MAX_AGE=864000),
        (put(again_after=80000), *but("max-age-day", put(again_after=100000))),
        warns=True,
    ),
    Row("a negative age", project(**ONE, CORS_PREFLIGHT_MAX_AGE=-1), but("no-age", put())),
    Row("half a second", project(**ONE, CORS_PREFLIGHT_MAX_AGE=600.5), but("no-age", put())),
)

SETTINGS = (*ORIGINS, *EXPRESSIONS, *CREDENTIALS, *METHODS, *HEADERS, *EXPOSED, *AGES)
