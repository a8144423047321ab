"""The example with Flask-Login, from a page of another site: it logs in and works, and nobody else's page gets anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.flask.servers.site import LOGIN
from tests.servers.pages import BLOCKED, OPAQUE, Ask, Pages, Told

APP = "https://app.example.com"
EVIL = "https://evil.example"
STRANGERS = [EVIL, "https://app.example.com.evil.example", "https://xapp.example.com", "https://app.example.com:8443"]


def asking(method: str, path: str, content: Any = None, **more: Any) -> Ask:
    """A request with the session's cookie, if there is a session, and JSON, if there is something to say."""
    typed = {} if content is None else {"headers": {"Content-Type": "application/json"}, "body": json.dumps(content)}
    return Ask(f"{LOGIN}{path}", method, **{"credentials": "include", **typed, **more})


def log_in(pages: Pages, password: str = "engine") -> Told:
    return pages.fetch(APP, asking("POST", "/login", {"name": "ada", "password": password}))


def paint(pages: Pages, colour: str, page: str = APP, **more: Any) -> Told:
    return pages.fetch(page, asking("PUT", "/profile", {"colour": colour}, **more))


@pytest.fixture
def logged_in(pages: Pages) -> Iterator[Pages]:
    assert log_in(pages).verdict == 200
    assert paint(pages, "plain").verdict == 200
    yield pages
    pages.fetch(APP, asking("POST", "/logout"))


def test_logged_out_the_preflight_passes_and_the_page_reads_the_401(pages: Pages) -> None:
    answer = paint(pages, "green")
    assert (answer.verdict, answer.json) == (401, {"error": "log in first"})


def test_a_wrong_password_can_be_read_about(pages: Pages) -> None:
    answer = log_in(pages, "wrong")
    assert (answer.verdict, answer.json) == (401, {"error": "wrong name or password"})


def test_logged_in_the_session_travels_with_every_request(logged_in: Pages) -> None:
    answer = paint(logged_in, "green")
    assert (answer.verdict, answer.json) == (200, {"name": "ada", "colour": "green"})
    assert logged_in.fetch(APP, asking("GET", "/profile")).json == answer.json


def test_without_credentials_nobody_is_logged_in(logged_in: Pages) -> None:
    assert paint(logged_in, "green", credentials="omit").verdict == 401
    assert paint(logged_in, "green", credentials="same-origin").verdict == 401


def test_logged_out_again_it_is_a_401_again(logged_in: Pages) -> None:
    assert logged_in.fetch(APP, asking("POST", "/logout")).verdict == 200
    assert paint(logged_in, "green").verdict == 401


@pytest.mark.parametrize(
    ("method", "path", "verdict"),
    [
        pytest.param("GET", "/nothing", 404, id="404"),
        pytest.param("POST", "/profile", 405, id="405"),
        pytest.param("PUT", "/profile", 415, id="415"),
    ],
)
def test_errors_can_be_read(logged_in: Pages, method: str, path: str, verdict: int) -> None:
    assert logged_in.fetch(APP, asking(method, path)).verdict == verdict


def test_a_method_that_is_not_listed_is_never_sent(logged_in: Pages) -> None:
    assert logged_in.fetch(APP, asking("DELETE", "/profile")).verdict == BLOCKED


@pytest.mark.parametrize("page", STRANGERS)
def test_a_stranger_reads_nothing_and_changes_nothing(logged_in: Pages, page: str) -> None:
    assert logged_in.fetch(page, asking("GET", "/profile")) == Told(BLOCKED)
    assert logged_in.fetch(page, asking("GET", "/profile", credentials="omit")) == Told(BLOCKED)
    assert paint(logged_in, "black", page) == Told(BLOCKED)
    assert logged_in.fetch(page, asking("POST", "/login", {"name": "ada", "password": "engine"})) == Told(BLOCKED)
    assert logged_in.fetch(APP, asking("GET", "/profile")).json == {"name": "ada", "colour": "plain"}


def test_what_a_stranger_sends_unasked_is_not_carried_out(logged_in: Pages) -> None:
    assert logged_in.fetch(EVIL, asking("POST", "/logout", mode="no-cors")) == Told(OPAQUE)
    assert logged_in.fetch(APP, asking("GET", "/profile")).verdict == 200, "the stranger has logged ada out"
