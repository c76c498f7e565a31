"""How many records of a key the central log has is counted without reading the records."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the index over what is there."""
    op.create_index(
        "records_by_place",
        "records",
        ["keyid", "log_index"],
        sqlite_where=sa.text("log_index IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("records_by_place", "records")
