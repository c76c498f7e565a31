"""What the Desk asks of the stores. Everything here runs on the store thread."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from app.known.ordering import in_order
from app.record import Extras, KeptVerdict, Recorder
from app.rights import require_right
from app.session.drafts import ItemDraft, draft_from_json
from app.session.types import AtHand
from app.together import Together, keep_together
from app.worklist import BatchSummary, OwnVerdict, Progress, Worklist
from grading.late_methods import dataclass
from grading.scheme import Scheme

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.known.carrying import AlreadyResolved, CarryOver
    from grading.tree import Decided

PLACE_NOTE = "place_at_the_desk"  # remembers which batch and item were on the Desk


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch taken up: what is still to grade and how far the person is."""

    batch: BatchSummary
    order: tuple[str, ...]
    items: tuple[str, ...]  # all of the batch, as its manifest has them
    last_item: str | None
    resolved: "tuple[AlreadyResolved, ...]" = ()  # what the policy lets carry over unseen


@dataclass(frozen=True, slots=True)
class Turned:
    """An item taken up, with what was already said of it.

    `resolved` is what can be carried over of it, of those that were offered with its batch.
    """

    item: str
    draft: ItemDraft
    resolved: "AlreadyResolved | None" = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A record on disk, and the next item with its draft.

    `others` are the items that were signed with it. The counts after it come with it where no item
    follows; else `counts` is asked for them, once the next item is drawn.
    """

    kept: KeptVerdict
    progress: Progress | None
    following: Turned | None
    others: tuple[str, ...] = ()


class DeskStore:
    """The stores as the Desk needs them: one call, one hop to the store thread."""

    def __init__(self, ws: "Workstation", scheme: Scheme) -> None:
        self._ws = ws
        self._scheme = scheme
        self._worklist = Worklist(ws)
        self._recorder = Recorder(ws)
        self._offered: frozenset[str] = frozenset()  # to be carried over, as the batch was opened
        self._batch = ""  # the batch on the Desk; a correction may be of another one

    def open_batch(self, batch: str | None) -> Opened | None:
        """Take up `batch`; None: the one worked on last, else the newest with work left."""
        known = self._worklist.batches()
        last_batch, last_item = place_noted(self._ws, PLACE_NOTE)
        wanted = batch or self._wanted(known, last_batch)
        for summary in known:
            if summary.id == wanted:
                item = last_item if summary.id == last_batch else None
                self._batch = summary.id
                waits = self._worklist.order(summary.id)
                order = in_order(self._ws, summary.id, waits, lambda: self._carrying)
                items = tuple(self._worklist.standing(summary.id))
                confirms = self._ws.policy.known.confirm
                resolved = self._carrying.offered(order) if confirms else ()
                self._offered = frozenset(one.item for one in resolved)
                return Opened(summary, order, items, item, resolved)
        return None

    def turn_to(self, item: str, batch: str) -> Turned:
        """Take up an item."""
        return self._turned(item, batch, self._still_resolved(item))

    def put_draft(self, item: str, draft: ItemDraft) -> None:
        """Remember what was said so far."""
        if draft.says_something:
            self._ws.home.local.draft_put(item, draft.as_json())
        else:
            self._ws.home.local.draft_clear(item)

    def sign(
        self, decided: "Decided", item: str, batch: str, *, extras: Extras, following: str | None
    ) -> Kept:
        """Sign the verdict on `item`; when this returns it is on disk."""

        def keep() -> KeptVerdict:
            return self._recorder.keep(decided, item, batch, extras=extras)

        return self._leave(item, keep, following)

    def sign_together(
        self,
        decided: "Decided",
        at: AtHand,
        *,
        extras: Extras,
        together: Together,
        following: str | None,
    ) -> Kept:
        """Sign a verdict for each item of a group, the one at hand first; all or none."""
        others = tuple(one.item for one in together.members if one.item != at.item)

        def keep() -> KeptVerdict:
            kept = keep_together(self._ws, decided, at.batch, extras, together)
            for item in others:
                self.put_draft(item, ItemDraft(self._scheme.sha256))
            return next(one for one in kept if one.item == at.item)

        return dataclasses.replace(self._leave(at.item, keep, following), others=others)

    def carry_over(
        self, found: "Sequence[AlreadyResolved]", batch: str, *, following: str | None
    ) -> Kept:
        """Carry over what was resolved before, unseen, the item at hand first; all or none."""
        others = tuple(one.item for one in found[1:])

        def keep() -> KeptVerdict:
            return self._carrying.keep(found, batch)[0]

        return dataclasses.replace(self._leave(found[0].item, keep, following), others=others)

    def set_aside(
        self, item: str, batch: str, *, why: str | None, draft: ItemDraft, following: str | None
    ) -> Kept:
        """Keep `item` for later; what was said of it stays."""

        def keep() -> KeptVerdict:
            # For oneself: it waits for nobody else.
            return self._recorder.set_aside(item, batch, why=why, person=self._ws.home.person.id)

        return self._leave(item, keep, following, draft)

    def pass_on(self, item: str, batch: str, *, following: str | None) -> Kept:
        """Hand `item` on."""
        return self._leave(item, lambda: self._recorder.pass_on(item, batch), following)

    def take_up(self, batch: str) -> tuple[tuple[str, ...], Progress]:
        """Take back every item set aside; return them with the counts after it."""
        held = self._worklist.set_aside(batch)
        for hold in held:
            self._recorder.release(hold.record_id, hold.item, batch)
        return tuple(hold.item for hold in held), self._worklist.progress(batch)

    def taken_in(self, items: Sequence[str], batch: str) -> tuple[tuple[str, ...], Progress]:
        """Return which of these items are to grade now, with the counts of `batch`."""
        waits = frozenset(self._worklist.order(batch)) if items else frozenset()
        return tuple(one for one in items if one in waits), self._worklist.progress(batch)

    def last_signed(self) -> OwnVerdict | None:
        """The verdict that a correction starts from."""
        return self._worklist.last_signed()

    def unreadable(self, item: str, batch: str, reason: str) -> Progress:
        """Remember that `item` cannot be shown."""
        self._worklist.found_unreadable(batch, item, reason)
        return self._worklist.progress(batch)

    @cached_property
    def _carrying(self) -> "CarryOver":
        """Carries over what was resolved; it comes where the policy asks for it."""
        from app.known.carrying import CarryOver  # noqa: PLC0415 - few policies do

        return CarryOver(self._ws)

    def _still_resolved(self, item: str) -> "AlreadyResolved | None":
        """Return what can be carried over of an item that was offered: it may hold no more.

        Something was said on it since, or it was dealt to this person to be answered anew.
        """
        if item not in self._offered:
            return None
        return next(iter(self._carrying.offered([item])), None)

    def _turned(self, item: str, batch: str, resolved: "AlreadyResolved | None") -> Turned:
        local = self._ws.home.local
        local.note_put(PLACE_NOTE, [batch, item])
        return Turned(item, draft_from_json(local.draft_get(item), self._scheme), resolved)

    def _leave(
        self,
        item: str,
        keep: Callable[[], KeptVerdict],
        following: str | None,
        draft: ItemDraft | None = None,
    ) -> Kept:
        """Keep a record on `item`, and what was said of it, and take up the next: one commit.

        The disk is waited for once, and a kill finds all of it or nothing.
        """
        # Before it: what was read in a commit that failed must not be gone on from.
        resolved = self._still_resolved(following) if following else None
        with self._ws.home.local.transaction():
            kept = keep()
            self.put_draft(item, draft or ItemDraft(self._scheme.sha256))
            turned = self._turned(following, self._batch, resolved) if following else None
        # Not inside: the counts go on from what is kept, and a commit may fail.
        return Kept(kept, self.counts() if turned is None else None, turned)

    def prepare(self) -> None:
        """Find out what the first verdict would wait for; its errors are those of a verdict."""
        require_right(self._ws.home, "verdict")
        local = self._ws.home.local
        local.head(self._ws.home.signer.keyid)
        local.log_seen()

    def counts(self) -> Progress:
        """Return how far the person is in the batch on the Desk."""
        return self._worklist.progress(self._batch)

    @staticmethod
    def _wanted(known: list[BatchSummary], last: str | None) -> str | None:
        with_work = [batch.id for batch in known if batch.counts.to_grade]
        if last in with_work or not with_work:
            return last or (known[0].id if known else None)
        return with_work[0]


def place_noted(ws: "Workstation", note: str) -> tuple[str | None, str | None]:
    """Return the batch and the item at which the person left off in a room, or two times None."""
    place = ws.home.local.note_get(note)
    if isinstance(place, list) and len(place) == 2:
        return str(place[0]), str(place[1])
    return None, None
