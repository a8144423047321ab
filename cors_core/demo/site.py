"""The demo as one WSGI application: the port that a request comes in by says whether it is for the API or a frontend."""

from __future__ import annotations

import html
import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from http.cookies import SimpleCookie
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cors_core.demo.cases import CASES, Addresses, Role
from cors_core.policy import Policy, PolicyFields
from cors_core.wsgi import CORSMiddleware

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MOST_REPORTED: Final = 65_536  # bytes; a page reports about one kilobyte
BETWEEN_EVENTS: Final = 0.25  # seconds
_COOKIE: Final = "cors-demo"


class OnPurpose(Exception):
    """Raised by the demo's API, where it shows what becomes of an exception."""


def policy_fields(addresses: Addresses) -> PolicyFields:
    """Return the policy of the demo's API, as one would write it."""
    return {
        "allow_origins": [addresses.allowed],
        "allow_credentials": True,
        "allow_methods": ["PUT", "DELETE"],
        "allow_headers": ["Authorization", "X-Request-Id"],
        "expose_headers": ["X-Total-Count"],
        "max_age": 600,
    }


def site(addresses: Addresses, fields: PolicyFields) -> WSGIApplication:
    """Return the application for all three ports, with `fields` as the API's policy."""
    apps: dict[str, WSGIApplication] = {
        _port(addresses.api): CORSMiddleware(_auth(_api), Policy(**fields)),
        **{_port(origin): _frontend(addresses, role, origin, fields) for role, origin in addresses.frontends()},
    }

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return apps[environ["SERVER_PORT"]](environ, start_response)

    return dispatch


def _port(origin: str) -> str:
    return str(urlsplit(origin).port)


# The API


def _auth(app: WSGIApplication) -> WSGIApplication:
    """A login wall as many applications have one: it sends away every method, OPTIONS too."""

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/private" and "HTTP_AUTHORIZATION" not in environ:
            challenge = [("WWW-Authenticate", "Bearer")]
            return _json(start_response, HTTPStatus.UNAUTHORIZED, {"error": "no Authorization header"}, challenge)
        return app(environ, start_response)

    return guarded


def _api(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if (method, path) == ("GET", "/events"):
        start_response("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
        return _events()
    return _json(start_response, *_VIEWS.get((method, path), _nothing)(environ))


Answer = tuple[HTTPStatus, object, list[tuple[str, str]]]


def _nothing(_: WSGIEnvironment) -> Answer:
    return HTTPStatus.NOT_FOUND, {"error": "nothing here"}, []


def _about(_: WSGIEnvironment) -> Answer:
    return HTTPStatus.OK, {"this is": "the API of the CORS demo"}, []


def _items(_: WSGIEnvironment) -> Answer:
    return HTTPStatus.OK, ["chair", "desk", "lamp"], [("X-Total-Count", "3"), ("X-Internal", "not for scripts")]


def _store(environ: WSGIEnvironment) -> Answer:
    return HTTPStatus.OK, {"stored": json.loads(_body(environ) or b"null")}, []


def _echo(environ: WSGIEnvironment) -> Answer:
    received = {"Authorization": "HTTP_AUTHORIZATION", "X-Request-Id": "HTTP_X_REQUEST_ID"}
    return HTTPStatus.OK, {name: environ.get(key) for name, key in received.items()}, []


def _log_in(_: WSGIEnvironment) -> Answer:
    value = secrets.token_hex(4)
    return (
        HTTPStatus.CREATED,
        {"cookie set": value},
        [("Set-Cookie", f"{_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax")],
    )


def _who(environ: WSGIEnvironment) -> Answer:
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(_COOKIE)
    status = HTTPStatus.OK if cookie else HTTPStatus.UNAUTHORIZED
    return status, {"cookie received": cookie.value if cookie else None}, []


def _delete(_: WSGIEnvironment) -> Answer:
    return HTTPStatus.OK, {"deleted": True}, []


def _fail(_: WSGIEnvironment) -> Answer:
    raise OnPurpose("an allowed page can still read the 500")


_VIEWS: Final[dict[tuple[str, str], Callable[[WSGIEnvironment], Answer]]] = {
    ("GET", "/"): _about,
    ("GET", "/items"): _items,
    ("PUT", "/items/1"): _store,
    ("PATCH", "/items/1"): _store,
    ("GET", "/echo"): _echo,
    ("POST", "/session"): _log_in,
    ("GET", "/session"): _who,
    ("DELETE", "/private"): _delete,
    ("GET", "/error"): _fail,
}


def _events() -> Iterator[bytes]:
    for number in (1, 2, 3):
        yield b"data: event %d\n\n" % number
        time.sleep(BETWEEN_EVENTS)


# The frontends


def _frontend(addresses: Addresses, role: Role, origin: str, fields: PolicyFields) -> WSGIApplication:
    """A server of one page, which also keeps what the page reports when it is being checked."""
    page, script = _page(addresses, role, fields), _resource("page.js").encode()
    reports: list[object] = []

    def frontend(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "GET", "/" if f"http://{environ.get('HTTP_HOST')}" != origin:
                # By 127.0.0.1 the page would have another origin than the one it speaks of.
                start_response("302 Found", [("Location", origin), ("Content-Length", "0")])
                return []
            case "GET", "/":
                return _send(start_response, HTTPStatus.OK, page, "text/html; charset=utf-8")
            case "GET", "/page.js":
                return _send(start_response, HTTPStatus.OK, script, "text/javascript; charset=utf-8")
            case "GET", "/hello":
                return _json(start_response, HTTPStatus.OK, {"hello": origin})
            case "GET", "/report":
                return _json(start_response, HTTPStatus.OK, reports[-1] if reports else None)
            case "POST", "/report" if environ.get("HTTP_ORIGIN") == origin:
                reports[:] = [json.loads(_body(environ))]
                return _json(start_response, HTTPStatus.OK, "thank you")
        return _json(start_response, HTTPStatus.NOT_FOUND, {"error": "nothing here"})

    return frontend


_SENTENCES: Final[dict[Role, tuple[str, str]]] = {
    "allowed": (
        "The API allows this origin",
        "Its policy lists this page's origin, so the browser hands over every answer.",
    ),
    "refused": (
        "The API does not allow this origin",
        "Its policy does not list this page's origin, so the browser keeps every answer of the API from this page.",
    ),
}


def _page(addresses: Addresses, role: Role, fields: PolicyFields) -> bytes:
    verdict, meaning = _SENTENCES[role]
    own, other = (addresses.allowed, addresses.refused)[:: 1 if role == "allowed" else -1]
    cases = json.dumps([case.as_json(addresses, role) for case in CASES])
    options = "".join(f"    {name}={value!r},\n" for name, value in fields.items()).replace("'", '"')
    text = Template(_resource("page.html")).substitute(
        role=role,
        origin=own,
        other=other,
        api=addresses.api,
        verdict=verdict,
        meaning=meaning,
        cases=cases.replace("<", "\\u003c"),
        policy=html.escape(f"CORSMiddleware(\n    api,\n{options})"),
    )
    return text.encode()


def _resource(name: str) -> str:
    return files("cors_core.demo").joinpath(name).read_text("utf-8")


# Both


def _body(environ: WSGIEnvironment) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(min(length, MOST_REPORTED))
    return body


def _json(
    start_response: StartResponse, status: HTTPStatus, value: object, headers: Iterable[tuple[str, str]] = ()
) -> Iterable[bytes]:
    return _send(start_response, status, json.dumps(value).encode() + b"\n", "application/json", headers)


def _send(
    start_response: StartResponse,
    status: HTTPStatus,
    body: bytes,
    content_type: str,
    headers: Iterable[tuple[str, str]] = (),
) -> Iterable[bytes]:
    about = [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response(f"{status.value} {status.phrase}", [*about, *headers])
    return [body]
