"""Starlette and FastAPI: `install(app, ...)`, and Starlette's own middleware translated.

    install(app, allow_origins=["https://app.example.com"])

`install` stands outside Starlette's error handlers, so that a 500 can be read by the page. The class
`CORSMiddleware` takes Starlette's keywords with Starlette's defaults: change the import, keep the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, Unpack

from cors_core import asgi, fetch, translate
from cors_core.answers import Observer
from cors_core.policy import OriginEntry, Policy, PolicyFields
from cors_core.routing import AsyncSelector, Selectable


class _Starlette(Protocol):
    """The two things that `install` needs of a Starlette or FastAPI application."""

    middleware_stack: Any
    build_middleware_stack: Callable[[], Any]


def install(
    app: _Starlette,
    policy: Selectable | AsyncSelector = None,
    *,
    observe: Observer | None = None,
    own_origin: str | None = None,
    check_websockets: bool = False,
    allow_origin_regex: str | None = None,
    **fields: Unpack[PolicyFields],
) -> asgi.CORSMiddleware:
    """Put the middleware around all of a Starlette or FastAPI application, in whatever order things are added.

    Takes what `asgi.CORSMiddleware` takes and returns it, for `reconfigure`. The application's
    exception handlers and its debug page go on working, and carry the headers. Raises `ConfigError`,
    and `RuntimeError` when the application has served a request already.
    """
    if app.middleware_stack is not None:
        raise RuntimeError("the application has started; call install(app, ...) where the application is made")
    middleware = asgi.CORSMiddleware(
        _not_built,
        policy,
        observe=observe,
        own_origin=own_origin,
        check_websockets=check_websockets,
        allow_origin_regex=allow_origin_regex,
        **fields,
    )
    middleware.outermost = True
    build = app.build_middleware_stack

    def build_with_cors() -> asgi.CORSMiddleware:
        middleware.app = build()
        return middleware

    app.build_middleware_stack = build_with_cors
    return middleware


class CORSMiddleware(asgi.CORSMiddleware):
    """Starlette's `CORSMiddleware`, keyword by keyword; what it did unsafely is refused, what it never did is warned of.

    An unhandled exception is answered by Starlette outside of it, without headers: `install` mends that.
    """

    def __init__(
        self,
        app: asgi.ASGIApplication,
        allow_origins: Sequence[str] = (),
        allow_methods: Sequence[str] = ("GET",),
        allow_headers: Sequence[str] = (),
        allow_credentials: bool = False,
        allow_origin_regex: str | None = None,
        allow_private_network: bool = False,
        expose_headers: Sequence[str] = (),
        max_age: int = 600,
    ) -> None:
        entries: Iterable[OriginEntry] = allow_origins
        waivers: tuple[str, ...] = ()
        if isinstance(allow_origins, Iterable) and not isinstance(
            allow_origins, str
        ):  # or the policy refuses, in words
            regexes = () if allow_origin_regex is None else (asgi.compiled(allow_origin_regex),)
            listed = [*allow_origins, *regexes]
            entries, waivers = translate.origin_entries("allow_origins", listed, credentials=bool(allow_credentials))
        if fetch.WILDCARD in (allow_methods or ()):
            translate.warn(
                "allow_methods: '*' was eight methods in Starlette and is every method now; list what is used"
            )
        policy = Policy(
            allow_origins=entries,
            allow_methods=allow_methods,
            allow_headers=allow_headers,
            allow_credentials=allow_credentials,
            allow_private_network=allow_private_network,
            expose_headers=expose_headers,
            max_age=translate.age("max_age", max_age),
            dangerously_allow=waivers,
        )
        super().__init__(app, policy)


async def _not_built(scope: object, receive: object, send: object) -> None:
    raise RuntimeError("the middleware stack was not built by the application it was installed on")
