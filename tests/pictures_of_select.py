"""The pictures of Select and of a group: a real window on a home with near-copies.

`tests.pictures` starts it on a virtual screen of its own.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.keymap import read_keymap
from app.session.opening import OpeningSession
from app.session.types import Stage
from app.texts import read_texts
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pictures import saved
from tests.unit.blur.test_differences import with_another_thing
from tests.unit.blur.test_pdq import scene
from tests.widgets.conftest import PASSPHRASE, make_home
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.select import SelectRoom

SIZE_PX = (1366, 768)
PATIENCE_S = 600.0
COPIES, ODD, OTHERS = 12, 5, 9
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
K = Qt.Key


def shoot(folder: Path) -> None:
    """Select some items by keyboard, then lay the near-copies out on the Desk."""
    application = QApplication(["assay"])
    look = Look()
    look.load_fonts()
    look.apply("dark", 100)
    with TemporaryDirectory() as place:
        made = make_home(Path(place), found_in(Path(place) / "found"), COPIES + OTHERS)
        opening = OpeningSession(made.place)
        window = MainWindow(Fittings(look, read_texts(), read_keymap()), opening)
        window.resize(*SIZE_PX)
        window.show()
        QCursor.setPos(0, 0)
        opening.start()
        hands = Hands(application, window)
        hands.select()
        hands.take(folder / "select-dark.png")
        hands.lay_out()
        hands.take(folder / "group-dark.png")
        window.close()
        opening.close()


def found_in(folder: Path) -> Path:
    """Write near-copies, one of them with another thing in it, and pictures by themselves."""
    folder.mkdir()
    dice = random.Random(4)  # noqa: S311 - what is drawn is no secret
    base = scene(dice, (640, 480))
    planted, _ = with_another_thing(base, dice)
    for number in range(COPIES):
        data = saved(planted if number == ODD else base, "JPEG", quality=95 - 4 * number)
        (folder / f"copy {number:02d}.jpg").write_bytes(data)
    for number in range(OTHERS):
        (folder / f"other {number}.png").write_bytes(saved(picture(11 + 4 * number, 500, 400)))
    return folder


class Hands:
    """Keys on the window, each after what it is meant for is there."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        self._application, self._window = application, window

    def select(self) -> None:
        """Sign in, go to Select, and answer five items."""
        window = self._window
        self._until(window.sign_in._passphrase.isVisible)
        QTest.keyClicks(window.sign_in._passphrase, PASSPHRASE)
        self._press(K.Key_Return)
        self._until(lambda: window.rooms is not None and window.rooms.desk.takes_keys)
        self._press(K.Key_7, CONTROL)
        self._until(self._can_answer)
        self._until(lambda: bool(self._room._session._groups))
        for _ in range(5):
            self._press(K.Key_1)
            self._until(self._can_answer)

    def lay_out(self) -> None:
        """Go to the Desk, lay the largest group out, and leave the one that differs out."""
        self._press(K.Key_1, CONTROL)
        window = self._window
        self._until(lambda: window.rooms is not None and window.rooms.desk.takes_keys)
        sitting = window.sitting
        if sitting is None:
            raise RuntimeError("nobody is signed in")
        group = sitting.group
        self._press(K.Key_J, Qt.KeyboardModifier.ShiftModifier)
        self._until(lambda: len(group.state.items) == COPIES == group.state.compared)
        while group.state.chosen not in group.state.differing:
            self._press(K.Key_Right)
        self._press(K.Key_D)
        self._press(K.Key_Left)

    def take(self, file: Path) -> None:
        """Grab the window, once all that is to be drawn is drawn."""
        for _ in range(10):
            self._application.processEvents()
            time.sleep(0.05)
        self._window.grab().save(str(file))
        file.chmod(0o644)

    @property
    def _room(self) -> SelectRoom:
        rooms = self._window.rooms
        room = rooms._room("select") if rooms is not None else None
        if not isinstance(room, SelectRoom):
            raise TypeError("nobody is signed in")
        return room

    def _can_answer(self) -> bool:
        room = self._room
        asks = room._session.stage is Stage.ASKING
        return asks and room.canvas.shows_item and room._gate.is_open

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._window.focusWidget() or self._window, key, modifier)

    def _until(self, there: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > ends:
                raise TimeoutError("the window did not get there")
            self._application.processEvents()
            time.sleep(0.02)
