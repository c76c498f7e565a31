"""The line below every room: what it says of the day fits what lies on the Desk."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.pace import Progress
from app.session.scoring import Damaged, ScoringState
from app.session.types import Stage, Today
from widgets.fittings import Fittings
from widgets.short_keys import ShortKeys
from widgets.status_line import StatusLine
from widgets.text_block import elided


def today(*, break_due: bool, too_late: bool) -> Today:
    """The figures of a day on which a pause is due."""
    return Today(
        revealed_ms=0,
        desk_ms=0,
        limit_ms=1,
        items=0,
        by_level_ms={},
        next_break_in_ms=0,
        break_left_ms=0,
        notice=True,
        break_due=break_due,
        over_limit=False,
        too_late=too_late,
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (today(break_due=False, too_late=True), "Viewing is over for today"),
        (today(break_due=True, too_late=False), "A break is due"),
    ],
)
def test_that_after_this_item_is_said_only_while_an_item_is_open(
    qtbot: QtBot, fit: Fittings, day: Today, said: str
) -> None:
    line = StatusLine(fit)
    qtbot.addWidget(line)
    line.show_today(day)
    assert line._pause.text() == said
    line.show_stage(Stage.ASKING)
    assert line._pause.text() == f"{said} after this item"
    line.show_stage(Stage.RESTING)
    assert line._pause.text() == said


def test_that_keys_give_way_before_the_exposure_of_the_day(qtbot: QtBot, fit: Fittings) -> None:
    fit.look.apply("dark", 200)
    line = StatusLine(fit)
    qtbot.addWidget(line)
    line.resize(1366, 60)
    line.show()
    line.show_place("desk")
    line.show_item("Item 1 of 74")
    line.show_today(today(break_due=False, too_late=False))
    assert line._day.isVisible()
    assert line._legend.least_width <= line._legend.maximumWidth() < line._legend.sizeHint().width()


def test_that_of_all_keys_the_one_that_reveals_stays_longest(qtbot: QtBot, fit: Fittings) -> None:
    keys = ShortKeys(fit)
    qtbot.addWidget(keys)
    keys.show_place("desk")
    seen = []
    for width in range(keys.sizeHint().width(), -100, -5):
        keys.resize(max(width, 0), 40)
        seen.append(" ".join(key for key, _ in keys.fitting))
    assert list(dict.fromkeys(seen)) == [
        "Space B G ? Esc",
        "Space G ? Esc",
        "Space ? Esc",
        "Space Esc",
        "Space",
        "",
    ]


def test_that_classifiers_say_how_far_they_are_in_the_room_that_the_day_leaves_and_what_is_wrong(
    qtbot: QtBot, fit: Fittings
) -> None:
    line = StatusLine(fit)
    qtbot.addWidget(line)
    line.resize(2000, 60)
    line.show()
    line.show_place("desk")
    line.show_today(today(break_due=False, too_late=False))
    assert not line._scoring.isVisible()
    line.show_scoring(ScoringState(progress=Progress("scoring", 40, 74, 130.0)))
    seen = []
    for width in range(2000, 0, -40):
        line.resize(width, 60)
        seen.append(line._scoring.text() if line._scoring.isVisible() else "")
        assert line._day.isVisible() or not seen[-1]
    assert list(dict.fromkeys(seen)) == [
        "Classifiers: 40 of 74 scored, about 2 min left (Ctrl+Shift+C stops them)",
        "Classifiers: 40 of 74 scored",
        "Classifiers 40 of 74",
        "",
    ]
    line.resize(2000, 60)
    line.show_scoring(ScoringState(stopping=True))
    assert line._scoring.text() == "Classifiers stop after the item at hand"
    line.show_scoring(ScoringState(damaged=(Damaged("ab" * 32, "Brightness 1"),)))
    assert (line._scoring.isVisible(), line._scoring.text()) == (
        True,
        "A classifier is damaged and does not run",
    )
    assert "remove it, and add it again" in line._scoring.accessibleDescription()
    line.show_scoring(ScoringState(damaged=(Damaged("ab" * 32, "Brightness 1"),), waiting=3))
    assert line._scoring.text() == (
        "A classifier is damaged and does not run. Classifiers stopped"  # a fault hides no stop
    )
    line.show_scoring(ScoringState())
    assert not line._scoring.isVisible()


@pytest.mark.parametrize("text_id", ["cannot.evidence_signed", "cannot.correct"])
def test_that_a_sentence_is_whole_where_there_is_room_however_long_it_is(
    qtbot: QtBot, fit: Fittings, text_id: str
) -> None:
    line = StatusLine(fit)
    qtbot.addWidget(line)
    line.resize(1366, 28)
    line.show()
    line.show_place("desk")
    line.tell(fit.texts(text_id))
    QApplication.processEvents()
    told = line._told
    assert elided(told.text(), told._font(), told.width()) == told.text()
