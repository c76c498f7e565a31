"""What takes a revealed item back under the veil whatever room shows it, each cause in turn."""

import os
import signal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, hold, press
from widgets.canvas import Canvas
from widgets.main_window import MainWindow

SPACE = Qt.Key.Key_Space
LEAST_MS = 20


def reveal(qtbot: QtBot, window: MainWindow, canvas: Canvas) -> None:
    """Hold Space until the clear frame is on the screen."""
    assert window.sitting is not None
    viewing = window.sitting.viewing
    qtbot.waitUntil(lambda: viewing._loaded and canvas.shows_item, timeout=PATIENCE_MS)
    hold(window, SPACE, down=True)
    qtbot.waitUntil(lambda: canvas.shows_clear, timeout=PATIENCE_MS)


def release(qtbot: QtBot, window: MainWindow) -> None:
    hold(window, SPACE, down=False)


def be_elsewhere(qtbot: QtBot, window: MainWindow) -> None:
    """Another window has the keyboard for a moment."""
    other = QLabel()
    qtbot.addWidget(other)
    with qtbot.waitActive(other, timeout=PATIENCE_MS):
        other.show()
        other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow(), timeout=PATIENCE_MS)
    other.close()


def lock_screen(qtbot: QtBot, window: MainWindow) -> None:
    """As the bus tells it; that it is heard of there is tested beside the Desk."""
    window._presence._screen_lock._lock()


def do_nothing(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    viewing = window.sitting.viewing
    as_set_ms = viewing._idle.interval()
    viewing._idle.start(LEAST_MS)
    qtbot.waitUntil(lambda: not viewing.state.revealed, timeout=PATIENCE_MS)
    viewing._idle.setInterval(as_set_ms)


def lose_decoder(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    viewing, ahead = window.sitting.viewing, window.sitting._ws.viewing()._ahead
    assert ahead is not None
    holder = ahead._entries[ahead._order[0]].decoder
    assert holder is not None
    lost = ahead._decoders[holder].pid
    assert lost is not None
    with qtbot.waitSignal(viewing.lost, timeout=PATIENCE_MS):
        os.kill(lost, signal.SIGKILL)


def calm(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_Escape)


CAUSES = (release, be_elsewhere, lock_screen, do_nothing, lose_decoder, calm)


def assert_that_all_causes_take_it_back_under(
    qtbot: QtBot, window: MainWindow, canvas: Canvas
) -> None:
    """Reveal the item again and again; the last cause leaves the window behind the calm screen."""
    assert window.sitting is not None
    for cause in CAUSES:
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
        reveal(qtbot, window, canvas)
        cause(qtbot, window)
        assert not canvas.shows_clear, cause.__name__
        assert not window.sitting.viewing.state.revealed, cause.__name__
        hold(window, SPACE, down=False)
    assert not canvas.shows_item
