"""A report that takes longer than a moment says how far it is, and a key stops it."""

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.pace import Progress, Watch
from app.report.study import Asked, Report, make_report
from app.session import reports
from tests.widgets.conftest import PATIENCE_MS, press
from widgets.main_window import MainWindow
from widgets.room import REPORTS

if TYPE_CHECKING:
    from app.bootstrap import Workstation


def test_that_a_report_in_the_making_says_how_far_it_is_and_is_stopped_and_made_anew(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    def slowly(ws: "Workstation", asked: Asked, *, watch: Watch) -> Report:
        watch.tell(Progress("reading", 1, 3, 120.0))
        for _ in range(PATIENCE_MS):
            if watch.stopped():
                break
            threading.Event().wait(0.001)
        try:
            return make_report(ws, asked, watch=watch)
        finally:
            ended.append(threading.current_thread().name)

    monkeypatch.setattr(reports, "make_report", slowly)
    window.go(REPORTS)
    assert window.rooms is not None
    assert window.sitting is not None
    room, session = window.rooms.reports, window.sitting.reports
    qtbot.waitUntil(room._stop.isVisible, timeout=PATIENCE_MS)
    assert room._told.text() == "Reading 1 of 3 verdicts, about 2 min left"
    room._show_progress(Progress("counting", 1, 4))
    assert room._told.text() == "Counting 1 of 4 parts of the report"
    with qtbot.waitSignal(session.stopped, timeout=PATIENCE_MS):
        press(qtbot, window, Qt.Key.Key_S)
    assert not session.runs
    assert not room._stop.isVisible()
    assert room._told.text() == "Stopped. Enter makes the report anew."
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE_MS)
    assert ended[0].startswith("report")
    assert session.report is None
    monkeypatch.setattr(reports, "make_report", make_report)
    with qtbot.waitSignal(session.made, timeout=PATIENCE_MS):
        press(qtbot, window, Qt.Key.Key_Return)
    assert not session.runs
    assert room._told.isHidden()
