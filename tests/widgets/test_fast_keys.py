"""A run of fast keys never slips onto an item that nobody has looked at."""

import time

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session.types import Stage
from tests.widgets.conftest import PATIENCE_MS, press
from widgets.key_gate import SEEN_NS
from widgets.main_window import MainWindow

K = Qt.Key
SIGN = (K.Key_5, K.Key_1, K.Key_Return)


def at_a_painted_item(window: MainWindow) -> bool:
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    return sitting.grading.stage is Stage.ASKING and rooms.desk.canvas.shows_item


@pytest.mark.parametrize("dropped", [0, 1, 2, 3])
def test_that_a_run_of_keys_answers_nothing_on_the_next_item(
    qtbot: QtBot, window: MainWindow, dropped: int
) -> None:
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    now_ns = [time.monotonic_ns() + SEEN_NS]
    rooms.desk._gate._now_ns = lambda: now_ns[0]  # however slow the machine is
    press(qtbot, window, *SIGN)
    assert sitting.grading.stage is Stage.SAVING
    run = SIGN * 3
    press(qtbot, window, *run[:dropped])
    qtbot.waitUntil(lambda: at_a_painted_item(window), timeout=PATIENCE_MS)
    press(qtbot, window, *run[dropped:])
    assert not rooms.desk._can_enter()
    assert sitting.grading._work.state.answers == ()
    now_ns[0] += SEEN_NS
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, *SIGN)
    qtbot.waitUntil(lambda: at_a_painted_item(window), timeout=PATIENCE_MS)
    graded = rooms.desk.left._counts["graded"]._figure
    qtbot.waitUntil(lambda: graded.text() != "1", timeout=PATIENCE_MS)  # counted once it is drawn
    assert graded.text() == "2"


def test_that_an_item_not_yet_shown_takes_no_answers(qtbot: QtBot, window: MainWindow) -> None:
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    rooms.desk.canvas.clear()
    press(qtbot, window, *SIGN)
    rooms.desk.panel.answered.emit("child")
    assert sitting.grading._work.state.answers == ()


def test_that_quick_keys_for_one_item_all_count(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, *SIGN)  # no event is handled between them


def test_that_no_item_is_passed_on_or_set_aside_unseen(qtbot: QtBot, window: MainWindow) -> None:
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    at = sitting.grading.at_hand
    rooms.desk._gate.hide()
    press(qtbot, window, K.Key_X)
    assert sitting.grading.at_hand == at
    assert sitting.grading.stage is Stage.ASKING
    press(qtbot, window, K.Key_H, K.Key_Return)
    assert not rooms.desk.inputs.is_open
    assert sitting.grading.stage is Stage.ASKING
