"""Sync: at whatever step it fails, nothing is lost, nothing is there twice, and it can go on."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from app import sync as sync_module
from app.pace import StoppedError, Watch
from app.sync import SyncSummary, sync
from storage.central.interface import CentralStore, LoggedRecord
from storage.central.sqlite import SqliteCentralStore
from storage.envelope import open_envelope
from storage.errors import (
    CentralRewrittenError,
    CentralStoreError,
    CentralUnreachableError,
    CorruptStoreError,
)
from storage.home import Home
from storage.log import Checkpoint, leaf_hash, root_of
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import copied_home, digest, made_home, opened_home, passed_on
from tests.unit.storage.office import Office

KEY = bytes(range(32))
T = TypeVar("T")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A new home with a few records that wait."""
    made = made_home(tmp_path / "home")
    made.local.keep([passed_on(f"item {number}") for number in range(9)])
    yield made
    made.close()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several pages both ways for a few records."""
    monkeypatch.setattr("app.upload.PUSH_RECORDS", 4)
    monkeypatch.setattr(sync_module, "PULL_RECORDS", 3)


def logged(central: CentralStore) -> list[str]:
    """The record ids of a log, in order."""
    return [record.record_id for record in central.records(-1, 10_000)]


def ours(home: Home) -> list[str]:
    """The record ids of a home, in order."""
    return [record.record_id for record in home.local.records()]


def test_that_what_waits_is_sent_and_pinned(home: Home) -> None:
    summary = sync(home)
    leaves = [leaf_hash(record) for record in ours(home)]
    assert summary == SyncSummary(11, 0, 0, 11, root_of(leaves).hex())
    assert logged(home.central()) == ours(home)
    assert [record.log_index for record in home.local.records()] == list(range(11))
    assert home.local.log_seen().size == 11


def test_that_a_second_sync_moves_nothing(home: Home) -> None:
    first = sync(home)
    assert sync(home) == SyncSummary(0, 0, 0, 11, first.root)


def test_that_the_next_record_says_what_log_was_seen(home: Home) -> None:
    summary = sync(home)
    (kept,) = home.local.keep([passed_on("later")])
    seen = open_envelope(kept.envelope).predicate["log_seen"]
    assert seen == {"size": summary.size, "root": summary.root}


@pytest.mark.usefixtures("small_pages")
def test_that_sync_can_fail_at_any_step_and_go_on(tmp_path: Path) -> None:
    """Fail at step n, for n = 1, 2, ... until a run has no fault."""
    home = made_home(tmp_path / "home")
    fails_at = 0
    while True:
        fails_at += 1
        home.local.keep([passed_on(f"item {fails_at} {number}") for number in range(9)])
        line = Faulty(home.central(), fails_at)
        try:
            sync(home, line)
        except CentralUnreachableError:
            _whole(home)
            summary = sync(home)
            assert summary.waiting == 0
            _synced(home, summary)
            continue
        assert line.steps < fails_at
        break
    assert fails_at > 30
    home.close()


def _whole(home: Home) -> None:
    """Nothing twice in the log, nothing out of order, nothing out of the outbox that is not in."""
    in_log = logged(home.central())
    assert in_log == ours(home)[: len(in_log)]
    waiting = {record.record_id for record in home.local.outbox.waiting(10_000)}
    assert set(ours(home)) - waiting <= set(in_log)


def _synced(home: Home, summary: SyncSummary) -> None:
    in_log = logged(home.central())
    assert in_log == ours(home)
    assert summary.root == root_of([leaf_hash(one) for one in in_log]).hex()
    assert home.local.logbook.leaves(0, 10_000) == [leaf_hash(one) for one in in_log]
    assert [record.log_index for record in home.local.records()] == list(range(len(in_log)))


@pytest.mark.usefixtures("small_pages")
def test_that_a_home_opened_after_a_cut_sync_goes_on(home: Home) -> None:
    with pytest.raises(CentralUnreachableError):
        sync(home, Faulty(home.central(), fails_at=14))
    home.close()
    again = opened_home(home.place)
    _synced(again, sync(again))
    again.close()


class Changed(Faulty):
    """A central store that answers something else than the truth."""

    def __init__(
        self, inner: CentralStore, method: str, answer: Callable[[object], object]
    ) -> None:
        super().__init__(inner, fails_at=0)
        self._method, self._answer = method, answer

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name.startswith("_") or name != self._method:
            return found
        change = self._answer
        return lambda *asked: change(found(*asked))


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("append", lambda receipts: receipts[:-1], "other records"),
        ("append", lambda receipts: receipts[::-1], "other records"),
        ("read", lambda found: {}, "does not have what it confirmed"),
        ("read", lambda found: dict.fromkeys(found, b"{}"), "does not have what it confirmed"),
        ("leaves", lambda _: [], "fewer leaves"),
    ],
)
def test_that_an_answer_that_cannot_be_right_stops_the_sync(
    home: Home, method: str, answer: Callable[[object], object], told: str
) -> None:
    with pytest.raises(CentralStoreError, match=told):
        sync(home, Changed(home.central(), method, answer))
    _whole(home)
    _synced(home, sync(home))


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("size", lambda _: 5, "had 11 records and has 5 now"),
        ("root", lambda _: bytes(32), "another root"),
        ("leaves", lambda leaves: [bytes(32) for _ in leaves], "lost it"),
    ],
)
def test_that_a_log_that_is_not_the_one_we_know_stops_the_sync_and_is_remembered(
    home: Home, method: str, answer: Callable[[object], object], told: str
) -> None:
    before = sync(home)
    home.local.keep([passed_on("later")])
    with pytest.raises(CentralRewrittenError, match=told):
        sync(home, Changed(home.central(), method, answer))
    pin = home.local.logbook.pin()
    assert pin is not None
    assert (pin.size, pin.root) == (before.size, before.root)
    (alarm,) = home.local.logbook.alarms()
    assert alarm.what == "rewritten"
    assert told in alarm.detail


def test_that_a_central_store_restored_from_an_old_copy_is_noticed(
    home: Home, tmp_path: Path
) -> None:
    old = SqliteCentralStore(tmp_path / "old.db", KEY, create=True)
    new = SqliteCentralStore(tmp_path / "new.db", KEY, create=True)
    envelopes = [record.envelope for record in home.local.records()]
    old.append(envelopes[:5], "carrier")
    new.append(envelopes, "carrier")
    sync(home, new)
    with pytest.raises(CentralRewrittenError, match="had 11 records and has 5 now"):
        sync(home, old)
    old.append([*envelopes[5:], Office().records[0].envelope], "carrier")
    assert sync(home, old).alarms == 1  # what was pinned is there again; the new one is foreign
    old.close()
    new.close()


def test_that_a_home_from_an_old_copy_still_notices_an_old_central_store(
    home: Home, copied: Home, tmp_path: Path
) -> None:
    newer = opened_home(home.place)
    old = SqliteCentralStore(tmp_path / "old.db", KEY, create=True)
    old.append([record.envelope for record in newer.local.records()], "carrier")
    newer.local.keep([passed_on("since then")])
    sync(newer)
    newer.close()
    with pytest.raises(CentralRewrittenError, match="had 12 records and has 11 now"):
        sync(copied, old)
    old.close()


def test_that_the_pin_is_kept_outside_the_home_too(home: Home) -> None:
    summary = sync(home)
    place = home.outside_pin()
    assert place is not None
    assert not place.path.is_relative_to(home.place)
    assert place.read() == Checkpoint(home.deployment, 11, bytes.fromhex(summary.root))
    assert place.path.stat().st_mode & 0o077 == 0


def test_that_a_pin_moved_by_another_is_not_written_over(home: Home) -> None:
    sync(home)
    place = home.outside_pin()
    assert place is not None
    known = place.read()
    other = Checkpoint(home.deployment, 99, bytes(32))
    place.swap(known, other)
    with pytest.raises(CentralStoreError, match="meanwhile"):
        place.swap(known, Checkpoint(home.deployment, 100, bytes(32)))
    assert place.read() == other


def test_that_a_record_gone_from_the_central_store_is_noticed_though_its_leaf_is_there(
    home: Home, dice: random.Random
) -> None:
    sync(home)
    lost = dice.choice(ours(home))
    central = home.central()
    assert isinstance(central, SqliteCentralStore)
    with central._database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER records_refuse_delete")
        gone = "DELETE FROM records WHERE record_id = ?"
        connection.exec_driver_sql(gone, (bytes.fromhex(lost),))
    with pytest.raises(CentralRewrittenError, match=f"confirmed record {lost} and lost it"):
        sync(home)
    (alarm,) = home.local.logbook.alarms()
    assert lost in alarm.detail


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff", b"a\n-1\nb\n"])
def test_that_a_damaged_pin_is_told_before_anything_is_sent(home: Home, content: bytes) -> None:
    place = home.outside_pin()
    assert place is not None
    place.path.parent.mkdir(parents=True)
    place.path.write_bytes(content)
    with pytest.raises(CorruptStoreError, match="pin"):
        sync(home)
    assert home.central().size() == 0


def test_that_another_history_of_the_same_length_is_noticed(home: Home, tmp_path: Path) -> None:
    sync(home)
    other = SqliteCentralStore(tmp_path / "other.db", KEY, create=True)
    other.append([record.envelope for record in home.local.records()][::-1], "carrier")
    with pytest.raises(CentralRewrittenError, match="another root"):
        sync(home, other)
    other.close()


@pytest.fixture
def copied(home: Home, tmp_path: Path) -> Iterator[Home]:
    """The same person's home as it was some time ago, on another disk."""
    home.close()
    opened = opened_home(copied_home(home.place, tmp_path / "copied"))
    yield opened
    opened.close()


def test_that_one_key_on_two_workstations_is_a_fork_kept_and_told(home: Home, copied: Home) -> None:
    newer = opened_home(home.place)
    (here,) = newer.local.keep([passed_on("here")])
    (there,) = copied.local.keep([passed_on("there")])
    central = newer.central()
    sync(newer)
    summary = sync(copied, central)
    assert (summary.pushed, summary.pulled, summary.alarms) == (1, 1, 1)
    assert copied.local.record(here.record_id).fork
    assert not copied.local.record(there.record_id).fork
    (alarm,) = copied.local.logbook.alarms()
    assert alarm.what == "fork"
    assert here.record_id in alarm.detail
    assert there.record_id in alarm.detail
    assert sync(newer, central).alarms == 1
    newer.close()


def test_that_a_record_of_a_stranger_is_an_alarm_that_names_who_brought_it(home: Home) -> None:
    stranger = Office().records[0]
    home.central().append([stranger.envelope], "somebody")
    summary = sync(home)
    assert (summary.pushed, summary.pulled, summary.alarms, summary.size) == (11, 0, 1, 12)
    assert not home.local.has_record(stranger.record_id)
    (alarm,) = home.local.logbook.alarms()
    assert (alarm.what, alarm.log_index) == ("unverified", 0)
    assert "step 3" in alarm.detail
    assert "somebody" in alarm.detail
    assert sync(home).alarms == 0  # told once, remembered


def test_that_an_alarm_of_a_sync_that_is_stopped_is_told_though_the_next_one_is_silent(
    home: Home, small_pages: None
) -> None:
    stranger = Office().records[0]
    home.central().append([stranger.envelope], "somebody")
    warned: list[str] = []
    watch = Watch(stopped=lambda: bool(home.local.logbook.alarms()), warn=warned.append)
    with pytest.raises(StoppedError):
        sync(home, watch=watch)
    (told,) = warned
    assert "at place 0: " in told
    assert "step 3" in told
    warned.clear()
    assert sync(home, watch=Watch(warn=warned.append)).told == ""
    assert not warned


def test_that_bytes_that_are_not_those_of_the_leaf_stop_the_sync(home: Home) -> None:
    other = Office().records[0]
    home.central().append([other.envelope], "somebody")

    def swapped(records: object) -> object:
        assert isinstance(records, list)
        return [
            LoggedRecord(one.index, one.record_id, other.envelope + b" ", one.carrier)
            for one in records
        ]

    with pytest.raises(CentralRewrittenError, match="other bytes"):
        sync(home, Changed(home.central(), "records", swapped))


def test_that_what_one_may_not_see_leaves_no_hole_in_the_log(home: Home) -> None:
    hidden = Office().records[0]
    home.central().append([hidden.envelope], "somebody")

    def without(records: object) -> object:
        assert isinstance(records, list)
        return [one for one in records if one.record_id != hidden.record_id]

    summary = sync(home, Changed(home.central(), "records", without))
    assert (summary.size, summary.alarms) == (12, 0)
    assert home.local.logbook.index_of(hidden.record_id) == 0


def test_that_a_record_taken_in_before_learns_its_place(home: Home) -> None:
    sync(home)
    for record in home.local.records():
        assert home.local.logbook.index_of(record.record_id) == record.log_index
    assert home.local.logbook.index_of(digest("nothing")) is None
