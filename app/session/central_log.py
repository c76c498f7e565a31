"""The central log on the screen: how this desk stands to it, and going on with another one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.interruption import LogView, agree, log_view
from app.jobs import Jobs
from app.messages import sentence

if TYPE_CHECKING:
    from app.bootstrap import Workstation


class CentralLogSession(QObject):
    """Answers for the page Central log in Administration, on the thread that syncs."""

    told = Signal(object)  # LogView
    agreed = Signal()
    stopped = Signal()  # sync cannot go on
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation", turn: AbstractContextManager[object]) -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._turn = turn

    @property
    def has_central(self) -> bool:
        """Whether this home has a central store."""
        return self._ws.home.has_central

    def look(self) -> None:
        """Sync, and say how it stands."""

        def done(view: LogView) -> None:
            self.told.emit(view)
            if view.stopped:
                self.stopped.emit()

        self._run(lambda: log_view(self._ws.home), done)

    def agree(self, why: str) -> None:
        """Stand behind going on with the log as it is."""

        def done(view: LogView) -> None:
            self.told.emit(view)
            self.agreed.emit()

        self._run(lambda: agree(self._ws.home, why), done)

    def _run(self, work: Callable[[], LogView], done: Callable[[LogView], object]) -> None:
        turn = self._turn

        def in_turn() -> LogView:
            with turn:
                return work()

        self._jobs.run(in_turn, done, lambda error: self.failed.emit(sentence(error)))
