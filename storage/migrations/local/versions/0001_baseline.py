"""Baseline: records and outbox, the known log, the index of evidence, the person's own notes.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    """Make the tables."""
    _make_records()
    _make_log()
    _make_evidence()
    _make_desk()


def downgrade() -> None:
    """Drop everything: the home is lost."""
    for table in (
        "notes",
        "exposures",
        "drafts",
        "vault_keys",
        "names",
        "items",
        "batches",
        "alarms",
        "checkpoints",
        "leaves",
        "outbox",
        "records",
    ):
        op.drop_table(table)


def _make_records() -> None:
    op.create_table(
        "records",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("record_id", _DIGEST, nullable=False, unique=True),
        sa.Column("keyid", _DIGEST, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("prev", _DIGEST),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", _DIGEST, nullable=False),
        sa.Column("batch", _DIGEST),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("log_index", sa.Integer, unique=True),
        sa.Column("fork", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "records_chain", "records", ["keyid", "seq"], unique=True, sqlite_where=sa.text("fork = 0")
    )
    op.create_index("records_by_kind", "records", ["kind", "position"])
    op.create_index("records_by_batch", "records", ["batch", "position"])
    op.create_index("records_by_subject", "records", ["subject", "position"])
    op.create_index(
        "records_by_author",
        "records",
        ["author", "kind", "position", "subject", "record_id"],
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.Integer, sa.ForeignKey("records.position"), primary_key=True),
    )


def _make_log() -> None:
    op.create_table(
        "leaves",
        sa.Column("log_index", sa.Integer, primary_key=True),
        sa.Column("leaf", _DIGEST, nullable=False),
    )
    op.create_index("leaves_by_leaf", "leaves", ["leaf"])
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.Integer, primary_key=True),
        sa.Column("root", _DIGEST, nullable=False),
        sa.Column("compact_range", sa.LargeBinary, nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "alarms",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("log_index", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("evidence", sa.LargeBinary),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("what", "log_index", "detail"),
    )


def _make_evidence() -> None:
    op.create_table(
        "batches",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("batch_id", _DIGEST, nullable=False, unique=True),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("folder", "title"),
    )
    op.create_table(
        "items",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("batch_id", _DIGEST, sa.ForeignKey("batches.batch_id"), nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("sha1", sa.LargeBinary(20), nullable=False),
        sa.Column("md5", sa.LargeBinary(16), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String(64)),
        sa.Column("width_px", sa.Integer),
        sa.Column("height_px", sa.Integer),
        sa.Column("frames", sa.Integer),
        sa.Column("unreadable", sa.Text),
        sa.UniqueConstraint("batch_id", "item"),
    )
    op.create_index("items_by_item", "items", ["item"])
    op.create_index("items_in_order", "items", ["batch_id"])
    op.create_table(
        "names",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("batch_id", _DIGEST, nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("signed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("batch_id", "path", "item"),
        sa.ForeignKeyConstraint(["batch_id", "item"], ["items.batch_id", "items.item"]),
    )
    op.create_index("names_by_item", "names", ["batch_id", "item"])
    op.create_index("names_unsigned", "names", ["batch_id"], sqlite_where=sa.text("signed = 0"))
    op.create_table(
        "vault_keys",
        sa.Column("batch_id", _DIGEST, primary_key=True),
        sa.Column("folder", sa.String(64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )


def _make_desk() -> None:
    op.create_table(
        "drafts",
        sa.Column("item", _DIGEST, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "exposures",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("revealed_ms", sa.Integer, nullable=False),
        sa.Column("active_ms", sa.Integer, nullable=False),
        sa.Column("desk_ms", sa.Integer, nullable=False),
    )
    op.create_index("exposures_by_day", "exposures", ["day"])
    op.create_table(
        "notes",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
