"""One request to a WSGI application, as a server would put it: https://peps.python.org/pep-3333/"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from cors_core.browser import Outgoing
from cors_core.testing.answers import Answer, Arriving, MalformedResponse
from cors_core.testing.limits import within
from cors_core.testing.sites import parsed


def call(app: Any, request: Outgoing, seconds: float | None) -> Answer:
    """Have `app` answer; raises whatever keeps it from answering."""
    arriving = Arriving(request)
    try:
        with _django_keeps_its_connections():
            within(seconds, lambda: _run(app, environ(request), arriving))
    except Exception as error:
        return arriving.answer(error)
    arriving.ended = True
    return arriving.answer()


@contextlib.contextmanager
def _django_keeps_its_connections() -> Iterator[None]:
    """Where Django is in use, its request signals must not close the connection that a test's transaction is on.

    Django's own test client does the same. Nothing is imported for it.
    """
    database, signals = sys.modules.get("django.db"), sys.modules.get("django.core.signals")
    if database is None or signals is None:
        yield
        return
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(database.close_old_connections)
    try:
        yield
    finally:
        for signal in both:
            signal.connect(database.close_old_connections)


def environ(request: Outgoing) -> dict[str, Any]:
    """Return the WSGI environ of a request."""
    url = parsed(request.url)
    path, _, query = url.path_and_query.partition("?")
    found: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": url.path_and_query,
        "RAW_URI": url.path_and_query,
        "SERVER_NAME": url.host,
        "SERVER_PORT": url.port or ("443" if url.scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def _run(app: Any, environ: dict[str, Any], arriving: Arriving) -> None:
    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        try:
            if exc_info and any(arriving.chunks):
                raise exc_info[1].with_traceback(exc_info[2])
            if arriving.status is not None and not exc_info:
                raise MalformedResponse("start_response was called a second time, without exc_info")
        finally:
            exc_info = None  # the traceback would keep itself alive
        arriving.status, arriving.headers = _status(status), tuple(_headers(headers))
        return arriving.chunks.append

    body: Iterable[bytes] = app(environ, start_response)
    try:
        for chunk in body:
            if not isinstance(chunk, bytes):
                raise MalformedResponse(f"the body has {type(chunk).__name__} in it, not bytes")
            if arriving.status is None:
                raise MalformedResponse("the body began before start_response was called")
            if chunk:
                arriving.chunks.append(chunk)
                if arriving.endless:
                    break
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _status(line: object) -> int:
    if not isinstance(line, str) or not (line[:3].isascii() and line[:3].isdigit() and line[3:4] in ("", " ")):
        raise MalformedResponse(f"{line!r} is no status such as '200 OK'")
    return int(line[:3])


def _headers(headers: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for pair in headers:
        try:
            name, value = pair
            name.encode("latin-1")
            value.encode("latin-1")
        except (TypeError, ValueError, AttributeError):
            raise MalformedResponse(f"{pair!r} is no header: a pair of str within Latin-1") from None
        yield name, value
