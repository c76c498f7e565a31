"""A run of fast keys never slips onto an item that nobody has looked at."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session_types import Stage
from tests.widgets.conftest import PATIENCE_MS, press, wait_for_item
from widgets.key_gate import PAUSE_NS, KeyGate
from widgets.main_window import MainWindow

K = Qt.Key
SIGN = (K.Key_5, K.Key_1, K.Key_Return)


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def test_that_a_gate_stays_shut_until_a_pause_without_keys() -> None:
    clock = Clock()
    gate = KeyGate(clock)
    assert gate.takes(ready=True)
    assert not gate.takes(ready=False)
    clock.now += PAUSE_NS - 1
    assert not gate.takes(ready=True)
    clock.now += PAUSE_NS - 1
    assert not gate.is_open
    clock.now += 1
    assert gate.takes(ready=True)


@pytest.mark.parametrize("dropped", [1, 2, 3])
def test_that_a_run_of_keys_answers_nothing_on_the_next_item(
    qtbot: QtBot, window: MainWindow, dropped: int
) -> None:
    clock = Clock()
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    rooms.desk._gate = KeyGate(clock)
    press(qtbot, window, *SIGN)
    assert sitting.grading.stage is Stage.SAVING
    run = SIGN * 3
    press(qtbot, window, *run[:dropped])
    wait_for_item(qtbot, window)
    press(qtbot, window, *run[dropped:])
    assert not rooms.desk._can_enter()
    assert sitting.grading._work.state.answers == ()
    clock.now += PAUSE_NS
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, *SIGN)
    wait_for_item(qtbot, window)
    assert rooms.desk.left._counts["graded"]._figure.text() == "2"


def test_that_an_item_not_yet_shown_takes_no_answers(qtbot: QtBot, window: MainWindow) -> None:
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    rooms.desk.canvas.clear()
    press(qtbot, window, *SIGN)
    rooms.desk.panel.answered.emit("child")
    assert sitting.grading._work.state.answers == ()
