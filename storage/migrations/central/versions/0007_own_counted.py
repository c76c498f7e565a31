"""How the records of one key are counted; answers stay.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Tell the server; an embedded store counts by its index of chains already."""
    if op.get_bind().dialect.name == "postgresql":
        script = Path(__file__).with_name("0007_server.sql").read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(script.replace("%", "%%"))  # the driver's own sign


def downgrade() -> None:
    """Nothing of an embedded store was changed."""
    if op.get_bind().dialect.name == "postgresql":
        raise NotImplementedError("a server's store is not taken back by a migration")
