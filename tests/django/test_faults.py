"""What was found wrong in django-cors-headers, fault by fault, and right in ours; `pytest -k D7_` runs that of D7."""

from __future__ import annotations

import asyncio
import re
import sys
import warnings
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest
from django.test import AsyncClient, Client
from django.utils.module_loading import import_string

import cors_django
from cors_core import Outcome, Plan, Policy, Request
from cors_core.errors import CORSMigrationWarning
from tests.django.verdicts import OURS, THEIRS, Project, configured, project
from tests.sites import ACRH, ACRM, ACRPN, APP, EVIL, Answer

PARTNER = "https://partner.example.org"
LOOKALIKE = f"{APP}.evil.example.net"
ONE: dict[str, Any] = {"CORS_ALLOWED_ORIGINS": [APP]}
COOKIES: dict[str, Any] = {**ONE, "CORS_ALLOW_CREDENTIALS": True}
GRANTED = {"allow-origin": APP, "allow-credentials": "true"}
Asking = Callable[..., Answer]
warned = pytest.warns(CORSMigrationWarning)


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Asking:
    """Sends a request as it stands to a project with some settings, to be read header by header."""

    def ask(
        setup: Project,
        origin: str | None = APP,
        method: str = "GET",
        path: str = "/items",
        library: str = OURS,
        **headers: str,
    ) -> Answer:
        if origin is not None:
            headers["Origin"] = origin
        send = sent_to_sync if request.param == "sync" else sent_to_async
        with configured(setup, library):
            response = send(method, path, headers)
        lines = tuple((name.lower(), value) for name, value in response.items())
        return Answer(response.status_code, lines, response.content, True)

    return ask


def sent_to_sync(method: str, path: str, headers: dict[str, str]) -> Any:
    return Client(raise_request_exception=False).generic(method, path, headers=headers)


def sent_to_async(method: str, path: str, headers: dict[str, str]) -> Any:
    return asyncio.run(AsyncClient(raise_request_exception=False).generic(method, path, headers=headers))


def preflight(ask: Asking, setup: Project, origin: str = APP, method: str = "PUT", **more: str) -> Answer:
    return ask(setup, origin, "OPTIONS", **{ACRM: method}, **more)


def started(setup: Project, library: str = OURS) -> None:
    """Start the project as a server does, either way."""
    with configured(setup, library):
        get_wsgi_application()
        get_asgi_application()


def checked(setup: Project, library: str = OURS) -> list[Any]:
    """What the system check of the settings has to say."""
    with configured(setup, library), warnings.catch_warnings(action="ignore"):
        return list(import_string(f"{library}.checks.check_settings")())


def test_D1_an_expression_matches_the_whole_origin_or_not_at_all(ask: Asking) -> None:
    setup = project(CORS_ALLOWED_ORIGIN_REGEXES=[r"https://\w+\.example\.com"], CORS_ALLOW_CREDENTIALS=True)
    with warned:
        assert ask(setup).cors == GRANTED
        assert ask(setup, LOOKALIKE).cors == {}
    assert ask(setup, LOOKALIKE, library=THEIRS).cors == {"allow-origin": LOOKALIKE, "allow-credentials": "true"}


def test_D2_without_an_origin_there_is_no_preflight(ask: Asking) -> None:
    setup = project(**ONE)
    assert b'"method": "OPTIONS"' in ask(setup, None, "OPTIONS", **{ACRM: "PUT"}).body
    assert ask(setup, None, "OPTIONS", library=THEIRS, **{ACRM: "PUT"}).body == b""


def test_D3_a_preflight_of_a_stranger_is_refused_and_told_nothing(ask: Asking) -> None:
    answer = preflight(ask, project(**ONE), EVIL)
    assert (answer.status, answer.cors, answer.vary) == (403, {}, ["origin"])
    assert preflight(ask, project(**ONE), EVIL, library=THEIRS).status == 200


@pytest.mark.parametrize(
    ("method", "headers", "outcome"),
    [
        pytest.param("PURGE", "x-csrftoken", Outcome.METHOD_REFUSED, id="method"),
        pytest.param("PUT", "x-nope", Outcome.HEADERS_REFUSED, id="header"),
        pytest.param("PUT", "x-csrftoken", Outcome.ALLOWED, id="neither"),
    ],
)
def test_D3_it_can_be_learnt_why_a_preflight_fails(ask: Asking, method: str, headers: str, outcome: Outcome) -> None:
    plans: list[Plan] = []

    def observe(request: Request, plan: Plan) -> None:
        plans.append(plan)

    answer = preflight(ask, project(**ONE, CORS_OBSERVE=observe), method=method, **{ACRH: headers})
    assert [plan.outcome for plan in plans] == [outcome]
    assert method == "PUT" or method not in answer.cors["allow-methods"]


def test_D4_an_OPTIONS_request_that_is_no_preflight_is_answered_as_any_other(ask: Asking) -> None:
    answer = ask(project(**ONE), method="OPTIONS")
    assert b'"method": "OPTIONS"' in answer.body
    assert answer.cors == {"allow-origin": APP}
    assert "max-age" in ask(project(**ONE), method="OPTIONS", library=THEIRS).cors


@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_D5_credentials_are_not_for_everybody(ask: Asking, origin: str) -> None:
    setup = project(CORS_ALLOW_ALL_ORIGINS=True, CORS_ALLOW_CREDENTIALS=True)
    with pytest.raises(ImproperlyConfigured, match="wildcard-with-credentials"):
        ask(setup, origin)
    assert ask(setup, origin, library=THEIRS).cors == {"allow-origin": origin, "allow-credentials": "true"}


def test_D5_the_system_check_complains_of_credentials_for_everybody() -> None:
    setup = project(CORS_ALLOW_ALL_ORIGINS=True, CORS_ALLOW_CREDENTIALS=True)
    assert any("credentials" in str(message) for message in checked(setup))
    assert checked(setup, THEIRS) == []


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        pytest.param("https://a.com", "https://a.com/evil?x=1#f", id="path"),
        pytest.param("https://a.com", "HTTPS://a.com", id="upper case"),
        pytest.param("https://ab.com", "https://a\tb.com", id="tab"),
    ],
)
def test_D6_what_is_no_serialised_origin_is_not_taken_for_one(ask: Asking, allowed: str, origin: str) -> None:
    setup = project(CORS_ALLOWED_ORIGINS=[allowed], CORS_ALLOW_CREDENTIALS=True)
    assert ask(setup, allowed).cors["allow-origin"] == allowed
    assert ask(setup, origin).cors == {}
    assert ask(setup, origin, library=THEIRS).cors["allow-origin"] == origin


def test_D7_a_default_port_is_reported_with_the_right_spelling(ask: Asking) -> None:
    setup = project(CORS_ALLOWED_ORIGINS=["https://a.com:443"])
    with pytest.warns(CORSMigrationWarning, match=r"'https://a\.com'"):
        assert ask(setup, "https://a.com").cors == {}
    assert ask(setup, "https://a.com", library=THEIRS).cors == {}


@pytest.mark.parametrize("origin", ["foo", "//", "evil?x", "null/"])
def test_D8_the_entry_null_is_for_null_alone(ask: Asking, origin: str) -> None:
    setup = project(CORS_ALLOWED_ORIGINS=["null"])
    with warned:
        assert ask(setup, "null").cors == {"allow-origin": "null"}
        assert ask(setup, origin).cors == {}
    assert ask(setup, origin, library=THEIRS).cors == {"allow-origin": origin}


@pytest.mark.parametrize("origin", ["file:///etc/passwd", "file:x"])
def test_D8_the_entry_file_is_for_no_files(ask: Asking, origin: str) -> None:
    setup = project(CORS_ALLOWED_ORIGINS=["file://", APP])
    with warned:
        assert ask(setup).cors == {"allow-origin": APP}
        assert ask(setup, origin).cors == {}
    assert ask(setup, origin, library=THEIRS).cors == {"allow-origin": origin}


def calls_for(listed: int, library: str) -> int:
    """How many functions are called for a request of a stranger, with so many origins listed."""
    numbers = count()
    strangers = [f"https://s{number}.example.net" for number in range(listed)]
    with configured(project(CORS_ALLOWED_ORIGINS=strangers), library):
        client = Client()
        for _ in range(3):  # what is done once is done by then
            client.get("/items", headers={"Origin": EVIL})
        sys.setprofile(lambda frame, event, argument: next(numbers) if event == "call" else None)
        try:
            client.get("/items", headers={"Origin": EVIL})
        finally:
            sys.setprofile(None)
    return next(numbers)


def test_D9_a_request_costs_the_same_however_many_origins_are_listed() -> None:
    assert calls_for(1000, OURS) == pytest.approx(calls_for(1, OURS), rel=0.1)
    assert calls_for(1000, THEIRS) > 5 * calls_for(1, THEIRS)


async def partners_later(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    await asyncio.sleep(0)
    return request.headers.get("Origin") == PARTNER


def partners_in_the_database(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s = %s", [request.headers.get("Origin"), PARTNER])
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


@pytest.mark.parametrize("receiver", [partners_later, partners_in_the_database])
def test_D10_receivers_may_wait_and_may_use_the_database(ask: Asking, receiver: Callable[..., Any]) -> None:
    setup = project(receiver, **ONE)
    for origin, allowed in ((APP, APP), (PARTNER, PARTNER), (EVIL, None)):
        answer = ask(setup, origin)
        assert (answer.status, answer.cors.get("allow-origin")) == (200, allowed)
        assert preflight(ask, setup, origin).cors.get("allow-origin") == allowed


@pytest.mark.parametrize("receiver", [partners_later, partners_in_the_database])
def test_D10_they_could_not(receiver: Callable[..., Any]) -> None:
    setup = project(receiver, **ONE)
    with warnings.catch_warnings(action="ignore"), configured(setup, THEIRS):
        assert sent_to_async("GET", "/items", {"Origin": PARTNER}).status_code == 500


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"CORS_ALLOW_METHODS": "GET"}, id="text for methods"),
        pytest.param({"CORS_ALLOW_HEADERS": "x-a"}, id="text for headers"),
        pytest.param({"CORS_ALLOWED_ORIGIN_REGEXES": ["https://("]}, id="no expression"),
        pytest.param({"CORS_URLS_REGEX": "("}, id="no expression of paths"),
        pytest.param({"CORS_ALLOW_METHODS": ["GET", "P U T"]}, id="no token among methods"),
        pytest.param({"CORS_ALLOW_HEADERS": ["x-a\r\nx-b"]}, id="a new line in a header"),
        pytest.param({"CORS_EXPOSE_HEADERS": ["x-a\nx-b"]}, id="a new line in what is exposed"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": 1e12}, id="half an age"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": True}, id="a boolean for an age"),
    ],
)
def test_D11_what_cannot_be_meant_stops_the_server(settings: dict[str, Any]) -> None:
    [name] = settings
    setup = project(**{**ONE, **settings})
    with pytest.raises(ImproperlyConfigured, match=name):
        started(setup)
    assert checked(setup)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"CORS_ALLOWED_ORIGINS": ["https://*.a.com"]}, "pattern", id="a pattern"),
        pytest.param({"CORS_ALLOWED_ORIGINS": ["https://a.com:99999"]}, "99999", id="no port"),
        pytest.param({"CORS_ALLOWED_ORIGINS": ["https://u:p@a.com"]}, "a.com", id="userinfo"),
        pytest.param({**COOKIES, "CORS_ALLOW_HEADERS": ["*"]}, "CORS_ALLOW_HEADERS", id="any header, and cookies"),
        pytest.param({"CORS_PREFLIGHT_MAX_AGE": 10**12}, "CORS_PREFLIGHT_MAX_AGE", id="a long age"),
        pytest.param({"CORS_ALLOWED_ORIGIN": [APP]}, "CORS_ALLOWED_ORIGINS", id="a misspelt name"),
        pytest.param({"CORS_ALOW_CREDENTIALS": True}, "CORS_ALLOW_CREDENTIALS", id="another misspelt name"),
    ],
)
def test_D11_what_is_hardly_meant_is_warned_of(settings: dict[str, Any], said: str) -> None:
    with pytest.warns(CORSMigrationWarning, match=re.escape(said)):
        started(project(**settings))


def test_D11_a_set_is_as_good_as_a_list(ask: Asking) -> None:
    setup = project(CORS_ALLOWED_ORIGINS={APP, PARTNER})
    assert ask(setup, PARTNER).cors == {"allow-origin": PARTNER}
    assert checked(setup) == []
    assert [message.id for message in checked(setup, THEIRS)] == ["corsheaders.E006"]


INVALID: dict[str, Any] = {
    "CORS_ALLOWED_ORIGIN_REGEXES": ["https://("],
    "CORS_ALLOW_METHODS": "GET",
    "CORS_PREFLIGHT_MAX_AGE": -5,
    "CORS_ALLOW_CREDENTIALS": "False",
}


def test_D12_invalid_settings_stop_a_server_at_start_with_every_problem() -> None:
    for start in (get_wsgi_application, get_asgi_application):
        with pytest.raises(ImproperlyConfigured) as refusal, configured(project(**INVALID), OURS):
            start()
        assert all(name in str(refusal.value) for name in INVALID)
    started(project(**INVALID), THEIRS)


def test_D13_a_check_has_one_meaning() -> None:
    missing, removed = project(CORS_ALLOWED_ORIGINS=["app.example.com"]), project(CORS_REPLACE_HTTPS_REFERER=True)
    assert [message.id for message in checked(missing)] == ["cors_django.E013"]
    assert "cors_django.E013" not in [message.id for message in checked(removed)]
    assert {message.id for setup in (missing, removed) for message in checked(setup, THEIRS)} == {"corsheaders.E013"}


@pytest.mark.parametrize("origin", [APP, None])
def test_D14_what_is_for_everyone_is_cached_for_everyone(ask: Asking, origin: str | None) -> None:
    setup = project(CORS_ALLOW_ALL_ORIGINS=True)
    answer = ask(setup, origin)
    assert (answer.cors, answer.vary) == ({"allow-origin": "*"}, [])
    assert ask(setup, origin, library=THEIRS).vary == ["origin"]


@pytest.mark.parametrize("origin", [APP, EVIL, None])
def test_D14_what_is_not_for_everyone_is_cached_for_each_alone(ask: Asking, origin: str | None) -> None:
    for path in ("/items", "/nothing", "/boom", "/slash"):
        assert ask(project(**ONE), origin, path=path).vary.count("origin") == 1


def test_D15_private_networks_are_a_matter_of_preflights_that_ask(ask: Asking) -> None:
    setup, asking = project(**ONE, CORS_ALLOW_PRIVATE_NETWORK=True), {ACRPN: "true"}
    assert preflight(ask, setup, **asking).cors["allow-private-network"] == "true"
    for answer in (ask(setup, **asking), preflight(ask, setup), preflight(ask, project(**ONE), **asking)):
        assert "allow-private-network" not in answer.cors
    assert ask(setup, library=THEIRS, **asking).cors["allow-private-network"] == "true"


def public(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    return request.path.startswith("/public/")


def public_with_cookies(sender: Any, request: HttpRequest, **kwargs: Any) -> Any:
    return request.path.startswith("/public/") and cors_django.ALLOW_WITH_CREDENTIALS


def test_D18_a_receivers_plain_yes_carries_no_credentials(ask: Asking, caplog: pytest.LogCaptureFixture) -> None:
    asked: dict[str, Any] = {"origin": EVIL, "path": "/public/items"}
    setup = project(public, **COOKIES)
    assert ask(setup).cors == GRANTED
    assert ask(setup, **asked).cors == {"allow-origin": EVIL}
    assert ask(project(public_with_cookies, **COOKIES), **asked).cors == {**GRANTED, "allow-origin": EVIL}
    assert ask(setup, library=THEIRS, **asked).cors == {**GRANTED, "allow-origin": EVIL}


def careless(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    return request.headers["origin"] == PARTNER


@pytest.mark.parametrize("origin", [None, EVIL, PARTNER])
@pytest.mark.parametrize("receiver", [careless, lambda **_: 1 // 0])
def test_D18_a_receiver_that_raises_fails_no_request(
    ask: Asking, origin: str | None, receiver: Callable[..., Any]
) -> None:
    setup = project(receiver, **ONE, CORS_URLS_REGEX=r"^/api/")
    answer = ask(setup, origin)
    allowed = {"allow-origin": PARTNER} if receiver is careless and origin == PARTNER else {}
    assert (answer.status, answer.cors) == (200, allowed)
    if origin is None:
        assert ask(setup, origin, library=THEIRS).status == 500


def test_D19_a_prefix_ends_where_a_segment_does(ask: Asking) -> None:
    natively = project(CORS_POLICY=cors_django.by_path({"/api": Policy(allow_origins=[APP])}))
    for path, allowed in (("/api", APP), ("/api/items", APP), ("/apiary", None)):
        assert ask(natively, path=path).cors.get("allow-origin") == allowed
    setup = project(**ONE, CORS_URLS_REGEX=r"^/api")
    assert ask(setup, path="/apiary", library=THEIRS).cors == {"allow-origin": APP}


def test_settings_that_a_test_overrides_count_at_once() -> None:
    """In the middleware that is running, and again when they are as they were."""

    def allowed(client: Client) -> str | None:
        return client.get("/items", headers={"Origin": APP}).headers.get("Access-Control-Allow-Origin")

    with configured(project(), OURS):
        client = Client()
        before = allowed(client)
        with configured(project(**ONE), OURS):
            during = allowed(client)
        assert (before, during, allowed(client)) == (None, APP, None)
