"""The grading session, where one answer can be signed for a group of near-copies."""

import threading
from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot

from app.session.grading import GradingSession
from app.session.handed_over import HandedOver
from app.session.round import Round
from app.session.store import Kept, Opened, Turned
from app.session.types import Asking, Decided, Progress, Stage
from app.together import Together
from storage.marks import ASSESS

if TYPE_CHECKING:
    from app.known.carrying import AlreadyResolved

_BUSY = (Stage.TURNING, Stage.SAVING)
AWAITED_S = 0.01  # how long at most a record waits for an item to be on its way


class GroupGrading(GradingSession):
    """Walks a person through a batch; the item at hand may stand for others beside it."""

    staged_here = Signal(object)  # Stage, as `staged`, unless another room's item is looked at
    taken_out = Signal(object)  # a frozenset of items: they were left out, and wait no more
    # A tuple of items: the first comes once the record is on disk. And what is called, from any
    # thread, once that one is with its decoder.
    expecting = Signal(object, object)

    _handed: tuple[HandedOver, ...] = ()  # what was selected, and is not taken account of yet
    # The batch that is to be opened as soon as nothing is lost by it; `None`: where one left off.
    _asked: tuple[str | None, ...] = ()
    _offers: Mapping[str, "AlreadyResolved"] = MappingProxyType({})

    @property
    def resolved(self) -> "tuple[AlreadyResolved, ...]":
        """What of this batch can be carried over unseen, the item at hand first; or nothing.

        It is nothing where the item at hand cannot be.
        """
        at = self._at
        if at is None or at.corrects is not None or at.item not in self._offers:
            return ()
        others = (one for item, one in self._offers.items() if item != at.item and self.waits(item))
        return (self._offers[at.item], *others)

    def carry_over(self, *, every: bool = False) -> None:
        """Carry the item at hand over, signed and unseen, or every one of the batch that can be."""
        found, at, store = self.resolved, self._at, self._store
        if self._stage not in (Stage.ASKING, Stage.DECIDED) or not found or at is None:
            return
        found = found if every else found[:1]
        following = self._following(frozenset(one.item for one in found))
        keep = partial(store.carry_over, found, at.batch, following=following)
        self._save("carry_over", keep, following)

    def look_all_the_same(self) -> None:
        """Have the item at hand shown and asked about, though it could be carried over."""
        if self._at is not None and self.resolved:
            self._offers = {i: one for i, one in self._offers.items() if i != self._at.item}
            self._present_item()

    def _show(self, turned: Turned) -> None:
        if turned.item in self._offers:  # unless the person would look at it all the same
            others = {item: one for item, one in self._offers.items() if item != turned.item}
            found = turned.resolved
            self._offers = others if found is None else others | {turned.item: found}
        super()._show(turned)

    def open_batch(self, batch: str | None = None) -> None:
        """Take up a batch; None: where the person left off.

        It waits until what is on its way is there, or a correction is signed or left: no answer
        of it is kept as a draft.
        """
        if self._stage in _BUSY or self._corrects():
            if batch is not None or not self._asked:  # a batch that was named stays wanted
                self._asked = (batch,)
        else:
            self._asked = ()
            super().open_batch(batch)

    def take_selection(self, handed: HandedOver) -> None:
        """Take account of what was selected: the work on the Desk goes on with what is left."""
        self._handed += (handed,)
        self._catch_up()

    def _save(self, action: str, work: Callable[[], Kept], following: str | None) -> None:
        """Have a record kept; what is to be seen after it may be fetched meanwhile.

        That takes longer than to keep a record, and both need the interpreter to begin: what is
        not there yet goes first, to its decoder.
        """
        if following is not None and self._may_expect(following) and self._round is not None:
            others = (one for one in self._round.ahead(self._depth()) if one != following)
            gone = threading.Event()
            # The item at hand too: it may have to stay.
            self.expecting.emit((following, *others), gone.set)
            if not gone.is_set():
                work = partial(_after, gone, work)
        super()._save(action, work, following)

    def _may_expect(self, following: str) -> bool:
        """Whether an item is sure to be seen after the one at hand, if the record is kept."""
        at = self._at
        if at is None or at.corrects is not None or self._elsewhere:
            return False
        return following not in self._offers and not self._pause_due()

    def _enter(self, stage: Stage) -> None:
        at, was = self._at, self._stage
        super()._enter(stage)
        if was is Stage.TURNING and at is not None and self._round is not None:
            self._round.go_to(at.item)  # where another could not be taken up, this one stays
        if self._handed or self._asked:
            QTimer.singleShot(0, self._catch_up)  # once what leads there has said all

    @Slot()
    def _catch_up(self) -> None:
        while self._handed and self._stage not in _BUSY:
            handed, *later = self._handed
            self._handed = tuple(later)
            if self._round is not None and self._round.batch == handed.batch:
                self._take_out(self._round, handed)
            elif handed.to_grade or self._round is None:
                self._asked = (handed.batch,)
        if self._asked and self._stage not in _BUSY and not self._corrects():
            self.open_batch(*self._asked)

    def _take_out(self, round_: Round, handed: HandedOver) -> None:
        """Take what was left out of the round, and put what was taken in again back into it."""
        self._remember()
        said, at = handed.said, self._at
        out = frozenset(item for item in said if said[item] != ASSESS and round_.holds(item))
        back = tuple(item for item in said if said[item] == ASSESS and not round_.holds(item))
        for item in out:
            round_.remove(item)
        self.taken_out.emit(out)
        if at is not None and at.item in out and at.corrects is None:
            self._take_up()
        batch, store = handed.batch, self._store
        self._run(lambda: store.taken_in(back, batch), lambda both: self._put_back(batch, *both))

    def _put_back(self, batch: str, items: tuple[str, ...], progress: Progress) -> None:
        if self._round is None or self._round.batch != batch:
            return
        self._round.put_back(items)
        if self._at is not None:
            self._round.go_to(self._at.item)
        self._count(progress)
        if self._stage is Stage.FINISHED and self._round.item is not None:
            self._take_up()

    def _corrects(self) -> bool:
        at_an_item = self._stage in (Stage.ASKING, Stage.DECIDED)
        return at_an_item and self._at is not None and self._at.corrects is not None

    def _opened(self, opened: Opened | None) -> None:
        self._offers = {} if opened is None else {one.item: one for one in opened.resolved}
        super()._opened(opened)

    @property
    def elsewhere(self) -> bool:
        """Whether the person looks at an item in another room, perhaps the same one.

        What is revealed there is no part of the verdict here, and no time counts here.
        """
        return self._elsewhere

    def look_here(self, here: bool) -> None:
        """Note whether the item at hand is what the person looks at, or one of another room."""
        self._elsewhere = not here
        if not here:
            self.set_present(False)

    @Slot(object)
    def pass_stage(self, stage: Stage) -> None:
        """Say what the Desk is doing to who counts the time of the item that is looked at."""
        if not self._elsewhere:
            self.staged_here.emit(stage)

    def count_viewed(
        self, item: str, *, revealed_ms: int = 0, seen: Collection[int] = (), of: int | None = None
    ) -> None:
        """Add to the time for which `item` was revealed, unless it is looked at elsewhere."""
        if not self._elsewhere:
            super().count_viewed(item, revealed_ms=revealed_ms, seen=seen, of=of)

    @property
    def decided_now(self) -> Decided | None:
        """The outcome that waits for its signature."""
        state = self._work.state
        return state if self._stage is Stage.DECIDED and isinstance(state, Decided) else None

    def waits(self, item: str) -> bool:
        """Whether an item of the batch on the Desk is still to grade."""
        return self._round is not None and self._round.holds(item)

    def go_to(self, item: str) -> None:
        """Take up an item that waits, whatever its turn; the answers so far are kept."""
        at_an_item = self._stage in (Stage.ASKING, Stage.DECIDED)
        if self._round is not None and at_an_item and self.waits(item):
            self._remember()
            self._round.go_to(item)
            self._take_up()

    def sign_together(self, together: Together) -> None:
        """Sign the outcome for each item of a group, the one at hand among them; as `sign`."""
        state, at, store = self._work.state, self._at, self._store
        if self._stage is not Stage.DECIDED or isinstance(state, Asking) or at is None:
            return
        extras = self._work.final_extras()
        following = self._following(frozenset(one.item for one in together.members))
        self._save(
            "sign",
            lambda: store.sign_together(
                state, at, extras=extras, together=together, following=following
            ),
            following,
        )


def _after(gone: threading.Event, work: Callable[[], Kept]) -> Kept:
    gone.wait(AWAITED_S)
    return work()
