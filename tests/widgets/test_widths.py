"""A part that is held narrow is so in pixels of the text, also once the text is larger."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QFrame, QWidget
from pytestqt.qtbot import QtBot

from widgets.asking_form import AskingForm
from widgets.fittings import Fittings
from widgets.quality_filter import FilterPage


def the_filter(fit: Fittings) -> QWidget:
    return FilterPage(fit)


def the_roster(fit: Fittings) -> QWidget:
    return AskingForm(fit).as_card()


@pytest.mark.parametrize("made", [the_filter, the_roster])
def test_that_a_card_becomes_as_wide_as_one_built_at_that_size_of_text(
    qtbot: QtBot, fit: Fittings, made: Callable[[Fittings], QWidget]
) -> None:
    page = made(fit)
    qtbot.addWidget(page)
    small = card_of(page)
    fit.look.apply("dark", 200)
    fresh = made(fit)
    qtbot.addWidget(fresh)
    assert small < card_of(page) == card_of(fresh)


def card_of(page: QWidget) -> int:
    card = page.findChild(QFrame, "card")
    assert card is not None
    return card.maximumWidth()
