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
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from cors_core.browser import Outgoing
from cors_core.testing.answers import Answer, Arriving, MalformedResponse
from cors_core.testing.limits import too_long
from cors_core.testing.sites import parsed

T = TypeVar("T")
Message = dict[str, Any]
A_MOMENT: Final = 0.5
"""How many seconds a cancelled application has to end before its loop is given up."""


class Exited(Exception):
    """An application raised `SystemExit` or `KeyboardInterrupt`, which no task may raise: they end its loop."""

    def __init__(self, reason: BaseException) -> None:
        self.reason = reason


async def held(app: Any, *arguments: Any) -> None:
    """Run an application to its end; what would end the loop with it comes out as `Exited`."""
    try:
        await app(*arguments)
    except (SystemExit, KeyboardInterrupt) as reason:
        raise Exited(reason) from None


class Loop:
    """An event loop on a thread, which begins when it is first needed and ends with its owner."""

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None
        self._thread: _Thread | None = None

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float | None) -> T:
        """Return what the coroutine returns; after `seconds` cancel it and raise `TimeoutError`."""
        thread, ended = self._started(), threading.Event()
        future = asyncio.run_coroutine_threadsafe(_announced(coroutine, ended), thread.loop.result())
        concurrent.futures.wait([future], seconds)
        if not future.done() and future.cancel():
            if not ended.wait(A_MOMENT):
                self.close()  # what blocks it may never end; the next request gets a fresh one
            raise too_long(seconds)
        try:
            return future.result()
        except Exited as exited:
            raise exited.reason from None
        except concurrent.futures.CancelledError:
            if thread.exited is None:
                raise
            self.close()
            raise thread.exited from None

    def runs(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Return whether `loop` is still the one in use, not one that was given up or has died."""
        return self._thread is not None and self._thread.usable and self._thread.loop.result() is loop

    def close(self) -> None:
        """End the thread, as far as what runs there lets it."""
        if self._stop is not None:
            self._stop()
        self._stop = self._thread = None

    def _started(self) -> _Thread:
        if self._thread is None or not self._thread.usable:
            self.close()
            self._thread = _Thread()
            self._stop = weakref.finalize(self, self._thread.end)
        return self._thread


class _Thread(threading.Thread):
    """Where a loop runs until it is stopped, or until a task that an application made exits."""

    def __init__(self) -> None:
        super().__init__(name="cors_core.testing", daemon=True)
        self.loop: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
        self.exited: BaseException | None = None
        self.start()

    @property
    def usable(self) -> bool:
        return self.is_alive() and self.exited is None

    def run(self) -> None:
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            self.loop.set_result(loop)
            try:
                loop.run_forever()
            except (SystemExit, KeyboardInterrupt) as reason:
                self.exited = reason

    def end(self) -> None:
        loop = self.loop.result()
        with contextlib.suppress(RuntimeError):  # it is closed already
            loop.call_soon_threadsafe(loop.stop)
        self.join(0.2)


async def _announced(coroutine: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    """A cancelled future says nothing of its task; `ended` says that the task is over as well."""
    try:
        return await coroutine
    finally:
        ended.set()


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

    running = asyncio.ensure_future(held(app, scope, receive, send))
    try:
        await asyncio.wait({running, enough}, return_when=asyncio.FIRST_COMPLETED)
    finally:  # out of time, too
        unfinished = running.cancel()
        await asyncio.wait({running})
    if not unfinished and not running.cancelled():
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
