"""Perceptual fingerprints of items, by which near-copies are found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    """Make the table; items taken in before get theirs when their folder is added again."""
    op.create_table(
        "prints",
        sa.Column("batch_id", _DIGEST, nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("phash", sa.LargeBinary(8), nullable=False),
        sa.Column("dhash", sa.LargeBinary(8), nullable=False),
        sa.Column("pdq", _DIGEST, nullable=False),
        sa.Column("pdq_quality", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "item"),
        sa.ForeignKeyConstraint(["batch_id", "item"], ["items.batch_id", "items.item"]),
    )


def downgrade() -> None:
    """Drop it with what it holds."""
    op.drop_table("prints")
