"""The system checks: what is wrong with the settings, in django-cors-headers' numbers where it has one.

Numbers from 20 on are ours. Where a setting is wrong is decided by those who read it, `options`; what
stands around the policies is looked at in `order`, `credentials` and `production`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage

from cors_core import ConfigError, origins, translate
from cors_core.entries import misspelling
from cors_core.errors import Problem, shown
from cors_django import current, options
from cors_django.credentials import check_cookies, check_csrf, check_receivers
from cors_django.defaults import ALIASES
from cors_django.judging import error, marks, warning
from cors_django.order import check_order
from cors_django.production import check_production
from cors_django.values import given

_NUMBERS: Final = {
    "CORS_ALLOW_HEADERS": 1,
    "CORS_ALLOW_METHODS": 2,
    "CORS_ALLOW_CREDENTIALS": 3,
    "CORS_PREFLIGHT_MAX_AGE": 4,
    "CORS_ALLOW_ALL_ORIGINS": 5,
    "CORS_ALLOWED_ORIGINS": 6,
    "CORS_ALLOWED_ORIGIN_REGEXES": 7,
    "CORS_EXPOSE_HEADERS": 8,
    "CORS_URLS_REGEX": 9,
    "CORS_ALLOW_PRIVATE_NETWORK": 15,
}
_OLD: Final = {alias: name for name, alias in ALIASES.items()}
_OF_ANY_FORM: Final = (origins.NULL, "file://")  # which django-cors-headers takes, and whose fate `options` tells


def check_settings(**_: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings, and with the policies of the views."""
    found, sentences = _judged()
    malformed = list(_malformed())
    told = tuple(beginning for beginning, _ in malformed)
    errors = [message for _, message in malformed]
    errors += (_of_problem(problem) for problem in found if not f"{problem.field}: {problem.value} ".startswith(told))
    warnings = [warning(33, sentence) for sentence in sentences if not sentence.startswith(told)]
    return [*errors, *_left_over(), *warnings]


REGISTERED: Final[tuple[tuple[Callable[..., list[CheckMessage]], bool], ...]] = (
    (check_settings, False),
    (check_order, False),
    (check_cookies, False),
    (check_csrf, False),
    (check_receivers, False),
    (check_production, True),
)
"""The checks, and whether each is for `check --deploy` only."""


def _judged() -> tuple[list[Problem], list[str]]:
    """The problems of the settings and of the views, and what the settings mean here that they did not mean before."""
    readers: tuple[Callable[[], object], ...] = (
        lambda: options.selectable(settings, asynchronous=True),
        lambda: current.Compiled(asynchronous=True),  # which has further settings
        marks,
    )
    problems: list[Problem] = []
    with translate.gathered() as sentences:
        for read in readers:
            try:
                read()
            except ConfigError as error:
                problems += error.problems
    return list(dict.fromkeys(problems)), list(dict.fromkeys(sentences))


def _of_problem(problem: Problem) -> CheckMessage:
    """A problem as a message, under the number that django-cors-headers has for it, if it has one."""
    what, _, remedy = problem.message.rpartition("; ")
    sentence = f"{problem.field}: {problem.value}{what and ': '}{what} [{problem.code}]"
    return error(_number(problem), sentence, remedy)


def _number(problem: Problem) -> int:
    is_no_text = problem.code == "not-a-token" and problem.value[0] not in "'\""
    if problem.code in ("wrong-type", "bare-string", "out-of-range") or is_no_text:
        return _NUMBERS.get(_OLD.get(problem.field, problem.field), 20)
    return 20


def _malformed() -> Iterator[tuple[str, CheckMessage]]:
    """The origins that are none, with the beginning of what `options` says of them; it goes on without them."""
    option = given(settings, "CORS_ALLOWED_ORIGINS")
    listed = option.value if isinstance(option.value, (list, tuple, set, frozenset)) else ()
    for text in dict.fromkeys(entry for entry in listed if isinstance(entry, str) and entry not in _OF_ANY_FORM):
        with suppress(ValueError):
            url = urlsplit(text)
            lacking = not (url.scheme and url.netloc)
            beyond = [part for part in ("path", "query", "fragment") if getattr(url, part)]
            if lacking or beyond:
                number, what = (13, "has no scheme or no host") if lacking else (14, f"has a {' and a '.join(beyond)}")
                beginning = f"{option.where}: {shown(text)} "
                yield beginning, error(number, f"{beginning}{what}, so it matches nothing", _spelling(text))


def _spelling(text: str) -> str:
    if text == "*":
        return "write CORS_ALLOW_ALL_ORIGINS = True, if everyone is meant"
    code, _, sentence = misspelling(text)
    if code == "regex-string":
        return "write it into CORS_ALLOWED_ORIGIN_REGEXES"
    return sentence.rpartition("; ")[2]


def _left_over() -> Iterator[CheckMessage]:
    """What django-cors-headers had, and has no longer; and django-cors-headers itself."""
    if hasattr(settings, "CORS_MODEL"):
        yield error(12, "CORS_MODEL is no setting any more", "leave it out, and list the origins in CORS_POLICY")
    if hasattr(settings, "CORS_REPLACE_HTTPS_REFERER"):
        hint = "leave it out, and write CSRF_TRUSTED_ORIGINS, which csrf_trusted_origins(CORS_POLICY) makes"
        yield error(22, "CORS_REPLACE_HTTPS_REFERER is no setting any more", hint)
    if apps.is_installed("corsheaders"):
        yield error(21, "corsheaders is in INSTALLED_APPS beside cors_django, which does what it did", "leave it out")
