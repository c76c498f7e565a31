"""Classifiers at work while somebody grades: on a thread of their own, item by item, unseen."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.classifying.installed import Damaged, damaged
from app.classifying.scoring import Scored, Scoring, waiting
from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, Watch
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from app.bootstrap import Workstation

PAUSE_S = 0.05  # left to the person's own work after each item

__all__ = ["Damaged", "Scored", "ScoringSession", "ScoringState"]


@dataclass(frozen=True, slots=True)
class ScoringState:
    """How classifiers stand.

    Attributes:
        progress: Of the run at hand, once it takes longer than a moment.
        stopping: Whether the person stopped the run, and it still ends the item at hand.
        waiting: Scores that are not worked out because the person stopped the run.
        damaged: Classifiers that may run and do not: their files are gone or were changed.
        broke: What the last run could not do, for each classifier that broke down.
        failed: Why nothing could be scored at all, as a sentence.
    """

    progress: Progress | None = None
    stopping: bool = False
    waiting: int = 0
    damaged: tuple[Damaged, ...] = ()
    broke: tuple[Scored, ...] = ()
    failed: str = ""


class ScoringSession(QObject):
    """Scores what is new after a batch is opened or taken in; one run waits for the other.

    A person may stop it: it ends after the item at hand, and nothing is scored before they let it
    go on. What comes in meanwhile is counted. Where nothing was left to stop, what comes in next is
    scored as ever.
    """

    finished = Signal(object)  # tuple of Scored
    changed = Signal(object)  # ScoringState

    _told = Signal(object)  # Progress, from the thread of scoring

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._scoring = Scoring(ws, PAUSE_S)
        self._halted = threading.Event()
        self._watch = Watch(self._told.emit, self._halted.is_set)
        self._runs = 0
        self._state = ScoringState()
        self._looks = True  # whether models are read through before the next run
        self._told.connect(self._show)

    @property
    def can_turn(self) -> bool:
        """Whether there is a run to stop, or one that was stopped."""
        return self._runs > 0 or self._halted.is_set()

    @Slot()
    def go_on(self) -> None:
        """Score what is new in the batches that were taken in here, the newest first."""
        if self._halted.is_set():
            self._jobs.run(self._left, self._counted, self._uncounted)
        else:
            self._runs += 1
            self._jobs.run(self._score, self._done, self._lost)

    def turn(self) -> None:
        """Stop after the item at hand, or let what was stopped go on.

        While it still ends the item at hand, the key means what it meant before: a second press is
        no wish to go on.
        """
        if not self._halted.is_set():
            if self._runs:
                self._halted.set()
                self._set(replace(self._state, progress=None, stopping=True))
        elif not self._runs:
            self._halted.clear()
            left = self._state.waiting
            begun = Progress("scoring", 0, left) if left else None
            self._set(replace(self._state, waiting=0, progress=begun))
            self.go_on()

    def end(self) -> Callable[[], object]:
        """Return what ends it at once, for good, on any thread."""
        return self._scoring.stop

    def _batches(self) -> list[str]:
        return [row.batch_id for row in reversed(self._ws.home.local.batches())]

    def _left(self) -> int:
        return waiting(self._ws, self._batches())

    def _score(self) -> tuple[tuple[Scored, ...], int, tuple[Damaged, ...]]:
        batches = self._batches()
        broken = self._state.damaged
        if self._looks:
            allowed = self._ws.policy.classifiers.allowed
            broken = tuple(one for one in damaged(self._ws) if one.id in allowed)
        found: tuple[Scored, ...] = ()
        if waiting(self._ws, batches):
            found = self._scoring.run(batches, self._watch)
        left = self._left() if self._halted.is_set() else 0
        return found, left, broken

    def _done(self, ended: tuple[tuple[Scored, ...], int, tuple[Damaged, ...]]) -> None:
        found, left, broken = ended
        broke = tuple(one for one in found if one.fault is not None)
        self._looks = bool(broken or broke)
        self._runs -= 1
        self._stand(ScoringState(damaged=broken, broke=broke), left)
        self.finished.emit(found)

    def _lost(self, error: BaseException) -> None:
        self._runs -= 1
        self._set(ScoringState(damaged=self._state.damaged, failed=sentence(error)))
        if self._halted.is_set():
            self.go_on()  # what is left is not known: it is counted

    def _counted(self, left: int) -> None:
        if self._halted.is_set() and not self._runs:
            self._stand(self._state, left)

    def _uncounted(self, error: BaseException) -> None:
        self._set(replace(self._state, failed=sentence(error)))

    def _stand(self, state: ScoringState, left: int) -> None:
        """Say how it stands now that a run has ended, or what a stopped one left was counted."""
        if self._runs:  # the next one was asked for before
            self._set(replace(state, stopping=self._halted.is_set()))
            return
        if not left:
            self._halted.clear()
        self._set(replace(state, waiting=left))

    @Slot(object)
    def _show(self, progress: Progress) -> None:
        """Say how far a run is; one that is over before anything was said is not worth a word."""
        is_short = self._state.progress is None and progress.done == progress.of
        if self._runs and not is_short and not self._halted.is_set():
            self._set(replace(self._state, progress=progress))

    def _set(self, state: ScoringState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit(state)
