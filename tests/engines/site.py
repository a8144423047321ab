"""The site that every page and every model talks to: the cases, a log of what reached them, and the mailbox.

One process answers on four ports. What has a policy lies behind the middleware; what is `raw` sends
whatever the case says.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cors_core import by_path
from cors_core.wsgi import CORSMiddleware
from tests.components import require
from tests.engines.browsers import private, running
from tests.engines.cases import REDIRECTS, Answer, Case, Lines
from tests.engines.mailbox import Mailbox, call
from tests.engines.matrix import CASES
from tests.engines.places import HOSTS, PORTS, Places
from tests.engines.policies import policies

ROOT = Path(__file__).parents[2]
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
CONTENTS = {
    "text": ("text/plain", b"ok"),
    "image": ("image/gif", PIXEL),
    "script": ("text/javascript", b"0;"),
    "events": ("text/event-stream", b"data: 1\n\n"),
    "nothing": ("text/plain", b""),
}


class Site:
    """The whole of it, as a WSGI application."""

    def __init__(self, places: Places) -> None:
        self.places, self.mailbox = places, Mailbox()
        self.cases = CORSMiddleware(self.answer, by_path(policies(places)))
        self.log: dict[str, dict[str, list[str]]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        kind, client, case, hop = [*environ["PATH_INFO"].split("/")[1:5], "", "", ""][:4]
        if kind in ("page", "mail"):
            return self.mailbox(environ, start_response)
        if kind == "log":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self.log.get(client, {})).encode()]
        self.log.setdefault(client, {}).setdefault(case, []).append(self.told(hop, environ))
        if case not in CASES or not hop.isdigit():  # /favicon.ico, and two Locations read as one
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        environ["wsgi.input"].read()
        return self.cases(environ, start_response)

    def told(self, hop: str, environ: dict[str, Any]) -> str:
        """One line of the log."""
        words = [environ["REQUEST_METHOD"], hop]
        if "HTTP_ORIGIN" in environ:
            words += ["from", self.places.name(environ["HTTP_ORIGIN"])]
        if "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            words += ["for", environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"]]
        if "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" in environ:
            words += ["with", environ["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"]]
        marks = {"HTTP_COOKIE": "cookie", "HTTP_AUTHORIZATION": "authorized", "CONTENT_TYPE": "typed"}
        return " ".join([*words, *(mark for name, mark in marks.items() if environ.get(name))])

    def answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """The application: it answers what the case says, preflights too where there is no policy."""
        _, client, name, number = environ["PATH_INFO"].split("/")[1:5]
        case, hop = CASES[name], int(number)
        asked = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        answer = case.hops[hop].preflight if asked else case.hops[hop].answer
        kind, body = CONTENTS["nothing" if asked else answer.content]
        headers = [*lines(answer, self.words(case, client, hop, environ))]
        if answer.status in (204, 304):
            body = b""
        else:
            headers += [("Content-Type", kind), ("Content-Length", str(len(body)))]
        headers += [] if asked else [("Cache-Control", "no-store")]
        start_response(f"{answer.status} Status", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def words(self, case: Case, client: str, hop: int, environ: dict[str, Any]) -> dict[str, str]:
        following = case.url(self.places, client, hop + 1) if hop + 1 < len(case.hops) else ""
        return {
            **{place: self.places.origin(place) for place in HOSTS},
            "origin": environ.get("HTTP_ORIGIN", ""),
            "method": environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", ""),
            "names": environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", ""),
            "next": following,
            "user": following.replace("//", "//name:word@", 1),
        }


def lines(answer: Answer, words: dict[str, str]) -> Lines:
    """The header lines of an answer, filled in; a redirect leads to the next hop unless the case says where."""
    named = any(name == "Location" for name, _ in answer.headers)
    leads = answer.status in REDIRECTS and words["next"] and not named
    every = (*answer.headers, ("Location", "{next}")) if leads else answer.headers
    return tuple((name, value.format_map(words)) for name, value in every if words["origin"] or "{origin}" not in value)


def application() -> Site:
    """What gunicorn calls."""
    return Site(Places.of_this_server())


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Places]:
    """Run the site under gunicorn, on sockets that it is handed."""
    require("gunicorn")
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(PORTS)]
        places = Places(tuple(listener.getsockname()[1] for listener in listeners))
        numbers = [listener.fileno() for listener in listeners]
        options = ["--worker-class", "gthread", "--threads", "48", "--keep-alive", "30", "--graceful-timeout", "1"]
        command = [sys.executable, "-m", "gunicorn", *options, "--permit-unconventional-http-method"]
        command += [f"--bind=fd://{number}" for number in numbers]
        command += ["--chdir", str(ROOT), "tests.engines.site:application()"]
        environment = {**private(folder), **places.variable()}
        process = stack.enter_context(running(command, folder, environment, numbers))
        wait_for(places, process, folder / "log")
        yield places


def wait_for(places: Places, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the site answers; the sockets are open from the start, so that a request only has to wait."""
    while process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            call(places.ports[0], "GET", "/log/nobody")
            return
    raise RuntimeError(f"no site: {log.read_text('utf-8', 'replace')}")
