"""Requests that are made anew for every call, and the time that they take when several programs take turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cors_core import Policy
from cors_core.asgi import CORSMiddleware as OverASGI
from cors_core.wsgi import CORSMiddleware as OverWSGI

HEADERS: Final = (("Content-Type", "application/json"), ("Content-Length", "2"), ("Server", "bench"))
RAW_HEADERS: Final = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS)

Headers = dict[str, str]
Serve = Callable[[Any], object]


@dataclass(frozen=True)
class Asking:
    """One kind of request: its method, and a function that returns the CORS headers of another one each time."""

    method: str
    headers: Callable[[], Headers]


@dataclass(frozen=True)
class Protocol:
    """How a request is written for WSGI or ASGI, and our middleware there, around an application that does nothing."""

    name: str
    request: Callable[[Asking], dict[str, Any]]
    serving: Callable[[Policy], Serve]


@dataclass(frozen=True)
class Load:
    """What takes one turn: so many requests, all prepared before the clock starts."""

    serve: Serve
    prepare: Callable[[], Any]
    calls: int = 200


@dataclass(frozen=True)
class Ratio:
    """The median of ratios, each of two times that were measured one after the other, and half their quartiles' distance."""

    value: float
    spread: float


def in_turns(loads: Mapping[str, Load], rounds: int) -> dict[str, list[float]]:
    """Return microseconds of CPU time per request, round by round; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in loads}
    names = list(loads)
    for turn in range(rounds + 1):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            took = _turn(loads[name])
            if turn:
                times[name].append(took)
    return times


def _turn(load: Load) -> float:
    requests = [load.prepare() for _ in range(load.calls)]
    serve = load.serve
    begin = time.thread_time_ns()
    for request in requests:
        serve(request)
    return (time.thread_time_ns() - begin) / load.calls / 1000


def ratio(over: list[float], under: list[float]) -> Ratio:
    """Return how many times `under` goes into `over`."""
    low, middle, high = statistics.quantiles([a / b for a, b in zip(over, under, strict=True)], n=4)
    return Ratio(middle, (high - low) / 2)


def microseconds(times: list[float]) -> str:
    """Return a time for a table: the lower quartile, which other programs on the machine disturb least."""
    took = statistics.quantiles(times, n=4)[0]
    return f"{took:.2f}" if took < 100 else f"{took:,.0f}"


def environ(asking: Asking) -> dict[str, Any]:
    """Return a WSGI environ."""
    named = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in asking.headers().items()}
    return {
        "REQUEST_METHOD": asking.method,
        "PATH_INFO": "/items/1",
        "SCRIPT_NAME": "",
        "HTTP_HOST": "api.example.com",
        "wsgi.url_scheme": "https",
        **named,
    }


def scope(asking: Asking) -> dict[str, Any]:
    """Return an ASGI scope."""
    named = [(name.lower().encode(), value.encode()) for name, value in asking.headers().items()]
    return {
        "type": "http",
        "method": asking.method,
        "path": "/items/1",
        "root_path": "",
        "scheme": "https",
        "headers": [(b"host", b"api.example.com"), *named],
    }


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    """Answer at once."""
    start_response("200 OK", list(HEADERS))
    return [b"{}"]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Answer at once."""
    await send({"type": "http.response.start", "status": 200, "headers": list(RAW_HEADERS)})
    await send({"type": "http.response.body", "body": b"{}"})


def over_wsgi(app: Any) -> Serve:
    """Return what hands a WSGI environ to `app`."""

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        return None

    return lambda environ: app(environ, start_response)


def over_asgi(app: Any) -> Serve:
    """Return what hands an ASGI scope to `app`, without a loop: nothing in it ever waits."""

    async def nothing(*message: Any) -> None:
        return None

    def serve(scope: Any) -> None:
        try:
            app(scope, nothing, nothing).send(None)
        except StopIteration:
            return
        raise RuntimeError("the application waited")

    return serve


WSGI = Protocol("WSGI", environ, lambda policy: over_wsgi(OverWSGI(wsgi_app, policy)))
ASGI = Protocol("ASGI", scope, lambda policy: over_asgi(OverASGI(asgi_app, policy)))
