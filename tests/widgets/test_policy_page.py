"""The page Policy and the notice at sign-in, by keyboard in the real window."""

import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.duty_notice import acknowledged
from app.pace import UNWATCHED, Progress, Watch
from app.policies import policy_in_force
from app.second_opinion.voices import Voices
from app.session.policy import PolicyNews
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome, press, press_chord
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.policy import PolicyPage
from widgets.words import Words

K = Qt.Key


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PolicyPage:
    """The page, reached by keys."""
    assert window.rooms is not None
    assert window.sitting is not None
    press_chord(qtbot, window, "Ctrl+6")
    with qtbot.waitSignal(window.sitting.policy.told, timeout=PATIENCE_MS):
        window.rooms.administration.show_page("policy")
    found = window.rooms.administration.pages["policy"]
    assert isinstance(found, PolicyPage)
    found.focus()
    return found


def said(page: PolicyPage) -> str:
    return "\n".join(words.text() for words in page.findChildren(Words) if words.isVisible())


def test_that_a_field_is_changed_previewed_and_signed_by_keyboard(
    qtbot: QtBot, page: PolicyPage, window: MainWindow, made_home: MadeHome
) -> None:
    session = page._session
    page.fields.choose("exposure.break_every_s")
    press(qtbot, window, K.Key_Return)
    assert page.place == "input"
    assert "Allowed: 1 min to 24 h" in said(page)
    line = page.form._lines[0]
    line.setText("never")
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "“Break after”: 'never' is no time such as" in said(page)  # as the page calls it
    assert line.text() == "never"  # what was typed stays
    line.setText("45 min")
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "1 field is proposed otherwise" in said(page)
    with qtbot.waitSignal(session.seen, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_P)
    assert "Break after: 45 min instead of 1 h." in said(page)
    assert "No item here would stand otherwise." in said(page)
    with qtbot.waitSignal(session.signed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "Signed. It holds at each desk" in said(page)
    press(qtbot, window, K.Key_V)
    assert [row[1][0] for row in page.versions.rows._rows] == ["2", "1"]
    assert window.sitting is not None
    assert policy_in_force(window.sitting._ws.home).exposure.break_every_s == 2700


def test_that_a_preview_says_how_far_it_is_and_ends_where_the_proposal_is_dropped(
    qtbot: QtBot, page: PolicyPage, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_dropped = threading.Event()

    def endless(_: Voices, watch: Watch = UNWATCHED) -> None:
        watch.tell(Progress("reading", 10, 40, 90.0))
        try:
            while True:
                watch.go_on()
                time.sleep(0.001)  # gives way to the window; it ends when it is asked to
        finally:
            is_dropped.wait(PATIENCE_MS / 1000)
            watch.tell(Progress("reading", 20, 40, 90.0))  # too late: nobody waits for it

    session = page._session
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        session.change("exposure.break_every_s", "45 min")
    with monkeypatch.context() as slow:
        slow.setattr(Voices, "refresh", endless)
        press(qtbot, window, K.Key_P)
        qtbot.waitUntil(lambda: "10 of 40 records" in said(page), timeout=PATIENCE_MS)
        with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
            page._buttons["drop_policy"].click()
        is_dropped.set()
        qtbot.waitUntil(lambda: not session._reading.waiting, timeout=PATIENCE_MS)
    assert "of 40 records" not in said(page)
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        session.change("exposure.break_every_s", "30 min")
    with qtbot.waitSignal(session.seen, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_P)  # the thread that reads is free again
    assert "Break after: 30 min instead of 1 h." in said(page)


def test_that_a_preview_outlives_a_value_that_is_refused_and_lets_go_of_what_it_read(
    qtbot: QtBot, page: PolicyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, forgotten = threading.Event(), list[Voices]()
    refresh, forget = Voices.refresh, Voices.forget

    def held(voices: Voices, watch: Watch = UNWATCHED) -> None:
        may_go_on.wait(PATIENCE_MS / 1000)
        refresh(voices, watch)

    def forget_and_note(voices: Voices) -> None:
        forgotten.append(voices)
        forget(voices)

    monkeypatch.setattr(Voices, "refresh", held)
    monkeypatch.setattr(Voices, "forget", forget_and_note)
    session = page._session
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        session.change("exposure.break_every_s", "45 min")
    session.preview()
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        session.change("exposure.break_every_s", "never")
    with qtbot.waitSignal(session.seen, timeout=PATIENCE_MS):
        may_go_on.set()
    assert "Break after: 45 min instead of 1 h." in said(page)
    (voices,) = forgotten
    assert not list(voices.items())


def test_that_a_policy_that_can_never_be_met_is_refused_in_the_preview(
    qtbot: QtBot, page: PolicyPage, window: MainWindow
) -> None:
    session = page._session
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        session.change("votes.graded", "2")
    with qtbot.waitSignal(session.seen, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_P)
    assert "“Votes for graded” asks for" in said(page)
    assert "no item could ever be graded" in said(page)
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    press_chord(qtbot, window, "Ctrl+D")
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_D)
    assert "Nothing is proposed yet" in said(page)
    assert len(page.versions.rows._rows) == 1


def test_that_an_outdated_preview_closes_and_so_does_a_form_that_was_sent_and_built_anew(
    qtbot: QtBot, page: PolicyPage, window: MainWindow
) -> None:
    session = page._session
    page.fields.choose("exposure.break_every_s")
    press(qtbot, window, K.Key_Return)
    page.form._lines[0].setText("45 min")
    with qtbot.waitSignal(session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
        page.type_again(page.typed())  # before the answer
        assert page.place == "input"
    assert page.place != "input"
    with qtbot.waitSignal(session.seen, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_P)
    assert page._view is not None
    session.told.emit(page._view)
    assert page.place == "input"  # only read anew
    session.told.emit(replace(page._view, version=2))
    assert page.place != "input"


def again(window: MainWindow) -> PolicyPage:
    """The page as it was built anew."""
    assert window.rooms is not None
    found = window.rooms.administration.pages["policy"]
    assert isinstance(found, PolicyPage)
    return found


def test_that_a_form_half_filled_and_a_preview_stay_when_text_grows(
    qtbot: QtBot, page: PolicyPage, window: MainWindow, look: Look
) -> None:
    page.fields.choose("exposure.break_every_s")
    press(qtbot, window, K.Key_Return)
    page.form._lines[0].setText("45 mi")
    qtbot.keyClick(window.focusWidget(), "+", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    larger = again(window)
    assert larger is not page
    with qtbot.waitSignal(larger._session.told, timeout=PATIENCE_MS):
        larger.enter()  # what is read anew takes nothing away
    store = larger._session._store
    qtbot.waitUntil(lambda: store.waiting == 0, timeout=PATIENCE_MS)  # the page read itself too
    assert larger.form.texts() == ["45 mi"]
    assert window.focusWidget() is larger.form._lines[0]
    larger.form._lines[0].setText("45 min")
    with qtbot.waitSignal(larger._session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    with qtbot.waitSignal(larger._session.seen, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_P)
    qtbot.keyClick(window.focusWidget(), "+", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: look.percent == 150, timeout=PATIENCE_MS)
    largest = again(window)
    assert "Break after: 45 min instead of 1 h." in said(largest)
    with qtbot.waitSignal(largest._session.signed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "Signed. It holds at each desk" in said(largest)


def test_that_a_changed_policy_stays_on_the_screen_until_it_is_acknowledged(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    assert window.sitting is not None
    session, home = window.sitting.policy, window.sitting._ws.home
    policy = policy_in_force(home)
    (record,) = (row.record_id for row in home.local.records(kind="policy"))
    news = PolicyNews(record, 1, "Chief", "2026-03-02T09:00:00Z", policy, policy)
    qtbot.waitUntil(lambda: session.asked_news, timeout=PATIENCE_MS)
    session.unread = news
    session.news.emit(news)
    duty = window.sheets.duty
    assert duty.isVisible()
    press_chord(qtbot, window, "Ctrl+2")
    press_chord(qtbot, window, "Ctrl+K")
    assert duty.isVisible()
    assert not window.sheets.palette.isVisible()
    press(qtbot, window, K.Key_Escape)
    assert window.sheets.is_calm
    press(qtbot, window, K.Key_Return)
    assert duty.isVisible()
    with qtbot.waitSignal(session.read, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert not duty.isVisible()
    window.leave()
    qtbot.waitUntil(lambda: not window._leaving, timeout=PATIENCE_MS)
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    assert record in acknowledged(ws.home)
    ws.close()
