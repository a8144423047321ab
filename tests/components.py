"""What a test needs and the machine may lack: skipped for, or insisted on.

Set `CORS_REQUIRE_COMPONENTS` where everything is meant to be installed, so that no test is lost in silence.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest


def require(name: str) -> Any:
    """Return the module `name`, or the path of the program of that name.

    If there is neither, the test (or the module that asks while it is imported) is skipped, and fails
    instead where `CORS_REQUIRE_COMPONENTS` is set.
    """
    if _is_module(name):
        with warnings.catch_warnings(action="ignore"):  # what others' modules deprecate is theirs
            return importlib.import_module(name)
    program = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if program is not None:
        return program
    sentence = f"{name} is not installed, neither as a module nor as a program"
    if os.environ.get("CORS_REQUIRE_COMPONENTS"):
        pytest.fail(f"{sentence}, and CORS_REQUIRE_COMPONENTS is set", pytrace=False)
    return pytest.skip(sentence, allow_module_level=True)


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ModuleNotFoundError, ValueError):  # a parent package is missing; a path is no name
        return False
