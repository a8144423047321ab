"""The internet, as far as the tests need one: applications by their public names, and pages under any name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from tests.engines.mailbox import Mailbox

LOGIN = "https://api.example.net"  # another site than its page's
ORDERS = "https://api.example-client.com"
NOTES = "https://notes.example.com"

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[2] / "docs" / "examples"
PROGRAMS = {
    LOGIN: EXAMPLES / "flask_login_app.py",
    ORDERS: FOLDER / "programs" / "orders.py",
    NOTES: FOLDER / "programs" / "notes.py",
}


def load(program: Path) -> Any:
    """The application of a program in which nothing but the import of flask-cors is changed."""
    source = program.read_text().replace("from flask_cors import CORS", "from cors_flask import CORS")
    namespace: dict[str, Any] = {"__name__": program.stem, "__file__": str(program)}
    exec(compile(source, program, "exec"), namespace)
    return namespace["app"]


def applications() -> dict[str, Any]:
    """Fresh applications, by the origins they are served at."""
    return {origin: load(program) for origin, program in PROGRAMS.items()}


class Site:
    """All of it on one port, told apart by the name that the proxy was asked for."""

    def __init__(self) -> None:
        self.applications, self.mailbox = applications(), Mailbox()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith(("/page/", "/mail/")):
            return self.mailbox(environ, start_response)
        return self.applications.get(f"https://{environ['HTTP_HOST']}", self.nothing)(environ, start_response)

    def nothing(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Answer that there is a server, and no more."""
        start_response("200 OK", [("Content-Length", "0")])
        return []


def deployed() -> Any:
    """What gunicorn calls: behind a proxy, which the programs need not know."""
    return ProxyFix(Site(), x_for=1, x_proto=1, x_host=1)
