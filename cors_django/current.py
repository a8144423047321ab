"""The configuration in force: compiled once, and again after a setting has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.urls import get_resolver
from django.utils.module_loading import import_string

from cors_core import ConfigError
from cors_core.answers import Answers
from cors_core.errors import mistake
from cors_core.log import Bounded
from cors_django import options, views

if TYPE_CHECKING:
    from django.http import HttpRequest

_KEPT: Final = 64  # URLconfs, of tenants perhaps
_RELEVANT: Final = ("CORS_", "ROOT_URLCONF", "INSTALLED_APPS")

_compiled: dict[bool, Compiled] = {}


class Compiled:
    """What the settings come to, for synchronous or for asynchronous requests; raises `ConfigError`.

    `plain` answers by path alone, and serves wherever no view of a URLconf has a policy of its own.
    """

    def __init__(self, asynchronous: bool) -> None:
        self._asynchronous = asynchronous
        self._selectable: Any = options.selectable(settings, asynchronous=asynchronous)
        self.own_origin: str | None = getattr(settings, "CORS_OWN_ORIGIN", None)
        self.plain = self._answers(self._selectable)
        self._by_resolver: Bounded[object, Answers] = Bounded(_KEPT)

    def answers(self, urlconf: Any) -> Answers:
        """Return what answers for requests that `urlconf` routes; None stands for `ROOT_URLCONF`."""
        if urlconf is None and not hasattr(settings, "ROOT_URLCONF"):
            return self.plain
        resolver = get_resolver(urlconf)  # which is another one once the URLs are loaded anew
        return self._by_resolver.get(resolver) or self._by_resolver.keep(resolver, self._for_views_of(urlconf))

    def asked(self, request: HttpRequest) -> views.DjangoRequest:
        """Return a request of Django's as the engine and the selectors read it."""
        return views.DjangoRequest(request, self.own_origin)

    def _for_views_of(self, urlconf: Any) -> Answers:
        try:
            selector = views.Views(self._selectable, urlconf)
        except ConfigError as error:
            raise ImproperlyConfigured(str(error)) from error
        if not selector.marks:
            return self.plain
        # A view whose predicates nothing can await refuses, and says so in the log; the others go on.
        return Answers(selector, observe=_observer(), own_origin=self.own_origin)

    def _answers(self, selectable: Any) -> Answers:
        answers = Answers(selectable, observe=_observer(), own_origin=self.own_origin)
        return answers if self._asynchronous else answers.check_synchronous()


def compiled(asynchronous: bool) -> Compiled:
    """Return the configuration in force; raises `ImproperlyConfigured`, with every problem."""
    try:
        return _compiled.get(asynchronous) or _compiled.setdefault(asynchronous, Compiled(asynchronous))
    except ConfigError as error:
        raise ImproperlyConfigured(str(error)) from error


def changed(*, setting: str = "CORS_", **_: object) -> None:
    """Throw away what was compiled, if `setting` is one that it came from."""
    if setting.startswith(_RELEVANT):
        _compiled.clear()


def _observer() -> Any:
    observer = getattr(settings, "CORS_OBSERVE", None)
    if isinstance(observer, str):
        try:
            observer = import_string(observer)
        except ImportError as error:
            message = f"cannot be imported ({error}); write a function, or the dotted path of one"
            raise mistake("not-importable", "CORS_OBSERVE", observer, message) from None
    if observer is not None and not callable(observer):
        raise mistake(
            "wrong-type", "CORS_OBSERVE", observer, "write a function of a request and a plan, or its dotted path"
        )
    return observer


setting_changed.connect(changed, dispatch_uid="cors_django.current")
