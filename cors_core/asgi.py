"""The ASGI middleware: put it around the finished application, last.

    application = CORSMiddleware(application, allow_origins=["https://app.example.com"])

It reads a request, asks, and carries out the plan; it decides nothing. Nothing is buffered, and no
message but `http.response.start` is touched. For FastAPI and Starlette see `cors_core.starlette`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Unpack

from cors_core.answers import MARK, Answers, Observer, policy_from
from cors_core.engine import decide_handshake
from cors_core.errors import mistake
from cors_core.headers import Reporter
from cors_core.plan import Plan
from cors_core.policy import OriginEntry, PolicyFields
from cors_core.request import Scope, ScopeRequest, scope_key
from cors_core.routing import AsyncSelector, Selectable

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
ASGIApplication = Callable[[Any, Any, Any], Awaitable[None]]

_FAILURE: Final = b"Internal Server Error\n"
_FAILURE_HEADERS: Final = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(_FAILURE))]
_POLICY_VIOLATION: Final = 1008  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1


class CORSMiddleware:
    """An ASGI application that applies a policy, or the policy that a selector picks, to `app`.

    Give a `Policy`, a mapping of paths or a selector (`async def` too), or `Policy`'s fields as
    keywords, and with them `allow_origin_regex`, a regular expression as text. `observe` is called
    with each `Request` and `Plan`; `own_origin` is the origin under which browsers know the
    application; `check_websockets` refuses handshakes from origins that the policy refuses. Raises
    `ConfigError`.
    """

    def __init__(
        self,
        app: ASGIApplication,
        policy: Selectable | AsyncSelector = None,
        *,
        observe: Observer | None = None,
        own_origin: str | None = None,
        check_websockets: bool = False,
        allow_origin_regex: str | None = None,
        **fields: Unpack[PolicyFields],
    ) -> None:
        self.app = app
        self._observe, self._own_origin = observe, own_origin
        self._check_websockets = check_websockets
        self.outermost = False  # set where an `app` in the scope is our own, not one around us
        if allow_origin_regex is not None:
            regex = compiled(allow_origin_regex)  # also where it is not needed: a broken one is a mistake
            if policy is not None:
                fields["allow_origin_regex"] = regex  # type: ignore[typeddict-unknown-key]  # refused, by its name
            elif (entries := fields.get("allow_origins", ())) != "*":
                fields["allow_origins"] = _with_regex(entries, regex)
        self._answers = self._answering(policy_from(policy, fields))

    def reconfigure(self, policy: Selectable | AsyncSelector) -> None:
        """Replace the policy for every request that begins from now on; on `ConfigError` the old one stays."""
        self._answers = self._answering(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have the application answer it: https://asgi.readthedocs.io/en/latest/specs/www.html"""
        if scope["type"] != "http":
            await self._not_http(scope, receive, send)
            return
        answers = self._answers  # read once: a request belongs wholly to one policy
        outermost: object = scope.setdefault(MARK, self)
        if outermost is not self:
            answers.step_aside()
            await self.app(scope, receive, send)
            return
        key = None if answers.same_for_all and scope["method"] != "OPTIONS" else scope_key(scope)
        plan = answers.ready.get(key) or await answers.plan_async(ScopeRequest(scope, self._own_origin), key)
        if plan is None:
            del scope[MARK]
            await self.app(scope, receive, send)
            return
        if plan.status is not None:
            await _answer(plan, scope, send, answers)
            return
        answered_outside = "app" in scope and not self.outermost  # Starlette's error handlers are around us
        write = plan.raw
        started = False

        def send_planned(message: Message) -> Awaitable[None]:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": write(list(message.get("headers", ())), answers)}
            return send(message)

        try:
            await self.app(scope, receive, send_planned)
        except Exception:
            if not started:
                await self._failed(answered_outside, scope, send_planned, answers)
            raise

    async def _failed(self, answered_outside: bool, scope: Scope, send: Send, answers: Answers) -> None:
        """Answer 500 with the plan's headers, so that the page can read it, unless somebody outside answers."""
        if answered_outside:
            answers.say_once(_INSTALL)
            return
        with contextlib.suppress(OSError):  # the client is gone; what the application raised matters more
            await send({"type": "http.response.start", "status": 500, "headers": _FAILURE_HEADERS})
            await send({"type": "http.response.body", "body": _FAILURE if scope["method"] != "HEAD" else b""})

    async def _not_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on lifespan and the like; close a WebSocket handshake that the policy refuses, before it is accepted.

        WebSockets are outside CORS, and no browser checks them: https://fetch.spec.whatwg.org/#websocket-protocol
        """
        if scope["type"] == "websocket" and self._check_websockets:
            plan = await self._answers.plan_async(ScopeRequest(scope, self._own_origin), decide=decide_handshake)
            if plan is not None and plan.refuses:
                await receive()
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                return
        await self.app(scope, receive, send)

    def _answering(self, policy: object) -> Answers:
        answers = Answers(policy, observe=self._observe, own_origin=self._own_origin)
        if self._check_websockets and answers.policy is not None and answers.policy.plans.same_for_all:
            message = (
                "'*' refuses nobody, and handshakes carry cookies; list the origins, or write check_websockets=False"
            )
            raise mistake("websockets-beside-everyone", "check_websockets", True, message)
        return answers


_INSTALL: Final = (
    "an exception passed the CORS middleware inside Starlette, whose own 500 will carry no CORS headers and read as a "
    "CORS error in the browser; use cors_core.starlette.install(app, ...) instead of add_middleware"
)


def compiled(text: str) -> re.Pattern[str]:
    """Return `allow_origin_regex` compiled, as an entry of `allow_origins`; raises `ConfigError` if it is no regex."""
    try:
        return re.compile(text)
    except (re.error, TypeError) as error:
        message = f"does not compile ({error}); write a regular expression"
        raise mistake("not-a-regex", "allow_origin_regex", text, message) from None


def _with_regex(entries: Iterable[OriginEntry], regex: re.Pattern[str]) -> Iterable[OriginEntry]:
    """Add a regular expression to `entries`, unless they are no list, which the policy refuses in words."""
    return [*entries, regex] if isinstance(entries, Iterable) and not isinstance(entries, str) else entries


async def _answer(plan: Plan, scope: Scope, send: Send, reporter: Reporter) -> None:
    await send({"type": "http.response.start", "status": plan.status, "headers": plan.raw((), reporter)})
    await send({"type": "http.response.body", "body": plan.body if scope["method"] != "HEAD" else b""})
