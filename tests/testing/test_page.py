"""The tests on the documentation's page, run as its readers run them."""

from __future__ import annotations

import pytest

from tests.components import require
from tests.test_docs import DOCS, Block, blocks_of, project_at, python, written

pytest_plugins = ["pytester"]

TESTS = [block for block in blocks_of(DOCS / "testing.md") if "def test_" in block.code]
RUN_BY_DJANGO = """
import unittest
from django.test.utils import setup_test_environment

setup_test_environment()
unittest.main(argv=["tests"])
"""


def test_the_page_has_tests_for_pytest_and_for_django() -> None:
    assert {"pytest", "django"} <= {package for block in TESTS for package in block.packages}


@pytest.mark.parametrize("block", [pytest.param(b, id=f"line {b.line}") for b in TESTS if "django" not in b.packages])
def test_what_is_shown_passes_in_pytest(block: Block, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(block.code)
    outcomes = pytester.runpytest_subprocess("-W", "error").parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= block.code.count("def test_")


@pytest.mark.parametrize("block", [pytest.param(b, id=f"line {b.line}") for b in TESTS if "django" in b.packages])
def test_what_is_shown_passes_in_django(block: Block) -> None:
    require("django")
    with written(project_at(block.page, block.line)) as path:
        done = python("-c", block.code + RUN_BY_DJANGO, path=path)
    assert done.returncode == 0, done.stderr
