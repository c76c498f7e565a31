"""Measures how long the painting thread is blocked. Keeps numbers, never what was done."""

import logging
import threading
import time

from PySide6.QtCore import QObject, QTimer, Slot

BEAT_MS = 10
LOOK_S = 0.01
TOO_LONG_MS = 50.0

log = logging.getLogger(__name__)


class Watchdog(QObject):
    """A timer of the window beats; a thread of its own looks how old the last beat is.

    `longest_ms` and `blocked` (times over 50 ms) are for the bench and the tests.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_ms = 0.0
        self.blocked = 0
        self._beat_s = time.monotonic()
        self._told = False
        self._over = threading.Event()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to measure."""
        self._beat_s = time.monotonic()
        self._timer.start()
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the thread."""
        self._timer.stop()
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def reset(self) -> None:
        """Forget what was measured."""
        self.longest_ms, self.blocked = 0.0, 0

    @Slot()
    def _beat(self) -> None:
        now_s = time.monotonic()
        self._measure((now_s - self._beat_s) * 1000 - BEAT_MS)
        self._beat_s = now_s
        self._told = False

    def _measure(self, blocked_ms: float) -> None:
        self.longest_ms = max(self.longest_ms, blocked_ms)
        if blocked_ms > TOO_LONG_MS:
            self.blocked += 1

    def _watch(self) -> None:
        # The timer alone would measure a block only once it is over; this one tells of it
        # while it lasts, so that a hang leaves a line in the log.
        while not self._over.wait(LOOK_S):
            blocked_ms = (time.monotonic() - self._beat_s) * 1000 - BEAT_MS
            if blocked_ms > TOO_LONG_MS and not self._told:
                self._told = True
                log.warning("the window has not painted for %d ms", blocked_ms)
