"""Near-copies on the Desk: answered once, looked at together, signed one by one.

The item at hand is the group's first; its walk, its words and its time are those of the grading
session. What this session adds is which items lie beside it, which of them are left out, and which
the person has revealed by itself.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from app.jobs import Jobs
from app.near_copies import NearCopy, NearGroup, group_id, near_groups
from app.session.group_grading import GroupGrading
from app.session.tile_sheet import TileSheet
from app.session.types import AtHand, BatchSummary, OwnVerdict, Stage
from app.session.viewing import ViewingSession
from app.together import Member, Together, not_viewed
from app.worklist import Worklist

if TYPE_CHECKING:
    from app.bootstrap import Workstation


def _at_once(call: Callable[[], object]) -> None:
    call()


class GroupSession(TileSheet):
    """Offers the group of the item at hand, and carries it while its sheet is open."""

    offered = Signal(int)  # how many near-copies wait, the item at hand counted; 0: none beside it
    none_waits = Signal()  # no group of the batch that was asked for waits
    left_unseen = Signal(int, int)  # so many of so many are still to be viewed by themselves

    def __init__(
        self,
        jobs: Jobs,
        ws: "Workstation",
        grading: GroupGrading,
        viewing: ViewingSession,
        *,
        begun: Callable[[Callable[[], object]], object] = _at_once,
    ) -> None:
        """Take part in `grading`; groups are looked for when `begun` calls what it is given."""
        super().__init__(jobs, ws, viewing)
        self._begun = begun
        self._grading = grading
        self._groups: dict[str, NearGroup] | None = {}  # None: they are being looked for
        self._batch = ""
        self._opens: str | None = None  # the first that the Desk is on its way to
        self._wanted: str | None = None  # the batch whose first group is to be laid out
        self._own: dict[str, OwnVerdict] = {}  # in a correction: what each item has
        grading.opened.connect(self._find)
        grading.turned.connect(self._turn)
        grading.taken_out.connect(self._leave_out)
        # No lambda: Qt would hold it, it this session, and that all of a sitting that was closed.
        grading.staged.connect(self._restaged)

    @property
    def at(self) -> AtHand | None:
        """The item on the Desk."""
        return self._grading.at_hand

    @property
    def waiting(self) -> tuple[NearCopy, ...]:
        """The near-copies of the item at hand that are still to grade, itself among them."""
        at, groups = self._grading.at_hand, self._groups or {}
        if at is None or at.corrects is not None or at.item not in groups:
            return ()
        left = self._left_of(groups[at.item])
        return left if len(left) > 1 else ()

    def toggle(self) -> None:
        """Lay the group of the item at hand on the Desk, or take it off again."""
        if self._state.is_open:
            self.close()
        elif copies := self.waiting:
            self._go_to(copies)

    def open_first(self, batch: str) -> None:
        """Take a batch to the Desk, and lay the largest of its groups that wait out there."""
        self._wanted = batch
        self._grading.open_batch(batch)

    def go_to_largest(self) -> None:
        """Lay the largest group that waits out, save the one that lies there."""
        self._wanted = self._batch
        self._go_to_first()

    def close(self) -> None:
        """Take the sheet off; the item at hand lies there again, its answers kept.

        Where it is offered as already resolved it is shown no more than before.
        """
        if self._state.is_open:
            self.drop()
            if not self._grading.elsewhere:
                grading = self._grading
                self._viewing.show_item(None if grading.resolved else grading.at_hand)

    def sign(self) -> None:
        """Sign for every item that is not left out, if the policy has its looks."""
        state = self._state
        if not state.is_open:
            self._grading.sign()
            return
        together, decided = self._together(), self._grading.decided_now
        category = decided.outcome.category if decided is not None else None
        unseen = not_viewed(together, category, self._ws.policy.groups.individually)
        if unseen:
            self.left_unseen.emit(len(unseen), len(together.members))
            self.choose(state.items.index(unseen[0]))
        else:
            self._viewing.conceal()
            self._grading.sign_together(self._together())

    def look(self) -> None:
        """Have the chosen item ready to be revealed, unless another room's is looked at."""
        if not self._grading.elsewhere:
            super().look()

    def drop(self) -> None:
        """Take the sheet off, and forget what a correction is of."""
        self._own = {}
        super().drop()

    # -- inside -------------------------------------------------------------------------------

    def _left_of(self, group: NearGroup) -> tuple[NearCopy, ...]:
        return tuple(copy for copy in group.copies if self._grading.waits(copy.item))

    @Slot(object)
    def _find(self, batch: BatchSummary) -> None:
        if batch.id == self._batch and self._grading.stage is not Stage.TURNING:
            return  # it is only said again, to a window that comes back to it
        self._groups, self._batch = None, batch.id
        if self._wanted != batch.id:
            self._wanted = None
        self.drop()
        self._begun(partial(self._look_for, batch.id))  # what compares prints takes long to load

    def _look_for(self, batch: str) -> None:
        if batch == self._batch:
            self._jobs.run(
                lambda: near_groups(self._ws, batch),
                lambda found: self._found(batch, found),
                lambda _: self._found(batch, ()),  # items are graded one by one then
            )

    def _found(self, batch: str, groups: tuple[NearGroup, ...]) -> None:
        if batch == self._batch:
            self._groups = {item: group for group in groups for item in group.items}
            self._tell_offer()
            self._go_to_first()

    def _go_to_first(self) -> None:
        """Go there, once the batch lies on the Desk and its groups are found."""
        at, stage = self._grading.at_hand, self._grading.stage
        if self._wanted is None or self._wanted != self._batch or self._groups is None:
            return
        if at is None and stage is not Stage.FINISHED:
            return
        self._wanted, laid = None, set(self._state.items)
        for group in dict.fromkeys(self._groups.values()):
            left = self._left_of(group)
            if len(left) > 1 and left[0].item not in laid:
                self._go_to(left)
                return
        self.none_waits.emit()

    def _go_to(self, copies: tuple[NearCopy, ...]) -> None:
        at, first = self._grading.at_hand, copies[0].item
        if at is not None and at.item == first:
            self._open(copies)
        else:
            self._opens = first
            self._grading.go_to(first)

    @Slot(object)
    def _turn(self, at: AtHand) -> None:
        opens, self._opens = self._opens, None
        if at.group is not None and not self._state.is_open:
            self._correct(at, at.group)
        elif at.item != (self._state.items[:1] or ("",))[0]:
            self.drop()
            if at.item == opens:
                self._open(self.waiting)
        self._tell_offer()
        self._go_to_first()

    def _correct(self, at: AtHand, group: str) -> None:
        self._jobs.run(
            lambda: Worklist(self._ws).given_together(group, at.batch),
            lambda own: self._open_again(at, own),
            _nothing,
        )

    def _open_again(self, at: AtHand, own: dict[str, OwnVerdict]) -> None:
        if self._grading.at_hand != at or at.item not in own:
            return
        items = [at.item, *sorted(item for item in own if item != at.item)]
        self._open(tuple(NearCopy(item, 0) for item in items), own)

    def _open(self, copies: tuple[NearCopy, ...], own: dict[str, OwnVerdict] | None = None) -> None:
        if copies:
            self._own = own or {}
            self.lay(copies, corrects=bool(own))
            self._tell_offer()

    def _together(self) -> Together:
        items = self.taken
        return Together(self._group_id(items), tuple(self._member(item) for item in items))

    def _group_id(self, items: tuple[str, ...]) -> str:
        own = next(iter(self._own.values()), None)
        return own.verdict.group if own and own.verdict.group else group_id(items)

    def _member(self, item: str) -> Member:
        own = self._own.get(item)
        was_alone = own is not None and own.verdict.viewed == "individually"
        return Member(
            item,
            alone=item in self._state.alone or was_alone,
            revealed_ms=self.revealed_ms(item),
            supersedes=own.record_id if own else None,
        )

    @Slot(object)
    def _restaged(self, stage: Stage) -> None:
        if stage is Stage.SAVING:
            return  # nothing is offered less until it is kept
        self._tell_offer()
        if stage is Stage.FINISHED:
            self._go_to_first()

    @Slot(object)
    def _leave_out(self, items: frozenset[str]) -> None:
        """Of what lies on the sheet, that which was left out in Select is answered no more."""
        state = self._state
        if state.is_open and not state.corrects:
            self._set(excluded=state.excluded | items.intersection(state.items))
        self._tell_offer()

    def _tell_offer(self) -> None:
        self.offered.emit(0 if self._state.is_open else len(self.waiting))


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
