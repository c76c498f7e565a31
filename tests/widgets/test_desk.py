"""The Desk as the grader meets it: keys in, questions, outcomes and veiled items out."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.session.types import Stage
from tests.widgets.conftest import PATIENCE_MS, at_hand, hold, press, stage, wait_for_item
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key
OFF_REMIT = (K.Key_5, K.Key_1)  # off remit; no sign of AI seen


def title(desk: Desk) -> str:
    return desk.panel._title.text()


def counted(qtbot: QtBot, window: MainWindow, name: str) -> str:
    """The figure beside the item, once nothing is on its way: what left is counted last."""
    assert window.rooms is not None
    assert window.sitting is not None
    store = window.sitting._jobs["store"]
    qtbot.waitUntil(lambda: store.waiting == 0, timeout=PATIENCE_MS)
    return window.rooms.desk.left._counts[name]._figure.text()


def test_that_an_item_is_veiled_when_it_comes(window: MainWindow, desk: Desk) -> None:
    assert desk.canvas.shows_item
    assert not desk.canvas.shows_clear


def test_that_a_digit_answers_and_backspace_goes_back(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = title(desk)
    press(qtbot, window, K.Key_1)
    assert title(desk) != first
    press(qtbot, window, K.Key_Backspace)
    assert title(desk) == first


def test_that_a_digit_without_an_answer_does_nothing(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = title(desk)
    press(qtbot, window, K.Key_9)
    assert title(desk) == first


def test_that_a_crumb_leads_back_to_its_question(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_1, K.Key_1, K.Key_2)
    second = desk.panel._crumbs_flow.itemAt(1)
    assert second is not None
    qtbot.mouseClick(second.widget(), Qt.MouseButton.LeftButton)
    assert "photograph" in title(desk)


def test_that_the_outcome_stands_in_words_before_it_is_signed(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, *OFF_REMIT)
    assert stage(window) is Stage.DECIDED
    assert title(desk) == "Discounted: off remit"


def test_that_enter_signs_and_the_next_item_comes_veiled(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = at_hand(window).item
    press(qtbot, window, *OFF_REMIT)
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    assert at_hand(window).item != first
    assert not desk.canvas.shows_clear
    assert window.sitting._ws.home.local.records(kind="verdict", item=first)


def test_that_a_key_pressed_while_saving_is_ignored(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, *OFF_REMIT)
    press(qtbot, window, K.Key_Return)
    assert stage(window) is Stage.SAVING
    press(qtbot, window, K.Key_1, K.Key_Backspace, K.Key_X, K.Key_Return)
    assert stage(window) is Stage.SAVING
    wait_for_item(qtbot, window)
    assert stage(window) is Stage.ASKING
    assert counted(qtbot, window, "graded") == "1"


def test_that_the_repetition_of_a_held_digit_or_enter_is_ignored(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = title(desk)
    event = QKeyEvent(QEvent.Type.KeyPress, K.Key_1, Qt.KeyboardModifier.NoModifier, "1", True)
    QApplication.sendEvent(window.focusWidget() or window, event)
    assert title(desk) == first
    press(qtbot, window, *OFF_REMIT)
    hold(window, K.Key_Return, down=True, repeat=True)
    assert stage(window) is Stage.DECIDED


def test_that_calm_hides_everything_and_keeps_words_and_answers(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_1)
    asked = title(desk)
    press(qtbot, window, K.Key_C)
    qtbot.keyClicks(window.focusWidget(), "half a thought")
    press(qtbot, window, K.Key_Escape)
    assert window.sheets.is_calm
    seen = window.childAt(QPoint(700, 400))
    assert seen is window.sheets.calm_screen or window.sheets.calm_screen.isAncestorOf(seen)
    assert not desk.canvas.shows_item
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    assert not window.sheets.is_calm
    assert title(desk) == asked
    assert desk.inputs.is_open
    assert not desk.canvas.shows_clear
    press(qtbot, window, K.Key_Return)
    assert desk._extras.comment == "half a thought"


def test_that_only_coming_back_works_while_calm(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    asked = title(desk)
    press(qtbot, window, K.Key_Escape)
    press(qtbot, window, K.Key_1, K.Key_Space, K.Key_X)
    assert window.sheets.is_calm
    press(qtbot, window, K.Key_Return)
    assert not window.sheets.is_calm
    assert title(desk) == asked


def test_that_space_types_a_space_in_a_field(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    press(qtbot, window, K.Key_C)
    qtbot.keyClicks(window.focusWidget(), "1 2")
    assert desk.inputs._open is not None
    assert desk.inputs._open.words().text == "1 2"
    assert not desk.canvas.shows_clear


def test_that_a_second_opinion_is_about_one_question_and_needs_a_line(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, K.Key_1, K.Key_F)
    press(qtbot, window, K.Key_Return)
    assert desk.inputs.is_open
    press(qtbot, window, K.Key_Up)
    qtbot.keyClicks(window.focusWidget(), "not sure of this")
    press(qtbot, window, K.Key_Return)
    opinion = desk._extras.second_opinion
    assert opinion is not None
    assert (opinion.question, opinion.line) == ("person", "not sure of this")


def shown_at_leaf(desk: Desk) -> list[str]:
    return [label.text() for label in desk.panel._leaf.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("at_leaf", [False, True])
def test_that_the_leaf_shows_a_second_opinion_before_and_after_it_is_open(
    qtbot: QtBot, window: MainWindow, desk: Desk, at_leaf: bool
) -> None:
    first = at_hand(window).item
    if at_leaf:
        press(qtbot, window, *OFF_REMIT)
    press(qtbot, window, K.Key_F)
    qtbot.keyClicks(window.focusWidget(), "not sure of this")
    press(qtbot, window, K.Key_Return)
    if not at_leaf:
        press(qtbot, window, *OFF_REMIT)
    assert stage(window) is Stage.DECIDED
    assert any(text.endswith("not sure of this") for text in shown_at_leaf(desk))
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    assert at_hand(window).item != first


def test_that_tags_bases_and_confidence_are_switched_by_their_keys(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, *OFF_REMIT, K.Key_T)
    press(qtbot, window, K.Key_L, K.Key_1, K.Key_7, K.Key_8, K.Key_Return)
    extras = desk._extras
    assert extras.tags == ("watermark",)
    assert extras.ai_basis == ("visible-artefacts",)
    assert extras.confidence == "fairly-sure"
    assert "Watermark" in [label.text() for label in desk.panel._leaf.findChildren(QLabel)]


def test_that_an_item_set_aside_is_kept_with_its_answers_and_can_be_taken_up(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = at_hand(window).item
    press(qtbot, window, K.Key_1, K.Key_H)
    qtbot.keyClicks(window.focusWidget(), "later")
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    assert at_hand(window).item != first
    assert counted(qtbot, window, "set_aside") == "1"
    press(qtbot, window, K.Key_R)
    qtbot.waitUntil(
        lambda: stage(window) is Stage.ASKING and at_hand(window).item == first, timeout=PATIENCE_MS
    )
    assert "photograph" in title(desk)


def test_that_an_item_can_be_passed_on_without_a_reason(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = at_hand(window).item
    press(qtbot, window, K.Key_X)
    wait_for_item(qtbot, window)
    assert at_hand(window).item != first
    assert counted(qtbot, window, "passed") == "1"


def test_that_my_last_verdict_can_be_corrected_by_a_new_record(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = at_hand(window).item
    press(qtbot, window, *OFF_REMIT, K.Key_Return)
    wait_for_item(qtbot, window)
    press(qtbot, window, K.Key_U)
    qtbot.waitUntil(lambda: stage(window) is Stage.DECIDED, timeout=PATIENCE_MS)
    wait_for_item(qtbot, window)
    assert at_hand(window).item == first
    assert desk.panel._note.isVisible()
    press(qtbot, window, K.Key_Backspace, K.Key_Backspace, K.Key_3, K.Key_2, K.Key_1, K.Key_Return)
    wait_for_item(qtbot, window)
    assert window.sitting is not None
    records = list(window.sitting._ws.home.local.records(kind="verdict", item=first))
    assert len(records) == 2
    assert counted(qtbot, window, "graded") == "1"


def test_that_other_items_can_be_looked_at_and_the_answers_are_still_there(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    first = at_hand(window).item
    press(qtbot, window, K.Key_1)
    press(qtbot, window, K.Key_N)
    qtbot.waitUntil(
        lambda: stage(window) is Stage.ASKING and at_hand(window).item != first, timeout=PATIENCE_MS
    )
    assert desk.panel._number.text() == "Question 1"
    press(qtbot, window, K.Key_P)
    qtbot.waitUntil(
        lambda: stage(window) is Stage.ASKING and at_hand(window).item == first, timeout=PATIENCE_MS
    )
    assert desk.panel._number.text() == "Question 2"


def test_that_question_and_answers_keep_their_place_when_guidance_is_long(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    area = desk.panel._area.verticalScrollBar()
    assert area.maximum() == 0
    press(qtbot, window, K.Key_1, K.Key_1)
    assert area.maximum() == 0


def test_that_a_batch_ends_with_a_quiet_line(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    while stage(window) is not Stage.FINISHED:
        wait_for_item(qtbot, window)
        press(qtbot, window, *OFF_REMIT, K.Key_Return)
        qtbot.waitUntil(
            lambda: stage(window) in (Stage.FINISHED, Stage.ASKING), timeout=PATIENCE_MS
        )
    assert desk.notice.isVisible()
    assert "Batch 114" in desk.notice._line.text()
    assert desk.left._place._figure.text() == "none open"


def test_that_quick_keys_leave_no_window_beside_the_window(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    # A child that lost its parent before Qt showed it would come up as a window of its own.
    press(qtbot, window, *OFF_REMIT, K.Key_Backspace, K.Key_Backspace, K.Key_1, K.Key_1, K.Key_1)
    for _ in range(3):
        QApplication.processEvents()
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [window]
