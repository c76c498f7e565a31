"""Near-copies on the Desk: answered once, looked at together, signed one by one.

The item at hand is the group's first; its walk, its words and its time are those of the grading
session. What this session adds is which items lie beside it, which of them are left out, and which
the person has revealed by itself.
"""

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.group_tiles import GroupTiles
from app.jobs import Jobs
from app.near_copies import NearCopy, NearGroup, group_id, near_groups
from app.session.group_grading import GroupGrading
from app.session.group_types import GroupState, Tile
from app.session.types import AtHand, BatchSummary, OwnVerdict
from app.session.viewing import ViewingSession
from app.together import Member, Together, not_viewed
from app.worklist import Worklist

if TYPE_CHECKING:
    from app.bootstrap import Workstation

TILE_PX = (320, 240)  # twice what is drawn at 100 %
AHEAD = 3  # tiles whose items are decoded for a reveal beside the chosen one


class GroupSession(QObject):
    """Offers the group of the item at hand, and carries it while its sheet is open."""

    offered = Signal(int)  # how many near-copies wait, the item at hand counted; 0: none beside it
    changed = Signal(object)  # GroupState
    tiled = Signal(str, object)  # item, Tile
    left_unseen = Signal(int, int)  # so many of so many are still to be viewed by themselves

    def __init__(
        self, jobs: Jobs, ws: "Workstation", grading: GroupGrading, viewing: ViewingSession
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._grading = grading
        self._viewing = viewing
        self._tiles = GroupTiles(ws)
        self._groups: dict[str, NearGroup] = {}
        self._batch = ""
        self._state = GroupState()
        self._run = 0  # how often a sheet was opened or closed; what comes for another is dropped
        self._waiting: list[str] = []  # whose tiles are still to be made
        self._opens: str | None = None  # the first that the Desk is on its way to
        self._wants_first = False
        self._own: dict[str, OwnVerdict] = {}  # in a correction: what each item has
        self._revealed_ms: dict[str, int] = {}
        grading.opened.connect(self._find)
        grading.turned.connect(self._turn)
        # No lambda: Qt would hold it, it this session, and that all of a sitting that was closed.
        grading.staged.connect(self._restaged)
        viewing.revealed.connect(self._revealed)
        viewing.counted.connect(self._counted)
        viewing.calming.connect(self._calm)

    @property
    def state(self) -> GroupState:
        """The group that lies on the Desk, if one does."""
        return self._state

    @property
    def waiting(self) -> tuple[NearCopy, ...]:
        """The near-copies of the item at hand that are still to grade, itself among them."""
        at = self._grading.at_hand
        if at is None or at.corrects is not None or at.item not in self._groups:
            return ()
        left = [copy for copy in self._groups[at.item].copies if self._grading.waits(copy.item)]
        return tuple(left) if len(left) > 1 else ()

    def toggle(self) -> None:
        """Lay the group of the item at hand on the Desk, or take it off again."""
        if self._state.is_open:
            self.close()
        elif copies := self.waiting:
            self._opens = copies[0].item
            if self._grading.at_hand is not None and self._grading.at_hand.item == self._opens:
                self._open(copies)
            else:
                self._grading.go_to(self._opens)

    def open_first(self) -> None:
        """Go to the largest group of the batch that waits, and lay it on the Desk."""
        self._wants_first = True
        self._go_to_first()

    def close(self) -> None:
        """Take the sheet off; the item at hand lies there again, its answers kept."""
        if self._state.is_open:
            self._drop()
            self._viewing.show_item(self._grading.at_hand)

    def choose(self, place: int) -> None:
        """Make a tile the one that a reveal is about."""
        state = self._state
        place = min(max(place, 0), len(state.items) - 1)
        if state.is_open and place != state.at:
            self._set(at=place)
            self.look()

    def exclude(self) -> None:
        """Leave the chosen item out, or take it in again; the first is answered in any case."""
        state = self._state
        if state.is_open and state.at:
            self._set(excluded=state.excluded ^ {state.chosen})

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

    def want(self, items: tuple[str, ...]) -> None:
        """Say which tiles are looked at: they are made before the others."""
        seen = set(items)
        self._waiting.sort(key=lambda item: item not in seen)  # the first is made by then

    def end(self) -> None:
        """Let go of everything."""
        self._drop()
        self._tiles.end()

    # -- inside -------------------------------------------------------------------------------

    def _find(self, batch: BatchSummary) -> None:
        self._groups, self._batch = {}, batch.id
        self._drop()
        self._jobs.run(
            lambda: near_groups(self._ws, batch.id),
            lambda found: self._found(batch.id, found),
            _nothing,  # items are graded one by one then
        )

    def _found(self, batch: str, groups: tuple[NearGroup, ...]) -> None:
        if batch == self._batch:
            self._groups = {item: group for group in groups for item in group.items}
            self._tell_offer()
            if self._wants_first:
                self._go_to_first()

    def _go_to_first(self) -> None:
        at = self._grading.at_hand
        if not self._groups or at is None or at.batch != self._batch:
            return
        self._wants_first = False
        for group in dict.fromkeys(self._groups.values()):
            left = [copy for copy in group.copies if self._grading.waits(copy.item)]
            if len(left) > 1:
                self._opens = left[0].item
                if at.item == left[0].item:
                    self._open(tuple(left))
                else:
                    self._grading.go_to(left[0].item)
                return

    def _turn(self, at: AtHand) -> None:
        opens, self._opens = self._opens, None
        if at.group is not None and not self._state.is_open:
            self._correct(at, at.group)
        elif at.item != (self._state.items[:1] or ("",))[0]:
            self._drop()
            if at.item == opens:
                self._open(self.waiting)
        self._tell_offer()
        if self._wants_first:
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
        if not copies:
            return
        self._run += 1
        self._own, self._revealed_ms = own or {}, {}
        items = tuple(copy.item for copy in copies)
        self._state = GroupState(items, tuple(copy.bits for copy in copies), corrects=bool(own))
        self._waiting = list(items)
        self.changed.emit(self._state)
        self._tell_offer()
        self.look()
        self._make_next(self._run)

    def _drop(self) -> None:
        self._run += 1
        self._waiting = []
        if self._state.is_open:
            self._state = GroupState()
            self._jobs.run(self._tiles.end, _nothing, _nothing)
            self.changed.emit(self._state)

    def look(self) -> None:
        """Have the chosen item ready to be revealed, and the next ones."""
        state, at = self._state, self._grading.at_hand
        if at is not None:
            ahead = state.items[state.at : state.at + AHEAD + 1]
            self._viewing.show_item(
                dataclasses.replace(at, item=state.chosen, ahead=ahead, seen=(), corrects=None)
            )

    def _make_next(self, run: int) -> None:
        if run != self._run or not self._waiting:
            return
        item, first, batch = self._waiting.pop(0), self._state.items[0], self._batch_of()
        self._jobs.run(
            lambda: self._tiles.tile(batch, first, item, TILE_PX),
            lambda tile: self._take(run, item, tile),
            lambda _: self._take(run, item, None),
        )

    def _batch_of(self) -> str:
        at = self._grading.at_hand
        return at.batch if at is not None else self._batch

    def _take(self, run: int, item: str, tile: Tile | None) -> None:
        if run != self._run:
            return
        differs = tile is None or tile.differences.count  # what cannot be compared is no copy
        self._set(
            compared=self._state.compared + 1,
            differing=self._state.differing | {item} if differs else self._state.differing,
        )
        if tile is not None:
            self.tiled.emit(item, tile)
        self._make_next(run)

    def _calm(self) -> None:
        """Let go of what the decoder of the tiles holds; what is left to compare begins it anew."""
        self._jobs.run(self._tiles.end, _nothing, _nothing)

    def _saw(self) -> None:
        veil, state = self._viewing.state, self._state
        lighter = veil.level > veil.rest_level and not veil.edges
        if state.is_open and veil.lens is None and lighter and state.chosen not in state.alone:
            self._set(alone=state.alone | {state.chosen})

    def _count(self, item: str, shown_ms: int) -> None:
        if item in self._state.items:
            self._revealed_ms[item] = self._revealed_ms.get(item, 0) + shown_ms

    def _together(self) -> Together:
        state = self._state
        items = tuple(item for item in state.items if item not in state.excluded)
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
            revealed_ms=self._revealed_ms.get(item, 0),
            supersedes=own.record_id if own else None,
        )

    def _set(self, **changes: object) -> None:
        self._state = dataclasses.replace(self._state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self._state)

    @Slot(object)
    def _restaged(self, _: object) -> None:
        self._tell_offer()

    @Slot(object)
    def _revealed(self, _: object) -> None:
        self._saw()

    @Slot(str, int, int)
    def _counted(self, item: str, _: int, shown_ms: int) -> None:
        self._count(item, shown_ms)

    def _tell_offer(self) -> None:
        self.offered.emit(0 if self._state.is_open else len(self.waiting))


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
