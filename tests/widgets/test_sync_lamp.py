"""The lamp of a home without a central store says so calmly, and counts what waits for a bundle."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, StoppedError, Watch
from app.session.sync import AFTER_VERDICTS, Lamp, SyncSession, Unsent
from storage.errors import CentralUnreachableError
from tests.widgets.conftest import PATIENCE_MS
from widgets.fittings import Fittings
from widgets.header import Header
from widgets.words import Words


@pytest.fixture
def session() -> Iterator[SyncSession]:
    jobs = Jobs("sync")
    yield SyncSession(jobs, lambda _: Unsent(3), has_central=False)
    jobs.close()


def test_that_without_a_central_store_the_lamp_is_no_fault(
    qtbot: QtBot, session: SyncSession, fit: Fittings
) -> None:
    header = Header(fit)
    qtbot.addWidget(header)
    lamps: list[Lamp] = []
    session.changed.connect(lambda state: lamps.append(state.lamp))
    session.changed.connect(header.show_sync)
    session.run()
    qtbot.waitUntil(lambda: session.state.waiting == 3, timeout=PATIENCE_MS)
    for _ in range(AFTER_VERDICTS):
        session.kept()
    assert set(lamps) == {Lamp.NOWHERE}
    assert session.state.fault == ""
    assert any("No central store" in words.text() for words in header.findChildren(Words))


def test_that_an_alarm_of_a_sync_is_told_and_stays_for_the_sitting(qtbot: QtBot) -> None:
    done = iter([Unsent(0, "Place 7 is no record."), Unsent(0), Unsent(0, "Nor is place 9.")])
    jobs = Jobs("sync")
    session = SyncSession(jobs, lambda _: next(done))
    alarms = ["Place 7 is no record."] * 2 + ["Place 7 is no record. Nor is place 9."]
    with ended(session, jobs):
        for told in alarms:
            session.run()
            qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=PATIENCE_MS)
            assert session.state.fault == told


def test_that_a_sync_of_the_window_says_how_far_it_is_and_stops_by_a_key(qtbot: QtBot) -> None:
    begun, jobs = threading.Event(), Jobs("sync")
    progress = Progress("sending", 3, 9)

    def work(watch: Watch) -> Unsent:
        watch.tell(progress)
        begun.set()
        while True:
            watch.go_on()
            threading.Event().wait(0.001)

    session = SyncSession(jobs, work)
    session.kept()
    with ended(session, jobs):
        with qtbot.waitSignal(session.progressed, timeout=PATIENCE_MS) as told:
            session.run()
        assert told.args == [progress]
        assert begun.wait(PATIENCE_MS / 1000)
        assert session.runs
        with qtbot.waitSignal(session.ended, timeout=PATIENCE_MS):
            session.cancel()
        assert not session.runs
        assert (session.state.lamp, session.state.fault) == (Lamp.NEVER, "")
        assert session.state.waiting == 1


def test_that_a_sync_that_is_stopped_tells_its_alarm_and_leaves_the_fault_of_the_one_before(
    qtbot: QtBot,
) -> None:
    jobs = Jobs("sync")
    lost, alarm = CentralUnreachableError("The line is down."), "Place 7 is no record."

    def work(watch: Watch) -> Unsent:
        if not tries:
            tries.append(1)
            raise lost
        watch.warn(alarm)
        raise StoppedError

    tries: list[int] = []
    session = SyncSession(jobs, work, waits=lambda: 5)
    with ended(session, jobs):
        for _ in range(2):
            with qtbot.waitSignal(session.ended, timeout=PATIENCE_MS):
                session.run()
        assert session.state.lamp is Lamp.FAILED
        assert session.state.fault == f"{sentence(lost)} {alarm}"
        assert session.state.waiting == 5
        with qtbot.waitSignal(session.changed, timeout=PATIENCE_MS):
            session.run()
        assert session.state.fault == alarm  # it stays for the sitting


def test_that_a_record_kept_while_a_sync_runs_is_counted_once(qtbot: QtBot) -> None:
    jobs, outbox = Jobs("sync"), list[str]()
    begun, more = threading.Event(), threading.Event()

    def work(_: Watch) -> Unsent:
        outbox.clear()  # what waited is sent
        begun.set()
        assert more.wait(PATIENCE_MS / 1000)
        return Unsent(len(outbox))

    def keep() -> None:
        outbox.append("record")
        session.kept()

    session = SyncSession(jobs, work, waits=lambda: len(outbox))
    keep()
    with ended(session, jobs):
        session.run()
        assert begun.wait(PATIENCE_MS / 1000)
        keep()
        keep()
        with qtbot.waitSignal(session.ended, timeout=PATIENCE_MS):
            more.set()
        assert session.state.waiting == len(outbox) == 2
        keep()
        assert session.state.waiting == 3


def test_that_a_record_on_the_disk_of_which_nobody_was_told_yet_is_counted_once(
    qtbot: QtBot,
) -> None:
    jobs, store, outbox = Jobs("sync"), Jobs("store"), list[str]()
    on_disk, told = threading.Event(), threading.Event()

    def keep() -> None:
        outbox.append("record")
        on_disk.set()
        assert told.wait(PATIENCE_MS / 1000)  # the window has not heard of it

    def work(_: Watch) -> Unsent:
        assert on_disk.wait(PATIENCE_MS / 1000)
        return Unsent(len(outbox))

    session = SyncSession(jobs, work, waits=lambda: len(outbox), store=store)
    waiting: list[int] = []
    session.changed.connect(lambda state: waiting.append(state.waiting))
    with ended(session, jobs), ended(session, store):
        try:
            store.run(keep, lambda _: session.kept(), _no_answer)
            session.run()
            qtbot.waitUntil(lambda: jobs.waiting == 0, timeout=PATIENCE_MS)
            with qtbot.waitSignal(session.ended, timeout=PATIENCE_MS):
                told.set()
            qtbot.waitUntil(lambda: store.waiting == 0, timeout=PATIENCE_MS)
        finally:
            told.set()
        assert session.state.waiting == len(outbox) == max(waiting) == 1


def test_that_a_count_that_fails_leaves_what_the_sync_said(qtbot: QtBot) -> None:
    jobs = Jobs("sync")

    def unreadable() -> int:
        raise CentralUnreachableError("The disk is gone.")

    session = SyncSession(jobs, lambda _: Unsent(4), waits=unreadable)
    with ended(session, jobs):
        with qtbot.waitSignal(session.ended, timeout=PATIENCE_MS):
            session.run()
        assert (session.state.lamp, session.state.waiting) == (Lamp.SYNCED, 4)


def _no_answer(_: object) -> None:
    """Nobody waits for it."""


@contextmanager
def ended(session: SyncSession, jobs: Jobs) -> Iterator[None]:
    """Stop what runs, whatever comes of the test, and end the thread."""
    try:
        yield
    finally:
        session.cancel()
        jobs.close()


def test_that_the_lamp_says_how_many_of_how_many_and_how_long_still(
    qtbot: QtBot, fit: Fittings
) -> None:
    header = Header(fit)
    qtbot.addWidget(header)
    header.show_progress(Progress("taking_in", 3_000, 20_000, 90.0))
    said = [words.text() for words in header.findChildren(Words)]
    assert "Taking in 3,000 of 20,000, about 2 min left" in said
