"""The page Roster: read, enrol with a fingerprint compared first, approve, revoke, by keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.enrolment import ENROLMENT_NAME, fingerprint, read_enrolment
from storage.home import Home, init_home
from storage.keyfile import MINIMUM_COST
from tests.widgets.conftest import PATIENCE_MS, press
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.roster import RosterPage
from widgets.words import Words

K = Qt.Key


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> RosterPage:
    """The page, reached by keys: Administration, then down."""
    assert window.rooms is not None
    assert window.sitting is not None
    qtbot.keyClick(window.focusWidget() or window, K.Key_6, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(window.sitting.roster.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Down)
    found = window.rooms.administration.pages["roster"]
    assert isinstance(found, RosterPage)
    return found


def said(page: RosterPage) -> str:
    return "\n".join(words.text() for words in page.findChildren(Words) if words.isVisible())


def asking_home(window: MainWindow, place: Path) -> Home:
    assert window.sitting is not None
    home = init_home(
        place,
        person_name="Ben Newcomer",
        role="analyst",
        policy_fields={},
        keys="file",
        passphrase=lambda: "pears and apples",
        cost=MINIMUM_COST,
        joins=window.sitting._ws.home.identity.roster,
    )
    home.close()
    return home


def typed(qtbot: QtBot, text: str) -> None:
    field = QApplication.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, text)


def enrol(qtbot: QtBot, window: MainWindow, page: RosterPage, place: Path) -> None:
    session = page._session
    press(qtbot, window, K.Key_E)
    typed(qtbot, str(place / ENROLMENT_NAME))
    with qtbot.waitSignal(session.asked, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)


def test_that_the_page_says_who_may_sign_with_a_fingerprint_to_read_aloud(
    page: RosterPage, window: MainWindow
) -> None:
    assert window.sitting is not None
    keyid = window.sitting._ws.home.signer.keyid
    cells = page.keys.rows._rows[0][1]
    assert cells[0] == "Ada Analyst"
    assert cells[1] == fingerprint(keyid)
    assert [len(group) for group in cells[1].split()] == [5] * 6
    assert "A change takes 1 of 1 administrator" in said(page)
    assert not page._waiting_card.isVisible()


def test_that_larger_text_leaves_the_page_where_it_is(
    qtbot: QtBot, window: MainWindow, page: RosterPage, look: Look
) -> None:
    assert window.rooms is not None
    qtbot.keyClick(window.focusWidget(), "+", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    assert window.rooms.administration.page == "roster"
    assert window.rooms.administration.pages["roster"].isVisible()


def test_that_a_key_is_enrolled_only_after_its_fingerprint_was_shown(
    qtbot: QtBot, page: RosterPage, window: MainWindow, tmp_path: Path
) -> None:
    home = asking_home(window, tmp_path / "ben")
    enrol(qtbot, window, page, home.place)
    asks = read_enrolment(home.place / ENROLMENT_NAME)
    assert fingerprint(asks.keyid) in said(page)
    assert "Ben Newcomer" in said(page)
    assert page.keys.rows.rowCount() == 1  # nothing is signed yet
    with qtbot.waitSignal(page._session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert page.keys.rows.rowCount() == 2
    assert "Signed. It is in force." in said(page)


def test_that_another_key_of_a_known_person_is_enrolled_as_theirs(
    qtbot: QtBot, page: RosterPage, window: MainWindow, tmp_path: Path
) -> None:
    home = asking_home(window, tmp_path / "again")
    press(qtbot, window, K.Key_E)
    page.form._lines[0].setText(str(home.place / ENROLMENT_NAME))
    page.form._lines[3].setText("nobody of that name")
    with qtbot.waitSignal(page._session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "nobody in the roster is called so" in said(page)
    page.form._lines[3].setText("Ada Analyst")
    with qtbot.waitSignal(page._session.asked, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "another key of Ada Analyst" in said(page)
    with qtbot.waitSignal(page._session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert page._view is not None
    first, second = page._view.keys
    assert (first.person, first.person_name) == (second.person, second.person_name)
    assert first.keyid != second.keyid


def test_that_leaving_the_comparison_signs_nothing(
    qtbot: QtBot, page: RosterPage, window: MainWindow, tmp_path: Path
) -> None:
    enrol(qtbot, window, page, asking_home(window, tmp_path / "ben").place)
    qtbot.keyClick(window.focusWidget() or window, K.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert page.place == "roster"
    assert window.sitting is not None
    assert window.sitting._ws.home.roster.version == 1


def test_that_a_file_swapped_after_the_comparison_is_not_enrolled(
    qtbot: QtBot, page: RosterPage, window: MainWindow, tmp_path: Path
) -> None:
    ben = asking_home(window, tmp_path / "ben")
    eve = asking_home(window, tmp_path / "eve")
    enrol(qtbot, window, page, ben.place)
    (eve.place / ENROLMENT_NAME).replace(ben.place / ENROLMENT_NAME)
    with qtbot.waitSignal(page._session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "changed since its fingerprint was compared" in said(page)
    assert page.keys.rows.rowCount() == 1


def test_that_a_key_is_revoked_with_a_reason_that_everyone_reads(
    qtbot: QtBot, page: RosterPage, window: MainWindow, tmp_path: Path
) -> None:
    enrol(qtbot, window, page, asking_home(window, tmp_path / "ben").place)
    with qtbot.waitSignal(page._session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    page.keys.choose(page._view.keys[1].keyid if page._view else "")
    press(qtbot, window, K.Key_V)
    with qtbot.waitSignal(page._session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "reason is empty" in said(page)
    typed(qtbot, "left the desk")
    with qtbot.waitSignal(page._session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "Revoked: left the desk" in page.keys.rows._rows[1][1][-1]


def test_that_a_wrong_file_is_told_and_what_was_typed_stays(
    qtbot: QtBot, page: RosterPage, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    press(qtbot, window, K.Key_E)
    typed(qtbot, str(tmp_path / "no.json"))
    with qtbot.waitSignal(page._session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "this is no enrolment file" in said(page)
    assert page.form._lines[0].text().endswith("no.json")


def test_that_a_form_half_filled_stays_when_text_grows(
    qtbot: QtBot, window: MainWindow, page: RosterPage, look: Look, tmp_path: Path
) -> None:
    home = asking_home(window, tmp_path / "ben")
    press(qtbot, window, K.Key_E)
    typed(qtbot, str(home.place / ENROLMENT_NAME))
    page.form._lines[1].setText("ben_login")
    qtbot.keyClick(window.focusWidget(), "+", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    assert window.rooms is not None
    again = window.rooms.administration.pages["roster"]
    assert isinstance(again, RosterPage)
    assert again is not page
    assert again.form.texts() == [str(home.place / ENROLMENT_NAME), "ben_login", "", ""]
    assert window.focusWidget() is again.form._lines[0]
    with qtbot.waitSignal(again._session.asked, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    qtbot.keyClick(window.focusWidget(), "+", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: look.percent == 150, timeout=PATIENCE_MS)
    compared = window.rooms.administration.pages["roster"]
    assert isinstance(compared, RosterPage)
    assert fingerprint(read_enrolment(home.place / ENROLMENT_NAME).keyid) in said(compared)
    press(qtbot, window, K.Key_Return)  # it is signed for what the form had said
    qtbot.waitUntil(lambda: compared.keys.rows.rowCount() == 2, timeout=PATIENCE_MS)
