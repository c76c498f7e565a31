"""What one person has done with items, read from an index of the records.

A worklist of 20,000 items is computed from these rows; opening as many envelopes would take
seconds. What the index does not hold (whether a second opinion was asked) is read once for each
record and remembered.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select

from storage.records import LocalStore
from storage.tables import items, records

ITEMS_A_QUERY = 500  # SQLite takes many more; a query of known length is compiled once
ASKED_NOTE = "second-opinions-asked"
ITEM_KINDS = ("verdict", "hold", "pass", "carry-over")
SELECTION = "selection"
ASSESS = "assess"
# Of a file that is no image, such as an archive: it was offered with a preview that is actionable.
PREVIEW = "actionable-preview"
# As RFC 8785 writes it; a quotation mark inside a comment would stand behind a backslash.
_NO_SECOND_OPINION = b'"second_opinion":null'


class Mark(NamedTuple):
    """One verdict, hold, pass or selection of a person, or a withdrawal, which is of a record.

    ``selection`` is what a selection says of the item, such as ``assess``; else None.
    """

    position: int
    record_id: str
    kind: str
    subject: str
    second_opinion: bool
    selection: str | None = None


class Content(NamedTuple):
    """One item of a batch, why it cannot be shown, and its type by its content."""

    item: str
    unreadable: str | None
    media_type: str | None = None


def contents(local: LocalStore, batch: str) -> list[Content]:
    """Return the items of a batch in the order in which they came."""
    columns = (items.c.item, items.c.unreadable, items.c.media_type)
    query = select(*columns).order_by(items.c.position)
    query = query.where(items.c.batch_id == bytes.fromhex(batch))
    with local.transaction() as connection:
        rows = connection.execute(query).all()
    return [Content(digest.hex(), reason, kind) for digest, reason, kind in rows]


def items_elsewhere(local: LocalStore, batch: str, wanted: Sequence[str]) -> set[str]:
    """Return which of these items are in another batch of this home."""
    found: set[str] = set()
    with local.transaction() as connection:
        for start in range(0, len(wanted), ITEMS_A_QUERY):
            some = [bytes.fromhex(item) for item in wanted[start : start + ITEMS_A_QUERY]]
            query = select(items.c.item).where(
                items.c.item.in_(some), items.c.batch_id != bytes.fromhex(batch)
            )
            found.update(digest.hex() for digest in connection.scalars(query))
    return found


def marks_of(local: LocalStore, author: str) -> list[Mark]:
    """Return everything a person did with items, of whatever batch, in order."""
    asked = _asked(local, author)
    found = []
    with local.transaction() as connection:
        for kind in (*ITEM_KINDS, "withdrawal"):
            for position, record_id, subject in connection.execute(_marks(author, kind)).all():
                digest = record_id.hex()
                found.append(Mark(position, digest, kind, subject.hex(), digest in asked))
        found += _selections(connection, author)
    return sorted(found)  # by position, which comes first and is never twice the same


def marks_after(local: LocalStore, author: str, position: int) -> list[Mark]:
    """Return what a person did after a position, in order."""
    columns = (records.c.position, records.c.record_id, records.c.kind, records.c.subject)
    query = (
        select(*columns, records.c.envelope)
        .where(_by(author, *ITEM_KINDS, SELECTION, "withdrawal"), records.c.position > position)
        .order_by(records.c.position)
    )
    with local.transaction() as connection:
        return [
            Mark(
                at,
                record_id.hex(),
                kind,
                subject.hex(),
                _asks(kind, envelope),
                _selected(envelope) if kind == SELECTION else None,
            )
            for at, record_id, kind, subject, envelope in connection.execute(query)
        ]


def facts_in_batch(local: LocalStore, author: str, batch: str) -> dict[str, dict[str, str]]:
    """Return the facts a person stated last on each item of a batch, in any batch."""
    in_batch = select(items.c.item).where(items.c.batch_id == bytes.fromhex(batch))
    query = select(records.c.record_id, records.c.subject, records.c.envelope)
    query = query.where(_by(author, "verdict"), records.c.subject.in_(in_batch))
    found: dict[str, dict[str, str]] = {}
    with local.transaction() as connection:
        withdrawn = {subject for _, _, subject in connection.execute(_marks(author, "withdrawal"))}
        for record_id, subject, envelope in connection.execute(query.order_by(records.c.position)):
            if record_id not in withdrawn:
                stated = json.loads(_payload(envelope))["predicate"]["facts"]
                found[subject.hex()] = {one["fact"]: one["value"] for one in stated}
    return found


def dates(local: LocalStore, keyid: str, after: int) -> list[tuple[int, str]]:
    """Return position and claimed date of a key's records after a position, in their order."""
    columns = (records.c.position, records.c.envelope)
    of_key = (records.c.keyid == bytes.fromhex(keyid)) & (records.c.position > after)
    query = select(*columns).where(of_key).order_by(records.c.position)
    with local.transaction() as connection:
        return [
            (position, str(json.loads(_payload(envelope))["predicate"]["decided_at"]))
            for position, envelope in connection.execute(query)
        ]


def _selections(connection: Connection, author: str) -> Iterator[Mark]:
    columns = (records.c.position, records.c.record_id, records.c.subject, records.c.envelope)
    query = select(*columns).where(_by(author, SELECTION)).order_by(records.c.position)
    for position, record_id, subject, envelope in connection.execute(query):
        said = _selected(envelope)
        yield Mark(position, record_id.hex(), SELECTION, subject.hex(), False, said)


def _selected(envelope: bytes) -> str:
    return str(json.loads(_payload(envelope))["predicate"]["selection"])


def _asked(local: LocalStore, author: str) -> set[str]:
    """Return the verdicts in which a person asked for a second opinion."""
    note = local.note_get(ASKED_NOTE) or {"author": author, "after": 0, "records": []}
    if note["author"] != author:
        note = {"author": author, "after": 0, "records": []}
    columns = (records.c.position, records.c.record_id, records.c.envelope)
    query = select(*columns).order_by(records.c.position)
    query = query.where(_by(author, "verdict"), records.c.position > note["after"])
    with local.transaction() as connection:
        after = note["after"]
        for position, record_id, envelope in connection.execute(query):
            after = position
            if _asks("verdict", envelope):
                note["records"].append(record_id.hex())
        if after != note["after"]:
            local.note_put(ASKED_NOTE, {**note, "after": after})
    return set(note["records"])


def _marks(author: str, kind: str) -> Select[Any]:
    # One kind at a time: the index then gives the rows in order and without the table.
    columns = (records.c.position, records.c.record_id, records.c.subject)
    return select(*columns).where(_by(author, kind)).order_by(records.c.position)


def _by(author: str, *kinds: str) -> ColumnElement[bool]:
    return (records.c.author == author) & records.c.kind.in_(kinds)


def _asks(kind: str, envelope: bytes) -> bool:
    return kind == "verdict" and _NO_SECOND_OPINION not in _payload(envelope)


def _payload(envelope: bytes) -> bytes:
    # Read plainly: what is in this store was signed here or verified when it came.
    return base64.b64decode(json.loads(envelope)["payload"])
