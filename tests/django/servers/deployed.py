"""What gunicorn and uvicorn call: the project that `DJANGO_SETTINGS_MODULE` names, beside the mailbox of the pages."""

from __future__ import annotations

import os
from typing import Any

from asgiref.wsgi import WsgiToAsgi
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from tests.engines.mailbox import Mailbox

PAGES = ("/page/", "/mail/")


class Beside:
    """The mailbox, and a way to ask who answers; what the project never hears of."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"].startswith(PAGES):
            return self.mailbox(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]


def is_beside(path: str) -> bool:
    return path == "/pid" or path.startswith(PAGES)


def wsgi() -> Any:
    project, beside = get_wsgi_application(), Beside()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        return (beside if is_beside(environ["PATH_INFO"]) else project)(environ, start_response)

    return application


def asgi() -> Any:
    project, beside = get_asgi_application(), WsgiToAsgi(Beside())

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":  # Django knows nothing else
            await (beside if is_beside(scope["path"]) else project)(scope, receive, send)

    return application
