"""One person at the queue of second opinions: an item is opened, answered blind, resolved.

Calls come in from the window, signals go out to it, frozen values cross, as at the Desk
(`app.session.grading`). While something is signed or waits for the central store, calls that would
change the item do nothing.
"""

import dataclasses
from collections.abc import Callable, Collection
from enum import Enum, auto
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.record import NO_EXTRAS, Extras
from app.second_opinion.queue import Waiting
from app.session.draft_writer import DraftWriter
from app.session.item import ItemWork
from app.session.opinion_store import Compared, OpenedItem, OpinionStore, Proposal
from app.session.queue_reading import QueueReading
from app.session.types import Asking, AtHand, Decided, Left, Typed
from grading.scheme import Scheme

__all__ = [
    "REASONS",
    "Compared",
    "OpenedItem",
    "OpinionSession",
    "OpinionStage",
    "Proposal",
    "Waiting",
]

T = TypeVar("T")
REASONS = "reasons"  # the kind of words that say why


class OpinionStage(Enum):
    """What the room is doing; in every stage other keys work."""

    LIST = auto()  # nothing is opened
    OPENING = auto()  # an item is being taken: the central store is asked
    ASKING = auto()  # a question waits for its answer
    DECIDED = auto()  # an outcome stands in words: the own answer, or what is to be resolved
    COMPARING = auto()  # the answers stand side by side
    SAVING = auto()  # keys are dead until the record is on disk


_WALKING = (OpinionStage.ASKING, OpinionStage.DECIDED)
_BUSY = (OpinionStage.OPENING, OpinionStage.SAVING)


class OpinionSession(QObject):
    """What the room of second opinions shows and does."""

    listed = Signal(object)  # a tuple of Waiting
    staged = Signal(object)  # OpinionStage
    opened = Signal(object)  # OpenedItem
    turned = Signal(object)  # AtHand: what is to be seen; None: nothing, or it is not here
    begun = Signal(object)  # the item that is open from now on, or None
    asking = Signal(object)  # Asking
    decided = Signal(object)  # Decided
    noted = Signal(object)  # Extras
    typing = Signal(object)  # Typed: words that were neither kept nor dropped
    compared = Signal(object)  # Compared
    changed_underneath = Signal(int)  # so many answers came, or 0: one was taken back
    chosen = Signal(object)  # the Decided to be resolved with, or None
    signed = Signal(str)  # answer, resolution, send or release: it is on disk
    left = Signal(object)  # Left: an item was answered or resolved
    failed = Signal(str)  # a sentence; what was said stays

    def __init__(self, jobs: Jobs, drafting: Jobs, store: OpinionStore, scheme: Scheme) -> None:
        """Work on the thread of ``jobs``; drafts are written by ``drafting``, the store's."""
        super().__init__()
        self._jobs = jobs
        self._store = store
        self._scheme = scheme
        self._stage = OpinionStage.LIST
        self._open: OpenedItem | None = None
        self._compared: Compared | None = None
        self._chosen: tuple[Decided, Extras] | None = None
        self._reasons = ""
        self._work = ItemWork(scheme)
        self._attended = False
        self.queue = QueueReading(jobs, store)
        self.queue.listed.connect(self.listed)
        self.queue.failed.connect(self.failed)
        self._drafts = DraftWriter(drafting, store.put_draft, self._lost)

    @property
    def stage(self) -> OpinionStage:
        """What the room is doing."""
        return self._stage

    @property
    def item(self) -> OpenedItem | None:
        """The item in the person's hands."""
        return self._open

    @property
    def scheme(self) -> Scheme:
        """What is answered and resolved under."""
        return self._scheme

    @property
    def answers_blind(self) -> bool:
        """Whether the person's own answer comes first and is not signed yet."""
        return self._open is not None and self._compared is None

    @property
    def has_chosen(self) -> bool:
        """Whether there is something to resolve with."""
        return self._chosen is not None

    @property
    def persons(self) -> tuple[str, ...]:
        """To whom the item can be sent."""
        if self._compared is not None:
            return self._compared.persons
        return self._open.persons if self._open is not None else self.queue.persons

    @property
    def reasons(self) -> str:
        """The reasons as typed so far."""
        return self._reasons

    def look(self) -> None:
        """Read the queue; what is known already is not read again."""
        self.queue.look()

    # -- an item comes and goes ---------------------------------------------------------------

    def open(self, item: str) -> None:
        """Take an item of the queue into one's hands."""
        if self._stage is OpinionStage.LIST:
            self._enter(OpinionStage.OPENING)
            self._run(lambda: self._store.open(item), self._opened, OpinionStage.LIST)

    def release(self, item: str) -> None:
        """Give an item back to the queue; what was said of it stays as a draft."""
        if self._stage in _BUSY:
            return
        self._remember()
        back_to = self._stage
        self._enter(OpinionStage.OPENING)
        self._run(lambda: self._store.release(item), lambda _: self._done("release"), back_to)

    def send(self, item: str, person: str, line: str | None) -> None:
        """Keep an item for a person's opinion."""
        if self._stage not in _BUSY:
            self._save(lambda: self._store.send(item, person, line), lambda _: self._done("send"))

    # -- answering ----------------------------------------------------------------------------

    def answer(self, value: str) -> None:
        """Take one step. A key pressed while nothing is asked is ignored."""
        if self._stage is OpinionStage.ASKING and self._work.answer(value):
            self._ask()

    def back(self, to: int | None = None) -> None:
        """Take the last answer back; before the first, a walk for a resolution is left."""
        if self._stage not in _WALKING:
            return
        if self._work.back(to):
            self._ask()
        elif self._compared is not None:
            self._enter(OpinionStage.COMPARING)

    def note(self, extras: Extras) -> None:
        """Replace what is said beside the answers."""
        if self._stage in _WALKING:
            self._work.extras, self._work.typed = extras, None
            self.noted.emit(extras)
            self._remember()

    def hold_words(self, typed: Typed | None) -> None:
        """Remember words in a field that were neither kept nor dropped."""
        if self._open is None or self._stage in _BUSY:
            return
        if typed is not None and typed.kind == REASONS:
            self._reasons = typed.text
        if typed != self._work.typed:
            self._work.typed = typed
            self._remember()

    def sign(self) -> None:
        """Sign the own answer that stands in words; or take what was walked as the resolution."""
        state, at = self._work.state, self._open
        if self._stage is not OpinionStage.DECIDED or isinstance(state, Asking) or at is None:
            return
        extras = self._final_extras()
        if self._compared is not None:
            self._choose(state, extras)
            self._enter(OpinionStage.COMPARING)
            return
        item = at.row.item

        def done(compared: Compared | None) -> None:
            self.left.emit(self._work.left("sign", item))
            if compared is None:
                self._done("answer")
            else:
                self.signed.emit("answer")
                self._compare(compared)

        self._save(lambda: self._store.answer(item, state, extras), done)

    def take(self, number: int) -> None:
        """Resolve with one of the answers that were given."""
        compared = self._compared
        if self._stage is not OpinionStage.COMPARING or compared is None:
            return
        if 0 <= number < len(compared.proposals):
            proposal = compared.proposals[number]
            told = proposal.told
            extras = dataclasses.replace(
                self._final_extras(),
                tags=told.tags,
                series=told.series,
                ai_basis=told.ai_basis,
                confidence=told.confidence,
                comment=None,
                worst=None,
            )
            self._choose(proposal.decided, extras)

    def walk(self) -> None:
        """Walk the questions again, for the resolution."""
        if self._stage is OpinionStage.COMPARING:
            self._work.state = ItemWork(self._scheme).state
            self._work.extras = NO_EXTRAS
            self.noted.emit(NO_EXTRAS)
            self._ask()

    def resolve(self, reasons: str) -> None:
        """Sign the resolution with its reasons."""
        at, compared, chosen = self._open, self._compared, self._chosen
        if self._stage is not OpinionStage.COMPARING or not (at and compared and chosen):
            return
        decided, extras = chosen
        item = at.row.item

        def done(stands: Compared | None) -> None:
            if stands is not None:
                self._compare(stands)
                self.changed_underneath.emit(len(stands.fresh))
                return
            outcome = decided.outcome
            self.left.emit(Left(item, outcome.outcome, outcome.category, extras.series is not None))
            self._done("resolution")

        self._save(
            lambda: self._store.resolve(item, decided, extras, reasons=reasons, compared=compared),
            done,
        )

    def count_viewed(
        self, item: str, *, revealed_ms: int = 0, seen: Collection[int] = (), of: int | None = None
    ) -> None:
        """Add to the time for which `item` was revealed, and to its frames that were `seen`."""
        if self._open is not None and self._open.row.item == item:
            self._work.revealed_ms += revealed_ms
            self._work.frames_of = of or self._work.frames_of
            self._work.seen.update(seen)
            if revealed_ms:
                self._remember()

    @property
    def attended(self) -> bool:
        """Whether the person is in the room."""
        return self._attended

    @attended.setter
    def attended(self, there: bool) -> None:
        self._attended = there
        self.set_present(there)

    @property
    def has_attention(self) -> bool:
        """Whether an item of the queue is what the person has before them."""
        return self._attended and self._open is not None

    def set_present(self, there: bool) -> None:
        """Count time only while the person is there, an item before them."""
        self._work.present(there and self.has_attention and self._stage not in _BUSY)
        if not there:
            self._remember()

    def tell(self) -> None:
        """Say everything again, to a room that one comes back to or that was built anew."""
        self.staged.emit(self._stage)
        if self._open is None:
            return
        self.opened.emit(self._open)
        self._show_item()
        if self._compared is not None:
            self.compared.emit(self._compared)
            self.chosen.emit(self._chosen[0] if self._chosen else None)
        if self._stage in _WALKING:
            self.noted.emit(self._work.extras)
            self._ask()
        self.staged.emit(self._stage)

    def _opened(self, opened: OpenedItem) -> None:
        self._open, self._compared, self._chosen = opened, None, None
        self._work.begin(opened.draft)
        typed = opened.draft.typed
        self._reasons = typed.text if typed is not None and typed.kind == REASONS else ""
        self.opened.emit(opened)
        self._show_item()
        self.look()  # the list says by now whose it is
        if opened.compared is not None:
            self._compare(opened.compared)
            return
        self.noted.emit(self._work.extras)
        self._ask()
        if typed is not None and typed.kind != REASONS:
            self.typing.emit(typed)

    def _show_item(self) -> None:
        opened = self._open
        if opened is not None and opened.batch is not None:
            seen = tuple(sorted(self._work.seen))
            self.turned.emit(AtHand(opened.row.item, opened.batch, 1, 1, seen=seen))
        else:
            self.turned.emit(None)
        self.begun.emit(opened.row.item if opened is not None else None)

    def _compare(self, compared: Compared) -> None:
        self._compared, self._chosen = compared, None
        self._enter(OpinionStage.COMPARING)
        self.compared.emit(compared)
        self.chosen.emit(None)

    def _choose(self, decided: Decided, extras: Extras) -> None:
        self._chosen = decided, extras
        self.chosen.emit(decided)

    def _final_extras(self) -> Extras:
        extras = self._work.final_extras()
        return extras if extras.revealed_ms else dataclasses.replace(extras, viewed="not")

    def _ask(self) -> None:
        state = self._work.state
        is_asking = isinstance(state, Asking)
        self._enter(OpinionStage.ASKING if is_asking else OpinionStage.DECIDED)
        (self.asking if is_asking else self.decided).emit(state)
        self._remember()

    def _done(self, what: str) -> None:
        self._open = self._compared = self._chosen = None
        self._reasons = ""
        self._enter(OpinionStage.LIST)
        self.turned.emit(None)
        self.begun.emit(None)
        self.signed.emit(what)
        self.look()

    def _enter(self, stage: OpinionStage) -> None:
        self._stage = stage
        self.set_present(True)
        self.staged.emit(stage)

    def _save(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        back_to = self._stage
        self._enter(OpinionStage.SAVING)
        self._run(work, done, back_to)

    def _run(
        self, work: Callable[[], T], done: Callable[[T], object], back_to: OpinionStage
    ) -> None:
        def failed(error: BaseException) -> None:
            self._enter(back_to)
            self.failed.emit(sentence(error))
            self.look()

        self._jobs.run(work, done, failed)

    def _remember(self) -> None:
        """Write the draft of the item at hand; many calls in a row become one write."""
        if self._open is not None and self._stage not in _BUSY:
            self._drafts.write(self._open.row.item, self._work.draft())

    def _lost(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))
