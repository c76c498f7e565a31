"""Batches in the window: what is here, and folders on their way in, on a thread of their own."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.intake.request import IntakeRequest
from app.jobs import Jobs
from app.messages import sentence
from app.names import shown
from app.worklist import BatchSummary, Worklist

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.intake.folder import IntakeProgress, IntakeSummary


class FormError(AppError):
    """The form of a folder to add is not filled in; ``field`` names what is to be mended."""

    def __init__(self, message: str, *, advice: str, field: str) -> None:
        super().__init__(message, advice=advice)
        self.field = field


class IntakeSession(QObject):
    """Lists batches, and adds one folder at a time."""

    listed = Signal(object)  # list[BatchSummary]
    began = Signal(str)  # the title
    progressed = Signal(object)  # IntakeProgress; comes from the intake thread
    finished = Signal(object)  # IntakeSummary
    failed = Signal(str)  # the folder is not in, or not all of it
    unlisted = Signal(str)  # the batches could not be listed

    def __init__(self, jobs: Jobs, store: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._store = store
        self._ws = ws
        self._worklist = Worklist(ws)
        self._cancelled = threading.Event()
        self._running = False
        self.title = ""  # of the folder on its way in, or the one before

    @property
    def running(self) -> bool:
        """Whether a folder is on its way in."""
        return self._running

    @property
    def stopping(self) -> bool:
        """Whether it was stopped, and the file at hand is still to end."""
        return self._running and self._cancelled.is_set()

    def refresh(self) -> None:
        """List the batches that hold something, those of other desks after those of this one."""
        self._store.run(
            self._worklist.known,
            self.listed.emit,
            lambda error: self.unlisted.emit(sentence(error)),
        )

    def add(self, request: IntakeRequest) -> None:
        """Add a folder; while one is on its way in, nothing happens."""
        if self._running:
            return
        self._running = True
        self.title = request.title
        self._cancelled.clear()
        self.began.emit(request.title)
        self._jobs.run(lambda: self._take_in(request), self._done, self._lost)

    def _take_in(self, request: IntakeRequest) -> "IntakeSummary":
        from app.intake.folder import add_folder  # noqa: PLC0415 - not before the first item

        cancelled = self._cancelled.is_set
        return add_folder(self._ws, request, progress=self._tell, cancelled=cancelled)

    def cancel(self) -> None:
        """Stop after the file at hand; run again, the same folder goes on from there."""
        self._cancelled.set()

    def _tell(self, progress: "IntakeProgress") -> None:
        self.progressed.emit(progress)

    def _done(self, summary: "IntakeSummary") -> None:
        self._running = False
        self.finished.emit(summary)
        self.refresh()

    def _lost(self, error: BaseException) -> None:
        self._running = False
        self.failed.emit(sentence(error))
        self.refresh()


def request_of(folder: str, title: str, source: str, country: str, *, ai: bool) -> IntakeRequest:
    """Return the request that a filled form makes.

    Raises:
        FormError: the folder or the title is missing, or the folder is none.
    """
    if not folder.strip():
        advice = "Type its path, or choose one."
        raise FormError("No folder is named.", advice=advice, field="folder")
    place = _folder(folder.strip())
    if place is None:
        named = shown(folder.strip())
        wrong = f"{named}: this is no folder that can be read."
        raise FormError(wrong, advice="Look at the path.", field="folder")
    if not title.strip():
        raise FormError("The batch has no title.", advice="Type one.", field="title")
    return IntakeRequest(
        place, title.strip(), source.strip() or None, country.strip() or None, declared_ai=ai
    )


def _folder(typed: str) -> Path | None:
    """Return the folder that was typed, or None if it is none or cannot be reached."""
    try:
        place = Path(typed).expanduser()
        return place if place.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # ~nobody has no home; names too long; no right
        return None


__all__ = ["BatchSummary", "FormError", "IntakeSession"]
