"""What classifiers said of items."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    """Make the table; scores are worked out again by whoever is allowed to."""
    op.create_table(
        "scores",
        sa.Column("card", _DIGEST, nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("refused", sa.Text),
        sa.PrimaryKeyConstraint("card", "item"),
    )


def downgrade() -> None:
    """Drop it with what it holds."""
    op.drop_table("scores")
