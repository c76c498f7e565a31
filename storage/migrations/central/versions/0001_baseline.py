"""Baseline: the log of records, and its leaf hashes; neither can be changed.

On a server the same log has people, who must not all read the same: `0001_server.sql`.

Why the triggers: an append-only log must refuse even its own program. Who can drop a trigger can
rewrite the log all the same, which is why every workstation pins what it has seen.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("records", "leaf")


def upgrade() -> None:
    """Make the tables and what keeps them append-only."""
    if op.get_bind().dialect.name == "postgresql":
        script = Path(__file__).with_name("0001_server.sql").read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(script.replace("%", "%%"))  # the driver's own sign
    else:
        _embedded()


def _embedded() -> None:
    op.create_table(
        "records",
        sa.Column("log_index", sa.Integer, primary_key=True),
        sa.Column("record_id", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("keyid", sa.LargeBinary(32), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("carrier", sa.String(64), nullable=False),
        sa.Column("fork", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
    op.create_index("records_chain", "records", ["keyid", "seq"])
    op.create_index("records_by_subject", "records", ["subject"])
    op.create_table(
        "leaf",
        sa.Column("log_index", sa.Integer, primary_key=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    for table in _APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )


def downgrade() -> None:
    """Drop everything: the log is lost."""
    if op.get_bind().dialect.name == "postgresql":
        raise NotImplementedError("a server's log is not dropped by a migration")
    op.drop_table("leaf")
    op.drop_table("records")
