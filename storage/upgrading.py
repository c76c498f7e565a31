"""Brings an older database up to date with its migrations. Imported only where one is needed."""

from collections.abc import Iterator
from contextlib import contextmanager

import alembic.command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, exc

from storage.database import Database, Plan
from storage.earlier_copies import keep_copy
from storage.errors import NewerHomeError
from storage.upgrade_watch import Count, counting_now

_ASKED_EVERY = 20_000  # instructions of SQLite's own: some milliseconds
_INTERRUPT = 9  # SQLITE_INTERRUPT


def upgrade(database: Database, plan: Plan, found: str) -> None:
    """Run the migrations between what was found and what this version needs, all or none.

    A copy of the database as it was is left beside it first. Who watches it is told how far it is,
    and may end it between any two steps and in the middle of one: then nothing was changed.

    Raises:
        NewerHomeError: the database is at a revision that this version does not know.
        DiskFullError, UnwritableStoreError: no copy can be kept, so nothing was changed.

    """
    known = {script.revision for script in ScriptDirectory(str(plan.folder)).walk_revisions()}
    if found not in known:
        raise NewerHomeError(database.path.parent)
    database.truncate_log()  # what waits beside the file belongs to it
    keep_copy(database.path, found, counting_now()("copying"))
    steps = _Steps(plan, found, counting_now()("upgrading"))
    try:
        with database.transaction() as connection, steps.asked_within(connection):
            _migrate(connection, plan, plan.revision, steps)
    except exc.DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == _INTERRUPT:
            raise steps.ended from None
        raise


def migrate(connection: Connection, plan: Plan, revision: str, found: str | None = None) -> None:
    """Run the migrations of a plan up to a revision, inside the connection's transaction.

    Args:
        connection: to the database.
        plan: whose migrations.
        revision: the last of them.
        found: the revision of the database; None where it is empty.
    """
    _migrate(connection, plan, revision, _Steps(plan, found, counting_now()("upgrading")))


class _Steps:
    """Counts migrations, and asks in the middle of one whether it is to go on."""

    def __init__(self, plan: Plan, found: str | None, count: Count) -> None:
        scripts = ScriptDirectory(str(plan.folder))
        self._of = len(list(scripts.iterate_revisions(plan.revision, found or "base")))
        self._done = 0
        self._count = count
        # Ctrl+C may come before there is anything that could keep it.
        self.ended: BaseException = KeyboardInterrupt()

    def applied(self, **_: object) -> None:
        """One more is done."""
        self._done += 1
        self._count(min(self._done, self._of), self._of)

    @contextmanager
    def asked_within(self, connection: Connection) -> Iterator[None]:
        """Ask while SQLite is at work on one statement too, such as the index of a large table."""
        driver = connection.connection.driver_connection
        if driver is None:
            yield
            return
        driver.set_progress_handler(self._ask, _ASKED_EVERY)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)

    def _ask(self) -> int:
        try:
            self._count(self._done, self._of)
        except BaseException as ended:  # SQLite would swallow it; it is raised when that has ended
            self.ended = ended
            return 1
        return 0


def _migrate(connection: Connection, plan: Plan, revision: str, steps: _Steps) -> None:
    attributes = {
        "connection": connection,
        "metadata": plan.metadata,
        "applied": [steps.applied],
    }
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(plan.folder))
    alembic.command.upgrade(config, revision)
