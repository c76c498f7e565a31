"""Plays the pictures of a video or a moving picture for as long as it is asked to.

Each frame is asked for when the one before is on the screen, and shown when its time has come; a
decoder that is too slow leaves frames out rather than fall behind.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.session.stepping import StillsSession
from app.session.stills import Place
from blur.frame import Frame

NS_PER_MS = 1_000_000
LATE_MS = 250  # so far behind, frames are left out
Ask = Callable[[Place], tuple[Frame, int | None]]


class Player(QObject):
    """Shows one frame after the other. Frames of a run that was stopped are dropped."""

    showed = Signal(object, object, object)  # Frame, Place, time in ms or None
    ended = Signal()  # the last frame was shown for its time
    failed = Signal(object, object)  # the Place that was asked for, the error

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._run = 0
        self._ask: Ask | None = None
        self._pace_ms = 0
        self._last = 0
        self._began_ns = 0
        self._at_ms = 0
        self._next: tuple[Frame, Place, int | None, int] | None = None
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._show)

    @property
    def at_ms(self) -> int:
        """Which moment of the item is due on the screen now."""
        return self._elapsed_ms()

    def start(self, ask: Ask, stills: StillsSession) -> None:
        """Play on from where one is."""
        self.stop()
        state, self._pace_ms = stills.state, stills.pace_ms
        self._ask, self._last = ask, state.seen_of - 1
        self._at_ms = state.frame * self._pace_ms if state.time_ms is None else state.time_ms
        self._began_ns = time.monotonic_ns() - self._at_ms * NS_PER_MS
        self._fetch(Place(time_ms=state.time_ms) if state.is_video else Place(state.frame))

    def stop(self) -> None:
        """Show nothing any more."""
        self._run += 1
        self._due.stop()
        self._next = self._ask = None

    def _fetch(self, place: Place) -> None:
        ask, run = self._ask, self._run
        if ask is None:
            return
        self._jobs.run(
            lambda: ask(place),
            lambda found: self._take(run, place, *found),
            lambda error: self.failed.emit(place, error) if run == self._run else None,
        )

    def _take(self, run: int, place: Place, frame: Frame, time_ms: int | None) -> None:
        if run != self._run:
            return
        at_ms = place.frame * self._pace_ms if time_ms is None else time_ms
        if place.is_next and at_ms <= self._at_ms:  # nothing comes after the last frame
            self.stop()
            self.ended.emit()
            return
        self._next = (frame, place, time_ms, at_ms)
        self._due.start(max(at_ms - self._elapsed_ms(), 0))

    def _show(self) -> None:
        if self._next is None:
            return
        (frame, place, time_ms, self._at_ms), self._next = self._next, None
        run = self._run
        self.showed.emit(frame, place, time_ms)
        if run == self._run:  # whoever was told may have stopped it
            self._go_on(place)

    def _go_on(self, place: Place) -> None:
        late_ms = self._elapsed_ms() - self._at_ms
        if not self._pace_ms:
            behind = late_ms > LATE_MS
            self._fetch(
                Place(time_ms=self._at_ms + late_ms if behind else self._at_ms, is_next=True)
            )
            return
        skipped = late_ms // self._pace_ms if late_ms > LATE_MS else 0
        if place.frame >= self._last:
            self.stop()
            self.ended.emit()
        else:
            self._fetch(Place(min(place.frame + 1 + skipped, self._last)))

    def _elapsed_ms(self) -> int:
        return (time.monotonic_ns() - self._began_ns) // NS_PER_MS
