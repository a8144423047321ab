"""What servers send, right and wrong: grants, credentials, statuses, lists and what they expose."""

from __future__ import annotations

from tests.engines.cases import Answer, Case, Step
from tests.engines.matrix.short import (
    CREDENTIALS,
    ECHO,
    ECHO_ALL,
    ECHO_CREDENTIALS,
    EXPOSE,
    GET,
    GET_CREDENTIALS,
    HEADERS,
    METHODS,
    ORIGIN,
    PERMITTED,
    POST,
    PUT,
    PUT_CREDENTIALS,
    Value,
    get,
    lines,
    raw,
)

ORIGINS: dict[str, Value] = {
    "echo": "{origin}",
    "star": "*",
    "missing": None,
    "empty": "",
    "slash": "{page}/",
    "path": "{page}/index",
    "upper-case-scheme": "HTTP://localhost",
    "without-port": "http://localhost",
    "without-scheme": "localhost",
    "other-port": "{port}",
    "https": "https://localhost",
    "null": "null",
    "padded": " \t{origin}\t ",
    "star-padded": "* ",
    "star-label": "http://*.localhost",
    "star-port": "http://localhost:*",
    "same-twice": ("{origin}", "{origin}"),
    "star-twice": ("*", "*"),
    "two": ("{origin}", "{third}"),
    "star-and-origin": ("*", "{origin}"),
    "list": "{page}, {third}",
    "list-of-one": "{page},",
    "blanks": "{page} {third}",
    "quoted": '"{page}"',
    "undefined": "undefined",
}
ALLOWED_CREDENTIALS: dict[str, Value] = {
    "true": "true",
    "missing": None,
    "title-case": "True",
    "upper-case": "TRUE",
    "padded": " true ",
    "twice": ("true", "true"),
    "list": "true, true",
    "one": "1",
    "yes": "yes",
    "false": "false",
    "empty": "",
    "quoted": '"true"',
}
STATUSES = (200, 201, 202, 203, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308)
FAILURES = (400, 401, 403, 404, 405, 418, 421, 429, 500, 501, 503)
ALLOWED_METHODS: dict[str, Value] = {
    "missing": None,
    "empty": "",
    "exact": "PUT",
    "lower-case": "put",
    "star": "*",
    "several": "GET, PUT",
    "two-lines": ("GET", "PUT"),
    "line-and-empty-line": ("PUT", ""),
    "empty-elements": ",PUT,,",
    "tabs": "GET\t,\tPUT\t",
    "blank-separated": "GET PUT",
    "bad-element": "PUT, D ELETE",
    "bad-second-line": ("PUT", "D ELETE"),
    "quoted": '"PUT"',
    "slash": "PUT/",
    "star-among-others": "GET, *",
    "star-in-name": "PU*",
    "other": "DELETE",
    "non-ascii": "PUT, \xe9",
}
ALLOWED_HEADERS: dict[str, Value] = {
    "missing": None,
    "empty": "",
    "exact": "X-Custom",
    "lower-case": "x-custom",
    "odd-case": "x-CUSTOM",
    "star": "*",
    "several": "X-A, X-Custom",
    "two-lines": ("X-A", "X-Custom"),
    "empty-elements": ",X-Custom,,",
    "tabs": "X-A\t,\tX-Custom",
    "blank-separated": "X-A X-Custom",
    "bad-element": "X-Custom, X A",
    "bad-second-line": ("X-Custom", "(X)"),
    "quoted": '"X-Custom"',
    "family": "X-*",
    "other": "X-Customs",
    "colon": "X-Custom:",
}
EXPOSED: dict[str, Value] = {
    "none": None,
    "empty": "",
    "one": "X-A",
    "other-case": "x-a",
    "several": "X-A, ETag",
    "two-lines": ("X-A", "ETag"),
    "star": "*",
    "star-and-name": "*, X-A",
    "bad-element": "X-A, E Tag",
    "bad-second-line": ("X-A", "E Tag"),
    "empty-elements": ",X-A,,ETag,",
    "set-cookie": "Set-Cookie, X-A",
    "absent-names": "X-None, X-A",
    "quoted": '"X-A"',
    "family": "X-*",
    "itself": "Access-Control-Expose-Headers, Access-Control-Allow-Origin",
}
TELLING = (
    *(("X-A", "1"), ("X-A", "2"), ("X-B", "3"), ("ETag", '"1"'), ("Set-Cookie", "c=1"), ("Retry-After", "9")),
    *(
        ("Content-Language", "en"),
        ("Expires", "0"),
        ("Last-Modified", "x"),
        ("Pragma", "x"),
        ("Content-Encoding", "identity"),
    ),
)


def origins() -> list[Case]:
    cases = [raw(f"origin-{name}", GET, answer=Answer(headers=lines(ORIGIN, value))) for name, value in ORIGINS.items()]
    for name in ("null", "star", "missing", "echo"):
        answer = Answer(headers=lines(ORIGIN, ORIGINS[name]))
        cases.append(raw(f"origin-{name}-for-sandbox", GET, answer=answer, page="sandbox"))
    for name, value in {"page": "{page}", "upper-case-null": "NULL", "both": ("null", "{page}")}.items():
        cases.append(
            raw(f"origin-{name}-for-sandbox", GET, answer=Answer(headers=lines(ORIGIN, value)), page="sandbox")
        )
    return cases


def credentials() -> list[Case]:
    cases = []
    for name, value in ALLOWED_CREDENTIALS.items():
        answer = Answer(headers=(*ECHO, *lines(CREDENTIALS, value)))
        cases.append(raw(f"credentials-{name}", GET_CREDENTIALS, answer=answer))
    star = Answer(headers=lines(ORIGIN, "*"))
    both = Answer(headers=(*lines(ORIGIN, "*"), (CREDENTIALS, "true")))
    null = Answer(headers=(*lines(ORIGIN, "null"), (CREDENTIALS, "true")))
    return [
        *cases,
        raw("credentials-star", GET_CREDENTIALS, answer=star),
        raw("credentials-star-and-true", GET_CREDENTIALS, answer=both),
        raw("credentials-star-and-true-not-included", GET, answer=both),
        raw("credentials-star-and-true-omitted", Step(credentials="omit"), answer=both),
        raw("credentials-null-for-sandbox", GET_CREDENTIALS, answer=null, page="sandbox"),
        raw("credentials-on-preflight-only", PUT_CREDENTIALS, answer=Answer(headers=ECHO)),
        raw("credentials-on-answer-only", PUT_CREDENTIALS, preflight=Answer(headers=(*ECHO, (METHODS, "PUT")))),
        raw(
            "credentials-star-on-preflight",
            PUT_CREDENTIALS,
            preflight=Answer(headers=(*both.headers, (METHODS, "PUT"))),
        ),
        raw("credentials-not-needed-on-preflight", PUT, preflight=Answer(headers=(*ECHO, (METHODS, "PUT")))),
        raw("origin-on-preflight-only", PUT, answer=Answer()),
        raw("origin-on-answer-only", PUT, preflight=Answer(headers=((METHODS, "PUT"),))),
    ]


def statuses() -> list[Case]:
    preflights = [raw(f"preflight-{n}", PUT, preflight=Answer(n, ECHO_ALL)) for n in (*STATUSES, *FAILURES)]
    to_itself = Answer(307, (*ECHO_ALL, ("Location", "{api}/raw/nowhere")))
    answers = [
        raw(f"answer-{n}", GET, answer=Answer(n, ECHO)) for n in (*STATUSES, *FAILURES) if n not in (205, 304, 305)
    ]
    bare = [raw(f"answer-{n}-without-grant", GET, answer=Answer(n)) for n in (204, 401, 404, 500)]
    put = raw("put-answered-500", PUT, answer=Answer(500, ECHO))
    return [*preflights, raw("preflight-307-with-location", PUT, preflight=to_itself), *answers, *bare, put]


def permissions() -> list[Case]:
    custom = get(("X-Custom", "1"))
    methods = {name: Answer(headers=(*ECHO_CREDENTIALS, *lines(METHODS, v))) for name, v in ALLOWED_METHODS.items()}
    headers = {name: Answer(headers=(*ECHO_CREDENTIALS, *lines(HEADERS, v))) for name, v in ALLOWED_HEADERS.items()}
    others = {
        "patch-lower-case-against-upper": (Step("patch"), "PATCH"),
        "patch-lower-case-against-lower": (Step("patch"), "patch"),
        "patch-lower-case-against-star": (Step("patch"), "*"),
        "put-lower-case": (Step("put"), "PUT"),
        "delete-odd-case": (Step("dElEtE"), "DELETE"),
        "query": (Step("QUERY"), "QUERY"),
        "options": (Step("OPTIONS"), "OPTIONS"),
        "star-literal": (Step("*", credentials="include"), "*"),
        "post-unlisted": (Step("POST", (("X-Custom", "1"),), "x"), "PUT"),
        "head-unlisted": (Step("HEAD", (("X-Custom", "1"),)), "PUT"),
        "get-unlisted": (custom, None),
        "bad-list-for-post": (Step("POST", (("X-Custom", "1"),), "x"), "P OST"),
    }
    secret = ("Authorization", "Bearer x")
    return [
        *(raw(f"methods-{name}", PUT, preflight=answer) for name, answer in methods.items()),
        *(raw(f"headers-{name}", custom, preflight=answer) for name, answer in headers.items()),
        *(
            raw(
                f"method-{name}",
                step,
                preflight=Answer(headers=(*ECHO_ALL[:2], (HEADERS, "x-custom"), *lines(METHODS, v))),
            )
            for name, (step, v) in others.items()
        ),
        raw("methods-star-credentials", PUT_CREDENTIALS, preflight=methods["star"]),
        raw("methods-exact-credentials", PUT_CREDENTIALS, preflight=methods["exact"]),
        raw("headers-star-credentials", get(("X-Custom", "1"), credentials="include"), preflight=headers["star"]),
        raw("headers-star-literal-credentials", get(("*", "1"), credentials="include"), preflight=headers["star"]),
        raw("headers-star-literal", get(("*", "1")), preflight=headers["exact"]),
        *(
            raw(f"authorization-{name}", get(secret), preflight=Answer(headers=(*ECHO, *lines(HEADERS, value))))
            for name, value in {
                "star": "*",
                "star-and-name": "*, Authorization",
                "named": "authorization",
                "missing": None,
                "star-on-other-line": ("x-a", "*"),
            }.items()
        ),
        raw("authorization-star-credentials", get(secret, credentials="include"), preflight=headers["star"]),
        raw("authorization-and-custom-star", get(secret, ("X-Custom", "1")), preflight=headers["star"]),
        raw("headers-one-of-two", get(("X-Custom", "1"), ("X-Second", "1")), preflight=headers["exact"]),
        raw("headers-bad-but-unneeded", PUT, preflight=Answer(headers=(*ECHO, (METHODS, "PUT"), (HEADERS, "X A")))),
        raw("odd-case-names", PUT, preflight=Answer(headers=tuple((name.upper(), value) for name, value in ECHO_ALL))),
        raw("preflight-in-vain", POST, preflight=Answer(500)),
    ]


def exposed() -> list[Case]:
    cases = []
    for name, value in EXPOSED.items():
        answer = Answer(headers=(*ECHO_CREDENTIALS, *TELLING, *lines(EXPOSE, value)))
        cases.append(raw(f"expose-{name}", GET, answer=answer))
        if name in ("star", "star-and-name", "several"):
            cases.append(raw(f"expose-{name}-credentials", GET_CREDENTIALS, answer=answer))
    answer = Answer(headers=(*ECHO, *TELLING, (EXPOSE, "X-A")))
    preflight = Answer(204, (*PERMITTED.headers, (EXPOSE, "X-B")))
    return [
        *cases,
        raw("expose-after-preflight", PUT, answer=answer, preflight=preflight),
        raw("expose-same-origin", GET, answer=Answer(headers=TELLING), at="page"),
        raw("expose-star-omit", Step(credentials="omit"), answer=Answer(headers=(*ECHO, *TELLING, (EXPOSE, "*")))),
    ]


CASES = [*origins(), *credentials(), *statuses(), *permissions(), *exposed()]
