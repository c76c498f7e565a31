"""The item on the screen: veiled at rest, revealed while a key is held, and back under by itself.

The frame at rest is always at hand here, so going back under the veil waits for nothing: the
window draws it again at once, whatever the decoder is doing. A clear frame that comes late is
dropped by its number.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import Jobs
from app.messages import in_english, sentence
from app.session.clock import Stopwatch
from app.session.fetching import Fetching
from app.session.playing import Player
from app.session.showing import Shows, frame_at
from app.session.sight import Sight
from app.session.stepping import StillsSession
from app.session.stills import FIRST, Place
from app.session.types import VeilState
from app.session.veil import DARKEST, SOLID, VeilRules, retaken, veil_of
from blur.errors import NotLoadedError, UnreadableError
from blur.look import Look
from blur.outcome import unreadable
from blur.reasons import Reason

if TYPE_CHECKING:
    from app.session.types import AtHand, Frame
    from blur.facts import Loaded

SHORTEST_LATCH_S = 2


class ViewingSession(QObject):
    """Fetches the item at hand, reveals it on request and takes it back under the veil."""

    waiting = Signal()  # the item is being fetched
    veiled = Signal(object)  # Frame at rest, or None: draw a solid sheet
    revealed = Signal(object)  # Frame; what is on screen until `concealed`
    concealed = Signal()  # draw the frame at rest, now
    changed = Signal(object)  # VeilState
    unreadable = Signal(str, str)  # item, why: in English, as it is kept
    failed = Signal(str)  # a sentence; the item may be shown later
    lost = Signal(str)  # what an action revealed went back, because its decoder ended
    decoder_ended = Signal(str)  # emitted from any thread: the one that held this item
    calming = Signal()  # every pixel goes; who holds any lets go too
    counted = Signal(str, int, int)  # item, level, milliseconds revealed

    def __init__(
        self, jobs: Jobs, calming: Jobs, shows: Callable[[], Shows], rules: VeilRules
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._shows = shows
        self._rules = rules
        self.sight = Sight(rules)
        self.sight.changed.connect(self.changed)
        self.sight.wanted.connect(self._request)
        self.sight.relevelling.connect(self.count)
        self.decoder_ended.connect(self._end_with_decoder)
        self._fetching = Fetching(jobs, calming, shows)
        self._fetching.waiting.connect(self.waiting)
        self._fetching.came.connect(self._take)
        self._fetching.failed.connect(self._cannot)
        self.stills = StillsSession(jobs, shows)
        self.stills.moved.connect(self._move)
        self._player = Player(jobs)
        self._player.showed.connect(self._show_played)
        self._player.ended.connect(self._end_play)
        self._player.failed.connect(self._lose_played)
        self._rest_is_old = False  # the frame at rest is of another moment than what is revealed
        self._at: AtHand | None = None
        self._loaded = False
        self._hidden = 0  # how often it went under the veil; frames asked for before are dropped
        self._busy = False
        self._stale = False
        self._fetched_again: Place | None = None  # for a place whose decoder did not hold the item
        self._shown = Stopwatch()
        self._idle = _timer(self, rules.idle_s * 1000, self.conceal)
        self._latch = QTimer(self)
        self._latch.setInterval(1000)
        self._latch.timeout.connect(self._tick_latch)

    @property
    def state(self) -> VeilState:
        """How the item is shown now."""
        return self.sight.state

    @property
    def item(self) -> str | None:
        """The item that is shown, whatever room shows it."""
        return self._at.item if self._at is not None else None

    @property
    def playing_at(self) -> tuple[str, int] | None:
        """The item that plays and the moment it has come to, in ms; None while none does."""
        at = self._at if self.state.playing else None
        return (at.item, self._player.at_ms) if at is not None else None

    def use(self, rules: VeilRules) -> None:
        """Take other rules from now on; what is revealed goes back under first."""
        self.conceal()
        self._idle.setInterval(rules.idle_s * 1000)
        self.sight.set(**retaken(self._rules, rules))
        self._rules = rules
        if self._loaded and self.state.rest_level == SOLID:
            self.veiled.emit(None)
        elif self._loaded:
            self._rest()

    def show_item(self, at: "AtHand | None") -> None:
        """Fetch the item at hand, veiled; what was revealed before is gone first."""
        self.conceal()
        self._fetching.drop()
        self._at, self._loaded, self._rest_is_old = at, False, False
        self._fetched_again = None
        self.stills.begin(None)
        self.sight.whole()
        if at is None:
            self.veiled.emit(None)
            return
        self._shows().foresee(self.sight.look)
        self._fetching.fetch(at, self.sight.fit_px)

    @Slot(object, object)
    def expect(self, items: tuple[str, ...], gone: Callable[[], object]) -> None:
        """Fetch what comes next, and show nothing of it: what is at hand may still have to stay.

        `items` are all that is wanted from now on, the next one first; the one at hand is kept
        behind it, though it may be none that whoever expects them has at hand. `gone` is called,
        from any thread, once the next one is with its decoder; at once where nothing is fetched.
        """
        if self._at is not None and self._loaded:
            following, own = items[0], self._at.item
            rest = (item for item in items[1:] if item != own)
            wanted = (following, own, *rest)
            self._fetching.expect(wanted, self._at.batch, self.sight.fit_px, gone)
        else:
            gone()

    @Slot()
    def stay(self) -> None:
        """The item at hand stays; what was expected comes after it again."""
        if self._at is not None and self._loaded:
            self._fetching.stay(self._at, self.sight.fit_px)

    def reveal(self, lens: tuple[float, float] | None = None) -> None:
        """Show the item at the chosen level until `conceal`; with a lens, only what is under it.

        `lens` is its middle, as shares of the item.
        """
        if self.state.latch_left_s is not None:
            self.conceal()  # a second press ends what the first began
            return
        if self._at is None or not self._loaded or self.state.revealed:
            return
        left_s = max(self._rules.latch_s, SHORTEST_LATCH_S) if self._rules.latch_s else None
        at = self.sight.within(lens) if lens is not None else None
        self.sight.set(revealed=True, latch_left_s=left_s, lens=at)
        self._idle.start()
        if left_s:
            self._latch.start()
        self._request()

    def release(self) -> None:
        """The reveal key went up: hide, unless one press reveals for a time."""
        if not self._rules.latch_s:
            self.conceal()

    def play(self) -> None:
        """Show the item moving, silently, at the chosen level until `conceal`."""
        if self._at is None or not self._loaded or self.state.revealed:
            return
        if self.stills.can_play and self.stills.state.is_ready:
            self.sight.set(revealed=True, playing=True)
            self._idle.start()
            self._request()

    def conceal(self) -> None:
        """Take the item back under the veil, now."""
        self._hidden += 1
        self._idle.stop()
        self._latch.stop()
        self._player.stop()
        if not self.state.revealed:
            return
        self.sight.set(revealed=False, playing=False, latch_left_s=None, lens=None, lens_at=None)
        self.concealed.emit()
        self._count()
        if self._rest_is_old:
            self._rest()

    def touch(self) -> None:
        """Note that the person is there: a key or the mouse."""
        if self.state.revealed:
            self._idle.start()

    def count(self) -> None:
        """Count what is being shown up to now; it goes on."""
        self._count(goes_on=True)

    def calm(self) -> None:
        """Hide, and let every pixel go: the decoders end and start afresh."""
        self.conceal()
        self._loaded = False
        self.calming.emit()
        self._fetching.calm()

    def come_back(self) -> None:
        """After calm: fetch the item again, veiled."""
        if self._at is not None and not self._loaded:
            self._fetching.fetch(self._at, self.sight.fit_px)

    # -- inside -------------------------------------------------------------------------------

    def _take(self, loaded: "Loaded") -> None:
        self._loaded = True
        self.sight.begin((loaded.facts.width_px, loaded.facts.height_px))
        self.stills.begin(self._at, loaded.facts)
        self.veiled.emit(None if self.state.rest_level == SOLID else loaded.veiled)
        if self.state.rest_level > DARKEST:
            self._rest()

    def _move(self, another: bool) -> None:
        """Show the moment that one went to: veiled, unless it is the next frame of the same."""
        if another:
            self.conceal()
        if self.state.revealed:
            self._rest_is_old = True
            self._request()
        else:
            self._rest()

    def _rest(self) -> None:
        """Fetch the frame at rest of where one is; what is drawn until it comes is veiled too."""
        self._rest_is_old = False
        if self._at is None or self.state.rest_level == SOLID:
            return
        number, item, place = self._fetching.turn, self._at.item, self.stills.place
        look = Look(level=self.state.rest_level, grey=True, fit_px=self.sight.fit_px)
        self._jobs.run(
            lambda: frame_at(self._shows(), item, place, look),
            lambda found: self._take_rest(number, place, *found),
            lambda error: self._lose_rest(number, place, error),
        )

    def _lose_rest(self, number: int, place: Place, error: BaseException) -> None:
        """Where it cannot be decoded it is covered; else the veil that is there stays on screen."""
        if isinstance(error, UnreadableError) and number == self._fetching.turn:
            self._lose(place, error)

    def _take_rest(self, number: int, place: Place, frame: "Frame", time_ms: int | None) -> None:
        if number != self._fetching.turn or not self.stills.arrived(place, time_ms):
            return
        if self.state.revealed:
            self._rest_is_old = True
        else:
            self.veiled.emit(frame)

    def _cannot(self, item: str, error: BaseException) -> None:
        if isinstance(error, UnreadableError):
            self.unreadable.emit(item, in_english(error))
        elif isinstance(error, NotLoadedError) and self._at is not None:
            self._fetching.fetch(self._at, self.sight.fit_px)  # it was let go of meanwhile
        else:
            self.failed.emit(sentence(error))

    def _request(self) -> None:
        """Ask for the revealed frame; while one is on its way, only the newest wish counts."""
        if not self.state.revealed or self._at is None:
            return
        if self.state.playing:
            self._play_on()
            return
        if self._busy:
            self._stale = True
            return
        self._busy, self._stale = True, False
        number, item, look, place = self._hidden, self._at.item, self.sight.look, self.stills.place
        self._jobs.run(
            lambda: frame_at(self._shows(), item, place, look),
            lambda found: self._show(found, number, look, place),
            lambda error: self._lost(item, place, error),
        )

    def _show(
        self, found: "tuple[Frame, int | None]", number: int, look: Look, place: Place
    ) -> None:
        self._busy = False
        if not self.state.revealed or self.state.playing:
            return
        fits = number == self._hidden and veil_of(look) == veil_of(self.sight.look)
        if fits and self.stills.arrived(place, found[1]):
            self._shown.resume()
            self._fetched_again = None
            if self.state.lens is not None and look.crop is not None:
                left, top, wide, high = look.crop
                self.sight.set(lens_at=(left + wide / 2, top + high / 2))
            self.revealed.emit(found[0])
            if self.state.lens is None:  # under a lens only a part of it was seen
                self.stills.saw()
        if self._stale:
            self._request()

    def _play_on(self) -> None:
        """Play from where one is; what was asked for under another veil is dropped."""
        if self._at is not None:
            item, look = self._at.item, self.sight.look
            self._player.start(
                lambda place: frame_at(self._shows(), item, place, look), self.stills
            )

    def _lose_played(self, place: Place, error: BaseException) -> None:
        if self._at is not None:
            self._lost(self._at.item, place, error)

    def _show_played(self, frame: "Frame", place: Place, time_ms: int | None) -> None:
        if self.state.playing:
            self._shown.resume()
            self._rest_is_old = True
            self.revealed.emit(frame)
            self.stills.play_past(place, time_ms)

    def _end_play(self) -> None:
        """At its end a video goes back under, and stands at its first still again."""
        self.conceal()
        self.stills.go(0)

    def _lost(self, item: str, place: Place, error: BaseException) -> None:
        self._busy = False
        self.conceal()
        if self._at is None or self._at.item != item or not self._loaded:
            return
        if isinstance(error, NotLoadedError) and self._fetched_again == place:
            error = unreadable(Reason.CRASHED)  # it was loaded for this place, and is gone again
        if isinstance(error, UnreadableError):
            self._lose(place, error)
        elif isinstance(error, NotLoadedError):
            # The decoder made room meanwhile, or ended.
            self._fetched_again = place
            self._fetching.fetch(self._at, self.sight.fit_px)
        else:
            self.failed.emit(sentence(error))

    def _lose(self, place: Place, error: UnreadableError) -> None:
        """Say that a place cannot be shown. Of an item whose first frame is well, the rest can."""
        if place == FIRST and self._at is not None:
            self.unreadable.emit(self._at.item, in_english(error))
        elif place != FIRST:
            self.stills.lose(place, error.reason)
            if place == self.stills.place:
                self.veiled.emit(None)  # the veil of another place would seem to be this one's

    @Slot(str)  # without it PySide6 would call this on the thread that saw the decoder end
    def _end_with_decoder(self, item: str) -> None:
        """What is revealed goes back under; it takes a new press to see the item again."""
        if self._at is not None and self._at.item == item and self.state.revealed:
            shown_by = self.state.shown_by
            self.conceal()
            self.lost.emit(shown_by)

    def _count(self, *, goes_on: bool = False) -> None:
        shown_ms = self._shown.take_ms()
        if not goes_on:
            self._shown.pause()
        if shown_ms and self._at is not None:
            self.counted.emit(self._at.item, self.state.level, shown_ms)

    def _tick_latch(self) -> None:
        left_s = (self.state.latch_left_s or 0) - 1
        if left_s <= 0:
            self.conceal()
        else:
            self.sight.set(latch_left_s=left_s)


def _timer(parent: QObject, interval_ms: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(call)
    return timer
