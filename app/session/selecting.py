"""One person selecting: which items of a found batch go to assessment, and why the others do not.

One key signs and the next item comes; the newest selection of an item holds, so that taking one
back is one more record. Near-copies can be answered together, on a sheet as at the Desk.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Jobs
from app.messages import sentence
from app.near_copies import NearCopy, NearGroup, group_id
from app.selection.signing import NOT_SELECTED, Choice
from app.session.clock import Stopwatch
from app.session.round import Round
from app.session.select_store import SelectOpened, SelectStore
from app.session.select_types import HandedOver, OtherFile, SelectAsked
from app.session.tile_sheet import TileSheet
from app.session.types import AtHand, Left, Stage
from app.session.viewing import ViewingSession
from storage.marks import ASSESS

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")
SELECTED, LEFT_OUT = "selected", "left-out"  # with what an item leaves the room, for the ledger
INDIVIDUALLY, GROUP = "individually", "group"
_BUSY = (Stage.TURNING, Stage.SAVING)
_AHEAD = 10


class SelectSheet(TileSheet):
    """The near-copies of the item at hand in Select."""

    def __init__(
        self,
        jobs: Jobs,
        ws: "Workstation",
        viewing: ViewingSession,
        at: Callable[[], AtHand | None],
    ) -> None:
        super().__init__(jobs, ws, viewing)
        self._at_hand = at

    @property
    def at(self) -> AtHand | None:
        """The item at hand in the room."""
        return self._at_hand()


class SelectSession(QObject):
    """What the room Select shows and does."""

    opened = Signal(object)  # SelectOpened: this batch is looked through
    staged = Signal(object)  # Stage
    turned = Signal(object)  # AtHand: this item is to be seen, or None
    begun = Signal(object)  # the item that is before the person from now on, or None
    asking = Signal(object)  # SelectAsked
    unseen = Signal(str)  # this selection would leave out what was not looked at: say it once more
    counted = Signal(object)  # SelectionCounts
    listed = Signal(object)  # a tuple of OtherFile
    left = Signal(object)  # Left
    kept = Signal()  # something was signed: it is on disk
    changed = Signal(object)  # HandedOver: the person leaves, and the Desk is to know of it
    stayed = Signal(str)  # next, previous or correct: there is none, nothing changed
    failed = Signal(str)  # a sentence; nothing changed

    def __init__(
        self,
        store: Jobs,
        near: Jobs,
        ws: "Workstation",
        viewing: ViewingSession,
        pause_due: Callable[[], bool] = lambda: False,
    ) -> None:
        """Ask the stores on the thread of ``store``; near-copies and their tiles on ``near``."""
        super().__init__()
        self._jobs, self._near_jobs = store, near
        self._store = SelectStore(ws)
        self._viewing = viewing
        self._pause_due = pause_due
        self._stage = Stage.EMPTY
        self._opened: SelectOpened | None = None
        self._round: Round | None = None
        self._at: AtHand | None = None
        self._said: dict[str, str] = {}
        self._history: list[tuple[str, ...]] = []  # what was signed together, the newest last
        self._groups: dict[str, NearGroup] = {}
        self._insists: tuple[str, str] | None = None  # item and selection that were told of
        self._revealed_ms = 0
        self._seen = False
        self._active = Stopwatch()
        self._attended = False
        self._signed: dict[str, str] = {}  # of which the Desk does not know yet
        self._for_desk = False  # the person goes to grade this batch
        # Its tiles are made on the thread of the Desk's: one sheet is looked at, at a time.
        self.sheet = SelectSheet(near, ws, viewing, lambda: self._at)
        viewing.revealed.connect(self._reveal)
        viewing.counted.connect(self._count_viewed)

    @property
    def stage(self) -> Stage:
        """What the room is doing."""
        return self._stage

    @property
    def at_hand(self) -> AtHand | None:
        """The item before the person."""
        return self._at

    @property
    def batch(self) -> str | None:
        """The batch that is looked through."""
        return self._opened.batch.id if self._opened is not None else None

    @property
    def has_attention(self) -> bool:
        """Whether an item of the room is what the person has before them."""
        return self._attended and self._at is not None

    @property
    def can_undo(self) -> bool:
        """Whether a selection can be taken back."""
        return bool(self._history)

    @property
    def near(self) -> tuple[NearCopy, ...]:
        """The near-copies of the item at hand that wait, itself first; none: it is alone."""
        at, round_ = self._at, self._round
        if at is None or round_ is None or at.item not in self._groups:
            return ()
        copies = self._groups[at.item].copies
        others = [one for one in copies if one.item != at.item and round_.holds(one.item)]
        own = next(one for one in copies if one.item == at.item)
        return (own, *others) if others else ()

    # -- a batch and its items ----------------------------------------------------------------

    def look(self, batch: str | None = None) -> None:
        """Take up a batch; None: the one looked at last, as far as one had come."""
        if self._stage not in _BUSY:
            before = self._stage
            self._enter(Stage.TURNING)
            self._run(lambda: self._store.open(batch), self._open, before)

    def step(self, by: int) -> None:
        """Go to another item without saying anything of this one: 1 the next, -1 the one before."""
        round_, at = self._round, self._at
        if round_ is None or self._stage in _BUSY:
            return
        if self._stage is Stage.ASKING and at is not None:
            if at.item in self._said:  # it was to be said anew, and stays as it is
                round_.remove(at.item)
            elif not round_.step(by):
                self.stayed.emit("next" if by > 0 else "previous")
                return
        if self._stage is not Stage.RESTING or not self._pause_due():
            self._take_up()

    def undo(self) -> None:
        """Put what was selected last before the person again; a new answer takes its place."""
        if self._round is None or self._stage in _BUSY or self._pause_due():
            return
        if not self._history:
            self.stayed.emit("correct")
            return
        items = self._history.pop()
        if self._at is not None and self._at.item in self._said:
            self._round.remove(self._at.item)
        self._round.put_back(items)
        self._round.go_to(items[0])
        self._take_up(items)

    def choose(self, selection: str) -> None:
        """Sign a selection of the item at hand, or of every one on the sheet that is taken.

        Whoever leaves out what they have not looked at is asked to say it once more.
        """
        at = self._at
        if self._stage is not Stage.ASKING or at is None:
            return
        seen = self._seen or bool(self.sheet.state.alone)
        if selection in NOT_SELECTED and not seen and self._insists != (at.item, selection):
            self._insists = (at.item, selection)
            self.unseen.emit(selection)
            return
        choices = self._choices(at, selection)
        self._enter(Stage.SAVING)
        self._run(
            lambda: self._store.keep(choices),
            lambda _: self._kept(choices),
            Stage.ASKING,
        )

    def toggle_sheet(self) -> None:
        """Lay the near-copies of the item at hand out, or take them off again."""
        if self.sheet.state.is_open:
            self.sheet.drop()
            self.turned.emit(self._at)
        elif self._stage is Stage.ASKING and (copies := self.near):
            self.sheet.lay(copies)

    def grade(self) -> None:
        """Have the Desk open this batch once the person leaves for it."""
        self._for_desk = True

    def mark(self, item: str, *, preview: bool) -> None:
        """Say of a file that is no picture whether it was offered with an actionable preview."""
        self._jobs.run(lambda: self._store.mark(item, preview=preview), self._marked, self._failed)

    def cannot_show(self, item: str, reason: str) -> None:
        """Note that the item at hand cannot be shown, and go on."""
        if self._at is None or self._at.item != item or self._round is None:
            return
        self._round.remove(item)
        self._at = None
        self._enter(Stage.TURNING)
        self._run(lambda: self._store.unreadable(item, reason), self._next, Stage.EMPTY)

    # -- presence -----------------------------------------------------------------------------

    @property
    def attended(self) -> bool:
        """Whether the person is in the room."""
        return self._attended

    @attended.setter
    def attended(self, there: bool) -> None:
        self._attended = there
        self.set_present(there)
        self.begun.emit(self._at.item if there and self._at is not None else None)
        self._hand_over()

    def set_present(self, there: bool) -> None:
        """Count time only while the person is there, an item before them."""
        if there and self.has_attention and self._stage is Stage.ASKING:
            self._active.resume()
        else:
            self._active.pause()

    def _hand_over(self) -> None:
        """Tell the Desk once the person has left, and again of what is on disk only then."""
        if self.batch and not self._attended and (self._signed or self._for_desk):
            handed = HandedOver(self.batch, self._signed, self._for_desk)
            self._signed, self._for_desk = {}, False
            self.changed.emit(handed)

    # -- inside -------------------------------------------------------------------------------

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self.set_present(True)
        self.staged.emit(stage)

    def _run(self, work: Callable[[], T], done: Callable[[T], object], back_to: Stage) -> None:
        def failed(error: BaseException) -> None:
            self._enter(back_to)
            self._failed(error)

        self._jobs.run(work, done, failed)

    def _failed(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))

    def _open(self, opened: SelectOpened | None) -> None:
        self.sheet.drop()
        self._opened, self._at, self._insists = opened, None, None
        if opened is None:
            self._round = None
            self._enter(Stage.EMPTY)
            self.turned.emit(None)
            return
        self._said = dict(opened.said)
        self._history = [(item,) for item in opened.signed]
        self._round = Round(opened.batch.id, opened.waiting, opened.items)
        if opened.last:
            self._round.go_to(opened.last)
        self._groups = {}
        batch = opened.batch.id
        self._near_jobs.run(
            lambda: self._store.near(batch), lambda found: self._group(batch, found), _nothing
        )
        self.opened.emit(opened)
        self.counted.emit(opened.counts)
        self.listed.emit(opened.others)
        self._take_up()

    def _group(self, batch: str, groups: tuple[NearGroup, ...]) -> None:
        if batch == self.batch:
            self._groups = {item: group for group in groups for item in group.items}
            if self._stage is Stage.ASKING:
                self._ask()

    def _take_up(self, together: tuple[str, ...] = ()) -> None:
        """Show the item whose turn it is, unless a break is due or nothing is left."""
        item = self._round.item if self._round is not None else None
        self.sheet.drop()
        self._insists = None
        if item is None or self._pause_due():
            self._at = None
            self._enter(Stage.FINISHED if item is None else Stage.RESTING)
            self.turned.emit(None)
            if self._attended:  # else the time counts that is spent on another room's item
                self.begun.emit(None)
            return
        self._jobs.run(lambda: self._store.turn_to(item), _nothing, _nothing)
        self._show(item)
        if len(together) > 1:
            self.sheet.lay(tuple(NearCopy(one, 0) for one in together), corrects=True)

    def _show(self, item: str) -> None:
        if self._round is None:
            return
        number, of = self._round.number(item), self._round.total
        self._at = AtHand(item, self._round.batch, number, of, self._round.ahead(_AHEAD))
        self._revealed_ms, self._seen = 0, False
        self._active.restart()
        self._present()

    def _present(self) -> None:
        self.turned.emit(self._at)
        self._enter(Stage.ASKING)
        self._ask()
        if self._at is not None and self._attended:
            self.begun.emit(self._at.item)
        if self.sheet.state.is_open:
            self.sheet.look()

    def _ask(self) -> None:
        if self._at is not None:
            item = self._at.item
            self.asking.emit(SelectAsked(item, self._said.get(item), len(self.near)))

    def _choices(self, at: AtHand, selection: str) -> list[Choice]:
        self._active.pause()
        items = self.sheet.taken or (at.item,)
        share_ms, over_ms = divmod(self._active.ms(), len(items))
        if len(items) == 1:
            return [
                Choice(at.item, selection, active_ms=share_ms, revealed_ms=self._revealed_ms),
            ]
        group, alone = group_id(items), self.sheet.state.alone
        return [
            Choice(
                item,
                selection,
                active_ms=share_ms + (number < over_ms),
                revealed_ms=self.sheet.revealed_ms(item),
                group=group,
                viewed=INDIVIDUALLY if item in alone else GROUP,
            )
            for number, item in enumerate(items)
        ]

    def _kept(self, choices: list[Choice]) -> None:
        self._signed |= {choice.item: choice.selection for choice in choices}
        self._history.append(tuple(choice.item for choice in choices))
        for choice in choices:
            self._said[choice.item] = choice.selection
            if self._round is not None:
                self._round.remove(choice.item)
        self._at = None
        for choice in choices:
            self.left.emit(Left(choice.item, SELECTED if choice.selection == ASSESS else LEFT_OUT))
        self.kept.emit()
        self._next()
        self._hand_over()

    def _next(self, _: object = None) -> None:
        self._take_up()
        self._count()

    def _count(self) -> None:
        self._jobs.run(self._store.counts, self.counted.emit, _nothing)

    def _marked(self, others: tuple[OtherFile, ...]) -> None:
        self.listed.emit(others)
        self.kept.emit()
        self._count()

    @Slot(object)
    def _reveal(self, _: object) -> None:
        if self._attended and self._at is not None and self._viewing.item == self._at.item:
            self._seen = True

    @Slot(str, int, int)
    def _count_viewed(self, item: str, _: int, shown_ms: int) -> None:
        if self._attended and self._at is not None and item == self._at.item:
            self._revealed_ms += shown_ms


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
