"""How classifiers hold on resolved verdicts: worked out off the window's thread for Quality."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.classifying.installed import Damaged, damaged
from app.classifying.judging import Measured, measured
from app.jobs import Jobs
from app.messages import sentence
from app.second_opinion.voices import Voices
from grading.classifier.performance import Bin, Estimate, Performance, RocPoint

if TYPE_CHECKING:
    from app.bootstrap import Workstation

__all__ = ["Bin", "Damaged", "Estimate", "Measured", "MeasuringSession", "Performance", "RocPoint"]


class MeasuringSession(QObject):
    """Answers the page of classifiers of one sitting."""

    damaged = Signal(object)  # a tuple of Damaged, before each answer
    measured = Signal(object)  # a tuple of Measured
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs, self._ws = jobs, ws
        self._voices: Voices | None = None
        self._turn = 0

    @property
    def is_shown_first(self) -> bool:
        """Whether graders see scores before they answer, so that figures flatter."""
        return self._ws.policy.classifiers.shown_before_first_answer

    def look(self) -> None:
        """Work the figures out again."""
        self._turn += 1
        turn = self._turn
        self._jobs.run(
            self._measured,
            lambda found: self._told(*found) if turn == self._turn else None,
            lambda error: self.failed.emit(sentence(error)),
        )

    def _measured(self) -> tuple[tuple[Damaged, ...], tuple[Measured, ...]]:
        self._voices = self._voices or Voices(self._ws.home)
        return damaged(self._ws), measured(self._ws, self._voices)

    def _told(self, broken: tuple[Damaged, ...], found: tuple[Measured, ...]) -> None:
        self.damaged.emit(broken)
        self.measured.emit(found)
