"""Runs `main.py` on a home and notes when a veiled item is painted; presses keys if asked to.

A process of its own, started by `bench_start`: the clock it is given began when it was started, so
that the interpreter, every import and the opening of the home count. Prints one JSON document.
"""

import argparse
import json
import os
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import session_opening
from widgets.canvas import Canvas

MAIN = Path(__file__).resolve().parents[2] / "main.py"
# Off remit, no sign of AI seen, sign: the shortest path.
KEYS = (Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_Return)
KEY_MS = 60  # from key to key: a quick hand
PAUSE_MS = 300  # before the first key: a quick eye; the next ten are fetched meanwhile
READY_FRAME_PX = (480, 360)


class Probe:
    """Notes each new veiled item that was painted, and what it cost."""

    def __init__(self, began_s: float, items: int) -> None:
        self._began_s = began_s
        self._items_left = items
        self._seen: QImage | None = None
        self._pressed_s: float | None = None
        self.first_ms = 0.0
        self.keys_ms: list[float] = []
        self.floors_ms: list[float] = []

    def watch(self) -> None:
        """Listen in on every painting of the canvas."""
        paint: Callable[[Canvas, QPaintEvent], None] = Canvas.paintEvent
        probe = self

        def paint_and_note(canvas: Canvas, _: QPaintEvent) -> None:
            paint(canvas, _)
            probe._note(canvas)

        Canvas.paintEvent = paint_and_note  # type: ignore[method-assign]

    def _note(self, canvas: Canvas) -> None:
        now_s = time.monotonic()
        if canvas._rest is None or canvas._rest is self._seen:
            return
        self._seen = canvas._rest
        if not self.first_ms:
            self.first_ms = (now_s - self._began_s) * 1000
        elif self._pressed_s is not None:
            self.keys_ms.append((now_s - self._pressed_s) * 1000)
            self._pressed_s = None
            self.floors_ms.append(floor_ms(canvas))
        if self._items_left == 0:
            QTimer.singleShot(0, QApplication.quit)
            return
        self._items_left -= 1
        QTimer.singleShot(PAUSE_MS, partial(self._grade, canvas.window()))

    def _grade(self, window: QWidget, keys: Sequence[Qt.Key] = KEYS) -> None:
        key, *others = keys
        if not others:
            self._pressed_s = time.monotonic()
        QTest.keyClick(window, key)
        if others:
            QTimer.singleShot(KEY_MS, partial(self._grade, window, others))


def floor_ms(canvas: Canvas) -> float:
    """Return what it takes to enlarge and draw a frame that is ready: the least a window can do."""
    frame = QImage(*READY_FRAME_PX, QImage.Format.Format_Grayscale8)
    frame.fill(127)
    begun_s = time.monotonic()
    sheet = QPixmap(canvas.room().size())
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(sheet.rect(), frame)
    painter.end()
    shown = QPixmap(canvas.size())
    painter = QPainter(shown)
    painter.drawPixmap(0, 0, sheet)
    painter.end()
    return (time.monotonic() - begun_s) * 1000


def passphrase() -> str:
    """Return the passphrase at once, as the quickest typist would."""
    return Path(os.environ["ASSAY_PASSPHRASE_FILE"]).read_text(encoding="utf-8").strip()


def main(arguments: list[str]) -> int:
    """Run the window until the items asked for were graded; print what was noted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--began", type=float, required=True, help="time.monotonic at the start")
    parser.add_argument("--items", type=int, default=0, help="how many to grade")
    parser.add_argument("home")
    asked = parser.parse_args(arguments)
    probe = Probe(asked.began, asked.items)
    probe.watch()
    session_opening._nothing_given = passphrase  # nobody sits here to type it
    sys.argv = [str(MAIN), "--home", asked.home]
    try:
        runpy.run_path(str(MAIN), run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            return int(ended.code)
    print(json.dumps({"first": probe.first_ms, "keys": probe.keys_ms, "floors": probe.floors_ms}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
