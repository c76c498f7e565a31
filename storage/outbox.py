"""The outbox: records that the central store has not confirmed yet, in the order of signing."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import CentralRewrittenError
from storage.rows import KeptRecord
from storage.tables import outbox, records

# What is signed in a row is mostly logged in a row: a statement a run, where one a record took
# three times as long.
_FIRST, _LAST = bindparam("first", type_=Integer), bindparam("last", type_=Integer)
_NOTE = (
    update(records)
    .where(records.c.position.between(_FIRST, _LAST))
    .values(log_index=records.c.position + bindparam("shift"))
)
_TAKE_OUT = delete(outbox).where(outbox.c.position.between(_FIRST, _LAST))


class _Run(NamedTuple):
    """Records with positions in a row, whose places in the log are so much higher."""

    first: int
    last: int
    shift: int


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
        runs = [run._asdict() for run in _runs(receipts)]
        try:
            with self._database.transaction() as connection:
                connection.execute(_NOTE, runs)
                connection.execute(_TAKE_OUT, runs)
        except IntegrityError as error:
            raise CentralRewrittenError(
                "The central store confirmed two records at one place of the log."
            ) from error


def _runs(receipts: Sequence[tuple[int, int]]) -> list[_Run]:
    runs: list[_Run] = []
    for position, index in sorted(receipts):
        shift = index - position
        if runs and runs[-1].last + 1 == position and runs[-1].shift == shift:
            runs[-1] = runs[-1]._replace(last=position)
        else:
            runs.append(_Run(position, position, shift))
    return runs
