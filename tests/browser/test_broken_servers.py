"""Servers that get CORS wrong, each in one way: the verdict, the check that failed, and a sentence that names the cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from cors_core.browser import Exchange, Incoming, Outgoing, UserAgent
from cors_core.wsgi import CORSMiddleware
from tests.browser.wire import (
    API,
    ECHO,
    GRANT,
    OTHER,
    PAGE,
    CachingProxy,
    Server,
    fetch,
    fetcher,
    over_wsgi,
    reply,
    step,
)

MINE = f"ACAO: {PAGE}"
GOOD = reply(*ECHO)
PERMIT = reply(*ECHO, "ACAM: PUT, DELETE", "ACAH: x-a, content-type", status=204)


def refuses(*lines: str, status: int = 200) -> Server:
    """A server whose preflights are right, and whose response has these lines."""
    return Server(reply(*lines, status=status), PERMIT)


def forbids(*lines: str, status: int = 204) -> Server:
    """A server whose response is right, and whose preflight is answered with these lines."""
    return Server(GOOD, reply(*lines, status=status))


def raising(outgoing: Outgoing) -> Incoming:
    raise RuntimeError("template not found")


def echoing_into_a_list(outgoing: Outgoing) -> Incoming:
    """The application says whom it allows, and then so does the proxy."""
    return reply(f"ACAO: {outgoing.header('Origin')}", "ACAO: *")


def behind_a_login(outgoing: Outgoing) -> Incoming:
    """Authentication before CORS: a preflight never has a token."""
    return GOOD if outgoing.header("Authorization") else reply("WWW-Authenticate: Bearer", status=401)


def with_slashes(outgoing: Outgoing) -> Incoming:
    """A router that redirects to the URL with a slash, whatever the method."""
    if not outgoing.url.endswith("/"):
        return reply(*ECHO, f"Location: {outgoing.url}/", status=308)
    return PERMIT if outgoing.kind == "preflight" else GOOD


def with_bare_slashes(outgoing: Outgoing) -> Incoming:
    """The same, and the redirects know nothing of CORS."""
    return reply("Location: /items/", status=301) if outgoing.url == API else GOOD


def moved_away(outgoing: Outgoing) -> Incoming:
    """An API that has moved, and whose new home allows the page."""
    return reply(MINE, f"Location: {OTHER}", status=302) if outgoing.url == API else reply(MINE)


class Broken(NamedTuple):
    """A server, what the page asks of it, the check that fails, and words of the sentence that says why."""

    server: Exchange
    asks: dict[str, Any]
    step: str
    why: str


GET: dict[str, Any] = {}
INCLUDE = {"credentials": "include"}
PUT, X_A, TOKEN = {"method": "PUT"}, {"headers": {"X-A": "1"}}, {"headers": {"Authorization": "Bearer x"}}

BROKEN = {
    # Access-Control-Allow-Origin
    "no header": Broken(refuses(), GET, "allow-origin-missing", "the response has no Access-Control-Allow-Origin"),
    "a misspelt header": Broken(refuses("Access-Control-Allow-Orgin: *"), GET, "allow-origin-missing", "has no"),
    "an empty header": Broken(refuses("ACAO:"), GET, "allow-origin-mismatch", "is ''"),
    "two lines": Broken(echoing_into_a_list, GET, "allow-origin-multiple", "several values"),
    "the same line twice": Broken(refuses(MINE, MINE), GET, "allow-origin-multiple", "only one is possible"),
    "a list": Broken(refuses(f"{MINE}, https://b.example"), GET, "allow-origin-multiple", "several values"),
    "a list with spaces": Broken(refuses(f"{MINE} https://b.example"), GET, "allow-origin-multiple", "several values"),
    "a trailing slash": Broken(refuses(f"{MINE}/"), GET, "allow-origin-mismatch", "not even a slash"),
    "a path": Broken(refuses(f"{MINE}/app"), GET, "allow-origin-mismatch", "has no path"),
    "capitals": Broken(refuses("ACAO: https://Page.example"), GET, "allow-origin-mismatch", "case included"),
    "another scheme": Broken(refuses("ACAO: http://page.example"), GET, "allow-origin-mismatch", "the scheme is part"),
    "a bare host": Broken(refuses("ACAO: page.example"), GET, "allow-origin-mismatch", "is 'page.example'"),
    "a pattern": Broken(refuses("ACAO: https://*.example"), GET, "allow-origin-mismatch", "'*' stands for nothing"),
    "quotes": Broken(refuses(f'ACAO: "{PAGE}"'), GET, "allow-origin-mismatch", "quotes are part"),
    "somebody else": Broken(refuses("ACAO: https://b.example"), GET, "allow-origin-mismatch", "'https://b.example'"),
    "null": Broken(refuses("ACAO: null"), GET, "allow-origin-mismatch", "is 'null'"),
    "an error page": Broken(refuses(status=500), GET, "allow-origin-missing", "the response has no"),
    # Access-Control-Allow-Credentials
    "star and credentials": Broken(refuses("ACAO: *", "ACAC: true"), INCLUDE, "allow-origin-wildcard", "must not be '*'"),
    "no credentials": Broken(refuses(MINE), INCLUDE, "allow-credentials", "is absent"),
    "True": Broken(refuses(MINE, "ACAC: True"), INCLUDE, "allow-credentials", "is 'True', not 'true'"),
    "true twice": Broken(refuses(*ECHO, "ACAC: true"), INCLUDE, "allow-credentials", "is 'true, true'"),
    "1": Broken(refuses(MINE, "ACAC: 1"), INCLUDE, "allow-credentials", "is '1'"),
    # Preflights
    "only the preflight": Broken(refuses(), PUT, "allow-origin-missing", "the response has no"),
    "only the response": Broken(forbids("ACAM: PUT"), PUT, "allow-origin-missing", "the answer to the preflight has no"),
    "no OPTIONS": Broken(forbids(status=405), PUT, "allow-origin-missing", "the answer to the preflight, a 405, has no"),
    "not found": Broken(forbids(*ECHO, "ACAM: PUT", status=404), PUT, "preflight-status", "404, which is no ok status"),
    "not modified": Broken(forbids(*ECHO, "ACAM: PUT", status=304), PUT, "preflight-status", "with 304"),
    "a login": Broken(behind_a_login, TOKEN, "allow-origin-missing", "a 401, has no"),
    "a login that knows CORS": Broken(forbids(*ECHO, status=401), PUT, "preflight-status", "authentication must let"),
    "a slash": Broken(with_slashes, PUT, "preflight-redirect", "a redirect, 308, which is never followed"),
    "preflight without credentials": Broken(
        forbids(MINE, "ACAM: PUT"), PUT | INCLUDE, "allow-credentials", "Allow-Credentials is absent"
    ),
    # Lists
    "no methods": Broken(forbids(*ECHO, "Allow: PUT"), PUT, "method-refused", "Access-Control-Allow-Methods, which is absent"),
    "another method": Broken(forbids(*ECHO, "ACAM: DELETE"), PUT, "method-refused", "method PUT is not allowed"),
    "lower-case methods": Broken(forbids(*ECHO, "ACAM: get, put"), PUT, "method-refused", "'put' is not 'PUT'"),
    "a lower-case request": Broken(
        forbids(*ECHO, "ACAM: PATCH"), {"method": "patch"}, "method-refused", "'PATCH' is not 'patch'"
    ),
    "methods without commas": Broken(forbids(*ECHO, "ACAM: GET PUT"), PUT, "list-invalid", "'GET PUT'"),
    "quoted methods": Broken(forbids(*ECHO, 'ACAM: "GET, PUT"'), PUT, "list-invalid", """'"GET'"""),
    "methods of JSON": Broken(forbids(*ECHO, "ACAM: ['PUT']"), PUT, "list-invalid", "Access-Control-Allow-Methods"),
    "all methods, with credentials": Broken(
        forbids(*ECHO, "ACAM: *"), PUT | INCLUDE, "method-refused", "with credentials '*' is only a name"
    ),
    "no headers": Broken(forbids(*ECHO), X_A, "header-refused", "x-a is not allowed by Access-Control-Allow-Headers, which is absent"),
    "another header": Broken(forbids(*ECHO, "ACAH: x-b"), X_A, "header-refused", "header x-a is not allowed"),
    "a header prefix": Broken(forbids(*ECHO, "ACAH: x-*"), X_A, "header-refused", "header x-a is not allowed"),
    "all headers, with credentials": Broken(
        forbids(*ECHO, "ACAH: *"), X_A | INCLUDE, "header-refused", "with credentials '*' is only a name"
    ),
    "a header list that is spoilt": Broken(forbids(*ECHO, "ACAH: x-a; x-b"), X_A, "list-invalid", "spoils all of it"),
    "star for a token": Broken(forbids(MINE, "ACAH: *"), TOKEN, "authorization-not-listed", "must be listed by name"),
    # Redirects
    "a bare redirect": Broken(with_bare_slashes, GET, "allow-origin-missing", "the redirect, a 301, has no"),
    "a redirect elsewhere": Broken(moved_away, GET, "allow-origin-mismatch", "a redirect across origins made the origin 'null'"),
    "a redirect to a password": Broken(
        Server(at={API: reply(MINE, "Location: https://u:p@api.example/", status=302)}),
        GET, "redirect-credentials", "user name",
    ),
    "a redirect in a circle": Broken(
        Server(reply(MINE, f"Location: {API}", status=302)), GET, "redirect-count", "more than 20"
    ),
    # Not CORS at all
    "an exception": Broken(raising, GET, "no-response", "RuntimeError: template not found"),
    "a split header": Broken(refuses(MINE, "X-A: a\r\nX-B: b"), GET, "malformed-response", "'X-A'"),
}  # fmt: skip


@pytest.mark.parametrize("broken", [pytest.param(broken, id=name.replace(" ", "-")) for name, broken in BROKEN.items()])
def test_a_broken_server_is_refused_for_what_is_broken(broken: Broken) -> None:
    result = fetch(broken.server, **broken.asks)
    assert not result.delivered
    assert result.failure is not None
    assert step(result) == broken.step
    assert broken.why in result.failure.sentence
    assert result.failure.rule.startswith("https://fetch.spec.whatwg.org/#")
    assert result.failure.request is result.exchanges[-1][0]


def test_the_same_servers_unbroken() -> None:
    for asks in (GET, INCLUDE, PUT, X_A, PUT | INCLUDE, X_A | INCLUDE):
        assert fetch(Server(GOOD, PERMIT), **asks).delivered
    assert fetch(Server(GOOD, GRANT), **TOKEN).delivered


def test_a_server_that_spoils_its_expose_list_is_read_without_it() -> None:
    result = fetch(Server(reply(MINE, "ACEH: x-a x-b", "X-A: 1")))
    assert result.response is not None
    assert result.response.header("X-A") is None
    assert "'x-a x-b'" in result.warnings[0]


# --- Missing Vary -------------------------------------------------------------------------------------------------------

PAGES = ("https://first.example", "https://second.example")


def allowing(*vary: str, always: bool) -> Callable[[Outgoing], Incoming]:
    """A server that echoes the origins of `PAGES`; `Vary` says so always, or on answers to them only."""

    def exchange(outgoing: Outgoing) -> Incoming:
        origin = outgoing.header("Origin")
        granted = [f"ACAO: {origin}"] if origin in PAGES else []
        return reply(*granted, *(vary if granted or always else ()), "Cache-Control: max-age=60")

    return exchange


def guarded(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Cache-Control", "max-age=60"), ("Content-Type", "text/plain")])
    return [b"hello"]


@pytest.mark.parametrize(
    ("server", "after_another_page", "after_an_image"),
    [
        pytest.param(allowing(always=False), "allow-origin-mismatch", "allow-origin-missing", id="no-Vary"),
        pytest.param(allowing("Vary: Origin", always=False), "", "allow-origin-missing", id="Vary-where-allowed"),
        pytest.param(allowing("Vary: Accept, Origin", always=True), "", "", id="Vary-always"),
        pytest.param(allowing("Vary: *", always=True), "", "", id="Vary-star"),
        pytest.param(lambda outgoing: reply("ACAO: *"), "", "", id="public"),
        pytest.param(over_wsgi(CORSMiddleware(guarded, allow_origins=PAGES)), "", "", id="our-middleware"),
        pytest.param(over_wsgi(CORSMiddleware(guarded, allow_origins="*")), "", "", id="our-middleware-public"),
    ],
)
def test_a_shared_cache_poisons_what_does_not_vary(
    server: Exchange, after_another_page: str, after_an_image: str
) -> None:
    agent = UserAgent(CachingProxy(server))
    first, second = (fetcher(agent, page) for page in PAGES)
    assert step(first()) == ""
    assert step(second()) == after_another_page
    assert step(first()) == ""

    agent = UserAgent(CachingProxy(server))
    first = fetcher(agent, PAGES[0])
    assert step(first(mode="no-cors")) == "", "an image, without Origin"
    assert step(first()) == after_an_image
    assert step(first(credentials="include")) in (after_an_image, "allow-credentials", "allow-origin-wildcard")


def test_the_proxy_answers_from_its_store() -> None:
    server = Server()
    fetch_again = fetcher(UserAgent(CachingProxy(server)))
    for _ in range(3):
        assert fetch_again().delivered
    assert server.methods == "GET"
