"""An open home for a test, closed after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from tests.unit.app.folders import made_workstation


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workstation]:
    """An analyst's open home."""
    workstation = made_workstation(tmp_path / "home")
    yield workstation
    workstation.close()
