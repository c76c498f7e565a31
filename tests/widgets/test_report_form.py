"""Reports by keyboard: narrowed to days and sources, beside a baseline, derived under a scheme."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.texts import read_texts
from tests.widgets.conftest import PATIENCE_MS, press, wait_for_item
from widgets.main_window import MainWindow
from widgets.rooms import Rooms
from widgets.tables import Table

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rooms(window: MainWindow) -> Rooms:
    assert window.rooms is not None
    return window.rooms


def go(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(window.focusWidget() or window, key, CONTROL)


def shown(rooms: Rooms) -> dict[str, list[tuple[str, ...]]]:
    """The tables of the report by their first heading."""
    found = rooms.reports._area.findChildren(Table)
    return {
        table.accessibleName(): [cells for _, cells in table.rows._rows]
        for table in found
        if not table.isHidden()
    }


def filled_in(qtbot: QtBot, window: MainWindow, rooms: Rooms, **words: str) -> None:
    """Open the form by its key and fill fields in, each reached by Tab."""
    press(qtbot, window, K.Key_F)
    for name, field in rooms.reports.form.fields.items():
        focused = window.focusWidget()
        assert focused is field, (name, focused)
        if name in words:
            field.clear()
            qtbot.keyClicks(field, words[name])
        press(qtbot, window, K.Key_Tab)


def test_that_a_report_is_narrowed_compared_and_derived_by_keyboard(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    assert window.sitting is not None
    reports = window.sitting.reports
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
    wait_for_item(qtbot, window)
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    filled_in(qtbot, window, rooms, first="yesterday")
    with qtbot.waitSignal(reports.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "'yesterday' is no day" in rooms.reports.form._fault.text()
    assert rooms.place == "input"
    rooms.reports.form.fields["first"].setText("2026-01-01")
    rooms.reports.form.fields["category"].setText("A=10 B=20 C=70")
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert rooms.place == "reports"
    assert "Decided from 2026-01-01" in rooms.reports._about.text()
    assert "1 of 1 item graded" in rooms.reports._said.text()
    qtbot.waitUntil(lambda: not rooms.reports._later, timeout=PATIENCE_MS)
    tables = shown(rooms)
    (category,) = (rows for rows in tables.values() if rows and rows[0][-1:] == ("–",))
    assert [row[3] for row in category] == ["10", "20", "70"]
    assert tables["Found and selected"][-1] == ("Found", "1", "1")
    target = tmp_path / "report.json"
    with qtbot.waitSignal(reports.written, timeout=PATIENCE_MS):
        reports.write("json", target, read_texts())
    assert json.loads(target.read_text("utf-8"))["period"] == {"from": "2026-01-01", "to": None}


def test_that_a_scheme_derives_anew_and_an_empty_form_is_the_whole_again(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    assert window.sitting is not None
    reports = window.sitting.reports
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
    wait_for_item(qtbot, window)
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    filled_in(qtbot, window, rooms, scheme="interpol-baseline")
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "Derived under interpol-baseline@" in rooms.reports._about.text()
    assert shown(rooms)["Outcome by law"][1][:2] == ("Not within the baseline", "1")
    filled_in(qtbot, window, rooms)
    rooms.reports.form.fields["scheme"].clear()
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert not rooms.reports._about.isVisible()
    press(qtbot, window, K.Key_F)
    go(qtbot, window, K.Key_D)
    assert rooms.reports.table.hasFocus()


def test_that_larger_text_leaves_the_report_and_what_was_asked(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    assert window.sitting is not None
    reports = window.sitting.reports
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    filled_in(qtbot, window, rooms, source="nowhere.example")
    with qtbot.waitSignal(reports.made, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    go(qtbot, window, K.Key_Plus)
    rebuilt = window.rooms
    assert rebuilt is not None
    qtbot.waitUntil(rebuilt.reports._about.isVisible, timeout=PATIENCE_MS)
    assert "Found at nowhere.example" in rebuilt.reports._about.text()
