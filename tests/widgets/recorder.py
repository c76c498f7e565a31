"""Records what the running window puts on its screen, and finds planted patterns in it.

Before anything is painted, what the last painting put there is taken from the platform's own
screen, not from a widget. Every flush of the window is preceded by a paint event and followed by
none before the next, so no flushed frame is missed: the last one is taken by `end`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from widgets.canvas import Canvas

WIDE_PX, HIGH_PX = 320, 240
BLOCK_PX = 4  # 30 cycles a shorter side and finer: nothing of it passes the veil at rest
FINE_SIGMA_PX = 2.0
SEEN = 0.25  # correlation of fine detail; unrelated noise of this size stays under 0.02

Pattern = NDArray[np.float32]


def planted(folder: Path, count: int, seed: int) -> dict[str, Pattern]:
    """Write pictures of random blocks; return what of each no veil at rest lets through."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    found = {}
    for number in range(count):
        small = rng.integers(0, 2, (HIGH_PX // BLOCK_PX, WIDE_PX // BLOCK_PX), np.uint8) * 255
        pixels = np.kron(small, np.ones((BLOCK_PX, BLOCK_PX), np.uint8))
        name = f"{number}.png"
        Image.fromarray(pixels).save(folder / name)
        found[name] = _fine(pixels.astype(np.float32))
    return found


def _fine(grey: Pattern) -> Pattern:
    """Return the detail of a picture, without its coarse shapes, at a strength of one."""
    coarse = cv2.GaussianBlur(grey, (0, 0), FINE_SIGMA_PX)
    fine = np.asarray(grey - coarse, np.float32)
    fine -= fine.mean()
    return fine / max(float(np.linalg.norm(fine)), 1e-6)


@dataclass(frozen=True)
class Painted:
    """One frame of the screen in which a planted pattern was found though it was not asked for."""

    name: str
    strength: float
    moment: str


class Recorder(QObject):
    """Looks at the screen before every painting of the window it watches."""

    def __init__(self, window: QWidget, patterns: Mapping[str, Pattern]) -> None:
        super().__init__()
        self._window = window
        self._patterns = patterns
        self.item: Canvas | None = None  # where items are shown, once the window has it
        self.asked_for: str | None = None  # what may be seen now
        self.moment = "start"
        self.frames = 0
        self.faults: list[Painted] = []
        self.seen: set[str] = set()
        self._last: tuple[bytes, str | None] | None = None
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look before anything is painted."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.look()
        return False

    def end(self) -> None:
        """Look once more, and no more after."""
        self.look()
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)

    def look(self) -> None:
        """Compare the screen as it is with every planted pattern."""
        shown = self._screen()
        if shown is None or self._last == (shown.tobytes(), self.asked_for):
            return
        self._last = (shown.tobytes(), self.asked_for)
        self.frames += 1
        fine = _fine(cv2.resize(shown, (WIDE_PX, HIGH_PX), interpolation=cv2.INTER_AREA))
        for name, pattern in self._patterns.items():
            strength = float((fine * pattern).sum())
            if strength > SEEN:
                self.seen.add(name)
                if name != self.asked_for:
                    self.faults.append(Painted(name, round(strength, 2), self.moment))

    def _screen(self) -> Pattern | None:
        if self.item is None or not self._window.isVisible():
            return None
        place = QRect(self.item.mapTo(self._window, QPoint()), self.item.size())
        grabbed = self._window.screen().grabWindow(
            self._window.winId(), place.x(), place.y(), place.width(), place.height()
        )
        image = grabbed.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        high, wide = image.height(), image.width()
        if not high or not wide:
            return None
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(high, image.bytesPerLine())
        return np.ascontiguousarray(rows[:, :wide]).astype(np.float32)[self._part(wide, high)]

    def _part(self, wide: int, high: int) -> tuple[slice, slice]:
        """Return rows and columns of the largest picture of our shape, as the canvas places it."""
        room = self.item.room() if self.item is not None else QRect(0, 0, wide, high)
        scale = min(room.width() / WIDE_PX, room.height() / HIGH_PX)
        width, height = round(WIDE_PX * scale), round(HIGH_PX * scale)
        left = room.x() + (room.width() - width) // 2
        top = room.y() + (room.height() - height) // 2
        return slice(top, top + height), slice(left, left + width)
