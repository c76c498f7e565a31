"""Exposure and pauses as the window shows them: figures of today, and when a break is due.

Desk time is counted in small pieces while an item is open, so that a kill loses seconds at most.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.session_clock import Stopwatch
from app.session_types import Stage, Today

PIECE_MS = 10_000
_WITHOUT_ITEM = (Stage.EMPTY, Stage.RESTING, Stage.FINISHED, Stage.UNREADABLE)


class Counts(Protocol):
    """The exposure ledger; `app.exposure.Ledger` is one."""

    def add(
        self, item: str, *, level: int, revealed_ms: int = 0, active_ms: int = 0, desk_ms: int = 0
    ) -> None:
        """Count time on an item."""

    def today(self) -> Today:
        """Return the figures of the present day."""

    def begin_break(self) -> None:
        """Note that the person pauses now."""


class DutySession(QObject):
    """Keeps the ledger, on the store thread, and says what it says."""

    counted = Signal(object)  # Today
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ledger: Counts, rest_level: int = 1) -> None:
        super().__init__()
        self._jobs = jobs
        self._ledger = ledger
        self._rest_level = rest_level
        self._item: str | None = None
        self._open = Stopwatch()
        self._today: Today | None = None
        self._failing = False
        self._timer = QTimer(self)
        self._timer.setInterval(PIECE_MS)
        self._timer.timeout.connect(self.count)

    @property
    def today(self) -> Today | None:
        """The newest figures."""
        return self._today

    def pause_due(self) -> bool:
        """Whether no further item may be taken up now."""
        day = self._today
        return day is not None and (
            day.break_due or day.break_left_ms > 0 or day.over_limit or day.too_late
        )

    def start(self) -> None:
        """Read the figures and count from now on."""
        self._timer.start()
        self._read()

    def stop(self) -> None:
        """Count what is left and stop."""
        self.count()
        self._timer.stop()

    def open_item(self, item: str | None) -> None:
        """Say which item is open; None: no item."""
        self.count()
        self._item = item
        self._open.restart()
        if item is None:
            self._open.pause()

    def set_present(self, there: bool) -> None:
        """Count only while the person is there."""
        if there and self._item is not None:
            self._open.resume()
        elif not there:
            self.count()
            self._open.pause()

    def revealed(self, item: str, level: int, shown_ms: int) -> None:
        """Count one reveal."""
        self._add(item, lambda: self._ledger.add(item, level=level, revealed_ms=shown_ms))

    def count(self) -> None:
        """Count the desk time since the last piece, and read the figures anew."""
        item, desk_ms = self._item, self._open.take_ms()
        if item is None or not desk_ms:
            self._read()
            return
        level = self._rest_level
        self._add(
            item,
            lambda: self._ledger.add(item, level=level, active_ms=desk_ms, desk_ms=desk_ms),
        )

    def show_stage(self, stage: Stage) -> None:
        """No item is open where none is on the Desk; a break that is due begins with its screen."""
        if stage in _WITHOUT_ITEM:
            self.open_item(None)
        if stage is Stage.RESTING and self._today is not None and self._today.break_due:
            self._jobs.run(self._begin, self._keep, self._lost)

    def _begin(self) -> Today:
        self._ledger.begin_break()
        return self._ledger.today()

    def _add(self, item: str, add: Callable[[], None]) -> None:
        def work() -> Today:
            add()
            return self._ledger.today()

        self._jobs.run(work, self._keep, self._lost)

    def _read(self) -> None:
        self._jobs.run(self._ledger.today, self._keep, self._lost)

    def _keep(self, today: Today) -> None:
        self._failing = False
        self._today = today
        self.counted.emit(today)

    def _lost(self, error: BaseException) -> None:
        if not self._failing:  # once, not every ten seconds
            self._failing = True
            self.failed.emit(sentence(error))
