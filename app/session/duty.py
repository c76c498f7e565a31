"""Exposure and pauses as the window shows them: figures of today, and when a break is due.

Desk time is counted in small pieces while an item is open, and the ledger is told whether one is,
so that a kill loses nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.exposure import PIECE_MS
from app.jobs import Jobs
from app.messages import is_ours, sentence
from app.session.clock import Stopwatch
from app.session.types import DayTotals, Left, Stage, Today
from app.session.veil import VeilRules

LEAST_PIECE_MS = 250  # no timer comes on the dot; what is due in nothing is soon asked for again
WITHOUT_ITEM = (Stage.EMPTY, Stage.RESTING, Stage.FINISHED, Stage.UNREADABLE)


class Counts(Protocol):
    """The exposure ledger; `app.exposure.Ledger` is one."""

    def add(
        self, item: str, *, level: int, revealed_ms: int = 0, active_ms: int = 0, desk_ms: int = 0
    ) -> None:
        """Count time on an item."""

    def begin(self) -> None:
        """Count what a program that was killed could not."""

    def attend(self, item: str | None) -> None:
        """Note that somebody is at an item from now on, or at none."""

    def hear(self, item: str, heard_ms: int) -> None:
        """Count sound of an item."""

    def settle(self, item: str, outcome: str, *, category: str | None, in_series: bool) -> None:
        """Note with what an item left the Desk."""

    def take_back(self, items: Iterable[str]) -> None:
        """Note that items set aside were taken up again."""

    def today(self) -> Today:
        """Return the figures of the present day."""

    def week(self) -> tuple[DayTotals, ...]:
        """Return the days of the last week on which something was viewed."""

    def begin_break(self) -> None:
        """Note that the person pauses now."""


class DutySession(QObject):
    """Keeps the ledger, on the store thread, and says what it says.

    It is made there too: it begins with what was looked at today.
    """

    counting = Signal()  # a piece of time ends: what is still being shown is to be counted too
    counted = Signal(object)  # Today
    reviewed = Signal(object)  # a tuple of DayTotals: the week
    failed = Signal(str)

    def __init__(self, jobs: Jobs, make: Callable[[], Counts], rest_level: int = 1) -> None:
        super().__init__()
        self._jobs = jobs
        self._make = make
        self._counts: Counts | None = None  # on the store thread alone
        self._unkept: deque[Callable[[], None]] = deque()  # on the store thread alone
        self._rest_level = rest_level
        self._item: str | None = None
        self._open = Stopwatch()
        self._today: Today | None = None
        self._failing = False
        self._timer = QTimer(self)
        self._timer.setInterval(PIECE_MS)
        self._timer.timeout.connect(self._piece)
        self._due = QTimer(self)  # when something ends sooner than the next piece
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._piece)

    @property
    def today(self) -> Today | None:
        """The newest figures."""
        return self._today

    @Slot(object)
    def take_rules(self, rules: VeilRules) -> None:
        """Count desk time at another level at rest from now on."""
        self.count()
        self._rest_level = rules.rest_level

    def pause_due(self) -> bool:
        """Whether no further item may be taken up now."""
        return self._today is not None and self._today.pause_due

    def fills_up(self, left: Iterable[Left]) -> bool:
        """Whether a pause is due once these have left the Desk: they may be heavy."""
        kinds = ((one.category, one.in_series) for one in left)
        return self._today is not None and self._today.filled_with(kinds)

    def start(self) -> None:
        """Read the figures and count from now on."""
        self._timer.start()
        self._add(lambda: self._ledger().begin())

    def stop(self) -> None:
        """Count what is left and stop."""
        self.count()
        self._attend(None)
        self._timer.stop()
        self._due.stop()

    def open_item(self, item: str | None) -> None:
        """Say which item is open; None: no item."""
        self.count()
        self._item = item
        self._open.restart()
        self._attend(item)
        if item is None:
            self._open.pause()

    def set_present(self, there: bool) -> None:
        """Count only while the person is there."""
        if there and self._item is not None:
            self._open.resume()
            self._attend(self._item)
        elif not there:
            self.count()
            self._attend(None)
            self._open.pause()

    def revealed(self, item: str, level: int, shown_ms: int) -> None:
        """Count one reveal."""
        self._add(lambda: self._ledger().add(item, level=level, revealed_ms=shown_ms))

    def heard(self, item: str, heard_ms: int) -> None:
        """Count sound that was heard."""
        self._add(lambda: self._ledger().hear(item, heard_ms))

    def settled(self, left: Left) -> None:
        """Note with what an item left the Desk."""
        item, outcome = left.item, left.outcome
        if self.fills_up((left,)) and self._today is not None:
            self._today = self._today.full()  # until the ledger says so: nothing is taken up before
        self._add(
            lambda: self._ledger().settle(
                item, outcome, category=left.category, in_series=left.in_series
            ),
        )

    def taken_back(self, items: tuple[str, ...]) -> None:
        """Note that items set aside were taken up again."""
        self._add(lambda: self._ledger().take_back(items))

    def review(self) -> None:
        """Count up to now and read the week, for the person's own screen."""
        self._piece()
        self.read_week()

    def read_week(self) -> None:
        """Read the week as counted so far."""
        self._jobs.run(lambda: self._ledger().week(), self.reviewed.emit, self._lost)

    def _ledger(self) -> Counts:
        if self._counts is None:
            self._counts = self._make()
        return self._counts

    def _piece(self) -> None:
        self.counting.emit()
        self.count()

    def count(self) -> None:
        """Count the desk time since the last piece, and read the figures anew."""
        item, desk_ms = self._item, self._open.take_ms()
        if item is None or not desk_ms:
            self._read()
            return
        level = self._rest_level
        self._add(
            lambda: self._ledger().add(item, level=level, active_ms=desk_ms, desk_ms=desk_ms),
        )

    def show_stage(self, stage: Stage) -> None:
        """No item is open where none is on the Desk; a break that is due begins with its screen."""
        if stage in WITHOUT_ITEM:
            self.open_item(None)
        if stage is Stage.RESTING and self._today is not None and self._today.break_due:
            self._jobs.run(self._begin, self._keep, self._lost)

    def _attend(self, item: str | None) -> None:
        self._jobs.run(lambda: self._ledger().attend(item), _nothing, self._lost)

    def _begin(self) -> Today:
        self._ledger().begin_break()
        return self._ledger().today()

    def _add(self, add: Callable[[], None]) -> None:
        """Have something counted; what a full disk refuses is tried again with the next."""

        def work() -> Today:
            self._unkept.append(add)
            while self._unkept:
                try:
                    self._unkept[0]()
                except Exception as error:  # whatever it was, the rest waits for its turn
                    if is_ours(error):
                        self._unkept.popleft()  # it would fail again
                    raise
                self._unkept.popleft()
            return self._ledger().today()

        self._jobs.run(work, self._keep, self._lost)

    def _read(self) -> None:
        self._jobs.run(lambda: self._ledger().today(), self._keep, self._lost)

    def _keep(self, today: Today) -> None:
        self._failing = False
        self._today = today
        left_ms = today.changes_in_ms
        if self._timer.isActive() and left_ms is not None and left_ms < PIECE_MS:
            self._due.start(max(left_ms, LEAST_PIECE_MS))
        self.counted.emit(today)

    def _lost(self, error: BaseException) -> None:
        if not self._failing:  # once, not every ten seconds
            self._failing = True
            self.failed.emit(sentence(error))


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
