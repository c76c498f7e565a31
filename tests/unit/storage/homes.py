"""Homes of the tests: made at the least cost a key file may have, and records to keep in them."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from storage.home import Home, init_home, open_home
from storage.keyfile import MINIMUM_COST
from storage.rows import ItemRow
from storage.statement import Draft

PERSON = "Ada of the Reading Room"  # long: three letters turn up in encrypted bytes by chance
PASSPHRASE = "a passphrase of the tests"
DECIDED_AT = "2026-03-02T09:00:00Z"
POLICY: Mapping[str, object] = {"version": 1}
BATCH = hashlib.sha256(b"batch").hexdigest()


def digest(text: str) -> str:
    """A SHA-256 in hex that stands for something."""
    return hashlib.sha256(text.encode()).hexdigest()


def passphrase() -> str:
    """The right one."""
    return PASSPHRASE


def made_home(place: Path, role: str = "analyst") -> Home:
    """Make a home with its keys in a file."""
    return init_home(
        place,
        person_name=PERSON,
        role=role,
        policy_fields=POLICY,
        keys="file",
        passphrase=passphrase,
        cost=MINIMUM_COST,
    )


def opened_home(place: Path) -> Home:
    """Open a home of the tests."""
    return open_home(place, passphrase=passphrase)


def copied_home(source: Path, target: Path) -> Path:
    """Copy a closed home as a backup does; return where the copy is."""
    shutil.copytree(source, target)
    target.chmod(0o700)
    return target


def passed_on(item: str, batch: str = BATCH, decided_at: str = DECIDED_AT) -> Draft:
    """The shortest thing one can say of an item."""
    fields = {"item": digest(item), "batch": batch}
    return Draft(kind="pass", subject=digest(item), fields=fields, decided_at=decided_at)


def item_row(
    item: str, batch: str, names: tuple[str, ...], unreadable: str | None = None
) -> ItemRow:
    """What the index says of a picture, with or without evidence."""
    return ItemRow(
        item=item,
        batch=batch,
        sha1="1" * 40,
        md5="2" * 32,
        size_bytes=1234,
        media_type="image/png",
        width_px=640,
        height_px=480,
        frames=1,
        unreadable=unreadable,
        names=names,
    )


def an_older_one(home: Home) -> None:
    """Make the local store of a home what the version before the last migration left."""
    with home.local.transaction() as connection:
        connection.exec_driver_sql("DROP INDEX leaves_by_part")
        connection.exec_driver_sql("CREATE INDEX leaves_by_leaf ON leaves (leaf)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")
