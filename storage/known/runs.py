"""Digests of a list too long to be sorted at once, on their way into the tree.

A tree that is filled in its order is written once. One that is filled by sorted pieces is read and
written again with each piece, which from a few million digests on is most of the work. So sorted
pieces are cut by the first byte of a digest and set aside in the database itself, which encrypts
them; once all are there each of the 256 parts is put together and sorted. Nothing of it is left at
the end of the transaction.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

Said = int | Sequence[int]  # of all digests the same, or of each
_PARTS: Final = 256
_MAKE = (
    "CREATE TABLE runs (number INTEGER PRIMARY KEY, digests BLOB NOT NULL, said BLOB NOT NULL,"
    " bytes INTEGER NOT NULL)"
)
_PUT = "INSERT INTO runs (number, digests, said, bytes) VALUES (?, ?, ?, ?)"
_TAKE = "DELETE FROM runs WHERE number = ? RETURNING digests, said, bytes"


class Runs:
    """What is set aside of one list. Used inside the transaction that takes it in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._places: dict[tuple[int, int], list[int]] = {}  # numbers of rows, by kind and part
        self._count = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is set aside."""
        return not self._places

    def put(self, kind: int, found: Sequence[bytes], said: Said) -> None:
        """Set aside digests of one kind, which are sorted."""
        if self.is_empty:
            self._connection.exec_driver_sql(_MAKE)
        begin = 0
        for part in range(_PARTS):
            end = len(found) if part + 1 == _PARTS else bisect_left(found, bytes((part + 1,)))
            if end > begin:
                self._put(
                    kind, part, found[begin:end], said if isinstance(said, int) else said[begin:end]
                )
            begin = end

    def _put(self, kind: int, part: int, found: Sequence[bytes], said: Said) -> None:
        self._count += 1
        numbers = array("q", (said,) if isinstance(said, int) else said)
        row = (self._count, b"".join(found), numbers.tobytes(), len(found[0]))
        self._connection.exec_driver_sql(_PUT, row)
        self._places.setdefault((kind, part), []).append(self._count)

    def taken(self) -> Iterator[tuple[int, list[bytes], Said]]:
        """Yield all that is set aside, in the order of the tree; what is yielded is gone."""
        for kind, part in sorted(self._places):
            rows = [self._row(number) for number in self._places[kind, part]]
            yield kind, *_together(rows)
        if self._places:
            self._connection.exec_driver_sql("DROP TABLE runs")
        self._places.clear()

    def _row(self, number: int) -> tuple[list[bytes], Said]:
        digests, packed, step = self._connection.exec_driver_sql(_TAKE, (number,)).one()
        said = array("q", packed)
        found = [digests[at : at + step] for at in range(0, len(digests), step)]
        return found, said[0] if len(said) == 1 else said


def _together(rows: list[tuple[list[bytes], Said]]) -> tuple[list[bytes], Said]:
    """Merge sorted digests, and what is said of each with them."""
    first = rows[0][1]
    if isinstance(first, int) and all(said == first for _, said in rows):
        return sorted(one for found, _ in rows for one in found), first
    pairs = sorted(
        pair
        for found, said in rows
        for pair in zip(found, [said] * len(found) if isinstance(said, int) else said, strict=True)
    )
    return [one for one, _ in pairs], [said for _, said in pairs]
