"""The index of evidence: batches, their items and every name an item has.

It is this machine's own knowledge. What others need of it is signed as ``batch`` records.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.database import Database, utc_now
from storage.rows import BatchRow, IntakeRow, ItemRow
from storage.tables import batches, items, names

BATCH_ID_BYTES = 32


class EvidenceIndex:
    """Keeps what was taken in, and finds it again after a run that was cut short."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intake_begin(self, folder: Path, title: str, batch: str | None = None) -> IntakeRow:
        """Begin the intake of a folder, or take up the one with the same folder and title.

        ``batch`` is the id of a batch that others signed, where the folder is of one.
        """
        # a name that is not Unicode is kept in a form that is, and always in the same one
        where = os.fsencode(folder.resolve()).decode(errors="backslashreplace")
        same: ColumnElement[bool] = (batches.c.folder == where) & (batches.c.title == title)
        if batch is not None:
            same = batches.c.batch_id == bytes.fromhex(batch)
        with self._database.transaction() as connection:
            row = connection.execute(select(batches).where(same)).one_or_none()
            if row is None:
                raw = bytes.fromhex(batch) if batch else os.urandom(BATCH_ID_BYTES)
                now = utc_now()
                made = {"batch_id": raw, "folder": where, "title": title, "started_at": now}
                connection.execute(insert(batches), made)
                return IntakeRow(raw.hex(), now, done=False)
            return IntakeRow(row.batch_id.hex(), row.started_at, self._is_signed(row.batch_id))

    def add_items(self, rows: Iterable[ItemRow]) -> None:
        """Keep items and their names, all or none; what is here already stays as it is.

        Call it after the vault has put the evidence on the disk.
        """
        found = list(rows)
        if not found:
            return
        put_items = insert_sqlite(items).on_conflict_do_nothing()
        put_names = insert_sqlite(names).on_conflict_do_nothing()
        new_names = [
            {
                "batch_id": bytes.fromhex(row.batch),
                "item": bytes.fromhex(row.item),
                "path": name,
            }
            for row in found
            for name in row.names
        ]
        with self._database.transaction() as connection:
            connection.execute(put_items, [_item_values(row) for row in found])
            if new_names:
                connection.execute(put_names, new_names)

    def items(self, batch_id: str) -> list[ItemRow]:
        """Return the items of a batch in the order in which they came, with all their names."""
        raw = bytes.fromhex(batch_id)
        return self._items(items.c.batch_id == raw, names.c.batch_id == raw)

    def item_parts(self, batch_id: str, at_once: int) -> Iterator[list[ItemRow]]:
        """Yield the same, so many at a time: a batch of any size is never in memory whole."""
        raw, after = bytes.fromhex(batch_id), 0
        while True:
            query = select(items.c.position, items.c.item).where(
                items.c.batch_id == raw, items.c.position > after
            )
            with self._database.transaction() as connection:
                found = connection.execute(query.order_by(items.c.position).limit(at_once)).all()
            if not found:
                return
            digests = [digest for _, digest in found]
            yield self._items(
                (items.c.batch_id == raw) & items.c.item.in_(digests),
                (names.c.batch_id == raw) & names.c.item.in_(digests),
            )
            after = found[-1][0]

    def counts(self, batch_id: str) -> tuple[int, int]:
        """Return how many items a batch has, and how many names."""
        raw = bytes.fromhex(batch_id)
        with self._database.transaction() as connection:
            counted = [
                connection.scalar(select(func.count()).where(table.c.batch_id == raw)) or 0
                for table in (items, names)
            ]
        return counted[0], counted[1]

    def item(self, batch_id: str, item: str) -> ItemRow | None:
        """Return one item of a batch, or None."""
        raw, digest = bytes.fromhex(batch_id), bytes.fromhex(item)
        found = self._items(
            (items.c.batch_id == raw) & (items.c.item == digest),
            (names.c.batch_id == raw) & (names.c.item == digest),
        )
        return found[0] if found else None

    def item_by_name(self, batch_id: str, path: str) -> ItemRow | None:
        """Return the item that a path of the folder stands for, the newest if it was changed."""
        same = (names.c.batch_id == bytes.fromhex(batch_id)) & (names.c.path == path)
        query = select(names.c.item).where(same).order_by(names.c.position.desc()).limit(1)
        with self._database.transaction() as connection:
            digest = connection.scalar(query)
        return None if digest is None else self.item(batch_id, digest.hex())

    def batches_with(self, item: str) -> list[str]:
        """Return the ids of the batches that hold an item."""
        query = select(items.c.batch_id).where(items.c.item == bytes.fromhex(item))
        with self._database.transaction() as connection:
            return [batch.hex() for batch in connection.scalars(query.order_by(items.c.position))]

    def unsigned(self, batch_id: str) -> list[ItemRow]:
        """Return what no signed record lists yet: items with those of their names."""
        waiting = (names.c.batch_id == bytes.fromhex(batch_id)) & (names.c.signed == false())
        wanted = items.c.item.in_(select(names.c.item).where(waiting))
        return self._items((items.c.batch_id == bytes.fromhex(batch_id)) & wanted, waiting)

    def mark_signed(self, rows: Sequence[ItemRow]) -> None:
        """Note that a signed record lists these items under these names."""
        listed = [
            {"batch": bytes.fromhex(row.batch), "of_item": bytes.fromhex(row.item), "at": name}
            for row in rows
            for name in row.names
        ]
        if not listed:
            return
        same = names.c.batch_id == bindparam("batch")
        same &= (names.c.item == bindparam("of_item")) & (names.c.path == bindparam("at"))
        with self._database.transaction() as connection:
            connection.execute(update(names).where(same).values(signed=True), listed)

    def mark_unreadable(self, batch_id: str, item: str, reason: str) -> None:
        """Note why an item cannot be shown."""
        same = items.c.batch_id == bytes.fromhex(batch_id)
        same &= items.c.item == bytes.fromhex(item)
        with self._database.transaction() as connection:
            connection.execute(update(items).where(same).values(unreadable=reason))

    def batches(self) -> list[BatchRow]:
        """Return every batch, oldest first."""
        query = select(batches).order_by(batches.c.number)
        with self._database.transaction() as connection:
            return [self._batch(row) for row in connection.execute(query).all()]

    def batch(self, batch_id: str) -> BatchRow | None:
        """Return one batch, or None."""
        query = select(batches).where(batches.c.batch_id == bytes.fromhex(batch_id))
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else self._batch(row)

    def _batch(self, row: Row[Any]) -> BatchRow:
        return BatchRow(
            batch_id=row.batch_id.hex(),
            folder=row.folder,
            title=row.title,
            started_at=row.started_at,
            signed=self._is_signed(row.batch_id),
            items=self._count(select(items.c.item).where(items.c.batch_id == row.batch_id)),
            files=self._count(select(names.c.path).where(names.c.batch_id == row.batch_id)),
        )

    def _is_signed(self, raw_batch: bytes) -> bool:
        """Tell whether anything is known of a batch and all of it is listed in a record."""
        of_batch = select(names.c.position).where(names.c.batch_id == raw_batch).limit(1)
        with self._database.transaction() as connection:
            waits = connection.scalar(of_batch.where(names.c.signed == false())) is not None
            return not waits and connection.scalar(of_batch) is not None

    def _count(self, query: Select[Any]) -> int:
        with self._database.transaction() as connection:
            return connection.scalar(select(func.count()).select_from(query.subquery())) or 0

    def _items(
        self, wanted: ColumnElement[bool], wanted_names: ColumnElement[bool]
    ) -> list[ItemRow]:
        by_item: dict[bytes, list[str]] = {}
        query = select(names.c.item, names.c.path).where(wanted_names)
        query = query.order_by(names.c.item, names.c.position)  # as an index has them
        with self._database.transaction() as connection:
            for digest, path in connection.execute(query):
                by_item.setdefault(digest, []).append(path)
            rows = connection.execute(select(items).where(wanted).order_by(items.c.position)).all()
        return [_item_row(row, by_item.get(row[2], ())) for row in rows]


def _item_values(row: ItemRow) -> dict[str, Any]:
    return {
        "batch_id": bytes.fromhex(row.batch),
        "item": bytes.fromhex(row.item),
        "sha1": bytes.fromhex(row.sha1),
        "md5": bytes.fromhex(row.md5),
        "size_bytes": row.size_bytes,
        "media_type": row.media_type,
        "width_px": row.width_px,
        "height_px": row.height_px,
        "frames": row.frames,
        "unreadable": row.unreadable,
    }


def _item_row(row: Sequence[Any], paths: Iterable[str]) -> ItemRow:
    _, batch, item, sha1, md5, size_bytes, media_type, width_px, height_px, frames, why = row
    return ItemRow(
        item=item.hex(),
        batch=batch.hex(),
        sha1=sha1.hex(),
        md5=md5.hex(),
        size_bytes=size_bytes,
        media_type=media_type,
        width_px=width_px,
        height_px=height_px,
        frames=frames,
        unreadable=why,
        names=tuple(paths),
    )
