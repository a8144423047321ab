"""flask-cors configurations, what is asked of each, and where the two libraries are meant to differ."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

from flask import Blueprint, Flask, abort
from flask.views import MethodView
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.flask.verdicts import API, APP, EVIL, PARTNER, Ask, Case, Library, Row, Setup, but, site


class Difference(NamedTuple):
    """Where ours is meant to differ: why, whether a page can do more than before, and whether we say so at start."""

    why: str
    wider: bool = False
    warned: bool = False


DIFFERENCES = {
    "star-with-credentials": Difference("'*' with credentials let every site act as the user; it is refused"),
    "exposed-star-with-credentials": Difference("with credentials '*' exposes nothing; it is refused"),
    "null-with-credentials": Difference("any page can have the origin null; with credentials it is refused"),
    "whole-match": Difference("a regular expression matches the whole origin, not its beginning"),
    "origin-patterns": Difference("https://*.example.com is a pattern, where it was a broken expression", True, True),
    "any-method": Difference("methods='*' was the name of a method and is every method", True, True),
    "safelisted-methods": Difference("GET, HEAD and POST pass without being listed", True),
    "safelisted-headers": Difference("Content-Type and the other safelisted names pass without being listed", True),
    "own-allow-origin": Difference("a view's own Access-Control-Allow-Origin is replaced", True),
    "max-age-zero": Difference("max_age=0 says 'do not cache', where it was dropped"),
    "max-age-day": Difference("nothing is kept for more than a day", warned=True),
    "preflight-first": Difference("a preflight is answered before hooks, redirects and 404", True),
    "errors-carry-headers": Difference("every response carries the headers, whoever made it", True),
    "plain-options": Difference("an OPTIONS request that is no preflight reaches the view"),
    "no-effect": Difference("automatic_options=False left preflights unanswered", True, True),
    "mounted-apps": Difference("applications mounted inside are covered", True),
    "whole-segments": Difference("/api/* is the subtree of /api, not every path that begins so"),
    "decoded-once": Difference("resources are matched on the path that is routed, not decoded again"),
    "unknown-option": Difference("an unknown option was ignored, and everybody allowed; it is refused"),
    "without-parentheses": Difference("@cross_origin works without parentheses", True),
    "comma-separated": Difference("text from the environment is split at its commas", True),
    "text-for-a-boolean": Difference("the text 'False' was true; it is refused"),
    "overlap": Difference("two CORS(app) for one path came to the union of both; they are refused"),
    "blueprint-wins": Difference("the blueprint's policy stands alone beside the application's"),
    "iterators": Difference("an iterator was used up before it was looked at", True),
    "async-views": Difference("an async view can be decorated", True),
}
