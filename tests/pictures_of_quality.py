"""The picture of Quality: a real window on the home of QA, in it what a desk with habits graded.

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
from app.texts import read_texts
from tests.stories.simulated_desk import SimulatedDesk
from tests.unit.app.folders import PASSPHRASE
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow

SIZE_PX = (1366, 768)
PATIENCE_S = 600.0
ITEMS, ANALYSTS = 240, 5
DRAWN = 11  # the same desk each time


def shoot(file: Path) -> None:
    """Enter the room, wait for its figures, and take the picture."""
    application = QApplication(["assay"])
    look = Look()
    look.load_fonts()
    with TemporaryDirectory() as folder:
        place = home_in(Path(folder))
        look.apply("light", 100)
        (place / "settings.toml").write_text('"look.theme" = "light"\n', encoding="utf-8")
        opening = OpeningSession(place)
        window = MainWindow(Fittings(look, read_texts(), read_keymap()), opening)
        window.resize(*SIZE_PX)
        window.show()
        QCursor.setPos(0, 0)
        opening.start()
        _enter(application, window)
        window.grab().save(str(file))
        file.chmod(0o644)
        window.close()
        opening.close()


def home_in(folder: Path) -> Path:
    """Let a desk grade, and return the place of the home of its QA."""
    dice = random.Random(DRAWN)  # noqa: S311 - the picture is the same each time
    desk = SimulatedDesk(folder, dice, items=ITEMS, analysts=ANALYSTS, supervisors=0)
    desk.grade()
    desk.bureau["quinn"].sync()
    place = desk.bureau["quinn"].ws.home.place
    desk.close()
    return place


def _enter(application: QApplication, window: MainWindow) -> None:
    figures: list[object] = []
    _until(application, window.sign_in._passphrase.isVisible)
    QTest.keyClicks(window.sign_in._passphrase, PASSPHRASE)
    QTest.keyClick(window.sign_in._passphrase, Qt.Key.Key_Return)
    _until(application, lambda: window.rooms is not None and window.sitting is not None)
    if window.sitting is not None:
        window.sitting.quality.compared.connect(figures.append)
    here = window.focusWidget() or window
    QTest.keyClick(here, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    _until(application, lambda: bool(figures))
    for _ in range(20):
        application.processEvents()


def _until(application: QApplication, there: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not there():
        if time.monotonic() > end_s:
            raise TimeoutError("the window did not get there")
        application.processEvents()
        time.sleep(0.005)
