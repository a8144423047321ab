"""django-cors-headers's settings: what they are called, what they used to be called, and what they are if not set.

Reads whatever settings it is handed, and imports nothing of Django: settings.py may import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

default_headers: Final = ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with")
default_methods: Final = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")

DEFAULTS: Final[Mapping[str, Any]] = {
    "CORS_ALLOWED_ORIGINS": (),
    "CORS_ALLOWED_ORIGIN_REGEXES": (),
    "CORS_ALLOW_ALL_ORIGINS": False,
    "CORS_ALLOW_METHODS": default_methods,
    "CORS_ALLOW_HEADERS": default_headers,
    "CORS_EXPOSE_HEADERS": (),
    "CORS_ALLOW_CREDENTIALS": False,
    "CORS_PREFLIGHT_MAX_AGE": 86400,
    "CORS_ALLOW_PRIVATE_NETWORK": False,
    "CORS_URLS_REGEX": r"^.*$",
}
ALIASES: Final[Mapping[str, str]] = {
    "CORS_ALLOWED_ORIGINS": "CORS_ORIGIN_WHITELIST",
    "CORS_ALLOWED_ORIGIN_REGEXES": "CORS_ORIGIN_REGEX_WHITELIST",
    "CORS_ALLOW_ALL_ORIGINS": "CORS_ORIGIN_ALLOW_ALL",
}
SETTINGS: Final = (*DEFAULTS, *ALIASES.values())


def spelling(settings: object, name: str) -> str:
    """Return the name under which a setting is set: its own before the old one, and its own if neither is."""
    alias = ALIASES.get(name, name)
    return alias if hasattr(settings, alias) and not hasattr(settings, name) else name


def setting(settings: object, name: str) -> Any:
    """Return the value of a setting, whichever of its names is in use, or its default."""
    return getattr(settings, spelling(settings, name), DEFAULTS[name])
