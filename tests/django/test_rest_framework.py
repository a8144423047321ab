"""Django REST framework with tokens: preflights pass without one, and what is refused can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.urls import include, path
from rest_framework import exceptions, routers
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from cors_core.testing import Browser, CORSError, Page
from cors_django import Policy, cors_policy
from tests.django.verdicts import HANDLERS

API = "https://api.example.com"
APP, PARTNER, EVIL = "https://app.example.com", "https://partner.example.org", "https://evil.example.net"
TOKEN = {"Authorization": "Token abc"}
COMMON: dict[str, Any] = {"allow_methods": ["PUT", "DELETE"], "allow_headers": ["Authorization"]}


class Tokens(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, None] | None:
        given = request.headers.get("Authorization")
        if given is None:
            return None
        if given != TOKEN["Authorization"]:
            raise exceptions.AuthenticationFailed
        return User(username="ada"), None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class Profile(APIView):
    authentication_classes = (Tokens,)
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response({"name": request.user.username})

    put = get


class Orders(ViewSet):
    authentication_classes = (Tokens,)
    permission_classes = (IsAuthenticated,)

    def list(self, request: Request) -> Response:
        return Response(["tea"])

    def destroy(self, request: Request, pk: str) -> Response:
        return Response({"gone": pk})

    @action(detail=True, methods=["put"])
    @cors_policy(Policy(allow_origins=[PARTNER], **COMMON))
    def ship(self, request: Request, pk: str) -> Response:
        return Response({"shipped": pk})


router = routers.SimpleRouter()
router.register("orders", Orders, basename="order")
urlpatterns = [path("profile", Profile.as_view()), path("api/", include(router.urls))]


@pytest.fixture(params=list(HANDLERS))
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    settings: dict[str, Any] = {
        "ROOT_URLCONF": __name__,
        "CORS_POLICY": Policy(allow_origins=[APP], **COMMON),
        "REST_FRAMEWORK": {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
    }
    with override_settings(**settings), Browser(HANDLERS[request.param](), at=API) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.open(APP)


def test_a_preflight_passes_without_a_token_and_the_request_with_it(page: Page) -> None:
    answer = page.fetch(f"{API}/profile", method="PUT", headers=TOKEN, json={})
    assert (answer.status, answer.json()) == (200, {"name": "ada"})
    assert [request.kind for request in page.requests] == ["preflight", "request"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token wrong"}], ids=["no token", "a wrong token"])
@pytest.mark.parametrize(("method", "where"), [("GET", "/profile"), ("PUT", "/profile"), ("DELETE", "/api/orders/7/")])
def test_a_401_can_be_read(page: Page, method: str, where: str, headers: dict[str, str]) -> None:
    answer = page.fetch(API + where, method=method, headers=headers)
    assert answer.status == 401
    assert "detail" in answer.json()


def test_a_405_and_a_404_can_be_read(page: Page) -> None:
    assert page.fetch(f"{API}/profile", method="DELETE", headers=TOKEN).status == 405
    assert page.fetch(f"{API}/api/nothing/", method="DELETE", headers=TOKEN).status == 404


def test_a_stranger_reads_nothing(browser: Browser) -> None:
    for method, where in (("GET", "/profile"), ("PUT", "/profile"), ("GET", "/api/orders/")):
        with pytest.raises(CORSError):
            browser.open(EVIL).fetch(API + where, method=method, headers=TOKEN)


def test_a_viewset_has_the_policy_of_the_settings(page: Page) -> None:
    assert page.fetch(f"{API}/api/orders/", headers=TOKEN).json() == ["tea"]
    assert page.fetch(f"{API}/api/orders/7/", method="DELETE", headers=TOKEN).json() == {"gone": "7"}


def test_an_action_has_its_own(browser: Browser, page: Page) -> None:
    where = f"{API}/api/orders/7/ship/"
    answer = browser.open(PARTNER).fetch(where, method="PUT", headers=TOKEN)
    assert answer.json() == {"shipped": "7"}
    with pytest.raises(CORSError):
        page.fetch(where, method="PUT", headers=TOKEN)
    with pytest.raises(CORSError):
        browser.open(PARTNER).fetch(f"{API}/api/orders/7/", method="DELETE", headers=TOKEN)


def test_a_plain_OPTIONS_request_gets_the_metadata_of_the_view(page: Page) -> None:
    with override_settings(CORS_POLICY=Policy(allow_origins=[APP], allow_methods=["OPTIONS"], allow_headers=["*"])):
        answer = page.fetch(f"{API}/profile", method="OPTIONS", headers=TOKEN)
    assert (answer.status, answer.json()["name"]) == (200, "Profile")
