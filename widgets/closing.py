"""The end of the window while a folder is on its way in: asked about, then done cleanly."""

from PySide6.QtCore import QObject, Signal, Slot

from app.session.intake import IntakeSession


class Closing(QObject):
    """Holds the window open until the file at hand is in.

    `asking`: the person is to be told what closing would stop. `stopping`: they meant it. `ended`:
    the intake is over, and the window may close.
    """

    asking = Signal()
    stopping = Signal()
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._intake: IntakeSession | None = None
        self._asked = self._waits = False

    @property
    def waits(self) -> bool:
        """Whether the window closes as soon as the intake is over."""
        return self._waits

    @property
    def asked(self) -> bool:
        """Whether the person was told what closing would stop, and has not answered yet."""
        return self._asked

    def follow(self, intake: IntakeSession) -> None:
        """Take the intake of a sitting."""
        self._intake = intake
        self._asked = self._waits = False
        intake.finished.connect(self._over)
        intake.failed.connect(self._over)

    def may_close(self) -> bool:
        """Whether the window may close now; if not, the person is asked, and next time believed."""
        if self._intake is None or not self._intake.running:
            return True
        if self._asked:
            self.stop()
        else:
            self._asked = True
            self.asking.emit()
        return False

    def stop(self) -> None:
        """Stop after the file at hand without asking, as when the machine shuts down."""
        if self._intake is None or not self._intake.running:
            self.ended.emit()
        elif not self._waits:
            self._asked = self._waits = True
            self._intake.cancel()
            self.stopping.emit()

    @Slot(object)
    def _over(self, _: object) -> None:
        waited, self._asked, self._waits = self._waits, False, False
        if waited:
            self.ended.emit()
