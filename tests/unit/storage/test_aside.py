"""A home that is set aside is moved while nobody can come into it."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.aside import set_aside
from storage.errors import HomeInUseError
from storage.lock import HomeLock

NOW = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file there keeps its folder in place")
def test_that_the_lock_is_held_until_the_home_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "home"
    place.mkdir()
    rename = Path.rename

    def renamed(self: Path, target: Path) -> Path:
        with pytest.raises(HomeInUseError):
            HomeLock(place, wait_s=0)
        moved = rename(self, target)
        with pytest.raises(HomeInUseError):
            HomeLock(moved, wait_s=0)
        return moved

    monkeypatch.setattr(Path, "rename", renamed)
    target = set_aside(place, NOW)
    assert not place.exists()
    HomeLock(target, wait_s=0).release()
