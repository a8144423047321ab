"""How long an application may take. Its code runs in the thread of the test wherever that is possible.

A database transaction, a monkeypatch or a context variable of the test is then the application's too.
"""

from __future__ import annotations

import contextvars
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

T = TypeVar("T")

_AGAIN: Final = 0.5
"""Seconds after which the alarm rings again, for code that swallows it."""


class _TooLong(BaseException):
    """Not an `Exception`, so that no error page is made of it."""


def within(seconds: float | None, act: Callable[[], T]) -> T:
    """Return what `act` returns; raises `TimeoutError` after `seconds`, None means that there is no limit.

    Only the main thread can be interrupted; elsewhere `act` runs in a thread of its own, which is left behind.
    """
    if seconds is None:
        return act()
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _by_alarm(seconds, act)
    return _by_thread(seconds, act)


def too_long(seconds: float | None) -> TimeoutError:
    """What to raise, and later show, when time is up."""
    return TimeoutError(f"no complete answer within {seconds:g} seconds (Browser(..., timeout=))")


def _by_alarm(seconds: float, act: Callable[[], T]) -> T:
    due, interval = signal.getitimer(signal.ITIMER_REAL)
    if 0 < due <= seconds:
        return act()  # somebody else's alarm, a test runner's for example, rings before ours would
    running = True

    def ring(*_: object) -> None:
        if running:
            raise _TooLong

    begun = time.monotonic()
    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            return act()
        finally:
            running = False
    except _TooLong:
        raise too_long(seconds) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if previous is None else previous)
        if due:
            signal.setitimer(signal.ITIMER_REAL, max(due - (time.monotonic() - begun), 0.001), interval)


def _by_thread(seconds: float, act: Callable[[], T]) -> T:
    came: list[Any] = []
    context = contextvars.copy_context()

    def run() -> None:
        try:
            came.append((context.run(act), None))
        except BaseException as error:
            came.append((None, error))

    thread = threading.Thread(target=run, name="cors_core.testing", daemon=True)
    thread.start()
    thread.join(seconds)
    if not came:
        raise too_long(seconds)
    result, error = came[0]
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]
