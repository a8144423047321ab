"""Invalid settings stop a server when it starts, and all that is wrong with them is on its standard error."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.components import require
from tests.django.servers.conftest import BROKEN

PROBLEMS = {
    "CORS_ALLOWED_ORIGINS": "https://myapp.com",
    "CORS_ALLOWED_ORIGIN_REGEXES": "https://(",
    "CORS_ALLOW_METHODS": "P U T",
    "CORS_ALLOW_CREDENTIALS": "False",
    "CORS_PREFLIGHT_MAX_AGE": "-1",
}
COMMANDS = {
    "gunicorn": ["gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket", "tests.django.servers.deployed:wsgi()"],
    "uvicorn": ["uvicorn", "--port", "0", "--factory", "tests.django.servers.deployed:asgi"],
}


@pytest.mark.server
@pytest.mark.parametrize("program", COMMANDS)
def test_no_server_starts_with_invalid_settings(program: str) -> None:
    require(program)
    ended = subprocess.run(
        [sys.executable, "-m", *COMMANDS[program]],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": BROKEN},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode != 0
    assert "ImproperlyConfigured" in ended.stderr
    for name, value in PROBLEMS.items():
        assert any(name in line and value in line for line in ended.stderr.splitlines()), name
