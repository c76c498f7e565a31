"""What a sitting begins with beside its first item, and what of it waits until that is seen.

Loading and reading on other threads holds the interpreter, so that the first item comes later by
all that is begun beside it.
"""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Slot

from app.jobs import Jobs
from app.session.group_grading import GroupGrading
from app.session.types import Stage
from app.session.viewing import ViewingSession

DRAWN_MS = 30  # what a window needs to draw all of itself, once the item is there
WITH_QT = ("widgets.", "app.session.")
LONGEST_MS = 5_000  # for whoever begins in another room
WITHOUT_ITEM = (Stage.EMPTY, Stage.RESTING, Stage.FINISHED, Stage.UNREADABLE)


class FirstItem(QObject):
    """Runs what waits once the first item is seen, or it is known that there is none."""

    def __init__(self, jobs: Jobs, grading: GroupGrading, viewing: ViewingSession) -> None:
        """Wait for what `grading` and `viewing` say; `jobs` loads what is needed then."""
        super().__init__()
        self._jobs = jobs
        self._grading, self._viewing = grading, viewing
        self._waiting: list[Callable[[], object]] = []
        self._is_there = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._come)
        viewing.veiled.connect(self._see)
        viewing.unreadable.connect(self._settle)
        viewing.failed.connect(self._settle)
        grading.failed.connect(self._settle)
        grading.begun.connect(self._begin)
        grading.staged.connect(self._restage)

    def start(self) -> None:
        """Wait for it, but not for ever."""
        self._timer.start(LONGEST_MS)

    def end(self) -> None:
        """Drop what still waits."""
        self._timer.stop()
        self._waiting.clear()

    def after(self, call: Callable[[], object], *, needs: str = "") -> None:
        """Call once the first item is there, at once where it is; load a module for it before."""
        if not self._is_there:
            self._waiting.append(lambda: self.after(call, needs=needs))
        elif needs:
            self.load(needs, call)
        else:
            call()

    @property
    def is_there(self) -> bool:
        """Whether the first item is seen, or it is known that there is none."""
        return self._is_there

    def load(self, module: str, call: Callable[[], object]) -> None:
        """Load a module beside the window, then call; also where it cannot be loaded.

        One with classes of Qt is loaded by the window's own thread: to make such a class on another
        one while the window is at work ended the program now and then.
        """
        if not module.startswith(WITH_QT):
            self._jobs.run(lambda: import_module(module), lambda _: call(), lambda _: call())
            return
        with suppress(ImportError):
            import_module(module)
        call()

    # -- inside -------------------------------------------------------------------------------

    @Slot(object)
    def _see(self, _: object) -> None:
        if self._viewing.item is not None:
            self._settle()

    @Slot(str)
    def _begin(self, _: str) -> None:
        if self._grading.resolved:  # it is offered without being shown
            self._settle()

    @Slot(object)
    def _restage(self, stage: Stage) -> None:
        if stage in WITHOUT_ITEM:
            self._settle()

    @Slot()
    def _settle(self) -> None:
        if self._timer.isActive():
            self._timer.start(DRAWN_MS)

    @Slot()
    def _come(self) -> None:
        self._is_there = True
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()
