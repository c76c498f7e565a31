"""Tables of the embedded central store, ``HOME/central.db``.

The same shape as on a server: records in the order of a gapless index, and beside them the leaf
hashes that everyone may read. Rows are added; triggers refuse every change.
A change here needs a migration in ``migrations/central`` and its number in ``REVISION``.
"""

from pathlib import Path

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
    false,
)

from storage.columns import Bytes
from storage.database import Plan

REVISION = "0007"
DIGEST = Bytes(32)

metadata = MetaData()

records = Table(
    "records",
    metadata,
    Column("log_index", Integer, primary_key=True),
    Column("record_id", DIGEST, nullable=False, unique=True),
    Column("keyid", DIGEST, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", DIGEST, nullable=False),
    Column("author", String(64), nullable=False),
    Column("carrier", String(64), nullable=False),  # who brought it; for a bundle not the author
    Column("fork", Boolean, nullable=False, server_default=false()),
    Column("envelope", Bytes, nullable=False),
    Index("records_chain", "keyid", "seq"),  # not unique: forks are stored and flagged
    Index("records_by_subject", "subject"),
)
leaf = Table(
    "leaf",
    metadata,
    Column("log_index", Integer, primary_key=True),
    Column("hash", DIGEST, nullable=False),
)
# What a workstation last verified of the log; not a part of the log, so a newer one replaces it.
cosignature = Table(
    "cosignature",
    metadata,
    Column("keyid", DIGEST, primary_key=True),
    Column("note", Text, nullable=False),
)

for _table in (records, leaf):
    for _change in ("UPDATE", "DELETE"):
        event.listen(
            _table,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {_table.name}_refuse_{_change.lower()} "
                f"BEFORE {_change} ON {_table.name} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            ),
        )

CENTRAL = Plan(metadata, REVISION, Path(__file__).parent.parent / "migrations" / "central")
