"""Calm is one frame away, and no word outside the page tells what an item is."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, MadeHome, press, wait_for_item
from widgets.canvas import Canvas
from widgets.main_window import MainWindow

K = Qt.Key
NOT_KEPT = (QAccessible.Text.DebugDescription, QAccessible.Text.UserText)
CONTROL = Qt.KeyboardModifier.ControlModifier


class Painted(QObject):
    """Notes every painting of a canvas, and whether it held the item."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.with_item = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and watched is self._canvas:
            self.with_item += self._canvas.shows_item
        return False


def on_screen(window: QWidget) -> QImage:
    """What was handed to the screen last; nothing is painted for it."""
    return window.screen().grabWindow(window.winId()).toImage()


def holds_pixels(canvas: Canvas) -> bool:
    """Whether it holds a frame, veiled or clear; a solid veil is none."""
    return canvas._rest is not None or canvas._rest_scaled is not None or canvas.shows_clear


def reveal(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.viewing.revealed, timeout=PATIENCE_MS):
        QTest.keyPress(window.focusWidget() or window, K.Key_Space)
    QApplication.processEvents()


def test_that_the_next_frame_after_esc_holds_nothing_of_the_item(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.rooms is not None
    canvas = window.rooms.desk.canvas
    reveal(qtbot, window)
    assert canvas.shows_clear
    before = on_screen(window)
    painted = Painted(canvas)
    canvas.installEventFilter(painted)
    QTest.keyPress(window.focusWidget() or window, K.Key_Escape)  # returns when it was handled
    after = on_screen(window)  # no event was processed in between
    assert painted.with_item == 0
    assert after != before
    place = window.sheets.calm_screen.geometry()
    alone = window.sheets.calm_screen.grab().toImage()
    assert after.copy(place).convertToFormat(alone.format()) == alone
    assert place == window.rect()
    QTest.keyRelease(window.focusWidget() or window, K.Key_Space)
    assert not canvas.shows_item
    canvas.removeEventFilter(painted)


@pytest.mark.parametrize("there", ["a room without an item", "a sheet over the item"])
def test_that_the_next_frame_after_esc_is_the_calm_screen_wherever_one_is(
    qtbot: QtBot, window: MainWindow, there: str
) -> None:
    """No item is painted there that would bring the calm screen along: it comes by itself."""
    if there == "a sheet over the item":
        press(qtbot, window, K.Key_F1)
    else:
        window.go("batches")
    QApplication.processEvents()
    before = on_screen(window)
    QTest.keyPress(window.focusWidget() or window, K.Key_Escape)
    after = on_screen(window)  # no event was processed in between
    assert after != before
    alone = window.sheets.calm_screen.grab().toImage()
    assert after.convertToFormat(alone.format()) == alone


@pytest.mark.parametrize("how", ["calm", "lock", "leave"])
def test_that_every_room_lets_its_pixels_go_before_anything_else_happens(
    qtbot: QtBot, window: MainWindow, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when the sessions come to it: the rooms are cleared while the key is still handled."""
    assert window.rooms is not None
    assert window.sitting is not None
    canvas, viewing = window.rooms.desk.canvas, window.sitting.viewing
    reveal(qtbot, window)
    assert canvas.shows_clear
    held_then: list[bool] = []

    def note(going_on: Callable[..., object]) -> Callable[..., object]:
        def noted(*given: object) -> object:
            held_then.append(holds_pixels(canvas))
            return going_on(*given)

        return noted

    monkeypatch.setattr(viewing, "calm", note(viewing.calm))
    monkeypatch.setattr(window.sitting, "let_go", note(window.sitting.let_go))
    if how == "calm":
        QTest.keyPress(window.focusWidget() or window, K.Key_Escape)
    else:
        {"lock": window.lock, "leave": window.leave}[how]()
    assert held_then == [False]
    assert not holds_pixels(canvas)


def test_that_coming_back_takes_a_deliberate_key_and_comes_back_veiled(
    qtbot: QtBot, window: MainWindow
) -> None:
    reveal(qtbot, window)
    for _ in range(3):  # pressed again in a hurry
        press(qtbot, window, K.Key_Escape)
        assert window.sheets.is_calm
    press(qtbot, window, K.Key_Space, K.Key_1, K.Key_N)
    assert window.sheets.is_calm
    press(qtbot, window, K.Key_Return)
    assert not window.sheets.is_calm
    wait_for_item(qtbot, window)
    assert window.sitting is not None
    assert not window.sitting.viewing.state.revealed


def words_about(window: MainWindow) -> Iterator[str]:
    """Every word that a reader of the screen, the desktop or another program can be given."""
    yield QGuiApplication.applicationDisplayName()
    yield QGuiApplication.clipboard().text()
    for top in QApplication.topLevelWidgets():
        yield top.windowTitle()
        yield top.windowFilePath()
    for widget in (window, *window.findChildren(QWidget)):
        yield widget.accessibleName()
        yield widget.accessibleDescription()
        yield widget.toolTip()
        yield widget.statusTip()
        yield widget.whatsThis()
        yield widget.objectName()
        read = QAccessible.queryAccessibleInterface(widget)
        if read is not None and widget.isVisible():
            yield from (read.text(kind) for kind in QAccessible.Text if kind not in NOT_KEPT)


@pytest.fixture
def told(made_home: MadeHome, window: MainWindow) -> list[str]:
    """What must not be told: names of files, the folder they came from, digests of items."""
    assert window.sitting is not None
    local = window.sitting._ws.home.local
    items = [row.item for row in local.items(made_home.batch)]
    names = [path.name for path in made_home.folder.iterdir()]
    return [*names, *(name.partition(".")[0] for name in names), str(made_home.folder), *items]


def test_that_no_title_and_no_accessible_word_tells_what_file_an_item_is(
    qtbot: QtBot, window: MainWindow, told: list[str]
) -> None:
    def walked() -> Iterator[str]:
        yield "the first item"
        reveal(qtbot, window)
        yield "revealed"
        QTest.keyRelease(window.focusWidget() or window, K.Key_Space)
        for key in (K.Key_C, K.Key_H, K.Key_T, K.Key_F):
            press(qtbot, window, key)
            yield f"field {key}"
            qtbot.keyClick(window.focusWidget() or window, K.Key_D, CONTROL)
        press(qtbot, window, K.Key_5, K.Key_1)
        yield "the outcome"
        press(qtbot, window, K.Key_Return)
        wait_for_item(qtbot, window)
        yield "the next item"
        for room in (K.Key_2, K.Key_3, K.Key_6, K.Key_E, K.Key_1):
            qtbot.keyClick(window.focusWidget() or window, room, CONTROL)
            QApplication.processEvents()
            yield f"room {room}"
        press(qtbot, window, K.Key_Escape)
        yield "calm"

    for step in walked():
        words = [word for word in words_about(window) if word]
        assert any("Assay" in word for word in words)
        found = {secret for secret in told for word in words if secret in word}
        assert found == set(), step
        titles = {top.windowTitle() for top in QApplication.topLevelWidgets() if top.isVisible()}
        assert titles <= {"Assay", ""}, step
