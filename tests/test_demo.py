"""`cors demo`: what it shows is true in a real browser, a wrong policy is found out, and nothing is left running."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from webtest import TestApp

from cors_core.cli import main
from cors_core.demo import check, chromium, plain, server
from cors_core.demo.cases import CASES, Addresses
from cors_core.demo.site import policy_fields, site
from cors_core.policy import PolicyFields

ADDRESSES = Addresses("http://localhost:8000", "http://localhost:8001", "http://localhost:8002")
COMMAND = [sys.executable, "-m", "cors_core", "demo"]
ALL = 2 * len(CASES)


@pytest.fixture
def browser() -> str:
    program = chromium.find()
    if program is None:
        sentence = "Chromium is not installed, so the demo's page was not driven in a real browser"
        if os.environ.get("CORS_REQUIRE_COMPONENTS"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return program


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, for this test alone, and with a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="cd-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def port() -> int:
    """The first of three free ports in a row."""
    return next(number for number in range(20_000 + os.getpid() % 9_000, 60_000, 3) if are_free(number))


def are_free(port: int) -> bool:
    try:
        for number in range(port, port + 3):
            for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with contextlib.suppress(OSError) if family == socket.AF_INET6 else contextlib.nullcontext():
                    socket.create_server((host, number), family=family).close()
    except OSError:
        return False
    return True


def mentioning(text: str) -> list[str]:
    """The command lines of the processes that mention `text`."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(file.read_text(errors="replace").replace("\0", " "))
    return [line for line in lines if text in line]


def run(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


def surprises(verdicts: list[check.Verdict]) -> set[tuple[str, str, str]]:
    return {(one.case, one.role, one.observed) for one in verdicts if not one.ok}


# The check


@pytest.mark.browser
@pytest.mark.server
def test_a_real_browser_observes_what_the_standard_says(browser: str, temporary: Path) -> None:
    result = run("--check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"In a real browser: {browser}\n")
    assert f"{ALL} of {ALL} as expected." in result.stdout
    assert "\x1b" not in result.stdout, "a pipe gets no colours"
    assert [mentioning(str(temporary)), list(temporary.iterdir())] == [[], []], "the browser or its profile is left"


@pytest.mark.browser
@pytest.mark.server
@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({"allow_origins": "*", "allow_credentials": False}, id="everyone, no credentials"),
        pytest.param({"allow_methods": ["PATCH"], "allow_headers": [], "expose_headers": []}, id="wrong lists"),
    ],
)
def test_plain_requests_and_a_real_browser_agree_on_a_wrong_policy(browser: str, overrides: PolicyFields) -> None:
    with server.running(None, overrides, quiet=True) as demo:
        driven = check.judge(demo.addresses, browser)
        assert surprises(driven)
        assert driven == check.judge(demo.addresses, None)


@pytest.mark.server
def test_plain_requests_check_the_same_cases_and_say_that_no_browser_was_used() -> None:
    result = CliRunner().invoke(main, ["demo", "--check", "--no-browser"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("No browser was used (--no-browser). Plain HTTP requests,")
    assert f"{ALL} of {ALL} as expected." in result.output


@pytest.mark.server
def test_plain_requests_stand_in_where_no_browser_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(main, ["demo", "--check", "--port", str(port)])
    assert result.exit_code == 0, result.output
    assert "No browser was used (none was found: chromium, chromium-browser, google-chrome" in result.output


@pytest.mark.server
@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        pytest.param({"expose_headers": []}, {("An exposed header", "allowed", "200")}, id="nothing exposed"),
        pytest.param(
            {"expose_headers": ["X-Total-Count", "X-Internal"]},
            {("An exposed header", "allowed", "200, X-Total-Count, X-Internal")},
            id="too much exposed",
        ),
        pytest.param(
            {"allow_methods": ["PUT", "DELETE", "PATCH"]},
            {("A method that is not listed", "allowed", "200")},
            id="a method too many",
        ),
        pytest.param(
            {"allow_methods": []},
            {
                ("PUT with JSON, preflighted", "allowed", "blocked"),
                ("A preflight to a route behind auth", "allowed", "401, then blocked"),
            },
            id="no methods",
        ),
        pytest.param(
            {"allow_headers": ["X-Request-Id"]},
            {
                ("Authorization and a custom header", "allowed", "blocked"),
                ("A preflight to a route behind auth", "allowed", "401, then blocked"),
            },
            id="no Authorization",
        ),
        pytest.param(
            {"allow_credentials": False},
            {("Credentials: a cookie", "allowed", "blocked, then blocked, then 401")},
            id="no credentials",
        ),
    ],
)
def test_a_wrong_policy_is_a_surprise(overrides: PolicyFields, expected: set[tuple[str, str, str]]) -> None:
    with server.running(None, overrides, quiet=True) as demo:
        assert surprises(check.judge(demo.addresses, None)) == expected


@pytest.mark.server
def test_a_policy_that_allows_nobody_blocks_every_answer_of_the_api() -> None:
    with server.running(None, {"allow_origins": [], "allow_credentials": False}, quiet=True) as demo:
        observed = plain.observe(demo.addresses.allowed, demo.addresses.api)
    assert observed == {case.key: case.expected("refused") for case in CASES}


@pytest.mark.server
def test_a_surprise_ends_with_status_1_and_stands_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(addresses: Addresses) -> PolicyFields:
        return {**policy_fields(addresses), "expose_headers": []}

    monkeypatch.setattr(server, "policy_fields", forgetful)
    result = CliRunner().invoke(main, ["demo", "--check", "--no-browser"])
    assert result.exit_code == 1
    (row,) = [line for line in result.output.splitlines() if line.rstrip().endswith("NO")]
    assert row.split("  ")[1:2] == ["An exposed header"]
    assert f"{ALL - 1} of {ALL} as expected, 1 not" in result.output


def test_without_rich_the_table_is_plain_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    check.show([check.Verdict("A GET", "allowed", "200", "200"), check.Verdict("A PUT", "refused", "blocked", "200")])
    assert [line.split() for line in capsys.readouterr().out.strip().splitlines()] == [
        ["case", "frontend", "expected", "observed", "ok"],
        ["A", "GET", "allowed", "200", "200", "yes"],
        ["A", "PUT", "refused", "blocked", "200", "NO"],
    ]


@pytest.mark.server
def test_a_browser_that_ends_early_is_an_error_in_one_sentence(temporary: Path) -> None:
    program = shutil.which("true")
    assert program
    with server.running(None, quiet=True) as demo, pytest.raises(server.DemoError, match=r"ended early.*--no-browser"):
        chromium.observe(program, demo.addresses.allowed)
    assert list(temporary.iterdir()) == []


@pytest.mark.server
def test_a_silent_browser_is_given_up_and_ended(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = temporary / "silent"
    program.write_text("#!/bin/sh\nsleep 100\n")
    program.chmod(0o755)
    monkeypatch.setattr(chromium, "TIMEOUT", 0.3)
    with server.running(None, quiet=True) as demo, pytest.raises(server.DemoError, match=r"was silent.*--no-browser"):
        chromium.observe(str(program), demo.addresses.allowed)
    assert mentioning(str(temporary)) == []


# Starting and stopping


@pytest.mark.parametrize(
    ("offset", "host"),
    [
        pytest.param(0, "127.0.0.1", id="the first"),
        pytest.param(2, "127.0.0.1", id="the third"),
        pytest.param(1, "::1", id="the second, by IPv6"),
    ],
)
def test_a_busy_port_is_one_sentence_that_names_the_option(port: int, offset: int, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        busy = socket.create_server((host, port + offset), family=family)
    except OSError:
        pytest.skip("there is no IPv6 here")
    with busy:
        result = CliRunner().invoke(main, ["demo", "--port", str(port)])
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert line.startswith(f"Error: port {port + offset} is in use; ")
    assert "--port" in line
    assert are_free(port)


@pytest.mark.server
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGINT, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, id="terminated"),
        pytest.param(signal.SIGKILL, id="killed"),
    ],
)
def test_nothing_is_left_running(port: int, how: signal.Signals) -> None:
    command = [*COMMAND, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout
            said = [process.stdout.readline() for _ in range(9)]
            assert [f"http://localhost:{port + n}" in "".join(said) for n in range(3)] == [True] * 3
            assert not are_free(port)
            process.send_signal(how)
            process.wait(20)
            assert process.stdout.read().strip() == ("" if how is signal.SIGKILL else "Stopped.")
        finally:
            process.kill()
    assert process.returncode == (-how if how is signal.SIGKILL else 0)
    until = time.monotonic() + 10
    while not are_free(port) and time.monotonic() < until:
        time.sleep(0.1)
    assert are_free(port)
    assert mentioning(f"localhost:{port}") == []


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        pytest.param("gunicorn", "gunicorn, which is not installed: pip install 'cors-core[cli]'", id="gunicorn"),
        pytest.param("click", "needs click: pip install 'cors-core[cli]'", id="click"),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_installs_it(module: str, sentence: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; from cors_core.cli import main; main(['demo'])"
    result = run(code=code)
    assert result.returncode != 0
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_help_loads_neither_the_demo_nor_what_it_needs() -> None:
    code = """
import sys
from cors_core.cli import main
main(["--help"], standalone_mode=False)
print("loaded:", {"cors_core.demo", "gunicorn", "rich", "http.client", "subprocess"} & set(sys.modules))
"""
    assert run(code=code).stdout.endswith("loaded: set()\n")


def test_no_browser_alone_is_refused() -> None:
    result = CliRunner().invoke(main, ["demo", "--no-browser"])
    assert result.exit_code == 2
    assert "--no-browser goes with --check" in result.output


# What the servers answer


@pytest.fixture
def app() -> TestApp:
    return TestApp(site(ADDRESSES, policy_fields(ADDRESSES)))


def test_the_auth_layer_turns_options_away_and_the_preflight_still_passes(app: TestApp) -> None:
    url = f"{ADDRESSES.api}/private"
    origin = {"Origin": ADDRESSES.allowed}
    asking = {**origin, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization"}
    assert app.options(url, headers=origin, status=401).headers["Access-Control-Allow-Origin"] == ADDRESSES.allowed
    assert "DELETE" in app.options(url, headers=asking, status=204).headers["Access-Control-Allow-Methods"].split(", ")


def test_the_pages_say_which_origin_they_are_and_whether_it_is_allowed(app: TestApp) -> None:
    allowed, refused = (app.get(f"{origin}/").text for _, origin in ADDRESSES.frontends())
    assert "The API allows this origin" in allowed
    assert '<h1 class="origin">http://localhost:8001</h1>' in allowed
    assert "The API does not allow this origin" in refused
    assert '<h1 class="origin">http://localhost:8002</h1>' in refused


def test_a_page_opened_by_another_name_is_sent_to_the_origin_that_it_speaks_of(app: TestApp) -> None:
    assert app.get("http://127.0.0.1:8001/", status=302).location == "http://localhost:8001"


def test_only_the_page_itself_may_report(app: TestApp) -> None:
    url = f"{ADDRESSES.allowed}/report"
    app.post_json(url, {"get": "200"}, headers={"Origin": ADDRESSES.refused}, status=404)
    assert app.get(url).json is None
    app.post_json(url, {"get": "200"}, headers={"Origin": ADDRESSES.allowed})
    assert app.get(url).json == {"get": "200"}


@pytest.mark.parametrize("origin", [ADDRESSES.api, ADDRESSES.allowed])
def test_what_is_not_there_is_a_404(app: TestApp, origin: str) -> None:
    app.get(f"{origin}/nothing", status=404)
