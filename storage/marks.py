"""What one person has done with items, read from the columns of records.

A worklist of 20,000 items is computed from these rows; opening as many envelopes would take
seconds.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from storage.records import LocalStore
from storage.tables import items, records

_ITEM_KINDS = ("verdict", "hold", "pass")
# As RFC 8785 writes it; a quotation mark inside a comment would stand behind a backslash.
_NO_SECOND_OPINION = b'"second_opinion":null'


@dataclass(frozen=True, slots=True)
class Mark:
    """One verdict, hold or pass of a person, or a withdrawal, whose ``subject`` is a record."""

    position: int
    record_id: str
    kind: str
    subject: str
    second_opinion: bool


@dataclass(frozen=True, slots=True)
class Content:
    """One item of a batch, and why it cannot be shown."""

    item: str
    unreadable: str | None


def contents(local: LocalStore, batch: str) -> list[Content]:
    """Return the items of a batch in the order in which they came."""
    query = select(items.c.item, items.c.unreadable).order_by(items.c.position)
    query = query.where(items.c.batch_id == bytes.fromhex(batch))
    with local.transaction() as connection:
        return [Content(digest.hex(), reason) for digest, reason in connection.execute(query)]


def marks_in_batch(local: LocalStore, author: str, batch: str) -> list[Mark]:
    """Return what a person did with the items of a batch, in any batch, in order."""
    in_batch = select(items.c.item).where(items.c.batch_id == bytes.fromhex(batch))
    query = _marks(author).where(records.c.kind.in_(_ITEM_KINDS), records.c.subject.in_(in_batch))
    withdrawn = _marks(author).where(records.c.kind == "withdrawal")
    found = [*_read(local, query), *_read(local, withdrawn)]
    return sorted(found, key=lambda mark: mark.position)


def marks_after(local: LocalStore, author: str, position: int) -> list[Mark]:
    """Return what a person did after a position, in order."""
    query = _marks(author).where(records.c.position > position)
    wanted = {*_ITEM_KINDS, "withdrawal"}
    return [mark for mark in _read(local, query) if mark.kind in wanted]


def _marks(author: str) -> Select[Any]:
    return (
        select(
            records.c.position,
            records.c.record_id,
            records.c.kind,
            records.c.subject,
            records.c.envelope,
        )
        .where(records.c.author == author)
        .order_by(records.c.position)
    )


def _read(local: LocalStore, query: Select[Any]) -> Iterator[Mark]:
    with local.transaction() as connection:
        yield from [_mark(row) for row in connection.execute(query)]


def _mark(row: Row[Any]) -> Mark:
    position, record_id, kind, subject, envelope = tuple(row)
    asked = kind == "verdict" and _NO_SECOND_OPINION not in base64.b64decode(
        json.loads(envelope)["payload"]
    )
    return Mark(position, record_id.hex(), kind, subject.hex(), asked)
