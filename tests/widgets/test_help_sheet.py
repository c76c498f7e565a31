"""The help in the window: by keyboard alone, from the room one is in."""

import re
from math import ceil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, press, press_chord
from widgets.doors import DOORS
from widgets.help_sheet import HelpSheet
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.room import BATCHES

K = Qt.Key


def opened(qtbot: QtBot, window: MainWindow) -> HelpSheet:
    press_chord(qtbot, window, "F1")
    sheet = window.sheets.help
    assert sheet.isVisible()
    return sheet


def test_that_the_help_opens_at_the_room_is_searched_by_typing_and_closes_by_its_key(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.go("reports")
    sheet = opened(qtbot, window)
    assert sheet.text.accessibleName() == "Reports"
    field = window._fit.look.font("field")  # the first time too
    assert sheet.text.document().defaultFont().pixelSize() == field.pixelSize()
    assert sheet.field.hasFocus()
    qtbot.keyClicks(sheet.field, "glossary veil")
    assert sheet.list.count() >= 1
    assert "Veil" in sheet.text.toPlainText()
    assert sheet.text.extraSelections()
    before = sheet.list.currentRow()
    press(qtbot, window, K.Key_Down)
    assert sheet.list.currentRow() == (before + 1) % sheet.list.count()
    sheet.field.clear()
    qtbot.keyClicks(sheet.field, "zebra")
    assert sheet.list.count() == 0
    assert sheet.none.isVisible()
    press_chord(qtbot, window, "F1")
    assert not sheet.isVisible()


def test_that_every_room_opens_its_own_page_of_the_help(qtbot: QtBot, window: MainWindow) -> None:
    assert window.rooms is not None
    window.rooms._doors = {door.name: door for door in DOORS}  # whatever the person's roles are
    for door in DOORS:
        window.go(door.name)
        assert window.rooms.name == door.name
        sheet = opened(qtbot, window)
        assert sheet._help is not None
        shown = sheet._help.pages[sheet.list.currentRow()]
        assert shown.id == door.name
        assert sheet.text.accessibleName() == shown.title
        press_chord(qtbot, window, "F1")
    window.go(BATCHES)
    press_chord(qtbot, window, "A")
    assert window.rooms.place == "input"  # a form of the room
    assert opened(qtbot, window).text.accessibleName() == "Batches"


def test_that_a_report_for_support_is_written_from_the_help(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = opened(qtbot, window)
    target = tmp_path / "report.txt"
    monkeypatch.setattr(sheet, "_asked_path", lambda: target)
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.diagnosis.written, timeout=PATIENCE_MS):
        press_chord(qtbot, window, "Ctrl+D")
    assert str(target) in sheet.told.text()
    text = target.read_text()
    assert "window: Qt 6" in text
    screen = window.screen().size()
    assert re.search(rf"display: (\S+ )?{screen.width()}x{screen.height()} at ", text)
    assert "items: about 10" in text
    assert "not said" not in text
    assert "Ada" not in text
    assert "Batch 114" not in text


@pytest.mark.parametrize("percent", [100, 200])
def test_that_the_help_leaves_most_room_to_what_is_read_in_lines_that_can_be_read(
    qtbot: QtBot, window: MainWindow, look: Look, percent: int
) -> None:
    look.apply("dark", percent)
    sheet = opened(qtbot, window)
    text = sheet.text
    qtbot.waitUntil(lambda: text.document().textWidth() > 0, timeout=PATIENCE_MS)
    assert text.width() > sheet.list.width()
    assert text.document().textWidth() <= min(
        text.viewport().width(), ceil(look.longest_line_px("field"))
    )
    qtbot.keyClicks(sheet.field, "veil")
    metrics, one_line = QFontMetrics(look.font()), look.px("s8")
    for item in map(sheet.list.item, range(sheet.list.count())):
        long = metrics.horizontalAdvance(item.text()) > sheet.list.width()
        assert item.sizeHint().height() >= one_line + long * metrics.height()
