"""One Flask application under flask-cors and under ours, and what a browser makes of each.

Knows no option and no difference between the two; `parity` has those.
"""

from __future__ import annotations

import functools
import gc
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, abort, redirect, send_file

import cors_flask
from cors_core.errors import ConfigError, CORSMigrationWarning
from cors_core.testing import Browser, NetworkError
from tests.components import require

flask_cors = require("flask_cors")

API = "https://api.example.com"
OTHER_API = "https://api.example.org"
APP = "https://app.example.com"
PARTNER = "https://partner.example.net"
EVIL = "https://evil.example"

Library = Any
"""What is imported: `flask_cors` or `cors_flask`."""
Setup = Callable[[Flask, Library], object]
"""Configures an application with one of the two; the import is all that differs."""


@dataclass(frozen=True)
class Ask:
    """What a page fetches; `again_after` so many seconds it does so once more.

    `differs` names the difference that makes the two verdicts unequal, if one does.
    """

    method: str = "GET"
    path: str = "/items"
    page: str = APP
    headers: tuple[tuple[str, str], ...] = ()
    credentials: bool = False
    json: bool = False
    again_after: float | None = None
    differs: str | None = None

    def __str__(self) -> str:
        page = "" if self.page == APP else f"from {self.page.removeprefix('https://')}"
        names = [name for name, _ in self.headers]
        extras = ["json"] * self.json + ["credentials"] * self.credentials + names
        again = [] if self.again_after is None else [f"again after {self.again_after:g} s"]
        return " ".join(filter(None, [self.method, self.path, page, *extras, *again]))


@dataclass(frozen=True, eq=False)
class Row:
    """One configuration, and what is asked of it; `warns` if ours issues a `CORSMigrationWarning` for it."""

    name: str
    setup: Setup
    asks: tuple[Ask, ...]
    warns: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Case:
    """One fetch under one configuration."""

    row: Row
    ask: Ask

    def __str__(self) -> str:
        return f"{self.row.name}: {self.ask}"


@dataclass(frozen=True)
class Verdict:
    """What came of it: what was sent, and what the page has in its hands.

    `refused` if there is no application, for its configuration raises; `status` is None if the page got
    no response, and then there is nothing to read.
    """

    refused: bool = False
    sent: tuple[str, ...] = ()
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    @property
    def actual(self) -> tuple[str, ...]:
        """What was sent that was no preflight."""
        return tuple(line for line in self.sent if not line.startswith("preflight "))


@dataclass(frozen=True)
class Judgement:
    """Both verdicts on a case, and what ours warned of."""

    theirs: Verdict
    ours: Verdict
    warned: tuple[str, ...]

    @property
    def is_widening(self) -> bool:
        """Whether a page can do or read something under ours that it could not under flask-cors."""
        if self.theirs.status is None:
            return self.ours.status is not None or len(self.ours.actual) > len(self.theirs.actual)
        return bool(dict(self.ours.headers).keys() - dict(self.theirs.headers).keys())


@functools.cache
def judged(case: Case) -> Judgement:
    """Have a browser judge the application of a case twice, with only the import differing."""
    with warnings.catch_warnings(action="ignore"):
        theirs = verdict(case, flask_cors)
    with warnings.catch_warnings(record=True, action="error") as caught:
        warnings.simplefilter("always", CORSMigrationWarning)
        ours = verdict(case, cors_flask)
    return Judgement(theirs, ours, tuple(str(warning.message) for warning in caught))


def verdict(case: Case, library: Library) -> Verdict:
    """Return what a browser makes of the application that is configured with `library`."""
    app = site()
    try:
        case.row.setup(app, library)
    except (ValueError, TypeError):
        return Verdict(refused=True)
    page = Browser({API: app, OTHER_API: app}, timeout=None).open(case.ask.page)
    try:
        response = fetch(page, case.ask)
        if case.ask.again_after is not None:
            page.browser.wait(case.ask.again_after)
            response = fetch(page, case.ask)
    except NetworkError as error:
        refused = isinstance(error.__cause__, ConfigError)
        return Verdict(refused=True) if refused else Verdict(sent=tuple(lines(page)))
    finally:
        dispose_of_coroutines(app)
    readable = [(name, value) for name, value in response.headers.items() if not is_ours(name)]
    return Verdict(False, tuple(lines(page)), response.status, tuple(readable), response.text())


def is_ours(name: str) -> bool:
    """Whether it is a header of CORS itself, which a page may read and has no use for."""
    return name == "vary" or name.startswith("access-control-")


def dispose_of_coroutines(app: Flask) -> None:
    """Have Python complain about coroutines that were never awaited now, and not in another test."""
    if any(inspect.iscoroutinefunction(inspect.unwrap(view)) for view in app.view_functions.values()):
        gc.collect()


def fetch(page: Any, ask: Ask) -> Any:
    options: dict[str, Any] = {"json": {"tea": "green"}} if ask.json else {}
    credentials = "include" if ask.credentials else "same-origin"
    return page.fetch(API + ask.path, method=ask.method, headers=ask.headers, credentials=credentials, **options)


def lines(page: Any) -> Iterator[str]:
    for request in page.requests:
        kind = "preflight " if request.kind == "preflight" else ""
        yield f"{kind}{request.method} {request.url}"


COUNTS: Mapping[str, str] = {"X-Total": "3", "X-Page": "1", "Content-Language": "en"}
READERS_AND_WRITERS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
SAME_VIEW = ("/items", "/items/<int:number>", "/api", "/api/items", "/api/v1/items", "/api/v2/items", "/apiary")


def site() -> Flask:
    """Return an application that nobody has configured."""
    app = Flask(__name__, static_folder=None)
    app.logger.disabled = True  # who keeps its records keeps exceptions alive, and with them what was never awaited

    def items(**values: int) -> Any:
        return {"items": [3, 5, 8], **values}, COUNTS

    for rule in (*SAME_VIEW, "/public/items", "/API/items", "/a.b/items", "/axb/items"):
        app.add_url_rule(rule, rule, items, methods=READERS_AND_WRITERS)
    add_pages(app)
    return app


def add_pages(app: Flask) -> None:
    """What goes wrong, goes elsewhere, or comes bit by bit."""

    @app.route("/boom", methods=READERS_AND_WRITERS)
    def boom() -> str:
        raise ZeroDivisionError("on purpose")

    @app.route("/abort/<int:code>", methods=READERS_AND_WRITERS)
    def aborted(code: int) -> str:
        abort(code)

    @app.route("/slash/", methods=READERS_AND_WRITERS)
    def slash() -> str:
        return "with a slash"

    @app.route("/moved", methods=READERS_AND_WRITERS)
    def moved() -> Any:
        return redirect("/items", 307)

    @app.route("/elsewhere")
    def elsewhere() -> Any:
        return redirect(f"{OTHER_API}/items")

    @app.route("/stream")
    def stream() -> Any:
        return (part for part in ("one ", "two ", "three")), {"Content-Type": "text/plain"}

    @app.route("/file")
    def file() -> Any:
        return send_file(__file__, mimetype="text/plain", etag=False, last_modified=None)

    @app.route("/login", methods=["POST"])
    def login() -> Any:
        return "welcome", {"Set-Cookie": "session=abc; Secure; SameSite=None"}

    @app.route("/own-options", methods=["GET", "OPTIONS"])
    def own_options() -> Any:
        return "of the view", {"X-Mine": "yes", "Access-Control-Allow-Headers": "X-Own"}


def but(difference: str, *asks: Ask) -> tuple[Ask, ...]:
    """Return asks whose verdicts differ, for the reason of that name."""
    return tuple(replace(ask, differs=difference) for ask in asks)
