"""An open home for a test, closed after it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from tests.unit.app.folders import made_workstation
from tests.unit.app.intruder import graded_home


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workstation]:
    """An analyst's open home."""
    workstation = made_workstation(tmp_path / "home")
    yield workstation
    workstation.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synced home with one batch graded; tests work on copies of it."""
    return graded_home(tmp_path_factory.mktemp("whole") / "home")


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A copy of that home, for one test."""
    copy = tmp_path / "home"
    shutil.copytree(whole, copy)
    return copy
