"""A key that is held is one press, however the display repeats it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.session.types import Stage
from tests.screen import virtual_screen
from tests.widgets.conftest import PATIENCE_MS, stage
from widgets.desk import Desk
from widgets.key_repeat import KeyRepeat
from widgets.main_window import MainWindow

NEEDED = ("Xvfb", "xdotool")
REPETITIONS = 20
CODES = {Qt.Key.Key_Space: 65, Qt.Key.Key_1: 10}
PRESS, RELEASE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease


class Keyboard:
    """Keys as a display sends them that repeats what is held, each half for itself."""

    def __init__(self, window: QWidget) -> None:
        self.down: set[int] = set()
        self.window = window
        self.repeat = KeyRepeat(window, lambda: frozenset(self.down))

    def send(self, kind: QEvent.Type, key: Qt.Key, at_ms: int) -> None:
        """Send what Qt took for a press or a release, to where the display sends it."""
        event = QKeyEvent(
            kind, key, Qt.KeyboardModifier.NoModifier, CODES[key], 0, 0, chr(int(key))
        )
        event.setTimestamp(at_ms)
        surface = self.window.windowHandle()
        assert surface is not None
        QCoreApplication.sendEvent(surface, event)

    def strike(self, key: Qt.Key, at_ms: int) -> None:
        """Press a key, and keep it down."""
        self.down.add(CODES[key])
        self.send(PRESS, key, at_ms)

    def repeats(self, key: Qt.Key, from_ms: int) -> Iterator[int]:
        """Repeat a key that is down; yields after each half."""
        for at_ms in range(from_ms, from_ms + 40 * REPETITIONS, 40):
            for kind in (RELEASE, PRESS):
                self.send(kind, key, at_ms)
                yield at_ms

    def go_and_come(self) -> None:
        """Have another window to type in, and this one again."""
        surface = self.window.windowHandle()
        assert surface is not None
        for kind in (QEvent.Type.FocusOut, QEvent.Type.FocusIn):
            QCoreApplication.sendEvent(surface, QFocusEvent(kind))

    def lift(self, key: Qt.Key, at_ms: int) -> None:
        """Let a key go."""
        self.down.discard(CODES[key])
        self.send(RELEASE, key, at_ms)


def test_that_an_item_stays_revealed_without_a_flicker_while_space_is_held(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    keyboard, viewing = Keyboard(window), window.sitting.viewing
    keyboard.strike(Qt.Key.Key_Space, 100)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    seen = [
        viewing.state.revealed and desk.canvas.shows_clear
        for _ in keyboard.repeats(Qt.Key.Key_Space, 760)
    ]
    assert seen == [True] * 2 * REPETITIONS
    keyboard.lift(Qt.Key.Key_Space, 3000)
    assert not viewing.state.revealed
    assert not desk.canvas.shows_clear


def test_that_a_digit_that_is_held_answers_one_question(window: MainWindow, desk: Desk) -> None:
    assert window.sitting is not None
    grading, keyboard = window.sitting.grading, Keyboard(window)
    unanswered = grading._work.state
    keyboard.strike(Qt.Key.Key_1, 100)
    answered = grading._work.state
    assert answered != unanswered
    for _ in keyboard.repeats(Qt.Key.Key_1, 760):
        assert grading._work.state == answered
    assert stage(window) is Stage.ASKING


def test_that_space_still_held_as_one_comes_back_reveals_nothing_until_it_is_pressed_anew(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    keyboard, viewing = Keyboard(window), window.sitting.viewing
    keyboard.strike(Qt.Key.Key_Space, 100)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    keyboard.go_and_come()
    viewing.conceal()  # as it is when the window loses the focus
    keyboard.send(PRESS, Qt.Key.Key_Space, 760)  # how the display goes on to the window one is at
    assert not any(viewing.state.revealed for _ in keyboard.repeats(Qt.Key.Key_Space, 800))
    keyboard.lift(Qt.Key.Key_Space, 3000)
    keyboard.strike(Qt.Key.Key_Space, 3100)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    keyboard.lift(Qt.Key.Key_Space, 3200)


class Heard(QWidget):
    """Notes what it hears of keys."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, int]] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Note a press."""
        self.said.append(("again" if event.isAutoRepeat() else "down", event.timestamp()))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Note a release."""
        self.said.append(("up", event.timestamp()))


@pytest.fixture
def heard(qtbot: QtBot) -> Heard:
    heard = Heard()
    qtbot.addWidget(heard)
    with qtbot.waitActive(heard, timeout=PATIENCE_MS):
        heard.show()
        heard.activateWindow()
    return heard


def test_that_a_key_struck_again_before_its_release_is_heard_of_is_two_presses(
    heard: Heard,
) -> None:
    keyboard = Keyboard(heard)
    keyboard.strike(Qt.Key.Key_1, 100)
    keyboard.send(RELEASE, Qt.Key.Key_1, 180)  # the window was busy, and it is down again by now
    keyboard.send(PRESS, Qt.Key.Key_1, 250)
    keyboard.lift(Qt.Key.Key_1, 300)
    assert heard.said == [("down", 100), ("up", 180), ("down", 250), ("up", 300)]


@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="no screen, or no hands, here")
def test_that_a_key_held_on_a_real_display_is_one_press() -> None:
    with virtual_screen(repeats=True) as display:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.widgets.key_listener"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as listener:
            assert listener.stdout is not None
            said = (line.strip() for line in listener.stdout)
            assert next(said) == "here"
            subprocess.run(["xdotool", "keydown", "space"], check=True, env=environment)
            heard = [next(said) for _ in range(REPETITIONS)]
            subprocess.run(["xdotool", "keyup", "space"], check=True, env=environment)
            heard += said
    assert [word for word, _ in groupby(heard)] == ["down", "again", "up"]
    assert heard.count("down") == heard.count("up") == 1
