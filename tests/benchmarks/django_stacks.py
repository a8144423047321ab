"""Django, synchronous and asynchronous, from the environ or the scope to the response.

Asynchronous requests go through the handler's own chain, without the part that reads the socket.
There is one configuration to a process: the peer, whose settings would contradict ours, reads a copy.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import corsheaders.conf
import django
from django.conf import LazySettings, settings
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from tests.benchmarks.cases import HEADERS, MAX_AGE, METHODS, Case
from tests.benchmarks.stacks import RESPONSE_HEADERS, Answer, Protocol, Stack, answered, environ, scope, served_whole

MIDDLEWARE = {
    "bare": [],
    "floor": ["tests.benchmarks.floor.django"],
    "floor again": ["tests.benchmarks.floor.django"],
    "ours": ["cors_django.middleware.CorsMiddleware"],
    "peer": ["corsheaders.middleware.CorsMiddleware"],
}
SETTINGS: dict[str, Any] = {"SECRET_KEY": "bench", "ALLOWED_HOSTS": ["api.example.com"]}

if not settings.configured:
    settings.configure(**SETTINGS)
    django.setup()


def items(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(b"{}", headers=dict(RESPONSE_HEADERS))


async def items_later(request: HttpRequest, number: int) -> HttpResponse:
    return items(request, number)


class Synchronous:
    urlpatterns = [path("items/<int:number>", items)]


class Asynchronous:
    urlpatterns = [path("items/<int:number>", items_later)]


@contextmanager
def configured(case: Case, urlconf: type) -> Iterator[None]:
    """Put a policy into force: ours and the floor's in Django's settings, the peer's in its own copy."""
    copy = LazySettings()
    copy.configure(**SETTINGS, **corsheaders_settings(case))
    corsheaders.conf.settings = copy
    with override_settings(ROOT_URLCONF=urlconf, FLOOR=case, CORS_POLICY=case.policy):
        yield


def corsheaders_settings(case: Case) -> dict[str, Any]:
    who: dict[str, Any] = {"CORS_ALLOWED_ORIGINS": case.exact}
    if case.everyone:
        who = {"CORS_ALLOW_ALL_ORIGINS": True}
    elif case.domains:
        dotted = [domain.replace(".", r"\.") for domain in case.domains]
        who = {"CORS_ALLOWED_ORIGIN_REGEXES": [rf"^https://[\w.-]+\.{domain}$" for domain in dotted]}
    return who | {
        "CORS_ALLOW_METHODS": METHODS,
        "CORS_ALLOW_HEADERS": HEADERS,
        "CORS_ALLOW_CREDENTIALS": case.credentials,
        "CORS_PREFLIGHT_MAX_AGE": MAX_AGE,
    }


@contextmanager
def stacks(case: Case) -> Iterator[list[Stack]]:
    with configured(case, Synchronous):
        handlers = {}
        for name, middleware in MIDDLEWARE.items():
            with override_settings(MIDDLEWARE=middleware):
                handlers[name] = WSGIHandler()
        yield [Stack(name, served_whole(handler), answered(handler)) for name, handler in handlers.items()]


@contextmanager
def stacks_async(case: Case) -> Iterator[list[Stack]]:
    with configured(case, Asynchronous), asyncio.Runner() as runner:
        handlers = {}
        for name, middleware in MIDDLEWARE.items():
            with override_settings(MIDDLEWARE=middleware):
                handlers[name] = ASGIHandler()
        yield [
            Stack(name, _served_async(handler, runner), _answered_async(handler, runner))
            for name, handler in handlers.items()
        ]


def _served_async(handler: Any, runner: asyncio.Runner) -> Callable[[list[Any]], None]:
    async def serve(requests: list[Any]) -> None:
        for request in requests:
            response = await handler.get_response_async(ASGIRequest(request, io.BytesIO()))
            response.close()

    return lambda requests: runner.run(serve(requests))


def _answered_async(handler: Any, runner: asyncio.Runner) -> Callable[[Any], Answer]:
    def answer(request: Any) -> Answer:
        response = runner.run(handler.get_response_async(ASGIRequest(request, io.BytesIO())))
        return Answer(response.status_code, [(name.lower(), value) for name, value in response.items()])

    return answer


PROTOCOLS = (
    Protocol("django", "Django", "django-cors-headers", stacks, environ, effort=2),
    Protocol("django async", "Django, asynchronous", "django-cors-headers", stacks_async, scope, effort=2),
)
