"""What is the person's own and is never signed or sent: drafts and notes."""

import json
from typing import Any

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.database import Database
from storage.tables import drafts, notes

_DRAFT = "SELECT content FROM drafts WHERE item = ?"
_NOTE = "SELECT content FROM notes WHERE name = ?"


def _over_what_was_there(table: Table) -> Insert:
    put = insert_sqlite(table)
    return put.on_conflict_do_update(set_={"content": put.excluded.content})


# Made once: with every verdict, to make a statement takes longer than to carry it out.
_PUT_DRAFT = _over_what_was_there(drafts)
_PUT_NOTE = _over_what_was_there(notes)
_CLEAR_DRAFT = delete(drafts).where(drafts.c.item == bindparam("of"))


class DeskNotes:
    """Keeps half-answered items and small notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft_put(self, item: str, content: Any) -> None:  # noqa: ANN401  # any JSON value
        """Keep a half-answered item, over what was kept for it before."""
        row = {"item": bytes.fromhex(item), "content": json.dumps(content)}
        with self._database.transaction() as connection:
            connection.execute(_PUT_DRAFT, row)

    def draft_get(self, item: str) -> Any:  # noqa: ANN401  # any JSON value
        """Return what was kept for a half-answered item, or None."""
        found = self._database.look_up(_DRAFT, (bytes.fromhex(item),))
        return json.loads(found[0][0]) if found else None

    def draft_clear(self, item: str) -> None:
        """Forget the half-answered item."""
        with self._database.transaction() as connection:
            connection.execute(_CLEAR_DRAFT, {"of": bytes.fromhex(item)})

    def note_put(self, name: str, content: Any) -> None:  # noqa: ANN401  # any JSON value
        """Keep a small value under a name, over what was there."""
        with self._database.transaction() as connection:
            connection.execute(_PUT_NOTE, {"name": name, "content": json.dumps(content)})

    def note_get(self, name: str) -> Any:  # noqa: ANN401  # any JSON value
        """Return the value kept under a name, or None."""
        found = self._database.look_up(_NOTE, (name,))
        return json.loads(found[0][0]) if found else None
