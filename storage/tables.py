"""Tables of the local database, ``HOME/local.db``.

Ids that are SHA-256 digests are kept as their 32 bytes: half the size of hex in every index.
A change here needs a migration in ``migrations/local`` and its number in ``REVISION``; a test
compares what both make.
"""

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.columns import Bytes
from storage.database import Plan

REVISION = "0006"
DIGEST = Bytes(32)

metadata = MetaData()

# Every record this home knows, its own and pulled ones; rows are added and never changed, save
# for the index that the central log gives them.
records = Table(
    "records",
    metadata,
    Column("position", Integer, primary_key=True),  # order of arrival on this machine
    Column("record_id", DIGEST, nullable=False, unique=True),
    Column("keyid", DIGEST, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("prev", DIGEST),
    Column("kind", String(64), nullable=False),
    Column("subject", DIGEST, nullable=False),
    Column("batch", DIGEST),
    Column("author", String(64), nullable=False),
    Column("log_index", Integer, unique=True),
    # a second record with the same key and number: kept, flagged, never the head of a chain
    Column("fork", Boolean, nullable=False, server_default=false()),
    Column("envelope", Bytes, nullable=False),
    Index("records_chain", "keyid", "seq", unique=True, sqlite_where=text("fork = 0")),
    # counted at each sync, without a look at the rows
    Index("records_by_place", "keyid", "log_index", sqlite_where=text("log_index IS NOT NULL")),
    Index("records_by_kind", "kind", "position"),
    Index("records_by_batch", "batch", "position"),
    Index("records_by_subject", "subject", "position"),
    # holds all that a worklist reads, so that it need not touch envelopes
    Index("records_by_author", "author", "kind", "position", "subject", "record_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", ForeignKey("records.position"), primary_key=True),
)

# What the central log said and this machine checked.
leaves = Table(
    "leaves",
    metadata,
    Column("log_index", Integer, primary_key=True),
    Column("leaf", DIGEST, nullable=False),
    # Hashes come in no order. In parts, so that new ones go to few pages of the index: in one they
    # went to nearly all, each was written anew for each page of the log, and a first sync with a
    # million records wrote gigabytes.
    Index("leaves_by_part", text("log_index / 16384"), "leaf"),
)
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Integer, primary_key=True),
    Column("root", DIGEST, nullable=False),
    Column("compact_range", Bytes, nullable=False),
    Column("seen_at", String(32), nullable=False),
)
# What must not be forgotten: heads that contradict, rows without a valid signature.
alarms = Table(
    "alarms",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("what", String(32), nullable=False),
    Column("log_index", Integer),
    Column("detail", Text, nullable=False),
    Column("evidence", Bytes),
    Column("seen_at", String(32), nullable=False),
    UniqueConstraint("what", "log_index", "detail"),
)

batches = Table(
    "batches",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("batch_id", DIGEST, nullable=False, unique=True),
    Column("folder", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("started_at", String(32), nullable=False),
    UniqueConstraint("folder", "title"),
)
items = Table(
    "items",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("batch_id", DIGEST, ForeignKey("batches.batch_id"), nullable=False),
    Column("item", DIGEST, nullable=False),
    Column("sha1", Bytes(20), nullable=False),
    Column("md5", Bytes(16), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("media_type", String(64)),
    Column("width_px", Integer),
    Column("height_px", Integer),
    Column("frames", Integer),
    Column("unreadable", Text),
    UniqueConstraint("batch_id", "item"),
    Index("items_by_item", "item"),
    Index("items_in_order", "batch_id"),  # SQLite appends the row's number: no sorting
)
names = Table(
    "names",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("batch_id", DIGEST, nullable=False),
    Column("item", DIGEST, nullable=False),
    Column("path", Text, nullable=False),  # relative to the folder, with slashes
    Column("signed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("batch_id", "path", "item"),
    ForeignKeyConstraint(["batch_id", "item"], ["items.batch_id", "items.item"]),
    Index("names_by_item", "batch_id", "item"),
    Index("names_unsigned", "batch_id", sqlite_where=text("signed = 0")),
)
# By which near-copies are found. Of an item without pixels, or taken in before, there is no row.
prints = Table(
    "prints",
    metadata,
    Column("batch_id", DIGEST, primary_key=True),
    Column("item", DIGEST, primary_key=True),
    Column("phash", Bytes(8), nullable=False),
    Column("dhash", Bytes(8), nullable=False),
    Column("pdq", DIGEST, nullable=False),
    Column("pdq_quality", Integer, nullable=False),
    ForeignKeyConstraint(["batch_id", "item"], ["items.batch_id", "items.item"]),
)
# What a classifier said of an item: the number its model gave, or why it gave none.
scores = Table(
    "scores",
    metadata,
    Column("card", DIGEST, primary_key=True),
    Column("item", DIGEST, primary_key=True),
    Column("score", Float),
    Column("refused", Text),
)
vault_keys = Table(
    "vault_keys",
    metadata,
    Column("batch_id", DIGEST, primary_key=True),
    Column("folder", String(64), nullable=False),
    Column("wrapped", Bytes, nullable=False),  # nonce, then the key under the vault key
)

drafts = Table(
    "drafts",
    metadata,
    Column("item", DIGEST, primary_key=True),
    Column("content", Text, nullable=False),
)
exposures = Table(
    "exposures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("day", String(10), nullable=False),  # as the person's calendar says
    Column("at", String(32), nullable=False),
    Column("item", DIGEST, nullable=False),
    Column("level", Integer, nullable=False),
    Column("revealed_ms", Integer, nullable=False),
    Column("active_ms", Integer, nullable=False),
    Column("desk_ms", Integer, nullable=False),
    Index("exposures_by_day", "day"),
)
exposure_sounds = Table(
    "exposure_sounds",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("item", DIGEST, nullable=False),
    Column("heard_ms", Integer, nullable=False),
    Index("exposure_sounds_by_day", "day"),
)
exposure_outcomes = Table(
    "exposure_outcomes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("item", DIGEST, nullable=False),
    Column("outcome", String(64), nullable=False),
    Index("exposure_outcomes_by_day", "day"),
)
notes = Table(
    "notes",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("content", Text, nullable=False),
)

LOCAL = Plan(metadata, REVISION, Path(__file__).parent / "migrations" / "local")
