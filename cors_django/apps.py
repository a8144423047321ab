"""The entry in `INSTALLED_APPS`: system checks, the `cors` command, and settings that may change in tests."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class CorsConfig(AppConfig):
    """Connects `cors_django` with the project."""

    name = "cors_django"
    verbose_name = "CORS"

    def ready(self) -> None:
        """Register the system checks."""
        from cors_django.checks import REGISTERED

        for check, deploy in REGISTERED:
            checks.register(check, checks.Tags.security, deploy=deploy)
