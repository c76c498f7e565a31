"""What was revealed counts, also where the disk had no room for it at the time."""

import pytest
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from storage.errors import DiskFullError
from tests.widgets.conftest import PATIENCE_MS, at_hand
from widgets.main_window import MainWindow


def test_that_what_a_full_disk_refused_is_counted_once_there_is_room(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = window.sitting
    assert isinstance(sitting, Sitting)
    duty, item, local = sitting.duty, at_hand(window).item, sitting._ws.home.local

    def full(*_: object) -> None:
        raise DiskFullError("local.db: the disk is full.")

    with monkeypatch.context() as disk:
        disk.setattr(local, "exposure_add", full)
        with qtbot.waitSignal(duty.failed, timeout=PATIENCE_MS):
            duty.revealed(item, 4, 2000)
        duty.revealed(item, 6, 300)
        qtbot.waitUntil(lambda: duty._jobs.waiting == 0, timeout=PATIENCE_MS)
    duty.revealed(item, 6, 50)
    qtbot.waitUntil(
        lambda: duty.today is not None and duty.today.by_level_ms == {4: 2000, 6: 350},
        timeout=PATIENCE_MS,
    )
    assert duty.today is not None
    assert duty.today.revealed_ms == 2350
    assert not duty._unkept
