"""The item at hand on its way to the screen, and out of memory when everything is to be hidden.

Each item that is taken up, and each calm, begins another `turn`; what comes for an earlier one is
dropped. While calm lets go of every pixel nothing is fetched: whoever comes back meanwhile waits.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.session.showing import Shows
from blur.errors import BlurError, NotLoadedError

if TYPE_CHECKING:
    from app.session.types import AtHand
    from blur.facts import Loaded


class Fetching(QObject):
    """Has the item at hand loaded and veiled, once a turn."""

    waiting = Signal()  # it takes a while
    came = Signal(object)  # Loaded
    failed = Signal(str, object)  # item, the error

    def __init__(self, jobs: Jobs, calming: Jobs, shows: Callable[[], Shows]) -> None:
        super().__init__()
        self._jobs = jobs
        self._calming = calming  # a thread of its own: calm waits for no frame
        self._shows = shows
        self._turn = 0
        self._is_calming = self._is_expecting = False
        self._wanted: tuple[AtHand, tuple[int, int]] | None = None  # after calm

    @property
    def turn(self) -> int:
        """The number of the item taken up; what was asked for under another one is dropped."""
        return self._turn

    def drop(self) -> None:
        """Begin another turn, with no item yet."""
        self._turn += 1
        self._wanted = None
        self._is_expecting = False

    def fetch(self, at: "AtHand", fit_px: tuple[int, int]) -> None:
        """Have an item loaded for a canvas of so many pixels, and those ahead of it.

        One that is there already is given first: to ask for what is ahead wakes other threads.
        """
        if self._is_calming:
            self._wanted = at, fit_px
            self.waiting.emit()
            return
        number, item, shows = self._turn, at.item, self._shows()
        items = at.ahead or (item,)
        loaded = self._there(item, at.batch, fit_px)
        if loaded is not None:
            self._take(loaded, number)
            if number == self._turn:
                shows.want(items, at.batch, fit_px)
            return
        shows.want(items, at.batch, fit_px)
        try:
            loaded = shows.ready(item, at.batch, fit_px)
        except NotLoadedError:
            loaded = None
        except BlurError as error:
            self._fail(item, error, number)
            return
        if loaded is not None:
            self._take(loaded, number)
            return
        self.waiting.emit()
        self._jobs.run(
            lambda: self._shows().veiled(item),
            lambda found: self._take(found, number),
            lambda error: self._fail(item, error, number),
        )

    def expect(
        self,
        items: tuple[str, ...],
        batch: str,
        fit_px: tuple[int, int],
        gone: Callable[[], object],
    ) -> None:
        """Have the first of these loaded before all others, unless it is there; give nothing.

        `gone` is called once it is on its way to its decoder, or does not go there.
        """
        if self._is_calming or self._there(items[0], batch, fit_px) is not None:
            gone()
            return
        self._is_expecting = True
        self._shows().want(items, batch, fit_px, gone)

    def stay(self, at: "AtHand", fit_px: tuple[int, int]) -> None:
        """What was expected does not come: the item at hand is wanted before it again."""
        if self._is_expecting and not self._is_calming:
            self._is_expecting = False
            self._shows().want(at.ahead or (at.item,), at.batch, fit_px)

    def calm(self) -> None:
        """Let every pixel go: the decoders end and start afresh."""
        self.drop()
        self._is_calming = True
        self._calming.run(lambda: self._shows().calm(), self._calmed, self._calmed)

    def _calmed(self, _: object) -> None:
        self._is_calming = False
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.fetch(*wanted)

    def _there(self, item: str, batch: str, fit_px: tuple[int, int]) -> "Loaded | None":
        """Return an item that is loaded already, whatever is wanted now."""
        try:
            return self._shows().ready(item, batch, fit_px)
        except BlurError:
            return None

    def _take(self, loaded: "Loaded", number: int) -> None:
        if number == self._turn:
            self.came.emit(loaded)

    def _fail(self, item: str, error: BaseException, number: int) -> None:
        if number == self._turn:
            self.failed.emit(item, error)
