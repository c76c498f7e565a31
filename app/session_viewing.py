"""The item on the screen: veiled at rest, revealed while a key is held, and back under by itself.

The frame at rest is always at hand here, so going back under the veil waits for nothing: the
window draws it again at once, whatever the decoder is doing. A clear frame that comes late is
dropped by its number.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.session_clock import Stopwatch
from app.session_types import VeilState
from blur.errors import BlurError, NotLoadedError, UnreadableError
from blur.look import Look

if TYPE_CHECKING:
    from app.session_types import AtHand, Frame
    from blur.facts import Loaded

SOLID, DARKEST, CLEAR = 0, 1, 6
MOST_ZOOM = 16.0
ZOOM_STEP = 1.5
SHORTEST_LATCH_S = 2
FALLBACK_FIT_PX = (1280, 800)


class Shows(Protocol):
    """What fetches frames; `app.viewing.Viewing` is one."""

    def want(self, items: "tuple[str, ...]", batch: str, fit_px: tuple[int, int]) -> None:
        """Have these items ready."""

    def ready(self, item: str) -> "Loaded | None":
        """Return the veiled item if it is there."""

    def veiled(self, item: str) -> "Loaded":
        """Wait for the veiled item."""

    def view(self, item: str, look: Look) -> "Frame":
        """Return one frame as `look` asks."""

    def calm(self) -> None:
        """Drop every pixel."""


@dataclass(frozen=True, slots=True)
class VeilRules:
    """What settings and policy say of the veil. Times in seconds; `latch_s` 0 means held."""

    rest_level: int = DARKEST
    reveal_level: int = 4
    reveal_grey: bool = True
    idle_s: int = 30
    latch_s: int = 0
    lightest: int = CLEAR
    grey_only: bool = False


class ViewingSession(QObject):
    """Fetches the item at hand, reveals it on request and takes it back under the veil."""

    waiting = Signal()  # the item is being fetched
    veiled = Signal(object)  # Frame at rest, or None: draw a solid sheet
    revealed = Signal(object)  # Frame; what is on screen until `concealed`
    concealed = Signal()  # draw the frame at rest, now
    changed = Signal(object)  # VeilState
    unreadable = Signal(str, str)  # item, sentence
    failed = Signal(str)  # a sentence; the item may be shown later
    counted = Signal(str, int, int)  # item, level, milliseconds revealed

    def __init__(
        self, jobs: Jobs, calming: Jobs, shows: Callable[[], Shows], rules: VeilRules
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._calming = calming  # a thread of its own: calm waits for no frame
        self._is_calming = False
        self._wanted_back = False
        self._shows = shows
        self._rules = rules
        self._at: AtHand | None = None
        self._loaded = False
        self._fit_px = FALLBACK_FIT_PX
        self._hidden = 0  # how often it went under the veil; frames asked for before are dropped
        self._turn = 0  # counts the items taken up; fetches of another turn are dropped
        self._busy = False
        self._stale = False
        self._shown = Stopwatch()
        self._state = VeilState(
            rest_level=min(rules.rest_level, 2),
            level=max(DARKEST, min(rules.reveal_level, rules.lightest)),
            grey=rules.reveal_grey or rules.grey_only,
            lightest=rules.lightest,
            grey_only=rules.grey_only,
        )
        self._idle = _timer(self, rules.idle_s * 1000, self.conceal)
        self._latch = QTimer(self)
        self._latch.setInterval(1000)
        self._latch.timeout.connect(self._tick_latch)

    @property
    def state(self) -> VeilState:
        """How the item is shown now."""
        return self._state

    def show_item(self, at: "AtHand | None") -> None:
        """Fetch the item at hand, veiled; what was revealed before is gone first."""
        self.conceal()
        self._turn += 1
        self._at, self._loaded = at, False
        self._set(zoom=1.0, middle=(0.5, 0.5))
        if at is None:
            self.veiled.emit(None)
            return
        self._fetch(at)

    def resize(self, fit_px: tuple[int, int]) -> None:
        """Say how large the canvas is, in screen pixels."""
        self._fit_px = (max(fit_px[0], 64), max(fit_px[1], 64))
        if self._state.revealed:
            self._request()

    def reveal(self) -> None:
        """Show the item at the chosen level until `conceal`."""
        if self._at is None or not self._loaded or self._state.revealed:
            return
        left_s = max(self._rules.latch_s, SHORTEST_LATCH_S) if self._rules.latch_s else None
        self._set(revealed=True, latch_left_s=left_s)
        self._idle.start()
        if left_s:
            self._latch.start()
        self._request()

    def release(self) -> None:
        """The reveal key went up: hide, unless one press reveals for a time."""
        if not self._rules.latch_s:
            self.conceal()

    def conceal(self) -> None:
        """Take the item back under the veil, now."""
        self._hidden += 1
        self._idle.stop()
        self._latch.stop()
        if not self._state.revealed:
            return
        self._set(revealed=False, latch_left_s=None)
        self.concealed.emit()
        self._count()

    def touch(self) -> None:
        """Note that the person is there: a key or the mouse."""
        if self._state.revealed:
            self._idle.start()

    def change_level(self, by: int) -> None:
        """Choose the level that shows while revealed; never lighter than the policy allows."""
        self._count(goes_on=True)
        level = min(max(self._state.level + by, DARKEST), self._state.lightest)
        self._set(level=level)
        self._request()

    def toggle_grey(self) -> None:
        """Reveal with or without colour, where the policy leaves it open."""
        self._set(grey=not self._state.grey or self._state.grey_only)
        self._request()

    def zoom(self, steps: int) -> None:
        """Zoom in or out by steps; 0 shows the whole item."""
        zoom = 1.0 if steps == 0 else self._state.zoom * ZOOM_STEP**steps
        self._set(zoom=min(max(zoom, 1.0), MOST_ZOOM))
        self.pan(0.0, 0.0)

    def pan(self, right: float, down: float) -> None:
        """Move the view by shares of what is seen."""
        zoom, (x, y) = self._state.zoom, self._state.middle
        half = 0.5 / zoom
        middle = (
            min(max(x + right / zoom, half), 1 - half),
            min(max(y + down / zoom, half), 1 - half),
        )
        self._set(middle=middle)
        self._request()

    def calm(self) -> None:
        """Hide, and let every pixel go: the decoders end and start afresh."""
        self.conceal()
        self._turn += 1
        self._loaded = False
        self._is_calming = True
        self._calming.run(lambda: self._shows().calm(), self._calmed, self._calmed)

    def come_back(self) -> None:
        """After calm: fetch the item again, veiled."""
        if self._at is not None and not self._loaded:
            self._fetch(self._at)

    # -- inside -------------------------------------------------------------------------------

    def _calmed(self, _: object) -> None:
        self._is_calming = False
        if self._wanted_back:
            self.come_back()

    def _fetch(self, at: "AtHand") -> None:
        self._wanted_back = self._is_calming
        if self._is_calming:
            self.waiting.emit()
            return
        number = self._turn
        shows = self._shows()
        shows.want(at.ahead or (at.item,), at.batch, self._fit_px)
        try:
            loaded = shows.ready(at.item)
        except BlurError as error:
            self._cannot(at.item, error, number)
            return
        if loaded is not None:
            self._take(loaded, number)
            return
        self.waiting.emit()
        self._jobs.run(
            lambda: self._wait(at.item),
            lambda found: self._take(found, number),
            lambda error: self._cannot(at.item, error, number),
        )

    def _wait(self, item: str) -> "Loaded":
        return self._shows().veiled(item)

    def _take(self, loaded: "Loaded", number: int) -> None:
        if number != self._turn or self._at is None:
            return
        self._loaded = True
        self.veiled.emit(None if self._state.rest_level == SOLID else loaded.veiled)
        if self._state.rest_level > DARKEST:
            item = self._at.item
            look = Look(level=self._state.rest_level, grey=True, fit_px=self._fit_px)
            self._jobs.run(
                lambda: self._shows().view(item, look),
                lambda frame: self.veiled.emit(frame) if number == self._turn else None,
                _nothing,  # the heavier veil stays on screen
            )

    def _cannot(self, item: str, error: BaseException, number: int) -> None:
        if number != self._turn:
            return
        if isinstance(error, UnreadableError):
            self.unreadable.emit(item, sentence(error))
        else:
            self.failed.emit(sentence(error))

    def _request(self) -> None:
        """Ask for the revealed frame; while one is on its way, only the newest wish counts."""
        if not self._state.revealed or self._at is None:
            return
        if self._busy:
            self._stale = True
            return
        self._busy, self._stale = True, False
        number, item, look = self._hidden, self._at.item, self._look()
        self._jobs.run(
            lambda: self._shows().view(item, look),
            lambda frame: self._show(frame, number, look),
            lambda error: self._lost(item, error),
        )

    def _show(self, frame: "Frame", number: int, look: Look) -> None:
        self._busy = False
        if not self._state.revealed:
            return
        now = self._look()
        if number == self._hidden and (look.level, look.grey) == (now.level, now.grey):
            self._shown.resume()
            self.revealed.emit(frame)
        if self._stale:
            self._request()

    def _lost(self, item: str, error: BaseException) -> None:
        self._busy = False
        self.conceal()
        if self._at is None or self._at.item != item:
            return
        if isinstance(error, UnreadableError):
            self.unreadable.emit(item, sentence(error))
        elif isinstance(error, NotLoadedError):
            self._fetch(self._at)  # the decoder made room meanwhile
        else:
            self.failed.emit(sentence(error))

    def _look(self) -> Look:
        state = self._state
        side = 1 / state.zoom
        crop = None
        if state.zoom > 1:
            crop = (state.middle[0] - side / 2, state.middle[1] - side / 2, side, side)
        return Look(level=state.level, grey=state.grey, fit_px=self._fit_px, crop=crop)

    def _count(self, *, goes_on: bool = False) -> None:
        shown_ms = self._shown.take_ms()
        if not goes_on:
            self._shown.pause()
        if shown_ms and self._at is not None:
            self.counted.emit(self._at.item, self._state.level, shown_ms)

    def _tick_latch(self) -> None:
        left_s = (self._state.latch_left_s or 0) - 1
        if left_s <= 0:
            self.conceal()
        else:
            self._set(latch_left_s=left_s)

    def _set(self, **changes: object) -> None:
        self._state = dataclasses.replace(self._state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self._state)


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""


def _timer(parent: QObject, interval_ms: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(call)
    return timer
