"""What came back to a person: resolutions of items they answered, answers they asked for.

Nothing of it needs a second look at the item. What is read is acknowledged by a signed record,
and is not told again. Further kinds of news come from further sources (`ReturnedToMe`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.errors import QueueError
from app.rights import require_right
from grading.late_methods import dataclass
from grading.outcome import Outcome
from storage.envelope import open_envelope
from storage.rows import StoredRecord
from storage.statement import Draft

RESOLUTION, OPINION = "resolution", "opinion"
_OF_RECORD = {"adjudication": RESOLUTION, "opinion": OPINION}
_OWN = ("verdict", "opinion")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One thing to read.

    Attributes:
        record: The record that says it, which an acknowledgement names.
        kind: ``resolution``, ``opinion``, or what another source calls its own.
        item: SHA-256 of the file, hex.
        batch: Where it was said.
        name: Who signed it.
        decided_at: When, as their clock claims, RFC 3339.
        outcome: What they say it is.
        own: What the person said themselves.
        words: The reasons, or the comment.
        asked: The question on which the person asked for an opinion.
        line: And what was in doubt.
    """

    record: str
    kind: str
    item: str
    batch: str
    name: str
    decided_at: str
    outcome: Outcome | None = None
    own: Outcome | None = None
    words: str | None = None
    asked: str | None = None
    line: str | None = None


Source = Callable[[], Iterable[Returned]]


class ReturnedToMe:
    """The news of one person, carried forward record by record. Used from one thread."""

    def __init__(
        self,
        ws: Workstation,
        *,
        more: Sequence[Source] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Read the news of an open home; ``more`` are sources of other kinds of news."""
        self._home = ws.home
        self._local = ws.home.local
        self._me = ws.home.person.id
        self._more = tuple(more)
        self._now = now
        self._read_to = dict.fromkeys(("adjudication", "opinion", "withdrawal"), 0)
        self._candidates: dict[str, StoredRecord] = {}
        self._taken_back: set[str] = set()
        self._acknowledged: set[str] = set()
        self._acknowledged_to = 0

    def unread(self) -> tuple[Returned, ...]:
        """Return what was not acknowledged yet, the oldest first."""
        self._refresh()
        found = [*self._from_records(), *(one for source in self._more for one in source())]
        fresh = [one for one in found if one.record not in self._acknowledged]
        return tuple(sorted(fresh, key=lambda one: (one.decided_at, one.record)))

    def acknowledge(self, record: str) -> str:
        """Sign that one of ``unread`` was read; return the id of the acknowledgement.

        Raises:
            QueueError: Nothing of that id waits to be read.
        """
        if record not in {one.record for one in self.unread()}:
            raise QueueError("This is no longer among what returned to you.")
        require_right(self._home, "acknowledgement")
        draft = Draft(
            kind="acknowledgement",
            subject=record,
            fields={"record": record},
            decided_at=as_rfc3339(self._now()),
        )
        (kept,) = self._local.keep([draft])
        return kept.record_id

    def _refresh(self) -> None:
        for kind in _OF_RECORD:
            for row in self._new(kind):
                if row.author != self._me:
                    self._candidates[row.record_id] = row
        for row in self._new("withdrawal"):
            about = self._candidates.get(row.subject)
            if about is not None and about.author == row.author:
                self._taken_back.add(row.subject)
        own = self._local.records(
            kind="acknowledgement", author=self._me, after=self._acknowledged_to
        )
        for row in own:
            self._acknowledged_to = row.position
            self._acknowledged.add(row.subject)

    def _new(self, kind: str) -> Iterator[StoredRecord]:
        for row in self._local.records(kind=kind, after=self._read_to[kind]):
            self._read_to[kind] = row.position
            yield row

    def _from_records(self) -> Iterator[Returned]:
        resolved_by = {
            (row.subject, row.author)
            for row in self._candidates.values()
            if row.kind == "adjudication"
        }
        for record, candidate in self._candidates.items():
            if record in self._taken_back or record in self._acknowledged:
                continue
            # Read again: it may have come into the log since.
            row = self._local.record(record) if candidate.log_index is None else candidate
            of_a_resolution = row.kind == "opinion" and (row.subject, row.author) in resolved_by
            news = None if of_a_resolution else self._news(row)
            if news is not None:
                yield news

    def _news(self, row: StoredRecord) -> Returned | None:
        """Return what a record tells this person; None where it is not for them."""
        own = self._own_before(row)
        if own is None:
            return None
        said, mine = open_envelope(row.envelope).predicate, open_envelope(own.envelope).predicate
        asked = mine.get("second_opinion") or {}
        if row.kind == "opinion" and not asked and not self._sent(row):
            return None
        return Returned(
            record=row.record_id,
            kind=_OF_RECORD[row.kind],
            item=row.subject,
            batch=str(said["batch"]),
            name=self._home.roster.name_of(row.author),
            decided_at=str(said["decided_at"]),
            outcome=_outcome(said),
            own=_outcome(mine),
            words=said.get("reasons") or said.get("comment"),
            asked=asked.get("question"),
            line=asked.get("line"),
        )

    def _own_before(self, row: StoredRecord) -> StoredRecord | None:
        """Return the person's newest answer to the item before a record, where there is one.

        Who answered after it was not meant: an item that was resolved before may have been given
        to them again, unmarked, and nothing may tell them so.
        """
        found = None
        for own in self._local.records(item=row.subject, author=self._me):
            if own.kind in _OWN and _is_before(own, row):
                found = own
        return found

    def _sent(self, row: StoredRecord) -> bool:
        """Whether this person kept the item for the one who answered now."""
        holds = self._local.records(kind="hold", item=row.subject, author=self._me)
        return any(open_envelope(one.envelope).predicate.get("for") == row.author for one in holds)


def _is_before(own: StoredRecord, row: StoredRecord) -> bool:
    if own.log_index is None or row.log_index is None:
        return own.log_index is not None
    return own.log_index < row.log_index


def _outcome(predicate: Mapping[str, Any]) -> Outcome | None:
    stated = predicate.get("outcome")
    return Outcome(**stated) if stated else None
