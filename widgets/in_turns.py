"""Long work of the window in steps, each in a turn of its own: keys and painting come between."""

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Slot


class InTurns(QObject):
    """Takes steps one after the other, in the order in which they were given."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._step)

    def take(self, steps: Iterable[Callable[[], object]], *, at_once: bool = False) -> None:
        """Take each step in a turn of its own; the first in this one if it is to be so."""
        self._left.extend(steps)
        self._timer.start()
        if at_once:
            self._step()

    def stop(self, *, but: Callable[[], object] | None = None) -> None:
        """Take no further step, but this one where it waits."""
        self._left = deque(step for step in self._left if step == but)
        if not self._left:
            self._timer.stop()

    @Slot()
    def _step(self) -> None:
        if not self._left:
            return
        step = self._left.popleft()
        if self._left:
            self._timer.start()  # before: a step that fails keeps no other from its turn
        step()
