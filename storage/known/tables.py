"""Tables of the store of known material, ``HOME/known.db``.

A digest is a row of a tree that is its own index: ten million of them are looked up in one descent.
"""

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Bytes
from storage.database import Plan

REVISION = "0002"

metadata = MetaData()

lists = Table(
    "lists",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("profile", String(64), nullable=False),
    Column("sha256", Bytes(32), nullable=False),
    Column("dated", String(32)),
    Column("added_at", String(32), nullable=False),
    Column("added_by", String(64), nullable=False),
    UniqueConstraint("sha256", "profile"),
)
# What entries of a list say; as many rows as there are different things said, not digests.
assertions = Table(
    "assertions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("list", ForeignKey("lists.number"), nullable=False),
    Column("category", Text),
    Column("real_child", Boolean),
    Column("generated", Boolean),
    Column("harmless", Boolean),
    Column("series", Text),
    Column("label", Text),
    Column("dated", String(32)),
)
digests = Table(
    "digests",
    metadata,
    Column("kind", Integer, nullable=False),
    Column("digest", Bytes(32), nullable=False),
    Column("assertion", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "digest", "assertion"),
    sqlite_with_rowid=False,
)

# Entries of a case as they came, so that what is not understood here goes back out with the rest.
originals = Table(
    "originals",
    metadata,
    Column("md5", Bytes(16), nullable=False),
    Column("list", ForeignKey("lists.number"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON, packed
    PrimaryKeyConstraint("md5", "list", "number"),
    sqlite_with_rowid=False,
)

KNOWN = Plan(metadata, REVISION, Path(__file__).parent.parent / "migrations" / "known")
