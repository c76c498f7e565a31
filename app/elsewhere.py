"""Batches taken in at other desks, as their signed records list them.

What such a record does not hold, such as the evidence itself or what the other desk found out
about an item since, is not known here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.pace import UNWATCHED, Watch
from grading.late_methods import dataclass
from storage.envelope import read_kept

if TYPE_CHECKING:
    from storage.home import Home
    from storage.records import LocalStore
    from storage.rows import ItemRow, StoredRecord

UNKNOWN_HERE = "the evidence and what was found out there since are not known here"


@dataclass(frozen=True, slots=True)
class BatchElsewhere:
    """A batch that this home knows by its records alone."""

    id: str
    title: str
    signed_at: str  # of its first record, RFC 3339, as claimed
    taken_in_by: str  # name of the person
    items: tuple["ItemRow", ...]  # in manifest order, with the names that were signed

    @property
    def files(self) -> int:
        """Return how many names the items have."""
        return sum(len(item.names) for item in self.items)


def batches_elsewhere(home: "Home", watch: Watch = UNWATCHED) -> list[BatchElsewhere]:
    """Return the batches of which this home has the records and not the evidence, oldest first."""
    here = {row.batch_id for row in home.local.batches()}
    first: dict[str, StoredRecord] = {}
    for row in home.local.records(kind="batch"):
        if row.subject not in here:
            first.setdefault(row.subject, row)
    tick = watch.ticks("reading", lambda: len(first))
    found = []
    for done, row in enumerate(first.values(), 1):
        found.append(_read(home, row))
        tick(done)
    return found


def batch_elsewhere(home: "Home", batch: str) -> BatchElsewhere | None:
    """Return one such batch, or None where no record of it is here."""
    first = next(home.local.records(kind="batch", batch=batch), None)
    return None if first is None else _read(home, first)


def entries_signed(local: "LocalStore", batch: str) -> Iterator[dict[str, Any]]:
    """Yield what the records of a batch say of its items, a supplement after the batch."""
    for kind in ("batch", "batch-supplement"):
        for row in local.records(kind=kind, batch=batch):
            yield from read_kept(row.envelope)["items"]


def _read(home: "Home", first: "StoredRecord") -> BatchElsewhere:
    # The window begins without what reads manifests: few desks have a batch of another one.
    from app.intake.manifest import item_of_entry  # noqa: PLC0415 - see above

    predicate = read_kept(first.envelope)
    batch = first.subject
    return BatchElsewhere(
        id=batch,
        title=str(predicate["title"]),
        signed_at=str(predicate["decided_at"]),
        taken_in_by=home.roster.name_of(first.author),
        items=_merged(item_of_entry(batch, one) for one in entries_signed(home.local, batch)),
    )


def _merged(rows: Iterable["ItemRow"]) -> tuple["ItemRow", ...]:
    """Make one row of an item whose later names came in a supplement."""
    found: dict[str, ItemRow] = {}
    for row in rows:
        before = found.setdefault(row.item, row)
        if before is not row:
            names = tuple(dict.fromkeys((*before.names, *row.names)))
            unreadable = row.unreadable or before.unreadable
            found[row.item] = replace(before, names=names, unreadable=unreadable)
    return tuple(found.values())
