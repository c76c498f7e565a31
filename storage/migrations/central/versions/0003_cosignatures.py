"""Cosignatures: what each workstation last verified of the log, for the others to hold it against.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; the log stays as it is."""
    if op.get_bind().dialect.name == "postgresql":
        script = Path(__file__).with_name("0003_server.sql").read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(script.replace("%", "%%"))  # the driver's own sign
        return
    op.create_table(
        "cosignature",
        sa.Column("keyid", sa.LargeBinary(32), primary_key=True),
        sa.Column("note", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them; each workstation gives its own again."""
    if op.get_bind().dialect.name == "postgresql":
        raise NotImplementedError("a server's store is not taken back by a migration")
    op.drop_table("cosignature")
