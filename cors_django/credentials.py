"""The system checks of what credentials need besides a policy: cookies that travel, CSRF that believes, receivers that say so."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage
from django.http.request import is_same_domain, validate_host

from cors_core.cookies import kept_home, read
from cors_django.csrf import CSRFWarning, csrf_trusted_origins
from cors_django.judging import policies, uses, warning
from cors_django.options import NATIVE
from cors_django.signals import check_request_enabled
from cors_django.values import given

_LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")  # which Django takes under DEBUG, where ALLOWED_HOSTS is empty
_NAMED: Final = 3
_SESSIONS: Final = "django.contrib.sessions.middleware.SessionMiddleware"
_CSRF: Final = "django.middleware.csrf.CsrfViewMiddleware"


def check_cookies(**_: Any) -> list[CheckMessage]:
    """Return why cookies do not travel with the requests of pages that get credentials."""
    found = []
    if uses(_SESSIONS):
        found += [warning(35, sentence) for sentence in _kept_home("SESSION_COOKIE")]
    if uses(_CSRF) and not settings.CSRF_USE_SESSIONS:
        found += [warning(36, sentence) for sentence in _kept_home("CSRF_COOKIE")]
    return found


def check_csrf(**_: Any) -> list[CheckMessage]:
    """Return the origins that get credentials, and whose requests `CsrfViewMiddleware` refuses."""
    if not uses(_CSRF):
        return []
    trusted = _trusted(*(policy for _, policy in policies()))
    missing = [origin for origin in trusted if not (_is_trusted(origin) or _is_ours(origin))]
    if not missing:
        return []
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    sentence = (
        f"CSRF_TRUSTED_ORIGINS lacks {', '.join(map(repr, missing[:_NAMED]))}{more}, and pages of there may send "
        "credentials: CsrfViewMiddleware answers 403 to their POST, PUT, PATCH and DELETE requests"
    )
    return [warning(37, sentence, f"write CSRF_TRUSTED_ORIGINS = {_with(missing)}")]


def check_receivers(**_: Any) -> list[CheckMessage]:
    """Return that a receiver's plain yes carries no credentials, where it used to."""
    credentials: object = getattr(settings, "CORS_ALLOW_CREDENTIALS", False)
    if credentials is not True or not check_request_enabled.has_listeners():
        return []
    sentence = (
        "check_request_enabled has a receiver, and CORS_ALLOW_CREDENTIALS is True: an origin that only the receiver "
        "allows gets no credentials for a plain yes, so browsers let its page read no response that they sent cookies for"
    )
    return [warning(34, sentence, "return cors_django.ALLOW_WITH_CREDENTIALS instead of True, if cookies are meant")]


def _kept_home(setting: str) -> Iterator[str]:
    """What keeps a cookie from every server name there is, each sentence once."""
    names = _names()
    domain = getattr(settings, f"{setting}_DOMAIN")
    sentences = (
        kept_home(
            policy,
            *names,
            samesite=getattr(settings, f"{setting}_SAMESITE") or None,
            secure=bool(getattr(settings, f"{setting}_SECURE")),
            domain=domain,
            setting=setting,
        )
        for _, policy in policies()
    )
    return iter(dict.fromkeys(sentence for each in sentences for sentence in each))


def _names() -> list[str]:
    """The names that the server goes by; none if it may be any, for then every site may be its own."""
    allowed = settings.ALLOWED_HOSTS or (_LOCAL if settings.DEBUG else ())
    if "*" in allowed:
        return []
    below = [host for host in allowed if host.startswith(".")]
    domains = (settings.SESSION_COOKIE_DOMAIN, settings.CSRF_COOKIE_DOMAIN)
    covered = [name for name in ((domain or "").lstrip(".") for domain in domains) if validate_host(name, below)]
    return [host.removeprefix(".") for host in (*allowed, *covered)]


def _trusted(*policies: Any) -> list[str]:
    """The origins with credentials, as Django spells them; about those that it cannot spell there is nothing to check."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CSRFWarning)
        return csrf_trusted_origins(*policies)


def _with(missing: list[str]) -> str:
    """What `CSRF_TRUSTED_ORIGINS` should be, as short as it can be written."""
    trusted = list(settings.CSRF_TRUSTED_ORIGINS)
    native = getattr(settings, NATIVE, None)
    listed = given(settings, "CORS_ALLOWED_ORIGINS")
    covered = {*missing, *trusted}
    if native is None and set(missing) <= set(listed.value) <= covered:
        return f"[{''.join(f'{origin!r}, ' for origin in trusted)}*{listed.where}]"
    if native is not None and not isinstance(native, str) and {*missing, *trusted} <= set(_trusted(native)):
        return f"csrf_trusted_origins({NATIVE})"
    return repr([*trusted, *missing])


def _is_trusted(origin: str) -> bool:
    """Whether Django believes `origin`, or any that a pattern stands for."""
    scheme, _, host = origin.replace("://*.", "://sample.").partition("://")
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        its_scheme, _, its_host = trusted.partition("://")
        if scheme == its_scheme and is_same_domain(host, its_host.removeprefix("*")):
            return True
    return False


def _is_ours(origin: str) -> bool:
    """Whether `origin` is one that the server itself has, as far as `ALLOWED_HOSTS` names it."""
    secure = settings.SECURE_SSL_REDIRECT or settings.CSRF_COOKIE_SECURE
    return any(
        entry.sample in settings.ALLOWED_HOSTS and not entry.port and (entry.scheme == "https" or not secure)
        for entry in read([origin])
    )
