"""A window that speaks German has German help."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.keymap import read_keymap
from app.texts import read_texts
from tests.widgets.conftest import press_chord
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow


@pytest.fixture
def fit(look: Look) -> Iterator[Fittings]:
    """The fittings of a window that speaks German."""
    yield Fittings(look, read_texts("de"), read_keymap())
    look.key_names.clear()
    look.apply("dark", 100)


def test_that_a_window_in_german_opens_german_help_and_finds_german_words(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.go("reports")
    press_chord(qtbot, window, "F1")
    sheet = window.sheets.help
    assert sheet.isVisible()
    assert sheet.text.accessibleName() == "Berichte"
    qtbot.keyClicks(sheet.field, "leertaste schleier")
    titles = [sheet.list.item(row).text() for row in range(sheet.list.count())]
    assert "Die ersten zehn Minuten (Erste Schritte)" in titles
    assert "Leertaste" in sheet.text.toPlainText()
    assert sheet.text.extraSelections()
