"""Work dealt out, handed over and recalled from the window: signed on the store thread."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.assignment.dealing import Dealt, assign, take_back
from app.assignment.handing_over import HandedOver, hand_over, recall
from app.jobs import Jobs
from app.messages import sentence
from storage.kinds import kinds

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")

__all__ = ["AssigningSession", "Dealt", "HandedOver"]


class AssigningSession(QObject):
    """Answers for what is done with people in the room Batches."""

    dealt = Signal(object)  # Dealt
    handed = Signal(object)  # HandedOver
    recalled = Signal(int)  # items that are this person's again
    taken_back = Signal(int)  # items that are another's no more
    changed = Signal()  # whose items are whose is otherwise than before
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws

    @property
    def may_assign(self) -> bool:
        """Whether this person says who grades what."""
        return self._may("assignment")

    @property
    def may_hand_over(self) -> bool:
        """Whether this person has work to hand over."""
        return self._may("handover")

    def assign(self, batch: str, persons: str) -> None:
        """Deal a batch out among people, named with commas between."""
        named = [part.strip() for part in persons.split(",") if part.strip()]
        self._run(lambda: assign(self._ws, batch, named), self.dealt.emit)

    def take_back(self, batch: str, person: str) -> None:
        """Take a batch from a person again."""
        self._run(lambda: take_back(self._ws, batch, person.strip()), self.taken_back.emit)

    def hand_over(self, batch: str, to: str, why: str) -> None:
        """Give what is left of a batch to another person."""
        self._run(
            lambda: hand_over(self._ws, batch, to.strip(), why.strip() or None), self.handed.emit
        )

    def recall(self, batch: str) -> None:
        """Take back what was handed over of a batch."""
        self._run(lambda: recall(self._ws, batch), self.recalled.emit)

    def _may(self, kind: str) -> bool:
        return kinds()[kind].may_be_signed_in(self._ws.home.person.roles)

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        def finished(result: T) -> None:
            done(result)
            self.changed.emit()

        self._jobs.run(work, finished, lambda error: self.failed.emit(sentence(error)))
