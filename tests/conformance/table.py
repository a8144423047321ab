"""What is answered to whom: one table, to which every adapter is held.

A row is a request under a policy, the answer of the application that is wrapped, and what must come
out: written by hand from the rules of the Fetch standard, never computed. The table knows no adapter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from cors_core import Outcome, Policy, Request, by_host, by_path
from cors_core.routing import Selectable

Pairs = tuple[tuple[str, str], ...]

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example"
HOST = "api.example.com"
OWN = "https://api.example.com"

NO_TYPE = (204, 304)  # answers without a body, which WSGI's lint wants without a Content-Type

# Everything an application can get wrong, in more than one letter case.
APP_SET: Pairs = (
    ("Access-Control-Allow-Origin", "https://app-set.example"),
    ("access-control-allow-credentials", "true"),
    ("Access-Control-Allow-Methods", "TRACE"),
    ("Access-Control-Allow-Headers", "X-App-Set"),
    ("ACCESS-CONTROL-MAX-AGE", "99999"),
    ("Access-Control-Allow-Private-Network", "true"),
    ("X-Frame-Options", "DENY"),
)


@dataclass(frozen=True)
class Ask:
    """A request; `headers` holds one pair for each field line, in their order."""

    method: str
    path: str
    headers: Pairs
    scheme: str = "https"
    mount: str = ""


@dataclass(frozen=True)
class App:
    """What the wrapped application answers."""

    status: int
    headers: Pairs
    body: bytes


@dataclass(frozen=True)
class Want:
    """What must come out: all `Access-Control-*` headers, the names in `Vary`, and a few others by `also`.

    `outcome` is None where no policy applies, and then the application's headers come through untouched.
    """

    status: int
    reached: bool
    cors: dict[str, str]
    vary: frozenset[str]
    outcome: Outcome | None
    also: dict[str, str]


@dataclass(frozen=True)
class Site:
    """A policy, or a selector of policies, under its name in this table, and the adapter's `own_origin`."""

    name: str
    policy: Selectable
    own_origin: str | None = None


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    ask: Ask
    want: Want
    app: App
    site: Site


# --- requests


def send(
    method: str,
    origin: str | None = None,
    *more: tuple[str, str],
    path: str = "/",
    host: str | None = HOST,
    scheme: str = "https",
    mount: str = "",
) -> Ask:
    named = (("Host", host), ("Origin", origin))
    return Ask(method, path, (*((name, value) for name, value in named if value is not None), *more), scheme, mount)


def get(origin: str | None = None, *more: tuple[str, str], **where: str) -> Ask:
    return send("GET", origin, *more, **where)


def preflight(
    origin: str | None, method: str | None = "PUT", headers: str | None = None, *more: tuple[str, str], **where: str
) -> Ask:
    named = (("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers))
    return send("OPTIONS", origin, *((name, value) for name, value in named if value is not None), *more, **where)


def asked(value: str) -> tuple[str, str]:
    """One more line of header names that a preflight asks for."""
    return ("Access-Control-Request-Headers", value)


PNA = ("Access-Control-Request-Private-Network", "true")


def origin_lines(*values: str) -> Ask:
    return get(None, *(("Origin", value) for value in values))


# --- answers of the application


def app(status: int = 200, *more: tuple[str, str], vary: Iterable[str] = ("Accept-Encoding",)) -> App:
    content_type = () if status in NO_TYPE else (("Content-Type", "text/plain"),)
    lines = tuple(("Vary", value) for value in vary)
    return App(status, (*content_type, *APP_SET, *more, *lines), b"" if status in NO_TYPE else b"the application")


def exposing(*values: str) -> App:
    return app(200, *(("Access-Control-Expose-Headers", value) for value in values))


# --- what must come out

SHORT_NAMES = {
    "origin": "access-control-allow-origin",
    "credentials": "access-control-allow-credentials",
    "methods": "access-control-allow-methods",
    "headers": "access-control-allow-headers",
    "age": "access-control-max-age",
    "expose": "access-control-expose-headers",
    "network": "access-control-allow-private-network",
}


def cors(**values: str) -> dict[str, str]:
    return {SHORT_NAMES[name]: value for name, value in values.items()}


def passes(
    headers: dict[str, str],
    outcome: Outcome | None = Outcome.ALLOWED,
    *,
    vary: str = "accept-encoding origin",
    status: int = 200,
) -> Want:
    """The application answers."""
    return Want(status, True, headers, frozenset(vary.split()), outcome, {})


def answers(
    headers: dict[str, str],
    outcome: Outcome = Outcome.ALLOWED,
    *,
    vary: str = "origin",
    status: int = 204,
    also: dict[str, str] | None = None,
) -> Want:
    """A preflight is answered, and the application hears nothing of it."""
    return Want(status, False, headers, frozenset(vary.split()), outcome, also or {})


def refused(status: int = 200) -> Want:
    return passes({}, Outcome.ORIGIN_REFUSED, status=status)


def no_origin(status: int = 200) -> Want:
    return passes({}, Outcome.NOT_CORS, status=status)


EMPTY = {"content-length": "0"}
REFUSED = refused()
NO_ORIGIN = no_origin()
SAME_ORIGIN = passes({}, Outcome.SAME_ORIGIN)
TURNED_AWAY = answers({}, Outcome.ORIGIN_REFUSED, status=403, also=EMPTY)
BLOCKED = answers(
    {}, Outcome.BLOCKED, status=403, vary="origin sec-fetch-site", also={"content-type": "application/json"}
)
JUDGED_SAME_ORIGIN = passes({}, Outcome.SAME_ORIGIN, vary="accept-encoding origin sec-fetch-site")
UNTOUCHED = passes(
    cors(
        origin="https://app-set.example",
        credentials="true",
        methods="TRACE",
        headers="X-App-Set",
        age="99999",
        network="true",
    ),
    None,
    vary="accept-encoding",
)


def row(name: str, ask: Ask, want: Want, answer: App | None = None) -> Row:
    return Row(name, ask, want, answer or app(), Site("", None))


def under(name: str, policy: Selectable, *rows: Row, own_origin: str | None = None) -> tuple[Row, ...]:
    site = Site(name, policy, own_origin)
    return tuple(replace(row, site=site) for row in rows)


# --- one exact origin

ONE = Policy(
    allow_origins=[APP], allow_methods=["PUT", "DELETE"], allow_headers=["X-Token"], expose_headers=["X-Total-Count"]
)
SAFE = "Accept, Accept-Language, Content-Language, Content-Type"
ONE_READS = passes(cors(origin=APP, expose="X-Total-Count"))
ONE_LISTS = cors(origin=APP, methods="PUT, DELETE, GET, HEAD, POST", headers=f"X-Token, {SAFE}", age="600")
ONE_GRANTS = answers(ONE_LISTS)
ONE_METHOD_REFUSED = answers(ONE_LISTS, Outcome.METHOD_REFUSED)
ONE_HEADERS_REFUSED = answers(ONE_LISTS, Outcome.HEADERS_REFUSED)


def one_reads(status: int) -> Want:
    return replace(ONE_READS, status=status)


ORIGINS = under(
    "one exact origin",
    ONE,
    row("R30 the allowed origin is echoed once, whatever the application set", get(APP), ONE_READS),
    row("R66 a request without Origin gets Vary and no grant", get(), NO_ORIGIN),
    row("R66 a refused origin gets Vary and no grant", get(EVIL), REFUSED),
    row("R95 a refused POST reaches the application all the same", send("POST", EVIL), REFUSED),
    row("R11 an actual PUT is judged by its origin alone", send("PUT", APP), ONE_READS),
    row("R35 an actual PATCH is judged by its origin alone, though unlisted", send("PATCH", APP), ONE_READS),
    row("R9 an upper-case origin is another origin", get("HTTPS://APP.EXAMPLE.COM"), REFUSED),
    row("R9 an upper-case letter in the host makes another origin", get("https://App.example.com"), REFUSED),
    row("R9 a default port written out makes another origin", get(f"{APP}:443"), REFUSED),
    row("R9 a trailing slash makes another origin", get(f"{APP}/"), REFUSED),
    row("R5 a trailing dot makes another origin", get(f"{APP}."), REFUSED),
    row("O1 a longer name that begins with the allowed one is refused", get(f"{APP}.evil.example"), REFUSED),
    row("O2 a longer name that ends in the allowed one is refused", get("https://evilapp.example.com"), REFUSED),
    row("O6 the dots of an exact entry are dots", get("https://appxexample.com"), REFUSED),
    row("O9 another scheme is another origin", get("http://app.example.com"), REFUSED),
    row("O10 another port is another origin", get(f"{APP}:8443"), REFUSED),
    row("O14 UTF-8 in an origin is refused", get("https://app.ex\u00d0\u00b0mple.com"), REFUSED),
    row("O18 a user name before the allowed host is refused", get("https://user@app.example.com"), REFUSED),
    row("O18 the allowed host as a user name is refused", get(f"{APP}@evil.example"), REFUSED),
    row("O19 a path makes it no origin", get(f"{APP}/x"), REFUSED),
    row("O19 a query makes it no origin", get(f"{APP}?q"), REFUSED),
    row("O19 a fragment makes it no origin", get(f"{APP}#f"), REFUSED),
    row("O19 a subdomain of an exact origin is refused", get("https://x.app.example.com"), REFUSED),
    row("O19 a backtick after the allowed host is refused", get(f"{APP}`.evil.example"), REFUSED),
    row("O19 a leading space is not taken off", get(f" {APP}"), REFUSED),
    row("O19 a trailing tab is not taken off", get(f"{APP}\t"), REFUSED),
    row("R10 a comma in an origin does not split it", get(f"{APP},.evil.example"), REFUSED),
    row("R10 two origins with a space between are refused", get(f"{APP} {EVIL}"), REFUSED),
    row("R10 a non-breaking space is not taken off", get(f"{APP}\u00a0"), REFUSED),
    row("R10 more than 512 bytes are refused", get(f"https://{'a' * 500}.example.com"), REFUSED),
    row("R94 an origin with CR LF reaches no header", get(f"{APP}\r\nX-Injected: 1"), REFUSED),
    row("R94 a final newline is not overlooked", get(f"{APP}\n"), REFUSED),
    row("R94 an origin with NUL is refused", get(f"{APP}\x00"), REFUSED),
    row("O20 an origin with DEL is refused", get(f"{APP}\x7f"), REFUSED),
    row("O21 an empty Origin is an absent one", get(""), NO_ORIGIN),
    row("O21 a scheme without a host is refused", get("https://"), REFUSED),
    row("O21 an unclosed bracket is refused", get("https://["), REFUSED),
    row("O22 two Origin lines are refused, the allowed one first", origin_lines(APP, EVIL), REFUSED),
    row("O22 two Origin lines are refused, the allowed one last", origin_lines(EVIL, APP), REFUSED),
    row("O22 two Origin lines are refused, both of them allowed", origin_lines(APP, APP), REFUSED),
    row("O22 two Origin lines are refused, the first one empty", origin_lines("", APP), REFUSED),
    row("O22 two Origin lines are refused, the last one empty", origin_lines(APP, ""), REFUSED),
    row("R15 null identifies nobody", get("null"), REFUSED),
    row("O23 null in capitals is nothing either", get("NULL"), REFUSED),
    row("O29 X-Origin is no Origin", get(None, ("X-Origin", APP)), NO_ORIGIN),
    row("K7 a Vary of the request is not copied", get(APP, ("Vary", "Cookie")), ONE_READS),
    row("N2 an actual request asks for no private network", get(APP, PNA), ONE_READS),
)

STATUSES = under(
    "one exact origin",
    ONE,
    row("R96 an allowed 404 is readable", get(APP), one_reads(404), app(404)),
    row("R29 an allowed 500 is readable", get(APP), one_reads(500), app(500)),
    row("R32 an allowed 401 is readable", get(APP), one_reads(401), app(401)),
    row("K6 an allowed 204 is readable", send("DELETE", APP), one_reads(204), app(204)),
    row("K6 an allowed 206 is readable", get(APP), one_reads(206), app(206)),
    row("R71 an allowed 301 may be followed", get(APP), one_reads(301), app(301)),
    row("R71 an allowed 302 may be followed", get(APP), one_reads(302), app(302)),
    row("R74 an allowed 303 may be followed", send("POST", APP), one_reads(303), app(303)),
    row("R72 an allowed 307 may be followed", send("POST", APP), one_reads(307), app(307)),
    row("R71 an allowed 308 may be followed", get(APP), one_reads(308), app(308)),
    row("R70 an allowed 304 carries what the 200 carried", get(APP), one_reads(304), app(304)),
    row("K6 an allowed HEAD carries what the GET carries", send("HEAD", APP), ONE_READS),
    row("R66 a 404 without Origin varies", get(), no_origin(404), app(404)),
    row("R66 a 500 without Origin varies", get(), no_origin(500), app(500)),
    row("R66 a redirect without Origin varies", get(), no_origin(301), app(301)),
    row("R66 a 304 without Origin varies", get(), no_origin(304), app(304)),
    row("R66 a HEAD without Origin varies", send("HEAD"), NO_ORIGIN),
    row("R66 a refused 404 varies", get(EVIL), refused(404), app(404)),
    row("R66 a refused 500 varies", get(EVIL), refused(500), app(500)),
    row("R66 a refused redirect varies", get(EVIL), refused(308), app(308)),
    row("R66 a refused 304 varies", get(EVIL), refused(304), app(304)),
    row("K6 a refused HEAD varies", send("HEAD", EVIL), REFUSED),
)

PREFLIGHTS = under(
    "one exact origin",
    ONE,
    row("R20 a preflight of the allowed origin is answered for the application", preflight(APP), ONE_GRANTS),
    row("R22 a preflight of another origin gets no grant", preflight(EVIL), TURNED_AWAY),
    row("R22 a preflight of another origin is not shown the lists", preflight(EVIL, "GET", "x-token"), TURNED_AWAY),
    row("R22 a preflight of null gets no grant", preflight("null"), TURNED_AWAY),
    row(
        "R22 a preflight with two Origin lines gets no grant", preflight(APP, "PUT", None, ("Origin", APP)), TURNED_AWAY
    ),
    row("R16 OPTIONS without a method asked for reaches the application", send("OPTIONS", APP), ONE_READS),
    row("R16 OPTIONS with only header names reaches the application", preflight(APP, None, "x-token"), ONE_READS),
    row(
        "R16 OPTIONS with only Sec-Fetch-Mode reaches the application",
        send("OPTIONS", APP, ("Sec-Fetch-Mode", "cors")),
        ONE_READS,
    ),
    row("R16 OPTIONS without Origin reaches the application", preflight(None), NO_ORIGIN),
    row("R16 OPTIONS with an empty Origin reaches the application", preflight(""), NO_ORIGIN),
    row("R16 a refused OPTIONS that is no preflight reaches the application", send("OPTIONS", EVIL), REFUSED),
    row("R16 a GET is no preflight, whatever it asks", get(APP, ("Access-Control-Request-Method", "PUT")), ONE_READS),
    row(
        "R16 a POST is no preflight, whatever it asks",
        send("POST", APP, ("Access-Control-Request-Method", "PUT")),
        ONE_READS,
    ),
    row("R19 a preflight without cookies is answered", preflight(APP, "PUT", "x-token", ("Accept", "*/*")), ONE_GRANTS),
    row(
        "R19 a preflight is not asked who it is",
        preflight(APP, "PUT", None, ("Authorization", "Bearer no")),
        ONE_GRANTS,
    ),
    row("R35 a safelisted GET passes though unlisted", preflight(APP, "GET"), ONE_GRANTS),
    row("R35 a safelisted HEAD passes though unlisted", preflight(APP, "HEAD"), ONE_GRANTS),
    row("R51 a safelisted POST passes though unlisted", preflight(APP, "POST"), ONE_GRANTS),
    row("R38 the whole list is answered, not the method alone", preflight(APP, "DELETE"), ONE_GRANTS),
    row("R36 an unlisted PATCH is reported, and sees the lists", preflight(APP, "PATCH"), ONE_METHOD_REFUSED),
    row("R36 an unlisted OPTIONS is no safelisted method", preflight(APP, "OPTIONS"), ONE_METHOD_REFUSED),
    row("R37 a method in lower case is another method", preflight(APP, "put"), ONE_METHOD_REFUSED),
    row("R37 a safelisted method in lower case is not safelisted", preflight(APP, "get"), ONE_METHOD_REFUSED),
    row("R37 two methods are no method", preflight(APP, "GET, DELETE"), ONE_METHOD_REFUSED),
    row(
        "R37 two lines of methods are no method",
        preflight(APP, "PUT", None, ("Access-Control-Request-Method", "DELETE")),
        ONE_METHOD_REFUSED,
    ),
    row("R37 part of a listed name is no method", preflight(APP, "DEL"), ONE_METHOD_REFUSED),
    row("R37 a method is not trimmed", preflight(APP, "PUT "), ONE_METHOD_REFUSED),
    row("D4 an empty method is a method asked for", preflight(APP, ""), ONE_METHOD_REFUSED),
    row("D4 a star is a method that nobody listed", preflight(APP, "*"), ONE_METHOD_REFUSED),
    row("D4 a comma is no method", preflight(APP, ","), ONE_METHOD_REFUSED),
    row("D4 a method with CR LF reaches no header", preflight(APP, "PUT\r\nX-Injected: 1"), ONE_METHOD_REFUSED),
    row("D4 an endless method is refused", preflight(APP, "A" * 100_000), ONE_METHOD_REFUSED),
    row("R34 a forbidden method is refused", preflight(APP, "TRACE"), ONE_METHOD_REFUSED),
    row("R35 the method is judged before the headers", preflight(APP, "PATCH", "x-unlisted"), ONE_METHOD_REFUSED),
    row("R85 nothing is said of private networks unless configured", preflight(APP, "PUT", None, PNA), ONE_GRANTS),
)

HEADERS = under(
    "one exact origin",
    ONE,
    row("R46 a listed header passes", preflight(APP, "PUT", "x-token"), ONE_GRANTS),
    row("R46 header names have no letter case", preflight(APP, "PUT", "X-TOKEN"), ONE_GRANTS),
    row("R40 a safelisted name passes though unlisted", preflight(APP, "PUT", "content-type"), ONE_GRANTS),
    row(
        "R42 all safelisted names pass, as for values too long",
        preflight(APP, "POST", "accept,accept-language,content-language"),
        ONE_GRANTS,
    ),
    row(
        "R40 range is safelisted by its value, so its name must be listed",
        preflight(APP, "GET", "range"),
        ONE_HEADERS_REFUSED,
    ),
    row(
        "R43 an unlisted header is reported, and sees the lists",
        preflight(APP, "PUT", "x-unlisted"),
        ONE_HEADERS_REFUSED,
    ),
    row("R43 authorization must be listed", preflight(APP, "PUT", "authorization"), ONE_HEADERS_REFUSED),
    row("R43 last-event-id must be listed", preflight(APP, "GET", "last-event-id"), ONE_HEADERS_REFUSED),
    row(
        "R43 one unlisted header among listed ones is reported",
        preflight(APP, "PUT", "content-type,x-token,x-unlisted"),
        ONE_HEADERS_REFUSED,
    ),
    row("R46 part of a listed name is another name", preflight(APP, "PUT", "x-tok"), ONE_HEADERS_REFUSED),
    row("R46 a star is only the name of a header", preflight(APP, "PUT", "*"), ONE_HEADERS_REFUSED),
    row("R17 names may come unsorted", preflight(APP, "PUT", "x-token,accept"), ONE_GRANTS),
    row("R17 a name may come twice", preflight(APP, "PUT", "x-token,x-token"), ONE_GRANTS),
    row(
        "R18 names may be padded, with empty elements between",
        preflight(APP, "PUT", "X-Token , ,content-type"),
        ONE_GRANTS,
    ),
    row("R18 tabs are padding too", preflight(APP, "PUT", "\tx-token\t,\taccept"), ONE_GRANTS),
    row("R18 sixteen empty elements are passed over", preflight(APP, "PUT", "x-token" + "," * 16), ONE_GRANTS),
    row("R18 seventeen empty elements are refused", preflight(APP, "PUT", "x-token" + "," * 17), ONE_HEADERS_REFUSED),
    row("D1 a hundred thousand commas are refused", preflight(APP, "PUT", "," * 100_000), ONE_HEADERS_REFUSED),
    row("D2 a hundred thousand spaces are refused", preflight(APP, "PUT", " " * 100_000), ONE_HEADERS_REFUSED),
    row(
        "D3 a hundred and one names are refused",
        preflight(APP, "PUT", ",".join(["x-token"] * 101)),
        ONE_HEADERS_REFUSED,
    ),
    row("D3 a hundred names are read", preflight(APP, "PUT", ",".join(["x-token"] * 100)), ONE_GRANTS),
    row("D3 more than 8 KiB of names are refused", preflight(APP, "PUT", "x-token" + " " * 8186), ONE_HEADERS_REFUSED),
    row("D3 8 KiB of names are read", preflight(APP, "PUT", "x-token" + " " * 8185), ONE_GRANTS),
    row("D5 names may come on two lines", preflight(APP, "PUT", "x-token", asked("content-type")), ONE_GRANTS),
    row(
        "D5 an unlisted name on the second line is seen",
        preflight(APP, "PUT", "x-token", asked("x-unlisted")),
        ONE_HEADERS_REFUSED,
    ),
    row(
        "D5 an unlisted name on the first line is seen",
        preflight(APP, "PUT", "x-unlisted", asked("x-token")),
        ONE_HEADERS_REFUSED,
    ),
    row("R18 an empty line of names asks for nothing", preflight(APP, "PUT", ""), ONE_GRANTS),
    row("R18 an empty line before another asks for nothing", preflight(APP, "PUT", "", asked("x-token")), ONE_GRANTS),
    row("R49 what is no token is refused", preflight(APP, "PUT", "x-token,<script>"), ONE_HEADERS_REFUSED),
    row("R48 a space inside a name makes it no token", preflight(APP, "PUT", "x-token,bad value"), ONE_HEADERS_REFUSED),
    row("R49 a semicolon does not separate names", preflight(APP, "PUT", "x-token;accept"), ONE_HEADERS_REFUSED),
    row("R49 names with CR LF reach no header", preflight(APP, "PUT", "x-token\r\nX-Injected: 1"), ONE_HEADERS_REFUSED),
    row("R49 a vertical tab is no padding", preflight(APP, "PUT", "x-token\x0b"), ONE_HEADERS_REFUSED),
    row("R49 eight-bit names are refused", preflight(APP, "PUT", "x-tok\u00e9n"), ONE_HEADERS_REFUSED),
)

OWNED = under(
    "one exact origin",
    ONE,
    row(
        "R30 two Access-Control-Allow-Origin lines become one",
        get(APP),
        ONE_READS,
        app(200, ("access-control-allow-origin", "*")),
    ),
    row(
        "R64 unknown Access-Control headers are taken out too",
        get(APP),
        ONE_READS,
        app(200, ("Access-Control-Invented", "1")),
    ),
    row(
        "R64 what a refused response claims is taken out",
        get(EVIL),
        REFUSED,
        app(200, ("Access-Control-Allow-Origin", EVIL)),
    ),
    row("R83 Timing-Allow-Origin is the application's", get(APP), ONE_READS, app(200, ("Timing-Allow-Origin", "*"))),
    row(
        "R84 Cross-Origin-Resource-Policy is the application's",
        get(EVIL),
        REFUSED,
        app(200, ("Cross-Origin-Resource-Policy", "same-site")),
    ),
    row("R39 Allow is the application's", send("OPTIONS", APP), ONE_READS, app(200, ("Allow", "GET, PUT"))),
    row("R79 Set-Cookie is the application's, refused or not", get(EVIL), REFUSED, app(200, ("Set-Cookie", "a=b"))),
    row(
        "R61 the names that the view exposes join the policy's",
        get(APP),
        passes(cors(origin=APP, expose="X-Total-Count, X-Pages")),
        exposing("X-Pages"),
    ),
    row(
        "R61 names on two lines join the policy's",
        get(APP),
        passes(cors(origin=APP, expose="X-Total-Count, X-Pages, ETag")),
        exposing("X-Pages", "ETag"),
    ),
    row("R61 a name that is exposed twice is sent once", get(APP), ONE_READS, exposing("x-total-count, X-TOTAL-COUNT")),
    row(
        "R61 what is no token is not exposed",
        get(APP),
        passes(cors(origin=APP, expose="X-Total-Count, X-Pages")),
        exposing('bad name, X-Pages,, "q"'),
    ),
    row(
        "R63 Set-Cookie is never exposed",
        get(APP),
        passes(cors(origin=APP, expose="X-Total-Count, X-Pages")),
        exposing("Set-Cookie, X-Pages, set-cookie2"),
    ),
    row("R62 a star is the policy's to say, not the view's", get(APP), ONE_READS, exposing("*")),
    row("R61 an empty list exposes nothing more", get(APP), ONE_READS, exposing("")),
    row("R64 a refused response exposes nothing", get(EVIL), REFUSED, exposing("X-Pages")),
    row("R64 a response without Origin exposes nothing", get(), NO_ORIGIN, exposing("X-Pages")),
    row(
        "R61 an error exposes its names as well",
        get(APP),
        passes(cors(origin=APP, expose="X-Total-Count, Retry-After"), status=500),
        app(500, ("Access-Control-Expose-Headers", "Retry-After")),
    ),
)

VARY = under(
    "one exact origin",
    ONE,
    row("K5 Vary is made where there is none", get(APP), replace(ONE_READS, vary=frozenset({"origin"})), app(vary=())),
    row(
        "K5 Vary is made for a request without Origin",
        get(),
        replace(NO_ORIGIN, vary=frozenset({"origin"})),
        app(vary=()),
    ),
    row("K5 a star in Vary is left alone", get(APP), replace(ONE_READS, vary=frozenset("*")), app(vary=["*"])),
    row(
        "K5 a star in Vary is left alone for a refused origin",
        get(EVIL),
        replace(REFUSED, vary=frozenset("*")),
        app(vary=["*"]),
    ),
    row(
        "K5 a star in Vary is left alone without Origin",
        get(),
        replace(NO_ORIGIN, vary=frozenset("*")),
        app(vary=["*"]),
    ),
    row(
        "K5 origin in lower case is there already",
        get(APP),
        replace(ONE_READS, vary=frozenset({"origin"})),
        app(vary=["origin"]),
    ),
    row(
        "K5 an empty element in Vary is dropped",
        get(APP),
        replace(ONE_READS, vary=frozenset({"origin"})),
        app(vary=["Origin,"]),
    ),
    row("K5 an empty Vary is no obstacle", get(APP), replace(ONE_READS, vary=frozenset({"origin"})), app(vary=[""])),
    row(
        "R68 two lines of Vary become one",
        get(APP),
        passes(ONE_READS.cors, vary="accept-encoding cookie origin"),
        app(vary=["Accept-Encoding", "Cookie"]),
    ),
    row(
        "R68 names that are there twice are sent once",
        get(EVIL),
        REFUSED,
        app(vary=["Accept-Encoding, ORIGIN", "accept-encoding,Origin"]),
    ),
    row(
        "R68 a name that contains ours is another name",
        get(APP),
        passes(ONE_READS.cors, vary="x-origin origin"),
        app(vary=["X-Origin"]),
    ),
    row(
        "R68 Vary is merged on a 304",
        get(APP),
        passes(ONE_READS.cors, vary="cookie origin", status=304),
        app(304, vary=["Cookie"]),
    ),
)

SAME = under(
    "one exact origin",
    ONE,
    row("R11 a same-origin POST is no refusal", send("POST", OWN), SAME_ORIGIN),
    row("R11 a same-origin OPTIONS that is no preflight is no refusal", send("OPTIONS", OWN), SAME_ORIGIN),
    row("R11 the port that Host leaves out is the default one", send("POST", f"{OWN}:8443"), REFUSED),
    row("R11 a default port in Host is no other port", send("POST", OWN, host="api.example.com:443"), SAME_ORIGIN),
    row("R11 a port in Host counts", send("POST", f"{OWN}:8443", host="api.example.com:8443"), SAME_ORIGIN),
    row("R11 Host has no letter case", send("POST", OWN, host="API.Example.com"), SAME_ORIGIN),
    row("R11 https outside and http here is a proxy", send("POST", OWN, scheme="http"), SAME_ORIGIN),
    row("R11 http outside and https here is another origin", send("POST", "http://api.example.com"), REFUSED),
    row(
        "R11 the browser says same-origin, so it is",
        send("POST", OWN, ("Sec-Fetch-Site", "same-origin"), host="internal"),
        SAME_ORIGIN,
    ),
    row(
        "R11 the browser says none for what the user did", send("POST", "null", ("Sec-Fetch-Site", "none")), SAME_ORIGIN
    ),
    row("R81 same-site is not same-origin", send("POST", ADMIN, ("Sec-Fetch-Site", "same-site")), REFUSED),
    row(
        "R11 the browser says cross-site, whatever Host says",
        send("POST", OWN, ("Sec-Fetch-Site", "cross-site")),
        REFUSED,
    ),
    row(
        "R11 an allowed origin is allowed, also the resource's own",
        send("POST", APP, host="app.example.com"),
        ONE_READS,
    ),
    row("R11 nothing is same-origin without Host", send("POST", OWN, host=None), REFUSED),
)

CONFIGURED = under(
    "own origin configured",
    ONE,
    row(
        "R11 the configured own origin is the same origin",
        send("POST", "https://www.example.com", host="internal:8000"),
        SAME_ORIGIN,
    ),
    row(
        "R11 Host is not asked where the own origin is configured",
        send("POST", "https://internal", host="internal"),
        REFUSED,
    ),
    row(
        "R11 the browser is believed before the configuration",
        send("POST", "https://www.example.com", ("Sec-Fetch-Site", "cross-site")),
        REFUSED,
    ),
    own_origin="https://www.example.com",
)

# --- several exact origins, of several kinds

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
SEVERAL = Policy(
    allow_origins=[
        APP,
        ADMIN,
        "http://localhost:3000",
        "http://[::1]:3000",
        "http://192.168.0.1",
        "https://foo_bar.example.com",
        "https://xn--bcher-kva.example",
        "capacitor://localhost",
        EXTENSION,
    ]
)


def echoed(origin: str) -> Want:
    return passes(cors(origin=origin))


ORIGIN_KINDS = under(
    "several exact origins",
    SEVERAL,
    row("K1 the first of several origins gets its own name", get(APP), echoed(APP)),
    row("K1 the second of several origins gets its own name", get(ADMIN), echoed(ADMIN)),
    row("R2 a port is part of the origin", get("http://localhost:3000"), echoed("http://localhost:3000")),
    row("R2 an origin that leaves a listed port out is refused", get("http://localhost"), REFUSED),
    row("R4 an IPv6 origin is echoed", get("http://[::1]:3000"), echoed("http://[::1]:3000")),
    row("R4 IPv6 written at length is another origin", get("http://[0:0:0:0:0:0:0:1]:3000"), REFUSED),
    row("R4 an IPv4 origin is echoed", get("http://192.168.0.1"), echoed("http://192.168.0.1")),
    row("R4 IPv4 in hexadecimal is another origin", get("http://0xc0.168.0.1"), REFUSED),
    row(
        "R8 an underscore is echoed where it is listed",
        get("https://foo_bar.example.com"),
        echoed("https://foo_bar.example.com"),
    ),
    row(
        "R3 an international name is echoed in its ASCII form",
        get("https://xn--bcher-kva.example"),
        echoed("https://xn--bcher-kva.example"),
    ),
    row("R7 the scheme of a web view is echoed", get("capacitor://localhost"), echoed("capacitor://localhost")),
    row("R7 another web view is refused", get("ionic://localhost"), REFUSED),
    row("R7 an extension is echoed", get(EXTENSION), echoed(EXTENSION)),
    row("R7 an upper-case scheme is another origin", get("Capacitor://localhost"), REFUSED),
    row("O5 two listed origins in one are refused", get(f"{APP}{ADMIN}"), REFUSED),
    row("O22 two listed origins on two lines are refused", origin_lines(APP, ADMIN), REFUSED),
    row(
        "R61 names are exposed for the view where the policy exposes none",
        get(APP),
        passes(cors(origin=APP, expose="X-Pages")),
        exposing("X-Pages"),
    ),
    row("R63 nothing is sent where only Set-Cookie is exposed", get(APP), echoed(APP), exposing("Set-Cookie")),
    row(
        "R35 without a list the safelisted methods are answered",
        preflight(ADMIN, "POST", "content-type"),
        answers(cors(origin=ADMIN, methods="GET, HEAD, POST", headers=SAFE, age="600")),
    ),
)

# --- credentials

CREDENTIALED = Policy(
    allow_origins=[APP, ADMIN],
    allow_credentials=True,
    allow_methods=["put", "PATCH"],
    allow_headers=["x-Token", "Authorization"],
    expose_headers=["ETag"],
)
CREDENTIALED_LISTS = cors(
    origin=APP,
    credentials="true",
    methods="PUT, PATCH, GET, HEAD, POST",
    headers=f"x-Token, Authorization, {SAFE}",
    age="600",
)

WITH_CREDENTIALS = under(
    "credentials",
    CREDENTIALED,
    row(
        "R31 credentials always come with the origin's own name",
        get(APP),
        passes(cors(origin=APP, credentials="true", expose="ETag")),
    ),
    row(
        "R31 the other origin gets its own name",
        get(ADMIN),
        passes(cors(origin=ADMIN, credentials="true", expose="ETag")),
    ),
    row("C2 a refused origin is told nothing of credentials", get(EVIL), REFUSED),
    row("C3 no Origin, no credentials", get(), NO_ORIGIN),
    row("R21 the preflight says that credentials are allowed", preflight(APP, "PUT"), answers(CREDENTIALED_LISTS)),
    row("R33 PATCH is allowed as it was listed", preflight(APP, "PATCH"), answers(CREDENTIALED_LISTS)),
    row(
        "R33 patch is another method than PATCH",
        preflight(APP, "patch"),
        answers(CREDENTIALED_LISTS, Outcome.METHOD_REFUSED),
    ),
    row(
        "R47 authorization passes where it is listed",
        preflight(APP, "PUT", "authorization"),
        answers(CREDENTIALED_LISTS),
    ),
    row("C2 a refused preflight is told nothing of credentials", preflight(EVIL), TURNED_AWAY),
    row("R15 null gets no credentials", get("null"), REFUSED),
    row(
        "R70 a 304 says that credentials are allowed",
        get(APP),
        passes(cors(origin=APP, credentials="true", expose="ETag"), status=304),
        app(304),
    ),
    row(
        "R79 a 500 says that credentials are allowed",
        get(APP),
        passes(cors(origin=APP, credentials="true", expose="ETag"), status=500),
        app(500),
    ),
)

# --- everybody

PUBLIC = Policy(allow_origins="*", allow_methods=["PUT"], expose_headers=["X-Total-Count"])
STAR = cors(origin="*", expose="X-Total-Count")
PUBLIC_LISTS = cors(origin="*", methods="PUT, GET, HEAD, POST", headers=SAFE, age="600")
PUBLIC_READS = passes(STAR, vary="accept-encoding")
PUBLIC_WITHOUT_ORIGIN = passes(STAR, Outcome.NOT_CORS, vary="accept-encoding")

EVERYBODY = under(
    "everybody",
    PUBLIC,
    row("R67 everybody gets the star, and no Vary", get(EVIL), PUBLIC_READS),
    row("R65 a request without Origin gets the star as well", get(), PUBLIC_WITHOUT_ORIGIN),
    row("R25 null gets the star", get("null"), PUBLIC_READS),
    row("R94 junk gets the star, and is not echoed", get("https://\x00\r\n<script>"), PUBLIC_READS),
    row("R94 two Origin lines get the star", origin_lines(APP, EVIL), PUBLIC_READS),
    row("K4 a same-origin POST gets the star", send("POST", OWN), PUBLIC_READS),
    row("K4 a HEAD gets the star", send("HEAD", EVIL), PUBLIC_READS),
    row("K4 a 304 gets the star", get(EVIL), replace(PUBLIC_READS, status=304), app(304)),
    row("K4 a 404 without Origin gets the star", get(), replace(PUBLIC_WITHOUT_ORIGIN, status=404), app(404)),
    row("K4 a redirect gets the star", get(EVIL), replace(PUBLIC_READS, status=301), app(301)),
    row(
        "K4 the application's Vary stays as it is",
        get(EVIL),
        passes(STAR, vary="cookie origin"),
        app(vary=["Cookie, Origin"]),
    ),
    row("K4 no Vary is made", get(EVIL), passes(STAR, vary=""), app(vary=[])),
    row("K4 a star in Vary stays", get(EVIL), passes(STAR, vary="*"), app(vary=["*"])),
    row(
        "R61 the view's names join those for everybody",
        get(EVIL),
        passes(cors(origin="*", expose="X-Total-Count, X-Pages"), vary="accept-encoding"),
        exposing("X-Pages"),
    ),
    row(
        "R65 the view's names are exposed without Origin too, for a cache may keep that answer",
        get(),
        passes(cors(origin="*", expose="X-Total-Count, X-Pages"), Outcome.NOT_CORS, vary="accept-encoding"),
        exposing("X-Pages"),
    ),
    row("R67 a preflight of anybody gets the star, and no Vary", preflight(EVIL), answers(PUBLIC_LISTS, vary="")),
    row(
        "R67 a preflight of null gets the star",
        preflight("null", "POST", "content-type"),
        answers(PUBLIC_LISTS, vary=""),
    ),
    row(
        "R36 anybody's unlisted method is reported",
        preflight(EVIL, "DELETE"),
        answers(PUBLIC_LISTS, Outcome.METHOD_REFUSED, vary=""),
    ),
    row(
        "R43 anybody's unlisted header is reported",
        preflight(EVIL, "PUT", "x-token"),
        answers(PUBLIC_LISTS, Outcome.HEADERS_REFUSED, vary=""),
    ),
    row("R16 OPTIONS that is no preflight gets the star", send("OPTIONS", EVIL), PUBLIC_READS),
)

EVERYTHING_EXPOSED = under(
    "everything exposed",
    Policy(allow_origins="*", expose_headers="*"),
    row("R62 a star exposes everything", get(EVIL), passes(cors(origin="*", expose="*"), vary="accept-encoding")),
    row(
        "R65 a star exposes everything without Origin",
        get(),
        passes(cors(origin="*", expose="*"), Outcome.NOT_CORS, vary="accept-encoding"),
    ),
    row(
        "R62 the view's names add nothing to a star",
        get(EVIL),
        passes(cors(origin="*", expose="*"), vary="accept-encoding"),
        exposing("X-Pages"),
    ),
)

MIXED = Policy(
    allow_origins="*", allow_credentials=[APP, "https://*.trusted.example"], allow_methods="*", allow_headers="*"
)
COMMON = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
ANYBODY = cors(origin="*", methods="*", headers="*, authorization", age="600")
TRUSTED = cors(origin=APP, credentials="true", methods=COMMON, headers=SAFE, age="600")
MIRRORED = "origin access-control-request-method access-control-request-headers"

EVERYBODY_AND_SOME = under(
    "everybody, and some with credentials",
    MIXED,
    row("C6 a stranger gets the star, without credentials", get(EVIL), passes(cors(origin="*"))),
    row("C6 a listed origin gets its name, with credentials", get(APP), passes(cors(origin=APP, credentials="true"))),
    row(
        "C6 a matching origin gets its name, with credentials",
        get("https://a.trusted.example"),
        passes(cors(origin="https://a.trusted.example", credentials="true")),
    ),
    row("C6 the apex of a pattern is a stranger", get("https://trusted.example"), passes(cors(origin="*"))),
    row("C6 no Origin is a stranger, and varies", get(), passes(cors(origin="*"), Outcome.NOT_CORS)),
    row("C6 null is a stranger", get("null"), passes(cors(origin="*"))),
    row("C6 two lines of a listed origin are a stranger", origin_lines(APP, APP), passes(cors(origin="*"))),
    row("C6 a listed origin in capitals is a stranger", get(APP.upper()), passes(cors(origin="*"))),
    row("C6 a stranger's preflight gets stars", preflight(EVIL, "PURGE", "x-any"), answers(ANYBODY)),
    row(
        "C6 a listed origin's preflight gets no star",
        preflight(APP, "PUT", "x-any"),
        answers(TRUSTED | cors(headers=f"{SAFE}, x-any"), vary=MIRRORED),
    ),
)

# --- any method, any header

ANY = under(
    "any method, any header",
    Policy(allow_origins=[APP], allow_methods=["*"], allow_headers="*"),
    row(
        "R47 any header means the star, and authorization by name", preflight(APP), answers(ANYBODY | cors(origin=APP))
    ),
    row(
        "R47 authorization passes as any header",
        preflight(APP, "PUT", "authorization"),
        answers(ANYBODY | cors(origin=APP)),
    ),
    row("R46 any header passes", preflight(APP, "PUT", "x-any,x-other"), answers(ANYBODY | cors(origin=APP))),
    row("R35 any method passes, in its own letter case", preflight(APP, "purge"), answers(ANYBODY | cors(origin=APP))),
    row(
        "R34 any method is not a forbidden one",
        preflight(APP, "TRACE"),
        answers(ANYBODY | cors(origin=APP), Outcome.METHOD_REFUSED),
    ),
    row(
        "R34 a forbidden method is forbidden in any letter case",
        preflight(APP, "Track"),
        answers(ANYBODY | cors(origin=APP), Outcome.METHOD_REFUSED),
    ),
    row(
        "R37 any method is one method",
        preflight(APP, "GET, DELETE"),
        answers(ANYBODY | cors(origin=APP), Outcome.METHOD_REFUSED),
    ),
    row(
        "R49 any header is a token",
        preflight(APP, "PUT", "x-any,<script>"),
        answers(ANYBODY | cors(origin=APP), Outcome.HEADERS_REFUSED),
    ),
    row(
        "D3 any header is not too many",
        preflight(APP, "PUT", ",".join(f"x-{n}" for n in range(101))),
        answers(ANYBODY | cors(origin=APP), Outcome.HEADERS_REFUSED),
    ),
    row("R22 any method and header are not any origin", preflight(EVIL), TURNED_AWAY),
    row("R62 any header asked for exposes none", get(APP), echoed(APP)),
)

ANY_WITH_NAMES = under(
    "any header, beside names",
    Policy(allow_origins=[APP], allow_headers=["*", "X-Token"]),
    row(
        "R47 names beside the star change nothing",
        preflight(APP, "GET", "x-token,x-any"),
        answers(cors(origin=APP, methods="GET, HEAD, POST", headers="*, authorization", age="600")),
    ),
)

ANY_WITH_CREDENTIALS = under(
    "any method, any header, credentials",
    Policy(allow_origins=[APP], allow_methods="*", allow_headers=["*"], allow_credentials=True),
    row("C4 with credentials the common methods are named, no star", preflight(APP), answers(TRUSTED, vary=MIRRORED)),
    row(
        "C4 with credentials the headers asked for are named",
        preflight(APP, "PUT", "x-any,x-other"),
        answers(TRUSTED | cors(headers=f"{SAFE}, x-any, x-other"), vary=MIRRORED),
    ),
    row(
        "C4 the headers asked for are answered in lower case, once",
        preflight(APP, "PUT", "X-B , x-a,,x-b"),
        answers(TRUSTED | cors(headers=f"{SAFE}, x-b, x-a"), vary=MIRRORED),
    ),
    row(
        "C4 headers on two lines are all named",
        preflight(APP, "PUT", "x-a", asked("x-b")),
        answers(TRUSTED | cors(headers=f"{SAFE}, x-a, x-b"), vary=MIRRORED),
    ),
    row(
        "C4 a safelisted header is not named twice",
        preflight(APP, "PUT", "content-type"),
        answers(TRUSTED, vary=MIRRORED),
    ),
    row(
        "R47 authorization is named when it is asked for",
        preflight(APP, "PUT", "authorization"),
        answers(TRUSTED | cors(headers=f"{SAFE}, authorization"), vary=MIRRORED),
    ),
    row(
        "C4 an uncommon method is named, in its letter case",
        preflight(APP, "pUrge"),
        answers(TRUSTED | cors(methods=f"{COMMON}, pUrge"), vary=MIRRORED),
    ),
    row(
        "R33 patch is named beside PATCH",
        preflight(APP, "patch"),
        answers(TRUSTED | cors(methods=f"{COMMON}, patch"), vary=MIRRORED),
    ),
    row(
        "D4 an endless method is not named",
        preflight(APP, "A" * 100_000),
        answers(TRUSTED, Outcome.METHOD_REFUSED, vary=MIRRORED),
    ),
    row(
        "D3 a name of more than 8 KiB is not named",
        preflight(APP, "PUT", "x" * 8193),
        answers(TRUSTED, Outcome.HEADERS_REFUSED, vary=MIRRORED),
    ),
    row(
        "R37 two methods are not named",
        preflight(APP, "PURGE, LINK"),
        answers(TRUSTED, Outcome.METHOD_REFUSED, vary=MIRRORED),
    ),
    row(
        "R34 a forbidden method is not named",
        preflight(APP, "TRACE"),
        answers(TRUSTED, Outcome.METHOD_REFUSED, vary=MIRRORED),
    ),
    row(
        "D4 CR LF in a method is not echoed",
        preflight(APP, "PUT\r\nX-Injected: 1"),
        answers(TRUSTED, Outcome.METHOD_REFUSED, vary=MIRRORED),
    ),
    row(
        "R49 nothing is named when one name is no token",
        preflight(APP, "PUT", "x-any,<script>"),
        answers(TRUSTED, Outcome.HEADERS_REFUSED, vary=MIRRORED),
    ),
    row(
        "D3 nothing is named past the cap",
        preflight(APP, "PUT", ",".join(f"x-{n}" for n in range(101))),
        answers(TRUSTED, Outcome.HEADERS_REFUSED, vary=MIRRORED),
    ),
    row(
        "R69 an actual response depends on the origin alone",
        send("PATCH", APP),
        passes(cors(origin=APP, credentials="true")),
    ),
    row("R22 a refused preflight is shown nothing of it", preflight(EVIL, "PURGE", "x-any"), TURNED_AWAY),
)

# --- a family of headers

FAMILY_LISTS = cors(origin=APP, methods="GET, HEAD, POST", headers=f"X-Token, {SAFE}", age="600")
FAMILY_VARY = "origin access-control-request-headers"

FAMILY = under(
    "a family of headers",
    Policy(allow_origins=[APP], allow_headers=["X-Token", "X-Amz-*"]),
    row("R46 no member of the family is named unasked", preflight(APP, "GET"), answers(FAMILY_LISTS, vary=FAMILY_VARY)),
    row(
        "R46 members of the family are named",
        preflight(APP, "GET", "x-amz-acl,x-amz-date"),
        answers(FAMILY_LISTS | cors(headers=f"X-Token, {SAFE}, x-amz-acl, x-amz-date"), vary=FAMILY_VARY),
    ),
    row(
        "R46 the family has no letter case, and is named in lower case",
        preflight(APP, "GET", "X-AMZ-Date"),
        answers(FAMILY_LISTS | cors(headers=f"X-Token, {SAFE}, x-amz-date"), vary=FAMILY_VARY),
    ),
    row(
        "R46 a member asked for twice is named once",
        preflight(APP, "GET", "x-amz-date,X-Amz-Date"),
        answers(FAMILY_LISTS | cors(headers=f"X-Token, {SAFE}, x-amz-date"), vary=FAMILY_VARY),
    ),
    row(
        "R46 a listed name is not named again",
        preflight(APP, "GET", "x-token"),
        answers(FAMILY_LISTS, vary=FAMILY_VARY),
    ),
    row(
        "R46 a neighbour of the family is refused",
        preflight(APP, "GET", "x-amzn-trace"),
        answers(FAMILY_LISTS, Outcome.HEADERS_REFUSED, vary=FAMILY_VARY),
    ),
    row(
        "R46 a name that contains the family's is refused",
        preflight(APP, "GET", "not-x-amz-date"),
        answers(FAMILY_LISTS, Outcome.HEADERS_REFUSED, vary=FAMILY_VARY),
    ),
    row(
        "R49 nothing of the family is named when one name is no token",
        preflight(APP, "GET", "x-amz-date,x-amz-<b>"),
        answers(FAMILY_LISTS, Outcome.HEADERS_REFUSED, vary=FAMILY_VARY),
    ),
    row("R69 an actual response does not depend on header names", get(APP), echoed(APP)),
)

PUBLIC_FAMILY = under(
    "a family of headers, for everybody",
    Policy(allow_origins="*", allow_headers=["x-amz-*"]),
    row(
        "R69 the star depends on the names asked for, not on the origin",
        preflight(EVIL, "GET", "x-amz-date"),
        answers(
            cors(origin="*", methods="GET, HEAD, POST", headers=f"{SAFE}, x-amz-date", age="600"),
            vary="access-control-request-headers",
        ),
    ),
)

# --- patterns, regular expressions, predicates

PATTERNS = under(
    "patterns",
    Policy(
        allow_origins=[
            "https://*.example.com",
            "http://localhost:*",
            "http://[::1]:*",
            "https://*.dev.example.net:*",
            "https://*.example.org:8443",
        ]
    ),
    row("O3 a subdomain matches", get("https://a.example.com"), echoed("https://a.example.com")),
    row("O3 a subdomain of a subdomain matches", get("https://a.b.example.com"), echoed("https://a.b.example.com")),
    row("O3 the apex does not match", get("https://example.com"), REFUSED),
    row("O3 a name that merely ends alike does not match", get("https://xexample.com"), REFUSED),
    row("O3 a name that goes on does not match", get("https://a.example.com.evil.example"), REFUSED),
    row("O3 an empty first label does not match", get("https://.example.com"), REFUSED),
    row("O3 an empty label between does not match", get("https://a..example.com"), REFUSED),
    row("O3 a literal star does not match", get("https://*.example.com"), REFUSED),
    row("O3 a slash for a label does not match", get("https:///example.com"), REFUSED),
    row("O9 http does not match https", get("http://a.example.com"), REFUSED),
    row("O10 a port does not match where none was written", get("https://a.example.com:8443"), REFUSED),
    row("O12 an upper-case label does not match", get("https://A.example.com"), REFUSED),
    row("O15 a trailing dot does not match", get("https://a.example.com."), REFUSED),
    row("O19 a comma in a label does not match", get("https://evil.example,a.example.com"), REFUSED),
    row("O20 a newline at the end does not match", get("https://a.example.com\n"), REFUSED),
    row("R8 an underscore in a label matches", get("https://a_b.example.com"), echoed("https://a_b.example.com")),
    row("O17 any port may be no port", get("http://localhost"), echoed("http://localhost")),
    row("O17 any port may be the lowest", get("http://localhost:1"), echoed("http://localhost:1")),
    row("O17 any port may be the highest", get("http://localhost:65535"), echoed("http://localhost:65535")),
    row("O17 port 0 is no port", get("http://localhost:0"), REFUSED),
    row("O17 port 65536 is no port", get("http://localhost:65536"), REFUSED),
    row("O17 a port has no leading zero", get("http://localhost:080"), REFUSED),
    row("O17 the default port is never written", get("http://localhost:80"), REFUSED),
    row("O17 a port has digits only", get("http://localhost:8080x"), REFUSED),
    row("O17 a colon needs a port", get("http://localhost:"), REFUSED),
    row("O17 a name goes on after localhost", get("http://localhost.evil.example:80"), REFUSED),
    row("O17 a host hides behind the port", get("http://localhost:80@evil.example"), REFUSED),
    row("O17 https does not match an http pattern", get("https://localhost:3000"), REFUSED),
    row("O16 any port of an IPv6 address", get("http://[::1]:3000"), echoed("http://[::1]:3000")),
    row("O16 an IPv6 zone does not match", get("http://[::1%25lo]:3000"), REFUSED),
    row("O16 IPv6 without brackets does not match", get("http://::1:3000"), REFUSED),
    row(
        "O17 any subdomain on any port", get("https://a.dev.example.net:8443"), echoed("https://a.dev.example.net:8443")
    ),
    row("O17 any subdomain on no port", get("https://a.dev.example.net"), echoed("https://a.dev.example.net")),
    row("O17 the apex does not match on any port", get("https://dev.example.net:8443"), REFUSED),
    row(
        "O10 any subdomain on the port written", get("https://a.example.org:8443"), echoed("https://a.example.org:8443")
    ),
    row("O10 any subdomain on another port", get("https://a.example.org"), REFUSED),
    row("O23 null matches no pattern", get("null"), REFUSED),
    row(
        "R20 a preflight of a match is answered with its name",
        preflight("https://a.example.com", "GET"),
        answers(cors(origin="https://a.example.com", methods="GET, HEAD, POST", headers=SAFE, age="600")),
    ),
    row("R22 a preflight of the apex gets no grant", preflight("https://example.com", "GET"), TURNED_AWAY),
)

REGEXES = under(
    "regular expressions",
    Policy(
        allow_origins=[re.compile(r"https://trusted\.example"), re.compile(r"https://(\w+\.)*example\.org$")],
        dangerously_allow=("backtracking-regex",),
    ),
    row("O1 an expression matches the whole origin", get("https://trusted.example"), echoed("https://trusted.example")),
    row("O1 an expression is not the beginning of an origin", get("https://trusted.example.evil.example"), REFUSED),
    row("O1 an expression does not leave the port to anyone", get("https://trusted.example:8080"), REFUSED),
    row("O27 a common expression matches", get("https://a.b.example.org"), echoed("https://a.b.example.org")),
    row("O20 a dollar does not let a newline pass", get("https://a.example.org\n"), REFUSED),
    row("O12 an expression does not see an upper-case origin", get("https://A.example.org"), REFUSED),
    row("R22 a preflight that no expression matches gets no grant", preflight(EVIL), TURNED_AWAY),
)

REGEX_OF_ALL = under(
    "a regular expression of everything",
    Policy(allow_origins=[re.compile(".*")], dangerously_allow=("backtracking-regex",)),
    row("O26 an expression of everything echoes, without credentials", get(EVIL), echoed(EVIL)),
    row("O23 an expression of everything does not match null", get("null"), REFUSED),
    row("O19 an expression of everything does not match junk", get("https://a b"), REFUSED),
    row("O26 an expression of everything still varies", get(), NO_ORIGIN),
)


def is_tenant(origin: str) -> bool:
    if origin == "https://broken.example":
        raise LookupError(origin)
    return origin != EVIL


TENANT = "https://tenant.example"
LONGEST = f"https://{'a' * 496}.example"

PREDICATES = under(
    "a predicate, with credentials",
    Policy(allow_origins=[ADMIN, is_tenant], allow_credentials=True),
    row("D7 what the predicate accepts is echoed", get(TENANT), passes(cors(origin=TENANT, credentials="true"))),
    row("D7 what is listed beside it is echoed", get(ADMIN), passes(cors(origin=ADMIN, credentials="true"))),
    row("D7 what the predicate declines is refused", get(EVIL), REFUSED),
    row("D7 a predicate that raises refuses", get("https://broken.example"), REFUSED),
    row("O23 null is not for the predicate to accept", get("null"), REFUSED),
    row("O21 junk is not for the predicate to accept", get("https://tenant.example/"), REFUSED),
    row("O22 two lines are not for the predicate to accept", origin_lines(TENANT, TENANT), REFUSED),
    row("D7 more than 512 bytes are not for the predicate to accept", get(f"https://{'a' * 497}.example"), REFUSED),
    row("R10 512 bytes are an origin like any other", get(LONGEST), passes(cors(origin=LONGEST, credentials="true"))),
    row("K2 no Origin is not for the predicate", get(), NO_ORIGIN),
    row(
        "R20 a preflight that the predicate accepts is answered",
        preflight(TENANT, "POST"),
        answers(cors(origin=TENANT, credentials="true", methods="GET, HEAD, POST", headers=SAFE, age="600")),
    ),
    row("R22 a preflight that the predicate declines gets no grant", preflight(EVIL), TURNED_AWAY),
)

# --- the smaller fields

GET_ONLY = cors(origin=APP, methods="GET, HEAD, POST", headers=SAFE)

SMALLER_FIELDS = (
    *under(
        "max_age 0",
        Policy(allow_origins=[APP], max_age=0),
        row("R54 a preflight that is not to be kept says 0", preflight(APP, "GET"), answers(GET_ONLY | cors(age="0"))),
        row("R64 Max-Age is on no actual response", get(APP), echoed(APP)),
    ),
    *under(
        "max_age None",
        Policy(allow_origins=[APP], max_age=None),
        row("R53 Max-Age may be left to the browser", preflight(APP, "GET"), answers(GET_ONLY)),
    ),
    *under(
        "max_age as a timedelta",
        Policy(allow_origins=[APP], max_age=timedelta(hours=2)),
        row("R53 Max-Age is in seconds", preflight(APP, "GET"), answers(GET_ONLY | cors(age="7200"))),
    ),
    *under(
        "max_age of a day",
        Policy(allow_origins=[APP], max_age=86400),
        row("R55 Max-Age may be a day", preflight(APP, "GET"), answers(GET_ONLY | cors(age="86400"))),
    ),
    *under(
        "preflight_status 200",
        Policy(allow_origins=[APP], preflight_status=200),
        row(
            "R20 a preflight may be answered with an empty 200",
            preflight(APP, "GET"),
            answers(GET_ONLY | cors(age="600"), status=200, also=EMPTY),
        ),
        row("R22 a refused preflight is a 403 whatever the status", preflight(EVIL, "GET"), TURNED_AWAY),
        row(
            "R36 a refused method has the same status",
            preflight(APP, "PUT"),
            answers(GET_ONLY | cors(age="600"), Outcome.METHOD_REFUSED, status=200, also=EMPTY),
        ),
    ),
    *under(
        "preflight_status 299",
        Policy(allow_origins=[APP], preflight_status=299),
        row(
            "R20 a preflight may be answered with 299",
            preflight(APP, "GET"),
            answers(GET_ONLY | cors(age="600"), status=299, also=EMPTY),
        ),
    ),
    *under(
        "shared_max_age",
        Policy(allow_origins=[APP], shared_max_age=timedelta(minutes=5)),
        row(
            "R69 a preflight for shared caches varies with all that is asked",
            preflight(APP, "GET"),
            answers(GET_ONLY | cors(age="600"), vary=MIRRORED, also={"cache-control": "public, s-maxage=300"}),
        ),
        row("R69 an actual response is not made cacheable", get(APP), echoed(APP)),
    ),
    *under(
        "shared_max_age, for everybody",
        Policy(allow_origins="*", shared_max_age=60),
        row(
            "R69 a star for shared caches varies with all that is asked",
            preflight(EVIL, "GET"),
            answers(
                GET_ONLY | cors(origin="*", age="600"), vary=MIRRORED, also={"cache-control": "public, s-maxage=60"}
            ),
        ),
        row("R67 an actual star has no Vary all the same", get(EVIL), passes(cors(origin="*"), vary="accept-encoding")),
    ),
)

NETWORK_VARY = f"{MIRRORED} access-control-request-private-network"
NETWORK_LISTS = GET_ONLY | cors(age="600")
PRIVATE_NETWORK = under(
    "a private network",
    Policy(allow_origins=[APP], allow_private_network=True),
    row(
        "R86 a preflight that asks for the private network gets it",
        preflight(APP, "GET", None, PNA),
        answers(NETWORK_LISTS | cors(network="true"), vary=NETWORK_VARY),
    ),
    row(
        "R86 a preflight that does not ask gets nothing of it",
        preflight(APP, "GET"),
        answers(NETWORK_LISTS, vary=NETWORK_VARY),
    ),
    row(
        "R86 only true asks for it",
        preflight(APP, "GET", None, (PNA[0], "True")),
        answers(NETWORK_LISTS, vary=NETWORK_VARY),
    ),
    row(
        "R86 a refused method gets nothing of it",
        preflight(APP, "PUT", None, PNA),
        answers(NETWORK_LISTS, Outcome.METHOD_REFUSED, vary=NETWORK_VARY),
    ),
    row(
        "R86 a refused header gets nothing of it",
        preflight(APP, "GET", "x-token", PNA),
        answers(NETWORK_LISTS, Outcome.HEADERS_REFUSED, vary=NETWORK_VARY),
    ),
    row("R86 a refused origin gets nothing of it", preflight(EVIL, "GET", None, PNA), TURNED_AWAY),
    row("N2 an actual response says nothing of it", get(APP, PNA), echoed(APP)),
)

# --- enforce

UNSAFE = under(
    "enforce unsafe",
    replace(ONE, enforce="unsafe"),
    row("R95 a POST of a refused origin is blocked", send("POST", EVIL), BLOCKED),
    row("R95 a PUT of a refused origin is blocked", send("PUT", EVIL), BLOCKED),
    row("R95 a DELETE of a refused origin is blocked", send("DELETE", EVIL), BLOCKED),
    row("R95 a PATCH of null is blocked", send("PATCH", "null"), BLOCKED),
    row("R95 a POST with two Origin lines is blocked", send("POST", APP, ("Origin", APP)), BLOCKED),
    row("R95 a GET of a refused origin passes", get(EVIL), REFUSED),
    row("R95 a HEAD of a refused origin passes", send("HEAD", EVIL), REFUSED),
    row("R95 OPTIONS of a refused origin passes, if no preflight", send("OPTIONS", EVIL), REFUSED),
    row("R95 a POST of an allowed origin passes", send("POST", APP), ONE_READS),
    row("R95 a POST without Origin passes", send("POST"), NO_ORIGIN),
    row(
        "R95 a same-origin POST passes, by Sec-Fetch-Site",
        send("POST", OWN, ("Sec-Fetch-Site", "same-origin"), host="x"),
        JUDGED_SAME_ORIGIN,
    ),
    row("R95 a POST that the user made passes", send("POST", "null", ("Sec-Fetch-Site", "none")), JUDGED_SAME_ORIGIN),
    row("R95 a same-origin POST passes, by Host", send("POST", OWN), JUDGED_SAME_ORIGIN),
    row("R95 a same-origin POST passes behind a proxy", send("POST", OWN, scheme="http"), JUDGED_SAME_ORIGIN),
    row("R95 a same-site POST is blocked", send("POST", ADMIN, ("Sec-Fetch-Site", "same-site")), BLOCKED),
    row(
        "R95 a cross-site POST is blocked, whatever Host says",
        send("POST", OWN, ("Sec-Fetch-Site", "cross-site")),
        BLOCKED,
    ),
    row("R95 a refused preflight is no blocked request", preflight(EVIL), TURNED_AWAY),
    row("R95 an allowed preflight is answered", preflight(APP), ONE_GRANTS),
)

ALL = under(
    "enforce all",
    Policy(allow_origins=[APP], enforce="all"),
    row("R95 a GET of a refused origin is blocked where all are", get(EVIL), BLOCKED),
    row("R95 a HEAD of a refused origin is blocked where all are", send("HEAD", EVIL), BLOCKED),
    row("R95 a POST of a refused origin is blocked where all are", send("POST", EVIL), BLOCKED),
    row("R95 OPTIONS that is no preflight is blocked where all are", send("OPTIONS", EVIL), BLOCKED),
    row("R95 a GET without Origin passes where all are blocked", get(), NO_ORIGIN),
    row("R95 a same-origin GET passes where all are blocked", get(OWN), JUDGED_SAME_ORIGIN),
    row("R95 an allowed GET passes where all are blocked", get(APP), echoed(APP)),
    row("R22 a refused preflight is refused where all are blocked", preflight(EVIL), TURNED_AWAY),
)

# --- what has to be waived, and nobody

NULL_LISTS = cors(origin="null", methods="GET, HEAD, POST", headers=SAFE, age="600")

WAIVED = (
    *under(
        "null waived",
        Policy(allow_origins=[APP, "null"], dangerously_allow=("null-origin",)),
        row("R28 null gets null where it is waived", get("null"), echoed("null")),
        row("R28 an origin gets its name beside null", get(APP), echoed(APP)),
        row("R28 another origin is not allowed by null", get(EVIL), REFUSED),
        row("R28 no Origin is not null", get(), NO_ORIGIN),
        row("R28 a preflight of null is answered where it is waived", preflight("null", "GET"), answers(NULL_LISTS)),
    ),
    *under(
        "insecure origin waived",
        Policy(allow_origins=["http://app.example.com"], allow_credentials=True, dangerously_allow=["insecure-origin"]),
        row(
            "O9 http gets credentials where it is waived",
            get("http://app.example.com"),
            passes(cors(origin="http://app.example.com", credentials="true")),
        ),
        row("O9 https is not allowed by http", get(APP), REFUSED),
    ),
    *under(
        "public suffix waived",
        Policy(allow_origins=["https://*.github.io"], allow_credentials=True, dangerously_allow=["public-suffix"]),
        row(
            "O25 a shared suffix gets credentials where it is waived",
            get("https://a.github.io"),
            passes(cors(origin="https://a.github.io", credentials="true")),
        ),
    ),
)

NOBODY = under(
    "nobody",
    Policy(allow_origins=[]),
    row("R95 nobody is allowed by an empty list", get(APP), REFUSED),
    row("R22 nobody's preflight is granted by an empty list", preflight(APP, "GET"), TURNED_AWAY),
    row("R66 an empty list varies all the same", get(), NO_ORIGIN),
    row("R11 an empty list does not refuse the own origin", send("POST", OWN), SAME_ORIGIN),
)

# --- selectors

SECURE = Policy(allow_origins=[ADMIN], allow_credentials=True)
SECURE_READS = passes(cors(origin=ADMIN, credentials="true"))

BY_PATH = under(
    "by path",
    by_path(
        {
            "/api": ONE,
            "/api/v1/secure": SECURE,
            "/api/internal": None,
            "/public/*": PUBLIC,
            "/a+b": ONE,
            "/\u00e9t\u00e9": ONE,
            "/nested": by_path({"/nested/open": PUBLIC}),
        }
    ),
    row("P6 a path has its policy", get(APP, path="/api"), ONE_READS),
    row("P7 a trailing slash makes no difference", get(APP, path="/api/"), ONE_READS),
    row("P6 all below a path has its policy", get(APP, path="/api/a/b/c/d/e"), ONE_READS),
    row("P6 a prefix counts in whole segments", get(APP, path="/apis"), UNTOUCHED),
    row("P4 a path has letter case", get(APP, path="/API"), UNTOUCHED),
    row("P6 a path that nobody listed is left alone", get(APP, path="/"), UNTOUCHED),
    row("P6 a preflight that nobody listed reaches the application", preflight(APP, path="/other"), UNTOUCHED),
    row("P6 a request without Origin that nobody listed is left alone", get(path="/other"), UNTOUCHED),
    row("P5 the longest prefix wins for its own origin", get(ADMIN, path="/api/v1/secure/x"), SECURE_READS),
    row("P5 the longest prefix wins against the shorter one's origin", get(APP, path="/api/v1/secure"), REFUSED),
    row("P5 beside the longest prefix the shorter one counts", get(APP, path="/api/v1/secured"), ONE_READS),
    row("P6 a hole is left alone", get(APP, path="/api/internal"), UNTOUCHED),
    row("P6 all below a hole is left alone", get(EVIL, path="/api/internal/x"), UNTOUCHED),
    row("P6 a preflight into a hole reaches the application", preflight(EVIL, path="/api/internal"), UNTOUCHED),
    row("P6 a hole is as wide as its segments", get(APP, path="/api/internals"), ONE_READS),
    row("P6 the key with a star is the prefix itself", get(EVIL, path="/public"), PUBLIC_READS),
    row("P6 the key with a star covers all below", get(EVIL, path="/public/a/b"), PUBLIC_READS),
    row("P6 the key with a star covers no longer name", get(EVIL, path="/publication"), UNTOUCHED),
    row("P2 a plus is a plus", get(APP, path="/a+b/x"), ONE_READS),
    row("P2 a space is no plus", get(APP, path="/a b/x"), UNTOUCHED),
    row("P9 a path beyond ASCII has its policy", get(APP, path="/\u00e9t\u00e9/x"), ONE_READS),
    row("P9 another path beyond ASCII is left alone", get(APP, path="/\u00e8t\u00e9"), UNTOUCHED),
    row("P9 NUL in a path allows nobody", get(APP, path="/api/\x00"), REFUSED),
    row("P8 the mount point is not part of the path", get(APP, path="/api/x", mount="/svc"), ONE_READS),
    row("P8 a mount point is matched by no key", get(APP, path="/x", mount="/api"), UNTOUCHED),
    row("P1 dot segments that leave a policy allow nobody", get(APP, path="/api/../private"), REFUSED),
    row("P1 dot segments that enter a policy allow nobody", get(APP, path="/other/../api"), REFUSED),
    row("P1 dot segments that enter the public path allow nobody", get(EVIL, path="/api/../public"), REFUSED),
    row("P1 a preflight with dot segments is refused", preflight(APP, path="/api/../private"), TURNED_AWAY),
    row("P1 a path with dot segments varies without Origin", get(path="/api/../private"), NO_ORIGIN),
    row("P1 dots that are still encoded allow nobody", get(APP, path="/api/%2e%2e/private"), REFUSED),
    row("P1 a slash that is still encoded allows nobody", get(APP, path="/api/..%2fprivate"), REFUSED),
    row("P1 a backslash that may enter a policy allows nobody", get(APP, path="/api\\x"), REFUSED),
    row("P1 a backslash that enters no policy either way is left alone", get(APP, path="/api\\..\\x"), UNTOUCHED),
    row("P1 a backslash that may leave a policy allows nobody", get(APP, path="/api/..\\private"), REFUSED),
    row("P1 two slashes at the beginning allow nobody", get(APP, path="//api/x"), REFUSED),
    row("P1 dot segments into a hole allow nobody", get(APP, path="/api/x/../internal"), REFUSED),
    row("P1 a dot segment that changes nothing changes nothing", get(APP, path="/api/./x"), ONE_READS),
    row("P1 two slashes that change nothing change nothing", get(APP, path="/api//x"), ONE_READS),
    row("P1 a name that begins with a dot is a name", get(APP, path="/api/.well-known"), ONE_READS),
    row("P1 dot segments far from any policy are left alone", get(APP, path="/x/../y"), UNTOUCHED),
    row("P3 a path is not decoded twice", get(EVIL, path="/%70ublic/x"), UNTOUCHED),
    row("P10 a selector may select further", get(EVIL, path="/nested/open"), PUBLIC_READS),
    row("P10 a selector may leave alone", get(EVIL, path="/nested/other"), UNTOUCHED),
    row(
        "K6 an error without a policy is left alone", get(APP, path="/other"), replace(UNTOUCHED, status=500), app(500)
    ),
    row(
        "K5 Vary without a policy is left alone",
        get(APP, path="/other"),
        replace(UNTOUCHED, vary=frozenset({"cookie", "accept"})),
        app(vary=["Cookie", "Accept"]),
    ),
    row("R20 a preflight has the policy of its path", preflight(APP, "PUT", "x-token", path="/api/x"), ONE_GRANTS),
    row(
        "R67 a preflight of anybody has the policy of its path",
        preflight(EVIL, path="/public/x"),
        answers(PUBLIC_LISTS, vary=""),
    ),
)

BY_ROOT = under(
    "by path, from the root",
    by_path({"/": ONE, "/health": None}),
    row("P6 the root covers every path", get(APP, path="/any/where"), ONE_READS),
    row("P6 the root covers itself", get(APP, path="/"), ONE_READS),
    row("P6 a hole below the root is left alone", get(APP, path="/health"), UNTOUCHED),
    row("P1 dot segments below the root that agree change nothing", get(APP, path="/a/../b"), ONE_READS),
    row("P1 dot segments into a hole below the root allow nobody", get(APP, path="/a/../health"), REFUSED),
)

BY_HOST = under(
    "by host",
    by_host({"payments.example.com": SECURE, "cdn.example.com": PUBLIC, "static.example.com": None}),
    row("O28 a host has its policy", get(ADMIN, host="payments.example.com"), SECURE_READS),
    row("O28 a host is known by its name, the port aside", get(ADMIN, host="payments.example.com:8443"), SECURE_READS),
    row("O28 a host is known in any letter case", get(ADMIN, host="PAYMENTS.example.com"), SECURE_READS),
    row("O28 a host refuses the origins of another", get(EVIL, host="payments.example.com"), REFUSED),
    row("O28 another host has another policy", get(EVIL, host="cdn.example.com"), PUBLIC_READS),
    row("O28 a host without a policy is left alone", get(EVIL, host="static.example.com"), UNTOUCHED),
    row("O28 an unknown host allows nobody", get(ADMIN, host="spoofed.example"), REFUSED),
    row("O28 an unknown host grants no preflight", preflight(ADMIN, host="spoofed.example"), TURNED_AWAY),
    row("O28 an unknown host varies without Origin", get(host="spoofed.example"), NO_ORIGIN),
    row("O28 a longer name is an unknown host", get(ADMIN, host="payments.example.com.evil.example"), REFUSED),
    row("O28 no Host is an unknown host", send("GET", ADMIN, host=None), REFUSED),
    row(
        "R11 an unknown host is its own origin",
        send("POST", "https://spoofed.example", host="spoofed.example"),
        SAME_ORIGIN,
    ),
)

BY_HOST_OR_NOT = under(
    "by path and host, the unknown left alone",
    by_path({"/api": by_host({"payments.example.com": SECURE}, default=None)}),
    row("O28 an unknown host may be left alone", get(ADMIN, path="/api"), UNTOUCHED),
    row(
        "O28 a known host has its policy below the path",
        get(ADMIN, path="/api", host="payments.example.com"),
        SECURE_READS,
    ),
    row("O28 a known host is left alone beside the path", get(ADMIN, path="/", host="payments.example.com"), UNTOUCHED),
)


def reading_is_public(request: Request) -> Policy:
    method = request.requested_method if request.method == "OPTIONS" else request.method
    return PUBLIC if method == "GET" else SECURE


BY_METHOD = under(
    "by a function",
    reading_is_public,
    row("P11 a GET has the policy for reading", get(EVIL), PUBLIC_READS),
    row("P11 a POST has the other policy", send("POST", EVIL), REFUSED),
    row("P11 a preflight has the policy of the method it asks about", preflight(EVIL, "DELETE"), TURNED_AWAY),
    row("P11 a preflight for GET has the policy for reading", preflight(EVIL, "GET"), answers(PUBLIC_LISTS, vary="")),
)

TABLE: tuple[Row, ...] = (
    *ORIGINS,
    *STATUSES,
    *PREFLIGHTS,
    *HEADERS,
    *OWNED,
    *VARY,
    *SAME,
    *CONFIGURED,
    *ORIGIN_KINDS,
    *WITH_CREDENTIALS,
    *EVERYBODY,
    *EVERYTHING_EXPOSED,
    *EVERYBODY_AND_SOME,
    *ANY,
    *ANY_WITH_NAMES,
    *ANY_WITH_CREDENTIALS,
    *FAMILY,
    *PUBLIC_FAMILY,
    *PATTERNS,
    *REGEXES,
    *REGEX_OF_ALL,
    *PREDICATES,
    *SMALLER_FIELDS,
    *PRIVATE_NETWORK,
    *UNSAFE,
    *ALL,
    *WAIVED,
    *NOBODY,
    *BY_PATH,
    *BY_ROOT,
    *BY_HOST,
    *BY_HOST_OR_NOT,
    *BY_METHOD,
)
