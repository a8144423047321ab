"""The URLs of the project that both libraries are tried on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import include, path
from django.views import View

from tests.parity.verdicts import OTHER_API

COUNTS: Mapping[str, str] = {"X-Total": "3", "X-Page": "1", "Content-Language": "en"}


def items(request: HttpRequest, **values: int) -> HttpResponse:
    return JsonResponse({"items": [3, 5, 8], "method": request.method, **values}, headers=COUNTS)


async def later(request: HttpRequest) -> HttpResponse:
    return items(request)


class Orders(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return items(request)

    put = get


def boom(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("on purpose")


def answered(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse("an error", status=status)


def moved(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=307, headers={"Location": "/items"})


def elsewhere(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{OTHER_API}/items")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter(["one ", "two ", "three"]), content_type="text/plain")


async def stream_later(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        for part in ("one ", "two ", "three"):
            yield part

    return StreamingHttpResponse(parts(), content_type="text/plain")


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"), content_type="text/plain")


def login(request: HttpRequest) -> HttpResponse:
    return HttpResponse("welcome", headers={"Set-Cookie": "session=abc; Secure; SameSite=None"})


def careless(request: HttpRequest) -> HttpResponse:
    """Sets what a middleware is for."""
    return HttpResponse(
        "mine", headers={"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "X-Mine", "X-Mine": "yes"}
    )


def exposing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("mine", headers={"Access-Control-Expose-Headers": "X-Mine", "X-Mine": "yes", "X-Total": "3"})


SAME_VIEW = ("items", "items/<int:number>", "api", "api/items", "api/v1/items", "apiary", "public/items", "API/items")
urlpatterns: list[Any] = [
    *(path(route, items) for route in SAME_VIEW),
    path("later", later),
    path("orders", Orders.as_view()),
    path("boom", boom),
    path("status/<int:status>", answered),
    path("slash/", items),
    path("moved", moved),
    path("elsewhere", elsewhere),
    path("stream", stream),
    path("stream-later", stream_later),
    path("file", file),
    path("login", login),
    path("careless", careless),
    path("exposing", exposing),
    path("included/", include([path("items", items), path("boom", boom)])),
]
