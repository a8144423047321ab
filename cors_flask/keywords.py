"""The keywords of `CORS` and `cross_origin`: the native ones are `Policy`'s, the others are flask-cors's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, TypedDict

from cors_core.answers import Observer
from cors_core.policy import Enforce, OriginEntry

Origins = str | re.Pattern[str] | Iterable[str | re.Pattern[str]]
Names = str | Iterable[str]


class ViewOptions(TypedDict, total=False):
    """The options of flask-cors that describe one resource."""

    origins: Origins | None
    methods: Names | None
    allow_headers: Names | None
    expose_headers: Names | None
    supports_credentials: bool | None
    max_age: int | str | timedelta | None
    send_wildcard: bool | None
    always_send: bool | None
    vary_header: bool | None
    automatic_options: bool | None
    allow_private_network: bool | None


class ExtensionOptions(ViewOptions, total=False):
    """All that `CORS` takes, in both dialects, which do not mix."""

    resources: Names | re.Pattern[str] | Mapping[Any, Mapping[str, Any]] | None
    intercept_exceptions: bool | None
    allow_origins: Iterable[OriginEntry]
    allow_methods: Iterable[str]
    allow_credentials: bool | Iterable[OriginEntry]
    enforce: Enforce
    preflight_status: int
    shared_max_age: int | timedelta | None
    dangerously_allow: Iterable[str]
    dev_origins: Iterable[OriginEntry]
    observe: Observer | None
    own_origin: str | None


INSTEAD: Final = {
    "origins": "write allow_origins",
    "methods": "write allow_methods",
    "supports_credentials": "write allow_credentials",
    "resources": "write a mapping: CORS(app, {'/api': Policy(...)})",
}
"""flask-cors's words, and what the native dialect says instead; its other options have no effect any more."""

OURS: Final = frozenset(("dev_origins", "observe", "own_origin"))
SHARED: Final = frozenset(("allow_headers", "expose_headers", "max_age", "allow_private_network"))
FLASK_CORS: Final = frozenset(ViewOptions.__annotations__) | {"resources", "intercept_exceptions"}
NATIVE: Final = frozenset(ExtensionOptions.__annotations__) - FLASK_CORS - OURS | SHARED
