"""Sync on its own thread: every few minutes, after some verdicts, and when asked for."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, StoppedError, Watch
from grading.late_methods import dataclass
from storage.upgrade_watch import upgrades_counted

if TYPE_CHECKING:
    from storage.home import Home

EVERY_MS = 3 * 60 * 1000
AFTER_VERDICTS = 20


class Lamp(Enum):
    """What the sync lamp says."""

    NEVER = auto()
    RUNNING = auto()
    SYNCED = auto()
    FAILED = auto()
    NOWHERE = auto()  # no central store: what waits travels in bundles


class Summary(Protocol):
    """What a sync did; `app.sync.SyncSummary` is one."""

    @property
    def waiting(self) -> int:
        """How many records still wait to be sent."""

    @property
    def told(self) -> str:
        """What a person must be told of records that are not what they must be."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What there is to say of a home without a central store."""

    waiting: int
    told: str = ""


@dataclass(frozen=True, slots=True)
class SyncState:
    """The lamp, when it last went well, what waits since, and the sentence of a fault."""

    lamp: Lamp = Lamp.NEVER
    at: datetime | None = None
    waiting: int = 0
    fault: str = ""


def _nothing() -> None:
    """Nothing to warn of."""


class SyncSession(QObject):
    """Runs `sync`, one at a time, and says how it went.

    `warning` is asked before each sync for a sentence that the person must see, such as a clock
    set back; the first one stays for the sitting, and so does every alarm that a sync raises. In a
    home without a central store `sync` counts what waits for a bundle, and the lamp is never lit.
    A sync that is stopped ends between two pages of records; the next one goes on from there, and
    the lamp says again what it said before, with what `waits` counts.

    What waits is counted on the thread of the store after each sync: every record that was kept
    there before has been told to `kept` when the count comes, and none that was kept after.
    """

    changed = Signal(object)  # SyncState
    progressed = Signal(object)  # Progress; comes from the thread of sync
    ended = Signal()  # what others signed may be here now

    def __init__(
        self,
        jobs: Jobs,
        sync: Callable[[Watch], Summary],
        warning: Callable[[], str | None] = _nothing,
        *,
        has_central: bool = True,
        waits: Callable[[], int] | None = None,
        store: Jobs | None = None,
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._sync = sync
        self._waits = waits
        self._store = store or jobs
        self._warning_now = warning
        self._warning = ""
        self._has_central = has_central
        self._state = self._before = SyncState(Lamp.NEVER if has_central else Lamp.NOWHERE)
        self._runs = False
        self._stopped = threading.Event()
        self._told: list[str] = []  # by a sync that did not come to its end
        self._watch = Watch(self._tell, self._stopped.is_set, self._told.append)
        self._since = 0  # records kept since a sync began
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.run)

    @property
    def state(self) -> SyncState:
        """What the lamp shows."""
        return self._state

    def start(self) -> None:
        """Sync now and from now on."""
        self._timer.start()
        self.run()

    def stop(self) -> None:
        """No further sync is begun, and one that runs ends at the next page."""
        self._timer.stop()
        self.cancel()

    def cancel(self) -> None:
        """End the sync that runs at the next page; what was sent and taken in stays."""
        self._stopped.set()

    @property
    def runs(self) -> bool:
        """Whether a sync runs that can be stopped."""
        return self._runs and self._has_central

    def kept(self) -> None:
        """Note that one more record waits."""
        self._since += 1
        self._set(replace(self._state, waiting=self._state.waiting + 1))
        if self._since >= AFTER_VERDICTS:
            self.run()

    def run(self) -> None:
        """Sync now, unless a sync runs."""
        if self._runs:
            return
        self._runs = True
        self._since = 0
        self._before = self._state
        self._stopped.clear()
        if self._has_central:
            self._set(SyncState(Lamp.RUNNING, self._state.at, self._state.waiting, self._warning))
        self._jobs.run(self._warned_sync, self._done, self._failed)

    def _warned_sync(self) -> Summary:
        self._warning = self._warning or self._warning_now() or ""
        return self._sync(self._watch)

    def _count(self, tell: Callable[[int], object], otherwise: int) -> None:
        """Count what waits and tell it; where it cannot be counted, tell what is known."""
        if self._waits is None:
            tell(otherwise)
        else:
            self._store.run(self._waits, tell, lambda _: tell(otherwise))

    def _tell(self, progress: Progress) -> None:
        self.progressed.emit(progress)

    def _done(self, summary: Summary) -> None:
        self._count(partial(self._say_done, summary), summary.waiting)

    def _failed(self, error: BaseException) -> None:
        self._count(partial(self._say_failed, error), self._state.waiting)

    def _say_done(self, summary: Summary, waiting: int) -> None:
        self._runs = False
        now = datetime.now().astimezone() if self._has_central else None
        lamp = Lamp.SYNCED if self._has_central else Lamp.NOWHERE
        self._keep(summary.told)
        self._set(SyncState(lamp, now, waiting, self._warning))
        self.ended.emit()

    def _say_failed(self, error: BaseException, waiting: int) -> None:
        self._runs = False
        told = " ".join(self._told)
        self._told.clear()
        self._keep(told)
        before = replace(self._before, waiting=waiting)
        if not isinstance(error, StoppedError):
            fault = f"{sentence(error)} {told}".strip()
            self._set(SyncState(Lamp.FAILED, self._state.at, waiting, fault))
        elif before.lamp is Lamp.FAILED:
            self._set(replace(before, fault=f"{before.fault} {told}".strip()))
        else:
            self._set(replace(before, fault=self._warning))
        self.ended.emit()

    def _keep(self, told: str) -> None:
        """An alarm is met once, and stays for the sitting."""
        self._warning = f"{self._warning} {told}".strip()

    def _set(self, state: SyncState) -> None:
        self._state = state
        self.changed.emit(state)


def synced(home: "Home", turn: AbstractContextManager[object], watch: Watch) -> Summary:
    """Sync a home in its turn; where it has no central store, count what waits to be sent."""
    if not home.has_central:
        return Unsent(home.local.outbox.count())
    from app.sync import sync  # noqa: PLC0415 - the window is up before the centre is opened

    with turn, upgrades_counted(watch.counted):  # the central store in the home may be older
        return sync(home, watch=watch)
