"""One Django project under django-cors-headers and under ours, synchronous and asynchronous, and what a browser makes of each.

Knows no setting and no difference between the two; `parity` has those.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import inspect
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from django.utils.module_loading import import_string

from tests.components import require
from tests.parity.verdicts import Case, Judgement, Verdict, judgement, visited

require("corsheaders")
THEIRS, OURS = "corsheaders", "cors_django"
HANDLERS: Mapping[str, Callable[[], Any]] = {"sync": WSGIHandler, "async": ASGIHandler}
COMMON = "django.middleware.common.CommonMiddleware"


@dataclass(frozen=True, eq=False)
class Project:
    """Settings, and receivers of the library's signal.

    In lists `{cors}` stands for the library.
    """

    settings: Mapping[str, Any]
    receivers: tuple[Callable[..., Any], ...] = ()


class Extended(NamedTuple):
    """What a module of the library has by a dotted name, and more."""

    name: str
    more: tuple[str, ...]


def project(*receivers: Callable[..., Any], **values: Any) -> Project:
    return Project({"MIDDLEWARE": ["{cors}.middleware.CorsMiddleware", COMMON], **values}, receivers)


@functools.cache
def judged(case: Case) -> Judgement:
    """Have a browser judge the project of a case twice, with only the dotted names differing."""
    return judgement(lambda: verdict(case, THEIRS), lambda: verdict(case, OURS))


def verdict(case: Case, library: str) -> Verdict:
    """Return what a browser makes of the project that is configured with `library`."""
    with configured(case.row.setup, library):
        try:
            warnings.filterwarnings("ignore", "StreamingHttpResponse must consume")  # Django's, of iterators under ASGI
            return visited(HANDLERS[case.mode](), case.ask)
        except ImproperlyConfigured:
            return Verdict(refused=True)


@contextlib.contextmanager
def configured(setup: Project, library: str) -> Iterator[None]:
    """Have the project use one of the two libraries."""
    apps = [library if app in (THEIRS, OURS) else app for app in settings.INSTALLED_APPS]
    values = {name: named(value, library) for name, value in setup.settings.items()}
    signal = import_string(f"{library}.signals.check_request_enabled")
    with contextlib.ExitStack() as stack:
        stack.enter_context(quiet())
        stack.enter_context(
            override_settings(**{"INSTALLED_APPS": apps, "ROOT_URLCONF": "tests.django.parity_site", **values})
        )
        for receiver in setup.receivers:
            signal.connect(receiver)
            stack.callback(signal.disconnect, receiver)
            if inspect.iscoroutinefunction(receiver):
                stack.callback(gc.collect)  # what was never awaited is complained about now
        yield


def named(value: Any, library: str) -> Any:
    """The value of a setting, with the name of the library in it."""
    if isinstance(value, Extended):
        return (*import_string(f"{library}.{value.name}"), *value.more)
    return [_named(each, library) for each in value] if isinstance(value, list) else value


def _named(value: Any, library: str) -> Any:
    return value.replace("{cors}", library) if isinstance(value, str) else value


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Have nobody print, or keep, what is raised on purpose."""
    loggers = [logging.getLogger(name) for name in ("django.request", "cors_core")]
    for logger in loggers:
        logger.disabled = True
    yield
    for logger in loggers:
        logger.disabled = False
