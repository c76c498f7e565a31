"""Other states of the central log than the newest: an earlier one, and another to go on from."""

from collections.abc import Sequence, Set

from sqlalchemy import bindparam, delete, select, update

from storage.database import Database
from storage.log import CompactRange, leaf_hash
from storage.logbook import LogBook
from storage.tables import checkpoints, leaves, outbox, records

_PAGE = 10_000


class LogStates:
    """Looks back in the log this machine knows, or takes another for it."""

    def __init__(self, database: Database, logbook: LogBook) -> None:
        self._database = database
        self._logbook = logbook

    def root_at(self, size: int) -> bytes:
        """Return the root over the first ``size`` leaves that are here, from the nearest pin on."""
        return self.roots_at({size})[size]

    def roots_at(self, sizes: Set[int]) -> dict[int, bytes]:
        """Return size -> the root over so many first leaves; no leaf is read twice."""
        tree, roots = CompactRange(), {}
        for size in sorted(sizes):
            pinned = self._pinned_below(size)
            tree = pinned if pinned.size > tree.size else tree
            while tree.size < size and (
                page := self._logbook.leaves(tree.size, min(_PAGE, size - tree.size))
            ):
                tree.extend(page)
            roots[size] = tree.root()
        return roots

    def _pinned_below(self, size: int) -> CompactRange:
        query = select(checkpoints.c.compact_range).where(checkpoints.c.size <= size)
        query = query.order_by(checkpoints.c.size.desc()).limit(1)
        with self._database.transaction() as connection:
            kept = connection.scalar(query)
        return CompactRange.from_bytes(kept) if kept else CompactRange()

    def begin_again(
        self, hashes: Sequence[bytes], tree: CompactRange, gone: Set[str] = frozenset()
    ) -> None:
        """Take another log for the one this machine knows; every record that is here stays.

        What the other log does not have has no place any more, as if it had never been sent; nor
        has what is ``gone`` from it though its leaf is there.
        """
        places = {leaf: index for index, leaf in enumerate(hashes)}
        for record_id in gone:
            places.pop(leaf_hash(record_id), None)
        with self._database.transaction() as connection:
            connection.execute(delete(checkpoints))
            connection.execute(delete(leaves))
            connection.execute(update(records).values(log_index=None))
            for start in range(0, len(hashes), _PAGE):
                self._logbook.add_leaves(start, hashes[start : start + _PAGE])
            ids = connection.execute(select(records.c.position, records.c.record_id))
            found = [
                {"at": row.position, "index": places.get(leaf_hash(row.record_id.hex()))}
                for row in ids
            ]
            placed = [one for one in found if one["index"] is not None]
            if placed:
                note = update(records).where(records.c.position == bindparam("at"))
                connection.execute(note.values(log_index=bindparam("index")), placed)
                rows = [{"at": one["at"]} for one in placed]
                connection.execute(delete(outbox).where(outbox.c.position == bindparam("at")), rows)
            self._logbook.move_pin(tree.size, tree.root(), tree.to_bytes())
