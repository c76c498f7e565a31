"""A home of every earlier version opens: nothing of it is lost, and its copy is kept."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, insert, select

from storage.central.tables import CENTRAL
from storage.database import Database, Plan, open_database
from storage.earlier_copies import copy_of
from storage.errors import DiskFullError
from storage.home import Home
from storage.home_file import KNOWN_KEY_NOTE
from storage.known.assertion import Assertion, ListAbout, Stated
from storage.known.tables import KNOWN
from storage.tables import LOCAL
from storage.upgrade_watch import Count, upgrades_counted
from storage.upgrading import migrate
from tests.unit.storage.homes import (
    copied_home,
    digest,
    item_row,
    made_home,
    opened_home,
    passed_on,
)

# An index over a reckoned value is not read back; of a table only its rows are asked for here.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
Rows = dict[str, list[dict[str, Any]]]
NAMES = {
    "local": (LOCAL, "local.db"),
    "central": (CENTRAL, "central.db"),
    "known": (KNOWN, "known.db"),
}
HELD = {"local": "records", "central": "records", "known": "digests"}  # what would be lost
ABOUT = ListAbout(
    source="An office",
    profile="plain",
    sha256=digest("a list"),
    dated="2026-11-30",
    added_at="2026-12-01T09:00:00Z",
    added_by="a person",
)
SAID = Stated(category="Two", real_child=False, harmless=True, series="Pears", label="a pear")
MD5 = "ab" * 16


def revisions(plan: Plan) -> list[str]:
    """Every revision there ever was, the oldest first."""
    walked = ScriptDirectory(str(plan.folder)).walk_revisions()
    return [script.revision for script in walked][::-1]


EARLIER = [
    (which, revision)
    for which, (plan, _) in NAMES.items()
    for revision in revisions(plan)
    if revision != plan.revision
]


@dataclass(frozen=True)
class Lived:
    """A closed home with rows in its stores, and its keys."""

    place: Path
    keys: dict[str, bytes]
    envelopes: list[bytes]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    place = tmp_path_factory.mktemp("lived") / "home"
    home = made_home(place)
    home.local.keep([passed_on("one"), passed_on("two")])
    fill(home)
    envelopes = [record.envelope for record in home.local.records()]
    home.central().append(envelopes, "carrier")
    # Copies: closing a home overwrites its keys where they lie.
    secrets = {"local": home._secrets.local, "central": home._secrets.central}
    secrets["known"] = bytes.fromhex(str(home.local.note_get(KNOWN_KEY_NOTE)))
    keys = {which: bytes(bytearray(key)) for which, key in secrets.items()}
    home.close()
    return Lived(place, keys, envelopes)


def fill(home: Home) -> None:
    """Rows beside the records: an item with its names, a draft, a note, a list of hashes."""
    batch = home.local.intake_begin(Path("folder"), "title").batch_id
    home.local.add_items([item_row(digest("one"), batch, ("a.png", "b.png"))])
    home.local.draft_put(digest("one"), {"answers": ["x"]})
    home.local.note_put("a note", {"kept": True})
    with home.known().adding(ABOUT) as known:
        known.put("md5", [bytes.fromhex(MD5)], SAID)
        known.put("pdq", [bytes.fromhex(digest("seen"))], SAID)
        known.keep_original(bytes.fromhex(MD5), 1, b"{}")


def all_rows(connection: Connection) -> Rows:
    """Every row of every table, save the revision."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table))]
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
    }


def aged(path: Path, plan: Plan, key: bytes, revision: str) -> Rows:
    """Make a database what a version at an earlier revision would have written; return its rows."""
    newest = open_database(path, key, plan)
    with newest.transaction() as connection:
        rows = all_rows(connection)
    newest.close()
    path.unlink()
    nothing = Plan(MetaData(), "none", plan.folder)
    older = open_database(path, key, nothing, create=True)
    with older.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        migrate(connection, plan, revision)
        refill(connection, rows)
        kept = all_rows(connection)
    older.close()
    return kept


def refill(connection: Connection, rows: Rows) -> None:
    """Put rows into the tables and columns that there are."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        columns = {column.name for column in table.columns}
        fitting = [
            {name: value for name, value in row.items() if name in columns}
            for row in rows.get(table.name, ())
        ]
        if fitting and table.name != "alembic_version":
            connection.execute(insert(table), fitting)


def rows_of(database: Database) -> Rows:
    with database.transaction() as connection:
        return all_rows(connection)


def is_kept(before: Rows, after: Rows) -> bool:
    """Whether each earlier row is there with each earlier value."""
    return all(
        any(row.items() <= newer.items() for newer in after[table])
        for table, rows in before.items()
        for row in rows
    )


@pytest.mark.parametrize(("which", "revision"), EARLIER)
def test_that_a_home_of_every_earlier_version_opens_with_every_row_and_its_copy(
    lived: Lived, tmp_path: Path, which: str, revision: str
) -> None:
    place = copied_home(lived.place, tmp_path / "home")
    plan, name = NAMES[which]
    key = lived.keys[which]
    before = aged(place / name, plan, key, revision)
    assert before[HELD[which]]
    counted: list[tuple[str, int, int]] = []
    with upgrades_counted(lambda stage: lambda done, of: counted.append((stage, done, of))):
        home = opened_home(place)
        home.known()
        home.central()
    steps = len(revisions(plan)) - 1 - revisions(plan).index(revision)
    ends = [one for one in dict.fromkeys(counted) if one[1] == one[2]]
    assert [stage for stage, *_ in ends] == ["copying", "upgrading"]
    assert ends[1] == ("upgrading", steps, steps)
    assert [record.envelope for record in home.local.records()] == lived.envelopes
    ids = [record.record_id for record in home.local.records()]
    assert sorted(home.central().read(ids).values()) == sorted(lived.envelopes)
    assert home.known().matches({"md5": MD5}) == (Assertion("md5", ABOUT, SAID),)
    assert home.known().lists() == [ABOUT]
    home.local.keep([passed_on("three")])  # and it can be worked on
    home.close()
    database = open_database(place / name, key, plan)
    assert is_kept(before, rows_of(database))
    database.close()
    copy = copy_of(place / name, revision)
    assert copy.stat().st_mode & 0o077 == 0
    as_it_was = Plan(MetaData(), revision, plan.folder)
    kept = open_database(shutil.copy(copy, tmp_path / "kept.db"), key, as_it_was)
    assert rows_of(kept) == before
    kept.close()


def test_that_an_upgrade_that_cannot_keep_a_copy_changes_nothing(
    lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = copied_home(lived.place, tmp_path / "home")
    (oldest, *_) = revisions(LOCAL)
    aged(place / "local.db", LOCAL, lived.keys["local"], oldest)
    as_it_was = (place / "local.db").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patch:
        patch.setattr("storage.earlier_copies.os.fsync", full)
        with pytest.raises(DiskFullError):
            opened_home(place)
    assert (place / "local.db").read_bytes() == as_it_was
    assert list(place.glob("*.at-*")) == []
    opened_home(place).close()


@pytest.mark.parametrize("stage", ["copying", "upgrading"])
def test_that_an_upgrade_that_is_stopped_changes_nothing_and_the_next_is_whole(
    lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr("storage.upgrading._ASKED_EVERY", 1)  # in the middle of a statement
    place = copied_home(lived.place, tmp_path / "home")
    key = lived.keys["local"]
    before = aged(place / "local.db", LOCAL, key, "0005")

    class EnoughError(Exception):
        pass

    def stop(done: int, of: int) -> None:
        assert done < of  # else it would be whole
        raise EnoughError

    def counting(counted: str) -> Count:
        return stop if counted == stage else lambda done, of: None

    with pytest.raises(EnoughError), upgrades_counted(counting):
        opened_home(place)
    as_it_was = open_database(place / "local.db", key, Plan(MetaData(), "0005", LOCAL.folder))
    assert rows_of(as_it_was) == before
    as_it_was.close()
    home = opened_home(place)
    assert [record.envelope for record in home.local.records()] == lived.envelopes
    home.close()


def test_that_a_shred_leaves_no_earlier_copy(lived: Lived, tmp_path: Path) -> None:
    place = copied_home(lived.place, tmp_path / "home")
    (oldest, *_) = revisions(LOCAL)
    aged(place / "local.db", LOCAL, lived.keys["local"], oldest)
    home = opened_home(place)
    assert list(place.glob("local.db.at-*"))
    home.vault.rewrap(bytes(32), forget=digest("one"))
    assert list(place.glob("local.db.at-*")) == []
    home.close()
