"""When the home is locked: by will, or when nobody has been there for a long time.

While a folder is on its way in the home has to stay open; it is locked as soon as the folder is in.
"""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.session.intake import IntakeSession
from app.session.preferences import PreferenceSession
from widgets.idle_lock import IdleLock


class Locking(QObject):
    """Says when to lock. `put_off`: somebody asked for it, and a folder is on its way in."""

    due = Signal()
    put_off = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._intake: IntakeSession | None = None
        self._asked = self._nobody = False
        self.idle = IdleLock(self)
        self.idle.idle.connect(self._nobody_is_there)

    def follow(self, intake: IntakeSession, preferences: PreferenceSession) -> None:
        """Take the intake of a sitting, and whose settings say how long somebody may be away."""
        self._intake = intake
        self._asked = self._nobody = False
        # Queued: the intake tells everybody that it is over before the home goes.
        for over in (intake.finished, intake.failed):
            over.connect(self._over, Qt.ConnectionType.QueuedConnection)
        self.idle.follow(preferences)

    def stop(self) -> None:
        """Nobody sits here."""
        self._intake = None
        self.idle.stop()

    def touch(self) -> None:
        """Somebody is there."""
        self._nobody = False
        self.idle.touch()

    def ask(self) -> None:
        """Lock now, or when the folder on its way is in."""
        if self._waits():
            self._asked = True
            self.put_off.emit()
        else:
            self.due.emit()

    def _waits(self) -> bool:
        return self._intake is not None and self._intake.running

    @Slot()
    def _nobody_is_there(self) -> None:
        if self._waits():
            self._nobody = True
        else:
            self.due.emit()

    @Slot(object)
    def _over(self, _: object) -> None:
        if (self._asked or self._nobody) and self._intake is not None:
            self._asked = self._nobody = False
            self.due.emit()
