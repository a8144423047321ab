"""Modes other than cors, and what fetches besides `fetch()`: elements, streams of events, beacons, uploads."""

from __future__ import annotations

from typing import Any

from tests.engines.cases import Answer, Case, Step
from tests.engines.matrix.short import (
    CREDENTIALS,
    ECHO,
    ECHO_CREDENTIALS,
    EXPOSE,
    GET,
    GET_CREDENTIALS,
    GRANTED,
    METHODS,
    ORIGIN,
    POST,
    raw,
)

BARE = Answer()
STAR = ((ORIGIN, "*"),)
STAR_CREDENTIALS = (*STAR, (CREDENTIALS, "true"))
GRANTS = {
    "bare": (),
    "echo": ECHO,
    "star": STAR,
    "echo-credentials": ECHO_CREDENTIALS,
    "star-credentials": STAR_CREDENTIALS,
}


def no_cors(method: str = "GET", *headers: tuple[str, str], **more: Any) -> Step:
    return Step(method, headers, "x" if method == "POST" else None, mode="no-cors", **more)


def policy(value: str) -> Answer:
    return Answer(headers=(("Cross-Origin-Resource-Policy", value),))


MODES = [
    raw("no-cors-get", no_cors(), answer=BARE),
    raw("no-cors-get-granted", no_cors()),
    raw("no-cors-head", no_cors("HEAD"), answer=BARE),
    raw("no-cors-post", no_cors("POST"), answer=BARE),
    raw("no-cors-put", no_cors("PUT")),
    raw("no-cors-patch", no_cors("PATCH")),
    raw("no-cors-lower-case-post", Step("post", body="x", mode="no-cors"), answer=BARE),
    raw("no-cors-custom-header", no_cors("GET", ("X-A", "1"))),
    raw("no-cors-authorization", no_cors("GET", ("Authorization", "x"))),
    raw("no-cors-json", no_cors("POST", ("Content-Type", "application/json"))),
    raw("no-cors-range", no_cors("GET", ("Range", "bytes=0-1"))),
    raw("no-cors-not-found", no_cors(), answer=Answer(404)),
    raw("no-cors-own-origin", no_cors(), answer=BARE, at="page"),
    raw("no-cors-post-own-origin", no_cors("POST"), answer=BARE, at="page"),
    raw("no-cors-post-sandbox", no_cors("POST"), answer=BARE, page="sandbox"),
    raw("no-cors-post-no-referrer", no_cors("POST", referrer_policy="no-referrer"), answer=BARE),
    raw("no-cors-post-referrer-same-origin", no_cors("POST", referrer_policy="same-origin"), answer=BARE),
    raw("no-cors-post-referrer-origin", no_cors("POST", referrer_policy="origin"), answer=BARE),
    raw("no-cors-post-referrer-unsafe-url", no_cors("POST", referrer_policy="unsafe-url"), answer=BARE),
    raw("no-cors-post-referrer-strict-origin", no_cors("POST", referrer_policy="strict-origin"), answer=BARE),
    raw("cors-post-no-referrer", Step("POST", body="x", referrer_policy="no-referrer")),
    raw("cors-get-no-referrer", Step(referrer_policy="no-referrer")),
    raw("cors-put-no-referrer", Step("PUT", referrer_policy="no-referrer")),
    raw("own-origin-post-no-referrer", Step("POST", body="x", referrer_policy="no-referrer"), at="page"),
    raw("resource-policy-same-origin", no_cors(), answer=policy("same-origin")),
    raw("resource-policy-same-site", no_cors(), answer=policy("same-site")),
    raw("resource-policy-cross-origin", no_cors(), answer=policy("cross-origin")),
    raw("resource-policy-same-site-third", no_cors(), answer=policy("same-site"), at="third"),
    raw("resource-policy-cross-origin-third", no_cors(), answer=policy("cross-origin"), at="third"),
    raw("resource-policy-odd-case", no_cors(), answer=policy("Same-Origin"), at="third"),
    raw("resource-policy-list", no_cors(), answer=policy("same-origin, same-origin"), at="third"),
    raw("resource-policy-and-cors", GET, answer=Answer(headers=(*ECHO, *policy("same-origin").headers))),
    raw("resource-policy-own-origin", no_cors(), answer=policy("same-origin"), at="page"),
    raw("same-origin-mode-own", Step("PUT", mode="same-origin"), answer=BARE, at="page"),
    raw("same-origin-mode-api", Step(mode="same-origin")),
    raw("same-origin-mode-loopback", Step(mode="same-origin"), at="loopback"),
    raw("same-origin-mode-sandbox", Step(mode="same-origin"), page="sandbox", at="page"),
    raw("own-origin-from-sandbox", GET, answer=BARE, page="sandbox", at="page"),
    raw("own-origin-from-sandbox-granted", GET, page="sandbox", at="page"),
    raw("own-origin-error", GET, answer=Answer(500), at="page"),
]
EVENTS = [
    *(raw(f"events-{name}", Step(kind="events"), answer=Answer(200, h, "events")) for name, h in GRANTS.items()),
    *(
        raw(f"events-credentials-{name}", Step(kind="events", credentials="include"), answer=Answer(200, h, "events"))
        for name, h in GRANTS.items()
    ),
    raw("events-own-origin", Step(kind="events"), answer=Answer(content="events"), at="page"),
    raw("events-sandbox", Step(kind="events"), answer=Answer(200, ECHO, "events"), page="sandbox"),
]
ELEMENTS = [
    raw(f"{kind}-{how}-{name}", Step(kind=kind, crossorigin=how), answer=Answer(200, headers, kind))
    for kind in ("image", "script")
    for how in ("anonymous", "use-credentials")
    for name, headers in GRANTS.items()
]
PLAIN = [
    raw("image-plain-bare", Step(kind="image"), answer=Answer(content="image")),
    raw("image-plain-resource-policy", Step(kind="image"), answer=Answer(200, policy("same-origin").headers, "image")),
    raw("image-own-origin", Step(kind="image", crossorigin="anonymous"), answer=Answer(content="image"), at="page"),
    raw("script-own-origin", Step(kind="script", crossorigin="anonymous"), answer=Answer(content="script"), at="page"),
    raw("module-own-origin", Step(kind="module"), answer=Answer(content="script"), at="page"),
    raw(
        "image-sandbox-null",
        Step(kind="image", crossorigin="anonymous"),
        answer=Answer(200, ECHO, "image"),
        page="sandbox",
    ),
    raw("script-plain-bare", Step(kind="script"), answer=Answer(content="script")),
    *(raw(f"module-{name}", Step(kind="module"), answer=Answer(200, h, "script")) for name, h in GRANTS.items()),
    *(
        raw(
            f"module-credentials-{name}",
            Step(kind="module", crossorigin="use-credentials"),
            answer=Answer(200, h, "script"),
        )
        for name, h in GRANTS.items()
    ),
]
UPLOADS = [
    raw("upload-text", Step("POST", body="x", kind="upload")),
    raw("upload-text-unpermitted", Step("POST", body="x", kind="upload"), preflight=Answer(204, ECHO)),
    raw("upload-text-refused", Step("POST", body="x", kind="upload"), preflight=Answer(403)),
    raw("upload-put", Step("PUT", body="x", kind="upload")),
    raw("upload-put-unpermitted", Step("PUT", body="x", kind="upload"), preflight=Answer(204, ECHO)),
    raw("upload-put-star", Step("PUT", body="x", kind="upload"), preflight=Answer(204, (*ECHO, (METHODS, "*")))),
    raw("upload-get", Step("GET", body="x", kind="upload")),
    raw("upload-credentials", Step("POST", body="x", kind="upload", credentials="include")),
    raw("upload-custom-header", Step("POST", (("X-A", "1"),), "x", kind="upload")),
    raw("upload-own-origin", Step("POST", body="x", kind="upload"), at="page", answer=BARE),
    raw(
        "upload-exposed",
        Step("POST", body="x", kind="upload"),
        answer=Answer(200, (*ECHO, ("X-A", "1"), (EXPOSE, "X-A"))),
    ),
    raw("upload-without-body", Step("POST", kind="upload")),
    raw("upload-bare-answer", Step("POST", body="x", kind="upload"), answer=BARE),
]
BEACONS = [
    raw("beacon-text", Step("POST", body="x", kind="beacon"), answer=BARE),
    raw(
        "beacon-form", Step("POST", body="x", body_type="application/x-www-form-urlencoded", kind="beacon"), answer=BARE
    ),
    raw("beacon-json", Step("POST", body="x", body_type="application/json", kind="beacon")),
    raw(
        "beacon-json-refused",
        Step("POST", body="x", body_type="application/json", kind="beacon"),
        preflight=Answer(403),
    ),
    raw(
        "beacon-json-without-credentials",
        Step("POST", body="x", body_type="application/json", kind="beacon"),
        preflight=Answer(204, (*ECHO, ("Access-Control-Allow-Headers", "content-type"))),
    ),
    raw("beacon-own-origin", Step("POST", body="x", body_type="application/json", kind="beacon"), at="page"),
    raw("beacon-json-sandbox", Step("POST", body="x", body_type="application/json", kind="beacon"), page="sandbox"),
    raw("beacon-sandbox", Step("POST", body="x", kind="beacon"), page="sandbox", answer=BARE),
]
COOKIE = Answer(200, (*ECHO_CREDENTIALS, ("Set-Cookie", "a=1")))
OMIT = Step(credentials="omit")
COOKIES = [
    raw("cookie-included", GET_CREDENTIALS, GET_CREDENTIALS, answer=COOKIE),
    raw("cookie-not-kept", GET, GET_CREDENTIALS, answer=COOKIE),
    raw("cookie-not-sent", GET_CREDENTIALS, GET, OMIT, answer=COOKIE),
    raw("cookie-not-on-preflight", GET_CREDENTIALS, Step("PUT", credentials="include"), answer=COOKIE),
    raw("cookie-own-origin", GET, GET, OMIT, answer=COOKIE, at="page"),
    raw("cookie-kept-though-refused", GET_CREDENTIALS, GET_CREDENTIALS, answer=Answer(200, (("Set-Cookie", "a=1"),))),
    raw("cookie-no-cors", GET_CREDENTIALS, no_cors("POST", credentials="include"), no_cors("POST"), answer=COOKIE),
]
CASES: list[Case] = [
    *MODES,
    *EVENTS,
    *ELEMENTS,
    *PLAIN,
    *UPLOADS,
    *BEACONS,
    *COOKIES,
    raw("plain-post", POST, answer=GRANTED),
]
