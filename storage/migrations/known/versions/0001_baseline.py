"""Baseline: lists of known material, what they say, and the digests of which they say it.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "lists",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("dated", sa.String(32)),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.UniqueConstraint("sha256", "profile"),
    )
    op.create_table(
        "assertions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("list", sa.Integer, sa.ForeignKey("lists.number"), nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("real_child", sa.Boolean),
        sa.Column("generated", sa.Boolean),
        sa.Column("harmless", sa.Boolean),
        sa.Column("series", sa.Text),
        sa.Column("label", sa.Text),
        sa.Column("dated", sa.String(32)),
    )
    op.create_table(
        "digests",
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("assertion", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", "assertion"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them; the lists have to be taken in again."""
    for table in ("digests", "assertions", "lists"):
        op.drop_table(table)
