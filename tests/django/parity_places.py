"""Where in a project the library is asked: paths, errors, other middleware, streams, and receivers of its signal."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from tests.django.parity_settings import COOKIES, EVERYONE, ONE, READING, WRITING
from tests.django.verdicts import COMMON, project
from tests.parity.verdicts import API, APP, EVIL, PARTNER, Ask, Row, but

get, post, put, delete = (partial(Ask, method) for method in ("GET", "POST", "PUT", "DELETE"))

PATHS = (
    Row(
        "below /api/",
        project(**ONE, CORS_URLS_REGEX=r"^/api/.*$"),
        (
            get(),
            get("/api"),
            get("/api/items"),
            get("/api/items", page=EVIL),
            put("/api/v1/items"),
            put("/items"),
            get("/API/items"),
            get("/api/nothing"),
            put("/api/items", page=EVIL),
        ),
    ),
    Row(
        "/api and what begins so",
        project(**ONE, CORS_URLS_REGEX=r"^/api"),
        (get("/api"), get("/api/items"), get("/apiary"), put("/apiary"), get(), get("/xapi")),
    ),
    Row(
        "a compiled path",
        project(**ONE, CORS_URLS_REGEX=re.compile("^/API/", re.I)),
        (get("/api/items"), get("/items")),
    ),
    Row("every path", project(**ONE, CORS_URLS_REGEX=r"^.*$"), (*READING, *WRITING)),
    Row("all but one", project(**ONE, CORS_URLS_REGEX=r"^(?!/public)"), (get("/items"), get("/public/items")), True),
    Row("no expression of paths", project(**ONE, CORS_URLS_REGEX="("), but("invalid", get(), get(page=API))),
    Row(
        "for everyone below /public/",
        project(**EVERYONE, CORS_URLS_REGEX=r"^/public/"),
        (get("/public/items", page=EVIL), put("/public/items"), get("/items", page=EVIL)),
    ),
    Row(
        "paths that are read in two ways",
        project(**ONE, CORS_URLS_REGEX=r"^/api/"),
        (get("/items/../api/items"), get("/api//items"), *but("many-readings", get("/api/..%2Fitems"))),
    ),
)

RESPONSES = (
    Row(
        "responses of all kinds",
        project(**ONE),
        tuple(
            ask(path, page=page)
            for path in ("/boom", "/status/404", "/status/401", "/nothing", "/slash", "/moved", "/elsewhere", "/later")
            for ask in (get, put)
            for page in (APP, EVIL)
        ),
    ),
    Row(
        "streams, files and classes",
        project(**ONE),
        tuple(
            get(path, page=page)
            for path in ("/stream", "/stream-later", "/file", "/orders", "/included/items", "/included/boom")
            for page in (APP, EVIL)
        ),
    ),
    Row("methods of a class", project(**ONE), (put("/orders"), delete("/orders"), put("/orders", page=EVIL))),
    Row("cookies", project(**COOKIES), (post("/login", credentials=True), post("/login", page=EVIL, credentials=True))),
    Row(
        "the page of a mistake",
        project(**ONE, DEBUG=True),
        (Ask("HEAD", "/nothing"), put("/boom", page=EVIL), get("/boom", page=EVIL)),
    ),
    Row(
        "a view with headers of its own",
        project(**ONE),
        (*but("own-headers", get("/careless", page=EVIL)), *but("own-headers", get("/careless", page=PARTNER))),
    ),
    Row("a view with headers of its own, for everyone", project(**EVERYONE), (get("/careless", page=EVIL),)),
)


def locked(get_response: Any) -> Any:
    """Middleware that lets nobody in without a token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if "Authorization" in request.headers else HttpResponse("who?", status=401)

    return middleware


CORS = "{cors}.middleware.CorsMiddleware"
LOCKED = f"{__name__}.locked"
TOKEN = (("Authorization", "Bearer abc"),)
SECURITY = "django.middleware.security.SecurityMiddleware"
MIDDLEWARE = (
    Row(
        "above a lock",
        project(**ONE, MIDDLEWARE=[CORS, LOCKED, COMMON]),
        (get(), put(), put(headers=TOKEN), put(page=EVIL, headers=TOKEN)),
    ),
    Row(
        "below a lock",
        project(**ONE, MIDDLEWARE=[LOCKED, CORS, COMMON]),
        (get(), put(), put(headers=TOKEN), get(headers=TOKEN)),
    ),
    Row("below CommonMiddleware", project(**ONE, MIDDLEWARE=[COMMON, CORS]), (get(), put("/slash"), get("/slash"))),
    Row(
        "above a redirect to https",
        project(**ONE, MIDDLEWARE=[CORS, SECURITY, COMMON], SECURE_SSL_REDIRECT=True),
        (get(), put(), get(page=EVIL)),
    ),
    Row(
        "above a lock that is below GZip",
        project(**ONE, MIDDLEWARE=[CORS, "django.middleware.gzip.GZipMiddleware", COMMON]),
        (get("/file"), get("/stream"), get("/file", page=EVIL)),
    ),
    Row(
        "CSRF protection",
        project(**COOKIES, MIDDLEWARE=[CORS, COMMON, "django.middleware.csrf.CsrfViewMiddleware"]),
        (get(), post(credentials=True), post(page=EVIL, credentials=True), put(json=True, credentials=True)),
    ),
    Row("nobody's middleware", project(**ONE, MIDDLEWARE=[COMMON]), (get(), put(), get(page=API))),
)


def partners(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    return request.headers.get("Origin") == PARTNER


def public(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    return request.path.startswith("/public/")


def nobody(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    return None


def recipe(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    return request.headers["origin"] == PARTNER


async def later(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    return request.headers.get("Origin") == PARTNER


FROM_PARTNER = (get(page=PARTNER), put(page=PARTNER), get("/status/404", page=PARTNER), put(json=True, page=PARTNER))
ASKED = (*READING, *WRITING, *FROM_PARTNER)
RECEIVERS = (
    Row("a receiver", project(partners, **ONE), ASKED),
    Row("a receiver, and nobody listed", project(partners), ASKED),
    Row("a receiver that says no", project(nobody, **ONE), ASKED),
    Row("two receivers", project(nobody, partners, **ONE), ASKED),
    Row("a receiver, and everyone", project(partners, **EVERYONE), ASKED),
    Row("paths by a receiver", project(public, **ONE), (get("/public/items", page=EVIL), *ASKED)),
    Row(
        "a receiver beyond the paths",
        project(public, **ONE, CORS_URLS_REGEX=r"^/api/"),
        (
            get("/api/items"),
            get("/items"),
            get("/public/items", page=EVIL),
            put("/public/items", page=EVIL),
            get("/api/items", page=EVIL),
        ),
    ),
    Row(
        "a receiver, and credentials",
        project(partners, **COOKIES),
        (
            get(credentials=True),
            put(credentials=True),
            get(page=PARTNER),
            get(page=EVIL, credentials=True),
            *but("plain-yes", get(page=PARTNER, credentials=True), put(page=PARTNER, credentials=True)),
        ),
    ),
    Row(
        "a receiver that raises",
        project(recipe, **ONE, CORS_URLS_REGEX=r"^/api/"),
        (get("/api/items"), get("/api/items", page=PARTNER), *but("receivers-that-raise", get(page=API))),
    ),
)
AWAITED = (
    Row(
        "an async receiver",
        project(later, **ONE),
        (get(), put(), *but("async-receivers", *FROM_PARTNER)),
    ),
)
CALLED = (Row("an async receiver", project(later, **ONE), ASKED),)

PLACES = (*PATHS, *RESPONSES, *MIDDLEWARE, *RECEIVERS)
