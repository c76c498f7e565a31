"""The queue of second opinions as it is read: one reading at a time, and how far it is."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, Watch
from app.second_opinion.queue import Waiting
from app.session.opinion_store import OpinionStore


class QueueReading(QObject):
    """Reads what waits. What is known already is not read again."""

    listed = Signal(object)  # a tuple of Waiting
    far = Signal(object)  # Progress; comes from the thread that reads
    failed = Signal(str)  # a sentence

    def __init__(self, jobs: Jobs, store: OpinionStore) -> None:
        """Read on the thread of ``jobs``."""
        super().__init__()
        self._jobs, self._store = jobs, store
        self._reads = False
        self._persons: tuple[str, ...] = ()
        store.watch = Watch(tell=self._tell)

    @property
    def persons(self) -> tuple[str, ...]:
        """To whom any of it can be sent."""
        return self._persons

    def look(self) -> None:
        """Read the queue, unless it is being read."""
        if not self._reads:
            self._reads = True
            self._jobs.run(self._store.waiting, self._take, self._lost)

    def end(self) -> Callable[[], None]:
        """Return what lets go of what was read, once the thread has ended; it is nothing of Qt."""
        return self._store.forget

    def _tell(self, progress: Progress) -> None:
        self.far.emit(progress)

    def _take(self, both: tuple[tuple[Waiting, ...], tuple[str, ...]]) -> None:
        self._reads = False
        rows, self._persons = both
        self.listed.emit(rows)

    def _lost(self, error: BaseException) -> None:
        self._reads = False
        self.failed.emit(sentence(error))
