"""What the room of second opinions asks of the stores. Everything runs on its own thread.

Taking and resolving wait for the central store, which must not keep the Desk's records waiting.
"""

import hashlib
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from app.errors import ChangedUnderneathError
from app.pace import UNWATCHED, Watch
from app.second_opinion.queue import SUPERVISOR, Waiting
from app.second_opinion.resolving import Comparison, SecondOpinions, Told
from app.session.drafts import ItemDraft, draft_from_json
from grading.errors import GradingError
from grading.late_methods import dataclass
from grading.scheme import Scheme
from grading.tree import Decided, settle

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.record import Extras


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer that a supervisor may take for the resolution; ``own``: it is theirs."""

    decided: Decided
    told: Told
    names: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The answers side by side, and those of them that can be taken as they are.

    ``fresh`` are the records that were not there when the answers were shown before.
    """

    comparison: Comparison
    proposals: tuple[Proposal, ...]
    persons: tuple[str, ...]
    fresh: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """An item of the queue in the person's hands.

    ``batch`` is where the evidence lies in this home, None where it is not here; ``compared`` is
    None while the person's own answer comes first. ``resolves``: they may decide it.
    """

    row: Waiting
    batch: str | None
    draft: ItemDraft
    compared: Compared | None
    persons: tuple[str, ...]
    resolves: bool


class OpinionStore:
    """The queue as the room needs it: one call, one hop to its thread."""

    def __init__(
        self, ws: "Workstation", scheme: Scheme, turn: AbstractContextManager[object]
    ) -> None:
        self._ws = ws
        self._scheme = scheme
        self._turn = turn
        self.watch: Watch = UNWATCHED  # told how far the queue is while it is read
        self._made: SecondOpinions | None = None

    @property
    def _opinions(self) -> SecondOpinions:
        if self._made is None:  # not before the thread of the room first asks
            self._made = SecondOpinions(self._ws, turn=self._turn, watch=self.watch)
        return self._made

    def waiting(self) -> tuple[tuple[Waiting, ...], tuple[str, ...]]:
        """Return what waits, and the persons to whom any of it can be sent."""
        opinions = self._opinions
        return opinions.queue.waiting(), opinions.persons("", compared=False)

    def forget(self) -> None:
        """Let go of what was read, once its thread has ended; of nothing of Qt, on any thread."""
        self.watch = UNWATCHED
        if self._made is not None:
            self._made.queue.forget()

    def open(self, item: str) -> OpenedItem:
        """Take an item, unless it is kept for this person: then nobody else would."""
        opinions = self._opinions
        row = opinions.queue.find(item)
        if not row.for_me:
            row = opinions.take(item)
        blind = self._answers_first(item)
        compared = None if blind else self.compare(item)
        here = self._ws.home.local.batches_with(item)
        return OpenedItem(
            row=row,
            batch=row.batch if row.batch in here else next(iter(here), None),
            draft=draft_from_json(self._ws.home.local.draft_get(_draft_of(item)), self._scheme),
            compared=compared,
            persons=opinions.persons(item, compared=False),
            resolves=self._may_resolve,
        )

    def release(self, item: str) -> None:
        """Give an item back, if this person has taken it."""
        if self._opinions.queue.find(item).taken_by_me:
            self._opinions.release(item)

    def send(self, item: str, person: str, line: str | None) -> None:
        """Keep an item for a person's opinion."""
        self._opinions.send(item, person, line)
        self._ws.home.local.draft_clear(_draft_of(item))

    def answer(self, item: str, decided: Decided, extras: "Extras") -> Compared | None:
        """Sign the person's own answer; return the comparison where it is theirs to see."""
        self._opinions.answer(item, self._scheme, decided, extras=extras)
        self._ws.home.local.draft_clear(_draft_of(item))
        return self.compare(item) if self._may_resolve else None

    def compare(self, item: str, before: Compared | None = None) -> Compared:
        """Return the answers, and which of them are new since they were shown ``before``."""
        comparison = self._opinions.compare(item, self._scheme)
        fresh: frozenset[str] = frozenset()
        if before is not None:
            fresh = frozenset(told.record for told in comparison.answers)
            fresh -= {told.record for told in before.comparison.answers}
        return Compared(
            comparison,
            self._proposals(comparison),
            self._opinions.persons(item, compared=True),
            fresh,
        )

    def resolve(
        self, item: str, decided: Decided, extras: "Extras", *, reasons: str, compared: Compared
    ) -> Compared | None:
        """Sign the resolution; None: done. Where something was said since, what stands now."""
        try:
            self._opinions.resolve(
                item,
                self._scheme,
                decided,
                reasons=reasons,
                seen=compared.comparison.seen,
                extras=extras,
            )
        except ChangedUnderneathError:
            return self.compare(item, compared)
        self._ws.home.local.draft_clear(_draft_of(item))
        return None

    def put_draft(self, item: str, draft: ItemDraft) -> None:
        """Remember what was said so far; called on the store thread."""
        if draft.says_something:
            self._ws.home.local.draft_put(_draft_of(item), draft.as_json())
        else:
            self._ws.home.local.draft_clear(_draft_of(item))

    @property
    def _may_resolve(self) -> bool:
        return SUPERVISOR in self._ws.home.person.roles

    def _answers_first(self, item: str) -> bool:
        blind_first = self._ws.policy.second_opinion.blind_first or not self._may_resolve
        return blind_first and not self._opinions.has_answered(item)

    def _proposals(self, comparison: Comparison) -> tuple[Proposal, ...]:
        """Each answer once, with who gave it; the person's own first."""
        me = self._ws.home.person.id
        found: dict[tuple[tuple[str, str], ...], list[Told]] = {}
        for told in sorted(comparison.answers, key=lambda told: told.person != me):
            facts = tuple((answer.fact, answer.value) for answer in told.facts)
            found.setdefault(facts, []).append(told)
        proposals = []
        for facts, tellers in found.items():
            try:
                decided = settle(self._scheme, dict(facts))
            except GradingError:
                continue  # given under another scheme: it is walked again, not taken
            names = tuple(dict.fromkeys(told.name for told in tellers))
            own = tellers[0].person == me
            proposals.append(Proposal(decided, tellers[0], names, own))
        return tuple(proposals)


def _draft_of(item: str) -> str:
    """The name of a draft beside the one that the same item may have on the Desk."""
    return hashlib.sha256(f"opinion:{item}".encode()).hexdigest()
