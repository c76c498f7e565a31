"""Steps through the stills of the item on the Desk, and waits for those of a video."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.session.stills import Place, Stills
from app.session.types import StillsState, Worst

if TYPE_CHECKING:
    from app.session.showing import Shows
    from app.session.types import AtHand
    from blur.facts import PictureFacts
    from blur.sheet import Sheet

SHEET_EVERY_MS = 100


class StillsSession(QObject):
    """The stills as the Desk uses them. It shows nothing: who shows is told by `moved`."""

    began = Signal()  # another item, or none: what was known of stills is of no use any more
    changed = Signal(object)  # StillsState
    moved = Signal(bool)  # one stands elsewhere; True: at another still, which comes veiled
    seen = Signal(str, object, int)  # item, what of it was revealed, of how many

    def __init__(self, jobs: Jobs, shows: "Callable[[], Shows]") -> None:
        super().__init__()
        self._jobs = jobs
        self._shows = shows
        self._stills = Stills()
        self._item: str | None = None
        self._back_to = 0  # of an item that is loaded again: where one stood, once it is there
        self._poll = QTimer(self)
        self._poll.setInterval(SHEET_EVERY_MS)
        self._poll.setSingleShot(True)
        self._poll.timeout.connect(self._ask)

    @property
    def item(self) -> str | None:
        """The item whose stills these are, once it was loaded."""
        return self._item

    @property
    def state(self) -> StillsState:
        """Which stills there are, and where one is."""
        return self._stills.state

    @property
    def place(self) -> Place:
        """What to ask for, to show where one is."""
        return self._stills.place

    @property
    def here(self) -> Worst:
        """What is on the screen now, as a verdict names it."""
        return self._stills.here

    @property
    def is_seen(self) -> bool:
        """Whether what one stands at was revealed."""
        return self._stills.is_seen

    @property
    def pace_ms(self) -> int:
        """How long each frame of a moving picture lasts; 0 for a video and for pages."""
        return self._stills.pace_ms

    @property
    def can_play(self) -> bool:
        """Whether the item moves."""
        return self._stills.can_play

    def begin(self, at: "AtHand | None", facts: "PictureFacts | None" = None) -> None:
        """Stand at the first frame of an item that was loaded; without facts it was not yet.

        An item that is loaded again, as after the calm screen, keeps what was seen of it, and one
        stands at the still again at which one stood.
        """
        again = at is not None and at.item == self._item
        self._back_to = (self._stills.state.at or self._back_to) if again else 0
        self._item = at.item if at is not None and facts is not None else None
        self._stills.begin(facts, self._stills.seen.union(at.seen) if at is not None else ())
        self.began.emit()
        self._tell()
        if self._stills.state.is_ready:
            self._poll.stop()
            self._stand_again()
        else:
            self._ask()

    def step(self, by: int) -> None:
        """Go to the next still (1) or to the one before (-1)."""
        if self._stills.step(by):
            self._tell()
            self.moved.emit(True)

    def go(self, number: int) -> None:
        """Go to a still by its number, from 0."""
        if self._stills.go(number):
            self._tell()
            self.moved.emit(True)

    def fine(self, by: int) -> None:
        """Go one frame on (1) or back (-1)."""
        if self._stills.fine(by):
            self._tell()
            self.moved.emit(False)

    def arrived(self, place: Place, time_ms: int | None) -> bool:
        """Take which moment a place turned out to be; False if one stands elsewhere by now."""
        here = self._stills.arrived(place, time_ms)
        self.changed.emit(self._stills.state)
        return here

    def saw(self) -> None:
        """Note that what stands here was revealed."""
        self._stills.saw()
        self._tell()

    def lose(self, place: Place, why: str) -> None:
        """Note that what stands at a place cannot be shown, and why; the rest of the item can."""
        self._stills.lose(place, why)
        self._tell()

    def play_past(self, place: Place, time_ms: int | None) -> None:
        """Note that play showed a moment."""
        self._stills.play_past(place, time_ms)
        self._tell()

    def _tell(self) -> None:
        state = self._stills.state
        self.changed.emit(state)
        if self._item is not None:
            self.seen.emit(self._item, self._stills.seen, state.seen_of)

    def _ask(self) -> None:
        item = self._item
        if item is not None:
            self._jobs.run(
                lambda: self._shows().sheet(item, 0.0),
                lambda sheet: self._take(item, sheet),
                lambda _: self._ask_again(item),  # its decoder made room: it is loaded again
            )

    def _take(self, item: str, sheet: "Sheet") -> None:
        if item != self._item:
            return
        self._stills.take_sheet(sheet)
        if sheet.is_complete:
            self._tell()
            self._stand_again()
        else:
            self._ask_again(item)

    def _stand_again(self) -> None:
        back_to, self._back_to = self._back_to, 0
        self.go(back_to)

    def _ask_again(self, item: str) -> None:
        if item == self._item:
            self._poll.start()
