"""The adapters, each driven through rows of the table: what it answered, and whether the application was reached.

A driver sets its adapter up once around an application that answers as the row says, and sends it
the rows, all of one site, in their order. One more adapter is one more driver in `DRIVERS`.
"""

from __future__ import annotations

import asyncio
import contextlib
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from cors_core import Outcome, Policy, Request, Verdict, asgi, cors_policy, decide, wsgi
from cors_core.answers import Observer
from tests.components import require
from tests.conformance.table import Ask, Pairs, Row

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # WebOb imports `cgi`
    from webtest import lint

Driver = Callable[[Sequence[Row], Observer | None], list["Answer"]]

VISIT = "tests.visit"
"""The key of environ and scope under which a request brings its `Visit`."""


@dataclass(frozen=True)
class Answer:
    """What came out of an adapter."""

    status: int
    reached: bool
    headers: Pairs
    body: bytes


@dataclass
class Visit:
    """A row on its way to the application, which notes that it was reached."""

    row: Row
    reached: bool = False

    def body(self) -> bytes:
        return b"" if self.row.ask.method == "HEAD" else self.row.app.body

    def answer(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        return Answer(status, self.reached, tuple(headers), body)


def field(ask: Ask, name: str) -> str | None:
    """The value of a field as most servers give it, its lines joined by commas; None if there is none."""
    lines = [value for key, value in ask.headers if key.lower() == name.lower()]
    return ",".join(lines) if lines else None


# --- the engine alone


class Silent:
    """Hears of the headers that the application sets itself, and says nothing."""

    def conflict(self, name: str) -> None:
        pass


def drive_decide(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return [_decided(row, observe) for row in rows]


def _decided(row: Row, observe: Observer | None) -> Answer:
    visit = Visit(row)
    request = Request(
        method=row.ask.method,
        path=row.ask.path,
        origin=field(row.ask, "Origin"),
        requested_method=field(row.ask, "Access-Control-Request-Method"),
        requested_headers=field(row.ask, "Access-Control-Request-Headers"),
        requested_private_network=field(row.ask, "Access-Control-Request-Private-Network"),
        sec_fetch_site=field(row.ask, "Sec-Fetch-Site"),
        host=field(row.ask, "Host"),
        scheme=row.ask.scheme,
        own_origin=row.site.own_origin,
    )
    selected = row.site.policy
    policy = selected if isinstance(selected, Policy) or selected is None else selected(request)
    if policy is None:
        visit.reached = True
        return visit.answer(row.app.status, row.app.headers, visit.body())
    plan = decide(policy, request, _verdict(policy, request.origin))
    if observe is not None:
        observe(request, plan)
    if plan.status is not None:
        return visit.answer(plan.status, plan.pairs, b"" if request.method == "HEAD" else plan.body)
    visit.reached = True
    return visit.answer(row.app.status, plan.text(row.app.headers, Silent()), visit.body())


def _verdict(policy: Policy, origin: str | None) -> Verdict:
    verdict = policy.origins.verdict(origin) if origin else Verdict.REFUSED
    return policy.origins.ask(origin) if verdict is Verdict.ASK and origin else verdict


# --- WSGI, with lint inside and outside


def drive_wsgi(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    site = rows[0].site
    inside = lint.middleware(_wsgi_application)
    middleware = wsgi.CORSMiddleware(inside, site.policy, observe=observe, own_origin=site.own_origin)
    return [_asked_by_wsgi(lint.middleware(middleware), row) for row in rows]


def _wsgi_application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    visit: Visit = environ[VISIT]
    visit.reached = True
    status = HTTPStatus(visit.row.app.status)
    start_response(f"{status.value} {status.phrase}", list(visit.row.app.headers))
    return [visit.body()]


def _asked_by_wsgi(application: Callable[..., Any], row: Row) -> Answer:
    visit = Visit(row)
    started: list[tuple[int, Pairs]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        started.append((int(status[:3]), tuple(headers)))
        return _write

    body = application(environ_of(row.ask) | {VISIT: visit}, start_response)
    try:
        sent = b"".join(body)
    finally:
        body.close()
    [(status, headers)] = started
    return visit.answer(status, headers, sent)


def _write(data: bytes) -> None:
    raise AssertionError("nobody writes here")


def environ_of(ask: Ask) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": ask.method,
        "SCRIPT_NAME": ask.mount,
        "PATH_INFO": ask.path.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "wsgi.url_scheme": ask.scheme,
    }
    setup_testing_defaults(environ)
    del environ["HTTP_HOST"]  # which is the row's to give
    for name in dict.fromkeys(name for name, _ in ask.headers):
        environ["HTTP_" + name.upper().replace("-", "_")] = field(ask, name)
    return environ


# --- ASGI


def drive_asgi(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    site = rows[0].site
    middleware = asgi.CORSMiddleware(_asgi_application, site.policy, observe=observe, own_origin=site.own_origin)

    async def all_of_them() -> list[Answer]:
        return [await _asked_by_asgi(middleware, row) for row in rows]

    return asyncio.run(all_of_them())


async def _asgi_application(scope: dict[str, Any], receive: Any, send: Callable[[Any], Any]) -> None:
    visit: Visit = scope[VISIT]
    visit.reached = True
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in visit.row.app.headers]
    body = visit.body()
    await send({"type": "http.response.start", "status": visit.row.app.status, "headers": headers})
    await send({"type": "http.response.body", "body": body[:3], "more_body": True})
    await send({"type": "http.response.body", "body": body[3:]})


async def _asked_by_asgi(application: Callable[..., Any], row: Row) -> Answer:
    visit = Visit(row)
    sent: list[dict[str, Any]] = []

    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(messages, None) or await asyncio.Future()  # and after the request nothing more

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope_of(row.ask) | {VISIT: visit}, receive, send)
    start, *chunks = sent
    assert start["type"] == "http.response.start"
    assert {chunk["type"] for chunk in chunks} == {"http.response.body"}
    assert [chunk.get("more_body", False) for chunk in chunks] == [True] * (len(chunks) - 1) + [False]
    assert all(name == name.lower() for name, _ in start["headers"])
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return visit.answer(start["status"], headers, b"".join(chunk["body"] for chunk in chunks))


def scope_of(ask: Ask) -> dict[str, Any]:
    path = ask.mount + ask.path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": ask.method,
        "scheme": ask.scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": ask.mount,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in ask.headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 443),
    }


# --- Flask, with nothing that hangs on routing, and with a marked view, so that all of it does


def drive_flask(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return _asked_of_flask(rows, observe)


def drive_flask_routed(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return _asked_of_flask(rows, observe, cors_policy(None))


def _asked_of_flask(
    rows: Sequence[Row], observe: Observer | None, mark: Callable[..., Any] | None = None
) -> list[Answer]:
    flask, routing = require("flask"), require("werkzeug.routing")
    from cors_flask import CORS
    from cors_flask.marks import Policies

    app = flask.Flask("conformance", static_folder=None)
    app.url_map.merge_slashes = False

    def view(**_: str) -> Any:
        visit: Visit = flask.request.environ[VISIT]
        visit.reached = True
        response = flask.Response(iter([visit.body()]), visit.row.app.status)
        response.headers.clear()
        response.headers.extend(visit.row.app.headers)
        return response

    app.view_functions["everything"] = view
    for rule in ("/", "/<path:below>"):
        app.url_map.add(routing.Rule(rule, endpoint="everything", strict_slashes=False))
    if mark is not None:
        app.add_url_rule("/marked/and/never/asked/for", view_func=mark(lambda: ""), endpoint="marked")
    site = rows[0].site
    CORS(app, site.policy, observe=observe, own_origin=site.own_origin)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Policies, "decorated", mark is not None)  # whatever other tests have decorated
        return [_asked_by_wsgi(lint.middleware(app), row) for row in rows]


# --- Django, synchronous and asynchronous, by the path and with a view that has a policy of its own


def drive_django(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return _asked_of_django(rows, observe)


def drive_django_routed(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return _asked_of_django(rows, observe, cors_policy(None))


def drive_django_async(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return _asked_of_django_asynchronously(rows, observe)


def drive_django_async_routed(rows: Sequence[Row], observe: Observer | None = None) -> list[Answer]:
    return _asked_of_django_asynchronously(rows, observe, cors_policy(None))


def _asked_of_django(
    rows: Sequence[Row], observe: Observer | None, mark: Callable[..., Any] | None = None
) -> list[Answer]:
    handlers = require("django.core.handlers.wsgi")

    def view(request: Any) -> Any:
        return _django_response(request.META[VISIT])

    with _django_project(rows[0].site, observe, view, mark):
        application = lint.middleware(handlers.WSGIHandler())
        return [_asked_by_wsgi(application, row) for row in rows]


def _asked_of_django_asynchronously(
    rows: Sequence[Row], observe: Observer | None, mark: Callable[..., Any] | None = None
) -> list[Answer]:
    handlers = require("django.core.handlers.asgi")

    async def view(request: Any) -> Any:
        return _django_response(request.scope[VISIT])

    async def all_of_them() -> list[Answer]:
        application = handlers.ASGIHandler()
        return [await _asked_by_asgi(_lowered(application), row) for row in rows]

    with _django_project(rows[0].site, observe, view, mark):
        return asyncio.run(all_of_them())


@contextlib.contextmanager
def _django_project(
    site: Any, observe: Observer | None, view: Callable[..., Any], mark: Callable[..., Any] | None
) -> Iterator[None]:
    require("tests.django.conftest")  # sets Django up
    from django.test import override_settings
    from django.urls import re_path

    marked = [re_path("^marked/and/never/asked/for$", mark(lambda request: None))] if mark else []
    urls = types.SimpleNamespace(urlpatterns=[*marked, re_path("^(?s:.*)$", view)])
    urlconf = types.ModuleType("urls")
    urlconf.__dict__.update(vars(urls))
    with override_settings(
        ROOT_URLCONF=urlconf,
        APPEND_SLASH=False,
        CORS_POLICY=site.policy,
        CORS_OBSERVE=observe,
        CORS_OWN_ORIGIN=site.own_origin,
        SECURE_PROXY_SSL_HEADER=None,
    ):
        yield


def _django_response(visit: Visit) -> Any:
    from django.http import HttpResponse

    visit.reached = True
    response = HttpResponse(visit.body(), status=visit.row.app.status)
    del response["Content-Type"]
    for name, value in visit.row.app.headers:
        response[name] = f"{response[name]}, {value}" if name in response else value
    return response


def _lowered(application: Callable[..., Any]) -> Callable[..., Any]:
    """Field names in lower case, as ASGI has them and Django leaves it to the server."""

    async def lowered(scope: Any, receive: Any, send: Callable[[Any], Any]) -> None:
        async def send_lowered(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name.lower(), value) for name, value in message["headers"]]
            await send(message)

        await application(scope, receive, send_lowered)

    return lowered


DRIVERS: dict[str, Driver] = {
    "decide": drive_decide,
    "wsgi": drive_wsgi,
    "asgi": drive_asgi,
    "flask": drive_flask,
    "flask-routed": drive_flask_routed,
    "django": drive_django,
    "django-routed": drive_django_routed,
    "django-async": drive_django_async,
    "django-async-routed": drive_django_async_routed,
}


def outcomes_of(drive: Driver, row: Row) -> tuple[Answer, list[Outcome]]:
    """The answer to one row, and every outcome that the adapter reported on the way."""
    heard: list[Outcome] = []
    [answer] = drive([row], lambda request, plan: heard.append(plan.outcome))
    return answer, heard
