"""The start and the end of an ASGI application, for `with Browser(app):`.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from cors_core.testing.over_asgi import Exited, held

Message = dict[str, Any]
RUNNING: Final[set[asyncio.Task[None]]] = set()
"""A loop has only weak references to its tasks, and one that was given up may outlive its browser."""


class Lifespan:
    """One application between its start-up and its shutdown; `state` is what it hands to its requests.

    Made and used on one event loop.
    """

    def __init__(self, app: Any, state: dict[str, Any]) -> None:
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self._outgoing: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
        self._running = asyncio.ensure_future(held(app, scope, self._incoming.get, self._outgoing.put))
        self.loop = self._running.get_loop()
        RUNNING.add(self._running)
        self._running.add_done_callback(RUNNING.discard)

    @classmethod
    async def started(cls, app: Any, state: dict[str, Any]) -> Lifespan:
        """Start an application up; raises what it raises, unless it knows no lifespan at all."""
        lifespan = cls(app, state)
        message = await lifespan._exchanged("startup")
        if message is not None and message["type"].endswith(".failed"):
            await lifespan._settled()
            raise RuntimeError(f"the application did not start: {message.get('message') or 'it does not say why'}")
        return lifespan

    async def stop(self) -> None:
        """Shut the application down; raises what it raises."""
        if not self._running.done():
            await self._exchanged("shutdown")
            await self._settled()

    async def _exchanged(self, phase: str) -> Message | None:
        """Announce a phase and return what the application says to it; None if it ended without a word."""
        await self._incoming.put({"type": f"lifespan.{phase}"})
        said = asyncio.ensure_future(self._outgoing.get())
        await asyncio.wait([said, self._running], return_when=asyncio.FIRST_COMPLETED)
        if said.done():
            return said.result()
        said.cancel()
        if not self._running.cancelled() and isinstance(error := self._running.exception(), Exited):
            raise error
        return None  # whatever else it raised: many do because they know no lifespan

    async def _settled(self) -> None:
        await asyncio.wait([self._running], timeout=1)
        if self._running.done():
            self._running.result()
        else:
            self._running.cancel()
