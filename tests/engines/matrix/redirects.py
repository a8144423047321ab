"""Redirects: within the server, to a third origin and back, and everything that can be missing on the way."""

from __future__ import annotations

from tests.engines.cases import Answer, Case, Hop, Step
from tests.engines.matrix.short import (
    CREDENTIALS,
    ECHO,
    ECHO_CREDENTIALS,
    GET,
    GET_CREDENTIALS,
    GRANTED,
    METHODS,
    ORIGIN,
    PERMITTED,
    POST,
    POST_JSON,
    PUT,
    PUT_CREDENTIALS,
    get,
    lines,
)

BARE = Answer()
STAR = Answer(headers=((ORIGIN, "*"),))
NULL = Answer(headers=((ORIGIN, "null"), (CREDENTIALS, "true")))
PAGE = Answer(headers=((ORIGIN, "{page}"), (CREDENTIALS, "true")))


def moved(status: int = 302, *more: tuple[str, str]) -> Answer:
    return Answer(status, (*ECHO_CREDENTIALS, *more))


def hop(at: str, answer: Answer, preflight: Answer = PERMITTED) -> Hop:
    return Hop(answer, preflight, at)


def to(name: str, step: Step, *hops: Hop, page: str = "page") -> Case:
    return Case(f"redirect-{name}", (step,), hops, page)


def across(name: str, step: Step, status: int, at: str, end: Answer = GRANTED, **more: Answer) -> Case:
    """From the server to `at`."""
    return to(name, step, hop("api", moved(status)), hop(at, end, **more))


STATUSES = [
    across(f"{status}-{name}-{at}", step, status, at)
    for status in (301, 302, 303, 307, 308)
    for name, step in {"get": GET, "post": POST, "put": PUT}.items()
    for at in ("api", "third")
]
GRANTS = [
    to("bare-first", GET, hop("api", Answer(302)), hop("api", GRANTED)),
    to("bare-last", GET, hop("api", moved()), hop("api", BARE)),
    to("bare-first-third", GET, hop("api", Answer(302)), hop("third", GRANTED)),
    to("bare-last-third", GET, hop("api", moved()), hop("third", BARE)),
    across("third-null", GET, 302, "third", NULL),
    across("third-page", GET, 302, "third", PAGE),
    across("third-star", GET, 302, "third", STAR),
    across("third-credentials", GET_CREDENTIALS, 302, "third"),
    across("third-credentials-star", GET_CREDENTIALS, 302, "third", STAR),
    across("third-credentials-page", GET_CREDENTIALS, 302, "third", PAGE),
    across("third-credentials-null", GET_CREDENTIALS, 302, "third", NULL),
    across("other-port", GET, 302, "other-api"),
    across("other-port-page", GET, 302, "other-api", PAGE),
    to("star-first-credentials", GET_CREDENTIALS, hop("api", Answer(302, ((ORIGIN, "*"),))), hop("api", GRANTED)),
    across("put-third-null", PUT, 307, "third", NULL, preflight=Answer(204, (*NULL.headers, (METHODS, "PUT")))),
    across("put-third-page", PUT, 307, "third", PAGE, preflight=Answer(204, (*PAGE.headers, (METHODS, "PUT")))),
    across("put-third-star", PUT, 307, "third", STAR, preflight=Answer(204, (*STAR.headers, (METHODS, "PUT")))),
    across("put-third-refused", PUT, 307, "third", preflight=Answer(403)),
    across("put-refused", PUT, 307, "api", preflight=Answer(403)),
    across("put-credentials", PUT_CREDENTIALS, 307, "third"),
    across("put-bare-last", PUT, 307, "api", BARE),
    to("put-refused-first", PUT, hop("api", moved(307), Answer(403)), hop("api", GRANTED)),
]
FROM_OWN = [
    to("own-to-api", GET, hop("page", Answer(302)), hop("api", GRANTED)),
    to("own-to-api-bare", GET, hop("page", Answer(302)), hop("api", BARE)),
    to("own-to-api-put", PUT, hop("page", Answer(307)), hop("api", GRANTED)),
    to("own-to-api-post-303", POST, hop("page", Answer(303)), hop("api", GRANTED)),
    to("own-to-api-custom", get(("X-A", "1")), hop("page", Answer(302)), hop("api", GRANTED)),
    to("own-to-own", PUT, hop("page", Answer(307)), hop("page", BARE)),
    to("own-to-api-to-own", GET, hop("page", Answer(302)), hop("api", moved()), hop("page", GRANTED)),
    to("api-to-own", GET, hop("api", moved()), hop("page", GRANTED)),
    to("api-to-own-bare", GET, hop("api", moved()), hop("page", BARE)),
    to("api-to-own-page", GET, hop("api", moved()), hop("page", PAGE)),
    to("api-to-own-put", PUT, hop("api", moved(307)), hop("page", GRANTED)),
    to("own-to-api-same-origin-mode", Step(mode="same-origin"), hop("page", Answer(302)), hop("api", GRANTED)),
    to("own-to-own-same-origin-mode", Step(mode="same-origin"), hop("page", Answer(302)), hop("page", BARE)),
]
HEADERS = [
    across("custom", get(("X-A", "1")), 302, "api"),
    across("custom-third", get(("X-A", "1")), 302, "third"),
    across("authorization", get(("Authorization", "x")), 302, "api"),
    across("authorization-third", get(("Authorization", "x")), 302, "third"),
    across("authorization-other-port", get(("Authorization", "x")), 307, "other-api"),
    across("post-json-302", POST_JSON, 302, "api"),
    across("post-json-303", POST_JSON, 303, "api"),
    across("post-json-307", POST_JSON, 307, "api"),
    across("post-json-307-third", POST_JSON, 307, "third"),
    across("delete-303", Step("DELETE"), 303, "api"),
    across("head-303", Step("HEAD"), 303, "api"),
    across("patch-302", Step("PATCH", body="x"), 302, "api"),
]
LOCATIONS = [
    to("without-location", GET, hop("api", moved())),
    to("relative", GET, hop("api", moved(302, ("Location", "1"))), hop("api", GRANTED)),
    to(
        "same-location-twice",
        GET,
        hop("api", moved(302, ("Location", "{next}"), ("Location", "{next}"))),
        hop("api", GRANTED),
    ),
    to(
        "two-locations",
        GET,
        hop("api", moved(302, ("Location", "{next}"), ("Location", "{next}?b"))),
        hop("api", GRANTED),
    ),
    to("location-data", GET, hop("api", moved(302, ("Location", "data:text/plain,x")))),
    to("location-ftp", GET, hop("api", moved(302, ("Location", "ftp://localhost/")))),
    to("location-bad-port", GET, hop("api", moved(302, ("Location", "http://localhost:22/")))),
    to("location-no-url", GET, hop("api", moved(302, ("Location", "http://[/")))),
    to("loop", GET, hop("api", moved(302, ("Location", "0")))),
    *(
        to(f"user-name-{start}-to-{end}", GET, hop(start, moved(302, ("Location", "{user}"))), hop(end, GRANTED))
        for start in ("page", "api")
        for end in ("page", "api", "third")
    ),
]
MODES = [
    to("mode-error", Step(redirect="error"), hop("api", moved()), hop("api", GRANTED)),
    to("mode-error-put", Step("PUT", redirect="error"), hop("api", moved()), hop("api", GRANTED)),
    to("mode-manual", Step(redirect="manual"), hop("api", moved()), hop("api", GRANTED)),
    to("mode-manual-bare", Step(redirect="manual"), hop("api", Answer(302)), hop("api", GRANTED)),
    to("mode-manual-own", Step(redirect="manual"), hop("page", Answer(302)), hop("page", BARE)),
    to("no-cors", Step(mode="no-cors"), hop("api", Answer(302)), hop("third", BARE)),
    to("no-cors-post", Step("POST", body="x", mode="no-cors"), hop("api", Answer(307)), hop("third", BARE)),
    to("no-cors-manual", Step(mode="no-cors", redirect="manual"), hop("api", Answer(302)), hop("api", BARE)),
    to("no-cors-own-first", Step(mode="no-cors"), hop("page", Answer(302)), hop("api", BARE)),
]
OPAQUE = [
    to("sandbox", GET, hop("api", moved()), hop("api", GRANTED), page="sandbox"),
    to("sandbox-third", GET, hop("api", moved()), hop("third", GRANTED), page="sandbox"),
    to("sandbox-put", PUT, hop("api", moved(307)), hop("third", GRANTED), page="sandbox"),
    to("sandbox-third-page", GET, hop("api", moved()), hop("third", PAGE), page="sandbox"),
]
BEHIND = [
    Case(
        f"redirect-{policy}-{name}",
        (step,),
        (Hop(Answer(status), policy=policy), Hop(at=at, policy=policy)),
    )
    for policy in ("one", "public", "several", "null")
    for name, step, status, at in (
        ("get", GET, 302, "api"),
        ("get-third", GET, 302, "third"),
        ("put", PUT, 307, "api"),
        ("put-third", PUT, 307, "third"),
    )
]
LONG = [
    to(f"{count}-times", GET, *(hop("api", moved()) for _ in range(count)), hop("api", GRANTED))
    for count in (3, 19, 20, 21)
]
SPLIT = lines(ORIGIN, ("{origin}", "{origin}"))
CASES: list[Case] = [
    *STATUSES,
    *GRANTS,
    *FROM_OWN,
    *HEADERS,
    *LOCATIONS,
    *MODES,
    *OPAQUE,
    *BEHIND,
    *LONG,
    to("two-grants-first", GET, hop("api", Answer(302, SPLIT)), hop("api", GRANTED)),
    to("three-origins", GET, hop("api", moved()), hop("third", moved()), hop("other-api", Answer(headers=ECHO))),
    to("there-and-back", GET, hop("api", moved()), hop("third", moved()), hop("api", Answer(headers=ECHO))),
]
