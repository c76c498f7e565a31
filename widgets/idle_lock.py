"""Says when nobody has been there for a long time: no key, and the pointer where it was."""

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QCursor


class IdleLock(QObject):
    """Runs from `start`; every key counts by `touch`, the pointer by having moved."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    def start(self, after_s: int) -> None:
        """Begin to wait."""
        self._timer.setInterval(after_s * 1000)
        self.touch()

    def touch(self) -> None:
        """Somebody is there: wait anew."""
        self._pointer = QCursor.pos()
        self._timer.start()

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        if QCursor.pos() != self._pointer:
            self.touch()
        else:
            self.idle.emit()
