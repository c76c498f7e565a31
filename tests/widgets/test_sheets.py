"""While a sheet lies over the room, its keys are the sheet's and nothing happens below."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session.types import Stage
from tests.widgets.conftest import OpenWindow, press, press_chord, sign_in
from widgets.desk import Desk
from widgets.main_window import MainWindow
from widgets.overlay import Overlay

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.rooms is not None
    return window.rooms.desk


def opened(qtbot: QtBot, window: MainWindow, name: str) -> Overlay:
    """Open legend or palette by its key."""
    below = window.focusWidget() or window
    if name == "legend":
        qtbot.keyClick(below, "?")
        return window.sheets.legend
    qtbot.keyClick(below, K.Key_K, CONTROL)
    return window.sheets.palette


def question(desk: Desk) -> str:
    return desk.panel._number.text()


@pytest.mark.parametrize("name", ["legend", "palette"])
def test_that_tab_stays_in_a_sheet_and_no_key_reaches_the_desk(
    qtbot: QtBot, window: MainWindow, desk: Desk, name: str
) -> None:
    sheet = opened(qtbot, window, name)
    for back in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        for _ in range(3):
            focused = window.focusWidget()
            assert focused is not None
            qtbot.keyClick(focused, K.Key_Tab if not back.value else K.Key_Backtab, back)
            now = window.focusWidget()
            assert now is sheet or sheet.isAncestorOf(now)
    press(qtbot, window, K.Key_5, K.Key_Space)
    assert question(desk) == "Question 1"
    assert window.sitting is not None
    assert not window.sitting.viewing.state.revealed


@pytest.mark.parametrize("name", ["legend", "palette"])
def test_that_the_desk_below_a_sheet_takes_neither_focus_nor_keys(
    qtbot: QtBot, window: MainWindow, desk: Desk, name: str
) -> None:
    sheet = opened(qtbot, window, name)
    desk.canvas.setFocus()
    now = window.focusWidget()
    assert now is sheet or sheet.isAncestorOf(now)
    for key in (K.Key_5, K.Key_1, K.Key_Return, K.Key_Space, K.Key_C):
        qtbot.keyClick(window, key)
    assert question(desk) == "Question 1"
    assert not desk.inputs.is_open
    assert window.sitting is not None
    assert window.sitting.grading.stage is Stage.ASKING
    assert not window.sitting.viewing.state.revealed


@pytest.mark.parametrize("name", ["legend", "palette"])
def test_that_entering_a_room_and_locking_close_a_sheet(
    qtbot: QtBot, window: MainWindow, desk: Desk, name: str
) -> None:
    sheet = opened(qtbot, window, name)
    window.go("batches")
    assert not sheet.isVisible()
    opened(qtbot, window, name)
    window.lock()
    assert not sheet.isVisible()


def test_that_no_sheet_opens_before_one_has_signed_in(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    qtbot.keyClick(window, "?")
    assert not window.sheets.is_open
    sign_in(qtbot, window)
    assert not window.sheets.is_open


def test_that_calm_covers_a_sheet_and_keeps_the_keyboard(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    opened(qtbot, window, "palette")
    press(qtbot, window, K.Key_Escape)
    assert window.sheets.is_calm
    assert not window.sheets.is_open
    press(qtbot, window, K.Key_Return)
    assert not window.sheets.is_calm
    assert window.focusWidget() is desk.canvas


@pytest.mark.parametrize("key", [K.Key_C, K.Key_F, K.Key_H, K.Key_T])
def test_that_tab_stays_in_a_small_panel_of_the_desk(
    qtbot: QtBot, window: MainWindow, desk: Desk, key: Qt.Key
) -> None:
    press(qtbot, window, key)
    panel = desk.inputs._open
    assert panel is not None
    for _ in range(12):
        press(qtbot, window, K.Key_Tab)
        assert panel.isAncestorOf(window.focusWidget())


def test_that_space_switches_no_tag(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    press(qtbot, window, K.Key_T, K.Key_Space, K.Key_Tab, K.Key_Space, K.Key_L, K.Key_Return)
    assert desk._extras.tags == ("watermark",)


def test_that_a_chord_over_the_legend_closes_it_and_does_what_it_says(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press_chord(qtbot, window, "?")
    press_chord(qtbot, window, "Ctrl+K")
    assert not window.sheets.legend.isVisible()
    assert window.sheets.palette.isVisible()
    qtbot.keyClicks(window.focusWidget(), "x5")  # letters are the palette's, not the item's
    assert window.sheets.palette._field.text() == "x5"
    assert question(desk) == "Question 1"
    press_chord(qtbot, window, "Ctrl+K")
    press_chord(qtbot, window, "?")
    press_chord(qtbot, window, "Ctrl+2")
    assert window.rooms is not None
    assert not window.sheets.is_open
    assert window.rooms.name == "batches"
    press_chord(qtbot, window, "?")
    press_chord(qtbot, window, "Ctrl+Q")
    assert not window.isVisible()


def test_that_a_letter_over_the_legend_only_closes_it(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    for key in (K.Key_X, K.Key_C, K.Key_5, K.Key_Return, K.Key_Space):
        press_chord(qtbot, window, "?")
        press(qtbot, window, key)
        assert not window.sheets.is_open
        assert question(desk) == "Question 1"
        assert not desk.inputs.is_open
        assert window.sitting is not None
        assert window.sitting.grading.stage is Stage.ASKING
        assert not window.sitting.viewing.state.revealed


def test_that_the_status_line_names_the_keys_of_the_sheet_that_is_open(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    keys = window.edges.status._legend
    assert "Space reveal" in keys.accessibleName()
    for chord, named in (("?", "PgDown scroll"), ("Ctrl+K", "Ctrl+K close"), ("Ctrl+E", "T chart")):
        press_chord(qtbot, window, chord)
        assert named in keys.accessibleName()
        assert "Space" not in keys.accessibleName()
        if chord != "?":  # the next one closes it
            window.sheets.close()
            assert "Space reveal" in keys.accessibleName()


def test_that_the_palette_finds_what_the_legend_lists_and_says_what_cannot_be_done(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press_chord(qtbot, window, "Ctrl+K")
    palette = window.sheets.palette
    offered = {palette._list.item(row).text() for row in range(palette._list.count())}
    assert "Next frame" not in offered
    for typed, found, note in (
        ("frame", "Next frame, not now", "This item is a single picture."),
        ("reveal", "Reveal while held, hold the key", "Hold the key itself"),
    ):
        palette._field.setText(typed)
        assert palette._list.item(0).data(ACCESSIBLE) == found
        press(qtbot, window, K.Key_Return)
        assert window.edges.status._told.text().startswith(note)
        press_chord(qtbot, window, "Ctrl+K")
    palette._field.setText("zoom in")
    press(qtbot, window, K.Key_Return)
    assert window.sitting is not None
    assert window.sitting.viewing.state.zoom > 1


def test_that_the_legend_lists_no_key_that_is_for_other_roles(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    roles = window.sitting.roles
    press_chord(qtbot, window, "?")
    lines = {action.id: line for action, line in window.sheets.legend._lines}
    assert "trainee" not in roles
    assert not lines["feedback"].isVisible()
    assert lines["refer"].isVisible() is ("supervisor" in roles)
    assert lines["casebook"].isVisible()
