"""The system check of `MIDDLEWARE`: who may answer a request before the policy counts, and what a browser makes of that."""

from __future__ import annotations

import dis
import inspect
import re
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage

from cors_django.judging import OURS, Middleware, error, middleware, warning

_FIRST: Final = f"write {OURS!r} first in MIDDLEWARE"
_LOGIN: Final = re.compile(r"login_?required|require_?login|basic_?auth", re.IGNORECASE)
_ROUTING: Final = ("urlconf", "path_info")
_HOSTS: Final = ("django_hosts.", "django_tenants.", "tenant_schemas.", "subdomains.")


def check_order(**_: Any) -> list[CheckMessage]:
    """Return what is wrong with the place of our middleware."""
    entries = middleware()
    theirs = [
        error(21, f"{each.path} is in MIDDLEWARE, and {OURS} does what it did", "Leave it out")
        for each in entries
        if each.path.startswith("corsheaders.")
    ]
    place = next((index for index, each in enumerate(entries) if OURS in each.names), None)
    if place is None:
        sentence = "cors_django is in INSTALLED_APPS and its middleware is not in MIDDLEWARE, so no policy is applied"
        return [*theirs, warning(30, sentence, _FIRST)]
    above = (message for each in entries[:place] for message in _above(each))
    below = (message for each in entries[place + 1 :] for message in _below(each))
    return [*theirs, *above, *below]


def _above(entry: Middleware) -> Iterator[CheckMessage]:
    """What a middleware above ours does to requests of other origins."""
    if any(map(_LOGIN.search, entry.names)):
        sentence = (
            f"{entry.path} asks for a login and stands above {OURS}: a preflight carries no cookies and no "
            "Authorization, so one that has to log in is answered 401, 403 or with a redirect, which browsers "
            "report as a CORS error"
        )
        yield error(23, sentence, _FIRST)
    for name, sentences in _EARLY.items():
        if name in entry.names:
            for sentence in sentences():
                yield warning(31, f"{entry.path} stands above {OURS} and {sentence}", _remedy(name))


def _remedy(name: str) -> str:
    if name == _SECURITY and settings.SECURE_PROXY_SSL_HEADER is None:
        header = ("HTTP_X_FORWARDED_PROTO", "https")
        return f"{_FIRST}; behind a proxy that speaks TLS for Django, write SECURE_PROXY_SSL_HEADER = {header}, too"
    return _FIRST


def _below(entry: Middleware) -> Iterator[CheckMessage]:
    if entry.path.startswith(_HOSTS) or any(name.startswith(_HOSTS) for name in entry.names) or _routes(entry.found):
        sentence = (
            f"{entry.path} sets request.urlconf or request.path_info and stands below {OURS}: a preflight is answered before that, by the "
            "views of ROOT_URLCONF, and where the view of the actual request has another policy browsers report a "
            "CORS error"
        )
        yield warning(32, sentence, f"write it above {OURS!r} in MIDDLEWARE")


def _routes(found: Any) -> bool:
    """Whether the code of a middleware assigns to an attribute that says how a request is routed."""
    parts = [part for base in getattr(found, "__mro__", ()) for part in vars(base).values()] or [found]
    functions = (inspect.unwrap(getattr(part, "__func__", part)) for part in parts if callable(part) or _bound(part))
    return any(_assigns(code) for each in functions if (code := getattr(each, "__code__", None)) is not None)


def _bound(part: object) -> bool:
    return isinstance(part, (staticmethod, classmethod))


def _assigns(code: CodeType) -> bool:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return any(each.opname == "STORE_ATTR" and each.argval in _ROUTING for each in dis.get_instructions(code)) or any(
        map(_assigns, inner)
    )


def _security() -> Iterator[str]:
    if settings.SECURE_SSL_REDIRECT:
        behind = ", and behind a proxy that speaks TLS for Django, every request, without end"
        loop = behind if settings.SECURE_PROXY_SSL_HEADER is None else ""
        yield (
            f"redirects every http request to https (SECURE_SSL_REDIRECT{loop}): a redirect is no ok status, so "
            "browsers report a preflight that meets it as a CORS error"
        )


def _common() -> Iterator[str]:
    if settings.PREPEND_WWW:
        yield (
            "redirects to www (PREPEND_WWW): a redirect is no ok status, so browsers report a preflight that meets it "
            "as a CORS error"
        )
    if settings.APPEND_SLASH:
        yield (
            "redirects a path without its slash (APPEND_SLASH): that redirect has no CORS headers, so browsers report "
            "a CORS error instead of following it"
        )
    if settings.DISALLOWED_USER_AGENTS:
        yield "refuses browsers (DISALLOWED_USER_AGENTS): its 403 has no CORS headers, and pages see a CORS error"


def _locale() -> Iterator[str]:
    if settings.USE_I18N:
        yield (
            "redirects a path of i18n_patterns without its language: that redirect has no CORS headers, so browsers "
            "report a CORS error instead of following it"
        )


def _always(sentence: str) -> Callable[[], Iterator[str]]:
    return lambda: iter((sentence,))


_SECURITY: Final = "django.middleware.security.SecurityMiddleware"
_CACHED: Final = _always(
    "answers from the cache before the policy is asked: what was stored without CORS headers, or under an earlier "
    "policy, browsers report as a CORS error"
)
_INSTEAD_OF_404: Final = _always(
    "puts another response in the place of a 404: that one has no CORS headers, and browsers report a CORS error"
)
_EARLY: Final[dict[str, Callable[[], Iterator[str]]]] = {
    _SECURITY: _security,
    "django.middleware.common.CommonMiddleware": _common,
    "django.middleware.locale.LocaleMiddleware": _locale,
    "django.middleware.cache.FetchFromCacheMiddleware": _CACHED,
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware": _INSTEAD_OF_404,
    "django.contrib.redirects.middleware.RedirectFallbackMiddleware": _INSTEAD_OF_404,
    "django.middleware.http.ConditionalGetMiddleware": _always(
        "puts a 304 or a 412 in the place of a response: those have no CORS headers, and a script that sends "
        "If-None-Match itself sees a CORS error"
    ),
    "whitenoise.middleware.WhiteNoiseMiddleware": _always(
        "answers for static files whatever the policy says: with a * for everyone, or with no CORS headers "
        "(WHITENOISE_ALLOW_ALL_ORIGINS), and with 405 for a preflight, which browsers report as a CORS error"
    ),
    "maintenance_mode.middleware.MaintenanceModeMiddleware": _always(
        "answers 503 during maintenance, without CORS headers: pages see a CORS error, and not the status"
    ),
}
