"""Assertions in one line, and the plugin."""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path

import pytest

from cors_core.testing import CORSError, assert_allows, assert_refuses
from tests.components import require
from tests.testing.servers import API, APP, ELSEWHERE, answering, protected, routes

pytest_plugins = ["pytester"]

SHOP = protected(
    routes({"PUT /orders": answering(status="201 Created"), "/": answering()}),
    allow_methods=["PUT"],
    allow_credentials=True,
)


def test_what_is_allowed_comes_back_whatever_its_status() -> None:
    response = assert_allows(SHOP, origin=APP, method="PUT", path="/orders", headers={"Content-Type": "a/b"})
    assert response.status == 201
    assert assert_allows(SHOP, origin=APP, path="/nowhere", credentials=True).status == 404


def test_what_is_refused_comes_back_as_the_error() -> None:
    assert assert_refuses(SHOP, origin=ELSEWHERE).step == "allow-origin-missing"
    assert assert_refuses(SHOP, origin=APP, method="DELETE").step == "method-refused"


def test_a_refusal_fails_assert_allows_with_all_its_reasons() -> None:
    with pytest.raises(AssertionError, match=r"(?s)gets nothing from DELETE /.*add 'DELETE' to allow_methods"):
        assert_allows(SHOP, origin=APP, method="DELETE")


def test_an_answer_fails_assert_refuses_with_the_headers_that_let_it_through() -> None:
    with pytest.raises(AssertionError, match=rf"(?s)may read GET /, status 200.*Allow-Origin: {APP}"):
        assert_refuses(SHOP, origin=APP)
    with pytest.raises(AssertionError, match="it is of the same origin"):
        assert_refuses(SHOP, origin="https://testserver")


def test_a_crash_is_no_refusal() -> None:
    with pytest.raises(AssertionError, match="CORS had no part in it") as caught:
        assert_refuses(lambda environ, start_response: [][0], origin=APP)
    assert isinstance(caught.value.__cause__, IndexError)


def test_the_origin_of_the_application_may_be_said() -> None:
    assert assert_allows(SHOP, origin=APP, at=f"{API}/", path="/").url == f"{API}/"


class TestWithUnittest(unittest.TestCase):
    def test_it_needs_no_pytest(self) -> None:
        assert_allows(SHOP, origin=APP)
        assert isinstance(assert_refuses(SHOP, origin=ELSEWHERE), CORSError)


DJANGO = """
import django
from django.conf import settings
from django.http import JsonResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["api.example.com"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="test",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "app.sqlite3",
                           # A file, whose connection can be closed under the test, as that of a real database can.
                           "TEST": {"NAME": "test.sqlite3"}}},
)
django.setup()

from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.test import TestCase
from django.test.runner import DiscoverRunner
from cors_core import asgi, wsgi
from cors_core.testing import Browser, assert_allows, assert_refuses

urlpatterns = [
    path("users", lambda request: JsonResponse({"users": User.objects.count()})),
    path("", lambda request: JsonResponse({"host": request.get_host()})),
]
APP = "https://app.example.com"


class Users(TestCase):
    def test_the_application_sees_the_data_of_the_test(self):
        User.objects.create(username="ada")
        browser = Browser(wsgi.CORSMiddleware(get_wsgi_application(), allow_origins=[APP]), at="https://api.example.com")
        page = browser.open(APP)
        self.assertEqual(page.fetch("https://api.example.com/users").json(), {"users": 1})
        self.assertEqual(page.fetch("https://api.example.com/users").json(), {"users": 1})

    def test_djangos_own_host_for_tests_is_the_default(self):
        app = wsgi.CORSMiddleware(get_wsgi_application(), allow_origins=[APP])
        self.assertEqual(assert_allows(app, origin=APP).json(), {"host": "testserver"})
        assert_refuses(app, origin="https://elsewhere.example")

    def test_asgi_answers_too(self):
        app = asgi.CORSMiddleware(get_asgi_application(), allow_origins=[APP])
        self.assertEqual(assert_allows(app, origin=APP).json(), {"host": "testserver"})


from unittest import TextTestRunner, defaultTestLoader
runner = DiscoverRunner(verbosity=0)
runner.setup_test_environment()
databases = runner.setup_databases()
result = TextTestRunner().run(defaultTestLoader.loadTestsFromTestCase(Users))
runner.teardown_databases(databases)
raise SystemExit(not result.wasSuccessful())
"""


def test_djangos_test_classes_share_their_transaction_with_the_application(tmp_path: Path) -> None:
    require("django")
    (tmp_path / "run_tests.py").write_text(DJANGO)
    command = [sys.executable, "run_tests.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_fixture_makes_browsers_and_closes_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import threading

        async def app(scope, receive, send):
            headers = [(b"access-control-allow-origin", b"*")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body"})

        def test_it(cors_browser):
            page = cors_browser(app, at="https://api.example.com").open("https://app.example.com")
            assert page.fetch("https://api.example.com").ok
            assert "cors_core.testing" in {thread.name for thread in threading.enumerate()}

        def test_its_end():
            assert "cors_core.testing" not in {thread.name for thread in threading.enumerate()}
        """
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_the_plugin_loads_nothing_until_it_is_used() -> None:
    program = "import sys, cors_core.pytest_plugin; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not {"cors_core.testing", "cors_core.browser", "ada_url", "publicsuffixlist"} & set(loaded)
