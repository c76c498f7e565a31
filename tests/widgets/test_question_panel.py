"""The panel beside the item: answers that stay in place, nothing that scrolls, a Tab order."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.session.types import NO_EXTRAS, Asking, Decided
from grading.scheme import Scheme
from grading.tree import advance, start
from tests.widgets.conftest import PATIENCE_MS, WINDOW_PX, press, wait_for_item
from tests.widgets.test_key_to_next_item import hold_store
from widgets.buttons import RING_PROPERTY, Choice
from widgets.desk import Desk
from widgets.main_window import MainWindow
from widgets.question_page import QuestionPage
from widgets.question_panel import QuestionPanel

K = Qt.Key


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.rooms is not None
    return window.rooms.desk


def longest_ways(scheme: Scheme) -> Iterator[Asking | Decided]:
    """Every question with the longest path that leads to it, then outcomes."""
    found: dict[str, Asking] = {}
    ends: list[Decided] = []
    todo: list[Asking | Decided] = [start(scheme)]
    while todo:
        state = todo.pop()
        if isinstance(state, Decided):
            ends.append(state)
            continue
        fact = state.question.fact
        if fact not in found or len(state.answers) > len(found[fact].answers):
            found[fact] = state
        todo += [advance(state, choice.value, 0) for choice in state.question.choices]
    yield from found.values()
    yield from ends


def first_stop(panel: QuestionPanel) -> QWidget:
    page = panel._shown
    return page.answers[0] if isinstance(page, QuestionPage) else panel._leaf.sign


@pytest.mark.parametrize("corrects", [False, True])
def test_that_nothing_scrolls_and_answers_stay_in_place(
    window: MainWindow, desk: Desk, *, corrects: bool
) -> None:
    assert (window.width(), window.height()) == (1366, 768)
    panel, places = desk.panel, set()
    scheme = desk._session._work.state.scheme
    for state in longest_ways(scheme):
        if isinstance(state, Asking):
            panel.ask(state)
        else:
            panel.decide(state, desk._extras)
        panel.show_correcting(corrects)
        for _ in range(5):
            QApplication.processEvents()
        page = panel._shown
        said = panel._title.text()
        assert panel._area.verticalScrollBar().maximum() == 0, said
        if isinstance(page, QuestionPage) and not corrects:
            assert page._guidance.verticalScrollBar().maximum() == 0, said
        places.add(first_stop(panel).mapTo(window, QPoint(0, 0)).y())
    assert len(places) == 1


def test_that_tab_goes_from_the_path_over_the_answers_to_the_rest(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_1, K.Key_1, K.Key_Backspace, K.Key_1)
    panel = desk.panel
    crumb = panel._crumbs_flow.itemAt(0)
    assert crumb is not None
    first = crumb.widget()
    assert first is not None
    first.setFocus(Qt.FocusReason.TabFocusReason)
    kinds = []
    for _ in range(20):
        now = window.focusWidget()
        if now is None or not panel.isAncestorOf(now):
            break
        kinds.append(type(now).__name__)
        qtbot.keyClick(now, K.Key_Tab)
    assert kinds[:2] == ["Crumb", "Crumb"]
    answers = kinds.count("Choice")
    assert answers > 1
    assert kinds[2 : 2 + answers] == ["Choice"] * answers
    assert set(kinds[2 + answers :]) == {"KeyButton"}


def test_that_the_law_is_read_in_full_by_a_key_and_any_other_key_goes_back(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_PageDown)
    law = window.sheets.law
    assert law.isVisible()
    said = " ".join(label.text() for label in law.findChildren(QWidget) if hasattr(label, "text"))
    for source in desk._session._work.state.question.sources:  # type: ignore[union-attr]
        assert source.quote in said
    press(qtbot, window, K.Key_1)
    assert not law.isVisible()
    assert desk.panel._number.text() == "Question 1"
    press(qtbot, window, K.Key_1)
    assert desk.panel._number.text() == "Question 2"


def test_that_the_leaf_says_nothing_of_what_was_not_said(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_5, K.Key_1)
    leaf = desk.panel._leaf
    assert isinstance(leaf.sign, Choice)
    assert leaf.sign.isVisible()
    rows = leaf._beside_rows._rows.values()
    assert not any(label.isVisible() for label, _ in rows)
    assert not leaf._rule.isVisible()


def test_that_on_a_slow_disk_the_signature_shows_that_it_took_and_can_be_pressed_again(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    sign = desk.panel._leaf.sign
    for _ in range(2):
        press(qtbot, window, K.Key_5, K.Key_1)
        assert sign.isEnabled()
        assert not sign.isDown()
        may_go_on = hold_store(window.sitting, threading.Event())
        with qtbot.waitSignal(window.sitting.grading.saved, timeout=PATIENCE_MS):
            qtbot.mouseClick(sign, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda: sign.isDown() and not sign.isEnabled(), timeout=PATIENCE_MS)
            may_go_on.set()
        wait_for_item(qtbot, window)


def test_that_what_is_kept_beside_the_answers_is_marked_on_its_button(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    buttons, opinions = desk.panel._buttons, desk.left._counts["second_opinion"]._figure
    press(qtbot, window, K.Key_C)
    qtbot.keyClicks(window.focusWidget(), "seen before")
    plain = buttons["comment"].grab().toImage()
    press(qtbot, window, K.Key_Return)
    assert buttons["comment"].accessibleName() == "Comment, kept"
    assert buttons["comment"].grab().toImage() != plain
    assert buttons["tags"].accessibleName() == "Tags and basis"
    press(qtbot, window, K.Key_T, K.Key_L, K.Key_Return, K.Key_F)
    assert buttons["tags"].accessibleName() == "Tags and basis, kept"
    qtbot.keyClicks(window.focusWidget(), "who it is")
    press(qtbot, window, K.Key_Return)
    assert buttons["second_opinion"].accessibleName() == "Second opinion, kept"
    assert opinions.text() == "0 + this"
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Return)
    qtbot.waitUntil(lambda: opinions.text() == "1", timeout=PATIENCE_MS)
    assert {b.accessibleName() for b in buttons.values()} >= {"Comment", "Second opinion"}


def test_that_the_panel_is_no_higher_than_its_content_where_it_has_to_scroll(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    panel = desk.panel
    scheme = desk._session._work.state.scheme
    longest = max(
        (state for state in longest_ways(scheme) if isinstance(state, Decided)),
        key=lambda state: len(state.answers),
    )
    window.resize(WINDOW_PX[0], 600)  # too low to keep room above the answers
    panel.decide(longest, NO_EXTRAS)
    inner = panel._area.widget()

    def settled() -> bool:
        needed = inner.layout().totalHeightForWidth(inner.width())
        return inner.height() == max(needed, panel._area.viewport().height())

    qtbot.waitUntil(settled, timeout=PATIENCE_MS)


def test_that_the_keyboard_never_goes_from_the_desk_to_the_header_by_itself(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    def focused() -> QWidget:
        now = window.focusWidget()
        assert isinstance(now, QWidget)
        return now

    desk.panel.focus_question()
    assert focused().property(RING_PROPERTY)  # what Enter would do can be seen
    press(qtbot, window, K.Key_5, K.Key_1)
    assert focused() is desk.panel._leaf.sign
    assert focused().property(RING_PROPERTY)
    crumb = desk.panel._crumbs_flow.itemAt(1).widget()  # type: ignore[union-attr]
    crumb.setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, window, K.Key_Return)  # back to its question, and the crumb is gone
    assert focused() is first_stop(desk.panel)
    press(qtbot, window, K.Key_1, K.Key_Return)
    qtbot.waitUntil(lambda: desk.left._counts["graded"]._figure.text() == "1", timeout=PATIENCE_MS)
    wait_for_item(qtbot, window)
    assert focused() is desk.canvas  # an Enter too many answers nothing on the next item


def test_that_answers_keep_their_place_from_the_height_on_that_the_look_names(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    panel, whole = desk.panel, desk._fit.look.px("right_panel_whole")
    window.resize(WINDOW_PX[0], window.height() - panel.height() + whole)
    qtbot.waitUntil(lambda: panel.height() == whole, timeout=PATIENCE_MS)
    assert panel._head.minimumHeight() > 0
    for state in longest_ways(desk._session._work.state.scheme):
        if isinstance(state, Asking):
            panel.ask(state)
        else:
            panel.decide(state, NO_EXTRAS)
        inner = panel._area.widget()
        assert inner.layout().totalMinimumHeightForWidth(inner.width()) <= whole
