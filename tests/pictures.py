"""Takes the pictures in `docs/pictures` from the real window on a generated batch.

`python -m tests.pictures` starts a virtual screen of each size, and on it this module again with
`--shoot`: that opens the demo home, presses keys, and grabs the window.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.keymap import read_keymap
from app.session.opening import OpeningSession
from app.session.sitting import Sitting
from app.session.types import Stage
from app.texts import read_texts
from tests.pictures_of_opinions import shoot as shoot_opinions
from tests.pictures_of_quality import shoot as shoot_quality
from tests.pictures_of_select import shoot as shoot_select
from tests.screen import virtual_screen
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.rooms import Rooms

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
SMALL_PX, LARGE_PX = (1366, 768), (2560, 1440)
PATIENCE_S = 600.0  # a machine that is busy draws and encrypts the batch slowly
# Digits for the first items: landscapes and patterns, most of them off remit.
GRADED = ("51", "51", "321", "51", "323", "51", "51", "51", "52", "51", "51")
AS_DRAWING = "323"  # a suspected adult, no photograph, generated: discounted
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
K = Qt.Key


def main() -> int:
    """Take every picture; return 0 if all are there."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--shoot", choices=["small", "large", "opinions", "select", "quality"])
    chosen = parser.parse_args().shoot
    if chosen == "opinions":
        shoot_opinions(FOLDER / "opinions-dark.png")
        return 0
    if chosen == "select":
        shoot_select(FOLDER)
        return 0
    if chosen == "quality":
        shoot_quality(FOLDER / "quality-light.png")
        return 0
    if chosen:
        Camera(SMALL_PX if chosen == "small" else LARGE_PX).shoot(large=chosen == "large")
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (wide, high) in (
        ("small", SMALL_PX),
        ("large", LARGE_PX),
        ("opinions", SMALL_PX),
        ("select", SMALL_PX),
        ("quality", SMALL_PX),
    ):
        with virtual_screen(wide, high) as display:
            environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            command = [sys.executable, "-m", "tests.pictures", "--shoot", name]
            subprocess.run(command, check=True, env=environment, cwd=ROOT)
    return 0


class Camera:
    """The window on a demo home, with hands and an eye."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._application = QApplication(["assay"])
        self._look = Look()
        self._look.load_fonts()
        self._look.apply("dark", 100)
        self._opening = OpeningSession(None, demo=True)
        self._window = MainWindow(Fittings(self._look, read_texts(), read_keymap()), self._opening)
        self._window.resize(*size_px)
        self._window.show()
        QCursor.setPos(0, 0)  # nothing is drawn as pointed at
        self._opening.start()

    def shoot(self, *, large: bool) -> None:
        """Take the pictures of one size of screen."""
        self._until(self._is_settled)
        for digits in GRADED:
            self._type(digits)
            self._press(K.Key_Return)
            self._until(self._is_settled)
        self._sitting.sync.run()
        self._until(lambda: self._sitting.sync.state.waiting == 0)
        self._type("1")
        if large:
            self._take("desk-large-dark")
        else:
            self._shoot_desk()
            self._shoot_rooms()
        self._window.close()
        self._opening.close()

    def _shoot_desk(self) -> None:
        self._take("desk-dark")
        self._look.apply("light", 100)
        self._take("desk-light")
        self._look.apply("dark", 100)
        self._type("bbg")
        self._send(QEvent.Type.KeyPress)
        self._until(lambda: self._rooms.desk.canvas.shows_clear)
        self._take("desk-revealed-dark")
        self._send(QEvent.Type.KeyRelease)
        self._press(K.Key_Backspace)
        self._look.apply("light", 100)
        self._type(AS_DRAWING)
        self._take("desk-outcome-light")
        self._type("t")
        self._take("desk-tags-light")
        self._press(K.Key_D, CONTROL)

    def _shoot_rooms(self) -> None:
        self._look.apply("dark", 100)
        self._type("?")
        self._take("keys-dark")
        self._type("q")
        self._press(K.Key_2, CONTROL)
        self._until(lambda: self._rooms.batches.table.rows.rowCount() > 0)
        self._take("batches-dark")
        self._look.apply("light", 100)
        self._press(K.Key_3, CONTROL)
        self._until(lambda: self._sitting.reports.report is not None)
        self._take("reports-light")
        self._look.apply("dark", 100)
        self._press(K.Key_1, CONTROL)
        self._press(K.Key_Escape)
        self._take("calm-dark")

    @property
    def _sitting(self) -> Sitting:
        if self._window.sitting is None:
            raise RuntimeError("nobody is signed in")
        return self._window.sitting

    @property
    def _rooms(self) -> Rooms:
        if self._window.rooms is None:
            raise RuntimeError("nobody is signed in")
        return self._window.rooms

    def _is_settled(self) -> bool:
        if self._window.sitting is None or self._sitting.sync.state.at is None:
            return False
        at_item = self._sitting.grading.stage in (Stage.ASKING, Stage.DECIDED)
        return at_item and self._rooms.desk.takes_keys

    def _until(self, there: Callable[[], bool]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > end_s:
                raise TimeoutError("the window did not get there")
            self._application.processEvents()
            time.sleep(0.005)

    def _target(self) -> QWidget:
        return self._window.focusWidget() or self._window

    def _type(self, keys: str) -> None:
        QTest.keyClicks(self._target(), keys)

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._target(), key, modifier)

    def _send(self, half: QEvent.Type) -> None:
        """Send one half of a press of Space."""
        QApplication.sendEvent(self._target(), QKeyEvent(half, K.Key_Space, NONE, " "))

    def _take(self, name: str) -> None:
        for _ in range(5):  # what was laid out anew is laid out once more by what lies in it
            self._application.processEvents()
        file = FOLDER / f"{name}.png"
        self._window.grab().save(str(file))
        file.chmod(0o644)  # the home has told the process to keep everything to itself


if __name__ == "__main__":
    raise SystemExit(main())
