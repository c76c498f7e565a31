"""How much lies in an open home: counts and revisions, and nothing that any of it says."""

from sqlalchemy import func, select

from grading.late_methods import dataclass
from storage.home import Home
from storage.tables import LOCAL, alarms, batches, drafts, exposures, items, outbox, records

COUNTED = {
    "batches": batches,
    "items": items,
    "waiting for the central store": outbox,
    "drafts": drafts,
    "alarms": alarms,
    "exposures": exposures,
}


@dataclass(frozen=True, slots=True)
class Census:
    """What was counted.

    Attributes:
        revision: Of the local store's tables.
        records: Signed records here, by their kind.
        rows: Of other tables, by what they hold.
    """

    revision: str
    records: dict[str, int]
    rows: dict[str, int]


def census(home: Home) -> Census:
    """Count what lies in the local store; the errors are those of reading it."""
    by_kind = select(records.c.kind, func.count()).group_by(records.c.kind).order_by(records.c.kind)
    with home.local.transaction() as connection:
        kinds = {str(kind): int(many) for kind, many in connection.execute(by_kind)}
        rows = {
            name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for name, table in COUNTED.items()
        }
    return Census(LOCAL.revision, kinds, rows)
