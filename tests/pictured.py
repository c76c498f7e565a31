"""A real window on a home, for a picture of it: opened, signed in to, worked by keys, grabbed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.keymap import read_keymap
from app.sentences import speak
from app.session.opening import OpeningSession
from app.session.sitting import Sitting
from app.texts import ENGLISH, read_texts
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.room import Room

SIZE_PX = (1366, 768)
PATIENCE_S = 600.0  # a machine that is busy draws and encrypts slowly
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Hands:
    """Keys on the window, each after what it is meant for is there."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        self._application = application
        self.window = window

    def sign_in(self, passphrase: str) -> None:
        """Type the passphrase and wait until somebody sits there."""
        field = self.window.sign_in._passphrase
        self.until(field.isVisible)
        QTest.keyClicks(field, passphrase)
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.until(lambda: self.window.rooms is not None and self.window.rooms.isVisible())

    @property
    def sitting(self) -> Sitting:
        """Who sits there."""
        if self.window.sitting is None:
            raise RuntimeError("nobody is signed in")
        return self.window.sitting

    def room(self, name: str) -> Room:
        """A room of the window."""
        if self.window.rooms is None:
            raise RuntimeError("nobody is signed in")
        return self.window.rooms._room(name)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key on whatever has the keyboard."""
        QTest.keyClick(self._target, key, modifier)

    def type(self, words: str) -> None:
        """Type on whatever has the keyboard."""
        QTest.keyClicks(self._target, words)

    def until(self, there: Callable[[], bool]) -> None:
        """Wait for something; raises TimeoutError."""
        ends_s = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > ends_s:
                raise TimeoutError("the window did not get there")
            self._application.processEvents()
            time.sleep(0.005)

    def take(self, file: Path) -> None:
        """Grab the window, once all that is to be drawn is drawn."""
        for _ in range(10):
            self._application.processEvents()
            time.sleep(0.05)
        self.window.grab().save(str(file))
        file.chmod(0o644)

    @property
    def _target(self) -> QWidget:
        return self.window.focusWidget() or self.window


@contextmanager
def hands_at(
    place: Path, theme: str = "dark", percent: int = 100, language: str = ENGLISH
) -> Iterator[Hands]:
    """Open a window on a home, not signed in; it is closed in the end."""
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(["assay"])
    look = Look()
    look.load_fonts()
    look.apply(theme, percent)
    texts = read_texts(language)
    speak(texts, in_window=True)
    opening = OpeningSession(place)
    window = MainWindow(Fittings(look, texts, read_keymap()), opening)
    window.resize(*SIZE_PX)
    window.show()
    QCursor.setPos(0, 0)  # nothing is drawn as pointed at
    opening.start()
    try:
        yield Hands(application, window)
    finally:
        window.close()
        opening.close()
