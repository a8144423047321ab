"""Flask, from the environ to the closed body; the floor stands around `app.wsgi_app`, as ours does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask_cors
from flask import Flask, Response

import cors_flask
from tests.benchmarks import floor
from tests.benchmarks.cases import HEADERS, MAX_AGE, METHODS, Case
from tests.benchmarks.stacks import RESPONSE_HEADERS, Protocol, Stack, answered, environ, served_whole


def flask_app() -> Any:
    app = Flask("bench")

    @app.route("/items/<int:number>", methods=["GET", "POST", "PUT"])
    def items(number: int) -> Response:
        return Response(b"{}", headers=RESPONSE_HEADERS)

    return app


@contextmanager
def stacks(case: Case) -> Iterator[list[Stack]]:
    apps = {"bare": flask_app(), "floor": _floored(case), "floor again": _floored(case)}
    apps |= {"ours": _ours_in_flask(case), "peer": _peer(case)}
    yield [Stack(name, served_whole(app), answered(app)) for name, app in apps.items()]


def _floored(case: Case) -> Any:
    app = flask_app()
    app.wsgi_app = floor.wsgi(app.wsgi_app, case)
    return app


def _ours_in_flask(case: Case) -> Any:
    app = flask_app()
    cors_flask.CORS(app, case.policy)
    return app


def _peer(case: Case) -> Any:
    app = flask_app()
    subdomains = [rf"https://.*\.{re.escape(domain)}" for domain in case.domains]
    flask_cors.CORS(
        app,
        origins="*" if case.everyone else [*case.exact, *subdomains],
        methods=METHODS,
        allow_headers=HEADERS,
        supports_credentials=case.credentials,
        max_age=MAX_AGE,
    )
    return app


PROTOCOLS = (Protocol("flask", "Flask", "flask-cors", stacks, environ, effort=2),)
