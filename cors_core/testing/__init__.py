"""A browser for tests: the same `fetch()` over your application, delivered or refused as browsers do, with the reason.

    browser = Browser(app, at="https://api.example.com")
    page = browser.open("https://app.example.com")
    page.fetch("https://api.example.com/items/1", method="PUT", json={}, credentials="include")

Applications are WSGI or ASGI callables: Flask, Django, FastAPI and Starlette, or whatever you wrote.
"""

from cors_core.browser import FetchTypeError
from cors_core.testing.asserts import assert_allows, assert_refuses
from cors_core.testing.bodies import Blob, FormData
from cors_core.testing.browser import Browser, Page
from cors_core.testing.cookies import Cookie, CookieJar, CookieRefused
from cors_core.testing.errors import CORSError, NetworkError
from cors_core.testing.log import LoggedRequest
from cors_core.testing.response import Headers, Response
from cors_core.testing.safety import Finding, assert_safe, weaknesses

__all__ = [
    "Blob",
    "Browser",
    "CORSError",
    "Cookie",
    "CookieJar",
    "CookieRefused",
    "FetchTypeError",
    "Finding",
    "FormData",
    "Headers",
    "LoggedRequest",
    "NetworkError",
    "Page",
    "Response",
    "assert_allows",
    "assert_refuses",
    "assert_safe",
    "weaknesses",
]
