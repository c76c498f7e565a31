"""A server opens what it is sent before it takes the lock; nothing of the embedded store changes.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Replace functions; rows and who may read them stay as they are."""
    if op.get_bind().dialect.name == "postgresql":
        script = Path(__file__).with_name("0002_server.sql").read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(script.replace("%", "%%"))  # the driver's own sign


def downgrade() -> None:
    """Leave everything: what 0002 made answers as 0001 did."""
