"""Faults of the Qt bindings that would end the program: each once bit us."""

import subprocess
import sys

import pytest

from tests.house.tree import product_files, text_of

# What puts words where the desktop shows or keeps them: trays, notices, lists of recent files.
SPREADS = (
    *("QSystemTrayIcon", "showMessage", "QDesktopServices", "QDrag", "setWindowFilePath"),
    *("Notifications", "notify-send", "notify2", "plyer", "win10toast", "NSUserNotification"),
)

# What makes something move, fade or flash by itself. Nothing does, so there is nothing of which a
# person, or the system for them, could ask less (docs/decisions, "Nothing moves by itself").
MOVES = (
    *("QPropertyAnimation", "QVariantAnimation", "QAnimationGroup", "QParallelAnimationGroup"),
    *("QSequentialAnimationGroup", "QTimeLine", "QMovie", "QGraphicsOpacityEffect"),
    *("QSplashScreen", "QScroller", "setWindowOpacity", "QApplication.alert"),
)

CALLS = 2_000
COUNTS_REFERENCES = f"""
import sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
application = QGuiApplication([])
sheet = QPixmap(8, 8)
painter = QPainter(sheet)
before = sys.getrefcount(None), sys.getrefcount(True)
for _ in range({CALLS}):
    painter.setPen(Qt.PenStyle.NoPen)
    painter.isActive()
after = sys.getrefcount(None), sys.getrefcount(True)
painter.end()
print(before[0] - after[0], before[1] - after[1])
"""


@pytest.mark.skipif(
    sys.version_info >= (3, 12),
    reason="from 3.12 on None is never freed, and its count is no count",
)
def test_that_qt_takes_no_reference_that_is_not_its_own() -> None:
    # PySide6 6.12.0 does on Python 3.11: minutes of painting use up every reference to None, and
    # the interpreter aborts.
    counted = subprocess.run(
        [sys.executable, "-c", COUNTS_REFERENCES], capture_output=True, text=True, check=True
    )
    lost = [int(word) for word in counted.stdout.split()]
    assert max(lost) < CALLS / 10


def test_that_nothing_is_handed_to_what_shows_words_beside_the_window() -> None:
    told = {
        f"{file}: {word}" for file in product_files() for word in SPREADS if word in text_of(file)
    }
    assert told == set()


def test_that_nothing_is_made_to_move_or_flash_by_itself() -> None:
    moved = {
        f"{file}: {word}" for file in product_files() for word in MOVES if word in text_of(file)
    }
    assert moved == set()
