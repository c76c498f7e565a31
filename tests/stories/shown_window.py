"""Runs `main.py` on a home, reveals the first item clear and in colour, and says so.

A process of its own, started by a test that then looks for what it left behind. Every line that
comes in is the next thing to do: `sign`, then of a film that follows `film`, which steps to its
second still and reveals it, and `play`. What it says is one word a line.
"""

import os
import runpy
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.session import opening
from widgets.canvas import Canvas

MAIN = Path(__file__).resolve().parents[2] / "main.py"
K = Qt.Key
COPYING = (K.Key_C, K.Key_X, K.Key_A, K.Key_P, K.Key_S)
OFF_REMIT = (K.Key_5, K.Key_1)
CLEAR_LEVEL = 6
PLAYED = 3  # frames, of which the first is the still that was revealed before


class Hands(QObject):
    """Presses the keys of one who reveals, tries to copy, and signs."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._canvas: Canvas | None = None
        self._awaited = "revealed"
        self._painted = 0
        self._ready = QTimer(self, interval=50)
        self._ready.timeout.connect(self._step)
        self.asked.connect(self._do)

    def watch(self) -> None:
        """Listen in on every painting of the canvas."""
        paint: Callable[[Canvas, QPaintEvent], None] = Canvas.paintEvent
        hands = self

        def paint_and_note(canvas: Canvas, event: QPaintEvent) -> None:
            paint(canvas, event)
            hands._note(canvas)

        Canvas.paintEvent = paint_and_note  # type: ignore[method-assign]

    def _note(self, canvas: Canvas) -> None:
        if self._canvas is None and canvas.shows_item:
            self._canvas = canvas
            QTimer.singleShot(0, self._reveal)
        veil = canvas._veil
        if canvas.shows_clear and veil.level == CLEAR_LEVEL and not veil.grey:
            self._painted += 1
            stills = canvas.bar._state
            is_there = {
                "revealed": True,
                "film": stills.at == 1 and not veil.playing,
                "play": veil.playing and self._painted >= PLAYED,
            }
            if is_there.get(self._awaited):
                word, self._awaited = self._awaited, ""
                QTimer.singleShot(500, lambda: say(word))

    @Slot()
    def _reveal(self) -> None:
        QTest.keyPress(self._at(), K.Key_Space)
        for _ in range(5):
            QTest.keyClick(self._at(), K.Key_B)
        QTest.keyClick(self._at(), K.Key_G)

    def _sign(self) -> None:
        if self._canvas is not None:
            QTest.mousePress(self._canvas, Qt.MouseButton.LeftButton)
            QTest.mouseMove(self._canvas, self._canvas.rect().center())
            QTest.mouseRelease(self._canvas, Qt.MouseButton.LeftButton)
        QTest.keyRelease(self._at(), K.Key_Space)
        for key in COPYING:
            QTest.keyClick(self._at(), key, Qt.KeyboardModifier.ControlModifier)
        for key in OFF_REMIT:
            QTest.keyClick(self._at(), key)
        QTest.keyClick(self._at(), K.Key_Return)
        QTimer.singleShot(1500, lambda: say("signed"))

    @Slot(str)
    def _do(self, word: str) -> None:
        if word == "sign":
            self._sign()
        elif word == "film":
            self._ready.start()
        else:
            QTest.keyRelease(self._at(), K.Key_Space)
            self._awaited, self._painted = "play", 0
            QTest.keyPress(self._at(), K.Key_V)
            QTest.keyPress(self._at(), K.Key_S)

    @Slot()
    def _step(self) -> None:
        """Go to the second still and reveal it, once the stills are chosen."""
        stills = self._canvas.bar._state if self._canvas is not None else None
        if stills is None or stills.of < 2 or not stills.is_ready:
            return
        self._ready.stop()
        self._awaited = "film"
        QTest.keyClick(self._at(), K.Key_Right)
        QTest.keyPress(self._at(), K.Key_Space)

    def _at(self) -> QWidget:
        window = QApplication.activeWindow()
        if window is None:
            raise RuntimeError("there is no window")
        return window.focusWidget() or window


def say(word: str) -> None:
    """Say how far the hands are, or that something is in the clipboard."""
    held = QApplication.clipboard().mimeData()
    formats = held.formats() if held is not None else []
    print(f"clipboard {formats}" if formats else word, flush=True)


def listen(hands: Hands) -> None:
    """Have the hands do what the lines say that come in."""
    for line in sys.stdin:
        hands.asked.emit(line.strip())


def main() -> int:
    """Run the window; it is ended from outside."""
    secret = Path(os.environ["ASSAY_PASSPHRASE_FILE"]).read_text(encoding="utf-8").strip()
    opening._nothing_given = lambda: secret  # nobody sits here to type it
    hands = Hands()
    hands.watch()
    threading.Thread(target=listen, args=(hands,), daemon=True).start()
    sys.argv = [str(MAIN), "--home", sys.argv[1]]
    runpy.run_path(str(MAIN), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
