"""What is revealed on the Desk: for as long as it is asked for, and back under before all else."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, at_hand, hold, press, press_chord
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key


def test_that_space_reveals_while_it_is_held(
    window: MainWindow, revealed: Desk, qtbot: QtBot
) -> None:
    hold(window, K.Key_Space, down=False)
    assert not revealed.canvas.shows_clear


def test_that_an_item_is_called_revealed_once_its_clear_frame_is_there(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    resting = desk.canvas.accessibleDescription()
    hold(window, K.Key_Space, down=True)
    assert not desk.canvas.shows_clear
    assert desk.canvas.accessibleDescription() == desk.canvas._chip_text() == resting
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    assert desk.canvas.accessibleDescription() == desk.canvas._chip_text() != resting
    hold(window, K.Key_Space, down=False)
    assert desk.canvas.accessibleDescription() == desk.canvas._chip_text() == resting


def test_that_the_pairs_of_a_repeating_key_do_not_end_the_reveal(
    window: MainWindow, revealed: Desk
) -> None:
    for _ in range(5):
        hold(window, K.Key_Space, down=False, repeat=True)
        hold(window, K.Key_Space, down=True, repeat=True)
        assert revealed.canvas.shows_clear


@pytest.mark.parametrize("key", [K.Key_Escape, K.Key_N, K.Key_P, K.Key_C])
def test_that_what_is_revealed_goes_back_under_before_anything_else(
    qtbot: QtBot, window: MainWindow, revealed: Desk, key: Qt.Key
) -> None:
    press(qtbot, window, key)
    assert not revealed.canvas.shows_clear


@pytest.mark.parametrize(
    "chord",
    [
        *("U", "X", "H", "F", "T", "R", "Enter", "?", "PgDown"),
        *("Ctrl+K", "Ctrl+2", "Ctrl+T", "Ctrl++", "Ctrl+L"),
    ],
)
def test_that_a_key_that_does_something_else_takes_the_item_back_under(
    qtbot: QtBot, window: MainWindow, revealed: Desk, chord: str
) -> None:
    canvas = revealed.canvas
    press_chord(qtbot, window, chord)
    assert not canvas.shows_clear


def test_that_answering_and_looking_closer_leave_the_item_revealed(
    qtbot: QtBot, window: MainWindow, revealed: Desk
) -> None:
    for chord in [
        "1",
        "Backspace",
        "B",
        "Shift+B",
        "G",
        "+",
        "-",
        "0",
        "Right",
        "Down",
    ]:
        press_chord(qtbot, window, chord)
        assert revealed.canvas.shows_clear


def test_that_another_batch_takes_the_item_back_under(window: MainWindow, revealed: Desk) -> None:
    assert window.rooms is not None
    window.rooms.batches.opened.emit(at_hand(window).batch)
    assert not revealed.canvas.shows_clear


def test_that_an_action_chosen_by_the_mouse_takes_the_item_back_under(
    window: MainWindow, revealed: Desk
) -> None:
    revealed.panel.pressed.emit("previous")
    assert not revealed.canvas.shows_clear


def test_that_the_item_is_veiled_when_the_window_loses_the_keyboard(
    qtbot: QtBot, window: MainWindow, revealed: Desk
) -> None:
    other = QLabel()
    qtbot.addWidget(other)
    with qtbot.waitActive(other, timeout=PATIENCE_MS):
        other.show()
        other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow(), timeout=PATIENCE_MS)
    assert not revealed.canvas.shows_clear
    other.close()
    window.activateWindow()


def test_that_the_level_and_the_colour_of_a_reveal_can_be_chosen(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    viewing = window.sitting.viewing
    before = viewing.state
    press(qtbot, window, K.Key_B)
    assert viewing.state.level == before.level + 1
    qtbot.keyClick(window.focusWidget(), K.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert viewing.state.level == before.level
    press(qtbot, window, K.Key_G)
    assert viewing.state.grey is not before.grey


def test_that_an_item_can_be_zoomed_and_moved_while_it_is_revealed(
    qtbot: QtBot, window: MainWindow, revealed: Desk
) -> None:
    assert window.sitting is not None
    viewing = window.sitting.viewing
    press(qtbot, window, K.Key_Plus, K.Key_Plus, K.Key_Right)
    assert viewing.state.zoom > 2
    assert viewing.state.middle[0] > 0.5
    before = viewing.state.middle
    revealed.canvas.panned.emit(-0.1, 0.0)
    assert viewing.state.middle[0] < before[0]
    press(qtbot, window, K.Key_0)
    assert viewing.state.zoom == 1.0
