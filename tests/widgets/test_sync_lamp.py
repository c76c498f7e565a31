"""The lamp of a home without a central store says so calmly, and counts what waits for a bundle."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.pace import Progress, Watch
from app.session.sync import AFTER_VERDICTS, Lamp, SyncSession, Unsent
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
    qtbot.waitUntil(lambda: session.state.waiting == 3, timeout=10_000)
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
    for told in alarms:
        session.run()
        qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=10_000)
        assert session.state.fault == told
    jobs.close()


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
    with qtbot.waitSignal(session.progressed) as told:
        session.run()
    assert told.args == [progress]
    assert begun.wait(10)
    assert session.runs
    with qtbot.waitSignal(session.changed):
        session.cancel()
    assert not session.runs
    assert (session.state.lamp, session.state.fault) == (Lamp.NEVER, "")
    assert session.state.waiting == 1
    jobs.close()


def test_that_the_lamp_says_how_many_of_how_many_and_how_long_still(
    qtbot: QtBot, fit: Fittings
) -> None:
    header = Header(fit)
    qtbot.addWidget(header)
    header.show_progress(Progress("taking_in", 3_000, 20_000, 90.0))
    said = [words.text() for words in header.findChildren(Words)]
    assert "Taking in 3,000 of 20,000, about 2 min left" in said
