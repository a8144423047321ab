"""Whom a regular expression lets in: with credentials, strangers are refused when the policy is built."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cors_core import ConfigError, Policy

pytest.importorskip("re2", reason="google-re2 is absent, and without it regular expressions are refused anyway")


def codes(pattern: str, **options: Any) -> set[str]:
    """The codes with which an expression is refused; none if it is taken."""
    try:
        Policy(allow_origins=[re.compile(pattern)], allow_credentials=True, **options)
    except ConfigError as error:
        return {problem.code for problem in error.problems}
    return set()


@pytest.mark.parametrize(
    ("pattern", "stranger"),
    [
        (r"https?://localhost.*", "http://localhost.evil.com"),
        (r"https://example\.com.*", "https://example.com.evil.io"),
        (r"https://.*example\.com", "https://evilexample.com"),
        (r"https://example.*", "https://example-evil.com"),
        (r".*", "https://evil.com"),
        (r"https://[a-z]+\.(com|org)", "https://evil.org"),
    ],
)
def test_an_expression_that_is_open_at_its_edges_gets_no_credentials(pattern: str, stranger: str) -> None:
    assert re.fullmatch(pattern, stranger)
    assert codes(pattern) == {"wildcard-with-credentials"}
    waived = ("insecure-origin", "public-suffix")
    assert codes(pattern, dangerously_allow=waived) == {"wildcard-with-credentials"}
    assert Policy(allow_origins=[re.compile(pattern)]).allows(stranger)


@pytest.mark.parametrize(
    "pattern",
    [
        r"https://.*\.netlify\.app",
        r"https://[a-z0-9-]+\.pages\.dev",
        r"https://.*\.de",
        r"https://.*--site\.netlify\.app",
        r"https://[a-z]+\.com",
    ],
)
def test_a_shared_suffix_needs_its_waiver(pattern: str) -> None:
    assert codes(pattern) == {"public-suffix"}
    assert codes(pattern, dangerously_allow=("public-suffix",)) == set()


@pytest.mark.parametrize(
    "pattern",
    [
        r"https?://(.*\.)?example\.com",
        r".*\.example\.com",
        r"http://localhost:\d+|http://.*\.corp\.example\.com",
        r"http://192\.168\.1\.\d+:3000|http://printer",
    ],
)
def test_plain_http_needs_its_waiver(pattern: str) -> None:
    assert codes(pattern) == {"insecure-origin"}
    assert codes(pattern, dangerously_allow=("insecure-origin",)) == set()


@pytest.mark.parametrize(
    "pattern",
    [
        r"https://[a-z0-9-]+\.example\.com",
        r"https://(.*\.)?example\.com(:\d+)?",
        r"https://.*-slug\.mydomain\.com",
        r"http://(localhost|127\.0\.0\.1)(:\d+)?",
        r"http://localhost:\d+|https://.*\.example\.com",
        r"https://pr-\d+--site\.netlify\.app",
        r"moz-extension://[0-9a-f-]{36}",
        r"(?i)https://app\.example\.com",
    ],
)
def test_an_expression_for_ones_own_origins_is_taken(pattern: str) -> None:
    assert codes(pattern) == set()
