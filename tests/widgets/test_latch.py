"""The latch: one press reveals for some seconds, counted down, and every cause ends it sooner."""

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.session.types import Stage
from tests.widgets.conftest import PATIENCE_MS, press, press_chord, stage, wait_for_item
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key
HOUR_MS = 3_600_000


@pytest.fixture
def latched(window: MainWindow, desk: Desk) -> Desk:
    """The Desk of a person whose one press reveals for twenty seconds."""
    assert window.sitting is not None
    window.sitting.preferences.change("veil.latch_s", 20)
    window.sitting.viewing._latch.setInterval(HOUR_MS)  # no second passes unless a test says so
    return desk


def tap(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    """Press Space and let it go: the item is revealed and stays so."""
    assert window.sitting is not None
    press(qtbot, window, K.Key_Space)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    assert window.sitting.viewing._latch.isActive()


def assert_ended(window: MainWindow, desk: Desk) -> None:
    assert window.sitting is not None
    viewing = window.sitting.viewing
    assert not desk.canvas.shows_clear
    assert not viewing.state.revealed
    assert viewing.state.latch_left_s is None
    assert not viewing._latch.isActive()


def test_that_a_press_reveals_and_the_seconds_left_are_seen(
    qtbot: QtBot, window: MainWindow, latched: Desk
) -> None:
    assert window.sitting is not None
    tap(qtbot, window, latched)
    left = window.sitting.viewing.state.latch_left_s
    assert left is not None
    assert f"{left} s left" in latched.canvas._chip_text()
    window.sitting.viewing._latch.timeout.emit()
    assert f"{left - 1} s left" in latched.canvas._chip_text()
    for _ in range(left):
        window.sitting.viewing._latch.timeout.emit()
    assert_ended(window, latched)


def test_that_every_cause_ends_the_latch(qtbot: QtBot, window: MainWindow, latched: Desk) -> None:
    assert window.sitting is not None
    sitting = window.sitting
    for key in ("Space", "Shift+Space", "N", "P", "C", "Ctrl+,", "Ctrl+2"):
        tap(qtbot, window, latched)
        press_chord(qtbot, window, key)
        assert_ended(window, latched)
        window.sheets.close()
        latched.inputs.close()
        window.go("desk")
        wait_for_item(qtbot, window)
    for hide in (sitting.viewing._idle.timeout.emit, window._presence._screen_lock.locked.emit):
        tap(qtbot, window, latched)
        hide()
        assert_ended(window, latched)
    tap(qtbot, window, latched)
    press(qtbot, window, K.Key_Escape)
    assert_ended(window, latched)
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)


def test_that_a_window_without_the_keyboard_and_a_break_end_the_latch(
    qtbot: QtBot, window: MainWindow, latched: Desk
) -> None:
    assert window.sitting is not None
    tap(qtbot, window, latched)
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitActive(other, timeout=PATIENCE_MS):
        other.show()
        other.activateWindow()
    assert_ended(window, latched)
    other.close()
    with qtbot.waitActive(window, timeout=PATIENCE_MS):
        window.activateWindow()
    tap(qtbot, window, latched)
    duty = window.sitting.duty
    assert duty.today is not None
    duty._today = dataclasses.replace(duty.today, break_due=True)
    press(qtbot, window, K.Key_N)
    assert_ended(window, latched)
    qtbot.waitUntil(lambda: stage(window) is Stage.RESTING, timeout=PATIENCE_MS)
