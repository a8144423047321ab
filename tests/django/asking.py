"""Requests as pages of other origins send them, to a Django project, synchronous or asynchronous."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.test import AsyncClient, Client, override_settings

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example.net"
ACAO = "Access-Control-Allow-Origin"

Ask = Callable[..., Any]


def ask_sync(method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
    return Client(raise_request_exception=False).generic(method, path, headers=headers, **more)


def ask_async(method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
    async def asked() -> Any:
        return await AsyncClient(raise_request_exception=False).generic(method, path, headers=headers, **more)

    return asyncio.run(asked())


BOTH = {"sync": ask_sync, "async": ask_async}


def get(ask: Ask, path: str = "/", origin: str | None = APP, method: str = "GET", **headers: str) -> Any:
    """The response to an actual request of a page."""
    return ask(method, path, {**({"Origin": origin} if origin else {}), **headers})


def preflight(ask: Ask, path: str = "/", method: str = "PUT", origin: str = APP) -> Any:
    """The response to a preflight."""
    return get(ask, path, origin, "OPTIONS", **{"Access-Control-Request-Method": method})


def reads(ask: Ask, path: str = "/", origin: str = APP, method: str = "GET") -> bool:
    """Whether a page of `origin` may read the response to an actual request."""
    return get(ask, path, origin, method).headers.get(ACAO) in ("*", origin)


def passes(ask: Ask, path: str = "/", method: str = "PUT", origin: str = APP) -> bool:
    """Whether a page of `origin` may send such a request at all."""
    answer = preflight(ask, path, method, origin)
    methods = answer.headers.get("Access-Control-Allow-Methods", "").split(", ")
    return answer.status_code in range(200, 300) and method in methods and answer.headers.get(ACAO) in ("*", origin)


@contextmanager
def project(patterns: Sequence[Any], **settings: Any) -> Iterator[None]:
    """The project with these URL patterns and settings."""
    urlconf = types.ModuleType("urls")
    urlconf.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urlconf, **settings):
        yield
