"""Sets Django up, once per process; a module of tests asks `require("django")` before it imports any of it."""

from __future__ import annotations

import importlib.util
import warnings

from tests.django import settings as project


def _set_up() -> None:
    import django
    from django.conf import settings

    with warnings.catch_warnings(action="ignore"):  # what others' modules deprecate is theirs
        if not settings.configured:
            settings.configure(**{name: value for name, value in vars(project).items() if name.isupper()})
            django.setup()


if importlib.util.find_spec("django") is not None:
    _set_up()
