"""The settings with their old names and their defaults, read anew whenever they are asked for."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from cors_django import defaults


def _live(name: str) -> Any:
    return property(lambda self: defaults.setting(settings, name))


class Settings:
    """Django's settings as django-cors-headers reads them; the middleware itself reads them only when they change."""

    CORS_ALLOWED_ORIGINS = _live("CORS_ALLOWED_ORIGINS")
    CORS_ALLOWED_ORIGIN_REGEXES = _live("CORS_ALLOWED_ORIGIN_REGEXES")
    CORS_ALLOW_ALL_ORIGINS = _live("CORS_ALLOW_ALL_ORIGINS")
    CORS_ALLOW_METHODS = _live("CORS_ALLOW_METHODS")
    CORS_ALLOW_HEADERS = _live("CORS_ALLOW_HEADERS")
    CORS_EXPOSE_HEADERS = _live("CORS_EXPOSE_HEADERS")
    CORS_ALLOW_CREDENTIALS = _live("CORS_ALLOW_CREDENTIALS")
    CORS_PREFLIGHT_MAX_AGE = _live("CORS_PREFLIGHT_MAX_AGE")
    CORS_ALLOW_PRIVATE_NETWORK = _live("CORS_ALLOW_PRIVATE_NETWORK")
    CORS_URLS_REGEX = _live("CORS_URLS_REGEX")


conf = Settings()
