"""What returned to the person, read on the thread of second opinions and acknowledged there."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.known.returned import contradiction_news
from app.messages import sentence
from app.second_opinion.returned import OPINION, RESOLUTION, Returned, ReturnedToMe, Source
from grading.scheme import Scheme

if TYPE_CHECKING:
    from app.bootstrap import Workstation

__all__ = ["OPINION", "RESOLUTION", "NewsSession", "Returned"]

# Further kinds of news: each makes a source for an open home. What a source calls its kind has its
# words in the texts: `returned.<kind>` with the blanks {name} and {outcome}.
SOURCES: "tuple[Callable[[Workstation], Source], ...]" = (contradiction_news,)


class NewsSession(QObject):
    """Tells what is unread."""

    told = Signal(object)  # a tuple of Returned
    read = Signal(str)  # the record that was acknowledged
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation", scheme: Scheme) -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._made: ReturnedToMe | None = None
        self.scheme = scheme
        self.unread: tuple[Returned, ...] = ()

    def look(self) -> None:
        """Read what is new."""
        self._jobs.run(lambda: self._news().unread(), self._tell, self._lost)

    def acknowledge(self, record: str) -> None:
        """Sign that one was read."""

        def work() -> tuple[Returned, ...]:
            self._news().acknowledge(record)
            return self._news().unread()

        def done(unread: tuple[Returned, ...]) -> None:
            self.read.emit(record)
            self._tell(unread)

        self._jobs.run(work, done, self._lost)

    def _news(self) -> ReturnedToMe:
        if self._made is None:
            self._made = ReturnedToMe(self._ws, more=[make(self._ws) for make in SOURCES])
        return self._made

    def _tell(self, unread: tuple[Returned, ...]) -> None:
        self.unread = unread
        self.told.emit(unread)

    def _lost(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))
