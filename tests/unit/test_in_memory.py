"""Folders of tests lie in memory only where they fit and programs may be started from them."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.in_memory import ROOM_BYTES, has_room, taken_away_unless_failed

KB = 1024


def told(folder: Path, free_bytes: int) -> Path:
    """What Linux says of its memory, with that much of it to be had."""
    said = folder / "meminfo"
    said.write_text(f"MemTotal: 9 kB\nMemAvailable: {free_bytes // KB} kB\n", encoding="utf-8")
    return said


@pytest.mark.parametrize(
    ("there_bytes", "free_bytes", "flags", "fits"),
    [
        (ROOM_BYTES, ROOM_BYTES, 0, True),
        (ROOM_BYTES - KB, ROOM_BYTES, 0, False),
        (ROOM_BYTES, ROOM_BYTES - KB, 0, False),
        (ROOM_BYTES, ROOM_BYTES, os.ST_NOEXEC, False),
    ],
    ids=["room", "a small part", "little memory", "no programs"],
)
def test_that_folders_are_in_memory_only_where_they_fit_and_programs_may_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    there_bytes: int,
    free_bytes: int,
    flags: int,
    fits: bool,
) -> None:
    there = SimpleNamespace(f_bavail=there_bytes // KB, f_frsize=KB, f_flag=flags)
    monkeypatch.setattr("tests.in_memory.os.statvfs", lambda _: there)
    assert has_room(tmp_path, told(tmp_path, free_bytes)) is fits


def test_that_a_machine_without_such_a_memory_uses_its_disk(tmp_path: Path) -> None:
    assert not has_room(tmp_path / "nowhere")
    assert not has_room(tmp_path, tmp_path / "nothing told")


@pytest.mark.parametrize("failed", [0, 1])
def test_that_a_folder_goes_with_its_test_and_stays_when_the_test_failed(
    tmp_path: Path, failed: int
) -> None:
    session = SimpleNamespace(testsfailed=3)
    with taken_away_unless_failed(tmp_path / "one", session) as folder:
        (folder / "home").mkdir()
        session.testsfailed += failed
    assert folder.exists() is bool(failed)
