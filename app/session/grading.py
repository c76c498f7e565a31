"""One grader at work. The only place where the state of the Desk changes.

Calls come in from the window, signals go out to it, frozen values cross. Everything that touches
a store runs on the store thread; while an item is taken up or a verdict is being saved, calls
that would change it do nothing.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.record import Extras
from app.session.draft_writer import DraftWriter
from app.session.item import ItemWork
from app.session.round import Round
from app.session.store import DeskStore, Kept, Opened, Turned
from app.session.types import (
    Asking,
    AtHand,
    BatchSummary,
    Left,
    OwnVerdict,
    Progress,
    Stage,
    Typed,
)
from grading.scheme import Scheme

T = TypeVar("T")
_AT_AN_ITEM = (Stage.ASKING, Stage.DECIDED)
_BUSY = (Stage.TURNING, Stage.SAVING)


class GradingSession(QObject):
    """Walks one person through the items of a batch."""

    staged = Signal(object)  # Stage: what the Desk is doing now
    opened = Signal(object)  # BatchSummary: this batch is on the Desk
    turned = Signal(object)  # AtHand: this item is on the Desk
    begun = Signal(str)  # the item on the Desk is seen and asked about, by who is there
    asking = Signal(object)  # Asking: put this question
    decided = Signal(object)  # Decided: show this outcome
    noted = Signal(object)  # Extras: what is said beside the answers
    typing = Signal(object)  # Typed: words that were neither kept nor dropped
    saved = Signal(str)  # sign, set_aside or pass_on: its record is on disk
    left = Signal(object)  # Left: an item has left the Desk
    taken_back = Signal(object)  # a tuple of items: they were set aside, and wait again
    progressed = Signal(object)  # Progress
    stayed = Signal(str)  # next, previous or correct: there is none, nothing changed
    failed = Signal(str)  # a sentence; item and answers stay as they are

    def __init__(
        self,
        jobs: Jobs,
        store: DeskStore,
        scheme: Scheme,
        *,
        pause_due: Callable[[], bool] = lambda: False,
        fills_up: Callable[[Iterable[Left]], bool] = lambda _: False,
        depth: Callable[[], int] = lambda: 10,
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._store = store
        self._pause_due, self._fills_up = pause_due, fills_up
        self._depth = depth
        self._stage = Stage.EMPTY
        self._batch: BatchSummary | None = None
        self._progress: Progress | None = None
        self._round: Round | None = None
        self._at: AtHand | None = None
        self._elsewhere = False
        self._work = ItemWork(scheme)
        self._drafts = DraftWriter(jobs, store.put_draft, self._draft_lost)

    @property
    def stage(self) -> Stage:
        """What the Desk is doing."""
        return self._stage

    @property
    def at_hand(self) -> AtHand | None:
        """The item on the Desk."""
        return self._at

    # -- batches and items --------------------------------------------------------------------

    def open_batch(self, batch: str | None = None) -> None:
        """Take up a batch; None: where the person left off."""
        if self._stage in _BUSY:
            return
        self._remember()
        before = self._stage
        self._enter(Stage.TURNING)
        self._run(lambda: self._store.open_batch(batch), self._opened, back_to=before)

    def step(self, by: int = 0) -> None:
        """Go to another item: 1 the next, -1 the one before, if there is one; 0 goes on.

        The answers so far are kept.
        """
        if self._round is None or self._stage in (*_BUSY, Stage.EMPTY):
            return
        if self._stage is Stage.RESTING and self._pause_due():
            return
        self._remember()
        stepping = self._at is not None and self._at.corrects is None
        if self._stage in _AT_AN_ITEM and stepping and not self._round.step(by):
            self.stayed.emit("next" if by > 0 else "previous")
            return
        self._take_up()

    def take_up_set_aside(self) -> None:
        """Take back all items set aside; they come next."""
        if self._round is None or self._stage in _BUSY:
            return
        batch, before = self._round.batch, self._stage
        self._remember()
        self._enter(Stage.TURNING)
        self._run(lambda: self._store.take_up(batch), self._taken_back, back_to=before)

    def mark_unreadable(self, item: str, reason: str) -> None:
        """Note that the item cannot be shown; grading goes on with the next one."""
        if self._at is None or self._at.item != item or self._round is None:
            return
        batch = self._at.batch
        self._round.remove(item)
        self._enter(Stage.UNREADABLE)
        self._run(lambda: self._store.unreadable(item, batch, reason), self._count)

    # -- one item -----------------------------------------------------------------------------

    def answer(self, value: str) -> None:
        """Take one step. A key pressed while nothing is asked is ignored."""
        if self._stage is Stage.ASKING and self._work.answer(value):
            self._ask()

    def back(self, to: int | None = None) -> None:
        """Take the last answer back, or all after the first `to` answers."""
        if self._stage in _AT_AN_ITEM and self._work.back(to):
            self._ask()

    def note(self, extras: Extras) -> None:
        """Replace what is said beside the answers."""
        if self._stage in _AT_AN_ITEM:
            self._work.extras, self._work.typed = extras, None
            self.noted.emit(extras)
            self._remember()

    def hold_words(self, typed: Typed | None) -> None:
        """Remember words in a field that were neither kept nor dropped."""
        if self._stage in _AT_AN_ITEM and typed != self._work.typed:
            self._work.typed = typed
            self._remember()

    def count_viewed(
        self, item: str, *, revealed_ms: int = 0, seen: Collection[int] = (), of: int | None = None
    ) -> None:
        """Add to the time for which `item` was revealed, and to its frames that were `seen`.

        Frames count from 0; `of` says how many there are to see.
        """
        if self._at is not None and self._at.item == item:
            self._work.revealed_ms += revealed_ms
            self._work.frames_of = of or self._work.frames_of
            if revealed_ms or not self._work.seen.issuperset(seen):
                self._work.seen.update(seen)
                self._remember()

    def sign(self) -> None:
        """Sign the outcome that stands in words; it is on disk when `saved` comes."""
        state, at = self._work.state, self._at
        if self._stage is not Stage.DECIDED or isinstance(state, Asking) or at is None:
            return
        extras, following = self._work.final_extras(), self._following()
        store = self._store
        self._save(
            "sign",
            lambda: store.sign(state, at.item, at.batch, extras=extras, following=following),
            following,
        )

    def set_aside(self, why: str | None) -> None:
        """Keep the item for later, with an optional reason; its answers stay."""
        at = self._leaving()
        if at is None:
            return
        draft = dataclasses.replace(self._work.draft(), typed=None)  # the reason is kept by now
        following, store = self._following(), self._store
        self._save(
            "set_aside",
            lambda: store.set_aside(at.item, at.batch, why=why, draft=draft, following=following),
            following,
        )

    def pass_on(self) -> None:
        """Hand the item on without a reason."""
        at = self._leaving()
        if at is None:
            return
        following, store = self._following(), self._store
        keep = partial(store.pass_on, at.item, at.batch, following=following)
        self._save("pass_on", keep, following)

    def correct_last(self) -> None:
        """Put the verdict signed last on the Desk again; a new record will supersede it."""
        if self._stage in (*_BUSY, Stage.RESTING) or self._pause_due():
            return
        self._remember()
        before = self._stage
        self._enter(Stage.TURNING)
        self._run(self._store.last_signed, lambda own: self._correct(own, before), back_to=before)

    # -- presence -----------------------------------------------------------------------------

    def set_present(self, there: bool) -> None:
        """Count time only while the person is there: window active, nothing calm."""
        self._work.present(there and not self._elsewhere and self._stage in _AT_AN_ITEM)
        if not there:
            self._remember()

    def tell(self) -> None:
        """Say everything again, to a window that was built anew."""
        if self._batch is not None:
            self.opened.emit(self._batch)
        if self._progress is not None:
            self.progressed.emit(self._progress)
        self.staged.emit(self._stage)
        if self._stage in _AT_AN_ITEM:
            self._present_item()

    def _remember(self) -> None:
        """Write the draft of the item at hand; many calls in a row become one write."""
        if self._stage not in _AT_AN_ITEM or self._at is None or self._at.corrects:
            return
        self._drafts.write(self._at.item, self._work.draft())

    def _draft_lost(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))

    # -- inside -------------------------------------------------------------------------------

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self.set_present(True)
        self.staged.emit(stage)

    def _run(
        self, work: Callable[[], T], done: Callable[[T], object], back_to: Stage | None = None
    ) -> None:
        def failed(error: BaseException) -> None:
            if back_to is not None:
                self._enter(back_to)
            self.failed.emit(sentence(error))

        self._jobs.run(work, done, failed)

    def _count(self, progress: Progress) -> None:
        self._progress = progress
        self.progressed.emit(progress)

    def _ask(self) -> None:
        """Show where the walk stands now."""
        state = self._work.state
        self._enter(Stage.ASKING if isinstance(state, Asking) else Stage.DECIDED)
        if isinstance(state, Asking):
            self.asking.emit(state)
        else:
            self.decided.emit(state)
        self._remember()

    def _opened(self, opened: Opened | None) -> None:
        if opened is None:
            self._round = self._at = self._batch = None
            self._enter(Stage.EMPTY)
            return
        self._round = Round(opened.batch.id, opened.order, opened.items)
        if opened.last_item:
            self._round.go_to(opened.last_item)
        self._batch = opened.batch
        self.opened.emit(opened.batch)
        self._count(opened.batch.counts)
        self._take_up()
        self._jobs.run(self._store.prepare, _nothing, _nothing)  # what is wrong, a verdict tells

    def _take_up(self) -> None:
        """Put the item whose turn it is on the Desk, unless a break is due or nothing is left."""
        if self._round is None:
            return
        item, batch = self._round.item, self._round.batch
        if item is None or self._pause_due():
            self._at = None
            self._enter(Stage.FINISHED if item is None else Stage.RESTING)
            return
        before = self._stage
        self._enter(Stage.TURNING)
        self._run(lambda: self._store.turn_to(item, batch), self._show, back_to=before)

    def _show(self, turned: Turned) -> None:
        if self._round is None:
            return
        self._round.go_to(turned.item)
        self._at = AtHand(
            turned.item,
            self._round.batch,
            self._round.number(turned.item),
            self._round.total,
            self._round.ahead(self._depth()),
        )
        self._work.begin(turned.draft)
        self._present_item()

    def _present_item(self) -> None:
        if self._at is not None:
            self._at = dataclasses.replace(self._at, seen=tuple(sorted(self._work.seen)))
        self.turned.emit(self._at)
        if self._stage is Stage.UNREADABLE:
            return  # it was known ahead of time that it cannot be shown: nothing is asked of it
        self.noted.emit(self._work.extras)
        self._ask()
        if self._work.typed is not None:
            self.typing.emit(self._work.typed)
        if self._at is not None and not self._elsewhere:
            self.begun.emit(self._at.item)

    def _correct(self, own: OwnVerdict | None, before: Stage) -> None:
        if own is None or self._round is None:
            self._enter(before)
            self.stayed.emit("correct")
            return
        item = own.verdict.item
        ahead = (item, *(i for i in self._round.ahead(self._depth()) if i != item))
        self._at = AtHand(
            item,
            own.verdict.batch,
            self._round.number(item),
            self._round.total,
            ahead,
            corrects=own.record_id,
            group=own.verdict.group,
        )
        self._work.begin_correction(own)
        self._present_item()

    def _leaving(self) -> AtHand | None:
        """The item at hand if it may leave the Desk unsigned; a correction may not."""
        if self._stage not in _AT_AN_ITEM or self._at is None or self._at.corrects:
            return None
        return self._at

    def _following(self, others: Collection[str] = ()) -> str | None:
        if self._round is None or self._at is None:
            return None
        if self._at.corrects is not None:
            return self._round.item
        return self._round.after_removal(others)

    def _save(self, action: str, work: Callable[[], Kept], following: str | None) -> None:
        """Have a record kept; `following`, if any, comes after it."""
        before = self._stage
        self._enter(Stage.SAVING)
        self._run(work, lambda kept: self._kept(action, kept), back_to=before)

    def _kept(self, action: str, kept: Kept) -> None:
        corrected = self._at is not None and self._at.corrects is not None
        if self._round is not None and not corrected:
            for item in (kept.kept.item, *kept.others):
                self._round.remove(item)
        self._at = None
        # The work of the next item comes over it.
        left = [self._work.left(action, item) for item in (kept.kept.item, *kept.others)]
        is_full = self._pause_due() or self._fills_up(left)
        following = None if is_full else kept.following
        if following is not None:
            self._show(following)  # what is waited for comes before what is counted
        for one in left:
            self.left.emit(one)
        self.saved.emit(action)
        if kept.progress is None:
            self._run(self._store.counts, self._count)
        else:
            self._count(kept.progress)
        if following is None:
            self._take_up()

    def _taken_back(self, taken: tuple[tuple[str, ...], Progress]) -> None:
        if self._round is not None:
            self._round.put_back(taken[0])
        self.taken_back.emit(taken[0])
        self._count(taken[1])
        self._take_up()


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
