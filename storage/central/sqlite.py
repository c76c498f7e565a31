"""The embedded central store: one seat, one SQLCipher file with a key of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.central.interface import LoggedRecord, Receipt, root_by_pages
from storage.central.tables import CENTRAL, cosignature, leaf, records
from storage.database import Database, open_database
from storage.envelope import open_envelope
from storage.errors import EnvelopeRefusedError, VerificationError
from storage.log import CompactRange, leaf_hash

_PAGE_LEAVES = 10_000
_MOST_VARIABLES = 10_000  # far below SQLite's limit in one statement


class SqliteCentralStore:
    """``CentralStore`` in ``HOME/central.db``."""

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        self._database: Database = open_database(path, key, CENTRAL, create=create)

    def append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        """Add envelopes at the end of the log, in order, all or none."""
        rows = [_row(envelope, carrier) for envelope in envelopes]
        with self._database.with_room(), self._database.transaction() as connection:
            known = _known(connection, [row["record_id"] for row in rows])
            index = _size(connection)
            fresh = []
            receipts = []
            for row in rows:
                raw_id = row["record_id"]
                is_fresh = raw_id not in known
                if is_fresh:
                    row["log_index"] = known[raw_id] = index
                    fresh.append(row)
                    index += 1
                receipts.append(Receipt(raw_id.hex(), known[raw_id], is_fresh))
            _insert(connection, fresh)
        return receipts

    def read(self, record_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the envelopes of those records that are here."""
        found: dict[str, bytes] = {}
        raw = [bytes.fromhex(record_id) for record_id in record_ids]
        with self._database.transaction() as connection:
            for start in range(0, len(raw), _MOST_VARIABLES):
                wanted = records.c.record_id.in_(raw[start : start + _MOST_VARIABLES])
                query = select(records.c.record_id, records.c.envelope).where(wanted)
                found |= {row.record_id.hex(): row.envelope for row in connection.execute(query)}
        return found

    def count_of(self, keyid: str) -> int:
        """Return how many records of one key are here."""
        query = select(func.count()).where(records.c.keyid == bytes.fromhex(keyid))
        with self._database.transaction() as connection:
            return connection.scalar(query) or 0

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """Return up to ``limit`` leaf hashes from index ``start`` on."""
        query = select(leaf.c.hash).where(leaf.c.log_index >= start)
        with self._database.transaction() as connection:
            return list(connection.scalars(query.order_by(leaf.c.log_index).limit(limit)))

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        """Return up to ``limit`` records with an index over ``after_index``."""
        table = records.c
        query = select(table.log_index, table.record_id, table.envelope, table.carrier)
        query = query.where(table.log_index > after_index).order_by(table.log_index).limit(limit)
        if below is not None:
            query = query.where(table.log_index < below)
        with self._database.transaction() as connection:
            return [
                LoggedRecord(row.log_index, row.record_id.hex(), row.envelope, row.carrier)
                for row in connection.execute(query)
            ]

    def revealed(self, items: Sequence[str], below: int) -> list[LoggedRecord]:
        """Return nothing: with one seat nothing was hidden."""
        return []

    def shows_all(self) -> bool:
        """Return whether this person may see every record."""
        return True

    def size(self) -> int:
        """Return the number of leaves."""
        with self._database.transaction() as connection:
            return _size(connection)

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        """Return the root of the tree over the first ``size`` leaves."""
        return root_by_pages(self.leaves, size, beginning, page=_PAGE_LEAVES)

    def cosign(self, keyid: str, note: str) -> None:
        """Put a workstation's cosignature in the place of its last."""
        row = insert_sqlite(cosignature).values(keyid=bytes.fromhex(keyid), note=note)
        with self._database.transaction() as connection:
            connection.execute(row.on_conflict_do_update(["keyid"], set_={"note": note}))

    def cosignatures(self) -> list[str]:
        """Return the newest cosignature of every workstation."""
        with self._database.transaction() as connection:
            return list(connection.scalars(select(cosignature.c.note)))

    def now(self) -> datetime:
        """Return the time of this machine: an embedded store has no other."""
        return datetime.now(UTC)

    def close(self) -> None:
        """Let go of the file; calling it again does nothing."""
        self._database.close()


def _row(envelope: bytes, carrier: str) -> dict[str, Any]:
    """Check the shape of an envelope and read the columns out of it."""
    try:
        opened = open_envelope(envelope)
        predicate = opened.predicate
        seq, author = predicate["seq"], predicate["author"]
    except (VerificationError, KeyError) as error:
        raise EnvelopeRefusedError("The central store refused what is no record.") from error
    if type(seq) is not int or type(author) is not str:
        raise EnvelopeRefusedError("The central store refused a record without number or author.")
    return {
        "record_id": bytes.fromhex(opened.record_id),
        "keyid": bytes.fromhex(opened.keyid),
        "seq": seq,
        "kind": opened.kind,
        "subject": bytes.fromhex(opened.subject),
        "author": author,
        "carrier": carrier,
        "fork": False,
        "envelope": envelope,
    }


def _known(connection: Connection, raw_ids: list[bytes]) -> dict[bytes, int]:
    known: dict[bytes, int] = {}
    for start in range(0, len(raw_ids), _MOST_VARIABLES):
        wanted = records.c.record_id.in_(raw_ids[start : start + _MOST_VARIABLES])
        query = select(records.c.record_id, records.c.log_index).where(wanted)
        known |= {row.record_id: row.log_index for row in connection.execute(query)}
    return known


def _size(connection: Connection) -> int:
    last = connection.scalar(select(func.max(leaf.c.log_index)))
    return 0 if last is None else last + 1


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    _flag_forks(connection, rows)
    connection.execute(insert(records), rows)
    leaves = [
        {"log_index": row["log_index"], "hash": leaf_hash(row["record_id"].hex())} for row in rows
    ]
    connection.execute(insert(leaf), leaves)


def _flag_forks(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Flag each row whose key has used its number before, here or further up in the rows."""
    least: dict[bytes, int] = {}
    for row in rows:
        least[row["keyid"]] = min(row["seq"], least.get(row["keyid"], row["seq"]))
    used: set[tuple[bytes, int]] = set()
    for keyid, seq in least.items():
        later = (records.c.keyid == keyid) & (records.c.seq >= seq)
        used |= {
            (keyid, number) for number in connection.scalars(select(records.c.seq).where(later))
        }
    for row in rows:
        place = row["keyid"], row["seq"]
        row["fork"] = place in used
        used.add(place)
