"""Says when nobody has been there for a long time: no key, and the pointer where it was."""

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QCursor

from app.session.preferences import PreferenceSession

_SETTING = "desk.lock_after_s"


class IdleLock(QObject):
    """Runs from `follow`; every key counts by `touch`, the pointer by having moved."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences: PreferenceSession | None = None
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    def follow(self, preferences: PreferenceSession) -> None:
        """Begin to wait, for as long as the person has set; from anew when they set another."""
        self._preferences = preferences
        preferences.changed.connect(self._heed)
        self._heed(_SETTING)

    @Slot(str)
    def _heed(self, name: str) -> None:
        if name == _SETTING and self._preferences is not None:
            self._timer.setInterval(self._preferences.number(_SETTING) * 1000)
            self.touch()

    def touch(self) -> None:
        """Somebody is there: wait anew."""
        self._pointer = QCursor.pos()
        self._timer.start()

    def stop(self) -> None:
        """Wait no longer."""
        self._preferences = None
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        if QCursor.pos() != self._pointer:
            self.touch()
        else:
            self.idle.emit()
