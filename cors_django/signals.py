"""The signal that asks the project about one request: any receiver that answers with something true allows it.

    @receiver(check_request_enabled)
    def partners_may_read(sender, request, **kwargs):
        return Partner.objects.filter(origin=request.headers["Origin"]).exists()

A plain yes carries no credentials; a receiver that means them returns `ALLOW_WITH_CREDENTIALS`.
"""

from __future__ import annotations

from typing import Any, Final

from django.dispatch import Signal

from cors_django.grants import ALLOW_WITH_CREDENTIALS

__all__ = ["ALLOW_WITH_CREDENTIALS", "check_request_enabled"]


class RequestSignal(Signal):
    """A signal whose receivers are part of the configuration, which is compiled anew when they change."""

    def connect(self, *args: Any, **options: Any) -> None:
        """Connect a receiver, as any signal does."""
        super().connect(*args, **options)
        _changed()

    def disconnect(self, *args: Any, **options: Any) -> bool:
        """Disconnect a receiver, as any signal does."""
        disconnected: bool = super().disconnect(*args, **options)
        _changed()
        return disconnected


def _changed() -> None:
    from cors_django import current  # which imports this module, by way of the options

    current.changed()


check_request_enabled: Final = RequestSignal()
