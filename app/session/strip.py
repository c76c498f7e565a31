"""The strip of small stills under an item of several frames: veiled, fetched while nobody looks."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.session.showing import Shows
from app.session.types import Frame, StillsState
from app.session.veil import DARKEST, SOLID
from app.session.viewing import ViewingSession
from blur.errors import UnreadableError
from blur.look import Look

TILE_PX = (160, 120)  # twice what is drawn at 100 %
NEAR = 24  # so many stills on either side of where one is: all of a video, some pages of a document


class StripSession(QObject):
    """Fetches one still after the other at the heaviest veil; a reveal waits for one at most."""

    showed = Signal(object)  # the stills that are there, by number from 0: dict of Frame

    def __init__(self, jobs: Jobs, shows: Callable[[], Shows], viewing: ViewingSession) -> None:
        super().__init__()
        self._jobs = jobs
        self._shows = shows
        self._viewing = viewing
        self._state = StillsState()
        self._there: dict[int, Frame] = {}
        self._missing: set[int] = set()  # those that cannot be decoded
        self._run = 0
        self._asks = False
        viewing.stills.began.connect(self._begin)
        viewing.stills.changed.connect(self._follow)
        viewing.concealed.connect(self._go_on)

    def _begin(self) -> None:
        self._run += 1
        self._asks = False
        self._there, self._missing = {}, set()
        self.showed.emit({})

    def _follow(self, state: StillsState) -> None:
        self._state = state
        self._go_on()

    def _go_on(self) -> None:
        state, item, veil = self._state, self._viewing.stills.item, self._viewing.state
        if self._asks or veil.revealed or veil.rest_level == SOLID:
            return
        number = self._wanted()
        if item is None or number is None or not state.is_ready or state.of < 2:
            return
        self._asks = True
        look = Look(level=DARKEST, grey=True, frame=state.frames[number], fit_px=TILE_PX)
        self._jobs.run(
            lambda: self._shows().view(item, look),
            partial(self._take, self._run, number),
            partial(self._cannot, self._run, number),
        )

    def _wanted(self) -> int | None:
        """Return the nearest still that is not there yet."""
        at, of = self._state.at, self._state.of
        near = range(max(at - NEAR, 0), min(at + NEAR + 1, of))
        left = [n for n in near if n not in self._there and n not in self._missing]
        return min(left, key=lambda number: abs(number - at), default=None)

    def _take(self, run: int, number: int, frame: Frame) -> None:
        if run != self._run:
            return
        self._asks = False
        at = self._state.at
        self._there[number] = frame
        self._there = {n: f for n, f in self._there.items() if abs(n - at) <= 2 * NEAR}
        self.showed.emit(dict(self._there))
        self._go_on()

    def _cannot(self, run: int, number: int, error: BaseException) -> None:
        if run != self._run:
            return
        self._asks = False
        if isinstance(error, UnreadableError):  # anything else: it is tried again with the next key
            self._missing.add(number)
            self._go_on()
