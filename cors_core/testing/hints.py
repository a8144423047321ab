"""What to change on the server, for each way to fail: the `Policy` field, or the layer, that is at fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cors_core import fetch
from cors_core.browser import Failure
from cors_core.testing.apps import NobodyThere
from cors_core.testing.console import refused_headers


def hint(failure: Failure, origin: str, apps: tuple[str, ...]) -> str:
    """Return one sentence that says what to write; `origin` is the page's, `apps` where somebody answers."""
    if isinstance(failure.cause, NobodyThere):
        return _nobody(failure, origin, apps)
    say = _BY_STEP.get(failure.step)
    return say(failure, origin) if say else _OTHERS.get(failure.step, "")


def _nobody(failure: Failure, origin: str, apps: tuple[str, ...]) -> str:
    url = failure.request.url if failure.request else ""
    if url == origin or url.startswith(f"{origin}/"):
        return (
            f"same-origin request; did you mean {apps[0]}{url[len(origin) :]}? A relative URL is relative to the page"
        )
    return "give the browser an application for that origin too: Browser({origin: app, ...})"


def _missing(failure: Failure, origin: str) -> str:
    sent_as = failure.request.header(fetch.ORIGIN) if failure.request else origin
    status = failure.response.status if failure.response else 0
    if sent_as == "null" != origin:
        return "a redirect between two other origins makes Origin 'null'; let the page fetch the last URL itself"
    if failure.request is not None and failure.request.kind == "preflight" and status in (404, 405):
        return "nobody answers OPTIONS here; put the CORS middleware around all of the application"
    if status in (401, 407):
        return "authentication comes before CORS; put the CORS middleware around all of the application"
    if 300 <= status <= 399:
        return "a redirect needs the headers as well; put the CORS middleware around all of the application"
    if status >= 500:
        return "the error page has no CORS headers; put the CORS middleware around the error handlers"
    return _allow(origin)


def _allow(origin: str) -> str:
    return (
        "an opaque origin (a sandboxed frame, a file) identifies nobody; only allow_origins='*' lets it read"
        if origin == "null"
        else f"add {origin!r} to allow_origins"
    )


def _wildcard(failure: Failure, origin: str) -> str:
    return (
        f"list the origins that get cookies: allow_credentials=[{origin!r}]; or let the page leave credentials out, "
        "and write credentials='same-origin'"
    )


def _multiple(failure: Failure, origin: str) -> str:
    return "two layers add the header (application, middleware, proxy); leave it to one"


def _mismatch(failure: Failure, origin: str) -> str:
    sent_as = failure.request.header(fetch.ORIGIN) if failure.request else origin
    allowed = failure.response.header(fetch.ALLOW_ORIGIN) if failure.response else None
    if sent_as == "null" != origin:
        return "a redirect between two other origins makes Origin 'null'; let the page fetch the last URL itself"
    if allowed == f"{origin}/":
        return f"an origin has no slash at the end; write {origin!r} in allow_origins"
    return f"{_allow(origin)}; an origin is scheme, host and port, compared byte for byte"


def _credentials(failure: Failure, origin: str) -> str:
    return (
        f"write allow_credentials=True, or allow_credentials=[{origin!r}]; or let the page leave credentials out, and "
        "write credentials='same-origin'"
    )


def _status(failure: Failure, origin: str) -> str:
    status = failure.response.status if failure.response else 0
    why = {401: "authentication", 403: "a check (CSRF?)", 404: "the router", 405: "the router", 429: "a rate limit"}
    return f"{why.get(status, 'something')} answers preflights; put the CORS middleware around all of the application"


def _redirect(failure: Failure, origin: str) -> str:
    location = failure.response.header("Location") if failure.response else None
    return (
        f"put the CORS middleware around whatever redirects (slashes, https, login); or fetch {location} straight away"
    )


def _method(failure: Failure, origin: str) -> str:
    method = (failure.request.header(fetch.REQUEST_METHOD) if failure.request else None) or ""
    if method != method.upper():
        return f"methods are case-sensitive; let the page write method={method.upper()!r}"
    return f"add {method!r} to allow_methods"


def _headers(failure: Failure, origin: str) -> str:
    return f"add {', '.join(map(repr, refused_headers(failure)))} to allow_headers"


def _authorization(failure: Failure, origin: str) -> str:
    return "'*' does not cover it; add 'Authorization' to allow_headers"


_BY_STEP: Final[dict[str, Callable[[Failure, str], str]]] = {
    "allow-origin-missing": _missing,
    "allow-origin-wildcard": _wildcard,
    "allow-origin-multiple": _multiple,
    "allow-origin-mismatch": _mismatch,
    "allow-credentials": _credentials,
    "preflight-status": _status,
    "preflight-redirect": _redirect,
    "method-refused": _method,
    "header-refused": _headers,
    "authorization-not-listed": _authorization,
}
_OTHERS: Final = {
    "list-invalid": "separate the names in allow_methods and allow_headers by commas, and write nothing else",
    "redirect-credentials": "let the redirect lead to a URL without user name and password",
    "redirect-location": "send one Location header, with a URL",
    "resource-policy": "send Cross-Origin-Resource-Policy: cross-origin, or let the page fetch in mode 'cors'",
    "same-origin-mode": "let the page leave mode='same-origin' out",
    "no-cors-redirect": "let the page leave redirect= out; in mode 'no-cors' redirects are followed",
    "redirect-mode": "let the page leave redirect='error' out, or fetch the URL that the redirect names",
    "redirect-stream": "send the body as bytes, or answer the redirect with 303",
    "bad-port": "serve on another port; browsers fetch nothing from this one",
    "no-response": "the application did not answer; the exception that caused this one says why",
    "malformed-response": "a server would not send this response either; look at its status and headers",
}
