"""`assert_safe`: each mistake is found, named once, and shown with its evidence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from cors_core.browser import URL
from cors_core.testing import assert_safe, weaknesses
from cors_core.testing.hostile import ATTACKER, MISTAKES, hostile_origins
from tests.testing.servers import API, APP, WSGI, answering, page_over, protected

Allows = Callable[[str], bool]


def sharing(allows: Allows, *, credentials: bool = True, vary: bool = True, answers: bool = True) -> WSGI:
    """A server that echoes the origins it allows, by whatever comparison; without `answers` on preflights only."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        origin = environ.get("HTTP_ORIGIN")
        headers = [("Vary", "Origin")] if vary else []
        if origin is not None and allows(origin) and (answers or environ["REQUEST_METHOD"] == "OPTIONS"):
            headers += [("Access-Control-Allow-Origin", origin)]
            headers += [("Access-Control-Allow-Credentials", "true")] if credentials else []
        start_response("200 OK", headers)
        return []

    return app


def matching(pattern: str) -> Allows:
    return lambda origin: re.fullmatch(pattern, origin) is not None


def kinds(app: Any, **options: Any) -> set[str]:
    found = weaknesses(app, **{"origins": [APP], "at": API} | options)
    assert len(found) == len({finding.kind for finding in found})
    return {finding.kind for finding in found}


@pytest.mark.parametrize(
    ("allows", "found"),
    [
        pytest.param(lambda origin: origin == APP, set(), id="exact"),
        pytest.param(lambda origin: True, {"origin-reflection"}, id="everybody"),
        pytest.param(lambda origin: origin in (APP, "null"), {"null-origin"}, id="null"),
        pytest.param(lambda origin: origin.startswith(APP), {"prefix-match"}, id="begins with"),
        pytest.param(matching(r"https://.*example\.com"), {"suffix-match", "arbitrary-subdomain"}, id="ends with"),
        pytest.param(
            lambda origin: "app.example.com" in origin,
            {"substring-match", "http-downgrade", "scheme-confusion", "arbitrary-subdomain"},
            id="contains",
        ),
        pytest.param(matching("https://app.example.com"), {"unescaped-dot"}, id="unescaped dot"),
        pytest.param(lambda origin: origin.split(",")[0] == APP, {"comma-split"}, id="split at commas"),
        pytest.param(lambda origin: origin.lower() == APP, {"case-folding"}, id="any case"),
        pytest.param(matching(r"\w+://app\.example\.com"), {"http-downgrade", "scheme-confusion"}, id="any scheme"),
        pytest.param(matching(r"https://app\.example\.com(:\d+)?"), {"any-port"}, id="any port"),
        pytest.param(matching(r"https?://localhost.*"), {"localhost-trusted"}, id="localhost"),
        pytest.param(matching(r"http://10\..*"), {"private-address-trusted"}, id="private addresses"),
        pytest.param(matching(r"https://[^.]+\.github\.io"), {"third-party-hosting"}, id="hosting"),
        pytest.param(matching("(chrome|moz)-extension://.*"), {"app-scheme"}, id="extensions"),
        pytest.param(matching(r"https://([a-z0-9-]+\.)*example\.com"), {"arbitrary-subdomain"}, id="subdomains"),
        pytest.param(matching(r"https://app\.example\.com([_!].*)?"), {"special-character"}, id="character class"),
        pytest.param(matching(r"https://app\.example\.com(\.\..*)?"), {"empty-label"}, id="empty label"),
        pytest.param(matching(r"https://app\.example\.com(@.*)?"), {"userinfo"}, id="user name"),
    ],
)
def test_a_comparison_is_found_out(allows: Allows, found: set[str]) -> None:
    assert kinds(sharing(allows)) == found


def test_the_applications_own_origin_has_lookalikes_too() -> None:
    assert kinds(sharing(lambda origin: origin.startswith(API)), origins=[]) == {"prefix-match"}


def test_what_is_known_to_be_good_is_no_finding() -> None:
    local = "http://localhost:31337"
    assert kinds(sharing(lambda origin: origin == local), origins=[local]) == set()


@pytest.mark.parametrize(("credentials", "severity"), [(True, "critical"), (False, "medium")])
def test_credentials_make_it_worse(credentials: bool, severity: str) -> None:
    (finding,) = weaknesses(sharing(lambda origin: True, credentials=credentials), at=API)
    assert finding.severity == severity
    assert finding.evidence.startswith(f"GET / with Origin: https://{ATTACKER} -> 200, Vary: Origin")
    assert f"Access-Control-Allow-Origin: https://{ATTACKER}" in finding.evidence


def test_what_no_browser_sends_is_information() -> None:
    (finding,) = weaknesses(sharing(matching(r"https://app\.example\.com(@.*)?")), origins=[APP], at=API)
    assert finding.severity == "info"
    assert "no browser sends this origin" in finding.remedy


def test_preflights_are_tried_by_themselves() -> None:
    assert kinds(sharing(lambda origin: True, answers=False)) == {"preflight-only-reflection"}


def test_error_pages_are_tried_too() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        found = environ["PATH_INFO"] == "/"
        return sharing(lambda origin: origin == APP or not found)(environ, start_response)

    (finding,) = weaknesses(app, origins=[APP], at=API)
    assert finding.kind == "origin-reflection"
    assert finding.evidence.startswith("GET /cors-probe")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        pytest.param([("Access-Control-Allow-Origin", "*")], {"wildcard"}, id="wildcard"),
        pytest.param(
            [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true")],
            {"wildcard-with-credentials"},
            id="wildcard with credentials",
        ),
        pytest.param([("Access-Control-Allow-Origin", APP)], set(), id="always the same origin"),
        pytest.param(
            [("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Origin", APP)],
            {"broken-headers"},
            id="twice",
        ),
        pytest.param(
            [("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "True")],
            {"broken-headers"},
            id="True",
        ),
    ],
)
def test_constant_headers_are_judged_for_what_they_are(headers: list[tuple[str, str]], found: set[str]) -> None:
    assert kinds(answering(*headers)) == found


def test_a_missing_vary_is_seen_where_a_good_origin_is_known() -> None:
    app = sharing(lambda origin: origin == APP, vary=False)
    assert kinds(app) == {"missing-vary"}
    assert kinds(app, origins=[]) == set()


def test_a_vary_for_those_who_may_read_only_is_not_enough() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        allowed = environ.get("HTTP_ORIGIN") == APP
        return sharing(lambda origin: allowed, vary=allowed)(environ, start_response)

    (finding,) = weaknesses(app, origins=[APP], at=API)
    assert (finding.kind, finding.evidence) == ("missing-vary", "GET / with no Origin -> 200, no Vary")


def test_junk_that_comes_back_is_found() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("X-Debug", f"from {environ.get('HTTP_ORIGIN')}")])
        return []

    assert kinds(app) == {"reflected-junk"}


def test_junk_that_is_too_much_for_the_application_is_found() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        environ.get("HTTP_ORIGIN", "").encode("ascii")
        return answering()(environ, start_response)

    assert kinds(app) == {"crash"}


def test_names_that_are_none_must_not_come_back() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        return answering(("Access-Control-Allow-Headers", asked))(environ, start_response)

    assert kinds(app) == {"preflight-reflection"}


def test_assert_safe_lists_the_worst_first_and_takes_exceptions() -> None:
    app = sharing(matching(r"null|https://([a-z0-9-]+\.)*example\.com"), vary=False)
    with pytest.raises(AssertionError) as caught:
        assert_safe(app, origins=[APP], at=API)
    listed = re.findall(r"^(\w+): ([\w-]+)$", str(caught.value), re.MULTILINE)
    assert listed == [("high", "null-origin"), ("medium", "arbitrary-subdomain"), ("medium", "missing-vary")]
    assert_safe(app, origins=[APP], at=API, allow=[kind for _, kind in listed])


def test_information_does_not_fail() -> None:
    assert_safe(answering(("Access-Control-Allow-Origin", "*")))


def test_an_exception_must_be_a_class_that_exists() -> None:
    with pytest.raises(ValueError, match=r"allow=\['wildcards'\]: there are origin-reflection"):
        assert_safe(answering(), allow=["wildcards"])


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="one origin"),
        pytest.param({"allow_credentials": True, "expose_headers": ["X-A"]}, id="with credentials"),
        pytest.param({"allow_origins": "*", "allow_methods": "*", "allow_headers": "*"}, id="everybody"),
        pytest.param(
            {"allow_credentials": True, "allow_methods": "*", "allow_headers": ["*"]}, id="names that are asked for"
        ),
        pytest.param({"allow_origins": "*", "allow_credentials": [APP]}, id="everybody, some with credentials"),
        pytest.param({"enforce": "all"}, id="enforced"),
    ],
)
def test_our_own_middleware_is_safe(fields: dict[str, Any]) -> None:
    assert_safe(protected(answering(), **fields), origins=[APP], at=API)


def test_a_pattern_for_subdomains_is_what_it_says() -> None:
    app = protected(answering(), allow_origins=["https://*.example.com", "https://example.com"])
    assert kinds(app) == {"arbitrary-subdomain"}


@pytest.mark.parametrize("trusted", [APP, "http://localhost:3000", "https://[::1]:8443", "https://shop.example.co.uk"])
def test_the_catalogue_is_about_others(trusted: str) -> None:
    origins = list(hostile_origins(trusted))
    assert trusted not in {origin for _, origin in origins}
    assert {kind for kind, _ in origins} <= set(MISTAKES)


def test_what_is_not_for_information_can_be_sent_by_a_browser() -> None:
    """A page of the origin exists, and its Origin is the probe, letter by letter."""
    impossible = {"userinfo", "case-folding", "scheme-confusion", "comma-split", "special-character"}
    for kind, origin in hostile_origins(APP):
        if kind not in impossible and origin != "null":
            assert str(URL(origin).origin) == origin
            assert page_over(answering(), url=f"{origin}/").origin == origin


def raising(environ: Any, start_response: Any) -> Any:
    raise RuntimeError("not today")


def test_an_application_that_answers_nothing_is_not_called_safe() -> None:
    with pytest.raises(AssertionError, match="nothing was examined") as caught:
        assert_safe(raising, origins=["https://app.example.com"])
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_an_application_that_hangs_is_given_up_at_once() -> None:
    def sleeping(environ: Any, start_response: Any) -> Any:
        time.sleep(5)
        return []

    began = time.monotonic()
    with pytest.raises(AssertionError, match="nothing was examined"):
        assert_safe(sleeping, timeout=0.2)
    assert time.monotonic() - began < 4


def test_a_substring_test_is_found_by_a_truncated_origin() -> None:
    def substring(environ: Any, start_response: Any) -> list[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        allowed = [("Access-Control-Allow-Origin", origin)] if origin and origin in "https://app.example.com" else []
        start_response("200 OK", [("Vary", "Origin"), *allowed])
        return [b""]

    found = weaknesses(substring, origins=["https://app.example.com"])
    assert "substring-match" in {finding.kind for finding in found}


@pytest.mark.parametrize("origin", ["https://app.example.com/", "app.example.com"])
def test_a_trusted_origin_is_an_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        assert_safe(raising, origins=[origin])
