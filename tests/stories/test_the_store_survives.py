"""A workstation is killed, its disk is full, its clock is wrong: what was kept is there."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sync import sync
from storage.errors import DiskFullError, StoreError, UnwritableStoreError
from storage.home import Home
from storage.log import leaf_hash, root_of
from storage.verification import MemoryBook, verify
from tests.stories.until_killed import Post, keeps_and_syncs, killed_at_work, takes_in
from tests.unit.storage.homes import BATCH, digest, made_home, opened_home, passed_on

KILLS = 12


def check_whole(home: Home) -> None:
    """Every record verifies, no chain has a gap, and the log is the first of the records."""
    book = MemoryBook(home.rosters, lambda *_: None)
    records = list(home.local.records())
    for record in records:
        book.note(verify(record.envelope, book=book).record)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    in_log = [record.record_id for record in home.central().records(-1, 1_000_000)]
    assert in_log == [record.record_id for record in records[: len(in_log)]]


def test_that_what_was_reported_as_kept_survives_any_number_of_kills(tmp_path: Path) -> None:
    place = tmp_path / "home"
    made_home(place).close()
    chance = random.Random(7)  # noqa: S311  # when to kill, not what to keep secret
    kept: list[str] = []
    for _ in range(KILLS):
        kept += killed_at_work(keeps_and_syncs, chance.randrange(2, 40), Post(place))
        home = opened_home(place)
        check_whole(home)
        assert all(home.local.has_record(record) for record in kept)
        home.close()
    home = opened_home(place)
    summary = sync(home)
    ids = [record.record_id for record in home.local.records()]
    assert summary.waiting == 0
    assert summary.root == root_of([leaf_hash(one) for one in ids]).hex()
    assert set(kept) <= set(ids)
    home.close()


def test_that_evidence_reported_as_taken_in_survives_kills(tmp_path: Path) -> None:
    place = tmp_path / "home"
    made_home(place).close()
    chance = random.Random(8)  # noqa: S311
    for run in range(4):
        lines = chance.randrange(2, 60)
        kept = killed_at_work(takes_in, lines, Post(place, run * 10_000))
        home = opened_home(place)
        assert [home.vault.get(BATCH, item) for item in kept] == [
            item.encode() * 3000 for item in kept
        ]
        assert list((place / "vault" / "incoming").iterdir()) == []
        home.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("a small disk can be made by root on Linux only")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_that_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(
    small_disk: Path,
) -> None:
    home = made_home(small_disk / "home")
    filler = small_disk / "somebody else's file"
    filler.write_bytes(bytes(1_500_000))
    kept = _keep_until_full(home)
    assert [record.record_id for record in home.local.records()][2:] == kept
    with pytest.raises(DiskFullError):
        home.vault.put(BATCH, bytes(4_000_000), digest("item"))
    filler.unlink()
    home.close()
    again = opened_home(small_disk / "home")
    check_whole(again)
    assert [record.record_id for record in again.local.records()][2:] == kept
    assert again.local.keep([passed_on("there is room again")])[0].seq == len(kept) + 3
    assert again.vault.put(BATCH, b"a drawing", digest("item"))
    again.close()


def _keep_until_full(home: Home) -> list[str]:
    kept: list[str] = []
    for number in range(10_000):
        drafts = [passed_on(f"{number} {part}") for part in range(20)]
        try:
            kept += [record.record_id for record in home.local.keep(drafts)]
        except DiskFullError:
            return kept
    pytest.fail("the disk was never full")


def test_that_a_disk_that_cannot_be_written_is_told_in_one_sentence(small_disk: Path) -> None:
    made_home(small_disk / "home").close()
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True, capture_output=True)
    with pytest.raises(UnwritableStoreError, match="Read-only"):
        opened_home(small_disk / "home")
    with pytest.raises(UnwritableStoreError, match="Read-only"):
        made_home(small_disk / "another")


def test_that_no_home_is_made_on_a_full_disk_and_nothing_is_left(small_disk: Path) -> None:
    filler = small_disk / "somebody else's file"
    filler.write_bytes(bytes(4_100_000))
    with pytest.raises(StoreError):
        made_home(small_disk / "home")
    left = [path.name for path in (small_disk / "home").iterdir()]
    assert left in ([], ["lock"])
    filler.unlink()
    made_home(small_disk / "home").close()
