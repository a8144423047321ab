"""Which texts are origins, which entries stand for them, and what is suggested for a misspelling."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from cors_core import hosts
from cors_core.origins import (
    MAX_ORIGIN,
    Origin,
    OriginPattern,
    Origins,
    OriginSet,
    Verdict,
    parse_entry,
    parse_origin,
    respelled,
)

# --- The grammar -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://a.example", Origin("https", "a.example", "")),
        ("http://localhost:3000", Origin("http", "localhost", "3000")),
        ("http://a.example:443", Origin("http", "a.example", "443")),
        ("https://a.example:80", Origin("https", "a.example", "80")),
        ("https://a:1", Origin("https", "a", "1")),
        ("https://a:65535", Origin("https", "a", "65535")),
        ("https://foo_bar.example", Origin("https", "foo_bar.example", "")),
        ("https://-a-.example", Origin("https", "-a-.example", "")),
        ("http://[::1]:8080", Origin("http", "[::1]", "8080")),
        ("http://192.0.2.1", Origin("http", "192.0.2.1", "")),
        ("https://xn--bcher-kva.example", Origin("https", "xn--bcher-kva.example", "")),
        ("capacitor://localhost", Origin("capacitor", "localhost", "")),
        ("chrome-extension://abcdefghijklmnop", Origin("chrome-extension", "abcdefghijklmnop", "")),
        ("safari-web-extension://0A1B2C3D-FFFF", Origin("safari-web-extension", "0A1B2C3D-FFFF", "")),
        ("vscode-webview://1a2b", Origin("vscode-webview", "1a2b", "")),
    ],
)
def test_a_serialised_origin_has_parts(text: str, origin: Origin) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "null",
            "*",
            "https",
            "https:",
            "https://",
            "://a",
            "//a",
            "a.example",
            "https:a",
            "https:/a",
            "https:///a",
        ),
        *("https://a/", "https://a?", "https://a#", "https://a/b", "https://u@a", "https://a:", "https://a:b"),
        *("https://a:0", "https://a:080", "https://a:65536", "https://a:99999", "https://a:123456", "https://a:-1"),
        *("https://a:443", "http://a:80", "ws://a:80", "wss://a:443", "ftp://a:21", "https://a:\u0661", "https://a:1 "),
        *("HTTPS://a", "Https://a", "https://A", "https://aB", "1http://a", "-a://b", "ht_tp://a"),
        *("https://.a", "https://a.", "https://a..b", "https://*.a", "https://a:*", "https://a%2e", "https://a b"),
        *("https://a,https://b", "https://a https://b", "https://a,", "https://a\n", "https://a\r", "https://a\x00"),
        *("https://\xe9", "https://\u0430", "https://a\u3002b", "https://\u212a", "https://a\xa0", "\ufeffhttps://a"),
        *(
            "http://::1",
            "http://[::1",
            "http://[]",
            "http://[::1%25lo]",
            "http://[::G]",
            "http://[::FF]",
            "http://[v1.a]",
        ),
        *("https://" + "a" * MAX_ORIGIN, "https://a\ud800"),
    ],
)
def test_anything_else_is_no_origin(text: str) -> None:
    assert parse_origin(text) is None
    assert text not in OriginSet([], [OriginPattern("https", "a", "*", False)], [lambda text: True])


def test_the_cap_is_512_bytes() -> None:
    longest = "https://" + "a" * (MAX_ORIGIN - len("https://"))
    assert len(longest) == MAX_ORIGIN == 512
    assert parse_origin(longest) is not None
    assert parse_origin(longest + "a") is None


def test_measuring_comes_before_matching() -> None:
    text = "https://" + "a." * 2**20
    started = time.thread_time()
    for _ in range(1000):
        assert parse_origin(text) is None
        assert text not in OriginSet(["https://a"], [OriginPattern("https", "a", "", True)])
    assert time.thread_time() - started < 0.5


# --- Entries -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "pattern"),
    [
        ("https://*.example.com", OriginPattern("https", "example.com", "", True)),
        ("https://*.example.com:8443", OriginPattern("https", "example.com", "8443", True)),
        ("https://*.example.com:*", OriginPattern("https", "example.com", "*", True)),
        ("http://localhost:*", OriginPattern("http", "localhost", "*", False)),
        ("http://[::1]:*", OriginPattern("http", "[::1]", "*", False)),
        ("http://127.0.0.1:*", OriginPattern("http", "127.0.0.1", "*", False)),
    ],
)
def test_a_pattern_is_a_leading_label_or_a_port(entry: str, pattern: OriginPattern) -> None:
    assert parse_entry(entry) == pattern
    assert str(pattern) == entry


@pytest.mark.parametrize(
    "entry",
    [
        *("*", "null", "https://*", "https://*.", "https://*:*", "https://*.*.a", "https://a.*.b", "https://a.*", "https://*a.b"),
        *("https://a*.b", "*://a", "https*://a", "https://a:80*", "https://a:*0", "https://a:1:*", "https://*.[::1]"),
        *("https://*.127.0.0.1", "https://*.1", "https://a:*/", "https://*.A", "https://*.\xe9", "https://*.a:443"),
        *("https://127.1", "https://0x7f.1", "https://2130706433", "http://[0:0::1]", "http://[::ffff:127.0.0.1]"),
        *("http://[::1%25lo]", "http://[1]", "https://1.2.3.4.5", "https://256.1.1.1", "https://01.1.1.1", "https://a/"),
        *("file://", "file://localhost", "file:///a"),
    ],
)  # fmt: skip
def test_what_can_match_nothing_is_no_entry(entry: str) -> None:
    assert parse_entry(entry) is None


EXAMPLE = OriginSet(
    ["https://exact.test"],
    [
        OriginPattern("https", "example.com", "", True),
        OriginPattern("https", "deep.example.net", "8443", True),
        OriginPattern("http", "localhost", "*", False),
        OriginPattern("http", "localhost", "*", True),
    ],
)


@pytest.mark.parametrize(
    "origin",
    [
        *("https://exact.test", "https://a.example.com", "https://a.b.c.example.com", "https://a_b.example.com"),
        *("https://x.deep.example.net:8443", "http://localhost", "http://localhost:1", "http://a.localhost:65535"),
    ],
)
def test_an_origin_that_an_entry_stands_for_is_in_the_set(origin: str) -> None:
    assert origin in EXAMPLE


@pytest.mark.parametrize(
    "origin",
    [
        *("https://example.com", "https://xexample.com", "https://.example.com", "https://a..example.com"),
        *("http://a.example.com", "https://a.example.com:8443", "https://a.example.com.", "https://a.example.com.evil.net"),
        *("https://x.deep.example.net", "https://deep.example.net:8443", "https://example.net:8443", "https://x.example.net:8443"),
        *("http://localhost:0", "http://localhost:65536", "http://localhost:80", "https://localhost:3000", "http://xlocalhost:1"),
        *("https://*.example.com", "http://localhost:*", "https://exact.test:443", "https://EXACT.test", "com", "example.com"),
    ],
)  # fmt: skip
def test_its_neighbours_are_not(origin: str) -> None:
    assert origin not in EXAMPLE


def test_many_patterns_cost_no_more_than_a_few() -> None:
    def seconds(patterns: int) -> float:
        many = OriginSet([], [OriginPattern("https", f"p{n}.example.com", "", True) for n in range(patterns)])
        started = time.thread_time()
        for _ in range(500):
            assert "https://a.b.c.d.example.com" not in many
        return time.thread_time() - started

    few = min(seconds(10) for _ in range(5))
    assert min(seconds(10_000) for _ in range(5)) < 10 * few  # and not a thousand times


# --- Suggestions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("https://a.example/", "https://a.example"),
        ("https://a.example/x?y#z", "https://a.example"),
        ("HTTPS://A.Example:443/", "https://a.example"),
        ("http://a.example:443/", "http://a.example:443"),
        ("http://a.example:80", "http://a.example"),
        ("  https://a.example\t", "https://a.example"),
        ("https://u:p@a.example", "https://a.example"),
        ("a.example", "https://a.example"),
        ("a.example:8443", "https://a.example:8443"),
        ("localhost:3000", "http://localhost:3000"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("*.a.example", "https://*.a.example"),
        ("https://*.A.example:443", "https://*.a.example"),
        ("http://LOCALHOST:*", "http://localhost:*"),
        ("https://b\xfccher.example", "https://xn--bcher-kva.example"),
        ("https://fa\xdf.example", "https://xn--fa-hia.example"),
        ("https://*.b\xfccher.example", "https://*.xn--bcher-kva.example"),
        ("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]"),
        ("http://[::ffff:192.0.2.1]", "http://[::ffff:c000:201]"),
        ("https://a.example", "https://a.example"),
    ],
)
def test_a_misspelling_is_put_right(text: str, suggestion: str) -> None:
    assert respelled(text) == suggestion


@pytest.mark.parametrize(
    "text",
    [
        *("", "https://", "https://a b", "https://*", "https://a.*.b", "https://a:0", "https://a:65536", "https://a:b"),
        *("https://a..b", "https://[::1", "https://[::1%25lo]", "https://256.1.1.1", "https://a.com,https://b.com"),
        *("https://\ud800", "https://a%2eb", "https://" + "a" * 600, "\x00"),
    ],
)
def test_where_there_is_no_telling_nothing_is_suggested(text: str) -> None:
    assert respelled(text) is None


# --- Hosts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "a.b.localhost", "127.0.0.1", "127.255.0.9", "[::1]"])
def test_this_machine_is_loopback(host: str) -> None:
    assert hosts.is_loopback(host)
    assert not hosts.is_public_suffix(host)


@pytest.mark.parametrize(
    "host",
    ["localhost.evil.net", "xlocalhost", "127.0.0.1.evil.net", "128.0.0.1", "127.0.0", "1270.0.0.1", "[::2]", "0.0.0.0", "127.evil.0.1", ""],
)  # fmt: skip
def test_other_machines_are_not(host: str) -> None:
    assert not hosts.is_loopback(host)


@pytest.mark.parametrize(
    "host", ["com", "co.uk", "github.io", "vercel.app", "s3.amazonaws.com", "pages.dev", "xn--p1ai"]
)
def test_a_public_suffix_is_of_either_section(host: str) -> None:
    assert hosts.is_public_suffix(host)


@pytest.mark.parametrize("host", ["example.com", "example.co.uk", "me.github.io"])
def test_what_somebody_registered_is_no_public_suffix(host: str) -> None:
    assert not hosts.is_public_suffix(host)


# --- Verdicts ----------------------------------------------------------------------------------------------------------


def origins(*predicates: object, credentialed: OriginSet | bool = False, everyone: bool = False) -> Origins:
    return Origins(OriginSet(["https://a.test"]), credentialed, predicates, everyone=everyone)  # type: ignore[arg-type]


def test_a_listed_origin_is_never_asked_about() -> None:
    assert origins(lambda origin: 1 / 0).verdict("https://a.test") is Verdict.ALLOWED


@pytest.mark.parametrize("text", ["null", "", "x", "https://A.test", "https://a.test/", "a" * 10_000])
def test_what_is_no_origin_is_never_asked_about(text: str) -> None:
    assert origins(lambda origin: True).verdict(text) is Verdict.REFUSED


@pytest.mark.parametrize("text", ["null", "x", "https://b.test", ""])
def test_everyone_is_everyone(text: str) -> None:
    assert origins(everyone=True, credentialed=OriginSet(["https://a.test"])).verdict(text) is Verdict.ALLOWED


def test_predicates_are_asked_in_turn_until_one_agrees() -> None:
    asked: list[str] = []
    chosen = origins(
        lambda o: asked.append("first"), lambda o: True, lambda o: asked.append("third"), credentialed=True
    )
    assert chosen.verdict("https://b.test") is Verdict.ASK
    assert chosen.ask("https://b.test") is Verdict.CREDENTIALED
    assert asked == ["first"]


@pytest.mark.parametrize("answer", ["yes", 1, object(), [True]])
def test_a_predicate_that_answers_something_else_refuses(answer: object, caplog: pytest.LogCaptureFixture) -> None:
    """Most things are true in Python, a future that will say no among them."""
    chosen = origins(lambda o: answer)
    assert chosen.ask("https://b.test") is Verdict.REFUSED
    assert asyncio.run(chosen.ask_async("https://b.test")) is Verdict.REFUSED
    assert "a predicate raised" in caplog.text


async def agrees(origin: str) -> bool:
    await asyncio.sleep(0)
    return True


async def fails(origin: str) -> bool:
    raise LookupError(origin)


def test_asynchronous_predicates_are_awaited() -> None:
    assert asyncio.run(origins(agrees).ask_async("https://b.test")) is Verdict.ALLOWED
    assert asyncio.run(origins(lambda o: False).ask_async("https://b.test")) is Verdict.REFUSED


@pytest.mark.parametrize("predicate", [lambda origin: 1 / 0, fails, agrees])
def test_a_predicate_that_fails_refuses_and_is_logged_once(predicate: object, caplog: pytest.LogCaptureFixture) -> None:
    chosen = origins(predicate)
    for _ in range(3):
        assert chosen.ask("https://b.test") is Verdict.REFUSED
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert "'https://b.test'" in record.getMessage()


def test_an_asynchronous_predicate_that_fails_refuses(caplog: pytest.LogCaptureFixture) -> None:
    assert asyncio.run(origins(fails).ask_async("https://b.test")) is Verdict.REFUSED
    assert len(caplog.records) == 1
