"""What this machine knows of the central log: leaves, the pin it verified, and alarms."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.database import Database, utc_now
from storage.log import leaf_hash
from storage.rows import Alarm, Pin
from storage.tables import alarms, checkpoints, leaves, records

_PIN = "SELECT size, root, compact_range, seen_at FROM checkpoints ORDER BY size DESC LIMIT 1"
_KEPT = "INSERT INTO leaves (log_index, leaf) VALUES (?, ?)"  # as it is: there may be a million
_TOLD = "SELECT log_index FROM records WHERE record_id = ?"
# By the parts of the index, newest first: what is asked for is mostly there.
_SEEN = (
    "WITH RECURSIVE part(number) AS (SELECT max(log_index) / 16384 FROM leaves"
    " UNION ALL SELECT number - 1 FROM part WHERE number > 0)"
    " SELECT log_index FROM part CROSS JOIN leaves"
    " ON log_index / 16384 = number AND leaf = ? LIMIT 1"
)


class LogBook:
    """Remembers the log, so that nobody can rewrite it unseen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pin(self) -> Pin | None:
        """Return the newest state of the log that this machine verified; None before the first."""
        found = self._database.look_up(_PIN, ())
        if not found:
            return None
        size, root, compact_range, seen_at = found[0]
        return Pin(size, root.hex(), compact_range, seen_at)

    def move_pin(self, size: int, root: bytes, compact_range: bytes) -> None:
        """Remember a newer state of the log; older ones stay."""
        row = {"size": size, "root": root, "compact_range": compact_range, "seen_at": utc_now()}
        with self._database.transaction() as connection:
            connection.execute(insert(checkpoints), row)

    def size(self) -> int:
        """Return how many leaves are here, the verified and those just pulled."""
        with self._database.transaction() as connection:
            last = connection.scalar(select(func.max(leaves.c.log_index)))
        return 0 if last is None else last + 1

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """Return leaf hashes from an index on."""
        query = select(leaves.c.leaf).where(leaves.c.log_index >= start)
        query = query.order_by(leaves.c.log_index).limit(limit)
        with self._database.transaction() as connection:
            return list(connection.scalars(query))

    def add_leaves(self, start: int, hashes: Sequence[bytes]) -> None:
        """Keep leaf hashes that follow those here."""
        if hashes:
            with self._database.transaction() as connection:
                connection.exec_driver_sql(_KEPT, list(enumerate(hashes, start)))

    def forget_leaves(self, start: int) -> None:
        """Drop leaves that were pulled and never came under a pin."""
        with self._database.transaction() as connection:
            connection.execute(leaves.delete().where(leaves.c.log_index >= start))

    def record_ids(self, start: int, limit: int) -> dict[int, str]:
        """Return log index -> record id of the records here, for ``limit`` indices."""
        index = records.c.log_index
        query = select(index, records.c.record_id).where(index >= start, index < start + limit)
        with self._database.transaction() as connection:
            return {row.log_index: row.record_id.hex() for row in connection.execute(query)}

    def count_confirmed(self, keyid: str) -> int:
        """Return how many records of a key the central log is known to have."""
        query = select(func.count()).where(_confirmed(keyid))
        with self._database.transaction() as connection:
            return connection.scalar(query) or 0

    def confirmed(self, keyid: str) -> list[str]:
        """Return the ids of a key's records that the central log is known to have, in its order."""
        query = select(records.c.record_id).where(_confirmed(keyid)).order_by(records.c.log_index)
        with self._database.transaction() as connection:
            return [record_id.hex() for record_id in connection.scalars(query)]

    def graded(self, person: str, start: int, limit: int) -> set[str]:
        """Return the items of a person's verdicts in ``limit`` places of the log."""
        table = records.c
        query = select(table.subject).where(
            table.log_index >= start,
            table.log_index < start + limit,
            # Not the columns alone, or SQLite goes through all that this person ever signed.
            func.ifnull(table.kind, "") == "verdict",
            func.ifnull(table.author, "") == person,
        )
        with self._database.transaction() as connection:
            return {subject.hex() for subject in connection.scalars(query)}

    def last_index(self) -> int | None:
        """Return the greatest log index that any record here was confirmed at."""
        with self._database.transaction() as connection:
            last: int | None = connection.scalar(select(func.max(records.c.log_index)))
        return last

    def index_of(self, record_id: str) -> int | None:
        """Return where in the log a record is, here or not, as far as this machine was told."""
        told = self._database.look_up(_TOLD, (bytes.fromhex(record_id),))
        if not told or told[0][0] is None:
            told = self._database.look_up(_SEEN, (leaf_hash(record_id),))
        return told[0][0] if told else None

    def place(self, record_id: str, log_index: int) -> None:
        """Note where in the log a record that is here was seen."""
        change = update(records).where(records.c.record_id == bytes.fromhex(record_id))
        with self._database.transaction() as connection:
            connection.execute(change.values(log_index=log_index))

    def alarm(
        self, what: str, detail: str, *, log_index: int | None = None, evidence: bytes = b""
    ) -> None:
        """Keep something that must not be forgotten; the same alarm again changes nothing."""
        row = {
            "what": what,
            "detail": detail,
            "log_index": log_index,
            "evidence": evidence,
            "seen_at": utc_now(),
        }
        with self._database.transaction() as connection:
            connection.execute(insert_sqlite(alarms).on_conflict_do_nothing(), row)

    def alarms(self) -> list[Alarm]:
        """Return all alarms, oldest first."""
        with self._database.transaction() as connection:
            found = connection.execute(select(alarms).order_by(alarms.c.number)).all()
        return [
            Alarm(row.what, row.log_index, row.detail, row.seen_at, row.evidence or b"")
            for row in found
        ]


def _confirmed(keyid: str) -> ColumnElement[bool]:
    return (records.c.keyid == bytes.fromhex(keyid)) & records.c.log_index.is_not(None)
