"""Origins of development, and the warnings about origins and cookies that stand in the log at the start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask

from cors_core import ConfigError, Policy, Request, by_host, by_path
from cors_core.routing import NOBODY, Selectable, choices, picked
from cors_flask import CORS
from cors_flask.advice import announce, checked, extended, warn_about

APP = "https://app.example.com"
DASH = "https://dash.example.com"
SHOP = "https://shop.example.net"
VITE = "http://localhost:5173"
API = "api.example.com"


def application(**config: Any) -> Flask:
    app = Flask("shop")
    app.config.update({"SECRET_KEY": "s", **config})
    return app


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert {(record.name, record.levelname) for record in caplog.records} <= {("cors_core", "WARNING")}
    return [record.getMessage() for record in caplog.records]


def policy_for(selectable: Selectable, path: str, host: str | None = None) -> Policy | None:
    return picked(selectable, Request("GET", path, host=host))


# -- dev_origins ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origins", "allowed", "refused"),
    [
        pytest.param([VITE], VITE, "http://localhost:3000", id="exact"),
        pytest.param(["http://localhost:*"], "http://localhost:1234", "http://127.0.0.1:1234", id="pattern"),
        pytest.param(
            [re.compile(r"http://localhost:[0-9]+")],
            "http://localhost:1234",
            "http://localhost",
            id="regular expression",
        ),
        pytest.param([lambda origin: origin.endswith("7")], "http://x:7", "http://x:8", id="predicate"),
        pytest.param((origin for origin in [VITE]), VITE, SHOP, id="read once"),
    ],
)
def test_dev_origins_join_those_of_a_policy(origins: Iterable[Any], allowed: str, refused: str) -> None:
    joined = extended(Policy(allow_origins=[APP], allow_methods=["PUT"], max_age=5), origins)
    assert isinstance(joined, Policy)
    assert joined.allows(allowed)
    assert joined.allows(APP)
    assert not joined.allows(refused)
    assert (joined.allow_methods, joined.max_age) == (("PUT",), 5)


def test_a_policy_itself_stays_as_it_is() -> None:
    policy = Policy(allow_origins=[APP])
    extended(policy, [VITE])
    assert policy == Policy(allow_origins=[APP])


def test_dev_origins_get_credentials_where_everybody_does() -> None:
    assert extended(Policy(allow_origins=[APP], allow_credentials=True), [VITE]) == Policy(
        allow_origins=[APP, VITE], allow_credentials=True
    )


def test_dev_origins_are_listed_where_credentials_are() -> None:
    assert extended(Policy(allow_origins=[APP, DASH], allow_credentials=[DASH]), [VITE]) == Policy(
        allow_origins=[APP, DASH, VITE], allow_credentials=[DASH, VITE]
    )


def test_what_cannot_be_listed_for_credentials_goes_without() -> None:
    joined = extended(Policy(allow_origins=[APP], allow_credentials=[APP]), [VITE, lambda origin: False])
    assert isinstance(joined, Policy)
    assert joined.allow_credentials == (APP, VITE)


def test_a_policy_for_everyone_stays_one() -> None:
    public = Policy(allow_origins="*")
    assert extended(public, [VITE]) == public
    assert extended(Policy(allow_origins="*", allow_credentials=[DASH]), [VITE]) == Policy(
        allow_origins="*", allow_credentials=[DASH, VITE]
    )


def test_a_dev_origin_that_is_listed_already_is_not_listed_twice() -> None:
    policy = Policy(allow_origins=[APP, VITE], allow_credentials=[VITE])
    assert extended(policy, [VITE]) == policy


@pytest.mark.parametrize("selectable", [None, Policy(allow_origins=[APP]), lambda request: None])
def test_no_dev_origins_change_nothing(selectable: Selectable) -> None:
    assert extended(selectable, ()) is selectable


def test_a_hole_stays_a_hole() -> None:
    assert extended(None, [VITE]) is None


def test_every_policy_that_a_selector_leads_to_is_joined() -> None:
    selector = extended(
        by_path(
            {
                "/api": Policy(allow_origins=[APP]),
                "/api/internal": None,
                "/hosts": by_host({"a.example.com": Policy(allow_origins=[SHOP])}),
            }
        ),
        [VITE],
    )
    assert policy_for(selector, "/api/x") == Policy(allow_origins=[APP, VITE])
    assert policy_for(selector, "/hosts", "a.example.com") == Policy(allow_origins=[SHOP, VITE])
    assert policy_for(selector, "/api/internal") is None
    assert policy_for(selector, "/elsewhere") is None


def test_whoever_looks_through_a_joined_selector_sees_the_joined_policies() -> None:
    selector = extended(by_path({"/a": Policy(allow_origins=[APP]), "/b": Policy(allow_origins=[SHOP])}), [VITE])
    policies = [choice for choice in choices(selector) if isinstance(choice, Policy)]
    assert policies == [Policy(allow_origins=[APP, VITE]), Policy(allow_origins=[SHOP, VITE])]


def test_a_selector_can_be_joined_again() -> None:
    selector = extended(extended(by_path({"/a": Policy(allow_origins=[APP])}), [VITE]), [SHOP])
    assert policy_for(selector, "/a") == Policy(allow_origins=[APP, VITE, SHOP])


def test_what_cannot_be_told_apart_safely_stays_closed() -> None:
    selector = extended(by_path({"/a": Policy(allow_origins=[APP]), "/b": None}), [VITE])
    assert policy_for(selector, "/a/../b") is NOBODY
    assert policy_for(extended(by_host({API: Policy(allow_origins=[APP])}), [VITE]), "/", "evil.net") is NOBODY


@pytest.mark.parametrize(
    "selectable",
    [
        pytest.param(lambda request: Policy(allow_origins=[APP]), id="a function"),
        pytest.param(by_path({"/a": lambda request: None}), id="a function in a selector"),
    ],
)
def test_a_selector_that_hides_its_policies_cannot_be_joined(selectable: Selectable) -> None:
    with pytest.raises(ConfigError, match=r"dev_origins: .*write by_path"):
        extended(selectable, [VITE])


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        pytest.param(VITE, rf"dev_origins: .*write \['{VITE}'\] \[bare-string\]", id="a string"),
        pytest.param([f"{VITE}/"], rf"dev_origins: .*write '{VITE}' \[not-an-origin\]", id="a slash"),
        pytest.param(["*"], r"dev_origins: '\*': .*\['http://localhost:5173'\] \[wildcard-place\]", id="everyone"),
        pytest.param("*", r"dev_origins: '\*': .*\[bare-string\]", id="everyone, as a string"),
        pytest.param([3000], r"dev_origins: 3000: .*\[wrong-type\]", id="a number"),
        pytest.param(None, r"dev_origins: None: .*\[wrong-type\]", id="none"),
        pytest.param(["null"], r"null-origin", id="null"),
        pytest.param(["http://192.168.0.7:5173"], r"insecure-origin", id="another machine, with credentials"),
        pytest.param(["http://localhost:3000", f"{VITE}/", "x y"], r"2 problems", id="all at once"),
    ],
)
def test_what_is_wrong_with_dev_origins_is_told(origins: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        extended(Policy(allow_origins=[APP], allow_credentials=True), origins)


def test_dev_origins_are_checked_without_a_policy_to_join() -> None:
    assert checked([VITE]) == (VITE,)
    with pytest.raises(ConfigError, match="dev_origins"):
        checked([f"{VITE}/"])


# -- what is said --------------------------------------------------------------------------------------------------


def test_dev_origins_that_count_are_announced_once(caplog: pytest.LogCaptureFixture) -> None:
    app = application(DEBUG=True)
    for _ in range(2):
        announce(app, [VITE, re.compile(r"http://x:[0-9]")])
    [line] = lines(caplog)
    assert VITE in line
    assert "http://x:[0-9]" in line


@pytest.mark.parametrize(("debug", "origins"), [(False, [VITE]), (True, [])])
def test_dev_origins_that_do_not_count_are_not_announced(
    caplog: pytest.LogCaptureFixture, debug: bool, origins: list[str]
) -> None:
    announce(application(DEBUG=debug), origins)
    assert lines(caplog) == []


LOCAL = Policy(allow_origins=[APP, VITE], allow_credentials=True)
CROSS_SITE = Policy(allow_origins=[SHOP], allow_credentials=True)


def test_an_origin_of_this_machine_with_credentials_is_told_in_production(caplog: pytest.LogCaptureFixture) -> None:
    warn_about(application(SECRET_KEY=None), [LOCAL], API)
    [line] = lines(caplog)
    assert line.startswith(f"'{VITE}' may read with credentials, and app.debug is off")
    assert line.endswith(f"dev_origins=['{VITE}'])")


@pytest.mark.parametrize("config", [{"DEBUG": True}, {"TESTING": True}])
def test_an_origin_of_this_machine_is_right_in_development(
    caplog: pytest.LogCaptureFixture, config: dict[str, Any]
) -> None:
    warn_about(application(SECRET_KEY=None, **config), [LOCAL], API)
    assert lines(caplog) == []


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(Policy(allow_origins=[VITE]), id="no credentials"),
        pytest.param(Policy(allow_origins=[APP], allow_credentials=True), id="elsewhere"),
        pytest.param(NOBODY, id="nobody"),
    ],
)
def test_what_is_right_in_production_is_not_told(caplog: pytest.LogCaptureFixture, policy: Policy) -> None:
    warn_about(application(), [policy], API)
    assert lines(caplog) == []


def test_a_session_cookie_that_stays_at_home_is_told(caplog: pytest.LogCaptureFixture) -> None:
    warn_about(application(SESSION_COOKIE_SAMESITE="Lax"), [CROSS_SITE], f"{API}:8000")
    [line] = lines(caplog)
    assert "SESSION_COOKIE_SAMESITE='Lax'" in line
    assert SHOP in line


def test_flask_s_own_defaults_keep_the_session_cookie_at_home(caplog: pytest.LogCaptureFixture) -> None:
    warn_about(application(), [CROSS_SITE], API)
    [line] = lines(caplog)
    assert "SESSION_COOKIE_SAMESITE is not set" in line


def test_a_session_cookie_that_is_refused_is_told(caplog: pytest.LogCaptureFixture) -> None:
    warn_about(application(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_DOMAIN="example.org"), [CROSS_SITE], API)
    refused, insecure = lines(caplog)
    assert "SESSION_COOKIE_DOMAIN" in refused
    assert "SESSION_COOKIE_SECURE" in insecure


@pytest.mark.parametrize(
    ("config", "host"),
    [
        pytest.param({"SECRET_KEY": None}, API, id="no sessions"),
        pytest.param({"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True}, API, id="it travels"),
        pytest.param({"SERVER_NAME": "shop.example.net"}, API, id="the server's own name counts"),
        pytest.param({}, "10.0.3.4:8000", id="a health check by address"),
        pytest.param({}, "[fd00::1]", id="a health check by IPv6 address"),
        pytest.param({}, "localhost:8000", id="a server on this machine"),
        pytest.param({}, "127.0.0.1:8000", id="a proxy that says 127.0.0.1"),
        pytest.param({}, "backend:8000", id="a proxy that says its own word"),
        pytest.param({}, "", id="no Host"),
    ],
)
def test_where_nobody_can_tell_no_cookie_is_told_of(
    caplog: pytest.LogCaptureFixture, config: dict[str, Any], host: str
) -> None:
    warn_about(application(**config), [CROSS_SITE], host)
    assert lines(caplog) == []


def test_two_names_of_this_machine_are_told_in_development(caplog: pytest.LogCaptureFixture) -> None:
    policy = Policy(allow_origins=["http://127.0.0.1:3000"], allow_credentials=True)
    warn_about(application(DEBUG=True), [policy], "localhost:5000")
    [line] = lines(caplog)
    assert line.endswith("write 'http://localhost:3000'")


def test_each_thing_is_said_once_per_application(caplog: pytest.LogCaptureFixture) -> None:
    app = application()
    for _ in range(2):
        warn_about(app, [CROSS_SITE, LOCAL, Policy(allow_origins=[SHOP], allow_credentials=True, max_age=5)], API)
    assert len(lines(caplog)) == 3
    warn_about(application(), [CROSS_SITE], API)
    assert len(lines(caplog)) == 4


# -- as an application meets it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(Policy(allow_origins=[APP]), id="a policy"),
        pytest.param({"/api": Policy(allow_origins=[APP])}, id="a policy by path"),
    ],
)
def test_dev_origins_count_while_debug_is_on(caplog: pytest.LogCaptureFixture, policy: Any, debug: bool) -> None:
    app = application(DEBUG=debug)
    app.add_url_rule("/api", "api", lambda: "")
    CORS(app, policy, dev_origins=[VITE])
    for origin, allowed in ((VITE, debug), (APP, True)):
        response = app.test_client().get("/api", headers={"Origin": origin})
        assert response.access_control_allow_origin == (origin if allowed else None)
    assert sum("dev_origins are let in" in line for line in lines(caplog)) == debug


def test_a_mistake_in_dev_origins_is_told_in_production_too() -> None:
    with pytest.raises(ConfigError, match="dev_origins"):
        CORS(application(), allow_origins=[APP], dev_origins=[f"{VITE}/"])


def test_the_first_request_brings_the_warnings_and_the_second_none(caplog: pytest.LogCaptureFixture) -> None:
    app = application()
    CORS(app, allow_origins=[SHOP, VITE], allow_credentials=True)
    for _ in range(2):
        app.test_client().get("/", base_url=f"https://{API}")
    local, cookie = lines(caplog)
    assert "app.debug is off" in local
    assert f"another site than '{API}'" in cookie
