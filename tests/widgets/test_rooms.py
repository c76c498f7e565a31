"""Batches and reports: a folder in, its honest summary, a report out."""

import json
import os
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.intake.folder import IntakeRequest
from app.pace import Watch
from app.session.reports import proposed_name
from app.texts import read_texts
from storage.errors import CentralRewrittenError
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome, press, wait_for_item
from tests.widgets.patterns import write_patterns
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.rooms import Rooms
from widgets.tables import Table

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rooms(window: MainWindow) -> Rooms:
    assert window.rooms is not None
    return window.rooms


@pytest.fixture
def mixed_folder(tmp_path: Path) -> Path:
    """Three pictures, a copy, a cut-off picture, a text, a link and a pipe."""
    folder = write_patterns(tmp_path / "mixed", 3, first=100)
    whole = (folder / "pattern-100.jpg").read_bytes()
    (folder / "again.jpg").write_bytes(whole)
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "words.txt").write_text("no picture")
    (folder / "link.jpg").symlink_to(folder / "pattern-100.jpg")
    os.mkfifo(folder / "pipe.png")
    return folder


def go(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(window.focusWidget() or window, key, CONTROL)


def test_that_a_folder_is_added_by_keyboard_and_the_summary_is_honest(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, mixed_folder: Path
) -> None:
    assert window.sitting is not None
    go(qtbot, window, K.Key_2)
    press(qtbot, window, K.Key_A)
    qtbot.keyClicks(window.focusWidget(), str(mixed_folder))
    assert rooms.batches.form._title.text() == "mixed"
    with qtbot.waitSignal(window.sitting.intake.finished, timeout=60_000):
        press(qtbot, window, K.Key_Return)
    summary = rooms.batches.report
    assert summary.isVisible()
    said = f"{summary._line.text()} {summary._words.text()}"
    assert "1 copy" in said
    assert "2 not taken" in said
    reasons = [row[1] for row in summary._table.rows._rows]
    assert {row[0] for row in reasons} >= {"cut.jpg", "words.txt", "link.jpg", "pipe.png"}
    assert all(row[2] for row in reasons)
    qtbot.waitUntil(lambda: rooms.batches.table.rows.rowCount() == 2, timeout=PATIENCE_MS)
    fresh = rooms.batches.table.rows._rows[0]
    assert fresh[1][0] == "mixed"
    assert rooms.batches.table.chosen() == fresh[0]


def test_that_a_batch_stopped_before_its_first_item_is_not_shown(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    assert window.sitting is not None
    (tmp_path / "stopped").mkdir()
    window.sitting._ws.home.local.intake_begin(tmp_path / "stopped", "Stopped at once")
    with qtbot.waitSignal(window.sitting.intake.listed, timeout=PATIENCE_MS) as listed:
        go(qtbot, window, K.Key_2)
    assert listed.args is not None
    assert [batch.title for batch in listed.args[0]] == ["Batch 114"]


def test_that_a_form_that_is_not_filled_in_says_what_is_missing(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    go(qtbot, window, K.Key_2)
    press(qtbot, window, K.Key_A)
    press(qtbot, window, K.Key_Return)
    form = rooms.batches.form
    said = form._faults["folder"]
    assert "No folder" in said.text()
    qtbot.keyClicks(window.focusWidget(), str(tmp_path / "nowhere"))
    assert not said.isVisible()  # it was of what the field held before
    press(qtbot, window, K.Key_Tab, K.Key_Tab)
    assert form._title.hasFocus()
    press(qtbot, window, K.Key_Return)
    assert f"{tmp_path / 'nowhere'}: this is no folder" in said.text()
    qtbot.waitUntil(lambda: said.isVisible() and said.height() > 0, timeout=PATIENCE_MS)
    assert form._folder.geometry().bottom() < said.y() < form._title.y()
    assert form._folder.hasFocus()
    assert form._folder.text() == str(tmp_path / "nowhere")
    press(qtbot, window, K.Key_Tab, K.Key_Tab, K.Key_Backspace)
    form._folder.setText(str(tmp_path))
    form._title.clear()
    press(qtbot, window, K.Key_Return)
    assert not said.isVisible()
    assert form._faults["title"].isVisible()
    assert form.filled().at == "title"
    go(qtbot, window, K.Key_D)
    qtbot.waitUntil(rooms.batches.table.isVisible, timeout=PATIENCE_MS)


def test_that_an_empty_folder_is_said_in_the_form_and_nothing_typed_is_lost(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    assert window.sitting is not None
    (tmp_path / "empty").mkdir()
    go(qtbot, window, K.Key_2)
    press(qtbot, window, K.Key_A)
    qtbot.keyClicks(window.focusWidget(), str(tmp_path / "empty"))
    with qtbot.waitSignal(window.sitting.intake.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    form = rooms.batches.form
    assert form.isVisible()
    assert str(tmp_path / "empty") in form._fault.text()
    assert form._folder.text() == str(tmp_path / "empty")
    assert form._title.text() == "empty"
    assert rooms.place == "input"
    (tmp_path / "empty" / "one.txt").write_text("no picture")
    with qtbot.waitSignal(window.sitting.intake.finished, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert form._folder.text() == form._title.text() == ""


def test_that_a_batch_opens_on_the_desk_with_enter(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, mixed_folder: Path
) -> None:
    assert window.sitting is not None
    go(qtbot, window, K.Key_2)
    press(qtbot, window, K.Key_A)
    qtbot.keyClicks(window.focusWidget(), str(mixed_folder))
    with qtbot.waitSignal(window.sitting.intake.finished, timeout=60_000):
        press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: rooms.batches.table.rows.rowCount() == 2, timeout=PATIENCE_MS)
    rooms.batches.table.selectRow(0)
    with qtbot.waitSignal(window.sitting.grading.opened, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    assert rooms.name == "desk"
    assert rooms.desk.left._title.text() == "mixed"


def test_that_a_report_shows_what_was_graded_and_can_be_written(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    assert window.sitting is not None
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
    wait_for_item(qtbot, window)
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    assert rooms.reports._title.text() == "Batch 114"
    assert "1 of 12 items graded" in rooms.reports._said.text()
    target = tmp_path / "report.json"
    with qtbot.waitSignal(window.sitting.reports.written, timeout=PATIENCE_MS):
        window.sitting.reports.write("json", target, read_texts())
    assert json.loads(target.read_text())["graded"] == 1
    assert "report.json" in rooms.reports._told.text()


def test_that_a_report_that_cannot_be_written_is_said(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    with qtbot.waitSignal(window.sitting.reports.failed, timeout=PATIENCE_MS):
        window.sitting.reports.write("csv", tmp_path / "nowhere" / "report.csv", read_texts())
    assert rooms.reports._told.isVisible()
    assert f"{tmp_path / 'nowhere' / 'report.csv'}: there is no such" in rooms.reports._told.text()


def test_that_sync_runs_beside_the_window_and_the_lamp_has_words(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    sync = window.sitting.sync
    qtbot.waitUntil(lambda: sync.state.at is not None, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
    wait_for_item(qtbot, window)
    assert "1 record to send" in window.edges.header._lamp.text()
    go(qtbot, window, K.Key_R)
    qtbot.waitUntil(lambda: sync.state.waiting == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: window.edges.header._lamp.text().startswith("Synced"), timeout=PATIENCE_MS
    )


def test_that_the_palette_finds_an_action_and_does_it(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    go(qtbot, window, K.Key_K)
    assert window.sheets.palette.isVisible()
    qtbot.keyClicks(window.focusWidget(), "batch")
    press(qtbot, window, K.Key_Return)
    assert not window.sheets.palette.isVisible()
    assert rooms.name == "batches"


def test_that_the_legend_opens_and_any_key_closes_it(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    qtbot.keyClick(window.focusWidget(), "?")
    assert window.sheets.legend.isVisible()
    press(qtbot, window, K.Key_1)
    assert not window.sheets.legend.isVisible()
    assert rooms.desk.panel._number.text() == "Question 1"


def test_that_page_keys_go_through_the_report_and_leave_the_list(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    bar = rooms.reports._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=PATIENCE_MS)
    chosen = rooms.reports.table.chosen()
    press(qtbot, window, K.Key_PageDown)
    assert bar.value() > 0
    press(qtbot, window, K.Key_PageUp)
    assert bar.value() == 0
    table = rooms.reports._inner.findChildren(Table)[0]
    table.setFixedWidth(300)  # as where large text leaves no room for all its columns
    sideways = table.horizontalScrollBar()
    qtbot.waitUntil(lambda: sideways.maximum() > 0, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_Right)
    assert sideways.value() > 0
    press(qtbot, window, K.Key_Left)
    assert sideways.value() == 0
    assert rooms.reports.table.chosen() == chosen


def test_that_a_sync_that_fails_is_said_in_a_sentence_and_grading_goes_on(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.sitting is not None
    sync = window.sitting.sync
    qtbot.waitUntil(lambda: sync.state.at is not None, timeout=PATIENCE_MS)

    def rewritten(_: Watch) -> object:
        raise CentralRewrittenError("The log of the central store is shorter than it was.")

    with monkeypatch.context() as broken:
        broken.setattr(sync, "_sync", rewritten)
        go(qtbot, window, K.Key_R)
        qtbot.waitUntil(window.edges.fault.isVisible, timeout=PATIENCE_MS)
        assert "shorter than it was" in window.edges.fault.text()
        press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
        wait_for_item(qtbot, window)
    go(qtbot, window, K.Key_R)
    qtbot.waitUntil(lambda: not window.edges.fault.isVisible(), timeout=PATIENCE_MS)


def test_that_the_home_is_locked_when_nobody_has_been_there(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    window._presence.locking.idle._timer.start(0)
    qtbot.waitUntil(lambda: window.sitting is None, timeout=PATIENCE_MS)
    qtbot.waitUntil(window.sign_in._locked.isVisible, timeout=PATIENCE_MS)


def test_that_reports_open_on_the_batch_that_lies_on_the_desk(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, mixed_folder: Path
) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.intake.finished, timeout=60_000):
        window.sitting.intake.add(IntakeRequest(mixed_folder, "Newer"))
    with qtbot.waitSignal(window.sitting.reports.made, timeout=PATIENCE_MS):
        go(qtbot, window, K.Key_3)
    assert rooms.reports._title.text() == "Batch 114"
    assert rooms.reports.table.rows._rows[0][1][0] == "All batches"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Batch 114", "Batch 114"),
        ("../../etc: a/b?", "etc a b"),
        ("...", "Study report"),
        ("two\nlines\u202e", "two lines"),
        ("x" * 300, "x" * 80),
    ],
)
def test_that_a_report_is_called_by_its_batch_and_day(title: str, name: str) -> None:
    assert proposed_name([title], read_texts()).startswith(f"{name} 20")


def test_that_closing_while_a_folder_is_added_asks_first_and_then_ends_cleanly(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, mixed_folder: Path, made_home: MadeHome
) -> None:
    assert window.sitting is not None
    window.sitting.intake.add(IntakeRequest(mixed_folder, "Mixed"))
    assert not window.close()
    assert window.isVisible()
    assert rooms.name == "batches"
    assert "Ctrl+Q again" in rooms.batches.strip._note.text()
    go(qtbot, window, K.Key_Q)
    assert "closes when" in rooms.batches.strip._note.text()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert window.sitting is None
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)  # nothing holds it any more
    ws.close()


def test_that_what_is_said_of_a_folder_on_its_way_in_is_read_whole_at_twice_the_size(
    qtbot: QtBot, window: MainWindow, rooms: Rooms
) -> None:
    window._fit.look.apply("dark", 200)
    go(qtbot, window, K.Key_2)
    strip = rooms.batches.strip
    strip.begin("A title that is longer than its line, and so is cut where the line ends. " * 3)
    strip._ask()
    note = strip._note
    qtbot.waitUntil(
        lambda: note.isVisible() and note.height() >= note.heightForWidth(note.width()),
        timeout=PATIENCE_MS,
    )


def test_that_a_folder_that_was_stopped_says_so_until_the_file_at_hand_is_in(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, tmp_path: Path
) -> None:
    assert window.sitting is not None
    intake, room, go_on = window.sitting.intake, rooms.batches, threading.Event()
    go(qtbot, window, K.Key_2)
    window.sitting._jobs["intake"].run(lambda: go_on.wait(PATIENCE_MS / 1000), id, id)
    intake.add(IntakeRequest(write_patterns(tmp_path / "few", 2), "Few"))
    assert not room._add.isEnabled()
    press(qtbot, window, K.Key_S)
    assert "Stops when" in room.strip._note.text()
    assert not room.strip._stop.isEnabled()
    with qtbot.waitSignal(intake.finished, timeout=PATIENCE_MS):
        go_on.set()
    assert room._add.isEnabled()
    assert not room.strip.isVisible()
    said = room.report  # no empty card below two lines
    qtbot.waitUntil(lambda: 0 < said.height() < room.height() // 4, timeout=PATIENCE_MS)


def test_that_an_intake_that_ends_takes_the_question_back(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, mixed_folder: Path
) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.intake.finished, timeout=60_000):
        window.sitting.intake.add(IntakeRequest(mixed_folder, "Mixed"))
        assert not window.close()
    assert window.isVisible()
    assert not rooms.batches.strip.isVisible()
    assert window.closing.may_close()


def test_that_a_shutdown_while_a_folder_is_added_asks_nothing(
    qtbot: QtBot, window: MainWindow, mixed_folder: Path
) -> None:
    assert window.sitting is not None
    window.sitting.intake.add(IntakeRequest(mixed_folder, "Mixed"))
    window.closing.stop()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)


def test_that_larger_text_keeps_what_was_typed_and_told_in_batches(
    qtbot: QtBot, window: MainWindow, rooms: Rooms, mixed_folder: Path, look: Look
) -> None:
    assert window.sitting is not None
    go(qtbot, window, K.Key_2)
    with qtbot.waitSignal(window.sitting.intake.finished, timeout=60_000):
        window.sitting.intake.add(IntakeRequest(mixed_folder, "Mixed"))
    said = rooms.batches.report._words.text()
    qtbot.keyClick(window.focusWidget(), "+", CONTROL)
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    assert rooms.batches.report._words.text() == said
    press(qtbot, window, K.Key_A)
    qtbot.keyClicks(window.focusWidget(), "/half/typed")
    for _ in range(3):
        qtbot.keyClick(window.focusWidget(), "+", CONTROL)  # quickly: built anew once
    qtbot.waitUntil(lambda: look.percent == 200, timeout=PATIENCE_MS)
    assert rooms.name == "batches"
    assert rooms.batches.form.isVisible()
    assert rooms.batches.form._folder.text() == "/half/typed"
    assert rooms.batches.form._folder.hasFocus()
