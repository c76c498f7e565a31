"""The power goes, the disk answers EIO or is full: at each step of SQLite, one after another."""

import shutil
from pathlib import Path

import pytest

from storage.database import open_database
from storage.errors import DiskFullError, StoreError, UnwritableStoreError
from storage.records import LocalStore
from storage.tables import LOCAL
from tests.depth import steps
from tests.faults.disk import Disk, PowerLoss, recorded
from tests.faults.storage_room import KEY, NAME, SIGNER, keep, lost, store_in

KEEPS = 6


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, list[str]]:
    """A store with two records, closed; and their ids."""
    folder = tmp_path / "store"
    folder.mkdir()
    with store_in(folder, create=True) as store:
        kept = keep(store, 1)
    return folder, kept


def work(folder: Path, disk: Disk) -> list[str]:
    """Keep records, and put the write-ahead log into the main file between two of them."""
    kept = []
    with store_in(folder) as store:
        for number in range(KEEPS):
            for record in keep(store, number):
                disk.say(record)
                kept.append(record)
            if number == KEEPS // 2:
                store._database.truncate_log()
    return kept


def test_that_what_was_shown_as_kept_survives_the_loss_of_power_at_any_step(
    begun: tuple[Path, list[str]], tmp_path: Path
) -> None:
    folder, before = begun
    power = PowerLoss({str(file): file.read_bytes() for file in folder.iterdir()})
    with recorded(folder) as disk:
        work(folder, disk)
    tried = 0
    for number, step in enumerate(disk.steps):
        power.follow(step)
        if step.what != "say" and number % steps(4):
            continue
        left = tmp_path / f"left-{number}"
        power.lay_out(folder, left)
        with store_in(left) as store:
            assert lost(store, [*before, *power.said]) == "", (number, step.what)
            keep(store, 1)
        shutil.rmtree(left)
        tried += 1
    assert tried > 20
    assert len(power.said) == sum(1 + number % 3 for number in range(KEEPS))


def test_that_a_layer_that_forgets_to_sync_would_be_noticed(
    begun: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """The same without the syncs: if this passed, the test above would show nothing."""
    folder, before = begun
    power = PowerLoss({str(file): file.read_bytes() for file in folder.iterdir()})
    with recorded(folder) as disk:
        work(folder, disk)
    for step in disk.steps:
        if step.what != "sync":
            power.follow(step)
    power.lay_out(folder, tmp_path / "left")
    with store_in(tmp_path / "left") as store:
        assert lost(store, [*before, *power.said]) != ""


@pytest.mark.parametrize("full", [False, True], ids=["EIO", "full"])
def test_that_a_disk_that_fails_at_any_step_loses_nothing_and_is_told(
    begun: tuple[Path, list[str]], tmp_path: Path, full: bool
) -> None:
    """Fail at step n, for n = 1, 2, ... until a run has no fault."""
    folder, before = begun
    fails_at, told = 0, 0
    while True:
        fails_at += steps(3)
        tried = tmp_path / f"tried-{fails_at}"
        shutil.copytree(folder, tried)
        with recorded(tried) as disk:
            disk.fails_at, disk.full = fails_at, full
            error, kept = _tried(tried, disk)
        told += error is not None
        with store_in(tried) as store:
            assert lost(store, [*before, *kept]) == "", fails_at
            keep(store, 1)
        shutil.rmtree(tried)
        if sum(step.what != "say" for step in disk.steps) < fails_at:
            break
    assert told > 5
    assert fails_at > 20


def _tried(folder: Path, disk: Disk) -> tuple[StoreError | None, list[str]]:
    """Keep until it fails; return the error told and what was shown as kept."""
    error: StoreError | None = None
    try:
        database = open_database(folder / NAME, KEY, LOCAL)
    except StoreError as refused:
        return refused, []
    store, kept = LocalStore(database, SIGNER, "writer"), []
    for number in range(KEEPS):
        try:
            kept += keep(store, number)
        except (DiskFullError, UnwritableStoreError) as refused:
            error = refused
            break
    store.close()
    return error, kept
