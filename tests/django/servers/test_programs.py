"""A project written for django-cors-headers, with its dotted names changed and nothing else: pages are told what was meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.django.servers.conftest import Site
from tests.servers.pages import BLOCKED, Told

CLIENT, ADMIN = "https://myapp.com", "https://admin.myapp.com"
EVIL = "https://evil.example"
JSON = {"Content-Type": "application/json"}
TOKEN = {"Authorization": "Bearer abc"}
AJAX = {"X-Requested-With": "XMLHttpRequest"}


@pytest.mark.parametrize("page", [CLIENT, ADMIN])
@pytest.mark.parametrize(
    ("asked", "more", "verdict"),
    [
        pytest.param("GET /api/orders/", {}, 200, id="GET"),
        pytest.param("GET /api/orders/", {"credentials": "omit"}, 200, id="GET without credentials"),
        pytest.param("GET /api/orders/", {"headers": TOKEN | AJAX}, 200, id="GET with a token"),
        pytest.param("POST /api/orders/", {"headers": JSON, "body": "{}"}, 200, id="POST of JSON"),
        pytest.param("PUT /api/orders/1/", {"headers": JSON | TOKEN, "body": "{}"}, 200, id="PUT with a token"),
        pytest.param("PATCH /api/orders/1/", {"headers": JSON, "body": "{}"}, 200, id="PATCH"),
        pytest.param("DELETE /api/orders/1/", {}, 200, id="DELETE"),
        pytest.param("GET /api/orders", {}, 200, id="a redirect to the slash"),
        pytest.param("GET /api/nothing/", {}, 404, id="no such route"),
        pytest.param("GET /api/failure/", {}, 500, id="a failure"),
        pytest.param(
            "GET /api/orders/", {"headers": {"X-CSRFToken": "abc"}}, BLOCKED, id="a header that is not listed"
        ),
        pytest.param("PURGE /api/orders/", {}, BLOCKED, id="a method that is not listed"),
    ],
)
def test_its_frontends_read_what_they_were_meant_to(
    migrated: Site, page: str, asked: str, more: dict[str, Any], verdict: int | str
) -> None:
    assert migrated.told(page, asked, **more).verdict == verdict


def test_its_frontends_cookie_travels_within_the_site(migrated: Site) -> None:
    assert migrated.told(CLIENT, "POST /api/session/").json == {"hello": "ada"}
    assert migrated.told(CLIENT, "GET /api/orders/").json == {"tea": 1, "cookie": "s3cret"}
    assert migrated.told(CLIENT, "GET /api/orders/", credentials="omit").json == {"tea": 1, "cookie": None}


@pytest.mark.parametrize("page", [EVIL, "https://www.myapp.com", "https://myapp.com.evil.example", f"{CLIENT}:8443"])
@pytest.mark.parametrize("asked", ["GET /api/orders/", "PUT /api/orders/1/", "POST /api/session/", "GET /api/failure/"])
def test_a_stranger_reads_nothing(migrated: Site, page: str, asked: str) -> None:
    assert migrated.told(page, asked) == Told(BLOCKED)


def test_its_own_pages_read_everything(migrated: Site) -> None:
    assert migrated.told(migrated.origin, "PUT /api/orders/1/").verdict == 200
