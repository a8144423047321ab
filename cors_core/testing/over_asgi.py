"""One request to an ASGI application, as a server would put it: https://asgi.readthedocs.io/en/latest/specs/www.html

The applications of one browser share an event loop on a thread of its own. So it makes no difference
whether the test has a running loop itself, and what an application keeps for its loop stays valid.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import unquote

from cors_core.browser import Outgoing
from cors_core.testing.answers import Answer, Arriving, MalformedResponse
from cors_core.testing.limits import too_long
from cors_core.testing.sites import parsed

T = TypeVar("T")
Message = dict[str, Any]


class Loop:
    """An event loop on a thread, which begins when it is first needed and ends with its owner."""

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float | None) -> T:
        """Return what the coroutine returns; after `seconds` raise `TimeoutError` and give the loop up."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._started())
        try:
            return future.result(seconds)
        except concurrent.futures.TimeoutError:
            if future.done():
                raise  # the application's own
            future.cancel()
            self.close()  # what blocks it may never end; the next request gets a fresh one
            raise too_long(seconds) from None

    def close(self) -> None:
        """End the thread, as far as what runs there lets it."""
        if self._stop is not None:
            self._stop()
        self._stop = self._loop = None

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            ready: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
            thread = threading.Thread(target=_serve, args=(ready,), name="cors_core.testing", daemon=True)
            thread.start()
            self._loop = ready.result()
            self._stop = weakref.finalize(self, _end, self._loop, thread)
        return self._loop


def _serve(ready: concurrent.futures.Future[asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        ready.set_result(loop)
        loop.run_forever()


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    with contextlib.suppress(RuntimeError):  # it is closed already
        loop.call_soon_threadsafe(loop.stop)
    thread.join(0.2)


def call(app: Any, request: Outgoing, seconds: float | None, loop: Loop, state: dict[str, Any]) -> Answer:
    """Have `app` answer on `loop`; raises whatever keeps it from answering."""
    arriving = Arriving(request)
    try:
        loop.run(_run(app, scope(request, state), arriving), seconds)
    except Exception as error:
        return arriving.answer(error)
    unfinished = arriving.status is not None and not arriving.ended and not arriving.endless
    return arriving.answer(MalformedResponse("the application ended before its response did") if unfinished else None)


def scope(request: Outgoing, state: dict[str, Any]) -> dict[str, Any]:
    """Return the ASGI connection scope of a request; `state` is the lifespan's."""
    url = parsed(request.url)
    path, _, query = url.path_and_query.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        "client": ("127.0.0.1", 50000),
        "server": (url.host, int(url.port or (443 if url.scheme == "https" else 80))),
        "state": dict(state),
    }


async def _run(app: Any, scope: dict[str, Any], arriving: Arriving) -> None:
    """Run the application to its end; of an event stream, which has none, until something has arrived."""
    asked = False
    finished = asyncio.Event()
    enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": arriving.request.body, "more_body": False}
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if not finished.is_set():
            _take(message, arriving)
        if arriving.ended or arriving.endless:
            finished.set()
        if arriving.endless and not enough.done():
            enough.set_result(None)

    running = asyncio.ensure_future(app(scope, receive, send))
    await asyncio.wait({running, enough}, return_when=asyncio.FIRST_COMPLETED)
    if not running.done():
        running.cancel()
        await asyncio.wait({running})
    elif not running.cancelled():
        running.result()


def _take(message: Message, arriving: Arriving) -> None:
    kind = message.get("type")
    if kind == "http.response.start" and arriving.status is None:
        status = message.get("status")
        if not isinstance(status, int):
            raise MalformedResponse(f"{status!r} is no status such as 200")
        arriving.status, arriving.headers = int(status), tuple(map(_header, message.get("headers", ())))
    elif kind == "http.response.body" and arriving.status is not None:
        chunk = message.get("body", b"")
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise MalformedResponse(f"the body has {type(chunk).__name__} in it, not bytes")
        if chunk:
            arriving.chunks.append(bytes(chunk))
        arriving.ended = not message.get("more_body", False)
    elif kind in ("http.response.start", "http.response.body"):
        raise MalformedResponse(f"{kind} came out of turn")


def _header(pair: Any) -> tuple[str, str]:
    match pair:
        case (bytes(name), bytes(value)):
            return name.decode("latin-1"), value.decode("latin-1")
    raise MalformedResponse(f"{pair!r} is no header: a pair of bytes")
