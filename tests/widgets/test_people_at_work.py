"""Batches are dealt out, handed over and recalled by keyboard; the casebook is searched."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.feedback import Feedback, QuestionFeedback
from app.roster.changes import RosterOffice
from app.session.learning import CasebookEntry
from app.session.types import Stage
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.widgets.conftest import (
    ITEMS,
    PASSPHRASE,
    PATIENCE_MS,
    press,
    press_chord,
    wait_for_item,
)
from widgets.batches import BatchesRoom
from widgets.main_window import MainWindow
from widgets.words import Words

K = Qt.Key


@pytest.fixture
def room(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> BatchesRoom:
    """Batches, with Ben in the roster."""
    assert window.rooms is not None
    assert window.sitting is not None
    home = window.sitting._ws.home
    init_home(
        tmp_path / "ben",
        person_name="Ben",
        role="analyst",
        policy_fields={},
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
        joins=home.identity.roster,
    ).close()
    RosterOffice(home).enrol(read_enrolment(tmp_path / "ben" / ENROLMENT_NAME))
    with qtbot.waitSignal(window.sitting.intake.listed, timeout=PATIENCE_MS):
        press_chord(qtbot, window, "Ctrl+2")
    return window.rooms.batches


def said(room: BatchesRoom) -> str:
    return "\n".join(words.text() for words in room.findChildren(Words) if words.isVisible())


def test_that_a_batch_is_handed_over_and_recalled_by_keyboard(
    qtbot: QtBot, room: BatchesRoom, window: MainWindow
) -> None:
    assert window.sitting is not None
    session = window.sitting.assigning
    press(qtbot, window, K.Key_M)
    assert room.place == "input"
    room.people.form._lines[0].setText("Nobody")
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "nobody in the roster is called so" in said(room)
    room.people.form._lines[0].setText("Ben")
    with qtbot.waitSignal(session.changed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert f"{ITEMS} items are handed over to Ben." in said(room)
    press_chord(qtbot, window, "Shift+M")
    with qtbot.waitSignal(session.changed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert f"{ITEMS} items are yours again." in said(room)
    press(qtbot, window, K.Key_W)  # an analyst deals nothing out
    assert room.place == "batches"
    press_chord(qtbot, window, "Ctrl+1")
    wait_for_item(qtbot, window)


def test_that_the_casebook_is_searched_from_the_desk(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    press_chord(qtbot, window, "Ctrl+B")
    sheet = window.sheets.casebook
    assert sheet.isVisible()
    with qtbot.waitSignal(window.sitting.learning.found, timeout=PATIENCE_MS):
        qtbot.keyClicks(sheet.field, "drawn")
    assert sheet.none.isVisible()
    entry = CasebookEntry("0" * 64, "Drawn figures", "In words.", "person", "Chief", "2026-03-02")
    window.sitting.learning.found.emit((entry,))
    assert sheet.shown == ("Drawn figures",)
    assert sheet.count.text() == "1 entry found"
    press(qtbot, window, K.Key_Return)
    assert not sheet.isVisible()


def test_that_a_long_casebook_is_read_by_keys_and_each_search_begins_at_its_first_entry(
    qtbot: QtBot, window: MainWindow
) -> None:
    sitting = window.sitting
    assert sitting is not None
    press_chord(qtbot, window, "Ctrl+B")
    sheet = window.sheets.casebook
    entry = CasebookEntry("0" * 64, "Drawn figures", "In words.", "Who?", "Chief", "2026-03-02")

    def show(entries: int) -> None:
        qtbot.keyClicks(sheet.field, "d")
        qtbot.waitUntil(lambda: not sitting.at_work, timeout=PATIENCE_MS)  # it found nothing
        sitting.learning.found.emit((entry,) * entries)

    show(40)
    assert sheet.count.text() == "40 entries found"
    bar, page = sheet.area.verticalScrollBar(), sheet.area.viewport().height()
    qtbot.waitUntil(lambda: bar.maximum() > 2 * page, timeout=PATIENCE_MS)  # once it is laid out
    press(qtbot, window, K.Key_PageDown, K.Key_Down)
    assert bar.value() > page
    show(30)
    assert bar.value() == 0


def test_that_feedback_is_for_those_in_training_and_told_in_figures(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    press_chord(qtbot, window, "Ctrl+G")
    sheet = window.sheets.feedback
    assert not sheet.isVisible()
    sheet.open()
    told = Feedback((), (QuestionFeedback("Who is shown?", 3, 4),), 2)
    window.sitting.learning.told.emit(told)
    assert sheet.questions.rows._rows[0][1] == ("Who is shown?", "3 of 4")
    assert "2 answers wait for others" in sheet.summary.text()


def test_that_a_correction_under_way_outlasts_work_that_is_dealt_out_anew(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    grading = window.sitting.grading
    wait_for_item(qtbot, window)
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        grading.answer("off-remit")
        grading.answer("no-sign-seen")
        grading.sign()
    grading.correct_last()
    qtbot.waitUntil(grading._corrects, timeout=PATIENCE_MS)
    grading.back(1)
    at, answers = grading.at_hand, grading._work.state.answers
    assert len(answers) == 1
    window.sitting.assigning.changed.emit()
    assert grading.stage is Stage.ASKING
    assert (grading.at_hand, grading._work.state.answers) == (at, answers)
    with qtbot.waitSignal(grading.opened, timeout=PATIENCE_MS):  # and the Desk takes account of it
        grading.step()
