"""The outbox: records that the central store has not confirmed yet, in the order of signing."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import CentralRewrittenError
from storage.rows import KeptRecord
from storage.tables import outbox, records


class Outbox:
    """Reads what waits and takes out what is confirmed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, limit: int, *, after: int = 0) -> list[KeptRecord]:
        """Return the oldest records that wait, of those with a position over ``after``."""
        columns = (records.c.position, records.c.record_id, records.c.seq, records.c.envelope)
        query = select(*columns).join(outbox).where(outbox.c.position > after)
        query = query.order_by(outbox.c.position).limit(limit)
        with self._database.transaction() as connection:
            return [
                KeptRecord(row.position, row.record_id.hex(), row.seq, row.envelope)
                for row in connection.execute(query)
            ]

    def count(self) -> int:
        """Return how many records wait."""
        with self._database.transaction() as connection:
            return connection.scalar(select(func.count()).select_from(outbox)) or 0

    def again(self, keyid: str) -> None:
        """Put in what is in no log any more: all of one key, and other chains if whole here.

        A chain with a gap is left to its author, who must not be overtaken in it.
        """
        table, raw = records.c, bytes.fromhex(keyid)
        whole = select(table.keyid).group_by(table.keyid)
        whole = whole.having(func.count(table.seq.distinct()) == func.max(table.seq))
        lost = select(table.position).where(
            table.log_index.is_(None), (table.keyid == raw) | table.keyid.in_(whole)
        )
        lost = lost.where(table.position.not_in(select(outbox.c.position)))
        with self._database.transaction() as connection:
            connection.execute(insert(outbox).from_select(["position"], lost))

    def confirmed(self, receipts: Sequence[tuple[int, int]]) -> None:
        """Note each record's log index and take it out, all or none.

        Args:
            receipts: position of the record, and its index in the central log.

        Raises:
            CentralRewrittenError: another record here was confirmed at one of these places.

        """
        if not receipts:
            return
        rows = [{"at": position, "index": index} for position, index in receipts]
        note = update(records).where(records.c.position == bindparam("at"))
        note = note.values(log_index=bindparam("index"))
        try:
            with self._database.transaction() as connection:
                connection.execute(note, rows)
                connection.execute(delete(outbox).where(outbox.c.position == bindparam("at")), rows)
        except IntegrityError as error:
            raise CentralRewrittenError(
                "The central store confirmed two records at one place of the log."
            ) from error
