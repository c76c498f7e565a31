"""How long everybody viewed, read off the window's thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.viewed import DayViewed, Viewed

if TYPE_CHECKING:
    from app.bootstrap import Workstation

__all__ = ["DayViewed", "ViewedSession"]


class ViewedSession(QObject):
    """Answers for the page in Administration."""

    told = Signal(object, int)  # a tuple of DayViewed; the limit of one person a day, in ms
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._viewed = Viewed(ws)

    def ask(self) -> None:
        """Read what is new, and say how it stands."""
        limit_ms = self._ws.policy.exposure.desk_time_a_day_s * 1000
        self._jobs.run(
            self._viewed.week,
            lambda week: self.told.emit(week, limit_ms),
            lambda error: self.failed.emit(sentence(error)),
        )
