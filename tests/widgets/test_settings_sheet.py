"""The settings: every one seen and changed by keyboard, at once, inside the floor, for good."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bootstrap import settings_of
from app.session.preferences import PreferenceSession
from app.texts import read_texts
from tests.widgets.conftest import (
    PATIENCE_MS,
    OpenWindow,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.test_dress import undressed
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.setting_row import SettingRow, Stepper, value_words
from widgets.settings_sheet import SettingsSheet

K = Qt.Key
TEXTS = read_texts()


@pytest.fixture
def preferences(window: MainWindow) -> PreferenceSession:
    assert window.sitting is not None
    return window.sitting.preferences


@pytest.fixture
def sheet(qtbot: QtBot, window: MainWindow) -> SettingsSheet:
    press_chord(qtbot, window, "Ctrl+,")
    assert window.sheets.settings.isVisible()
    return window.sheets.settings


def at_each(qtbot: QtBot, window: MainWindow) -> Iterator[SettingRow]:
    """Go down the sheet by key; the row that has the keyboard, each once."""
    for number, one in enumerate(window.sheets.settings._rows):
        if number:
            press(qtbot, window, K.Key_Down)
        assert window.focusWidget() is one.control
        yield one


def row_of(sheet: SettingsSheet, name: str) -> SettingRow:
    sheet._go(next(at for at, one in enumerate(sheet._rows) if one.name == name))
    return sheet._row(name)


def say_of(name: str) -> str:
    return f"setting.say_{name.replace('.', '_')}"


def in_sight(sheet: SettingsSheet, one: SettingRow) -> bool:
    view = sheet._area.viewport()
    return view.rect().contains(QRect(one.mapTo(view, QPoint(0, 0)), one.size()))


def test_that_every_setting_is_reached_and_told_by_keyboard(
    qtbot: QtBot, window: MainWindow, sheet: SettingsSheet, preferences: PreferenceSession
) -> None:
    seen = []
    for one in at_each(qtbot, window):
        seen.append(one.name)
        standing = preferences.one(one.name)
        assert in_sight(sheet, one), one.name
        said = value_words(TEXTS, standing, standing.value)
        assert one.control.accessibleName().endswith(said)
        assert one.control.accessibleDescription() == TEXTS(say_of(one.name))
        assert one._floor.isVisible() is (standing.floor is not None)
    assert seen == [one.name for one in preferences.all]
    assert undressed(window) == []
    press(qtbot, window, K.Key_Return)
    assert not sheet.isVisible()


def test_that_what_is_changed_by_key_holds_at_once_and_after_a_restart(
    qtbot: QtBot, window: MainWindow, sheet: SettingsSheet, preferences: PreferenceSession
) -> None:
    assert window.sitting is not None
    home = window.sitting._ws.home.place
    for one in at_each(qtbot, window):
        if not isinstance(one.control, Stepper):
            qtbot.keyClicks(one.control, "Ann, 0800")
            continue
        if one.name.startswith("look."):  # those have a test of their own
            continue
        before = preferences.one(one.name)
        key = K.Key_Left if before.beside(-1) is not None else K.Key_Right
        press(qtbot, window, key)
        assert preferences.one(one.name).value == before.beside(-1 if key == K.Key_Left else 1)
    press(qtbot, window, K.Key_Return)
    sitting = window.sitting
    assert preferences.text("desk.supporters") == "Ann, 0800"
    assert sitting.viewing.state.rest_level == sitting.duty._rest_level == 0
    assert sitting.viewing.state.level == 3
    assert not sitting.viewing.state.grey
    assert sitting.viewing._rules.latch_s == 2
    assert sitting.viewing._idle.interval() == 20_000
    assert window._presence.locking.idle._timer.interval() == 300_000
    assert sitting.grading._depth() == 8
    qtbot.waitUntil(lambda: preferences._jobs.waiting == 0, timeout=PATIENCE_MS)  # all is written
    kept = settings_of(home)
    for one in preferences.all:
        assert kept.value(one.name) == one.value, one.name


def test_that_what_is_less_careful_than_the_floor_is_refused_with_the_reason(
    qtbot: QtBot, window: MainWindow, sheet: SettingsSheet, preferences: PreferenceSession
) -> None:
    one = row_of(sheet, "veil.idle_s")
    assert preferences.number("veil.idle_s") == preferences.one("veil.idle_s").floor == 30
    press(qtbot, window, K.Key_Right)
    assert preferences.number("veil.idle_s") == 30
    assert one._fault.isVisible()
    assert "version 1" in one._fault.text()
    assert "30 s" in one._fault.text()
    assert one.control.accessibleDescription() == one._fault.text()
    press(qtbot, window, K.Key_Left)
    assert preferences.number("veil.idle_s") == 20
    assert not one._fault.isVisible()


def test_that_theme_and_size_of_text_change_under_the_open_sheet(
    qtbot: QtBot, window: MainWindow, sheet: SettingsSheet, look: Look
) -> None:
    row_of(sheet, "look.theme")
    press(qtbot, window, K.Key_Right)
    assert look.wish == "light"
    row_of(sheet, "look.text_percent")
    press(qtbot, window, K.Key_Right)
    assert look.percent == 125
    anew = window.sheets.settings
    assert anew is not sheet
    assert anew.isVisible()
    assert window.focusWidget() is anew._row("look.text_percent").control
    press(qtbot, window, K.Key_Left)
    assert look.percent == 100
    wait_for_item(qtbot, window)
    assert window.focusWidget() is window.sheets.settings._row("look.text_percent").control


def test_that_a_setting_that_cannot_be_kept_changes_nothing_and_says_so(
    qtbot: QtBot, window: MainWindow, sheet: SettingsSheet, preferences: PreferenceSession
) -> None:
    assert window.sitting is not None
    (window.sitting._ws.home.place / "settings.toml.new").mkdir()
    one = row_of(sheet, "veil.reveal_level")
    press(qtbot, window, K.Key_Left)
    qtbot.waitUntil(one._fault.isVisible, timeout=PATIENCE_MS)
    assert preferences.number("veil.reveal_level") == 4
    assert window.sitting.viewing.state.level == 4
    assert "settings.toml.new" in one._fault.text()


def test_that_the_look_chosen_on_the_way_in_is_carried_into_the_home(
    qtbot: QtBot, open_window: OpenWindow, look: Look
) -> None:
    window = open_window()
    qtbot.waitUntil(window.sign_in._passphrase.isVisible, timeout=PATIENCE_MS)
    assert look.theme == "dark"
    press_chord(qtbot, window, "Ctrl+T")
    press_chord(qtbot, window, "Ctrl++")
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    assert window._opening.look == ("light", 125)
    sign_in(qtbot, window)
    assert window.sitting is not None
    assert (look.wish, look.percent) == ("light", 125)
    jobs = window.sitting.preferences._jobs
    qtbot.waitUntil(lambda: jobs.waiting == 0, timeout=PATIENCE_MS)
    kept = settings_of(window.sitting._ws.home.place)
    assert (kept.text("look.theme"), kept.number("look.text_percent")) == ("light", 125)
    QApplication.processEvents()
    assert undressed(window) == []
