"""``HOME/known.db``: what lists of others assert of digests, encrypted under a key of its own.

A list goes in whole or not at all: one transaction. Digests are sorted before they go into the
tree, so that each of its pages is touched once for all of them and not once a row. Two million are
sorted at a time and set aside (``storage/known/runs.py``); what is held in memory is bounded by
that, whatever the length of the list.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL as _LABELS
from sqlalchemy import Connection, Insert, Row, insert, select

from storage.database import ROOMY_CACHE_KIB, Database, open_database
from storage.known.assertion import (
    EXACT,
    KIND_NUMBERS,
    Assertion,
    DigestKind,
    ListAbout,
    Stated,
)
from storage.known.runs import Runs, Said
from storage.known.tables import KNOWN, assertions, digests, lists, originals

SORTED_AT_ONCE: Final = 2_000_000  # digests; about 300 MB while they are sorted
_ROWS_A_STATEMENT = 20_000
_DIGESTS_A_QUERY = 500
_REMEMBERED = 100_000  # things said; a list with more says something else of every entry
# Many digests in one value, side by side, and what is said of each as ten digits beside them: the
# statement cuts them apart, which takes a fifth of the time that a call a row takes.
_PUT = (
    "INSERT OR IGNORE INTO digests (kind, digest, assertion)"
    " WITH RECURSIVE place(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n + 1 < ?1)"
    " SELECT ?2, substr(?4, n * ?3 + 1, ?3),"
    " CAST(CAST(substr(?5, n * 10 + 1, 10) AS TEXT) AS INTEGER) FROM place"
)
_PUT_ALIKE = _PUT.replace("CAST(CAST(substr(?5, n * 10 + 1, 10) AS TEXT) AS INTEGER)", "?5")
_PUT_ORIGINAL = "INSERT OR IGNORE INTO originals (md5, list, number, body) VALUES (?, ?, ?, ?)"
_ORIGINALS_AT_ONCE = 5_000
_CATEGORIES = "SELECT COUNT(DISTINCT category) FROM assertions WHERE list = ?"
_CONFLICTS = (
    "SELECT digest FROM digests JOIN assertions ON assertions.number = digests.assertion"
    " WHERE digests.kind = ? AND assertions.list = ? AND assertions.category IS NOT NULL"
    " GROUP BY digest HAVING COUNT(DISTINCT assertions.category) > 1"
)
_FIND_ONE = "SELECT assertion FROM digests WHERE kind = ? AND digest = ?"
_FIND = "SELECT digest, assertion FROM digests WHERE kind = ? AND digest IN"


class KnownStore:
    """The lists of one home. Made with the first list; use it from one thread at a time."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open the store, or make it. The errors are those of ``open_database``."""
        self._database: Database = open_database(path, key, KNOWN, create=not path.is_file())
        self._said: dict[int, tuple[ListAbout, Stated]] = {}  # what was read lately

    def lists(self) -> list[ListAbout]:
        """Return whose lists are here, oldest first."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(lists).order_by(lists.c.number))
            return [_about(row) for row in rows]

    def is_empty(self) -> bool:
        """Tell whether no list says anything."""
        with self._database.transaction() as connection:
            return connection.scalar(select(lists.c.number).limit(1)) is None

    def has_list(self, sha256: str, profile: str) -> bool:
        """Tell whether this very file was taken in under this profile."""
        same = (lists.c.sha256 == bytes.fromhex(sha256)) & (lists.c.profile == profile)
        with self._database.transaction() as connection:
            return connection.scalar(select(lists.c.number).where(same)) is not None

    @contextmanager
    def adding(self, about: ListAbout) -> Iterator["ListWriter"]:
        """Give what a list is written with; at the end it is here, after an error nothing of it.

        Raises:
            DiskFullError, UnwritableStoreError, CorruptStoreError: nothing was kept.

        """
        with (
            self._database.with_room(ROOMY_CACHE_KIB),
            self._database.transaction() as connection,
        ):
            writer = ListWriter(connection, about)
            yield writer
            writer.flush()

    def matches(self, wanted: Mapping[DigestKind, str]) -> tuple[Assertion, ...]:
        """Return what is asserted of exactly these digests of one item, in hex.

        What a list asserts by more than one kind of digest counts once, by the strongest.
        """
        found: dict[tuple[DigestKind, bytes], list[int]] = {}
        for kind in (*EXACT, "pdq"):
            if kind in wanted:
                digest = bytes.fromhex(wanted[kind])
                rows = self._database.look_up(_FIND_ONE, (KIND_NUMBERS[kind], digest))
                if rows:
                    found[kind, digest] = [number for (number,) in rows]
        numbers = {one for some in found.values() for one in some}
        if numbers - self._said.keys():
            with self._database.transaction() as connection:
                self._remember(connection, numbers)
        return _of_item(wanted, found, self._said)

    def matches_of_many(
        self, wanted: Sequence[Mapping[DigestKind, str]]
    ) -> list[tuple[Assertion, ...]]:
        """Return the same for many items, in their order."""
        found: dict[tuple[DigestKind, bytes], list[int]] = {}
        with self._database.transaction() as connection:
            for kind in (*EXACT, "pdq"):
                raw = {bytes.fromhex(one[kind]) for one in wanted if kind in one}
                for digest, number in _rows_of(connection, kind, sorted(raw)):
                    found.setdefault((kind, digest), []).append(number)
            self._remember(connection, {one for numbers in found.values() for one in numbers})
        return [_of_item(one, found, self._said) for one in wanted]

    def originals_of(self, md5: str) -> list[bytes]:
        """Return the entries of cases on a file, as they came, the newest case first."""
        query = select(originals.c.body).where(originals.c.md5 == bytes.fromhex(md5))
        query = query.order_by(originals.c.list.desc(), originals.c.number)
        with self._database.transaction() as connection:
            return [zlib.decompress(body) for body in connection.scalars(query)]

    def newest_originals(self, md5s: Sequence[str]) -> dict[str, bytes]:
        """Return the newest such entry on each of these files that has one, by MD5; at most 500."""
        wanted = originals.c.md5.in_([bytes.fromhex(md5) for md5 in md5s])
        query = select(originals.c.md5, originals.c.body).where(wanted)
        # The newest comes last, and stays.
        query = query.order_by(originals.c.list, originals.c.number.desc())
        with self._database.transaction() as connection:
            found = {md5.hex(): body for md5, body in connection.execute(query)}
        return {md5: zlib.decompress(body) for md5, body in found.items()}

    def codes(self) -> Iterator[bytes]:
        """Yield the PDQ hashes that something is asserted of: 32 bytes each, many at a time."""
        query = select(digests.c.digest).where(digests.c.kind == KIND_NUMBERS["pdq"]).distinct()
        query = query.order_by(digests.c.digest)
        with self._database.transaction() as connection:
            rows = connection.execution_options(yield_per=_ROWS_A_STATEMENT).execute(query)
            for some in rows.scalars().partitions():
                yield b"".join(some)

    def close(self) -> None:
        """Let go of the file; calling it again does nothing."""
        self._database.close()

    def _remember(self, connection: Connection, numbers: set[int]) -> None:
        if len(self._said) > _REMEMBERED:
            self._said.clear()
        self._said |= _said(connection, numbers - self._said.keys())


class ListWriter:
    """Writes the digests of one list. ``new`` and ``repeated`` are right after ``flush``."""

    def __init__(self, connection: Connection, about: ListAbout) -> None:
        self.new = self.repeated = 0
        self._connection = connection
        self._list = self._put_row(
            insert(lists).values(
                source=about.source,
                profile=about.profile,
                sha256=bytes.fromhex(about.sha256),
                dated=about.dated,
                added_at=about.added_at,
                added_by=about.added_by,
            )
        )
        self._numbers: dict[Stated, int] = {}
        self._waiting: dict[tuple[DigestKind, int], list[bytes]] = {}
        self._originals: list[tuple[bytes, int, int, bytes]] = []
        self._runs = Runs(connection)
        self._count = 0

    def put(self, kind: DigestKind, found: Sequence[bytes], stated: Stated) -> None:
        """Take digests of one kind of which the list says the same."""
        self._waiting.setdefault((kind, self._number(stated)), []).extend(found)
        self._count += len(found)
        if self._count >= SORTED_AT_ONCE:
            self._set_aside()

    def keep_original(self, md5: bytes, number: int, body: bytes) -> None:
        """Keep an entry as it came; ``number`` tells entries on the same file apart."""
        packed = zlib.compress(body, 1)  # a third of the time, a tenth more room
        self._originals.append((md5, self._list, number, packed))
        if len(self._originals) >= _ORIGINALS_AT_ONCE:
            self._put_originals()

    def conflicting(
        self, most: int, kinds: Sequence[DigestKind] = ("md5",)
    ) -> tuple[int, list[str]]:
        """Return how many digests this list gives two categories, and the first of them, in hex."""
        self.flush()
        number, first = 0, list[str]()
        if self._connection.exec_driver_sql(_CATEGORIES, (self._list,)).scalar_one() < 2:
            return number, first
        for kind in kinds:
            rows = self._connection.exec_driver_sql(_CONFLICTS, (KIND_NUMBERS[kind], self._list))
            for row in rows:
                number += 1
                if len(first) < most:
                    first.append(row[0].hex())
        return number, first

    def _put_originals(self) -> None:
        waiting, self._originals = self._originals, []
        if waiting:
            self._connection.exec_driver_sql(_PUT_ORIGINAL, waiting)

    def flush(self) -> None:
        """Put what waits into the tree, in its order."""
        self._put_originals()
        if self._runs.is_empty:
            self._put_all(self._in_order())
        else:
            self._set_aside()
            self._put_all(self._runs.taken())

    def _set_aside(self) -> None:
        for kind, found, said in self._in_order():
            self._runs.put(kind, found, said)

    def _in_order(self) -> Iterator[tuple[int, list[bytes], Said]]:
        """Yield what waits, in the order of the tree; it waits no more."""
        waiting, self._waiting, self._count = self._waiting, {}, 0
        for kind, number in KIND_NUMBERS.items():
            parts = [(said, found) for (of, said), found in waiting.items() if of == kind]
            if len(parts) == 1:
                said, found = parts[0]
                found.sort()  # a fifth of the time that pairs take
                yield number, found, said
            elif parts:
                pairs = sorted((one, said) for said, found in parts for one in found)
                yield number, [one for one, _ in pairs], [said for _, said in pairs]

    def _put_all(self, sorted_parts: Iterator[tuple[int, list[bytes], Said]]) -> None:
        for kind, found, said in sorted_parts:
            self._insert(kind, found, said)

    def _insert(self, kind: int, found: Sequence[bytes], said: Said) -> None:
        before = self._changes()
        for start in range(0, len(found), _ROWS_A_STATEMENT):
            some = found[start : start + _ROWS_A_STATEMENT]
            values = (len(some), kind, len(some[0]), b"".join(some))
            if isinstance(said, int):
                self._connection.exec_driver_sql(_PUT_ALIKE, (*values, said))
            else:
                each = said[start : start + _ROWS_A_STATEMENT]
                digits = "".join(f"{one:010}" for one in each).encode()
                self._connection.exec_driver_sql(_PUT, (*values, digits))
        fresh = self._changes() - before
        self.new += fresh
        self.repeated += len(found) - fresh

    def _changes(self) -> int:
        return int(self._connection.exec_driver_sql("SELECT total_changes()").scalar_one())

    def _number(self, stated: Stated) -> int:
        number = self._numbers.get(stated)
        if number is None:
            number = self._number_of(stated)
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            self._numbers[stated] = number
        return number

    def _number_of(self, stated: Stated) -> int:
        values: dict[str, Any] = {
            name: getattr(stated, name) for name in Stated.__dataclass_fields__
        }
        return self._put_row(insert(assertions).values(list=self._list, **values))

    def _put_row(self, put: Insert) -> int:
        key = self._connection.execute(put).inserted_primary_key
        if key is None:
            raise RuntimeError("a row without a number")
        return int(key[0])


def _rows_of(
    connection: Connection, kind: DigestKind, wanted: Sequence[bytes]
) -> Iterator[tuple[bytes, int]]:
    for start in range(0, len(wanted), _DIGESTS_A_QUERY):
        some = tuple(wanted[start : start + _DIGESTS_A_QUERY])
        # Written out: what builds a statement takes ten times as long as looking one digest up.
        query = f"{_FIND} ({','.join('?' * len(some))})"
        rows = connection.exec_driver_sql(query, (KIND_NUMBERS[kind], *some))
        yield from ((row[0], row[1]) for row in rows)


def _said(connection: Connection, numbers: set[int]) -> dict[int, tuple[ListAbout, Stated]]:
    found = {}
    ordered = sorted(numbers)
    joined = select(lists, assertions).join(assertions, assertions.c.list == lists.c.number)
    for start in range(0, len(ordered), _DIGESTS_A_QUERY):
        some = assertions.c.number.in_(ordered[start : start + _DIGESTS_A_QUERY])
        for row in connection.execute(joined.where(some).set_label_style(_LABELS)).mappings():
            stated = {name: row[f"assertions_{name}"] for name in Stated.__dataclass_fields__}
            about = {name: row[f"lists_{name}"] for name in ListAbout.__dataclass_fields__}
            about["sha256"] = about["sha256"].hex()
            found[row["assertions_number"]] = (ListAbout(**about), Stated(**stated))
    return found


def _of_item(
    wanted: Mapping[DigestKind, str],
    found: Mapping[tuple[DigestKind, bytes], list[int]],
    said: Mapping[int, tuple[ListAbout, Stated]],
) -> tuple[Assertion, ...]:
    told: dict[tuple[ListAbout, Stated], Assertion] = {}
    for kind in (*EXACT, "pdq"):
        if kind not in wanted:
            continue
        for number in found.get((kind, bytes.fromhex(wanted[kind])), ()):
            about, stated = said[number]
            told.setdefault((about, stated), Assertion(kind, about, stated))
    return tuple(told.values())


def _about(row: Row[Any]) -> ListAbout:
    return ListAbout(
        source=row.source,
        profile=row.profile,
        sha256=row.sha256.hex(),
        dated=row.dated,
        added_at=row.added_at,
        added_by=row.added_by,
    )
