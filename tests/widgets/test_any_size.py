"""Parts of rooms on a large screen, on a small one with large text, and in longer words."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.keymap import read_keymap
from app.policies import default_policy
from app.policy_form import policy_lines
from app.policy_words import allowed_in_words, value_from_words, value_in_words
from app.quality.partings import ItemRow, Listed
from app.session.group_types import GroupState
from app.texts import read_texts
from tests.widgets.conftest import PATIENCE_MS
from tests.widgets.pseudo import clipped, pseudo_texts
from widgets.asking_form import AskingForm, Field
from widgets.buttons import KeyButton
from widgets.comparison import ComparisonTable, Row
from widgets.fittings import Fittings
from widgets.group_sheet import GroupSheet
from widgets.head import Head, page_head
from widgets.look import Look
from widgets.notice import Notice
from widgets.quality_items import ItemsPage
from widgets.referral_sheet import ReferralSheet
from widgets.tables import Column, Names, Table
from widgets.words import Words

LOOP = 4  # what was laid out anew has what lies in it laid out anew


@pytest.fixture
def large(fit: Fittings, look: Look) -> Iterator[Fittings]:
    """The same at twice the size of text."""
    look.apply("dark", 200)
    yield fit
    look.apply("dark", 100)


def shown(qtbot: QtBot, widget: QWidget, wide: int, high: int) -> None:
    """Show a part by itself, laid out."""
    qtbot.addWidget(widget)
    widget.resize(wide, high)
    widget.show()
    for _ in range(LOOP):
        QApplication.processEvents()


def place_in(part: QWidget, whole: QWidget) -> QRect:
    return QRect(part.mapTo(whole, QPoint(0, 0)), part.size())


def test_that_a_row_of_a_wide_table_is_read_across_within_the_width_of_a_table(
    qtbot: QtBot, fit: Fittings
) -> None:
    table = Table(fit, "Days", [Column(name) for name in "abcd"], whole=False)
    shown(qtbot, table, 2500, 300)
    table.show_rows([("x", ("one", "two", "three", "four"))])
    header = table.horizontalHeader()
    assert header.sectionPosition(3) < fit.look.px("table")
    assert header.length() == table.viewport().width()  # and its ground goes to the edge


def test_that_a_table_which_scrolls_sideways_shows_names_whole_where_half_of_it_has_room(
    qtbot: QtBot, fit: Fittings
) -> None:
    table = Table(fit, "Tables", [Column(name * 30) for name in "abcd"], whole=False)
    shown(qtbot, table, 900, 300)
    table.show_rows([("x", ("of such a name there is nothing to cut", "1", "2", "3"))])
    assert table.horizontalScrollBar().maximum() > 0
    assert table.horizontalHeader().sectionSize(0) >= table.sizeHintForColumn(0)


def test_that_a_list_beside_a_page_is_as_wide_as_its_names_and_scrolls_no_way_but_down(
    qtbot: QtBot, large: Fittings
) -> None:
    names = Names(large, "Pages", [Column("Pages")], whole=False)
    shown(qtbot, names, 240, 300)
    names.show_rows([("x", ("Central log",)), ("y", ("A page with a very long name " * 4,))])
    assert names.horizontalScrollBar().maximum() == 0
    assert names.minimumSizeHint().width() > names.sizeHintForIndex(names.rows.index(0, 0)).width()
    assert names.minimumSizeHint().width() < large.look.px("left_panel")


def test_that_a_notice_lays_its_buttons_below_one_another_before_it_cuts_their_words(
    qtbot: QtBot, large: Fittings
) -> None:
    notice = Notice(large)
    shown(qtbot, notice, 700, 500)
    actions = (("open_item", "Open the item", "Enter"), ("send_item", "Send to a colleague", "F"))
    notice.say("Disputed", "Waits 2 min.", actions)
    qtbot.waitUntil(lambda: not clipped(notice), timeout=PATIENCE_MS)
    first, second = sorted(notice.findChildren(KeyButton), key=lambda one: one.y())[-2:]
    assert first.y() < second.y()


@pytest.mark.parametrize("wide", [500, 1600])
def test_that_a_title_and_what_goes_with_it_stand_beside_or_below_each_other_and_are_whole(
    qtbot: QtBot, large: Fittings, wide: int
) -> None:
    fit = Fittings(large.look, pseudo_texts(), read_keymap())
    note = Words(fit, "240 double-graded of 240 items", wrap=False, right=True)
    buttons = [KeyButton(fit, fit.texts(f"policy.{name}"), "P") for name in ("by", "at", "state")]
    heads = (
        Head(fit, Words(fit, "Agreement by question", strong=True), note),
        page_head(fit, "Policy", *buttons),
    )
    for head in heads:
        shown(qtbot, head, wide, 200)
        assert not clipped(head)
        title, beside = head._title, head._beside
        assert (beside.y() >= title.geometry().bottom()) is (wide == 500)


def test_that_a_form_in_a_room_is_no_wider_than_what_it_says(qtbot: QtBot, fit: Fittings) -> None:
    form = AskingForm(fit)
    page = form.as_card()
    shown(qtbot, page, 2500, 900)
    form.ask("Deal a batch out", "Items fall to people by lot.", [Field("Who"), Field("Why")])
    assert form.width() < fit.look.px("page") * 5 // 4
    lines, labels = form._lines, [one for one in form.findChildren(Words) if one.text() == "Why"]

    def nearer() -> bool:
        """Whether a label is nearer to the field under it than to the one above."""
        first, label, second = (place_in(one, form) for one in (lines[0], labels[0], lines[1]))
        return label.top() - first.bottom() > second.top() - label.bottom() > 0

    qtbot.waitUntil(nearer, timeout=PATIENCE_MS)


def test_that_the_line_where_answers_part_first_is_seen_whole_on_a_small_screen(
    qtbot: QtBot, large: Fittings
) -> None:
    table = ComparisonTable(large)
    words = "a question in so many words that they take many lines of a narrow column"
    rows = [Row(f"{n} {words}", ("yes", "no"), first=n == 2) for n in range(6)]
    qtbot.addWidget(table)
    table.show_rows(("Ann", "Ben"), rows)  # before it is shown: as large as nothing yet
    table.resize(700, 420)
    table.show()
    qtbot.waitUntil(
        lambda: table.visualRect(table.model_of.index(2, 0)).top() >= 0, timeout=PATIENCE_MS
    )
    at = table.visualRect(table.model_of.index(2, 0))
    assert at.top() == 0 or table.viewport().rect().contains(at)


def test_that_the_list_of_items_keeps_rows_on_a_small_screen_with_large_text(
    qtbot: QtBot, large: Fittings
) -> None:
    page = ItemsPage(large)
    shown(qtbot, page, 1366, 430)
    rows = tuple(
        ItemRow(f"{n:064x}", "b", "person", "Who is shown?", (), "2026-11-30T09:00:00Z", "")
        for n in range(9)
    )
    page.show_items("Items where graders part", Listed(rows, 0))
    for _ in range(LOOP):
        QApplication.processEvents()
    assert page.table.viewport().height() >= 2 * large.look.px("table_row")
    assert page.area.verticalScrollBar().maximum() > 0
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow, timeout=PATIENCE_MS)
    page.focus()
    page.open()
    seen, least = page.canvas.visibleRegion, page.canvas.height() * 4 // 5
    qtbot.waitUntil(lambda: seen().boundingRect().height() > least, timeout=PATIENCE_MS)


def test_that_a_small_group_is_drawn_larger_on_a_large_screen_and_a_large_one_is_not(
    qtbot: QtBot, fit: Fittings
) -> None:
    sheet = GroupSheet(fit)
    shown(qtbot, sheet, 2000, 1200)
    items = tuple(f"{number:064x}" for number in range(400))
    sheet.show_group(GroupState(items[:12], (0,) * 12))
    assert sheet._tile_px[0] == 2 * fit.look.px("tile")
    assert sheet.verticalScrollBar().maximum() == 0
    sheet.show_group(GroupState(items, (0,) * 400))
    assert sheet._tile_px[0] == fit.look.px("tile")


def test_that_the_policy_is_read_and_typed_in_the_language() -> None:
    texts = read_texts("de")
    policy = default_policy()
    lines = policy_lines(policy, policy)
    assert {allowed_in_words(texts, one.allowed) for one in lines} >= {"ja oder nein", "0 bis 6"}
    for one in lines:
        shown_as = value_in_words(texts, one.in_force)
        assert shown_as not in ("yes", "no", "none")
        assert value_from_words(texts, shown_as) == one.in_force
        assert " or " not in allowed_in_words(texts, one.allowed)
    assert value_from_words(texts, " Ja ") == "yes"


def test_that_what_is_said_above_the_referrals_is_read_whole_in_long_words_at_twice_the_size(
    qtbot: QtBot, large: Fittings
) -> None:
    window = QWidget()
    sheet = ReferralSheet(Fittings(large.look, read_texts("de"), large.keymap), window)
    shown(qtbot, window, 1366, 768)
    sheet.open()
    sheet._say(read_texts("de")("referral.none"))
    for _ in range(LOOP):
        QApplication.processEvents()
    said = [words for words in sheet.findChildren(Words) if words.isVisible() and words._wrap]
    assert said
    assert [one.text() for one in said if one.height() < one.heightForWidth(one.width())] == []
