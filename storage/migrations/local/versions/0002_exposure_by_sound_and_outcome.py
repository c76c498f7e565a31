"""The exposure ledger counts sound, and with what each item left the Desk."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    """Make the two tables; what was counted before stays as it is."""
    op.create_table(
        "exposure_sounds",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("heard_ms", sa.Integer, nullable=False),
    )
    op.create_index("exposure_sounds_by_day", "exposure_sounds", ["day"])
    op.create_table(
        "exposure_outcomes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("item", _DIGEST, nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
    )
    op.create_index("exposure_outcomes_by_day", "exposure_outcomes", ["day"])


def downgrade() -> None:
    """Drop them with what they counted."""
    for table in ("exposure_outcomes", "exposure_sounds"):
        op.drop_table(table)
