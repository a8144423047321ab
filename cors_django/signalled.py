"""Selectors for what the settings leave open: where `CORS_URLS_REGEX` does not match, and whom receivers allow.

Receivers are asked about serialised origins only, once per request; what they raise refuses, and is logged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import Any, Final

from cors_core import ConfigError, Policy, Request, translate
from cors_core.expressions import Told
from cors_core.log import LOG, Bounded, Throttle
from cors_core.origins import CREDENTIALED, REFUSED, OriginSet, parse_entry
from cors_core.routing import NOBODY, Selector, choosing, on_path
from cors_django.signals import ALLOW_WITH_CREDENTIALS, check_request_enabled

KEPT: Final = 256
"""Policies of single origins kept; the next one starts the table afresh."""


def within(base: Policy, paths: Told) -> Selector:
    """Return the selector that gives `base` to the paths of `CORS_URLS_REGEX`, and nothing to others."""

    def lookup(path: str) -> Policy | None:
        covered = paths(path)
        return NOBODY if covered is None else base if covered else None

    return on_path(lookup, (base, NOBODY))


class Asking:
    """The selector that asks the receivers of `check_request_enabled` about whom `base` does not allow.

    `select` says which paths `base` is for (None: all of them), `covered` which origins get credentials
    if a receiver allows them.
    """

    def __init__(self, base: Policy, select: Selector | None, covered: OriginSet) -> None:
        self._base, self._select, self._covered = base, select, covered
        self._kept: Bounded[tuple[str, bool], Policy] = Bounded(KEPT)
        self._failures = Throttle()
        self._said = Throttle(interval=float("inf"))
        choosing(self, (base, NOBODY))

    def __call__(self, request: Request) -> Any:
        """Return the policy for one request; None where CORS leaves it alone."""
        found, origin = self._found(request)
        if origin is None:
            return found
        try:
            said = check_request_enabled.send(sender=None, request=request.raw)
            return self._granted(origin, [_answer(value) for _, value in said]) or found
        except Exception:
            self._failed(origin)
            return found

    def _found(self, request: Request) -> tuple[Policy | None, str | None]:
        """What the settings come to, and the origin to ask about if they leave that open."""
        found = self._base if self._select is None else self._select(request)
        origin = request.origin
        if found is NOBODY or not origin:
            return found, None
        if found is not None and self._base.origins.verdict(origin) is not REFUSED:
            return found, None
        return found, origin if isinstance(parse_entry(origin), str) else None

    def _granted(self, origin: str, said: Iterable[Any]) -> Policy | None:
        """The policy for an origin of which receivers said something; None if none of it was a yes."""
        granted = [answer for answer in said if answer]
        if not granted:
            return None
        if self._base.origins.verdict(origin) is CREDENTIALED:
            return self._base
        credentials = any(answer is ALLOW_WITH_CREDENTIALS for answer in granted) or origin in self._covered
        if not credentials and self._base.allow_credentials is True:
            self._say_once(origin)
        key = (origin, credentials)
        return self._kept.get(key) or self._kept.keep(key, self._for(origin, credentials))

    def _for(self, origin: str, credentials: bool) -> Policy:
        """The policy for one origin; without credentials where they would be unsafe."""
        base = replace(self._base, allow_origins=(origin,), allow_credentials=False, dangerously_allow=())
        if not credentials:
            return base
        try:
            return replace(base, allow_credentials=True)
        except ConfigError as error:
            reasons = translate.in_words_of(error, {"dangerously_allow": "a CORS_POLICY with dangerously_allow"})
            if self._failures.admits("credentials", origin):
                LOG.warning(
                    "check_request_enabled: a receiver allows %s, which gets no credentials: %s",
                    ascii(origin),
                    "; ".join(reason.message for reason in reasons),
                )
            return base

    def _say_once(self, origin: str) -> None:
        if self._said.admits("plain"):
            LOG.warning(
                "check_request_enabled: a receiver allows %s, without credentials; "
                "if they are meant, return cors_django.ALLOW_WITH_CREDENTIALS instead of True",
                ascii(origin),
            )

    def _failed(self, origin: str) -> None:
        """Log the exception at hand, once a minute."""
        if self._failures.admits("receiver"):
            LOG.exception(
                "a receiver of check_request_enabled raised, so %s is refused; "
                "further failures are not logged for a minute",
                ascii(origin),
            )


class AskingAsync(Asking):
    """The same for asynchronous Django: receivers that use the database are called in a thread, others awaited."""

    async def __call__(self, request: Request) -> Policy | None:
        """Return the policy for one request; None where CORS leaves it alone."""
        found, origin = self._found(request)
        if origin is None:
            return found
        try:
            said = await check_request_enabled.asend(sender=None, request=request.raw)
            answers = [await value if isinstance(value, Awaitable) else value for _, value in said]
            return self._granted(origin, answers) or found
        except Exception:
            self._failed(origin)
            return found


def _answer(value: Any) -> Any:
    """What a receiver said; raises `TypeError` for what would have to be awaited, which is always true."""
    if isinstance(value, Awaitable):
        getattr(value, "close", lambda: None)()
        raise TypeError("a receiver returned something to await; write it with async def")
    return value
