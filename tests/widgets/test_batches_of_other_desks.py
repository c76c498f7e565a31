"""The rooms know batches that other desks took in, by their signed records."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.intake.manifest import manifest_entry
from storage.statement import Draft
from tests.unit.storage.homes import DECIDED_AT, digest, item_row
from tests.widgets.conftest import PATIENCE_MS, press
from widgets.main_window import MainWindow
from widgets.rooms import Rooms

AWAY = digest("a batch whose evidence is at another desk")
K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rooms(window: MainWindow) -> Rooms:
    """The rooms, with the record of a batch that is not in the index of this home."""
    assert window.sitting is not None
    assert window.rooms is not None
    rows = [item_row(digest(name), AWAY, (f"{name}.png",)) for name in ("pear", "apple")]
    fields = {
        "batch": AWAY,
        "title": "Orchard",
        "source_url": None,
        "country": None,
        "declared_ai": False,
        "items": [manifest_entry(row) for row in rows],
        "part": 1,
    }
    draft = Draft(kind="batch", subject=AWAY, fields=fields, decided_at=DECIDED_AT)
    window.sitting.intake._ws.home.local.keep([draft])
    return window.rooms


def go(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(window.focusWidget() or window, key, CONTROL)


def test_that_a_batch_of_another_desk_is_listed_and_says_why_it_does_not_open(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    assert window.sitting is not None
    go(qtbot, window, K.Key_2)
    table = rooms.batches.table
    qtbot.waitUntil(lambda: table.rows.rowCount() == 2, timeout=PATIENCE_MS)
    here, away = (row[1] for row in table.rows._rows)
    taken_in_by = window.sitting.intake._ws.home.person.name
    assert (here[4], away[0], away[4]) == ("here", "Orchard", f"by {taken_in_by}")
    assert (away[1], away[2]) == ("2", "0 of 2")
    assert table.choose(AWAY)
    press(qtbot, window, K.Key_Return)
    assert rooms.name == "batches"
    assert rooms.batches._fault.isVisible()
    assert "evidence is not here" in rooms.batches._fault.text()


def test_that_a_report_on_it_says_what_is_not_known(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    assert window.sitting is not None
    reports = rooms.reports
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    assert not reports._left_out.isVisible()
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        assert reports.table.choose(AWAY)
    assert reports._title.text() == "Orchard"
    assert "0 of 2 items graded" in reports._said.text()
    assert reports._left_out.isVisible()
    assert "not known here" in reports._left_out.text()
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        assert reports.table.choose("")  # all of them
    assert reports._title.text() == "2 batches"
