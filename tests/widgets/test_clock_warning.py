"""A clock that is behind is told under the header, and stays told for the sitting."""

from dataclasses import dataclass

from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.session.sync import Lamp, SyncSession
from tests.widgets.conftest import PATIENCE_MS


@dataclass(frozen=True)
class Synced:
    waiting: int = 0
    told: str = ""


def test_that_a_clock_set_back_is_told_and_stays_told(qtbot: QtBot) -> None:
    said = iter(["The clock is behind.", None, None])
    jobs = Jobs("sync")
    session = SyncSession(jobs, lambda _: Synced(), lambda: next(said))
    for _ in range(2):
        session.run()
        qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=PATIENCE_MS)
        assert session.state.fault == "The clock is behind."
    session.kept()
    assert session.state.fault == "The clock is behind."
    jobs.close()
