"""The storage room alone: a local store under a raw key, without a home and without a key file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database import open_database
from storage.records import LocalStore
from storage.signing import SigningKey
from storage.statement import RosterRef
from storage.tables import LOCAL
from tests.unit.storage.homes import digest, passed_on

KEY = bytes(range(32))  # a raw test key
SIGNER = SigningKey(bytes(range(32, 64)))
NAME = "local.db"


@contextmanager
def store_in(folder: Path, *, create: bool = False) -> Iterator[LocalStore]:
    """Open, or make, the store of a folder."""
    store = LocalStore(open_database(folder / NAME, KEY, LOCAL, create=create), SIGNER, "writer")
    store.use_roster(RosterRef(1, digest("roster")))
    try:
        yield store
    finally:
        store.close()


def keep(store: LocalStore, number: int) -> list[str]:
    """Keep one record, or some at once; return their ids."""
    drafts = [passed_on(f"{number} {part}") for part in range(1 + number % 3)]
    return [record.record_id for record in store.keep(drafts)]


def lost(store: LocalStore, kept: list[str], *, newest: int | None = None) -> str:
    """Say what of the promises P1, P3 and P4 is broken; nothing if all hold.

    With ``newest`` only so many of the last records are looked at, and how many there are.
    """
    many = store.count()
    after = 0 if newest is None else max(0, many - newest)
    rows = list(store.records(after=after))  # alone in its store, a record's position is its number
    ids = [row.record_id for row in rows]
    shown = set(kept)  # a kill may come between keeping and showing
    there = [one for one in ids if one in shown]
    if many < len(kept) or there != kept[len(kept) - len(there) if after else 0 :]:
        return "a record that was shown as kept is gone, or the order is another"
    if [row.seq for row in rows] != list(range(after + 1, many + 1)):
        return "a number is missing or there twice"
    if [row.prev for row in rows][1:] != ids[:-1] or (rows and not after and rows[0].prev):
        return "the chain has a gap"
    waiting = [one.record_id for one in store.outbox.waiting(len(ids) + 1, after=after)]
    return "" if waiting == ids else "not everything kept waits to be sent, once and in order"
