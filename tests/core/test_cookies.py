"""Cookies that stay at home although the policy would let them travel: said in sentences, and only where it is certain."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cors_core import Policy
from cors_core.browser import Origin
from cors_core.cookies import host_name, kept_home, local_credentials
from cors_core.testing.sites import same_site

APP = "https://app.example.com"
API = "api.example.com"
SHOP = "https://shop.example.net"


def credentialed(*entries: Any, **options: Any) -> Policy:
    return Policy(**{"allow_origins": entries, "allow_credentials": True, **options})


def said(
    policy: Policy,
    host: str = API,
    samesite: str | None = "Lax",
    secure: bool = False,
    domain: str | None = None,
    **setting: str,
) -> tuple[str, ...]:
    return kept_home(policy, host, samesite=samesite, secure=secure, domain=domain, **setting)


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        pytest.param(APP, API, id="siblings"),
        pytest.param("https://example.com", API, id="the apex"),
        pytest.param("https://*.example.com", API, id="a pattern of siblings"),
        pytest.param("https://*.app.example.com:*", API, id="a pattern further down"),
        pytest.param(f"{APP}:8443", f"{API}:5000", id="ports do not count"),
        pytest.param(APP, "API.Example.com", id="letter case of Host"),
        pytest.param("http://localhost:3000", "localhost:5000", id="localhost"),
        pytest.param("http://localhost:*", "localhost", id="any port of localhost"),
        pytest.param("http://127.0.0.1:3000", "127.0.0.1:5000", id="an address"),
        pytest.param("http://[::1]:3000", "[::1]:5000", id="an IPv6 address"),
        pytest.param("https://me.github.io", "me.github.io", id="itself, under a shared suffix"),
    ],
)
@pytest.mark.parametrize("samesite", ["Lax", "Strict", None])
def test_pages_of_the_same_site_send_the_cookie(entry: str, host: str, samesite: str | None) -> None:
    assert said(credentialed(entry), host, samesite) == ()


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        pytest.param(SHOP, API, id="another domain"),
        pytest.param("https://*.example.net", API, id="a pattern of another domain"),
        pytest.param("https://you.github.io", "me.github.io", id="a neighbour under a shared suffix"),
        pytest.param("https://a.co.uk", "b.co.uk", id="a country's suffix"),
        pytest.param("http://127.0.0.1:3000", "localhost", id="127.0.0.1 and localhost"),
        pytest.param("http://localhost:3000", "127.0.0.1:5000", id="localhost and 127.0.0.1"),
        pytest.param("http://localhost:3000", "[::1]:5000", id="localhost and ::1"),
        pytest.param("https://10.0.0.1", "11.0.0.1", id="two addresses with an end in common"),
        pytest.param("http://localhost:3000", API, id="a page on this machine, and a server elsewhere"),
        pytest.param("capacitor://localhost", API, id="an application's own scheme"),
    ],
)
@pytest.mark.parametrize("samesite", ["Lax", "Strict", None, "lax", "nonsense"])
def test_pages_of_another_site_do_not_send_the_cookie(entry: str, host: str, samesite: str | None) -> None:
    [sentence] = said(credentialed(entry), host, samesite)
    assert repr(entry) in sentence
    assert "another site than" in sentence


def test_a_neighbour_pattern_is_of_another_site_than_each_of_its_names() -> None:
    policy = credentialed("https://*.github.io", dangerously_allow=["public-suffix"])
    [sentence] = said(policy, "me.github.io")
    assert "'https://*.github.io', another site than 'me.github.io'" in sentence


@pytest.mark.parametrize(
    ("samesite", "words"),
    [
        pytest.param("Lax", "SESSION_COOKIE_SAMESITE='Lax' keeps the cookie", id="lax"),
        pytest.param("Strict", "SESSION_COOKIE_SAMESITE='Strict' keeps the cookie", id="strict"),
        pytest.param(None, "SESSION_COOKIE_SAMESITE is not set, which means Lax, and keeps the cookie", id="unset"),
    ],
)
def test_the_sentence_says_what_is_set_and_what_to_write(samesite: str | None, words: str) -> None:
    [sentence] = said(credentialed(SHOP), samesite=samesite)
    assert sentence.startswith(words)
    assert sentence.endswith("write SESSION_COOKIE_SAMESITE='None' and SESSION_COOKIE_SECURE=True")


def test_settings_have_the_names_of_the_framework() -> None:
    [sentence] = said(credentialed(SHOP), setting="CSRF_COOKIE")
    assert "CSRF_COOKIE_SAMESITE" in sentence
    assert "SESSION_COOKIE" not in sentence


def test_two_names_of_this_machine_become_one() -> None:
    [sentence] = said(credentialed("http://127.0.0.1:3000"), "localhost:5000")
    assert sentence.endswith("open the page under the same name, and write 'http://localhost:3000'")


def test_a_secure_cookie_came_over_https_and_stays_away_from_http_pages() -> None:
    policy = credentialed("http://app.example.com", APP, dangerously_allow=["insecure-origin"])
    assert said(policy) == ()
    [sentence] = said(policy, secure=True)
    assert "'http://app.example.com', another site than 'https://api.example.com'" in sentence
    assert sentence.endswith("serve the page over https, and write 'https://app.example.com'")


def test_a_secure_cookie_of_this_machine_may_have_come_over_http() -> None:
    assert said(credentialed("http://localhost:3000"), "localhost", secure=True) == ()


def test_one_sentence_names_a_few_pages_and_counts_the_others() -> None:
    [sentence] = said(credentialed(APP, *(f"https://shop{number}.net" for number in range(5))))
    assert "'https://shop0.net', 'https://shop1.net', 'https://shop2.net' and 2 more" in sentence
    assert APP not in sentence


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(Policy(allow_origins=[SHOP]), id="no credentials"),
        pytest.param(Policy(allow_origins="*"), id="everyone"),
        pytest.param(Policy(allow_origins=[SHOP, APP], allow_credentials=[APP]), id="credentials for siblings only"),
        pytest.param(credentialed(), id="nobody"),
        pytest.param(credentialed(re.compile(r"https://[a-z]+\.example\.net")), id="a regular expression"),
        pytest.param(credentialed(lambda origin: True), id="a predicate"),
    ],
)
def test_nothing_is_said_where_no_page_is_known_to_lose_its_cookie(policy: Policy) -> None:
    assert said(policy) == ()


def test_a_listed_origin_with_credentials_counts_beside_everyone() -> None:
    [sentence] = said(Policy(allow_origins="*", allow_credentials=[SHOP]))
    assert repr(SHOP) in sentence


def test_same_site_none_needs_secure_whatever_the_site() -> None:
    [sentence] = said(credentialed(APP), samesite="None")
    assert "browsers refuse" in sentence
    assert sentence.endswith("write SESSION_COOKIE_SECURE=True")
    assert said(credentialed(APP, SHOP), samesite="None", secure=True) == ()


@pytest.mark.parametrize("domain", [None, "", "example.com", ".example.com", "Example.com", API])
def test_a_domain_that_covers_the_host_is_right(domain: str | None) -> None:
    assert said(credentialed(APP), domain=domain) == ()


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        pytest.param("example.org", API, id="another domain"),
        pytest.param("app.example.com", API, id="a sibling"),
        pytest.param("ple.com", API, id="the end of a label"),
        pytest.param("v1.api.example.com", API, id="below the host"),
        pytest.param("com", API, id="a public suffix"),
        pytest.param("github.io", "me.github.io", id="a shared suffix"),
        pytest.param("0.0.1", "10.0.0.1", id="part of an address"),
    ],
)
def test_a_domain_that_browsers_refuse_is_told(domain: str, host: str) -> None:
    [sentence] = said(credentialed(f"https://{host}"), host, domain=domain)
    assert f"SESSION_COOKIE_DOMAIN={domain!r}" in sentence
    assert sentence.endswith("write SESSION_COOKIE_DOMAIN=None")


def test_two_faults_are_two_sentences() -> None:
    assert len(said(credentialed(SHOP), domain="example.org")) == 2


@pytest.mark.parametrize("host", ["localhost:5000", "127.0.0.1", "[::1]:8000"])
def test_a_server_on_this_machine_is_not_measured_by_pages_elsewhere(host: str) -> None:
    assert said(credentialed(APP, SHOP), host, samesite="Strict", domain="example.com") == ()


def test_a_server_of_several_names_is_judged_by_all_of_them() -> None:
    names = (API, "shop.example.net", "localhost")
    policy = credentialed(APP, SHOP, "http://localhost:3000", "https://other.example.org")
    [sentence] = kept_home(policy, *names, samesite="Lax", secure=False, domain="example.net")
    assert (
        "requests of 'https://other.example.org', another site than 'api.example.com', 'shop.example.net'" in sentence
    )
    [sentence] = kept_home(credentialed(APP), *names, samesite="Lax", secure=False, domain="example.org")
    assert "SESSION_COOKIE_DOMAIN='example.org' does not cover 'api.example.com', 'shop.example.net'" in sentence


@pytest.mark.parametrize(
    "host", ["", "example.com.", "a b", "*", ".example.com", "[::1", "user@example.com", "a\x00.com", ":80"]
)
def test_a_host_that_is_none_is_passed_over(host: str) -> None:
    assert said(credentialed(SHOP), host) == ()


@pytest.mark.parametrize(
    ("host", "name"),
    [("API.example.com:80", "api.example.com"), ("[0::1]:80", "[::1]"), ("bücher.de", "xn--bcher-kva.de")],
)
def test_a_host_is_named_as_browsers_name_it(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("entry", [APP, SHOP, "https://a.b.example.com", "https://me.github.io", "https://192.168.0.1"])
@pytest.mark.parametrize("host", [API, "example.net", "you.github.io", "github.io", "192.168.0.1", "168.0.1.1"])
def test_sites_are_those_of_the_simulated_browser(entry: str, host: str) -> None:
    scheme, _, name = entry.partition("://")
    page, server = Origin(scheme, name, ""), Origin("https", host, "")
    assert (said(credentialed(entry), host) == ()) is same_site(page, server)


@pytest.mark.parametrize(
    ("policy", "local"),
    [
        pytest.param(credentialed("http://localhost:3000", APP), ("http://localhost:3000",), id="localhost"),
        pytest.param(credentialed("http://127.0.0.1:3000"), ("http://127.0.0.1:3000",), id="127.0.0.1"),
        pytest.param(credentialed("http://[::1]:3000"), ("http://[::1]:3000",), id="::1"),
        pytest.param(credentialed("http://localhost:*"), ("http://localhost:*",), id="any port"),
        pytest.param(credentialed("https://*.app.localhost"), ("https://*.app.localhost",), id="names below localhost"),
        pytest.param(
            Policy(allow_origins="*", allow_credentials=["http://localhost:3000"]),
            ("http://localhost:3000",),
            id="listed",
        ),
        pytest.param(
            credentialed(re.compile(r"http://localhost:[0-9]+")),
            ("http://localhost:3000", "http://localhost:8080"),
            id="a regular expression",
        ),
        pytest.param(credentialed(APP, "https://localhost.example.com"), (), id="elsewhere"),
        pytest.param(credentialed("capacitor://localhost"), (), id="an application's own scheme"),
        pytest.param(credentialed(lambda origin: True), (), id="a predicate, which is not asked"),
        pytest.param(Policy(allow_origins=["http://localhost:3000"]), (), id="no credentials"),
        pytest.param(
            Policy(allow_origins=["http://localhost:3000", APP], allow_credentials=[APP]), (), id="not listed"
        ),
        pytest.param(Policy(allow_origins="*"), (), id="everyone"),
    ],
)
def test_origins_of_this_machine_that_get_credentials(policy: Policy, local: tuple[str, ...]) -> None:
    assert local_credentials(policy) == local
