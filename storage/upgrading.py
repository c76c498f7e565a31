"""Brings an older database up to date with its migrations. Imported only where one is needed."""

import alembic.command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database, Plan
from storage.earlier_copies import keep_copy
from storage.errors import NewerHomeError


def upgrade(database: Database, plan: Plan, found: str) -> None:
    """Run the migrations between what was found and what this version needs, all or none.

    A copy of the database as it was is left beside it first.

    Raises:
        NewerHomeError: the database is at a revision that this version does not know.
        DiskFullError, UnwritableStoreError: no copy can be kept, so nothing was changed.

    """
    known = {script.revision for script in ScriptDirectory(str(plan.folder)).walk_revisions()}
    if found not in known:
        raise NewerHomeError(database.path.parent)
    database.truncate_log()  # what waits beside the file belongs to it
    keep_copy(database.path, found)
    with database.transaction() as connection:
        migrate(connection, plan, plan.revision)


def migrate(connection: Connection, plan: Plan, revision: str) -> None:
    """Run the migrations of a plan up to a revision, inside the connection's transaction."""
    config = Config(attributes={"connection": connection, "metadata": plan.metadata})
    config.set_main_option("script_location", str(plan.folder))
    alembic.command.upgrade(config, revision)
