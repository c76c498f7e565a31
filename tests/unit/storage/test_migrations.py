"""Migrations: they lead to what the tables say, keep every row, and refuse what is newer."""

import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from storage.central.sqlite import SqliteCentralStore
from storage.central.tables import CENTRAL
from storage.database import Database, Plan, open_database
from storage.errors import CorruptStoreError, NewerHomeError
from storage.known.tables import KNOWN
from storage.log import leaf_hash
from storage.logbook import LogBook
from storage.tables import LOCAL
from storage.upgrading import migrate
from tests.unit.storage.homes import digest, made_home, opened_home, passed_on

KEY = bytes(range(32))
NEXT = f"{int(LOCAL.revision) + 1:04}"
PLANS = pytest.mark.parametrize("plan", [LOCAL, CENTRAL, KNOWN], ids=["local", "central", "known"])


def shape(database: Database) -> set[tuple[str, str, str]]:
    """What SQLite knows of the tables, indexes and triggers, without the way it is written."""
    with database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
    return {(kind, name, re.sub(r"\s+", "", sql or "")) for kind, name, sql in rows}


def empty(path: Path) -> Database:
    """A database with no tables but the one that says so."""
    nothing = Plan(type(LOCAL.metadata)(), "none", LOCAL.folder)
    return open_database(path, KEY, nothing, create=True)


def migrated(path: Path, plan: Plan) -> Database:
    """A database made by the migrations alone."""
    database = empty(path)
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        migrate(connection, plan, plan.revision)
    return database


@PLANS
def test_that_the_migrations_lead_to_what_the_tables_say(tmp_path: Path, plan: Plan) -> None:
    by_tables = open_database(tmp_path / "tables.db", KEY, plan, create=True)
    by_migrations = migrated(tmp_path / "migrations.db", plan)
    assert shape(by_migrations) == shape(by_tables)
    by_tables.close()
    by_migrations.close()


@PLANS
def test_that_the_newest_migration_is_the_one_the_tables_name(plan: Plan) -> None:
    scripts = ScriptDirectory(str(plan.folder))
    assert scripts.get_heads() == [plan.revision]


@PLANS
def test_that_migrations_import_nothing_of_ours(plan: Plan) -> None:
    for file in plan.folder.rglob("*.py"):
        text = file.read_text()
        assert not re.search(r"^\s*(from|import) (app|blur|grading|storage|widgets)\b", text, re.M)


@PLANS
def test_that_a_database_made_by_migrations_opens(tmp_path: Path, plan: Plan) -> None:
    migrated(tmp_path / "local.db", plan).close()
    open_database(tmp_path / "local.db", KEY, plan).close()


def test_that_an_upgrade_keeps_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = made_home(tmp_path / "home")
    home.local.keep([passed_on("item")])
    home.central().append([record.envelope for record in home.local.records()], "carrier")
    before = list(home.local.records())
    home.close()
    folder = tmp_path / "migrations"
    _copy_with_one_more(LOCAL.folder, folder)
    newer = Plan(LOCAL.metadata, NEXT, folder)
    monkeypatch.setattr("storage.home.LOCAL", newer)
    upgraded = opened_home(tmp_path / "home")
    assert list(upgraded.local.records()) == before
    with upgraded.local.transaction() as connection:
        assert connection.exec_driver_sql("SELECT tries FROM outbox").all() == [(0,)] * 3
    upgraded.close()
    opened_home(tmp_path / "home").close()  # a second time there is nothing to do


def test_that_leaves_are_found_after_they_were_put_into_parts(tmp_path: Path) -> None:
    database = empty(tmp_path / "local.db")
    rows = [(index, leaf_hash(digest(f"record {index}"))) for index in (0, 16_383, 16_384, 50_000)]
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        migrate(connection, LOCAL, "0005")
        connection.exec_driver_sql("INSERT INTO leaves VALUES (?, ?)", rows)
        migrate(connection, LOCAL, LOCAL.revision)
    book = LogBook(database)
    assert [book.index_of(digest(f"record {index}")) for index, _ in rows] == [
        index for index, _ in rows
    ]
    database.close()


def test_that_an_upgrade_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_home(tmp_path / "home").close()
    folder = tmp_path / "migrations"
    _copy_with_one_more(LOCAL.folder, folder, then="raise KeyError('half-way')")
    with monkeypatch.context() as patch:
        patch.setattr("storage.home.LOCAL", Plan(LOCAL.metadata, NEXT, folder))
        with pytest.raises(KeyError):
            opened_home(tmp_path / "home")
    opened_home(tmp_path / "home").close()


@PLANS
def test_that_a_newer_database_is_refused_untouched(tmp_path: Path, plan: Plan) -> None:
    path = tmp_path / "local.db"
    database = open_database(path, KEY, plan, create=True)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerHomeError):
        open_database(path, KEY, plan)
    assert path.read_bytes() == before


@pytest.mark.parametrize("statement", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_that_a_database_without_a_revision_was_never_finished(
    tmp_path: Path, statement: str
) -> None:
    database = open_database(tmp_path / "local.db", KEY, LOCAL, create=True)
    with database.transaction() as connection:
        connection.exec_driver_sql(statement)
    database.close()
    with pytest.raises(CorruptStoreError, match="never finished"):
        open_database(tmp_path / "local.db", KEY, LOCAL)


def test_that_the_central_store_opens_after_it_was_made(tmp_path: Path) -> None:
    SqliteCentralStore(tmp_path / "central.db", KEY, create=True).close()
    again = SqliteCentralStore(tmp_path / "central.db", KEY)
    assert again.size() == 0
    again.close()


def _copy_with_one_more(folder: Path, target: Path, then: str = "pass") -> None:
    (target / "versions").mkdir(parents=True)
    for file in folder.rglob("*.py"):
        (target / file.relative_to(folder)).write_text(file.read_text())
    (target / "versions" / f"{NEXT}_tries.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision = '{NEXT}', '{LOCAL.revision}'\n"
        "def upgrade():\n"
        "    op.add_column('outbox',"
        " sa.Column('tries', sa.Integer, nullable=False, server_default='0'))\n"
        f"    {then}\n"
    )
