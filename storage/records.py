"""The local store: every record this home knows, in the order in which it came to know them.

Rows are added and never changed. Reading the chain head, signing, and inserting the record and
its outbox row are one transaction: a record that was reported as kept is on the disk and will be
sent; one that was not does not exist.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select

from storage.chains import Chains
from storage.database import Database
from storage.desk import DeskNotes
from storage.envelope import seal
from storage.errors import UnknownRecordError
from storage.evidence import EvidenceIndex
from storage.exposure import ExposureBook
from storage.log_states import LogStates
from storage.logbook import LogBook
from storage.outbox import Outbox
from storage.rows import Arrival, KeptRecord, Place, StoredRecord
from storage.signing import Signer
from storage.statement import ChainHead, Draft, LogSeen, RosterRef, statement
from storage.tables import outbox, records

NONCE_BYTES = 16
PAGE_RECORDS = 1_000  # what one read of the iterator fetches
SUBJECTS_AT_ONCE = 500  # what one look-up by subject asks for

_HEAD = "SELECT seq, record_id FROM records WHERE keyid = ? AND fork = 0 ORDER BY seq DESC LIMIT 1"
_LAST = "SELECT max(position) FROM records"
_IS_HERE = "SELECT 1 FROM records WHERE record_id = ?"
_PUT_RECORDS, _PUT_OUT = insert(records), insert(outbox)
_NO_ROSTER = RosterRef()
_BATCH_KINDS = frozenset({"batch", "batch-supplement"})


class RecordStore:
    """Keeps signed records and reads them back."""

    def __init__(self, database: Database, signer: Signer, author: str) -> None:
        self._database = database
        self._signer = signer
        self._author = author
        self._roster = _NO_ROSTER
        self._require_newest: Callable[[], None] = _nothing_known
        self.outbox = Outbox(database)
        self.chains = Chains(database)
        self.logbook = LogBook(database)
        self.log_states = LogStates(database, self.logbook)

    def keep(
        self,
        drafts: Sequence[Draft],
        *,
        also: Callable[[list[KeptRecord]], None] | None = None,
    ) -> list[KeptRecord]:
        """Sign the drafts as the next records of this key and keep them, all or none.

        Args:
            drafts: what to say, in order; thousands at once are fine.
            also: called inside the transaction with what is being kept; what it writes to this
                store stands or falls with the records.

        Raises:
            MalformedRecordError: a draft may not be signed; nothing was kept.
            OlderCopyError: this store was put back from an old copy; nothing was kept.
            DiskFullError, UnwritableStoreError, CorruptStoreError: nothing was kept.

        """
        self.require_newest()
        with self._database.transaction() as connection:
            head, seen = self.head(self._signer.keyid), self.log_seen()
            first = (self._database.look_up(_LAST, ())[0][0] or 0) + 1
            rows = []
            for position, draft in enumerate(drafts, start=first):
                row = self._signed(draft, head, seen)
                row["position"] = position
                rows.append(row)
                head = ChainHead(row["seq"], row["record_id"].hex())
            if not rows:
                return []
            connection.execute(_PUT_RECORDS, rows)
            connection.execute(_PUT_OUT, [{"position": row["position"]} for row in rows])
            kept = [
                KeptRecord(row["position"], row["record_id"].hex(), row["seq"], row["envelope"])
                for row in rows
            ]
            if also is not None:
                also(kept)
        return kept

    def _signed(self, draft: Draft, head: ChainHead, seen: LogSeen) -> dict[str, Any]:
        said = statement(
            draft,
            author=self._author,
            head=head,
            roster=self._roster,
            log_seen=seen,
            nonce=os.urandom(NONCE_BYTES).hex(),
        )
        sealed = seal(said, self._signer)
        return {
            "record_id": bytes.fromhex(sealed.record_id),
            "keyid": bytes.fromhex(self._signer.keyid),
            "seq": head.seq + 1,
            "prev": bytes.fromhex(head.record_id) if head.record_id else None,
            "kind": draft.kind,
            "subject": bytes.fromhex(draft.subject),
            "batch": _batch_of(draft.kind, draft.subject, draft.fields),
            "author": self._author,
            "log_index": None,
            "fork": False,
            "envelope": sealed.envelope,
        }

    @property
    def author(self) -> str:
        """The id of the person who signs here."""
        return self._author

    def take_in(self, arrivals: Sequence[Arrival]) -> int:
        """Keep records that came from elsewhere and were verified; return how many are new.

        All or none. One that waits to be carried on to the centre lies in the outbox like an own
        one. A second record with the number of one that is here is a fork: kept, and flagged.
        """
        with self._database.transaction() as connection:
            position = connection.scalar(select(func.max(records.c.position))) or 0
            rows: dict[str, dict[str, Any]] = {}  # by record id: what comes twice is kept once
            held: set[Place] = set()
            to_send = []
            for arrival in arrivals:
                opened = arrival.opened
                if opened.record_id in rows or self.has_record(opened.record_id):
                    continue
                position += 1
                place = Place(opened.keyid, opened.predicate["seq"])
                fork = place in held or self.chains.holder_of(place) is not None
                rows[opened.record_id] = _arrived(arrival, position, fork=fork)
                held.add(place)
                if arrival.to_send:
                    to_send.append({"position": position})
            if rows:
                connection.execute(_PUT_RECORDS, list(rows.values()))
            if to_send:
                connection.execute(_PUT_OUT, to_send)
        return len(rows)

    def records(
        self,
        *,
        kind: str | None = None,
        batch: str | None = None,
        item: str | None = None,
        author: str | None = None,
        after: int = 0,
        newest_first: bool = False,
    ) -> Iterator[StoredRecord]:
        """Read records in the order of arrival, a page at a time.

        Args:
            kind: only this kind.
            batch: only records of this batch.
            item: only records whose subject this is: an item, a batch or a record.
            author: only this person's.
            after: only positions greater than this (not with ``newest_first``).
            newest_first: the other way round.

        """
        query = select(records)
        for column, wanted in (
            (records.c.kind, kind),
            (records.c.batch, batch and bytes.fromhex(batch)),
            (records.c.subject, item and bytes.fromhex(item)),
            (records.c.author, author),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        position = records.c.position
        query = query.order_by(position.desc() if newest_first else position).limit(PAGE_RECORDS)
        last: int | None = None if newest_first else after
        while True:
            here = query
            if last is not None:
                here = query.where(position < last if newest_first else position > last)
            with self._database.transaction() as connection:
                page = connection.execute(here).all()
            yield from map(_stored, page)
            if len(page) < PAGE_RECORDS:
                return
            last = page[-1].position

    def about(self, subjects: Sequence[str], *, kind: str | None = None) -> list[StoredRecord]:
        """Return the records about these items or records, in the order of arrival."""
        found = list[StoredRecord]()
        for start in range(0, len(subjects), SUBJECTS_AT_ONCE):
            some = [bytes.fromhex(one) for one in subjects[start : start + SUBJECTS_AT_ONCE]]
            query = select(records).where(records.c.subject.in_(some))
            if kind is not None:
                query = query.where(records.c.kind == kind)
            with self._database.transaction() as connection:
                found += map(_stored, connection.execute(query))
        return sorted(found, key=lambda one: one.position)

    def record(self, record_id: str) -> StoredRecord:
        """Return one record.

        Raises:
            UnknownRecordError: it is not here.

        """
        query = select(records).where(records.c.record_id == bytes.fromhex(record_id))
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownRecordError(record_id)
        return _stored(row)

    def has_record(self, record_id: str) -> bool:
        """Tell whether a record is here."""
        return bool(self._database.look_up(_IS_HERE, (bytes.fromhex(record_id),)))

    def placed(self, record_ids: Sequence[str]) -> set[str]:
        """Return which of these records are here with their place in the log; 1,000 at most."""
        wanted = [bytes.fromhex(one) for one in record_ids]
        query = select(records.c.record_id).where(
            records.c.record_id.in_(wanted), records.c.log_index.is_not(None)
        )
        with self._database.transaction() as connection:
            return {one.hex() for one in connection.scalars(query)}

    def head(self, keyid: str) -> ChainHead:
        """Return the last record of a key's chain that this home knows."""
        found = self._database.look_up(_HEAD, (bytes.fromhex(keyid),))
        return ChainHead(found[0][0], found[0][1].hex()) if found else ChainHead()

    def count(self, after: int = 0) -> int:
        """Return how many records are here; only those at positions greater than ``after``."""
        query = select(func.count()).select_from(records)
        if after:  # else the smallest index is counted, which is quicker
            query = query.where(records.c.position > after)
        with self._database.transaction() as connection:
            return connection.scalar(query) or 0

    def log_seen(self) -> LogSeen:
        """Return the log as this home last verified it."""
        pin = self.logbook.pin()
        return LogSeen(pin.size, pin.root) if pin else LogSeen()

    def roster_ref(self) -> RosterRef:
        """Return the roster that the next record is signed under."""
        return self._roster

    def require_newest(self) -> None:
        """Raise OlderCopyError if the next record would fork the chain of this home's key."""
        self._require_newest()

    def ask_before_signing(self, require_newest: Callable[[], None]) -> None:
        """Ask this before each signature: it raises what keeps the key from signing."""
        self._require_newest = require_newest

    def use_roster(self, roster: RosterRef, author: str | None = None) -> None:
        """Sign the next records under this roster, as the person it gives this key to."""
        self._roster = roster
        self._author = author or self._author


class LocalStore(RecordStore, EvidenceIndex, DeskNotes, ExposureBook):
    """``HOME/local.db``: records, the index of evidence, and what is the person's own.

    Every method is one transaction; inside ``transaction()`` several are one.
    """

    def __init__(self, database: Database, signer: Signer, author: str) -> None:
        RecordStore.__init__(self, database, signer, author)
        EvidenceIndex.__init__(self, database)
        DeskNotes.__init__(self, database)
        ExposureBook.__init__(self, database)
        self.transaction: Callable[[], Any] = database.transaction
        self.with_room: Callable[[], Any] = database.with_room  # around what writes many records

    def close(self) -> None:
        """Let go of the file; calling it again does nothing."""
        self._database.close()


def _nothing_known() -> None:
    """A store that is being made has no other place to be compared with."""


def _batch_of(kind: str, subject: str, fields: Mapping[str, Any]) -> bytes | None:
    batch = subject if kind in _BATCH_KINDS else fields.get("batch")
    return bytes.fromhex(batch) if isinstance(batch, str) else None


def _arrived(arrival: Arrival, position: int, *, fork: bool) -> dict[str, Any]:
    opened, predicate = arrival.opened, arrival.opened.predicate
    prev = predicate["prev"]
    return {
        "position": position,
        "record_id": bytes.fromhex(opened.record_id),
        "keyid": bytes.fromhex(opened.keyid),
        "seq": predicate["seq"],
        "prev": bytes.fromhex(prev) if prev else None,
        "kind": opened.kind,
        "subject": bytes.fromhex(opened.subject),
        "batch": _batch_of(opened.kind, opened.subject, predicate),
        "author": predicate["author"],
        "log_index": arrival.log_index,
        "fork": fork,
        "envelope": arrival.envelope,
    }


def _stored(row: Sequence[Any]) -> StoredRecord:
    # By place, in the order of the table: to ask a row for each name takes longer than all else.
    return StoredRecord(
        position=row[0],
        record_id=row[1].hex(),
        keyid=row[2].hex(),
        seq=row[3],
        prev=row[4].hex() if row[4] else None,
        kind=row[5],
        subject=row[6].hex(),
        batch=row[7].hex() if row[7] else None,
        author=row[8],
        log_index=row[9],
        fork=row[10],
        envelope=row[11],
    )
