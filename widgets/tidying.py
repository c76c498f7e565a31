"""When garbage is looked for: in a quiet moment, never while a key waits for its answer.

Python looks through young objects as they come, which takes no time to speak of. To look through
all of them takes 20 ms and more once a large batch is open, and it would do so whenever it likes,
with the window standing still. While other threads work it takes longest: they make what is
looked through.
"""

import gc
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.collector import look_through_the_young_alone

QUIET_MS = 2000  # from the last key or movement on; who reads does not notice
BUSY_LIMIT = 60  # so often it is put off, and no longer
_ACTS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    )
)


class Tidying(QObject):
    """Looks for garbage once after each spell of work."""

    tidied = Signal()

    def __init__(
        self,
        window: QWidget,
        quiet_ms: int = QUIET_MS,
        *,
        at_work: Callable[[], bool] = lambda: False,
    ) -> None:
        """Watch a window; ``at_work`` says whether another thread does something for it."""
        super().__init__(window)
        self._window, self._at_work = window, at_work
        self._acted = False
        self._due = True
        self._put_off = 0
        self._timer = QTimer(self)
        self._timer.setInterval(quiet_ms)
        self._timer.timeout.connect(self._look)

    @Slot()
    def begin(self) -> None:
        """From the first quiet moment on only young garbage is looked for at any time.

        Not before: all that a start has made is young, and to look through that takes 30 ms, which
        the first item would wait for.
        """
        look_through_the_young_alone()
        surface = self._window.windowHandle()
        if surface is not None and not self._timer.isActive():
            surface.installEventFilter(self)
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody does something; every event goes on its way."""
        if event.type() in _ACTS:
            self._acted = True
        return super().eventFilter(watched, event)

    @Slot()
    def _look(self) -> None:
        if self._acted or self._at_work():
            self._acted, self._due = False, True
            self._put_off += 1
            if self._put_off < BUSY_LIMIT:
                return
        if self._due:
            self._due, self._put_off = False, 0
            gc.collect()
            gc.enable()
            self.tidied.emit()
