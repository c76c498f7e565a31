"""The lamp of a home without a central store says so calmly, and counts what waits for a bundle."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.session.sync import AFTER_VERDICTS, Lamp, SyncSession, Unsent
from widgets.fittings import Fittings
from widgets.header import Header
from widgets.words import Words


@pytest.fixture
def session() -> Iterator[SyncSession]:
    jobs = Jobs("sync")
    yield SyncSession(jobs, lambda: Unsent(3), has_central=False)
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
    session = SyncSession(jobs, lambda: next(done))
    alarms = ["Place 7 is no record."] * 2 + ["Place 7 is no record. Nor is place 9."]
    for told in alarms:
        session.run()
        qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=10_000)
        assert session.state.fault == told
    jobs.close()
