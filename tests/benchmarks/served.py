"""What the servers of the end-to-end benchmark are given: for each framework an application bare, with ours, with the peer.

The servers call these functions by name, each in a process of its own.
"""

from __future__ import annotations

from typing import Any

from tests.benchmarks import loads

ORIGIN = "https://app.example.com"
ALLOWED: Any = {"allow_origins": [ORIGIN], "allow_methods": ["PUT"], "allow_headers": ["X-Request-Id"]}


def wsgi_bare() -> Any:
    return loads.wsgi_app


def wsgi_ours() -> Any:
    from cors_core.wsgi import CORSMiddleware

    return CORSMiddleware(loads.wsgi_app, **ALLOWED)


def wsgi_peer() -> Any:
    from wsgicors import CORS

    return CORS(loads.wsgi_app, headers="X-Request-Id", methods="PUT, GET, HEAD, POST", maxage="600", origin=ORIGIN)


def flask_bare() -> Any:
    from flask import Flask

    app = Flask("served")
    app.get("/items/1")(dict)
    return app


def flask_ours() -> Any:
    from cors_flask import CORS

    app = flask_bare()
    CORS(app, **ALLOWED)
    return app


def flask_peer() -> Any:
    from flask_cors import CORS

    app = flask_bare()
    CORS(app, origins=[ORIGIN], methods=["PUT", "GET", "HEAD", "POST"], allow_headers=["X-Request-Id"])
    return app


def django_bare() -> Any:
    return _django([])


def django_ours() -> Any:
    from cors_django import Policy

    return _django(
        ["cors_django.middleware.CorsMiddleware"], INSTALLED_APPS=["cors_django"], CORS_POLICY=Policy(**ALLOWED)
    )


def django_peer() -> Any:
    listed = {"CORS_ALLOWED_ORIGINS": [ORIGIN], "CORS_ALLOW_METHODS": ["PUT"], "CORS_ALLOW_HEADERS": ["x-request-id"]}
    return _django(["corsheaders.middleware.CorsMiddleware"], INSTALLED_APPS=["corsheaders"], **listed)


def _django(first: list[str], **options: Any) -> Any:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import JsonResponse
    from django.urls import path

    middleware = [*first, "django.middleware.common.CommonMiddleware"]
    urls = (path("items/1", lambda request: JsonResponse({})),)
    settings.configure(
        ALLOWED_HOSTS=["*"], SECRET_KEY="for a benchmark", MIDDLEWARE=middleware, ROOT_URLCONF=urls, **options
    )
    return get_wsgi_application()


def starlette_bare() -> Any:
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    return Starlette(routes=[Route("/items/1", lambda request: JSONResponse({}))])


def starlette_ours() -> Any:
    from cors_core.starlette import install

    app = starlette_bare()
    install(app, **ALLOWED)
    return app


def starlette_peer() -> Any:
    return _with_starlettes(starlette_bare())


def fastapi_bare() -> Any:
    from fastapi import FastAPI

    async def item() -> dict[str, str]:
        return {}

    app = FastAPI()
    app.get("/items/1")(item)
    return app


def fastapi_ours() -> Any:
    from cors_core.starlette import install

    app = fastapi_bare()
    install(app, **ALLOWED)
    return app


def fastapi_peer() -> Any:
    return _with_starlettes(fastapi_bare())


def _with_starlettes(app: Any) -> Any:
    from starlette.middleware.cors import CORSMiddleware

    app.add_middleware(CORSMiddleware, **ALLOWED)
    return app
