"""`check_request_enabled`: who is asked when, and what a yes is worth; in synchronous and asynchronous Django."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from tests.components import require

require("django")
require("re2")

from django.db import connection  # noqa: E402
from django.dispatch import receiver  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.test import AsyncClient, Client, RequestFactory, override_settings  # noqa: E402

from cors_core import ConfigError, CORSMigrationWarning, Policy  # noqa: E402
from cors_core.origins import Verdict  # noqa: E402
from cors_core.routing import NOBODY  # noqa: E402
from cors_django import options  # noqa: E402
from cors_django.signals import ALLOW_WITH_CREDENTIALS, check_request_enabled  # noqa: E402
from cors_django.views import DjangoRequest  # noqa: E402

APP, PARTNER, EVIL = "https://app.example.com", "https://partner.example.org", "https://evil.example.net"
INSECURE = "http://partner.example.org"
Connect = Callable[[Any], None]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connects receivers, until the test is over."""
    connected: list[Any] = []

    def connect(function: Any) -> None:
        connected.append(function)
        check_request_enabled.connect(function, weak=False)

    yield connect
    for function in connected:
        check_request_enabled.disconnect(function)


class Spy:
    """A receiver that answers as told and counts its calls."""

    def __init__(self, answer: Any = True) -> None:
        self.answer = answer
        self.asked: list[HttpRequest] = []

    def __call__(self, sender: None, request: HttpRequest, **_: object) -> Any:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def select(asynchronous: bool, origin: str | None, path: str = "/", /, **settings: Any) -> Policy | None:
    """The policy for one request from `origin`."""
    given = options.selectable(SimpleNamespace(**settings), asynchronous=asynchronous)
    return ask(given, asynchronous, origin, path)


def ask(given: Any, asynchronous: bool, origin: str | None, path: str = "/") -> Policy | None:
    """The policy that something selectable comes to for one request from `origin`."""
    if isinstance(given, Policy):
        return given
    raw = RequestFactory().get(path, headers={"origin": origin} if origin else {})
    request = DjangoRequest(raw)
    selected: Policy | None = asyncio.run(given(request)) if asynchronous else given(request)
    return selected


def verdict(policy: Policy | None, origin: str) -> Verdict | None:
    """What a policy says of an origin; None if there is none."""
    return policy and policy.origins.verdict(origin)


both = pytest.mark.parametrize("asynchronous", [pytest.param(False, id="sync"), pytest.param(True, id="async")])


@both
def test_without_receivers_there_is_nothing_to_ask(asynchronous: bool) -> None:
    given = options.selectable(SimpleNamespace(CORS_ALLOWED_ORIGINS=[APP]), asynchronous=asynchronous)
    assert isinstance(given, Policy)


@both
@pytest.mark.parametrize(
    ("settings", "origin", "path", "asked", "expected"),
    [
        pytest.param({}, PARTNER, "/", 1, Verdict.ALLOWED, id="whom the settings refuse"),
        pytest.param({}, f"{PARTNER}:8443", "/", 1, Verdict.ALLOWED, id="a port"),
        pytest.param({}, "capacitor://localhost", "/", 1, Verdict.ALLOWED, id="an app"),
        pytest.param({}, APP, "/", 0, Verdict.ALLOWED, id="whom the settings allow"),
        pytest.param({"CORS_ALLOW_ALL_ORIGINS": True}, PARTNER, "/", 0, Verdict.ALLOWED, id="everyone is allowed"),
        pytest.param({}, "null", "/", 0, Verdict.REFUSED, id="null"),
        pytest.param({}, f"{PARTNER}/x", "/", 0, Verdict.REFUSED, id="D6 a path"),
        pytest.param({}, "HTTPS://partner.example.org", "/", 0, Verdict.REFUSED, id="D6 upper case"),
        pytest.param({}, "https://*.example.org", "/", 0, Verdict.REFUSED, id="a pattern"),
        pytest.param({}, f"https://{'x' * 600}.example", "/", 0, Verdict.REFUSED, id="too long"),
        pytest.param({"CORS_URLS_REGEX": "^/api/"}, PARTNER, "/api/", 1, Verdict.ALLOWED, id="within the paths"),
        pytest.param({"CORS_URLS_REGEX": "^/api/"}, APP, "/api/", 0, Verdict.ALLOWED, id="allowed within the paths"),
        pytest.param({"CORS_URLS_REGEX": "^/api/"}, PARTNER, "/x", 1, Verdict.ALLOWED, id="beyond the paths"),
        pytest.param({"CORS_URLS_REGEX": "^/api/"}, APP, "/x", 1, Verdict.ALLOWED, id="#228 allowed beyond the paths"),
        pytest.param({"CORS_URLS_REGEX": "^/api/"}, "null", "/x", 0, None, id="null beyond the paths"),
        pytest.param({"CORS_URLS_REGEX": "^/api/"}, PARTNER, "/api/../x", 0, Verdict.REFUSED, id="two paths in one"),
        pytest.param(
            {"CORS_URLS_REGEX": "^/api/", "CORS_ALLOW_ALL_ORIGINS": True},
            PARTNER,
            "/api/",
            0,
            Verdict.ALLOWED,
            id="everyone within the paths",
        ),
        pytest.param(
            {"CORS_URLS_REGEX": "^/api/", "CORS_ALLOW_ALL_ORIGINS": True},
            PARTNER,
            "/x",
            1,
            Verdict.ALLOWED,
            id="everyone beyond the paths",
        ),
    ],
)
def test_a_receiver_is_asked_where_the_settings_leave_it_open_and_once(
    asynchronous: bool, settings: Any, origin: str, path: str, asked: int, expected: Verdict | None, connect: Connect
) -> None:
    spy = Spy()
    connect(spy)
    policy = select(asynchronous, origin, path, **{"CORS_ALLOWED_ORIGINS": [APP], **settings})
    assert verdict(policy, origin) is expected
    assert len(spy.asked) == asked
    assert verdict(policy, EVIL) is not Verdict.ALLOWED or settings.get("CORS_ALLOW_ALL_ORIGINS")


@both
def test_a_request_without_an_origin_asks_nobody(asynchronous: bool, connect: Connect) -> None:
    """D18: the receiver of the old documentation reads `request.headers["origin"]`."""
    spy = Spy(KeyError("origin"))
    connect(spy)
    assert select(asynchronous, None, "/x", CORS_URLS_REGEX="^/api/") is None
    assert verdict(select(asynchronous, None, "/api/", CORS_URLS_REGEX="^/api/"), PARTNER) is Verdict.REFUSED
    assert spy.asked == []


@both
@pytest.mark.parametrize("answer", [None, False, 0, ""])
def test_a_no_leaves_things_as_the_settings_have_them(asynchronous: bool, answer: Any, connect: Connect) -> None:
    connect(Spy(answer))
    assert verdict(select(asynchronous, PARTNER, CORS_ALLOWED_ORIGINS=[APP]), PARTNER) is Verdict.REFUSED
    assert select(asynchronous, PARTNER, "/x", CORS_URLS_REGEX="^/api/") is None


@both
@pytest.mark.parametrize("answer", [True, 1, "yes", [PARTNER], ALLOW_WITH_CREDENTIALS])
def test_one_yes_among_several_answers_is_enough(asynchronous: bool, answer: Any, connect: Connect) -> None:
    connect(Spy(False))
    connect(Spy(answer))
    assert verdict(select(asynchronous, PARTNER), PARTNER) is not Verdict.REFUSED


@both
def test_whoever_is_allowed_gets_the_rest_of_the_settings(asynchronous: bool, connect: Connect) -> None:
    connect(Spy())
    policy = select(asynchronous, PARTNER, CORS_ALLOW_METHODS=["PUT"], CORS_EXPOSE_HEADERS=["ETag"])
    assert policy is not None
    assert (policy.allow_origins, policy.allow_methods, policy.expose_headers) == ((PARTNER,), ("PUT",), ("ETag",))
    assert policy.preflight_status == 200


@both
@pytest.mark.parametrize(
    ("answer", "settings", "origin", "expected"),
    [
        pytest.param(True, {}, PARTNER, Verdict.ALLOWED, id="D18 a plain yes, credentials for all"),
        pytest.param(
            True, {"CORS_ALLOW_CREDENTIALS": [APP, PARTNER]}, PARTNER, Verdict.CREDENTIALED, id="covered by the list"
        ),
        pytest.param(
            True,
            {"CORS_ALLOW_CREDENTIALS": [APP, "https://*.example.org"]},
            PARTNER,
            Verdict.CREDENTIALED,
            id="covered by a pattern",
        ),
        pytest.param(True, {"CORS_ALLOW_CREDENTIALS": [PARTNER]}, EVIL, Verdict.ALLOWED, id="not covered"),
        pytest.param(True, {"CORS_ALLOW_CREDENTIALS": [PARTNER]}, APP, Verdict.ALLOWED, id="listed, not covered"),
        pytest.param(True, {"CORS_ALLOW_CREDENTIALS": [APP, PARTNER]}, APP, Verdict.CREDENTIALED, id="listed, covered"),
        pytest.param(
            False, {"CORS_ALLOW_CREDENTIALS": ["https://*.example.com"]}, APP, Verdict.CREDENTIALED, id="in a pattern"
        ),
        pytest.param(
            True,
            {"CORS_ALLOW_CREDENTIALS": [PARTNER], "CORS_ALLOW_ALL_ORIGINS": True},
            PARTNER,
            Verdict.CREDENTIALED,
            id="everyone, and credentials for one",
        ),
        pytest.param(
            ALLOW_WITH_CREDENTIALS,
            {"CORS_ALLOW_CREDENTIALS": False},
            PARTNER,
            Verdict.CREDENTIALED,
            id="a yes for them",
        ),
        pytest.param(ALLOW_WITH_CREDENTIALS, {}, INSECURE, Verdict.ALLOWED, id="a yes for them, on http"),
        pytest.param(
            ALLOW_WITH_CREDENTIALS, {}, "http://localhost:3000", Verdict.CREDENTIALED, id="a yes for them, at home"
        ),
        pytest.param(
            ALLOW_WITH_CREDENTIALS,
            {"CORS_EXPOSE_HEADERS": ["*"], "CORS_ALLOW_CREDENTIALS": False},
            PARTNER,
            Verdict.ALLOWED,
            id="a yes for them, where all headers are exposed",
        ),
        pytest.param(
            True,
            {"CORS_URLS_REGEX": "^/api/"},
            APP,
            Verdict.CREDENTIALED,
            id="beyond the paths, as the settings have it",
        ),
        pytest.param(
            ALLOW_WITH_CREDENTIALS,
            {"CORS_URLS_REGEX": "^/api/", "CORS_ALLOW_CREDENTIALS": False},
            APP,
            Verdict.CREDENTIALED,
            id="beyond the paths, a yes for them",
        ),
    ],
)
def test_credentials_need_more_than_a_plain_yes(
    asynchronous: bool, answer: Any, settings: Any, origin: str, expected: Verdict, connect: Connect
) -> None:
    connect(Spy(answer))
    given = {"CORS_ALLOWED_ORIGINS": [APP], "CORS_ALLOW_CREDENTIALS": True, **settings}
    assert verdict(select(asynchronous, origin, **given), origin) is expected


def test_an_origin_on_http_that_is_listed_opens_no_other(connect: Connect) -> None:
    connect(Spy(ALLOW_WITH_CREDENTIALS))
    settings = SimpleNamespace(CORS_ALLOWED_ORIGINS=["http://a.example"], CORS_ALLOW_CREDENTIALS=True)
    with pytest.warns(CORSMigrationWarning, match="'http://a.example' gets credentials"):
        given = options.selectable(settings, asynchronous=False)
    assert verdict(ask(given, False, "http://a.example"), "http://a.example") is Verdict.CREDENTIALED
    assert verdict(ask(given, False, INSECURE), INSECURE) is Verdict.ALLOWED


def test_credentials_for_an_unlisted_origin_are_refused_unless_somebody_can_allow_it(connect: Connect) -> None:
    settings = SimpleNamespace(CORS_ALLOWED_ORIGINS=[APP], CORS_ALLOW_CREDENTIALS=[INSECURE, PARTNER, "typo"])
    with pytest.raises(ConfigError) as before:
        options.selectable(settings, asynchronous=False)
    connect(Spy())
    with pytest.raises(ConfigError) as after:
        options.selectable(settings, asynchronous=False)
    for caught, codes in (
        (before, ["insecure-origin", "not-an-origin", "not-allowed", "not-allowed"]),
        (after, ["not-an-origin", "insecure-origin"]),
    ):
        assert [problem.code for problem in caught.value.problems] == codes
        assert {problem.field for problem in caught.value.problems} == {"CORS_ALLOW_CREDENTIALS"}


@both
def test_a_receiver_that_raises_refuses_and_is_logged_once(
    asynchronous: bool, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    connect(Spy(RuntimeError("the database is away")))
    connect(Spy(True))
    given = options.selectable(SimpleNamespace(CORS_ALLOWED_ORIGINS=[APP]), asynchronous=asynchronous)
    for origin in (PARTNER, EVIL):
        assert verdict(ask(given, asynchronous, origin), origin) is Verdict.REFUSED
    (record,) = [each for each in caplog.records if each.name == "cors_core"]
    assert record.exc_info is not None
    assert "the database is away" in caplog.text
    assert repr(PARTNER) in record.message


@both
@pytest.mark.parametrize(
    ("answer", "origin", "sentence"),
    [
        pytest.param(True, PARTNER, "return cors_django.ALLOW_WITH_CREDENTIALS instead of True", id="the fix"),
        pytest.param(ALLOW_WITH_CREDENTIALS, INSECURE, "which gets no credentials: .*https://partner", id="http"),
    ],
)
def test_a_yes_that_is_worth_less_than_it_may_seem_is_logged_once(
    asynchronous: bool, answer: Any, origin: str, sentence: str, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    connect(Spy(answer))
    settings = SimpleNamespace(CORS_ALLOWED_ORIGINS=[APP], CORS_ALLOW_CREDENTIALS=True)
    given = options.selectable(settings, asynchronous=asynchronous)
    for _ in range(3):
        ask(given, asynchronous, origin)
    (record,) = [each for each in caplog.records if each.name == "cors_core"]
    assert record.levelno == logging.WARNING
    assert re.search(sentence, record.message)


@both
def test_a_receiver_may_be_asynchronous(asynchronous: bool, connect: Connect) -> None:
    """D10"""

    async def partners(sender: None, request: HttpRequest, **_: object) -> bool:
        await asyncio.sleep(0)
        return request.headers["origin"] == PARTNER

    connect(partners)
    assert verdict(select(asynchronous, PARTNER), PARTNER) is Verdict.ALLOWED
    assert verdict(select(asynchronous, EVIL), EVIL) is Verdict.REFUSED


@both
def test_a_receiver_may_use_the_database(asynchronous: bool, connect: Connect) -> None:
    """D10"""

    def partners(sender: None, request: HttpRequest, **_: object) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s = %s", [request.headers["origin"], PARTNER])
            found = bool(cursor.fetchone()[0])
        connection.connection.close()  # Django itself leaves one in memory open, to the end of its thread
        connection.connection = None
        return found

    connect(partners)
    assert verdict(select(asynchronous, PARTNER), PARTNER) is Verdict.ALLOWED
    assert verdict(select(asynchronous, EVIL), EVIL) is Verdict.REFUSED


@both
@pytest.mark.parametrize("answer", [True, False])
def test_what_was_forgotten_to_be_awaited_is_no_yes(asynchronous: bool, answer: bool, connect: Connect) -> None:
    async def later() -> bool:
        return answer

    connect(lambda sender, **_: later())
    expected = Verdict.ALLOWED if asynchronous and answer else Verdict.REFUSED
    assert verdict(select(asynchronous, PARTNER), PARTNER) is expected


@both
def test_policies_of_single_origins_are_made_once_and_not_without_end(asynchronous: bool, connect: Connect) -> None:
    connect(Spy())
    given = options.selectable(SimpleNamespace(), asynchronous=asynchronous)
    assert ask(given, asynchronous, PARTNER) is ask(given, asynchronous, PARTNER)
    many = [f"https://partner{number}.example.org" for number in range(600)]
    held = {id(policy): policy for policy in map(partial(ask, given, asynchronous), many)}
    assert len(held) == len(many)
    assert len(given._kept) <= 256


def test_everyone_on_every_path_leaves_nothing_to_ask(connect: Connect) -> None:
    connect(Spy())
    assert isinstance(options.selectable(SimpleNamespace(CORS_ALLOW_ALL_ORIGINS=True), asynchronous=False), Policy)


def test_a_policy_of_ours_asks_no_receiver_and_says_so(connect: Connect) -> None:
    connect(Spy())
    settings = SimpleNamespace(CORS_POLICY=NOBODY)
    with pytest.warns(CORSMigrationWarning, match="receivers of check_request_enabled are not asked"):
        assert options.selectable(settings, asynchronous=False) is NOBODY


@override_settings(CORS_ALLOWED_ORIGINS=[APP])
def test_a_receiver_counts_from_the_moment_it_is_connected_until_it_is_not() -> None:
    def allowed() -> list[str | None]:
        headers = {"origin": PARTNER}
        synchronous = Client().get("/nowhere/", headers=headers)
        asynchronous = asyncio.run(AsyncClient().get("/nowhere/", headers=headers))
        return [each.headers.get("Access-Control-Allow-Origin") for each in (synchronous, asynchronous)]

    assert allowed() == [None, None]
    spy = Spy()
    receiver(check_request_enabled)(spy)
    assert allowed() == [PARTNER, PARTNER]
    assert [request.path for request in spy.asked] == ["/nowhere/", "/nowhere/"]
    assert check_request_enabled.disconnect(spy)
    assert allowed() == [None, None]
