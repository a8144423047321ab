"""What the peers add to a request when their lists grow, configured as their documentation recommends."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from cors_core import Policy
from tests.benchmarks.cases import fresh
from tests.benchmarks.loads import (
    ASGI,
    WSGI,
    Asking,
    Load,
    Serve,
    asgi_app,
    environ,
    in_turns,
    over_asgi,
    over_wsgi,
    wsgi_app,
)
from tests.benchmarks.loads import microseconds as us
from tests.benchmarks.report import table

Entries = list[str]
Pair = tuple[Load, Load]
"""A program without CORS, and the same with it."""


def beside_peers(counts: list[int], origins: Callable[[int], Entries], rounds: int) -> str:
    """Return a table of what each adds, by the number of origins."""
    return table(["origins", *PROGRAMS], [_row(origins(count), rounds) for count in counts])


def _row(entries: Entries, rounds: int) -> list[str]:
    from django.conf import settings
    from django.test import override_settings

    if not settings.configured:
        settings.configure()
    asking = Asking("GET", lambda: {"Origin": fresh(entries[len(entries) // 2])})
    calls = 200 if len(entries) < 1_000 else 20
    cells = [f"{len(entries):,}"]
    with override_settings(CORS_ALLOWED_ORIGINS=entries):
        for program in PROGRAMS.values():
            bare, wrapped = program(entries, asking)
            times = in_turns({"bare": _shortened(bare, calls), "wrapped": _shortened(wrapped, calls)}, rounds)
            cells.append(
                us([with_it - without for with_it, without in zip(times["wrapped"], times["bare"], strict=True)])
            )
    return cells


def _pair(bare: Serve, wrapped: Serve, prepare: Callable[[], Any]) -> Pair:
    return Load(bare, prepare), Load(wrapped, prepare)


def _shortened(load: Load, calls: int) -> Load:
    return Load(load.serve, load.prepare, calls)


def _ours_wsgi(entries: Entries, asking: Asking) -> Pair:
    return _pair(over_wsgi(wsgi_app), WSGI.serving(Policy(allow_origins=entries)), lambda: environ(asking))


def _ours_asgi(entries: Entries, asking: Asking) -> Pair:
    return _pair(over_asgi(asgi_app), ASGI.serving(Policy(allow_origins=entries)), lambda: ASGI.request(asking))


def _starlette(entries: Entries, asking: Asking) -> Pair:
    from starlette.middleware.cors import CORSMiddleware

    return _pair(
        over_asgi(asgi_app), over_asgi(CORSMiddleware(asgi_app, allow_origins=entries)), lambda: ASGI.request(asking)
    )


def _flask_cors(entries: Entries, asking: Asking) -> Pair:
    from flask_cors import CORS

    bare, wrapped = _flask(), _flask()
    CORS(wrapped, origins=entries)
    return _pair(
        over_wsgi(bare.wsgi_app),
        over_wsgi(wrapped.wsgi_app),
        lambda: {**environ(asking), "wsgi.input": io.BytesIO(), "SERVER_NAME": "a", "SERVER_PORT": "80"},
    )


def _flask() -> Any:
    from flask import Flask

    app = Flask("crowded")
    app.get("/items/1")(lambda: "{}")
    return app


def _django_cors_headers(entries: Entries, asking: Asking) -> Pair:
    from corsheaders.middleware import CorsMiddleware
    from django.core.handlers.wsgi import WSGIRequest
    from django.http import HttpResponse

    def view(request: Any) -> HttpResponse:
        return HttpResponse(b"{}")

    return _pair(view, CorsMiddleware(view), lambda: WSGIRequest({**environ(asking), "wsgi.input": io.BytesIO()}))


PROGRAMS = {
    "ours, WSGI": _ours_wsgi,
    "ours, ASGI": _ours_asgi,
    "Starlette": _starlette,
    "flask-cors": _flask_cors,
    "django-cors-headers": _django_cors_headers,
}
