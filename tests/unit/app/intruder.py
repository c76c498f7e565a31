"""A graded home of the tests, and someone who has its keys and none of the program's manners."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.sync import sync
from storage.database import PAGE_BYTES
from storage.envelope import open_envelope, seal
from storage.home_file import read_home_file
from storage.keys import load_secrets
from storage.log import leaf_hash
from storage.signing import SigningKey
from tests.unit.app.study_home import StudyHome

PASSPHRASE = "pears and apples"  # as in study_home
DRAWING: Mapping[str, str] = {"person": "known-adult", "appears_photograph": "no", "ai": "edited"}
PHOTO: Mapping[str, str] = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "B",
    "age_band": "7-10",
    "sex": "both",
    "ai": "generated",
}
VERDICTS = 30
FIRST = 3  # position of the first verdict: the roster and the policy stand before it
RECORDS = VERDICTS + 2


def graded_home(place: Path) -> Path:
    """Make a synced home with one batch graded."""
    study = StudyHome(place)
    names = [f"item {number}" for number in range(VERDICTS)]
    batch = study.batch("batch", {name: (f"{name}.png",) for name in names})
    for number, name in enumerate(names):
        study.grade(batch, name, PHOTO if number % 3 else DRAWING)
    sync(study.ws.home)
    study.ws.close()
    return place


class Intruder:
    """Someone with the keys and the files, and without the program's manners."""

    def __init__(self, place: Path) -> None:
        self.place = place
        identity = read_home_file(place)
        self.secrets = load_secrets(place, identity.home, identity.keys, lambda: PASSPHRASE)
        self.signer = SigningKey(self.secrets.signing)

    def do(self, name: str, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
        with self._open(name) as connection:
            for one in statements:
                sql, values = (one, ()) if isinstance(one, str) else one
                connection.execute(sql, values)

    def ask(self, name: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._open(name) as connection:
            return list(connection.execute(sql, values))

    @contextmanager
    def _open(self, name: str) -> Iterator[Any]:
        key = self.secrets.local if name == "local" else self.secrets.central
        with closing(sqlcipher.connect(str(self.place / f"{name}.db"))) as connection:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
            triggers = list(
                connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
            )
            for (trigger,) in triggers:
                connection.execute(f"DROP TRIGGER {trigger}")
            yield connection
            connection.commit()

    def envelope(self, position: int) -> bytes:
        sql = "SELECT envelope FROM records WHERE position = ?"
        ((envelope,),) = self.ask("local", sql, position)
        return bytes(envelope)

    def set_envelope(self, name: str, position: int, envelope: bytes) -> None:
        column, at = ("position", position) if name == "local" else ("log_index", position - 1)
        sql = f"UPDATE records SET envelope = ? WHERE {column} = ?"  # noqa: S608  # ours
        self.do(name, (sql, (envelope, at)))

    def put_in(self, envelope: bytes) -> str:
        """Put a record into both stores as if it had been kept and synced, leaf included."""
        opened = open_envelope(envelope)
        said, raw = opened.predicate, bytes.fromhex
        row = {
            "record_id": raw(opened.record_id),
            "keyid": raw(opened.keyid),
            "seq": said["seq"],
            "kind": opened.kind,
            "subject": raw(opened.subject),
            "author": said["author"],
            "fork": said["seq"] <= RECORDS,
            "envelope": envelope,
            "log_index": RECORDS,
        }
        local = row | {
            "position": RECORDS + 1,
            "prev": raw(said["prev"]),
            "batch": raw(said["batch"]) if "batch" in said else None,
        }
        self._insert("local", "records", local)
        self._insert("central", "records", row | {"carrier": said["author"]})
        leaf = {"log_index": RECORDS, "hash": leaf_hash(opened.record_id)}
        self._insert("central", "leaf", leaf)
        return opened.record_id

    def _insert(self, name: str, table: str, row: Mapping[str, Any]) -> None:
        marks = ", ".join("?" for _ in row)
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608  # ours
        self.do(name, (sql, tuple(row.values())))

    def following(self, change: Callable[[Any], None], signer: Any = None) -> bytes:
        """A verdict that follows the last record, changed before it is signed."""
        statement: Any = json.loads(json.dumps(open_envelope(self.envelope(RECORDS)).statement))
        before = open_envelope(self.envelope(RECORDS)).record_id
        statement["predicate"] |= {"seq": RECORDS + 1, "prev": before, "nonce": "0" * 32}
        change(statement)
        return seal(statement, signer or self.signer).envelope


def somewhere(dice: random.Random) -> int:
    """The position of a verdict with others before and after it."""
    return dice.randrange(FIRST + 1, RECORDS - 2)


def record_at(place: Path, position: int) -> str:
    return open_envelope(Intruder(place).envelope(position)).record_id
