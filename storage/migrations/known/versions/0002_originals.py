"""Entries of cases as other programs wrote them, by the MD5 of their file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "originals",
        sa.Column("md5", sa.LargeBinary(16), nullable=False),
        sa.Column("list", sa.Integer, sa.ForeignKey("lists.number"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("md5", "list", "number"),
        sqlite_with_rowid=False,
    )
