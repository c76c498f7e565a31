"""The power goes, or the disk of a workstation fails, at each step of a sync, one after another."""

import shutil
from pathlib import Path

import pytest

from app.sync import sync
from storage.errors import DiskFullError, UnwritableStoreError
from storage.home import Home
from storage.log import leaf_hash, root_of
from tests.depth import steps
from tests.faults.disk import Disk, PowerLoss, recorded
from tests.integration.desks import DoubleCentralStore
from tests.unit.storage.homes import copied_home, made_home, opened_home, passed_on

WAITING = 7
LATER = 2


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed home in which records wait; a sync sends and fetches three at a time."""
    monkeypatch.setattr("app.upload.PUSH_RECORDS", 3)
    monkeypatch.setattr("app.sync.PULL_RECORDS", 3)
    home = made_home(tmp_path / "home")
    home.local.keep([passed_on(f"item {number}") for number in range(WAITING)])
    home.close()
    return home.place


def ours(home: Home) -> list[str]:
    return [record.record_id for record in home.local.records()]


def goes_on(home: Home, centre: DoubleCentralStore, kept: list[str]) -> None:
    """P1 to P5: all is there once and in order, and what is synced stands where the log has it."""
    assert ours(home)[: len(kept)] == kept
    summary = sync(home, centre)
    assert (summary.waiting, summary.alarms) == (0, 0)
    logged = [one.record_id for one in centre.log]
    assert logged == ours(home)
    assert summary.root == root_of([leaf_hash(one) for one in logged]).hex()
    assert [record.log_index for record in home.local.records()] == list(range(len(logged)))
    assert home.local.logbook.alarms() == []


def work(place: Path, centre: DoubleCentralStore, disk: Disk) -> None:
    """Sync, keep, sync again; note what a person is shown as kept, and when it is synced."""
    home = opened_home(place)
    for record_id in ours(home):
        disk.say(record_id)
    disk.say(f"synced {sync(home, centre).size}")
    for number in range(LATER):
        (kept,) = home.local.keep([passed_on(f"later {number}")])
        disk.say(kept.record_id)
    disk.say(f"synced {sync(home, centre).size}")
    home.close()


def test_that_what_was_shown_as_synced_survives_the_loss_of_power_at_any_step(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    power = PowerLoss({str(file): file.read_bytes() for file in place.iterdir() if file.is_file()})
    centre = DoubleCentralStore()
    with recorded(place) as disk:
        work(place, centre, disk)
    tried = 0
    for number, step in enumerate(disk.steps):
        power.follow(step)
        if step.what != "say" and number % steps(40):
            continue
        left = tmp_path / f"left-{number}"
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state-{number}"))  # the pin outside
        power.lay_out(place, left)
        left.chmod(0o700)
        home = opened_home(left)
        kept = [word for word in power.said if not word.startswith("synced")]
        shown = [int(word.split()[1]) for word in power.said if word.startswith("synced")]
        pin = home.local.logbook.pin()
        assert (pin.size if pin else 0) >= max(shown, default=0), (number, step.what)
        goes_on(home, _as_it_was(centre, ours(home)), kept)
        home.close()
        shutil.rmtree(left)
        tried += 1
    assert tried > 10
    assert len(centre.log) == len(set(power.said)) - 2  # each kept, and "synced" twice


def _as_it_was(centre: DoubleCentralStore, here: list[str]) -> DoubleCentralStore:
    """The centre with as much of its log as this home can have sent; the rest comes to it later."""
    then = DoubleCentralStore()
    then.log = [one for one in centre.log if one.record_id in here]
    return then


@pytest.mark.parametrize("full", [False, True], ids=["EIO", "full"])
def test_that_a_disk_that_fails_at_any_step_of_a_sync_loses_and_doubles_nothing(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    """Fail at step n, for n = 1, 2, ... until a run has no fault."""
    fails_at, told = 0, 0
    while True:
        fails_at += steps(11)
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state-{fails_at}"))
        tried = copied_home(place, tmp_path / f"tried-{fails_at}")
        centre = DoubleCentralStore()
        with recorded(tried) as disk:
            disk.fails_at, disk.full = fails_at, full
            told += _told(tried, centre)
        home = opened_home(tried)
        assert len(ours(home)) == WAITING + 2
        goes_on(home, centre, [])
        home.close()
        shutil.rmtree(tried)
        if len(disk.steps) < fails_at:
            break
    assert told > 2
    assert fails_at > 40


def _told(place: Path, centre: DoubleCentralStore) -> bool:
    """Open and sync; return whether the person was told that the disk failed."""
    home = None
    try:
        home = opened_home(place)
        sync(home, centre)
    except (DiskFullError, UnwritableStoreError):
        return True
    finally:
        if home is not None:
            home.close()
    return False
