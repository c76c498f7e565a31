"""The picture of Second opinions: a real window on a supervisor's home, what analysts said in it.

`tests.pictures` starts it on a virtual screen of its own.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.keymap import read_keymap
from app.record import Extras
from app.session.opening import OpeningSession
from app.session.opinions import OpinionStage
from app.texts import read_texts
from tests.widgets.office import DRAWING, PASSPHRASE, REMIT, Office, asking
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.opinions import OpinionsRoom

SIZE_PX = (1366, 768)
PATIENCE_S = 600.0
NONE = Qt.KeyboardModifier.NoModifier
REASON = "No person is shown: the shapes are a generated pattern."
K = Qt.Key


def shoot(file: Path) -> None:
    """Resolve an item by keyboard as far as its signature, and take the picture."""
    application = QApplication(["assay"])
    look = Look()
    look.load_fonts()
    with TemporaryDirectory() as folder:
        place = office_in(Path(folder))
        look.apply("dark", 100)
        opening = OpeningSession(place)
        window = MainWindow(Fittings(look, read_texts(), read_keymap()), opening)
        window.resize(*SIZE_PX)
        window.show()
        QCursor.setPos(0, 0)
        opening.start()
        hands = Hands(application, window)
        hands.resolve()
        window.grab().save(str(file))
        file.chmod(0o644)
        window.close()
        opening.close()


def office_in(folder: Path) -> Path:
    """Make a supervisor's home in which one item is disputed and others wait; return its place."""
    office = Office.make(folder / "office")
    comment = "Light and edges look rendered; the lettering behind does not hold together."
    office.grade("ann", 0, DRAWING, Extras(comment=comment, active_ms=31_000))
    office.grade("ben", 0, REMIT, Extras(active_ms=72_000))
    office.grade("ann", 1, DRAWING, asking("is it a person at all?"))
    office.grade("ann", 2, DRAWING, asking("drawn or printed?"))
    office.grade("ben", 2, REMIT)
    office.grade("chief", 3, REMIT, asking("mine"))
    office.bureau.sync()
    place = office.place
    office.close()
    return place


class Hands:
    """Keys on the window, each after what it is meant for is there."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        self._application, self._window = application, window

    def resolve(self) -> None:
        """Sign in, open the disputed item, answer it blind, take an answer, write why."""
        window = self._window
        self._until(window.sign_in._passphrase.isVisible)
        QTest.keyClicks(window.sign_in._passphrase, PASSPHRASE)
        self._press(K.Key_Return)
        self._until(lambda: window.rooms is not None and window.rooms.desk.takes_keys)
        self._press(K.Key_4, Qt.KeyboardModifier.ControlModifier)
        self._until(lambda: self._room.queue.has_rows)
        self._press(K.Key_Return)
        self._until_keys(OpinionStage.ASKING)
        QTest.keyClicks(self._target, "423")
        self._until_keys(OpinionStage.DECIDED)
        self._press(K.Key_Return)
        self._until_keys(OpinionStage.COMPARING)
        QTest.keyClicks(self._target, "2")
        QTest.keyClicks(self._target, REASON)
        for _ in range(5):
            self._application.processEvents()

    @property
    def _room(self) -> OpinionsRoom:
        rooms = self._window.rooms
        room = rooms._room("opinions") if rooms is not None else None
        if not isinstance(room, OpinionsRoom):
            raise TypeError("nobody is signed in")
        return room

    @property
    def _target(self) -> QWidget:
        return self._window.focusWidget() or self._window

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._target, key, modifier)

    def _until_keys(self, stage: OpinionStage) -> None:
        room = self._room
        self._until(lambda: room._session.stage is stage and room.view._gate.is_open)

    def _until(self, there: Callable[[], bool]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > end_s:
                raise TimeoutError("the window did not get there")
            self._application.processEvents()
            time.sleep(0.005)
