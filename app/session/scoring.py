"""Classifiers at work while somebody grades: on a thread of their own, item by item, unseen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.classifying.scoring import Scored, Scoring, waiting
from app.jobs import Jobs
from app.messages import sentence

if TYPE_CHECKING:
    from app.bootstrap import Workstation

PAUSE_S = 0.05  # left to the person's own work after each item


class ScoringSession(QObject):
    """Scores what is new after a batch is opened or taken in; one run waits for the other."""

    finished = Signal(object)  # tuple of Scored
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._scoring = Scoring(ws, PAUSE_S)

    @Slot()
    def go_on(self) -> None:
        """Score what is new in the batches that were taken in here, the newest first."""
        self._jobs.run(self._score, self.finished.emit, self._lost)

    def end(self) -> Callable[[], object]:
        """Return what ends it at once, for good, on any thread."""
        return self._scoring.stop

    def _score(self) -> tuple[Scored, ...]:
        batches = [row.batch_id for row in reversed(self._ws.home.local.batches())]
        return self._scoring.run(batches) if waiting(self._ws, batches) else ()

    def _lost(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))
