"""The item on the screen: veiled at rest, revealed while a key is held, and back under by itself.

The frame at rest is always at hand here, so going back under the veil waits for nothing: the
window draws it again at once, whatever the decoder is doing. A clear frame that comes late is
dropped by its number.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.session.clock import Stopwatch
from app.session.playing import Player
from app.session.showing import Shows, frame_at
from app.session.stepping import StillsSession
from app.session.stills import Place
from app.session.types import VeilState
from app.session.veil import (
    DARKEST,
    SOLID,
    VeilRules,
    first_state,
    in_view,
    lens_middle,
    look_of,
    moved,
    true_zoom,
    veil_of,
    zoomed,
)
from blur.errors import BlurError, NotLoadedError, UnreadableError
from blur.look import Look

if TYPE_CHECKING:
    from app.session.types import AtHand, Frame
    from blur.facts import Loaded

SHORTEST_LATCH_S = 2
FALLBACK_FIT_PX = (1280, 800)


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
        self.stills = StillsSession(jobs, shows)
        self.stills.moved.connect(self._move)
        self._player = Player(jobs)
        self._player.showed.connect(self._show_played)
        self._player.ended.connect(self._end_play)
        self._player.failed.connect(self._lose_played)
        self._rest_is_old = False  # the frame at rest is of another moment than what is revealed
        self._at: AtHand | None = None
        self._loaded = False
        self._fit_px = FALLBACK_FIT_PX
        self._size_px = (1, 1)
        self._hidden = 0  # how often it went under the veil; frames asked for before are dropped
        self._turn = 0  # counts the items taken up; fetches of another turn are dropped
        self._busy = False
        self._stale = False
        self._shown = Stopwatch()
        self._state = first_state(rules)
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
        self._at, self._loaded, self._rest_is_old = at, False, False
        self.stills.begin(None)
        self._set(zoom=1.0, middle=(0.5, 0.5), true_size=False)
        if at is None:
            self.veiled.emit(None)
            return
        self._fetch(at)

    def resize(self, fit_px: tuple[int, int]) -> None:
        """Say how large the canvas is, in screen pixels."""
        self._fit_px = (max(fit_px[0], 64), max(fit_px[1], 64))
        if self._state.revealed:
            self._request()

    def reveal(self, lens: tuple[float, float] | None = None) -> None:
        """Show the item at the chosen level until `conceal`; with a lens, only what is under it.

        `lens` is its middle, as shares of the item.
        """
        if self._at is None or not self._loaded or self._state.revealed:
            return
        left_s = max(self._rules.latch_s, SHORTEST_LATCH_S) if self._rules.latch_s else None
        at = lens_middle(lens, self._fit_px, self._size_px) if lens is not None else None
        self._set(revealed=True, latch_left_s=left_s, lens=at)
        self._idle.start()
        if left_s:
            self._latch.start()
        self._request()

    def aim(self, right: float, down: float) -> None:
        """Move an open lens to a place, given as shares of the item."""
        if self._state.lens is not None:
            self._set(lens=lens_middle((right, down), self._fit_px, self._size_px))
            self._request()

    def release(self) -> None:
        """The reveal key went up: hide, unless one press reveals for a time."""
        if not self._rules.latch_s:
            self.conceal()

    def play(self) -> None:
        """Show the item moving, without sound, at the chosen level until `conceal`."""
        if self._at is None or not self._loaded or self._state.revealed:
            return
        if self.stills.can_play and self.stills.state.is_ready:
            self._set(revealed=True, playing=True)
            self._idle.start()
            self._request()

    def conceal(self) -> None:
        """Take the item back under the veil, now."""
        self._hidden += 1
        self._idle.stop()
        self._latch.stop()
        self._player.stop()
        if not self._state.revealed:
            return
        self._set(revealed=False, playing=False, latch_left_s=None, lens=None, lens_at=None)
        self.concealed.emit()
        self._count()
        if self._rest_is_old:
            self._rest()

    def touch(self) -> None:
        """Note that the person is there: a key or the mouse."""
        if self._state.revealed:
            self._idle.start()

    def count(self) -> None:
        """Count what is being shown up to now; it goes on."""
        self._count(goes_on=True)

    def change_level(self, by: int) -> None:
        """Choose the level that shows while revealed; never lighter than the policy allows."""
        self._count(goes_on=True)
        level = min(max(self._state.level + by, DARKEST), self._state.lightest)
        self._set(level=level)
        self._request()

    def toggle(self, what: Literal["grey", "edges"]) -> None:
        """Reveal with or without colour, where the policy leaves it open; or the edges alone."""
        if what == "edges":
            self._set(edges=not self._state.edges)
        else:
            self._set(grey=not self._state.grey or self._state.grey_only)
        self._request()

    def zoom(self, steps: int | None) -> None:
        """Zoom in or out by steps; 0 shows the whole item, None its pixels as screen pixels."""
        self._set(**zoomed(self._state, steps, true_zoom(self._fit_px, self._size_px)))
        self._request()

    def pan(self, right: float, down: float) -> None:
        """Move the view, or an open lens, by shares of what is seen."""
        if self._state.lens is not None:
            self.aim(*moved(self._state.lens, self._state.zoom, right, down))
            return
        middle = moved(self._state.middle, self._state.zoom, right, down)
        self._set(middle=in_view(middle, self._state.zoom))
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
        self._size_px = (loaded.facts.width_px, loaded.facts.height_px)
        self.stills.begin(self._at, loaded.facts)
        self.veiled.emit(None if self._state.rest_level == SOLID else loaded.veiled)
        if self._state.rest_level > DARKEST:
            self._rest()

    def _move(self, another: bool) -> None:
        """Show the moment that one went to: veiled, unless it is the next frame of the same."""
        if another:
            self.conceal()
        if self._state.revealed:
            self._rest_is_old = True
            self._request()
        else:
            self._rest()

    def _rest(self) -> None:
        """Fetch the frame at rest of where one is; what is drawn until it comes is veiled too."""
        self._rest_is_old = False
        if self._at is None or self._state.rest_level == SOLID:
            return
        number, item, place = self._turn, self._at.item, self.stills.place
        look = Look(level=self._state.rest_level, grey=True, fit_px=self._fit_px)
        self._jobs.run(
            lambda: frame_at(self._shows(), item, place, look),
            lambda found: self._take_rest(number, place, *found),
            _nothing,  # the veil that is there stays on screen
        )

    def _take_rest(self, number: int, place: Place, frame: "Frame", time_ms: int | None) -> None:
        if number != self._turn or not self.stills.arrived(place, time_ms):
            return
        if self._state.revealed:
            self._rest_is_old = True
        else:
            self.veiled.emit(frame)

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
        if self._state.playing:
            self._play_on()
            return
        if self._busy:
            self._stale = True
            return
        self._busy, self._stale = True, False
        number, item, look, place = self._hidden, self._at.item, self._look(), self.stills.place
        self._jobs.run(
            lambda: frame_at(self._shows(), item, place, look),
            lambda found: self._show(found, number, look, place),
            lambda error: self._lost(item, error),
        )

    def _show(
        self, found: "tuple[Frame, int | None]", number: int, look: Look, place: Place
    ) -> None:
        self._busy = False
        if not self._state.revealed or self._state.playing:
            return
        fits = number == self._hidden and veil_of(look) == veil_of(self._look())
        if fits and self.stills.arrived(place, found[1]):
            self._shown.resume()
            if self._state.lens is not None and look.crop is not None:
                left, top, wide, high = look.crop
                self._set(lens_at=(left + wide / 2, top + high / 2))
            self.revealed.emit(found[0])
            if self._state.lens is None:  # under a lens only a part of it was seen
                self.stills.saw()
        if self._stale:
            self._request()

    def _play_on(self) -> None:
        """Play from where one is; what was asked for under another veil is dropped."""
        if self._at is not None:
            item, look = self._at.item, self._look()
            self._player.start(
                lambda place: frame_at(self._shows(), item, place, look), self.stills
            )

    def _lose_played(self, error: BaseException) -> None:
        if self._at is not None:
            self._lost(self._at.item, error)

    def _show_played(self, frame: "Frame", place: Place, time_ms: int | None) -> None:
        if self._state.playing:
            self._shown.resume()
            self._rest_is_old = True
            self.revealed.emit(frame)
            self.stills.play_past(place, time_ms)

    def _end_play(self) -> None:
        """At its end a video goes back under, and stands at its first still again."""
        self.conceal()
        self.stills.go(0)

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
        return look_of(self._state, self._fit_px, self._size_px)

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
