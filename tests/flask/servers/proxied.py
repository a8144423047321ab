"""A Flask application for behind a proxy, with ProxyFix and CORS in either order."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from cors_core.plan import Plan
from cors_core.request import Request
from cors_flask import CORS, Policy, by_host, cors_policy
from tests.servers.apps import Boom, wsgi_slow

APP = "https://app.example"
API = "api.example.com"
OPEN = "open.example.com"
GUARDED = "guarded.example.com"
POLICIES = {
    API: Policy(allow_origins=[APP], allow_methods=["PUT"], expose_headers=["X-Total"], allow_credentials=True),
    OPEN: Policy(allow_origins="*"),
    GUARDED: Policy(allow_origins=[APP], enforce="unsafe"),
}


def heard(request: Request, plan: Plan) -> None:
    print(told(request.path, plan.outcome.value), file=sys.stderr)


def told(path: str, outcome: str) -> str:
    """What the worker's log says of a request."""
    return f"[{path} is {outcome}]"


def create_app(cors_first: bool, marked: bool) -> Flask:
    """Make the application; with a marked view, policies hang on what is routed."""
    app = Flask(__name__)

    @app.route("/pid", methods=["GET", "POST", "PUT"])
    @app.route("/pid/<name>", methods=["GET", "POST", "PUT"])
    def pid(name: str = "") -> str:
        return str(os.getpid())

    @app.get("/seen")
    def seen() -> list[str | None]:
        return [request.url, request.remote_addr]

    @app.get("/boom")
    def boom() -> str:
        raise Boom("in a view")

    @app.get("/slow")
    def slow() -> Response:
        body: Iterator[bytes] = wsgi_slow(request.environ, lambda status, headers: None)
        return Response(body, headers={"X-Accel-Buffering": "no"})  # or nginx would wait for the rest

    if marked:

        @app.put("/prices/")
        @cors_policy(POLICIES[OPEN])
        def prices() -> str:
            return "a lot"

    if cors_first:
        CORS(app, by_host(POLICIES), observe=heard)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    if not cors_first:
        CORS(app, by_host(POLICIES), observe=heard)
    return app
