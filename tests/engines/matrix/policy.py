"""Every policy with every request from every page, all behind our middleware."""

from __future__ import annotations

from tests.engines.cases import Answer, Case, Step
from tests.engines.matrix.short import GET, GET_CREDENTIALS, PUT, PUT_CREDENTIALS, behind, get

POLICIES = ("one", "several", "public", "open", "dashboard", "echo", "pattern", "nobody")
PAGES = ("page", "port", "loopback", "sub", "sandbox")
REQUESTS = {
    "get": GET,
    "get-credentials": GET_CREDENTIALS,
    "put-json": Step("PUT", body="{}", body_type="application/json"),
    "patch-credentials": Step("PATCH", (("X-Token", "1"),), "x", credentials="include"),
    "authorization": get(("Authorization", "Bearer x")),
}
TELLING = Answer(headers=(("X-Total", "7"), ("ETag", '"1"'), ("X-Secret", "s"), ("Access-Control-Allow-Origin", "*")))

PRODUCT = [
    behind(policy, f"{name}-{page}", step, page=page, answer=TELLING)
    for policy in POLICIES
    for name, step in REQUESTS.items()
    for page in PAGES
]
OTHERS = [
    behind("regex", "get", GET),
    behind("regex", "get-loopback", GET, page="loopback"),
    behind("regex", "put-loopback", PUT, page="loopback"),
    behind("predicate", "delete", Step("DELETE")),
    behind("predicate", "delete-port", Step("DELETE"), page="port"),
    behind("predicate", "put", PUT),
    behind("family", "member", get(("X-Amz-Date", "1"))),
    behind("family", "two-members", Step("PUT", (("X-Amz-Date", "1"), ("x-amz-acl", "2")))),
    behind("family", "stranger", get(("X-Am", "1"))),
    behind("family", "member-and-stranger", get(("X-Amz-Date", "1"), ("X-Other", "2"))),
    behind("null", "get-sandbox", GET, page="sandbox"),
    behind("null", "put-sandbox", PUT, page="sandbox"),
    behind("null", "get-data", GET, page="data"),
    behind("null", "get-page", GET),
    behind("null", "get-port", GET, page="port"),
    behind("public", "get-data", GET, page="data"),
    behind("one", "get-data", GET, page="data"),
    behind("enforce", "get", GET),
    behind("enforce", "put", PUT),
    behind("enforce", "post-port", Step("POST", body="x"), page="port"),
    behind("enforce", "no-cors-post-port", Step("POST", body="x", mode="no-cors"), page="port"),
    behind("status-200", "put", PUT),
    behind("one", "delete", Step("DELETE")),
    behind("one", "options", Step("OPTIONS")),
    behind("one", "head", Step("HEAD")),
    behind("one", "post", Step("POST", body="x")),
    behind("one", "custom-method", Step("CHICKEN")),
    behind("one", "patch-lower-case", Step("patch", body="x")),
    behind("one", "put-lower-case", Step("put", body="x")),
    behind("one", "unlisted-header", get(("X-Other", "1"))),
    behind("echo", "custom-method", Step("CHICKEN", credentials="include")),
    behind("echo", "patch-lower-case", Step("patch", body="x", credentials="include")),
    behind("echo", "many-headers", get(*((f"X-H{number}", "1") for number in range(40)), credentials="include")),
    behind("open", "custom-method", Step("CHICKEN")),
    behind("open", "authorization-credentials", get(("Authorization", "x"), credentials="include")),
    behind("one", "not-found", GET, answer=Answer(404)),
    behind("one", "failed", GET, answer=Answer(500)),
    behind("one", "unauthorised", GET_CREDENTIALS, answer=Answer(401)),
    behind("one", "not-modified", GET, answer=Answer(304)),
    behind(
        "one",
        "exposed-by-application",
        GET,
        answer=Answer(
            headers=(("Access-Control-Expose-Headers", "X-Page"), ("X-Page", "2"), ("X-Total", "7"), ("X-Secret", "s"))
        ),
    ),
    behind(
        "one",
        "cookie",
        GET_CREDENTIALS,
        GET_CREDENTIALS,
        GET,
        PUT_CREDENTIALS,
        answer=Answer(headers=(("Set-Cookie", "a=1"),)),
    ),
]
CASES: list[Case] = [*PRODUCT, *OTHERS]
