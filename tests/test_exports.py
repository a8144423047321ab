"""What users import is what is promised, and the types travel with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest

import cors_core
import cors_django
import cors_flask

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("package", [cors_core, cors_flask, cors_django], ids=lambda package: package.__name__)
def test_all_is_what_is_importable(package: types.ModuleType) -> None:
    public = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public == set(package.__all__) - {"__version__"}
    assert list(package.__all__) == sorted(package.__all__)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    pytest.importorskip("setuptools", reason="setuptools is absent, so no wheel can be built")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    ignored = {".git", ".tox", ".venv", "build", "dist", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    shutil.copytree(ROOT, source, ignore=lambda _, names: ignored.intersection(names))
    command = [sys.executable, "-c", f"from setuptools.build_meta import build_wheel; build_wheel({str(folder)!r})"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_carries_types_and_pages(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    for package in ("cors_core", "cors_flask", "cors_django"):
        assert f"{package}/py.typed" in names
    assert not any(name.startswith(("tests", "docs")) for name in names)
    shipped = {
        f"cors_core/{path.relative_to(ROOT / 'cors_core').as_posix()}" for path in (ROOT / "cors_core").rglob("*.html")
    }
    assert shipped <= set(names)


def test_nothing_in_the_wheel_is_writable_by_the_world(wheel: zipfile.ZipFile) -> None:
    assert not [info.filename for info in wheel.infolist() if (info.external_attr >> 16) & 0o002]
