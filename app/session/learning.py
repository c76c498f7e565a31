"""What somebody looks up beside the item: the casebook, and what became of their answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.calibration import CasebookEntry, casebook
from app.feedback import Feedback, ItemFeedback, feedback, is_in_training
from app.jobs import Jobs
from app.messages import sentence
from app.second_opinion.voices import Voices
from grading.scheme import Scheme

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")

__all__ = ["CasebookEntry", "Feedback", "ItemFeedback", "LearningSession"]


class LearningSession(QObject):
    """Reads on a thread that no verdict waits for."""

    found = Signal(object)  # a tuple of CasebookEntry
    told = Signal(object)  # Feedback
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation", scheme: Scheme) -> None:
        super().__init__()
        self._jobs, self._ws, self._scheme = jobs, ws, scheme
        self._voices: Voices | None = None

    @property
    def is_in_training(self) -> bool:
        """Whether the person's verdicts are no votes yet."""
        return is_in_training(self._ws)

    def search(self, words: str) -> None:
        """Look words up in the casebook; what an entry is about is said as the Desk asks it."""
        self._run(lambda: casebook(self._ws.home, words, self._asked), self.found.emit)

    def review(self) -> None:
        """Say what became of this person's answers."""

        def work() -> Feedback:
            self._voices = self._voices or Voices(self._ws.home)
            return feedback(self._ws, self._scheme, self._voices)

        self._run(work, self.told.emit)

    def _asked(self, fact: str) -> str:
        return self._scheme.question(fact).title if self._scheme.has(fact) else fact

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        self._jobs.run(work, done, lambda error: self.failed.emit(sentence(error)))
