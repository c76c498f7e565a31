"""Homes for the tests of the stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.home import Home
from tests.unit.storage.homes import made_home


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a home may be made."""
    return tmp_path / "home"


@pytest.fixture
def home(place: Path) -> Iterator[Home]:
    """A new home, open."""
    made = made_home(place)
    yield made
    made.close()
