"""Makes a central store of a database on a PostgreSQL server, or brings an older one up to date.

Run by whoever looks after the server, with a login that may create roles and owns the database.
All or none: a second run changes nothing, and one that is cut leaves nothing.
"""

from pathlib import Path

from sqlalchemy import Connection, MetaData, text

from storage.central.address import Address
from storage.central.link import Link
from storage.central.postgres import REVISION, STATE
from storage.database import Plan
from storage.errors import CentralLoginError, CentralNotReadyError

OLDEST_SERVER = 15
_LOCK = 0x6173736179  # one provisioning at a time
_PLAN = Plan(MetaData(), REVISION, Path(__file__).parent.parent / "migrations" / "central")
_ROLES = ("assay_owner", "assay_people")  # neither logs in

_BEFORE = (
    # The owner may let logins in, and nothing else that a role can do.
    "GRANT assay_people TO assay_owner WITH ADMIN OPTION",
    "GRANT assay_owner TO CURRENT_USER",
    "CREATE SCHEMA IF NOT EXISTS assay AUTHORIZATION assay_owner",
    "SET LOCAL ROLE assay_owner",
)
_AFTER = (
    "RESET ROLE",
    "REVOKE assay_owner FROM CURRENT_USER",
    # Who may not come in cannot look around; who may cannot make tables or functions.
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO assay_people",
)
_ADMIN = text("SELECT assay.enrol(:login, NULL, false, true)")


def provision(address: Address, password: str | None, *, admin: str | None = None) -> bool:
    """Make or complete a central store.

    Args:
        address: the database, and the login that may create roles there.
        password: of that login; None to leave it to libpq's own password file.
        admin: login of whoever founds the deployment; may enrol the others.

    Returns:
        Whether anything was there to be done, ``admin`` aside.

    Raises:
        CentralNotReadyError: the server is too old or the store is of a newer version.
        CentralLoginError: the login may not do this, or ``admin`` is no login there.
        CentralStoreError: what else the server answered.

    """
    link = Link(address, password)
    try:
        with link.transaction() as connection:
            changed = _provision(connection, address, admin)
    finally:
        link.close()
    return changed


def _provision(connection: Connection, address: Address, admin: str | None) -> bool:
    where = f"Central store {address.shown()}"
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    _check_server(connection, where)
    found = _revision(connection)
    if found is not None and found > REVISION:
        raise CentralNotReadyError(
            f"{where}: a newer version of this program has set it up.",
            advice="Update this program first.",
        )
    _make_roles(connection, where)
    name = connection.dialect.identifier_preparer.quote(address.database)
    for statement in _BEFORE:
        connection.exec_driver_sql(statement)
    if found != REVISION:
        from storage.upgrading import migrate  # noqa: PLC0415 - alembic takes over a second

        migrate(connection, _PLAN, REVISION, found)
    state = connection.execute(STATE).one()
    if not state.whole:
        raise CentralNotReadyError(
            f"{where}: a part of it was taken out.",
            advice="Restore the database from a copy; records must not be lost to mend it.",
        )
    if admin is not None:
        connection.execute(_ADMIN, {"login": admin})
    for statement in _AFTER:
        connection.exec_driver_sql(statement.format(database=name))
    return found != REVISION


def _check_server(connection: Connection, where: str) -> None:
    version = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if version < OLDEST_SERVER:
        raise CentralNotReadyError(
            f"{where}: PostgreSQL {version} is too old.",
            advice=f"Use PostgreSQL {OLDEST_SERVER} or later.",
        )
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise CentralNotReadyError(
            f"{where}: the database is in {encoding}, not in UTF8.",
            advice="Make a database with: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0",
        )


def _revision(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('assay.alembic_version')")) is None:
        return None
    found = connection.scalar(text("SELECT version_num FROM assay.alembic_version"))
    return str(found) if found is not None else None


def _make_roles(connection: Connection, where: str) -> None:
    for role in _ROLES:
        row = connection.execute(
            text(
                "SELECT rolcanlogin OR rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :name"
            ),
            {"name": role},
        ).one_or_none()
        if row is None:
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
        elif row[0]:
            raise CentralLoginError(
                f"{where}: the role {role} may log in or read everything.",
                advice=f"Take that from it: ALTER ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS",
            )
