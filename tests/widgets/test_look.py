"""How it looks and sounds: themes, large text, plain words, names for every control."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from tests.widgets.conftest import PATIENCE_MS, press, wait_for_item
from widgets.desk_notice import shortened
from widgets.fittings import Fittings
from widgets.leaf import in_sentence_case
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.scrolled import Scrolled
from widgets.text_block import TextBlock
from widgets.watchdog import Watchdog
from widgets.words import Words

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def shown(window: MainWindow) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.width() > 0:
            yield widget


def rooms_in_turn(qtbot: QtBot, window: MainWindow) -> Iterator[str]:
    for key in (K.Key_1, K.Key_2, K.Key_3, K.Key_6):
        qtbot.keyClick(window.focusWidget() or window, key, CONTROL)
        QApplication.processEvents()
        assert window.rooms is not None
        yield window.rooms.name


def test_that_the_shipped_type_is_used(look: Look) -> None:
    info = QFontInfo(look.font("question", strong=True))
    assert info.family() == "Inter"
    assert info.exactMatch()


def test_that_the_theme_can_be_changed_by_key_and_is_remembered(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    assert window.sitting is not None
    assert look.theme == "dark"
    qtbot.keyClick(window.focusWidget(), K.Key_T, CONTROL)
    assert look.theme == "light"
    assert window.sitting.preferences.text("look.theme") == "light"


@pytest.mark.parametrize("percent", [100, 200])
def test_that_no_word_is_cut_off_below_its_widget(
    qtbot: QtBot, window: MainWindow, look: Look, percent: int
) -> None:
    look.apply("dark", percent)
    wait_for_item(qtbot, window)
    for room in rooms_in_turn(qtbot, window):

        def nothing_is_cut() -> None:  # what was just said takes its room a turn later
            assert cut_off(window) == [], room  # noqa: B023 - called before the next room

        qtbot.waitUntil(nothing_is_cut, timeout=PATIENCE_MS)


def cut_off(window: MainWindow) -> list[str]:
    """The words that are higher than the label that shows them."""
    labels = [w for w in shown(window) if isinstance(w, Words) and w.text().strip()]
    tall = [label for label in labels if label.hasHeightForWidth()]
    return [one.text() for one in tall if one.height() < one.heightForWidth(one.width())]


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_that_every_control_lies_in_the_window_or_in_an_area_that_scrolls(
    qtbot: QtBot, window: MainWindow, look: Look, percent: int
) -> None:
    look.apply("light", percent)
    wait_for_item(qtbot, window)
    whole = QRect(QPoint(0, 0), window.size())
    for room in rooms_in_turn(qtbot, window):
        for button in [w for w in shown(window) if isinstance(w, QAbstractButton)]:
            place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
            assert whole.contains(place) or _scrolls(button), f"{room}: {button.text()}"


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, Scrolled):
            return True
        parent = parent.parentWidget()
    return False


def test_that_large_text_keeps_answers_and_item(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    press(qtbot, window, K.Key_1)
    qtbot.keyClick(window.focusWidget(), "+", CONTROL)
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    wait_for_item(qtbot, window)
    assert window.rooms is not None
    assert window.rooms.desk.panel._number.text() == "Question 2"
    press(qtbot, window, K.Key_Backspace)
    assert window.rooms.desk.panel._number.text() == "Question 1"


def test_that_data_is_never_taken_for_markup(qtbot: QtBot, window: MainWindow) -> None:
    for _ in rooms_in_turn(qtbot, window):
        for label in window.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText, label.text()


def test_that_every_control_has_a_name_for_those_who_listen(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.rooms is not None
    press(qtbot, window, K.Key_C)
    for room in rooms_in_turn(qtbot, window):
        for control in shown(window):
            if isinstance(control, QAbstractButton | QLineEdit) and control.isEnabled():
                assert control.accessibleName(), f"{room}: {type(control).__name__}"
    assert window.rooms.desk.canvas.accessibleName()


def test_that_the_tab_key_reaches_answers_and_shows_where_it_is(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.rooms is not None
    panel = window.rooms.desk.panel
    for _ in range(30):
        if panel.has_focus():
            break
        press(qtbot, window, K.Key_Tab)
    assert panel.has_focus()
    ring = window.sheets.ring
    assert ring.isVisible()
    focused = window.focusWidget()
    assert focused is not None
    inside = QRect(focused.mapTo(window, QPoint(0, 0)), focused.size())
    assert ring.geometry().contains(inside)
    press(qtbot, window, K.Key_Return)
    assert panel._number.text() == "Question 2"


def test_that_long_words_break_and_long_titles_are_cut(qtbot: QtBot, fit: Fittings) -> None:
    wrapped = Words(fit, "x" * 400)
    qtbot.addWidget(wrapped)
    assert wrapped.heightForWidth(200) > wrapped.heightForWidth(2000)
    cut = Words(fit, "y" * 400, wrap=False)
    qtbot.addWidget(cut)
    cut.resize(100, 20)
    cut.grab()
    assert cut.toolTip() == "y" * 400


def test_that_the_option_of_a_command_stays_whole_where_lines_break(look: Look) -> None:
    block, option = (
        TextBlock(text, look.font("body"), 100) for text in ("start with --home", "--home")
    )
    begins = block._layout.text().index("-")
    for width in range(round(option.natural_width), round(block.natural_width)):
        block.lay(width)
        lines = [block._layout.lineAt(number) for number in range(block._layout.lineCount())]
        assert all(line.textStart() <= begins for line in lines)
    assert block.lay(option.natural_width) > option.lay(option.natural_width)  # it did break


def test_that_the_watchdog_counts_a_window_that_was_blocked(
    qtbot: QtBot, qapp: QApplication
) -> None:
    watchdog = Watchdog()
    watchdog.start()
    qtbot.wait(50)  # until it ticks
    watchdog.reset()
    time.sleep(0.12)  # the block that is to be counted
    qtbot.waitUntil(lambda: watchdog.blocked >= 1, timeout=PATIENCE_MS)
    assert watchdog.longest_ms > 50
    watchdog.stop()


def test_that_jobs_answer_in_order_on_the_thread_that_asked(qtbot: QtBot) -> None:
    jobs = Jobs("test")
    answers: list[object] = []

    def broken() -> int:
        raise ValueError("three")

    jobs.run(lambda: 1, answers.append, answers.append)
    jobs.run(lambda: 2, answers.append, answers.append)
    jobs.run(broken, answers.append, lambda error: answers.append(str(error)))
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=PATIENCE_MS)
    assert answers == [1, 2, "three"]
    jobs.close()
    jobs.run(lambda: 4, answers.append, answers.append)
    assert jobs.waiting == 0


def test_that_a_colour_made_lighter_in_one_place_stays_as_it_is_in_all_others(look: Look) -> None:
    """A background that became see-through would show what was painted there before."""
    look.colour("canvas").setAlphaF(0.1)
    assert look.colour("canvas").alpha() == 255


GUIDANCE = (
    "Answer by what the item shows, and not by what a file or a colleague says of it. Where two "
    "answers would do, take the first of them, say why in a comment, and ask for a second opinion."
)


@pytest.mark.parametrize("percent", [100, 200])
def test_that_running_text_is_set_in_lines_of_about_seventy_characters(
    qtbot: QtBot, fit: Fittings, percent: int
) -> None:
    fit.look.apply("dark", percent)
    words = Words(fit, GUIDANCE)
    qtbot.addWidget(words)
    words.resize(2560, words.heightForWidth(2560))
    words.show()
    words.grab()
    layout = words._laid()._layout
    lines = [layout.lineAt(number).textLength() for number in range(layout.lineCount())]
    assert len(lines) == 3
    assert all(55 <= length <= 80 for length in lines[:-1])


def test_that_a_figure_stays_with_its_unit_and_no_line_begins_with_a_dot(look: Look) -> None:
    text = "6 copies of what is here  ·  0 unreadable  ·  31.0 s per item  ·  (12 %) in 2026."
    block = TextBlock(text, look.font("body"), 100)
    for width in range(60, round(block.natural_width) + 1, 7):
        block.lay(width)
        laid, layout = block._layout.text(), block._layout
        lines = [layout.lineAt(number) for number in range(layout.lineCount())]
        ends = [laid[line.textStart() : line.textStart() + line.textLength()] for line in lines]
        assert not any(end.rstrip(" ").endswith(("6", "0", "31.0", "(12")) for end in ends)
        assert not any(end.startswith("·") for end in ends)


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        ("Non-Photographic Imagery", "Non-photographic imagery"),
        ("Off Remit", "Off remit"),
        ("AI Generated", "AI generated"),
        ("Generated by AI", "Generated by AI"),
        (None, None),
    ],
)
def test_that_a_reason_is_written_like_all_other_words(
    kept: str | None, written: str | None
) -> None:
    assert in_sentence_case(kept) == written


def test_that_a_sentence_on_the_desk_names_an_item_by_few_digits() -> None:
    assert shortened(f"item {'ab' * 32}: it is damaged.") == f"item {'ab' * 5}: it is damaged."
