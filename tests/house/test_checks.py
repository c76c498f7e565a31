"""The tools that hold the rest of the rules: each has to come back clean."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOUSE

TOOLS = {
    "ruff-check": ["ruff", "check", "--no-cache", "."],
    "ruff-format": ["ruff", "format", "--no-cache", "--check", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "import-linter": ["lint-imports", "--no-cache"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_that_the_house_is_clean_in_the_eyes_of(tool: str) -> None:
    name, *options = TOOLS[tool]
    command = [str(Path(sys.executable).parent / name), *options]
    checked = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
