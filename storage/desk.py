"""What is the person's own and is never signed or sent: drafts, the exposure ledger, notes."""

import json
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.database import Database
from storage.rows import ExposureRow
from storage.tables import drafts, exposures, notes


class DeskNotes:
    """Keeps half-answered items, looks taken, and small notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft_put(self, item: str, content: Any) -> None:  # noqa: ANN401  # any JSON value
        """Keep a half-answered item, over what was kept for it before."""
        row = {"item": bytes.fromhex(item), "content": json.dumps(content)}
        put = insert_sqlite(drafts)
        put = put.on_conflict_do_update(set_={"content": put.excluded.content})
        with self._database.transaction() as connection:
            connection.execute(put, row)

    def draft_get(self, item: str) -> Any:  # noqa: ANN401  # any JSON value
        """Return what was kept for a half-answered item, or None."""
        query = select(drafts.c.content).where(drafts.c.item == bytes.fromhex(item))
        with self._database.transaction() as connection:
            content = connection.scalar(query)
        return None if content is None else json.loads(content)

    def draft_clear(self, item: str) -> None:
        """Forget the half-answered item."""
        with self._database.transaction() as connection:
            connection.execute(delete(drafts).where(drafts.c.item == bytes.fromhex(item)))

    def exposure_add(self, row: ExposureRow) -> None:
        """Add one look to the ledger."""
        values = {name: getattr(row, name) for name in row.__slots__}
        values["item"] = bytes.fromhex(row.item)
        with self._database.transaction() as connection:
            connection.execute(insert(exposures), values)

    def exposure_since(self, day: str) -> list[ExposureRow]:
        """Return the looks of this day (YYYY-MM-DD) and all later ones, in order."""
        query = select(exposures).where(exposures.c.day >= day).order_by(exposures.c.number)
        with self._database.transaction() as connection:
            found = connection.execute(query).all()
        return [
            ExposureRow(
                day=row.day,
                at=row.at,
                item=row.item.hex(),
                level=row.level,
                revealed_ms=row.revealed_ms,
                active_ms=row.active_ms,
                desk_ms=row.desk_ms,
            )
            for row in found
        ]

    def exposure_totals(self, day: str) -> tuple[int, int, int]:
        """Return revealed, active and desk time of one day, in ms."""
        table = exposures.c
        counted = (table.revealed_ms, table.active_ms, table.desk_ms)
        sums = [func.coalesce(func.sum(column), 0) for column in counted]
        query = select(*sums).where(table.day == day)
        with self._database.transaction() as connection:
            revealed_ms, active_ms, desk_ms = connection.execute(query).one()
        return revealed_ms, active_ms, desk_ms

    def note_put(self, name: str, content: Any) -> None:  # noqa: ANN401  # any JSON value
        """Keep a small value under a name, over what was there."""
        put = insert_sqlite(notes)
        put = put.on_conflict_do_update(set_={"content": put.excluded.content})
        with self._database.transaction() as connection:
            connection.execute(put, {"name": name, "content": json.dumps(content)})

    def note_get(self, name: str) -> Any:  # noqa: ANN401  # any JSON value
        """Return the value kept under a name, or None."""
        with self._database.transaction() as connection:
            content = connection.scalar(select(notes.c.content).where(notes.c.name == name))
        return None if content is None else json.loads(content)
