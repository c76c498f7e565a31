"""What there is to grade, in which order, and how far this person has come.

Everything is computed from signed records and the manifest. What a person has done with an item
is read once for a batch and then carried forward record by record, so that asking after every
verdict costs nothing that grows with the batch.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.assignment.duties import Duties
from app.elsewhere import BatchElsewhere, batches_elsewhere
from app.pace import UNWATCHED, Watch
from app.worklist_state import BatchState, Standing
from grading.late_methods import dataclass
from grading.verdict import Verdict, verdict_from_predicate
from storage.envelope import open_envelope
from storage.marks import Content, Mark, contents, marks_after, marks_of
from storage.rows import BatchRow, StoredRecord

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is in one batch. Items are distinct contents, files are names.

    ``items`` = to_grade + graded + set_aside + passed + unreadable + not_selected +
    carried_over + with_others + other_files.
    ``second_opinion`` counts graded items on which this person asked for one, ``with_others`` those
    that were dealt to somebody else, or to nobody, and those that this person handed over,
    ``undecided`` items to grade that were not looked at yet in a selection that was begun.
    ``other_files`` are neither pictures nor videos, ``unreadable`` are such that cannot be shown.
    """

    items: int
    files: int
    to_grade: int
    graded: int
    set_aside: int
    passed: int
    unreadable: int
    second_opinion: int
    not_selected: int = 0
    with_others: int = 0
    carried_over: int = 0
    undecided: int = 0
    other_files: int = 0


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """One batch of this home; ``signed`` is False while its intake is not finished.

    ``taken_in_by`` names who took it in where that was at another desk: no evidence is here.
    """

    id: str
    title: str
    started_at: str
    signed: bool
    counts: Progress
    taken_in_by: str | None = None

    @property
    def holds_something(self) -> bool:
        """False for one whose intake was stopped before its first item: nothing to show yet."""
        return self.signed or self.counts.items > 0


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """A verdict of this person, as it was signed."""

    record_id: str
    decided_at: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """An item set aside: the record that did it, and why."""

    record_id: str
    item: str
    why: str | None


class Worklist:
    """The items of this home as one person's work. Used from the store thread."""

    def __init__(self, ws: "Workstation") -> None:
        self._home = ws.home
        self._local = ws.home.local
        self._person = ws.home.person.id
        self._states: dict[str, BatchState] = {}
        self._rows: dict[str, BatchRow | None] = {}  # as they were when a state was read
        self._duties = Duties(ws.home)

    def batches(self, watch: Watch = UNWATCHED) -> list[BatchSummary]:
        """Return every batch taken in here, newest first, with this person's counts."""
        self._ask_duties()
        rows = self._local.batches()
        for row in rows:
            if self._rows.get(row.batch_id, row) != row:  # more of it came in meanwhile
                self._states.pop(row.batch_id, None)
        tick = watch.ticks("reading", lambda: len(rows))
        found = []
        for done, row in enumerate(reversed(rows), 1):
            found.append(self._summary(row))
            tick(done)
        return found

    def elsewhere(self, watch: Watch = UNWATCHED) -> list[BatchSummary]:
        """Return the batches taken in at other desks, newest first, with this person's counts."""
        self._ask_duties()
        found = batches_elsewhere(self._home, watch)
        marks = marks_of(self._local, self._person) if found else []
        return [_summary_elsewhere(one, marks, self._duties) for one in reversed(found)]

    def known(self, watch: Watch = UNWATCHED) -> list[BatchSummary]:
        """Return what there is to show: the batches of this home, then those of other desks."""
        here = [batch for batch in self.batches(watch) if batch.holds_something]
        return here + self.elsewhere(watch)

    def progress(self, batch: str) -> Progress:
        """Return this person's counts in ``batch``."""
        state = self._state(batch)
        row = self._rows[batch]
        return _progress(state, 0 if row is None else row.files)

    def order(self, batch: str) -> tuple[str, ...]:
        """Return the items still to grade, in the order to grade them.

        Left out are items with an own verdict (in any batch), an own open hold or pass, those that
        are another's to grade, and those that cannot be read.
        """
        self._ask_duties()
        # Read afresh: files may have been added since the batch was opened.
        self._states.pop(batch, None)
        return self._state(batch).items_that(Standing.TO_GRADE)

    def standing(self, batch: str) -> dict[str, str]:
        """Return how each item of ``batch`` stands with this person, in manifest order."""
        state = self._state(batch)
        return {item: state.standing(item).value for item in state.items}

    def selections(self, batch: str) -> dict[str, str]:
        """Return what this person selected of ``batch``, by item, as the newest record says."""
        state = self._state(batch)
        return {item: said for item in state.items if (said := state.selection(item)) is not None}

    def set_aside(self, batch: str) -> tuple[Held, ...]:
        """Return the items of ``batch`` this person set aside and has not graded since."""
        state = self._state(batch)
        found = []
        for item in state.items_that(Standing.SET_ASIDE):
            record_id = state.parked(item).record_id
            predicate = open_envelope(self._local.record(record_id).envelope).predicate
            found.append(Held(record_id, item, predicate["why"]))
        return tuple(found)

    def latest_own_verdict(self, item: str) -> OwnVerdict | None:
        """Return this person's newest verdict on ``item`` in any batch."""
        return self._newest_verdict(item)

    def given_together(self, group: str, batch: str) -> dict[str, OwnVerdict]:
        """Return this person's newest verdicts on the items of a batch if given in that group."""
        found: dict[str, OwnVerdict | None] = {}
        records = self._local.records(
            kind="verdict", batch=batch, author=self._person, newest_first=True
        )
        for record in records:
            if record.subject in found or self._withdrawn(record):
                continue
            predicate = open_envelope(record.envelope).predicate
            own = None
            if predicate["group"] == group:
                verdict = verdict_from_predicate(predicate)
                own = OwnVerdict(record.record_id, predicate["decided_at"], verdict)
            found[record.subject] = own
        return {item: own for item, own in found.items() if own is not None}

    def last_signed(self) -> OwnVerdict | None:
        """Return the verdict this person signed last: what a correction starts from."""
        return self._newest_verdict(None)

    def names(self, batch: str, item: str) -> tuple[str, ...]:
        """Return the file names that ``item`` has in ``batch``."""
        row = self._local.item(batch, item)
        return () if row is None else row.names

    def found_unreadable(self, batch: str, item: str, reason: str) -> None:
        """Remember that the decoder could not show ``item``, so that it is not offered again."""
        self._local.mark_unreadable(batch, item, reason)
        if batch in self._states:
            self._states[batch].found_unreadable(item)

    def _summary(self, row: BatchRow) -> BatchSummary:
        return BatchSummary(
            id=row.batch_id,
            title=row.title,
            started_at=row.started_at,
            signed=row.signed,
            counts=self.progress(row.batch_id),
        )

    def _ask_duties(self) -> None:
        """Read every batch afresh where something was assigned, handed over or taken back."""
        if self._duties.refresh():
            self._states.clear()

    def _state(self, batch: str) -> BatchState:
        state = self._states.get(batch)
        if state is not None:
            since = marks_after(self._local, self._person, state.position)
            if state.take(since):
                return state
        self._ask_duties()
        self._rows[batch] = self._local.batch(batch)  # first: what comes in now is seen next time
        listed = contents(self._local, batch)
        others = self._duties.not_mine(content.item for content in listed)
        state = BatchState(listed, marks_of(self._local, self._person), others)
        self._states[batch] = state
        return state

    def _newest_verdict(self, item: str | None) -> OwnVerdict | None:
        found = self._local.records(
            kind="verdict", item=item, author=self._person, newest_first=True
        )
        record = next((one for one in found if not self._withdrawn(one)), None)
        if record is None:
            return None
        predicate = open_envelope(record.envelope).predicate
        return OwnVerdict(
            record.record_id, predicate["decided_at"], verdict_from_predicate(predicate)
        )

    def _withdrawn(self, record: StoredRecord) -> bool:
        about = self._local.records(kind="withdrawal", item=record.record_id, author=self._person)
        return next(about, None) is not None


def _progress(state: BatchState, files: int) -> Progress:
    counts = state.counts
    return Progress(
        items=len(state.items),
        files=files,
        to_grade=counts[Standing.TO_GRADE],
        graded=counts[Standing.GRADED],
        set_aside=counts[Standing.SET_ASIDE],
        passed=counts[Standing.PASSED],
        unreadable=counts[Standing.UNREADABLE],
        second_opinion=state.second_opinions,
        not_selected=counts[Standing.NOT_SELECTED],
        with_others=counts[Standing.WITH_OTHERS],
        carried_over=counts[Standing.CARRIED_OVER],
        undecided=state.undecided,
        other_files=counts[Standing.OTHER_FILE],
    )


def _summary_elsewhere(
    batch: BatchElsewhere, marks: Sequence[Mark], duties: Duties
) -> BatchSummary:
    listed = [Content(item.item, item.unreadable, item.media_type) for item in batch.items]
    others = duties.not_mine(item.item for item in batch.items)
    return BatchSummary(
        id=batch.id,
        title=batch.title,
        started_at=batch.signed_at,
        signed=True,
        counts=_progress(BatchState(listed, marks, others), batch.files),
        taken_in_by=batch.taken_in_by,
    )
