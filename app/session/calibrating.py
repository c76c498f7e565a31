"""Calibration in the window: sets are begun, compared side by side, and end in the casebook."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.batches import logged_batch
from app.calibration import (
    Calibration,
    ItemBeside,
    begin_calibration,
    calibrations,
    close_set,
    compare_set,
    drawn_items,
)
from app.errors import CalibrationError
from app.jobs import Jobs
from app.messages import sentence
from app.second_opinion.voices import Voices
from grading.late_methods import dataclass
from grading.scheme import Scheme

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")

__all__ = ["CalibratingSession", "Calibration", "ItemBeside", "SetBeside", "Wanted"]


@dataclass(frozen=True, slots=True)
class SetBeside:
    """One set with its items, as far as everybody has answered them."""

    made: Calibration
    items: tuple[ItemBeside, ...]

    @property
    def answered(self) -> int:
        """How many items everybody has answered."""
        return sum(not one.lacking for one in self.items)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A set as it was filled in: title, batch, persons with commas between, how many items."""

    title: str
    batch: str
    persons: str
    items: str


class CalibratingSession(QObject):
    """Reads on a thread that no verdict waits for, and signs on the store's."""

    listed = Signal(object)  # a tuple of SetBeside, the newest first
    begun = Signal(object)  # Calibration
    entered = Signal(str)  # the title of a new entry of the casebook
    failed = Signal(str)

    def __init__(self, jobs: Jobs, store: Jobs, ws: "Workstation", scheme: Scheme) -> None:
        super().__init__()
        self._jobs, self._store, self._ws = jobs, store, ws
        self.scheme = scheme
        self._voices: Voices | None = None

    def look(self) -> None:
        """List the sets."""

        def work() -> tuple[SetBeside, ...]:
            self._voices = self._voices or Voices(self._ws.home)
            return tuple(
                SetBeside(one, compare_set(self._ws, one, self.scheme, self._voices))
                for one in reversed(calibrations(self._ws.home))
            )

        self._run(self._jobs, work, self.listed.emit)

    def begin(self, wanted: Wanted) -> None:
        """Draw the items of a set and sign it."""

        def work() -> Calibration:
            batch, _ = logged_batch(self._ws, wanted.batch.strip())
            count = wanted.items.strip()
            if not count.isascii() or not count.isdigit():
                raise CalibrationError("How many items is a whole number.")
            items = drawn_items(self._ws, batch, int(count))
            named = [part.strip() for part in wanted.persons.split(",") if part.strip()]
            return begin_calibration(self._ws, wanted.title, batch, items, named)

        self._run(self._store, work, self.begun.emit)

    def enter(self, made: Calibration, title: str, words: str, question: str | None) -> None:
        """Sign what was agreed on as an entry of the casebook."""
        self._run(
            self._store,
            lambda: close_set(self._ws, made, title, words, question),
            lambda _: self.entered.emit(title.strip()),
        )

    def _run(self, jobs: Jobs, work: Callable[[], T], done: Callable[[T], object]) -> None:
        jobs.run(work, done, lambda error: self.failed.emit(sentence(error)))
