"""The documentation is held to its word: its code runs, its messages are the real ones, its lists are complete.

Three rules make a Markdown page a test. A `python` block whose first line starts with "# Wrong" raises
`ConfigError`; every other one runs. A `text` block right after a `python` block is what that code
printed, logged, warned or raised, line for line. A `text` block right after a `console` block with one
`flask` command is what that command prints in `docs/examples`.

A `python` block that begins with "# mysite/urls.py", or another file there, is that file of the page's
Django project from there on; the project starts, and its tests pass. A `python manage.py` command is run
in it. After a message has changed, `python -m tests.test_docs` writes the new one into the pages; read
the difference before you keep it.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib.util
import io
import logging
import os
import re
import shlex
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cors_core import ConfigError, CORSMigrationWarning, Policy
from cors_core.checks import WAIVERS
from cors_core.policy import PolicyFields

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
SOURCE = {
    package: {path.stem: ast.parse(path.read_text()) for path in sorted((ROOT / package).glob("*.py"))}
    for package in ("cors_core", "cors_flask", "cors_django")
}

_BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<said>.*?)^```\n)?", re.MULTILINE | re.DOTALL)

_COMMAND = re.compile(
    r"^```console\n(?P<line>(?:flask|python manage\.py) [^\n]+)\n```\n\n```text\n(?P<said>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)
_FILE = re.compile(r"# (?:Wrong: )?mysite/(\w+)\.py\n")
_SETTINGS = """
SECRET_KEY = "the page's own"
ALLOWED_HOSTS = ["api.example.com"]
ROOT_URLCONF = "mysite.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "cors_django"]
MIDDLEWARE = ["cors_django.middleware.CorsMiddleware"]
"""
_START = """
import importlib, logging, sys, warnings

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s")
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from cors_core import ConfigError

refused = False
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", UserWarning)
    try:
        get_asgi_application()
        importlib.import_module("mysite.{file}")
    except (ConfigError, ImproperlyConfigured) as error:
        refused = True
        print(error)
if "{file}" == "settings":
    for warning in caught:
        print(f"{{warning.category.__name__}}: {{warning.message}}")
sys.exit(refused)
"""


@dataclass(frozen=True)
class Block:
    """A Python block of a page, and what the page says that it says."""

    page: Path
    line: int
    code: str
    said: str | None
    place: int
    """Where in the page that is."""

    @property
    def wrong(self) -> bool:
        return self.code.startswith("# Wrong")

    @property
    def file(self) -> str | None:
        """The module of the page's Django project that the block is."""
        match = _FILE.match(self.code)
        return match and match[1]

    @property
    def packages(self) -> set[str]:
        return imported_packages(ast.parse(self.code)) | ({"django"} if self.file else set())


def blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text()
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        yield Block(page, line, match["code"], match["said"], match.start("said"))


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def imported_packages(tree: ast.AST) -> set[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {name.partition(".")[0] for name in names}


def skip_without(packages: set[str]) -> None:
    for name in sorted(packages):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")


class _OneLine(logging.Formatter):
    """Without tracebacks, which name files and lines."""

    def formatException(self, ei: Any) -> str:
        return ""


def run(block: Block) -> str:
    """What the block says, in the order in which it says it; warnings come last."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(_OneLine("%(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("cors_core")
    levels = {each: each.level for each in (log, logging.getLogger("flask_cors"))}
    log.addHandler(handler)
    # Line numbers of the page, so that a traceback leads to it.
    code = compile("\n" * (block.line - 1) + block.code, str(block.page), "exec")
    raised = False
    try:
        with contextlib.redirect_stdout(heard), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            exec(code, {"__name__": "example"})
    except ConfigError as error:
        raised = True
        heard.write(f"{error}\n")
    finally:
        log.removeHandler(handler)
        for each, level in levels.items():
            each.setLevel(level)
    assert raised == block.wrong, heard.getvalue() or "nothing was refused"
    assert {warning.category for warning in caught} <= {CORSMigrationWarning}
    return heard.getvalue() + "".join(f"{w.category.__name__}: {w.message}\n" for w in caught)


def project_at(page: Path, end: int) -> dict[str, str]:
    """The files of the Django project of a page, as they are at a line."""
    files = {"__init__": "", "urls": "urlpatterns = []\n", "settings": ""}
    for block in blocks_of(page):
        if block.file and (block.line == end or (block.line < end and not block.wrong)):
            files[block.file] = block.code
    return {**files, "settings": _SETTINGS + files["settings"]}


@contextlib.contextmanager
def written(files: Mapping[str, str]) -> Iterator[Path]:
    """Where the project `mysite` is, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as project:
        package = Path(project) / "mysite"
        package.mkdir()
        for name, code in files.items():
            (package / f"{name}.py").write_text(code)
        yield Path(project)


def python(*arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, for Django is set up once per process."""
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (path, ROOT))),
        "PYTHONIOENCODING": "utf-8",
        "DJANGO_SETTINGS_MODULE": "mysite.settings",
    }
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=path, env=environ, capture_output=True, text=True, timeout=60, check=False)


def said_by(block: Block) -> str:
    if "django" not in block.packages:
        return run(block)
    with written(project_at(block.page, block.line)) as path:
        if block.file is None:
            done = python("-c", block.code, path=path)
        elif block.file == "tests":
            done = python("-m", "django", "test", path=path)
            assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "OK"), done.stderr
            return ""
        else:
            done = python("-c", _START.format(file=block.file), path=path)
    assert (done.returncode, done.stderr) == (block.wrong, "")
    return done.stdout


@pytest.mark.parametrize("block", [pytest.param(b, id=f"{b.page.name}:{b.line}") for b in BLOCKS])
def test_a_block_runs_and_says_what_the_page_says(block: Block) -> None:
    skip_without(block.packages)
    assert said_by(block) == (block.said or "")


@dataclass(frozen=True)
class Command:
    """A command of a page, and what the page says that it prints."""

    page: Path
    end: int
    line: str
    said: str
    place: int

    def run(self) -> str:
        program, *words = shlex.split(self.line)
        if program == "flask":
            done = python("-B", "-m", "flask", *words, path=EXAMPLES)
            assert (done.returncode, done.stderr) == (0, "")
            return done.stdout
        with written(project_at(self.page, self.end)) as path:
            done = python("-m", "django", *words[1:], path=path)
            return done.stderr + done.stdout  # where `check` has what it found


def commands_of(page: Path) -> Iterator[Command]:
    text = page.read_text()
    for match in _COMMAND.finditer(text):
        end = text.count("\n", 0, match.start())
        yield Command(page, end, match["line"], match["said"], match.start("said"))


COMMANDS = [
    pytest.param(command, id=f"{page.name}:{command.end}:{command.line}")
    for page in PAGES
    for command in commands_of(page)
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_what_the_page_says(command: Command) -> None:
    imported = (block.packages for block in blocks_of(command.page) if block.file and block.line < command.end)
    skip_without({"flask"} if command.line.startswith("flask") else {"django"}.union(*imported))
    assert command.run() == command.said


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_every_python_block_of_a_page_is_found(page: Path) -> None:
    assert page.read_text().count("```python") == len(list(blocks_of(page)))


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_every_wrong_example_shows_its_message(page: Path) -> None:
    assert not [block.line for block in blocks_of(page) if block.wrong and not block.said]


def test_the_readme_begins_with_the_two_commands() -> None:
    shell = re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert shell[:2] == ["pip install -e '.[all]' && cors demo\n", "pip install -e '.[test]' && python -m pytest\n"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_the_files_that_a_page_at_the_top_links_to_exist(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text())
    assert not [link for link in links if not (ROOT / link).exists()]


# -- lists that must be complete ------------------------------------------------------------------


def headings(page: str) -> list[str]:
    return re.findall(r"^## `?([^`\n]+)`?$", (DOCS / page).read_text(), re.MULTILINE)


def codes_in_source() -> set[str]:
    """Every problem code that can be raised: the first argument of `add`, `_problem`, `mistake` and `Problem`."""
    return {code for modules in SOURCE.values() for tree in modules.values() for code in codes_in(tree)}


def codes_in(tree: ast.Module) -> Iterator[str]:
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0]
        if name not in ("add", "_problem", "mistake", "Problem"):
            continue
        if isinstance(first, ast.Starred) and isinstance(first.value, ast.Call):  # the function returns the arguments
            first_call = first.value.func
            assert isinstance(first_call, ast.Name)
            yield from codes_returned_by(functions[first_call.id])
        elif isinstance(first, ast.Constant) and len(call.args) > 2:
            yield first.value


def codes_returned_by(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            assert isinstance(node.value.elts[0], ast.Constant)
            yield node.value.elts[0].value


def test_every_problem_code_has_a_heading_and_every_heading_is_a_code() -> None:
    assert sorted(headings("problems.md")) == sorted(codes_in_source())


def test_every_code_that_can_be_waived_is_found_in_the_source() -> None:
    assert set(WAIVERS) <= codes_in_source()


def test_the_wrong_example_of_a_problem_shows_that_problem() -> None:
    sections = re.split(r"^## ", (DOCS / "problems.md").read_text(), flags=re.MULTILINE)[1:]
    shown = {section.partition("\n")[0]: section for section in sections}
    assert not [code for code, section in shown.items() if f"[{code}]" not in section]


def test_the_message_for_a_missing_re2_is_the_one_that_the_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(ConfigError) as caught:
        Policy(allow_origins=[re.compile(r"https://pr-[0-9]+")])
    assert f"```text\n{caught.value}\n```\n" in (DOCS / "problems.md").read_text()


def test_every_field_of_a_policy_has_its_section() -> None:
    assert headings("policy.md") == list(PolicyFields.__annotations__)


def test_the_import_table_of_the_design_page_is_true() -> None:
    table = (DOCS / "design.md").read_text().partition("## The import table")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", table, re.MULTILINE)
    stated = {module: set(re.findall(r"`(\w+)`", imports)) for module, imports in rows}
    assert stated
    assert {module: modules_imported_by(SOURCE["cors_core"][module]) for module in stated} == stated


@pytest.mark.parametrize("package", ["cors_flask", "cors_django"])
def test_the_design_page_lists_the_modules_of_a_framework(package: str) -> None:
    table = (DOCS / "design.md").read_text().partition(f"| module of `{package}` |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
    listed = [module for cell in cells for module in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == sorted(SOURCE[package].keys() - {"__init__"})


def test_the_page_of_django_has_every_system_check() -> None:
    listed = re.findall(r"^\| `([EW]\d{3})`", (DOCS / "django.md").read_text(), re.MULTILINE)
    tried = re.findall(r"\b[EW]0\d\d\b", (ROOT / "tests" / "django" / "test_checks.py").read_text())
    assert listed == sorted(set(tried))


def modules_imported_by(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "cors_core":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cors_core."):
            found.add((node.module or "").split(".")[1])
    return found


# -- the examples ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A file of `docs/examples`, and a preflight that it answers."""

    name: str
    protocol: str
    path: str
    origin: str
    allows: str
    method: str = "PUT"


APP = "https://app.example.com"
RUNNABLE = [
    Example("hello_wsgi", "wsgi", "/", APP, APP, "POST"),
    Example("flask_app", "wsgi", "/orders", APP, APP),
    Example("flask_policies", "wsgi", "/api/orders", APP, APP),
    Example("flask_login_app", "wsgi", "/profile", APP, APP),
    Example("django_app", "wsgi", "/orders", APP, APP),
    Example("fastapi_app", "asgi", "/orders/1", APP, APP),
    Example("two_policies", "wsgi", "/orders", "https://partner.example", "https://partner.example"),
    Example("dashboard", "wsgi", "/", "https://dashboard.example.com", "https://dashboard.example.com", "GET"),
    Example("chat", "asgi", "/", APP, APP, "GET"),
]


def load(name: str) -> ModuleType:
    path = EXAMPLES / f"{name}.py"
    skip_without(imported_packages(ast.parse(path.read_text())))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(example: Example, origin: str) -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": example.method}


def over_wsgi(application: Any, example: Example, origin: str) -> tuple[int, str | None]:
    """Status and `Access-Control-Allow-Origin` of the answer to the example's preflight."""
    webtest = pytest.importorskip("webtest", reason="webtest is not installed")
    answer = webtest.TestApp(application).options(example.path, headers=asked(example, origin), status="*")
    return answer.status_int, answer.headers.get("Access-Control-Allow-Origin")


def over_asgi(application: Any, example: Example, origin: str) -> tuple[int, str | None]:
    httpx = pytest.importorskip("httpx", reason="httpx is not installed")

    async def ask() -> Any:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.example.com") as client:
            return await client.options(example.path, headers=asked(example, origin))

    answer = asyncio.run(ask())
    return answer.status_code, answer.headers.get("Access-Control-Allow-Origin")


def preflight(example: Example, origin: str) -> tuple[int, str | None]:
    if example.name == "django_app":
        return preflight_apart(example, origin)
    module = load(example.name)
    application = getattr(module, "application", None) or module.app
    return (
        over_wsgi(application, example, origin)
        if example.protocol == "wsgi"
        else over_asgi(application, example, origin)
    )


def preflight_apart(example: Example, origin: str) -> tuple[int, str | None]:
    skip_without({"django", "webtest"})
    code = f"""
import {example.name}
from tests.test_docs import Example, over_wsgi
print(over_wsgi({example.name}.application, {example!r}, {origin!r}))
"""
    done = python("-B", "-c", code, path=EXAMPLES)
    assert done.returncode == 0, done.stderr
    status, allowed = ast.literal_eval(done.stdout)
    return status, allowed


def test_every_example_is_tried() -> None:
    assert {example.name for example in RUNNABLE} == {path.stem for path in EXAMPLES.glob("*.py")}


@pytest.mark.parametrize("example", [pytest.param(example, id=example.name) for example in RUNNABLE])
def test_an_example_answers_a_preflight(example: Example) -> None:
    assert preflight(example, example.origin) == (204, example.allows)


@pytest.mark.parametrize("example", [pytest.param(e, id=e.name) for e in RUNNABLE if e.name != "dashboard"])
def test_an_example_refuses_a_stranger(example: Example) -> None:
    assert preflight(example, "https://stranger.example") == (403, None)


def test_the_dashboard_example_lets_strangers_read_without_credentials() -> None:
    example = next(example for example in RUNNABLE if example.name == "dashboard")
    assert preflight(example, "https://stranger.example") == (204, "*")


@pytest.mark.parametrize(
    ("origin", "first"),
    [
        pytest.param(b"https://app.example.com", "websocket.accept", id="allowed"),
        pytest.param(b"https://stranger.example", "websocket.close", id="refused"),
    ],
)
def test_the_chat_example_checks_the_handshake(origin: bytes, first: str) -> None:
    app = load("chat").app
    sent: list[str] = []
    incoming = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}])

    async def receive() -> dict[str, str]:
        return next(incoming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    scope = {
        "type": "websocket",
        "path": "/chat",
        "scheme": "ws",
        "query_string": b"",
        "headers": [(b"origin", origin)],
    }
    asyncio.run(app(scope, receive, send))
    assert sent[0] == first


def refresh(page: Path) -> None:
    """Write into a page what its code says now."""
    blocks = ((block, said_by(block)) for block in blocks_of(page) if block.said is not None)
    commands = ((command, command.run()) for command in commands_of(page))
    text = page.read_text()
    for each, said in sorted([*blocks, *commands], key=lambda pair: pair[0].place, reverse=True):
        text = text[: each.place] + said + text[each.place + len(each.said or "") :]
    page.write_text(text)


if __name__ == "__main__":
    for each in PAGES:
        refresh(each)
