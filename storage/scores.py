"""What classifiers said of items. It stays in this home's encrypted store and is in no record."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from grading.late_methods import dataclass
from storage.records import LocalStore
from storage.tables import items, scores


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What one classifier said of one item.

    Attributes:
        card: Id of the classifier, hex.
        item: SHA-256 of the item, hex.
        score: 0 to 1; None where it gave none.
        refused: Why it gave none.
    """

    card: str
    item: str
    score: float | None
    refused: str | None = None


def put_scores(local: LocalStore, rows: Iterable[ScoreRow]) -> None:
    """Keep scores; one that is here already stays as it is."""
    found = [
        {
            "card": bytes.fromhex(row.card),
            "item": bytes.fromhex(row.item),
            "score": row.score,
            "refused": row.refused,
        }
        for row in rows
    ]
    if found:
        with local.transaction() as connection:
            connection.execute(insert_sqlite(scores).on_conflict_do_nothing(), found)


def scores_of_item(local: LocalStore, item: str) -> list[ScoreRow]:
    """Return what every classifier said of an item."""
    query = select(scores).where(scores.c.item == bytes.fromhex(item)).order_by(scores.c.card)
    with local.transaction() as connection:
        return [
            ScoreRow(row.card.hex(), item, row.score, row.refused)
            for row in connection.execute(query)
        ]


def scores_by(local: LocalStore, card: str) -> dict[str, ScoreRow]:
    """Return what one classifier said, by item."""
    query = select(scores).where(scores.c.card == bytes.fromhex(card))
    with local.transaction() as connection:
        return {
            row.item.hex(): ScoreRow(card, row.item.hex(), row.score, row.refused)
            for row in connection.execute(query)
        }


def unscored(local: LocalStore, card: str, batch: str) -> list[str]:
    """Return the items of a batch that can be shown and of which a classifier said nothing yet."""
    said = select(scores.c.item).where(scores.c.card == bytes.fromhex(card))
    query = select(items.c.item).where(
        items.c.batch_id == bytes.fromhex(batch),
        items.c.unreadable.is_(None),
        items.c.item.not_in(said),
    )
    with local.transaction() as connection:
        return [item.hex() for item in connection.scalars(query.order_by(items.c.position))]


def forget_scores_by(local: LocalStore, card: str) -> None:
    """Delete what one classifier said: it was removed."""
    with local.transaction() as connection:
        connection.execute(delete(scores).where(scores.c.card == bytes.fromhex(card)))


def forget_scores_in(local: LocalStore, batch: str) -> None:
    """Delete what was said of the items of a batch: its evidence is destroyed."""
    within = select(items.c.item).where(items.c.batch_id == bytes.fromhex(batch))
    with local.transaction() as connection:
        connection.execute(delete(scores).where(scores.c.item.in_(within)))
