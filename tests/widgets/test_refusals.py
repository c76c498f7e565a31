"""A key that can do nothing now says so in one calm line, which goes with the next key."""

from threading import Event

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.intake.folder import IntakeRequest
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    at_hand,
    press,
    press_chord,
    wait_for_item,
)
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key


def told(window: MainWindow) -> str:
    """What stands in the status line in place of the figures of the day."""
    line = window.edges.status._told
    return line.text() if line.isVisible() else ""


@pytest.mark.parametrize(
    ("chord", "said"),
    [
        ("Ctrl+5", "Quality is for supervisors and QA."),
        ("R", "Nothing is set aside."),
        ("U", "You have signed nothing yet"),
        ("P", "This is the first item that waits."),
        ("W", "Only what was revealed of an item of several pictures can decide."),
        ("Enter", "Nothing can be signed yet"),
    ],
)
def test_that_a_key_that_can_do_nothing_says_why(
    qtbot: QtBot, window: MainWindow, chord: str, said: str
) -> None:
    before = at_hand(window).item
    press_chord(qtbot, window, chord)
    qtbot.waitUntil(lambda: told(window).startswith(said), timeout=PATIENCE_MS)
    wait_for_item(qtbot, window)
    press(qtbot, window, K.Key_G)
    assert told(window) == ""
    assert at_hand(window).item == before


def test_that_the_keys_of_level_and_colour_say_so_where_the_policy_holds_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    sight = window.sitting.viewing.sight
    press(qtbot, window, K.Key_B)
    assert told(window) == ""
    sight.set(lightest=sight.state.level, grey=True, grey_only=True)
    before = sight.state
    press(qtbot, window, K.Key_B)
    assert told(window) == "The signed policy of your organisation allows no lighter veil."
    press(qtbot, window, K.Key_G)
    assert told(window) == "The signed policy of your organisation allows no colour."
    assert sight.state == before
    press_chord(qtbot, window, "Shift+B")
    assert told(window) == ""


def test_that_a_verdict_being_corrected_is_neither_set_aside_nor_passed_on(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
    qtbot.waitUntil(lambda: at_hand_number(window) == 2, timeout=PATIENCE_MS)
    wait_for_item(qtbot, window)
    press(qtbot, window, K.Key_U)
    qtbot.waitUntil(lambda: at_hand(window).corrects is not None, timeout=PATIENCE_MS)
    wait_for_item(qtbot, window)
    for key in (K.Key_H, K.Key_X):
        press(qtbot, window, key)
        assert told(window).startswith("A correction is signed")
        assert not desk.inputs.is_open
        press(qtbot, window, K.Key_G)


def at_hand_number(window: MainWindow) -> int:
    """The number of the item on the Desk, 0 while there is none."""
    at = window.sitting.grading.at_hand if window.sitting is not None else None
    return 0 if at is None else at.number


def add_slowly(window: MainWindow, made_home: MadeHome) -> Event:
    """Add a folder, which is not begun before the event returned is set."""
    sitting, may_go_on = window.sitting, Event()
    assert sitting is not None
    sitting._jobs["intake"].run(lambda: may_go_on.wait(PATIENCE_MS / 1000), bool, str)
    sitting.intake.add(IntakeRequest(made_home.folder, "The same again"))
    return may_go_on


def test_that_locking_while_a_folder_comes_in_is_put_off_and_then_done(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    may_go_on = add_slowly(window, made_home)
    press_chord(qtbot, window, "Ctrl+L")
    assert window.sitting is not None
    assert told(window).startswith("The home is locked as soon as the folder is in")
    may_go_on.set()
    qtbot.waitUntil(lambda: window.sitting is None, timeout=PATIENCE_MS)
    qtbot.waitUntil(window.sign_in._locked.isVisible, timeout=PATIENCE_MS)


def test_that_a_home_nobody_sits_at_is_locked_once_the_folder_is_in(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    may_go_on = add_slowly(window, made_home)
    window._presence.locking.idle.idle.emit()
    assert window.sitting is not None
    may_go_on.set()
    qtbot.waitUntil(lambda: window.sitting is None, timeout=PATIENCE_MS)
