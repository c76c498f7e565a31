"""How a person reads back what they sent, and how it is padded; who reads what stays.

Imports nothing of the application: a migration is history and must not change when the code does.
"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Tell the server; an embedded store shows everything to its one seat."""
    if op.get_bind().dialect.name == "postgresql":
        script = Path(__file__).with_name("0006_server.sql").read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(script.replace("%", "%%"))  # the driver's own sign


def downgrade() -> None:
    """Nothing of an embedded store was changed."""
    if op.get_bind().dialect.name == "postgresql":
        raise NotImplementedError("a server's store is not taken back by a migration")
