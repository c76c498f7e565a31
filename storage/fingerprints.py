"""Perceptual fingerprints of items. They stay in this home's encrypted store, and go with a shred.

From such a fingerprint a coarse picture can be computed back; so none stands in a record, which
others read and which stays when the evidence is destroyed.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from grading.late_methods import dataclass
from storage.records import LocalStore
from storage.tables import items, prints


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintsRow:
    """The fingerprints of one item of a batch, in hex; quality 0 (featureless) to 100."""

    batch: str
    item: str
    phash: str
    dhash: str
    pdq: str
    pdq_quality: int


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """What near-copies are found by: an item's PDQ as 32 bytes, its quality and its pixels."""

    item: str
    pdq: bytes
    pdq_quality: int
    pixels: int


def put_prints(local: LocalStore, rows: Iterable[PrintsRow]) -> None:
    """Keep fingerprints of items that are kept; what is here already stays as it is."""
    found = [
        {
            "batch_id": bytes.fromhex(row.batch),
            "item": bytes.fromhex(row.item),
            "phash": bytes.fromhex(row.phash),
            "dhash": bytes.fromhex(row.dhash),
            "pdq": bytes.fromhex(row.pdq),
            "pdq_quality": row.pdq_quality,
        }
        for row in rows
    ]
    if found:
        with local.transaction() as connection:
            connection.execute(insert_sqlite(prints).on_conflict_do_nothing(), found)


def prints_of(local: LocalStore, batch: str, item: str) -> PrintsRow | None:
    """Return the fingerprints of one item, or None where it has none."""
    same = prints.c.batch_id == bytes.fromhex(batch)
    same &= prints.c.item == bytes.fromhex(item)
    with local.transaction() as connection:
        row = connection.execute(select(prints).where(same)).one_or_none()
    if row is None:
        return None
    return PrintsRow(
        batch=batch,
        item=item,
        phash=row.phash.hex(),
        dhash=row.dhash.hex(),
        pdq=row.pdq.hex(),
        pdq_quality=row.pdq_quality,
    )


def printed_items(local: LocalStore, batch: str) -> list[PrintedItem]:
    """Return the items of a batch that have fingerprints and can be shown, in their order."""
    columns = (
        items.c.item,
        prints.c.pdq,
        prints.c.pdq_quality,
        items.c.width_px,
        items.c.height_px,
    )
    joined = (prints.c.batch_id == items.c.batch_id) & (prints.c.item == items.c.item)
    query = select(*columns).join(prints, joined).order_by(items.c.position)
    query = query.where(items.c.batch_id == bytes.fromhex(batch), items.c.unreadable.is_(None))
    with local.transaction() as connection:
        return [
            PrintedItem(digest.hex(), pdq, quality, (wide or 0) * (high or 0))
            for digest, pdq, quality, wide, high in connection.execute(query)
        ]


def forget_prints(local: LocalStore, batch: str) -> None:
    """Delete the fingerprints of a batch: its evidence is destroyed."""
    with local.transaction() as connection:
        connection.execute(delete(prints).where(prints.c.batch_id == bytes.fromhex(batch)))
