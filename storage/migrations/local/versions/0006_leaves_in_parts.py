"""Leaves are looked up in parts of the log, so that new ones go to few pages of the index."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the index over what is there; the one over all leaves goes."""
    op.drop_index("leaves_by_leaf", "leaves")
    op.create_index("leaves_by_part", "leaves", [sa.text("log_index / 16384"), "leaf"])


def downgrade() -> None:
    """Back to one index over all."""
    op.drop_index("leaves_by_part", "leaves")
    op.create_index("leaves_by_leaf", "leaves", ["leaf"])
