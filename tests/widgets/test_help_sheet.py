"""The help in the window: by keyboard alone, from the room one is in."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, press, press_chord
from widgets.help_sheet import HelpSheet
from widgets.main_window import MainWindow

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
    assert sheet.field.hasFocus()
    qtbot.keyClicks(sheet.field, "glossary veil")
    assert sheet.list.count() >= 1
    assert "Veil" in sheet.text.toPlainText()
    assert sheet.text.extraSelections()
    before = sheet.list.currentRow()
    press(qtbot, window, K.Key_Down)
    assert sheet.list.currentRow() == (before + 1) % sheet.list.count()
    qtbot.keyClicks(sheet.field, " zebra")
    assert sheet.list.count() == 0
    assert sheet.none.isVisible()
    press_chord(qtbot, window, "F1")
    assert not sheet.isVisible()


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
    assert "items: about 10" in text
    assert "Ada" not in text
    assert "Batch 114" not in text
