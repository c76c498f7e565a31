"""The small panels of the Desk: whose keys work, where the keyboard is, nothing is lost."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session.types import Typed
from tests.widgets.conftest import PATIENCE_MS, press, wait_for_item
from widgets.desk import Desk
from widgets.main_window import MainWindow
from widgets.tags_input import TagsInput

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.rooms is not None
    return window.rooms.desk


def legend(window: MainWindow) -> str:
    return window.edges.status._legend.accessibleName()


def test_that_the_short_legend_follows_a_field_however_it_is_opened_and_closed(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    assert "reveal" in legend(window)
    qtbot.mouseClick(desk.panel._buttons["comment"], Qt.MouseButton.LeftButton)
    assert "keep" in legend(window)
    qtbot.mouseClick(desk.inputs._open._drop, Qt.MouseButton.LeftButton)  # type: ignore[union-attr]
    assert "reveal" in legend(window)
    press(qtbot, window, K.Key_C)
    qtbot.keyClicks(window.focusWidget(), "half")
    with qtbot.waitSignal(window.sitting.grading.turned, timeout=PATIENCE_MS):
        window.sitting.grading.step(1)  # the next item closes the field
    assert "reveal" in legend(window)
    with qtbot.waitSignal(window.sitting.grading.typing, timeout=PATIENCE_MS):
        window.sitting.grading.step(-1)  # and the one before opens it again
    assert "keep" in legend(window)


@pytest.mark.parametrize("key", [K.Key_T, K.Key_C, K.Key_F, K.Key_H])
def test_that_a_panel_opened_by_its_key_shows_where_the_keyboard_is(
    qtbot: QtBot, window: MainWindow, desk: Desk, key: Qt.Key
) -> None:
    press(qtbot, window, key)
    assert desk.inputs.is_open
    assert window.sheets.ring.isVisible()
    assert window.sheets.ring._around is window.focusWidget()


def test_that_tags_switched_and_not_kept_are_still_on_after_another_item(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    press(qtbot, window, K.Key_T, K.Key_B, K.Key_2)
    open_now = desk.inputs._open
    assert isinstance(open_now, TagsInput)
    said = open_now.extras()
    assert said.tags
    assert said.ai_basis
    for by in (1, -1):
        with qtbot.waitSignal(window.sitting.grading.turned, timeout=PATIENCE_MS):
            window.sitting.grading.step(by)
    wait_for_item(qtbot, window)
    again = desk.inputs._open
    assert isinstance(again, TagsInput)
    assert again is not open_now
    assert again.extras() == said
    assert desk._extras.tags == ()  # not kept yet
    press(qtbot, window, K.Key_Return)
    assert desk._extras == said


def test_that_tags_dropped_are_gone(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    assert window.sitting is not None
    press(qtbot, window, K.Key_T, K.Key_B)
    qtbot.keyClick(window.focusWidget(), K.Key_D, CONTROL)
    assert not desk.inputs.is_open
    assert window.sitting.grading._work.typed is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tags": 1}', "no json"])
def test_that_a_draft_of_tags_from_elsewhere_is_no_fault(
    qtbot: QtBot, window: MainWindow, desk: Desk, text: str
) -> None:
    desk.inputs.open("tags", Typed("tags", text))
    assert isinstance(desk.inputs._open, TagsInput)
    assert desk.inputs._open.extras() == desk._extras
