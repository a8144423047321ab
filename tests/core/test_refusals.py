"""What is logged about a refusal: the nearest thing that is allowed, once, on one line."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from cors_core import Policy, Request
from cors_core.answers import Answers
from cors_core.log import Throttle

APP = "https://app.example.com"


def preflight(origin: str, method: str = "GET", headers: str | None = None) -> Request:
    return Request("OPTIONS", "/x", origin, requested_method=method, requested_headers=headers)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[..., list[str]]:
    """A function that returns what is logged about requests to one middleware."""

    def logged(policy: Policy, *requests: Request) -> list[str]:
        caplog.clear()
        answers = Answers(policy)
        for request in requests:
            answers.plan(request)
        assert {record.name for record in caplog.records} <= {"cors_core"}
        assert {record.levelno for record in caplog.records} <= {logging.WARNING}
        return [record.getMessage() for record in caplog.records]

    return logged


@pytest.mark.parametrize(
    ("allowed", "origin", "hint"),
    [
        pytest.param(APP, "http://app.example.com", f"'{APP}' is allowed: the scheme is different", id="scheme"),
        pytest.param("http://a.com", "https://a.com", "'http://a.com' is allowed: the scheme is different", id="scheme, http"),
        pytest.param(APP, f"{APP}:8443", f"'{APP}' is allowed: the port is different", id="a port"),
        pytest.param(f"{APP}:8443", APP, f"'{APP}:8443' is allowed: the port is different", id="no port"),
        pytest.param(f"{APP}:8443", f"{APP}:9443", f"'{APP}:8443' is allowed: the port is different", id="another port"),
        pytest.param("http://localhost:3000", "http://localhost:5173", "the port is different", id="a port of localhost"),
        pytest.param("https://a.com", "https://www.a.com", "'https://a.com' is allowed: the 'www.'", id="www."),
        pytest.param("https://www.a.com", "https://a.com", "'https://www.a.com' is allowed: the 'www.'", id="no www."),
        pytest.param(
            "http://localhost:3000", "http://127.0.0.1:3000", "127.0.0.1 and localhost are two origins", id="127.0.0.1"
        ),
        pytest.param(
            "http://127.0.0.1:3000", "http://localhost:3000", "localhost and 127.0.0.1 are two origins", id="localhost"
        ),
        pytest.param("https://a.com", "http://www.a.com", "the scheme is different, the 'www.'", id="scheme and www."),
        pytest.param("https://*.a.com", "http://x.a.com", "'https://x.a.com' is allowed: the scheme", id="a pattern's scheme"),
        pytest.param(APP, f"{APP}/", f"'{APP}' is allowed, but origins are compared byte for byte", id="slash"),
        pytest.param(APP, "https://APP.example.com", f"'{APP}' is allowed, but origins are compared", id="case"),
        pytest.param(APP, f"{APP}:443", f"'{APP}' is allowed, but origins are compared", id="default port"),
        pytest.param(APP, "null", "an opaque origin", id="null"),
        pytest.param(APP, "https://evil.net", "allow_origins does not list it", id="nothing near"),
        pytest.param(APP, "evil", "no serialised origin", id="junk"),
        pytest.param(APP, "https://\xe9.com", "no serialised origin", id="no ASCII"),
        pytest.param(APP, "https://" + "a" * 600, "longer than 512 bytes", id="too long"),
    ],
)  # fmt: skip
def test_a_refused_origin_is_told_from_the_nearest_one(
    lines: Callable[..., list[str]], allowed: str, origin: str, hint: str
) -> None:
    [line] = lines(Policy(allow_origins=[allowed]), Request("GET", "/x", origin))
    assert line.startswith("origin-refused: 'GET' '/x' from ")
    assert hint in line


def test_a_hint_does_not_depend_on_hashing() -> None:
    code = """
from cors_core import Policy
from cors_core.refusals import near_miss
print(near_miss(Policy(allow_origins=[f"http://localhost:{port}" for port in range(3000, 3020)]), "http://localhost:5173"))
"""
    hints = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "1234"
    }
    assert len(hints) == 1


def test_a_policy_for_nobody_says_so(lines: Callable[..., list[str]]) -> None:
    [line] = lines(Policy(allow_origins=()), Request("GET", "/", APP))
    assert "allows nobody" in line


@pytest.mark.parametrize(
    ("method", "hint"),
    [
        ("DELETE", "allow_methods does not list 'DELETE'"),
        ("put", "the page sent 'put', allowed is 'PUT'"),
        ("get", "the page sent 'get', allowed is 'GET'"),
        ("TRACE", "browsers never send 'TRACE'"),
        ("a b", "no method"),
        ("", "no method"),
        ("M" * 65, "no method"),
    ],
)
def test_a_refused_method_is_named(lines: Callable[..., list[str]], method: str, hint: str) -> None:
    [line] = lines(Policy(allow_origins=[APP], allow_methods=["PUT"]), preflight(APP, method))
    assert line.startswith(f"method-refused: 'OPTIONS' '/x' from '{APP}': ")
    assert hint in line


def test_a_method_that_is_listed_in_lower_case_is_a_near_miss(lines: Callable[..., list[str]]) -> None:
    [line] = lines(Policy(allow_origins=[APP], allow_methods=["patch"]), preflight(APP, "PATCH"))
    assert "case-sensitive" in line
    assert "'patch'" in line


@pytest.mark.parametrize(
    ("headers", "hint"),
    [
        ("x-a,x-b,content-type", "allow_headers does not list 'x-b'"),
        ("x-b,x-c", "does not list 'x-b', 'x-c'"),
        (",".join(f"x-{n}" for n in range(8)), "does not list 'x-0', 'x-1', 'x-2', 'x-3', 'x-4' and 3 more"),
        ("a b", "too many, or no header names"),
        ("," * 200, "too many, or no header names"),
        ("x-" + "b" * 500, "'x-bbb"),
    ],
)
def test_refused_headers_are_named(lines: Callable[..., list[str]], headers: str, hint: str) -> None:
    [line] = lines(Policy(allow_origins=[APP], allow_headers=["X-A"]), preflight(APP, headers=headers))
    assert line.startswith("headers-refused: ")
    assert hint in line
    assert len(line) < 500


def test_a_blocked_request_is_logged(lines: Callable[..., list[str]]) -> None:
    [line] = lines(Policy(allow_origins=[APP], enforce="all"), Request("POST", "/x", "https://evil.net"))
    assert line.startswith("blocked: 'POST' '/x' from 'https://evil.net'")


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("GET", "/", None), id="no origin"),
        pytest.param(Request("GET", "/", ""), id="an empty one"),
        pytest.param(Request("GET", "/", APP), id="allowed"),
        pytest.param(preflight(APP, "PUT", "x-a"), id="preflight"),
        pytest.param(Request("POST", "/", "https://own.test", host="own.test", scheme="https"), id="same origin"),
        pytest.param(
            Request("POST", "/", "https://own.test", sec_fetch_site="same-origin"), id="same, as the browser says"
        ),
    ],
)
def test_what_is_not_refused_is_not_logged(lines: Callable[..., list[str]], request_: Request) -> None:
    assert lines(Policy(allow_origins=[APP], allow_methods=["PUT"], allow_headers=["X-A"]), request_) == []


# --- How often ---------------------------------------------------------------------------------------------------------


def test_each_origin_and_reason_is_logged_once_per_interval(
    lines: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [1000.0]
    monkeypatch.setattr("cors_core.log.time.monotonic", lambda: now[0])
    answers = Answers(Policy(allow_origins=[APP]))
    requests = [Request("GET", "/", "https://evil.net"), preflight(APP, "DELETE"), preflight(APP, headers="x-a")]

    def logged() -> int:
        caplog.clear()
        for request in requests * 3:
            answers.plan(request)
        return len(caplog.records)

    assert logged() == 3
    now[0] += 59
    assert logged() == 0
    now[0] += 2
    assert logged() == 3


def test_a_flood_of_origins_is_a_hundred_lines(lines: Callable[..., list[str]]) -> None:
    flood = [Request("GET", "/", f"https://e{number}.net") for number in range(1000)]
    assert len(lines(Policy(allow_origins=[APP]), *flood)) <= 100


def test_two_middlewares_do_not_silence_each_other(lines: Callable[..., list[str]]) -> None:
    policy, request = Policy(allow_origins=[APP]), Request("GET", "/", "https://evil.net")
    assert len(lines(policy, request)) == len(lines(policy, request)) == 1


def test_a_throttle_admits_a_key_once_and_only_so_many() -> None:
    throttle = Throttle(limit=2)
    assert [throttle.admits(key) for key in "aabbc"] == [True, False, True, False, False]


# --- What it looks like ------------------------------------------------------------------------------------------------

HOSTILE = ["a\nERROR b", "a\r\nb", "\x1b[31m", "\u2028", "\u202e", "\x00", "\x85", "\ud800", "%s%d%n", "x" * 100_000]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("where", ["method", "path", "origin", "requested_method", "requested_headers", "host"])
def test_a_line_is_one_line_printable_and_short(lines: Callable[..., list[str]], text: str, where: str) -> None:
    facts: dict[str, Any] = {"method": "OPTIONS", "origin": APP, "requested_method": "PUT", where: text}
    if where in ("method", "path"):
        facts["origin"] = "https://evil.net"
    for line in lines(Policy(allow_origins=[APP], allow_methods=["PUT"]), Request(**facts)):
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 800
