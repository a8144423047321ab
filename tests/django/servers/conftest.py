"""Where every end-to-end test is asked: in this process, and over nginx with gunicorn or uvicorn; by the simulated browser, and by Chromium."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import override_settings

from tests.components import require
from tests.django.verdicts import HANDLERS, quiet
from tests.servers.conftest import Server, running
from tests.servers.front import Front, proxying
from tests.servers.pages import Ask, Pages, Real, Simulated, Told, chromium

LOGIN, MIGRATED, BROKEN = (f"tests.django.servers.{name}" for name in ("login.settings", "migrated", "broken"))
GUNICORN = ["--bind", "fd://{fd}", "--worker-class", "gthread", "--threads", "16", "--graceful-timeout", "1"]
COMMANDS = {
    "gunicorn": ["gunicorn", *GUNICORN, "tests.django.servers.deployed:wsgi()"],
    "uvicorn": [
        *("uvicorn", "--fd", "{fd}", "--timeout-graceful-shutdown", "1"),
        *("--factory", "tests.django.servers.deployed:asgi"),
    ],
}
ORIGINS = {
    (LOGIN, "gunicorn"): "https://api.example.net",  # another site than its page's
    (LOGIN, "uvicorn"): "https://api.example.org",
    (MIGRATED, "gunicorn"): "https://api.myapp.com",
    (MIGRATED, "uvicorn"): "https://later.myapp.com",
}


@dataclass
class Site:
    """A project at an origin, and pages that fetch from it."""

    origin: str
    pages: Pages

    def told(self, page: str, asked: str, **more: Any) -> Told:
        """What `page` is told about `asked`, a method and a path; with credentials."""
        method, path = asked.split()
        return self.pages.fetch(page, Ask(self.origin + path, method, **{"credentials": "include", **more}))


@dataclass
class Deployed:
    """The servers by project and program, nginx in front of them all, and a Chromium."""

    servers: dict[tuple[str, str], Server]
    front: Front
    pages: Real


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    servers: dict[tuple[str, str], Server] = {}
    with contextlib.ExitStack() as stack:
        for project, program in ORIGINS:
            require(program)
            environment = {"DJANGO_SETTINGS_MODULE": project}
            folder = tmp_path_factory.mktemp(program)
            serving = running(folder, COMMANDS[program], environment=environment)
            servers[project, program] = stack.enter_context(serving)
        any_server = servers[LOGIN, "gunicorn"]
        names = {origin.removeprefix("https://"): servers[key] for key, origin in ORIGINS.items()}
        port, trust = stack.enter_context(proxying({"default": any_server, **names}))
        pages = stack.enter_context(chromium(port, any_server.address[1]))
        yield Deployed(servers, Front(port, trust, any_server), pages)


IN_CHROMIUM = [pytest.mark.browser, pytest.mark.server]
WAYS = [
    pytest.param("sync", id="simulated, sync"),
    pytest.param("async", id="simulated, async"),
    pytest.param("gunicorn", id="Chromium, gunicorn", marks=IN_CHROMIUM),
    pytest.param("uvicorn", id="Chromium, uvicorn", marks=IN_CHROMIUM),
]


@pytest.fixture(scope="module", params=WAYS)
def login(request: pytest.FixtureRequest) -> Iterator[Site]:
    with site(request, LOGIN) as it:
        yield it


@pytest.fixture(scope="module", params=WAYS)
def migrated(request: pytest.FixtureRequest) -> Iterator[Site]:
    with site(request, MIGRATED) as it:
        yield it


@contextlib.contextmanager
def site(request: pytest.FixtureRequest, project: str) -> Iterator[Site]:
    """A project, where the parameter says."""
    if request.param in HANDLERS:
        origin = ORIGINS[project, "gunicorn"]
        with in_this_process(project), contextlib.closing(simulated(request.param, origin)) as pages:
            yield Site(origin, pages)
    else:
        yield Site(ORIGINS[project, request.param], request.getfixturevalue("deployed").pages)


@contextlib.contextmanager
def in_this_process(project: str, **more: Any) -> Iterator[None]:
    """Have Django's settings be those of a project."""
    module = importlib.import_module(project)
    values = {name: value for name, value in vars(module).items() if name.isupper()}
    with quiet(), override_settings(**values, **more):
        yield


def simulated(mode: str, origin: str) -> Simulated:
    require("ada_url")
    return Simulated({origin: HANDLERS[mode]()})
