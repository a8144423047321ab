"""Programs written for flask-cors, with their import changed and nothing else: pages are told what was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.flask.servers.site import NOTES, ORDERS
from tests.servers.pages import BLOCKED, Ask, Pages, Told

CLIENT = "https://example-client.com"
FRONTEND = "https://frontend.example.com"
EVIL = "https://evil.example"
JSON = {"Content-Type": "application/json"}
TOKEN = {"Authorization": "Bearer abc"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def told(pages: Pages, page: str, server: str, asked: str, **more: Any) -> Told:
    """What `page` is told about `asked`, a method and a path."""
    method, path = asked.split()
    return pages.fetch(page, Ask(server + path, method, **{"credentials": "include", **more}))


class TestOrders:
    """`CORS(app, resources={r"/api/*": {"origins": ...}}, supports_credentials=True)`"""

    @pytest.mark.parametrize(
        ("asked", "more", "verdict"),
        [
            pytest.param("GET /api/orders", {}, 200, id="GET"),
            pytest.param("GET /api/orders", {"credentials": "omit"}, 200, id="GET without credentials"),
            pytest.param("GET /api/orders", {"headers": TOKEN}, 200, id="GET with a token"),
            pytest.param("POST /api/orders", {"headers": JSON, "body": "{}"}, 200, id="POST of JSON"),
            pytest.param("PUT /api/orders/1", {"headers": JSON | TOKEN, "body": "{}"}, 200, id="PUT with a token"),
            pytest.param("DELETE /api/orders/1", {"headers": {"X-Reason": "sold out"}}, 200, id="DELETE, own header"),
            pytest.param("DELETE /api/orders/99", {}, 404, id="aborted"),
            pytest.param("GET /api/nothing", {}, 404, id="no such route"),
            pytest.param("PUT /api/orders", {}, 405, id="no such method"),
            pytest.param("GET /api/failure", {}, 500, id="a failure"),
            pytest.param("POST /api/session", {"headers": JSON, "body": "["}, 400, id="bad JSON"),
            pytest.param("GET /status", {}, BLOCKED, id="outside the subtree"),
            pytest.param("GET /apiary", {}, BLOCKED, id="beside the subtree"),
        ],
    )
    def test_its_client_reads_what_is_under_api(
        self, pages: Pages, asked: str, more: dict[str, Any], verdict: int | str
    ) -> None:
        assert told(pages, CLIENT, ORDERS, asked, **more).verdict == verdict

    def test_its_clients_cookie_travels_between_sites(self, pages: Pages) -> None:
        body = json.dumps({"name": "ada"})
        assert told(pages, CLIENT, ORDERS, "POST /api/session", headers=JSON, body=body).json == {"hello": "ada"}
        assert told(pages, CLIENT, ORDERS, "GET /api/orders").json == {"tea": 1, "cookie": "s3cret"}

    @pytest.mark.parametrize("page", [EVIL, FRONTEND, f"{CLIENT}.evil.example", f"{CLIENT}:8443"])
    @pytest.mark.parametrize("asked", ["GET /api/orders", "PUT /api/orders/1", "GET /status"])
    def test_a_stranger_reads_nothing(self, pages: Pages, page: str, asked: str) -> None:
        assert told(pages, page, ORDERS, asked) == Told(BLOCKED)

    def test_its_own_pages_read_everything(self, pages: Pages) -> None:
        assert told(pages, ORDERS, ORDERS, "GET /status").json == {"up": True}
        assert told(pages, ORDERS, ORDERS, "DELETE /api/orders/1").verdict == 200


class TestNotes:
    """`CORS(app, origins=..., supports_credentials=True)`"""

    @pytest.mark.parametrize(
        ("asked", "more", "verdict"),
        [
            pytest.param("GET /", {}, 200, id="GET"),
            pytest.param("GET /notes/", {"headers": TOKEN}, 200, id="GET with a token"),
            pytest.param("POST /notes/", {"headers": JSON, "body": "{}"}, 200, id="POST of JSON"),
            pytest.param("PUT /notes/tea", {"headers": JSON, "body": "{}"}, 200, id="PUT of JSON"),
            pytest.param("PATCH /notes/tea", {}, 200, id="PATCH"),
            pytest.param("DELETE /notes/tea", {"headers": TOKEN}, 200, id="DELETE with a token"),
            pytest.param("GET /notes", {}, 200, id="a redirect to the slash"),
            pytest.param("GET /nothing", {}, 404, id="no such route"),
            pytest.param("DELETE /notes/", {}, 405, id="no such method"),
        ],
    )
    def test_its_frontend_reads_everything(self, pages: Pages, asked: str, more: dict[str, Any], verdict: int) -> None:
        assert told(pages, FRONTEND, NOTES, asked, **more).verdict == verdict

    def test_its_frontends_cookie_travels_within_the_site(self, pages: Pages) -> None:
        assert told(pages, FRONTEND, NOTES, "POST /login", headers=FORM, body="name=ada").json == {"hello": "ada"}
        assert told(pages, FRONTEND, NOTES, "GET /notes/").json == {"notes": [], "cookie": "s3cret"}
        assert told(pages, FRONTEND, NOTES, "GET /notes/", credentials="omit").json == {"notes": [], "cookie": None}

    @pytest.mark.parametrize("page", [EVIL, CLIENT, "https://other.example.com", "https://frontend-example.com"])
    @pytest.mark.parametrize("asked", ["GET /notes/", "POST /notes/", "DELETE /notes/tea"])
    def test_a_stranger_reads_nothing(self, pages: Pages, page: str, asked: str) -> None:
        assert told(pages, page, NOTES, asked) == Told(BLOCKED)
