"""What protects this workstation, asked off the window's thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.protection import protections_of

if TYPE_CHECKING:
    from app.bootstrap import Workstation


class ProtectionSession(QObject):
    """Answers for the page in Administration."""

    told = Signal(object)  # Protections
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws

    def ask(self) -> None:
        """Ask every part anew."""
        self._jobs.run(
            lambda: protections_of(self._ws),
            self.told.emit,
            lambda error: self.failed.emit(sentence(error)),
        )
