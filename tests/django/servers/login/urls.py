"""Logging in and out, a profile that only its owner sees, and responses of all kinds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path

PASSWORDS = {"ada": "engine"}


def token(request: HttpRequest) -> HttpResponse:
    """The token for the page, which cannot read the cookies of another site."""
    return JsonResponse({"token": get_token(request)})


def login(request: HttpRequest) -> HttpResponse:
    given = json.loads(request.body)
    if PASSWORDS.get(given["name"]) != given["password"]:
        return JsonResponse({"error": "wrong name or password"}, status=401)
    request.session["name"] = given["name"]
    return JsonResponse({"name": given["name"]})


def logout(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return JsonResponse({})


def profile(request: HttpRequest) -> HttpResponse:
    session = request.session
    if "name" not in session:
        return JsonResponse({"error": "log in first"}, status=401)
    if request.method == "PUT":
        session["colour"] = json.loads(request.body)["colour"]
    return JsonResponse({"name": session["name"], "colour": session.get("colour")})


def boom(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("on purpose")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter(["one ", "two"]))


async def stream_later(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        for part in ("one ", "two"):
            yield part

    return StreamingHttpResponse(parts())


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"), content_type="text/plain")


urlpatterns = [
    path("token", token),
    path("login", login),
    path("logout", logout),
    path("profile", profile),
    path("boom", boom),
    path("stream", stream),
    path("stream-later", stream_later),
    path("file", file),
    path("slash/", token),
]
