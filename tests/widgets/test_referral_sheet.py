"""A referral from the window, by keyboard: refused where it lacks something, kept, signed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from tests.unit.app.desks import DRAWING, REMIT
from tests.unit.app.study_home import StudyHome, item_id
from tests.widgets.conftest import PATIENCE_MS
from widgets.fittings import Fittings
from widgets.referral_sheet import ReferralSheet

WINDOW_PX = (1366, 768)


@pytest.fixture
def home(tmp_path: Path) -> StudyHome:
    """A supervisor's home: one item tagged AI, one not, answered in this order."""
    home = StudyHome(tmp_path / "home", role="supervisor")
    batch = home.batch("Orchard", {"plain": ("a.png",), "made": ("b.png",)})
    home.grade(batch, "plain", REMIT)
    home.grade(batch, "made", DRAWING)
    return home


@pytest.fixture
def sitting(home: StudyHome) -> Iterator[Sitting]:
    sitting = Sitting(home.ws)
    yield sitting
    for jobs in sitting._jobs.values():
        jobs.close()
    home.ws.close()


@pytest.fixture
def sheet(qtbot: QtBot, fit: Fittings, sitting: Sitting) -> Iterator[ReferralSheet]:
    window = QWidget()
    window.resize(*WINDOW_PX)
    qtbot.addWidget(window)
    sheet = ReferralSheet(fit, window)
    sheet.follow(sitting)
    window.show()
    yield sheet
    window.close()


def opened(qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting, name: str) -> None:
    """Open the form of an item as the window does for the one at hand."""
    with qtbot.waitSignal(sitting.referring.begun, timeout=PATIENCE_MS):
        sheet.open()
        sitting.referring.begin(item_id(name))


def signs(qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting) -> None:
    with qtbot.waitSignal(sitting.referring.signed, timeout=PATIENCE_MS):
        qtbot.keyClick(sheet.form.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def fails(qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting) -> str:
    with qtbot.waitSignal(sitting.referring.failed, timeout=PATIENCE_MS) as told:
        qtbot.keyClick(sheet.form.to, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sheet.shows_form
    return str(told.args[1])


def test_that_it_is_filled_in_by_keyboard_refused_where_it_lacks_something_and_signed(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting, tmp_path: Path
) -> None:
    opened(qtbot, sheet, sitting, "made")
    form = sheet.form
    assert "real child" in form.tag.text()
    qtbot.keyClicks(form.to, "Unit 7")
    assert fails(qtbot, sheet, sitting) == "identifying"
    assert form.facts["name"].hasFocus()  # where it lacks something is where one types on
    qtbot.keyClick(form.facts["name"], Qt.Key.Key_Return)  # Enter goes on, and signs nothing
    assert form.facts["school"].hasFocus()
    qtbot.keyClicks(form.facts["school"], "A crest with a heron")
    assert fails(qtbot, sheet, sitting) == "real_child"
    assert form.reason.hasFocus()
    qtbot.keyClicks(form.reason, "The room of an earlier report")
    assert sheet.place == "referral"
    with qtbot.waitSignal(sheet.turned, timeout=PATIENCE_MS):  # the window names other keys then
        signs(qtbot, sheet, sitting)
    assert sheet.place == "referrals"
    qtbot.waitUntil(lambda: sheet.table.rows.rowCount() == 1, timeout=PATIENCE_MS)
    (one,) = sheet._signed
    assert one.referral.real_child == "The room of an earlier report"
    for form_of in ("pdf", "json"):
        with qtbot.waitSignal(sitting.referring.written, timeout=PATIENCE_MS):
            sheet.write(one, tmp_path / f"out.{form_of}")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


def test_that_who_presses_twice_signs_once(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting, home: StudyHome
) -> None:
    opened(qtbot, sheet, sitting, "plain")
    form = sheet.form
    qtbot.keyClicks(form.to, "Unit 7")
    qtbot.keyClicks(form.facts["place"], "A pier")
    with qtbot.waitSignal(sitting.referring.signed, timeout=PATIENCE_MS):
        for _ in range(2):
            qtbot.keyClick(form.to, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert form.to.isReadOnly()
        sitting.referring.sign(item_id("plain"), form.referral())  # nor does anybody else
    with qtbot.waitSignal(sitting.referring.listed, timeout=PATIENCE_MS):
        sitting.referring.list()
    assert len(list(home.ws.home.local.records(kind="referral"))) == 1
    assert not form.to.isReadOnly()


def test_that_records_are_read_once_and_not_for_each_form(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting, home: StudyHome
) -> None:
    opened(qtbot, sheet, sitting, "plain")
    read = sitting.referring._voices
    assert read is not None
    home.grade(home.ws.home.local.batches()[0].batch_id, "plain", DRAWING)
    opened(qtbot, sheet, sitting, "plain")
    assert sitting.referring._voices is read
    assert "real child" in sheet.form.tag.text()  # what came since is known all the same


def test_that_what_was_typed_is_there_again_after_it_was_left(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting
) -> None:
    opened(qtbot, sheet, sitting, "plain")
    assert "real child" not in sheet.form.tag.text()
    qtbot.keyClicks(sheet.form.facts["place"], "A pier")
    qtbot.keyClick(sheet.form.facts["place"], Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible()
    opened(qtbot, sheet, sitting, "made")
    assert sheet.form.facts["place"].text() == ""
    opened(qtbot, sheet, sitting, "plain")
    assert sheet.form.facts["place"].text() == "A pier"


def test_that_no_word_of_a_referral_stays_once_the_sitting_has_ended(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting
) -> None:
    opened(qtbot, sheet, sitting, "made")
    form = sheet.form
    for field in (form.to, form.facts["place"], form.reason, form.note):
        qtbot.keyClicks(field, "A pier")
    signs(qtbot, sheet, sitting)
    qtbot.waitUntil(lambda: sheet.table.rows.rowCount() == 1, timeout=PATIENCE_MS)
    opened(qtbot, sheet, sitting, "plain")
    qtbot.keyClicks(form.facts["name"], "Heron")
    sheet.follow(None)
    read = (QLabel, QLineEdit, QPlainTextEdit)
    said = {
        words.toPlainText() if isinstance(words, QPlainTextEdit) else words.text()
        for kind in read
        for words in sheet.findChildren(kind)
    }
    assert "A pier" not in said
    assert "Heron" not in said
    assert not any(item_id(name)[:12] in words for words in said for name in ("made", "plain"))
    assert sheet.table.rows.rowCount() == 0
    assert sheet._signed == ()
    assert not sheet.shows_form


def test_that_the_list_shows_no_old_row_while_it_is_read(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting
) -> None:
    opened(qtbot, sheet, sitting, "made")
    for field in (sheet.form.to, sheet.form.facts["place"], sheet.form.reason):
        qtbot.keyClicks(field, "A pier")
    signs(qtbot, sheet, sitting)
    qtbot.waitUntil(lambda: sheet.table.rows.rowCount() == 1, timeout=PATIENCE_MS)
    sheet.close_sheet()
    with qtbot.waitSignal(sitting.referring.listed, timeout=PATIENCE_MS):
        sheet.open()
        assert sheet.table.rows.rowCount() == 0
    assert sheet.table.rows.rowCount() == 1


def test_that_an_unanswered_item_gives_nothing_away_and_the_last_one_is_offered_instead(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting
) -> None:
    opened(qtbot, sheet, sitting, "never seen")
    assert sheet.form.about.text().startswith("The item that you answered last")
    assert item_id("made")[:12] in sheet.form.about.text()


def test_that_without_an_item_the_list_says_so(
    qtbot: QtBot, sheet: ReferralSheet, sitting: Sitting
) -> None:
    with qtbot.waitSignal(sitting.referring.listed, timeout=PATIENCE_MS):
        sheet.open()
        sheet.begin()
    assert "No item is before you" in sheet.told.text()
    assert not sheet.shows_form
    qtbot.keyClick(sheet.table, Qt.Key.Key_Return)
    assert not sheet.isVisible()
