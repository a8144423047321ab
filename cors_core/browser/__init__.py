"""The user agent's half of the Fetch standard, which judges the server's: in tests, and against live servers.

It imports `cors_core.fetch` and nothing else of the project, so that the engine cannot shape its judge.
"""

from cors_core.browser import elements
from cors_core.browser.agent import UserAgent
from cors_core.browser.messages import (
    Exchange,
    Failure,
    FetchTypeError,
    Incoming,
    Outgoing,
    Response,
    Result,
)
from cors_core.browser.profiles import CHROMIUM, FIREFOX, PROFILES, STANDARD, WEBKIT, Profile
from cors_core.browser.request import Init
from cors_core.browser.urls import URL, Origin, parse_page

__all__ = [
    "CHROMIUM",
    "FIREFOX",
    "PROFILES",
    "STANDARD",
    "URL",
    "WEBKIT",
    "Exchange",
    "Failure",
    "FetchTypeError",
    "Incoming",
    "Init",
    "Origin",
    "Outgoing",
    "Profile",
    "Response",
    "Result",
    "UserAgent",
    "elements",
    "parse_page",
]
