"""Tables on the screen: the first column gives way, and a row is current before it is laid out."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS
from widgets.fittings import Fittings
from widgets.main_window import MainWindow
from widgets.reports import CARDS_AT_ONCE
from widgets.tables import Column, Table

COLUMNS = [Column("File"), Column("What happened"), Column("Why")]


def test_that_a_long_name_gives_way_before_its_reason_is_out_of_sight(
    qtbot: QtBot, fit: Fittings
) -> None:
    table = Table(fit, "Faults", COLUMNS, whole=False)
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show()
    table.show_rows([("a", ("x" * 400 + ".jpg", "kept, unreadable", "it is cut off"))])
    header = table.horizontalHeader()
    assert table.horizontalScrollBar().maximum() == 0
    assert header.sectionViewportPosition(2) + header.sectionSize(2) <= table.viewport().width()
    assert header.sectionSize(2) >= table.sizeHintForColumn(2)


def test_that_a_wide_table_is_filled_and_a_name_stays_near_its_figures(
    qtbot: QtBot, fit: Fittings
) -> None:
    table = Table(fit, "Faults", COLUMNS, whole=False)
    qtbot.addWidget(table)
    table.resize(2400, 300)
    table.show()
    for name in ("x.jpg", "x" * 40 + ".jpg"):
        table.show_rows([("a", (name, "kept, unreadable", "it is cut off"))])
        header = table.horizontalHeader()
        assert header.length() == table.viewport().width()
        assert abs(header.sectionSize(0) - fit.look.px("page")) <= len(COLUMNS)
    table.resize(500, 300)
    qtbot.waitUntil(
        lambda: header.sectionSize(2) == table.sizeHintForColumn(2), timeout=PATIENCE_MS
    )


def test_that_a_row_is_chosen_before_the_table_was_ever_laid_out(
    qtbot: QtBot, fit: Fittings
) -> None:
    table = Table(fit, "Faults", COLUMNS, whole=False)
    qtbot.addWidget(table)
    table.show_rows([("a", ("1", "2", "3")), ("b", ("4", "5", "6"))])
    assert table.chosen() == "a"
    assert table.choose("b")
    assert not table.choose("c")
    assert table.chosen() == "b"


def test_that_no_table_of_a_report_is_ever_seen_squeezed(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    assert window.rooms is not None
    reports = window.rooms.reports
    window.go("reports")
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        reports._make()
    tables = reports.findChildren(Table)
    whole = [table for table in tables if table._whole and table.isVisible()]
    assert len(whole) >= CARDS_AT_ONCE > 1
    for _ in range(3):
        assert all(table.height() >= table._full_height() for table in whole)
        QApplication.processEvents()
