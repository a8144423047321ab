"""What one call of `CORS` says, in either dialect, read into a share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cors_core.answers import policy_from
from cors_core.errors import Problems
from cors_core.routing import as_selector
from cors_flask import advice
from cors_flask.keywords import FLASK_CORS, INSTEAD, NATIVE, OURS, SHARED
from cors_flask.options import check_config, selectable_from
from cors_flask.resources import EVERYTHING, areas_of
from cors_flask.views import Share


def read(policy: Any, given: Mapping[str, Any], config: Mapping[str, Any], where: str) -> Share:
    """Return what a call shares; the words decide which dialect it is in. Raises `ConfigError`."""
    options = {name: value for name, value in given.items() if name not in OURS}
    if policy is not None or options.keys() & (NATIVE - SHARED):
        _check_unmixed(options)
        selectable: Any = as_selector(policy_from(policy, options))  # type: ignore[arg-type]  # checked by Policy
        areas = areas_of(policy) if isinstance(policy, Mapping) else (EVERYTHING,)
    else:
        check_config(config)
        selectable, areas = selectable_from(options, config)
    dev_origins = given.get("dev_origins")
    return Share(selectable, areas, where, None if dev_origins is None else advice.extended(selectable, dev_origins))


def _check_unmixed(options: Mapping[str, Any]) -> None:
    """Report flask-cors's words beside native ones."""
    problems = Problems()
    for name in sorted(options.keys() & (FLASK_CORS - SHARED)):
        message = f"is flask-cors's word, beside native ones; {INSTEAD.get(name, 'leave it out')}"
        problems.add("mixed-dialects", name, options[name], message)
    problems.check()
