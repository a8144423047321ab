"""The house's import table, enforced by reading every import of every file.

Dependencies point one way: adapters -> answers -> engine -> policy -> origins -> fetch. Leaves are
imported by nobody. A new module is added here first.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# module -> the modules of the project that it may import, besides what those may import themselves
TABLE: dict[str, set[str]] = {
    "fetch": set(),
    "errors": set(),
    "log": set(),
    "hosts": set(),
    "regexes": set(),
    "headers": {"fetch"},
    "origins": {"hosts", "log", "regexes"},
    "plan": {"headers"},
    "plans": {"fetch", "log", "plan"},
    "checks": {"errors", "fetch"},
    "strangers": {"hosts", "regexes"},
    "entries": {"checks", "errors", "fetch", "hosts", "origins", "regexes", "strangers"},
    "policy": {"checks", "entries", "errors", "fetch", "origins", "plans"},
    "request": set(),
    "engine": {"fetch", "origins", "plan", "policy", "request"},
    "routing": {"errors", "hosts", "policy", "request"},
    "cookies": {"hosts", "origins", "policy"},
    "describing": {"errors", "fetch", "policy"},
    "marks": {"errors", "fetch", "log", "policy"},
    "refusals": {"errors", "fetch", "log", "origins", "plan", "policy", "request"},
    "answers": {"engine", "errors", "log", "origins", "plan", "policy", "refusals", "request", "routing"},
    "wsgi": {"answers", "headers", "policy", "request", "routing"},
    "asgi": {"answers", "engine", "errors", "headers", "plan", "policy", "request", "routing"},
    "translate": {"checks", "entries", "errors", "fetch", "hosts", "origins", "policy", "regexes", "strangers"},
    "expressions": {"errors", "regexes", "translate"},
    "starlette": {"answers", "asgi", "policy", "routing", "translate", "fetch"},
    "__init__": {"engine", "errors", "marks", "origins", "plan", "policy", "request", "routing"},
    # leaves: nothing above imports them
    "browser": {"fetch"},  # it judges the engine, and so must not know it
    "testing": {"browser", "fetch", "hosts"},  # it judges applications, whatever they are made with
    "pytest_plugin": {"testing"},
    "demo": {"fetch", "policy", "wsgi"},
    "cli": {"__init__", "demo"},
    "__main__": {"cli"},
}
THIRD_PARTY: dict[str, set[str]] = {
    "hosts": {"idna", "publicsuffixlist"},
    "regexes": {"re2"},
    "browser": {"ada_url"},
    "testing": {"ada_url"},
    "pytest_plugin": {"pytest"},
    "cli": {"click", "rich"},
    "demo": {"gunicorn", "rich"},
}
PURE = ("fetch", "errors", "origins", "policy", "cookies", "plan", "plans", "engine", "routing", "request")
FILES = sorted((ROOT / "cors_core").rglob("*.py"))


def module_of(path: Path) -> str:
    """The name under which a file stands in the table: its own, or its package's."""
    return path.relative_to(ROOT / "cors_core").parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Every module that a file imports at run time; what is imported for type checkers only does not run."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "cors_core":
            found |= {f"cors_core.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or ".")
        pending += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_what_the_table_allows(path: Path) -> None:
    module = module_of(path)
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("cors_core.")}
    ours = {name if name in TABLE else "__init__" for name in ours}
    assert ours - {module} <= TABLE[module]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_third_party_libraries_are_imported_where_the_table_says(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)} - {"cors_core"}
    assert roots - sys.stdlib_module_names <= THIRD_PARTY.get(module_of(path), set())


def test_the_table_has_no_cycle_and_no_stranger() -> None:
    assert set(TABLE) == {module_of(path) for path in FILES}
    settled: set[str] = set()
    while ready := {name for name, needs in TABLE.items() if needs <= settled} - settled:
        settled |= ready
    assert settled == set(TABLE)


@pytest.mark.parametrize("module", PURE)
def test_the_pure_modules_know_no_protocol_and_no_socket(module: str) -> None:
    roots = {name.split(".")[0] for name in imports(ROOT / "cors_core" / f"{module}.py")}
    assert not roots & {"asyncio", "socket", "ssl", "threading", "wsgiref", "urllib"}


@pytest.mark.parametrize("package", ["cors_flask", "cors_django"])
def test_the_framework_packages_do_not_know_each_other(package: str) -> None:
    other = {"cors_flask": "cors_django", "cors_django": "cors_flask"}[package]
    for path in (ROOT / package).rglob("*.py"):
        assert not any(name.split(".")[0] == other for name in imports(path))


def test_importing_cors_core_is_light() -> None:
    """No framework, no event loop, no third-party module; in a fresh interpreter, with nothing on the side."""
    program = (
        "import sys; before = set(sys.modules); import cors_core, cors_core.wsgi, cors_core.asgi\n"
        "cors_core.Policy(allow_origins=['https://app.example.com'], allow_credentials=True)\n"
        "print(*(set(sys.modules) - before))"
    )
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    roots = {name.partition(".")[0] for name in loaded} - {"cors_core"}
    assert roots <= set(sys.stdlib_module_names)
    assert not roots & {"asyncio", "socket", "ssl", "email", "urllib"}


def test_the_project_alone_is_spoken_of() -> None:
    """No file names a place on somebody's machine."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT).stdout.split()
    places = ("/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/op" + "t/")
    for name in listed:
        if Path(name).suffix in {".py", ".md", ".cfg", ".toml", ".ini", ".html", ".js"}:
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not any(place in text for place in places), name
