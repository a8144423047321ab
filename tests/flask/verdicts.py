"""One Flask application under flask-cors and under ours, and what a browser makes of each.

Knows no option and no difference between the two; `parity` has those.
"""

from __future__ import annotations

import functools
import gc
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, abort, redirect, send_file

import cors_flask
from tests.components import require
from tests.parity.verdicts import OTHER_API, Case, Judgement, Verdict, judgement, visited

flask_cors = require("flask_cors")

Library = Any
"""What is imported: `flask_cors` or `cors_flask`."""
Setup = Callable[[Flask, Library], object]
"""Configures an application with one of the two; the import is all that differs."""


@functools.cache
def judged(case: Case) -> Judgement:
    """Have a browser judge the application of a case twice, with only the import differing."""
    return judgement(lambda: verdict(case, flask_cors), lambda: verdict(case, cors_flask))


def verdict(case: Case, library: Library) -> Verdict:
    """Return what a browser makes of the application that is configured with `library`."""
    app = site()
    try:
        case.row.setup(app, library)
    except (ValueError, TypeError):
        return Verdict(refused=True)
    try:
        return visited(app, case.ask)
    finally:
        dispose_of_coroutines(app)


def dispose_of_coroutines(app: Flask) -> None:
    """Have Python complain about coroutines that were never awaited now, and not in another test."""
    if any(inspect.iscoroutinefunction(inspect.unwrap(view)) for view in app.view_functions.values()):
        gc.collect()


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
