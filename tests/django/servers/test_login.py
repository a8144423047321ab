"""Sessions and CSRF protection, from a page of another site: it logs in and works, and nobody else's page gets anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.django.servers.conftest import LOGIN, Deployed, Site, in_this_process, simulated
from tests.servers.pages import BLOCKED, OPAQUE, Told

APP = "https://app.example.com"
EVIL = "https://evil.example"
STRANGERS = [EVIL, "https://app.example.com.evil.example", "https://xapp.example.com", "https://app.example.com:8443"]
PLAIN = {"Content-Type": "text/plain"}  # needs no preflight

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # Django's, of sync and async


def post(site: Site, path: str, content: Any = None, page: str = APP, method: str = "POST", **more: Any) -> Told:
    """What a page is told that sends JSON with the token, which it asks for first."""
    headers = {"Content-Type": "application/json", "X-CSRFToken": token(site)}
    return site.told(page, f"{method} {path}", **{"headers": headers, "body": json.dumps(content), **more})


def token(site: Site) -> str:
    text: str = site.told(APP, "GET /token").json["token"]
    return text


def log_in(site: Site, password: str = "engine") -> Told:
    return post(site, "/login", {"name": "ada", "password": password})


def paint(site: Site, colour: str, page: str = APP, **more: Any) -> Told:
    return post(site, "/profile", {"colour": colour}, page, "PUT", **more)


@pytest.fixture
def logged_in(login: Site) -> Iterator[Site]:
    assert log_in(login).verdict == 200
    assert paint(login, "plain").verdict == 200
    yield login
    assert post(login, "/logout").verdict == 200


def test_logged_out_the_page_reads_that_it_is(login: Site) -> None:
    answer = paint(login, "green")
    assert (answer.verdict, answer.json) == (401, {"error": "log in first"})
    assert log_in(login, "wrong").verdict == 401


def test_logged_in_the_session_and_the_token_travel(logged_in: Site) -> None:
    answer = paint(logged_in, "green")
    assert (answer.verdict, answer.json) == (200, {"name": "ada", "colour": "green"})
    assert logged_in.told(APP, "GET /profile").json == answer.json


def test_without_credentials_nobody_is_logged_in(logged_in: Site) -> None:
    assert logged_in.told(APP, "GET /profile", credentials="omit").verdict == 401


@pytest.mark.parametrize("headers", [PLAIN, {**PLAIN, "X-CSRFToken": "made up"}], ids=["no token", "a wrong token"])
def test_the_page_reads_that_csrf_protection_refused_it(logged_in: Site, headers: dict[str, str]) -> None:
    answer = logged_in.told(APP, "POST /logout", headers=headers, body="{}")
    assert answer.verdict == 403
    assert "CSRF verification failed" in answer.text
    assert logged_in.told(APP, "GET /profile").verdict == 200


@pytest.mark.parametrize("page", STRANGERS)
def test_a_stranger_reads_nothing_and_changes_nothing(logged_in: Site, page: str) -> None:
    assert logged_in.told(page, "GET /profile") == Told(BLOCKED)
    assert logged_in.told(page, "GET /token") == Told(BLOCKED)
    assert paint(logged_in, "black", page) == Told(BLOCKED)
    assert logged_in.told(page, "POST /logout", headers=PLAIN, body="{}") == Told(BLOCKED)
    assert logged_in.told(page, "POST /logout", headers=PLAIN, body="{}", mode="no-cors") == Told(OPAQUE)
    assert logged_in.told(APP, "GET /profile").json == {"name": "ada", "colour": "plain"}


def test_a_method_that_is_not_listed_is_never_sent(logged_in: Site) -> None:
    assert post(logged_in, "/profile", method="DELETE") == Told(BLOCKED)


@pytest.mark.parametrize(
    ("asked", "verdict", "text"),
    [
        pytest.param("GET /nothing", 404, "Not Found", id="404"),
        pytest.param("GET /boom", 500, "Server Error", id="500"),
        pytest.param("GET /slash", 200, "token", id="APPEND_SLASH"),
        pytest.param("GET /stream", 200, "one two", id="a stream"),
        pytest.param("GET /stream-later", 200, "one two", id="an async stream"),
        pytest.param("GET /file", 200, "urlpatterns", id="a file"),
    ],
)
def test_the_page_reads_responses_of_all_kinds_and_a_stranger_none(
    login: Site, asked: str, verdict: int, text: str
) -> None:
    answer = login.told(APP, asked)
    assert answer.verdict == verdict
    assert text in answer.text
    assert login.told(EVIL, asked) == Told(BLOCKED)


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("asked", "debug", "text"),
    [
        pytest.param("GET /boom", True, "ZeroDivisionError at /boom", id="500, DEBUG"),
        pytest.param("GET /boom", False, "Server Error (500)", id="500"),
        pytest.param("GET /nothing", True, "Using the URLconf", id="404, DEBUG"),
        pytest.param("GET /nothing", False, "not found on this server", id="404"),
    ],
)
def test_error_pages_can_be_read_with_and_without_DEBUG(mode: str, asked: str, debug: bool, text: str) -> None:
    origin = "https://api.example.net"
    with in_this_process(LOGIN, DEBUG=debug):
        pages = simulated(mode, origin)
        site = Site(origin, pages)
        assert text in site.told(APP, asked).text
        assert site.told(EVIL, asked) == Told(BLOCKED)
        pages.close()


@pytest.mark.server
@pytest.mark.parametrize("program", ["gunicorn", "uvicorn"])
class TestRedirectsToHTTPS:
    """`SECURE_SSL_REDIRECT`, behind a proxy of which `SECURE_PROXY_SSL_HEADER` knows, and without it."""

    def test_behind_the_proxy_nothing_is_redirected(self, deployed: Deployed, program: str) -> None:
        host = {"gunicorn": "api.example.net", "uvicorn": "api.example.org"}[program]
        answer = deployed.front.ask("GET", "/profile", host, {"Origin": APP})
        assert (answer.status, answer.cors["access-control-allow-origin"]) == (401, APP)

    def test_the_redirect_carries_the_headers(self, deployed: Deployed, program: str) -> None:
        status, headers, _ = deployed.servers[LOGIN, program].get("/profile", f"Origin: {APP}")
        assert (status, headers["location"]) == (301, "https://api.example/profile")
        assert (headers["access-control-allow-origin"], headers["vary"]) == (APP, "Origin")

    def test_a_preflight_is_not_redirected(self, deployed: Deployed, program: str) -> None:
        asking = (f"Origin: {APP}", "Access-Control-Request-Method: PUT")
        status, headers, body = deployed.servers[LOGIN, program].get("/profile", *asking, method="OPTIONS")
        assert (status, body) == (204, b"")
        assert headers["access-control-allow-origin"] == APP
