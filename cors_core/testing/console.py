"""The words in which each engine's console reports a failure, as heard from Chromium 156, Firefox 153 and WebKitGTK 2.50.

They are what people search for. Where an engine says nothing about CORS, what is left is what the script catches.
"""

# ruff: noqa: RUF001 (Firefox writes curly quotation marks)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cors_core import fetch
from cors_core.browser import URL, Failure, Outgoing

CAUGHT: Final = {
    "chromium": "TypeError: Failed to fetch",
    "firefox": "TypeError: NetworkError when attempting to fetch resource.",
    "webkit": "TypeError: Load failed",
}
_CHECK: Final = "Response to preflight request doesn't pass access control check: "
_REPAIR: Final = " Have the server send the header with a valid value."
_CHROMIUM: Final = {
    "allow-origin-missing": "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    "allow-origin-wildcard": "The value of the 'Access-Control-Allow-Origin' header in the response must not be the "
    "wildcard '*' when the request's credentials mode is 'include'.",
    "allow-origin-multiple": "The 'Access-Control-Allow-Origin' header contains multiple values '{allowed}', but only "
    f"one is allowed.{_REPAIR}",
    "allow-origin-mismatch": "The 'Access-Control-Allow-Origin' header has a value '{allowed}' that is not equal to "
    f"the supplied origin.{_REPAIR}",
    "allow-origin-invalid": f"The 'Access-Control-Allow-Origin' header contains the invalid value '{{allowed}}'.{_REPAIR}",
    "allow-credentials": "The value of the 'Access-Control-Allow-Credentials' header in the response is "
    "'{credentials}' which must be 'true' when the request's credentials mode is 'include'.",
    "preflight-status": "It does not have HTTP ok status.",
    "preflight-redirect": "Redirect is not allowed for a preflight request.",
    "list-invalid": "Cannot parse {list} response header field in preflight response.",
    "method-refused": "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response.",
    "header-refused": "Request header field {header} is not allowed by Access-Control-Allow-Headers in preflight "
    "response.",
    "redirect-credentials": "Redirect location '' contains a username and password, which is disallowed for "
    "cross-origin requests.",
}
_FIREFOX: Final = {
    "allow-origin-missing": "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: {status}",
    "allow-origin-wildcard": "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’)",
    "allow-origin-multiple": "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed)",
    "allow-origin-mismatch": "CORS header ‘Access-Control-Allow-Origin’ does not match ‘{allowed}’)",
    "allow-origin-invalid": "CORS header ‘Access-Control-Allow-Origin’ does not match ‘{allowed}’)",
    "allow-credentials": "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’)",
    "preflight-status": "CORS preflight response did not succeed). Status code: {status}",
    "preflight-redirect": "CORS request external redirect not allowed)",
    "list-invalid": "invalid token ‘{token}’ in CORS header ‘{list}’)",
    "method-refused": "Did not find method in CORS header ‘Access-Control-Allow-Methods’)",
    "header-refused": "header ‘{header}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS "
    "preflight response)",
    "redirect-credentials": "CORS request did not succeed). Status code: (null)",
}
_NOT_IN: Final = "Origin {origin} is not allowed by Access-Control-Allow-Origin. Status code: {status}"
_WEBKIT: Final = {
    "allow-origin-missing": _NOT_IN,
    "allow-origin-wildcard": "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
    "allow-origin-multiple": "Access-Control-Allow-Origin cannot contain more than one origin.",
    "allow-origin-mismatch": _NOT_IN,
    "allow-origin-invalid": _NOT_IN,
    "allow-credentials": 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
    "preflight-status": "Preflight response is not successful. Status code: {status}",
    "preflight-redirect": "Preflight response is not successful. Status code: {status}",
    "list-invalid": "Header {list} has an invalid value: {value}",
    "method-refused": "Method {method} is not allowed by Access-Control-Allow-Methods.",
    "header-refused": "Request header field {header} is not allowed by Access-Control-Allow-Headers.",
    "redirect-credentials": "Cross-origin redirection to {url} denied by Cross-Origin Resource Sharing policy: "
    "redirection URL {location} has credentials",
}
STEPS: Final = frozenset(_CHROMIUM) - {"allow-origin-invalid"} | {
    "authorization-not-listed",
    "same-origin-mode",
    "no-cors-redirect",
    "scheme",
}
"""The steps whose failure a console calls a CORS error."""

_IN_CHROMIUM: Final = {"fetch": "fetch", "XMLHttpRequest": "XMLHttpRequest", "image": "image", "script": "script"} | {
    "font": "font"
}
_IN_WEBKIT: Final = {"fetch": "Fetch API cannot load", "image": "Cannot load image"}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a failure happened: the API that fetched, the page's origin, the first URL and the last."""

    api: str
    origin: str
    first: str
    last: str


def messages(failure: Failure, scene: Scene) -> dict[str, str]:
    """Return what the console of each engine says to a failure."""
    if failure.step in ("same-origin-mode", "scheme", "no-cors-redirect") or failure.step not in STEPS:
        return dict(CAUGHT)
    facts = {**_facts(failure), "origin": scene.origin, "url": scene.last}
    step = {"authorization-not-listed": "header-refused"}.get(failure.step, failure.step)
    if step == "allow-origin-mismatch" and not _is_url(facts["allowed"]):
        step = "allow-origin-invalid"
    preflight = failure.request is not None and failure.request.kind == "preflight"
    return {
        "chromium": _chromium(step, facts, scene, preflight),
        "firefox": "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
        f"{scene.last}. (Reason: {_FIREFOX[step].format_map(facts)}.",
        "webkit": _webkit(step, facts, scene, preflight),
    }


def _chromium(step: str, facts: Mapping[str, str], scene: Scene, preflight: bool) -> str:
    redirected = f" (redirected from '{scene.first}')" if scene.first != scene.last else ""
    checked = preflight and step not in ("list-invalid", "method-refused", "header-refused")
    return (
        f"Access to {_IN_CHROMIUM.get(scene.api, 'resource')} at '{scene.last}'{redirected} from origin "
        f"'{scene.origin}' has been blocked by CORS policy: {_CHECK if checked else ''}"
        f"{_CHROMIUM[step].format_map(facts)}"
    )


def _webkit(step: str, facts: Mapping[str, str], scene: Scene, preflight: bool) -> str:
    if preflight and not facts["status"].startswith("2"):
        step = "preflight-status"  # which WebKit looks at first
    failed = _IN_WEBKIT.get(scene.api, f"{scene.api} cannot load")
    return f"{_WEBKIT[step].format_map(facts)}\n{failed} {scene.last} due to access control checks."


def _facts(failure: Failure) -> dict[str, str]:
    """What the messages name: read from the request and the response that failed."""
    request, response = failure.request, failure.response
    facts = {"method": "", "header": "", "list": "", "token": "", "value": "", "location": ""}
    if request is None or response is None:
        return facts | {"status": "(null)", "allowed": "", "credentials": ""}
    facts["status"] = str(response.status)
    facts["allowed"] = response.header(fetch.ALLOW_ORIGIN) or ""
    facts["credentials"] = response.header(fetch.ALLOW_CREDENTIALS) or ""
    facts["location"] = response.header("Location") or ""
    facts["method"] = request.header(fetch.REQUEST_METHOD) or request.method
    facts["header"] = next(iter(refused_headers(failure)), "")
    for name in (fetch.ALLOW_METHODS, fetch.ALLOW_HEADERS):
        bad = [element for element in fetch.list_elements(response.lines(name)) if not fetch.is_token(element)]
        if bad:
            facts |= {"list": name, "token": bad[0], "value": response.header(name) or ""}
            break
    return facts


def refused_headers(failure: Failure) -> list[str]:
    """Return the names that the preflight asked for and the response does not list."""
    request, response = failure.request, failure.response
    if request is None or response is None:
        return []
    listed = {name.lower() for name in fetch.list_elements(response.lines(fetch.ALLOW_HEADERS))}
    if fetch.WILDCARD in listed and failure.step == "authorization-not-listed":
        return ["authorization"]
    return [name for name in _asked(request) if name not in listed]


def _asked(request: Outgoing) -> list[str]:
    return fetch.list_elements([request.header(fetch.REQUEST_HEADERS) or ""])


def _is_url(text: str) -> bool:
    try:
        URL(text)
    except ValueError:
        return text in ("null", fetch.WILDCARD)
    return True
