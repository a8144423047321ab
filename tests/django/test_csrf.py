"""`csrf_trusted_origins`: what Django's CSRF protection is told, and what it cannot be told."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from typing import Any

import pytest

from tests.components import require

require("django")
require("re2")

from django.http import HttpResponse  # noqa: E402
from django.middleware.csrf import CsrfViewMiddleware  # noqa: E402
from django.test import RequestFactory, override_settings  # noqa: E402

from cors_core import ConfigError, Policy, by_host, by_path  # noqa: E402
from cors_django.csrf import CSRFWarning, csrf_trusted_origins  # noqa: E402

APP, OTHER, WILD = "https://app.example.com", "https://other.example.org:8443", "https://*.example.com"
SHARED = Policy(allow_origins=[APP, OTHER], allow_credentials=True)


def told(*policies: Any) -> tuple[list[str], list[str]]:
    """The setting, and the sentences of the warnings."""
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        trusted = csrf_trusted_origins(*policies)
    assert all(each.category is CSRFWarning and each.filename == __file__ for each in issued)
    return trusted, [str(each.message) for each in issued]


def is_trusted(origin: str) -> bool:
    """Whether Django, as it is configured, takes a cross-origin post from `origin` (but for the token)."""
    request = RequestFactory(enforce_csrf_checks=True).post("/", headers={"origin": origin})
    token = "a" * 32
    request.COOKIES["csrftoken"] = request.META["HTTP_X_CSRFTOKEN"] = token
    return CsrfViewMiddleware(HttpResponse).process_view(request, HttpResponse, (), {}) is None


@pytest.mark.parametrize(
    ("policy", "trusted"),
    [
        pytest.param(Policy(allow_origins=[APP]), [], id="no credentials"),
        pytest.param(SHARED, [APP, OTHER], id="credentials for all"),
        pytest.param(Policy(allow_origins="*", allow_credentials=[APP]), [APP], id="credentials for one"),
        pytest.param(
            Policy(allow_origins=["https://example.com", WILD], allow_credentials=True),
            ["https://example.com", WILD],
            id="a wildcard and the domain itself",
        ),
        pytest.param(
            Policy(
                allow_origins=["capacitor://localhost", "http://[::1]:3000"],
                allow_credentials=True,
            ),
            ["capacitor://localhost", "http://[::1]:3000"],
            id="an app and an address",
        ),
        pytest.param({"/a": SHARED, "/b": None, "/c": Policy(allow_origins=[APP])}, [APP, OTHER], id="a mapping"),
        pytest.param(by_path({"/": by_host({"a.example": SHARED})}), [APP, OTHER], id="selectors in each other"),
    ],
)
def test_the_origins_that_get_credentials_are_trusted_and_no_others(policy: Any, trusted: list[str]) -> None:
    assert told(policy) == (trusted, [])


def test_several_policies_are_told_together_and_nothing_twice() -> None:
    assert told(Policy(allow_origins=[OTHER], allow_credentials=True), SHARED) == ([OTHER, APP], [])
    assert told() == ([], [])


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        pytest.param(
            "http://localhost:*", ["'http://localhost:*', for any port", "'http://localhost:8000'"], id="a port"
        ),
        pytest.param(f"{WILD}:*", [f"'{WILD}:*', for any port", f"'{WILD}:8000'"], id="a wildcard and a port"),
        pytest.param(re.compile(r"https://[ab]\.example\.com"), ["[ab]", "a regular expression; add"], id="a regex"),
        pytest.param(lambda origin: False, ["a predicate; add the origins"], id="a predicate"),
    ],
)
def test_what_django_cannot_say_is_left_out_and_told_of(entry: Any, parts: list[str]) -> None:
    trusted, (sentence,) = told(Policy(allow_origins=[APP, entry], allow_credentials=True))
    assert trusted == [APP]
    assert all(part in sentence for part in parts)


def test_a_selector_that_cannot_be_looked_into_is_told_of() -> None:
    trusted, (sentence,) = told(by_path({"/a": SHARED, "/b": lambda request: None}))
    assert trusted == [APP, OTHER]
    assert sentence.endswith("pass its policies, too")


def test_a_wildcard_of_djangos_means_the_domain_too_and_that_is_told() -> None:
    trusted, (sentence,) = told(Policy(allow_origins=[WILD], allow_credentials=True))
    assert trusted == [WILD]
    assert "'https://example.com', too" in sentence
    with override_settings(CSRF_TRUSTED_ORIGINS=trusted):
        assert is_trusted("https://example.com")


def test_django_trusts_what_it_is_told_and_nothing_else() -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=csrf_trusted_origins(SHARED)):
        assert is_trusted(APP)
        assert is_trusted(OTHER)
        for origin in ("http://app.example.com", f"{APP}:8443", "https://x.app.example.com", "https://evil.example"):
            assert not is_trusted(origin)


def test_what_is_no_policy_is_refused() -> None:
    with pytest.raises(ConfigError, match="is no policy"):
        csrf_trusted_origins([APP])  # type: ignore[arg-type]


def test_it_can_be_called_while_the_settings_are_being_written() -> None:
    program = (
        "import cors_django\n"
        "from django.conf import settings\n"
        "policy = cors_django.Policy(allow_origins=['https://a.example'], allow_credentials=True)\n"
        "print(cors_django.csrf_trusted_origins(policy), settings.configured)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['https://a.example'] False\n"
