"""Another theme costs the work of what is seen; what is hidden is dressed when it is shown."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, press, press_chord
from widgets.dress import Dress
from widgets.look import Look
from widgets.main_window import MainWindow

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


class StyleChanges(QObject):
    """Notes every widget whose style is worked out anew."""

    def __init__(self) -> None:
        super().__init__()
        self.widgets: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note it, and let it pass."""
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.widgets.append(watched)
        return False


@contextmanager
def noted(window: MainWindow) -> Iterator[StyleChanges]:
    changes = StyleChanges()
    everything = [window, *window.findChildren(QWidget)]
    for widget in everything:
        widget.installEventFilter(changes)
    try:
        yield changes
    finally:
        for widget in everything:
            widget.removeEventFilter(changes)


def undressed(window: MainWindow) -> list[QWidget]:
    """What is seen and wears no stylesheet, save the ring and the stacks, which draw nothing."""
    seen = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    bare = [w for w in seen if w.style().metaObject().className() != "QStyleSheetStyle"]
    return [
        widget for widget in bare if widget not in (window.sheets.ring, window._pages, window.rooms)
    ]


def test_that_another_theme_works_on_what_is_seen_alone(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    assert window.rooms is not None
    with noted(window) as changes:
        qtbot.keyClick(window.focusWidget(), K.Key_T, CONTROL)
        QApplication.processEvents()
    assert look.theme == "light"
    parts = (window.rooms.desk, window.edges.top, window.edges.status)
    assert changes.widgets
    for widget in changes.widgets:
        assert any(part is widget or part.isAncestorOf(widget) for part in parts), widget


def test_that_what_was_hidden_wears_the_theme_when_it_is_shown(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    qtbot.keyClick(window.focusWidget(), K.Key_T, CONTROL)
    for key in (K.Key_2, K.Key_3, K.Key_6, K.Key_1):
        qtbot.keyClick(window.focusWidget() or window, key, CONTROL)
        assert not undressed(window)
        _assert_new(window, look)
    press_chord(qtbot, window, "?")
    assert window.sheets.legend.isVisible()
    _assert_new(window, look)
    press(qtbot, window, K.Key_Escape)
    assert window.sheets.is_calm
    _assert_new(window, look)


def test_that_larger_text_builds_the_room_that_is_seen_alone(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    assert window.rooms is not None
    for key in (K.Key_3, K.Key_6, K.Key_1):
        qtbot.keyClick(window.focusWidget() or window, key, CONTROL)
    assert set(window.rooms.built) == {"desk", "reports", "administration"}
    qtbot.keyClick(window.focusWidget() or window, "+", CONTROL)
    qtbot.waitUntil(lambda: look.percent == 125, timeout=PATIENCE_MS)
    assert window.rooms.built == ("desk",)
    assert undressed(window) == []


def _assert_new(window: MainWindow, look: Look) -> None:
    shown = [dress for dress in window.findChildren(Dress) if dress._part.isVisible()]
    assert shown
    for dress in shown:
        assert dress.is_new
        assert look.hex("surface") in dress._part.styleSheet()
