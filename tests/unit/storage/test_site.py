"""Where a home can be: looked at before anything is made, and nothing is left there."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.errors import (
    CorruptStoreError,
    DiskFullError,
    HomeExistsError,
    NewerHomeError,
    UnwritableStoreError,
)
from storage.home_file import HOME_FILE_NAME
from storage.site import LEAST_FREE_MB, look_at_site


def test_that_a_new_or_an_empty_folder_will_do_and_stays_as_it_was(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert not look_at_site(empty)
    assert not look_at_site(tmp_path / "not" / "yet" / "there")
    assert list(tmp_path.rglob("*")) == [empty]


def test_that_a_folder_with_other_files_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(HomeExistsError, match="this folder is not empty"):
        look_at_site(tmp_path)
    for place in (tmp_path / "letter.txt", tmp_path / "letter.txt" / "home"):
        with pytest.raises((HomeExistsError, UnwritableStoreError)):
            look_at_site(place)


def test_that_a_home_is_known_and_a_newer_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / HOME_FILE_NAME
    file.write_text("format = 99\n")
    with pytest.raises(NewerHomeError, match="newer version"):
        look_at_site(tmp_path)
    file.write_text("not what it was")
    with pytest.raises(CorruptStoreError):
        look_at_site(tmp_path)


def test_that_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(UnwritableStoreError):
        look_at_site(Path("/proc/self/fdinfo/home"))  # not even by root


def test_that_too_little_room_is_told_with_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = SimpleNamespace(free=(LEAST_FREE_MB << 20) - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda _: left)
    with pytest.raises(DiskFullError, match=f"{LEAST_FREE_MB - 1} MB are free"):
        look_at_site(tmp_path)
    left.free += 1
    assert not look_at_site(tmp_path)
