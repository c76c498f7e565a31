"""`verify` over a real home: each tampering is planted in the encrypted store and found."""

import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from app.cli import run as run_command
from app.schemes import SchemeShelf
from app.sync import sync
from app.verify import HomeAudit
from storage.audit import Fault
from storage.envelope import open_envelope, seal
from storage.home import open_home
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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synced home with one batch graded; tests work on copies of it."""
    place = tmp_path_factory.mktemp("whole") / "home"
    study = StudyHome(place)
    names = [f"item {number}" for number in range(VERDICTS)]
    batch = study.batch("batch", {name: (f"{name}.png",) for name in names})
    for number, name in enumerate(names):
        study.grade(batch, name, PHOTO if number % 3 else DRAWING)
    sync(study.ws.home)
    study.ws.close()
    return place


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(whole, copy)
    return copy


@pytest.fixture
def dice() -> random.Random:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")  # shown when the test fails
    return random.Random(seed)  # noqa: S311  # where a fault is planted is no secret


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


def audited(place: Path) -> list[Fault]:
    home = open_home(place, passphrase=lambda: PASSPHRASE)
    try:
        return list(HomeAudit(home, SchemeShelf().exact).faults())
    finally:
        home.close()


def told(faults: list[Fault]) -> list[tuple[int, str]]:
    return [(fault.step, fault.where) for fault in faults]


def somewhere(dice: random.Random) -> int:
    """The position of a verdict with others before and after it."""
    return dice.randrange(FIRST + 1, RECORDS - 2)


def record_at(place: Path, position: int) -> str:
    return open_envelope(Intruder(place).envelope(position)).record_id


def test_that_a_whole_home_has_no_fault(place: Path) -> None:
    home = open_home(place, passphrase=lambda: PASSPHRASE)
    audit = HomeAudit(home, SchemeShelf().exact)
    assert list(audit.faults()) == []
    home.close()
    assert (audit.checked, audit.pending, audit.unseen) == (RECORDS, 0, 0)
    assert audit.log_size == RECORDS


@pytest.mark.parametrize("store", ["local", "central"])
@pytest.mark.parametrize("attempt", range(4))
def test_that_a_flipped_byte_is_found(
    place: Path, dice: random.Random, store: str, attempt: int
) -> None:
    intruder, at = Intruder(place), dice.randrange(FIRST, RECORDS + 1)
    envelope = bytearray(intruder.envelope(at))
    envelope[dice.randrange(len(envelope))] ^= dice.randrange(1, 256)
    record = record_at(place, at)
    intruder.set_envelope(store, at, bytes(envelope))
    (fault,) = audited(place)
    assert fault.step in {1, 2, 3}
    assert (fault.record_id, fault.where) == (record, f"{store} store")


def test_that_a_record_dropped_here_is_found_by_its_successor(
    place: Path, dice: random.Random
) -> None:
    at = somewhere(dice)
    after = record_at(place, at + 1)
    Intruder(place).do("local", ("DELETE FROM records WHERE position = ?", (at,)))
    (fault,) = audited(place)
    assert (fault.step, fault.record_id, fault.where) == (8, after, "local store")


def test_that_a_cut_tail_here_is_found(place: Path, dice: random.Random) -> None:
    at = somewhere(dice)
    Intruder(place).do("local", ("DELETE FROM records WHERE position >= ?", (at,)))
    faults = audited(place)
    assert told(faults) == [(8, "local store")]
    assert f"{RECORDS - at + 1} newest records" in faults[0].why


@pytest.mark.parametrize("leaf_too", [True, False])
def test_that_a_record_dropped_from_the_central_store_is_found(
    place: Path, dice: random.Random, leaf_too: bool
) -> None:
    at = somewhere(dice)
    dropped, after = record_at(place, at), record_at(place, at + 1)
    Intruder(place).do("central", ("DELETE FROM records WHERE log_index = ?", (at - 1,)))
    if leaf_too:
        Intruder(place).do("central", ("DELETE FROM leaf WHERE log_index = ?", (at - 1,)))
    faults = audited(place)
    assert told(faults) == [(8, "central store"), (8, "central store")]
    assert {fault.record_id for fault in faults} == {dropped, after}


def test_that_a_central_store_restored_from_an_old_copy_is_found(
    place: Path, dice: random.Random
) -> None:
    at = somewhere(dice)
    for table in ("records", "leaf"):
        Intruder(place).do("central", (f"DELETE FROM {table} WHERE log_index >= ?", (at,)))  # noqa: S608
    (fault,) = audited(place)
    assert (fault.step, fault.where) == (8, "central store")
    assert "no longer in the log" in fault.why


def test_that_a_re_ordered_chain_is_found(place: Path, dice: random.Random) -> None:
    at = somewhere(dice)
    moved = [
        ("UPDATE records SET position = ? WHERE position = ?", pair)
        for pair in ((-1, at), (at, at + 1), (at + 1, -1))
    ]
    Intruder(place).do("local", *moved)
    (fault,) = audited(place)
    assert (fault.step, fault.where) == (8, "local store")
    assert fault.why.startswith("out of order")


def test_that_two_records_that_changed_places_in_the_log_are_found(
    place: Path, dice: random.Random
) -> None:
    at = somewhere(dice)
    moved = [
        (f"UPDATE {table} SET log_index = ? WHERE log_index = ?", pair)  # noqa: S608
        for table in ("records", "leaf")
        for pair in ((-1, at), (at, at + 1), (at + 1, -1))
    ]
    Intruder(place).do("central", *moved)
    faults = audited(place)
    assert told(faults) == [(8, "central store"), (8, "central store")]
    assert f"at log indexes {at} to {at + 1}" in faults[-1].why


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "hold"), ("author", "someone"), ("subject", bytes(32)), ("batch", bytes(32))],
)
def test_that_a_column_that_contradicts_its_envelope_is_found(
    place: Path, dice: random.Random, column: str, value: object
) -> None:
    sql = f"UPDATE records SET {column} = ? WHERE position = ?"  # noqa: S608
    Intruder(place).do("local", (sql, (value, somewhere(dice))))
    (fault,) = audited(place)
    assert (fault.step, fault.where) == (6, "local store")
    assert column in fault.why


def test_that_a_false_log_index_is_found(place: Path, dice: random.Random) -> None:
    sql = "UPDATE records SET log_index = 500 WHERE position = ?"
    Intruder(place).do("local", (sql, (somewhere(dice),)))
    faults = audited(place)
    assert told(faults) == [(8, "central store")]
    assert faults[0].why.startswith("at log index 500")


def test_that_a_record_that_would_never_be_sent_is_found(place: Path, dice: random.Random) -> None:
    sql = "UPDATE records SET log_index = NULL WHERE position = ?"
    Intruder(place).do("local", (sql, (somewhere(dice),)))
    (fault,) = audited(place)
    assert fault.why == "1 records are not in the log, and 0 wait to be sent"


def test_that_a_leaf_that_was_changed_is_found(place: Path, dice: random.Random) -> None:
    at = somewhere(dice)
    sql = "UPDATE leaf SET hash = ? WHERE log_index = ?"
    Intruder(place).do("central", (sql, (bytes(32), at)))
    (fault,) = audited(place)
    assert (fault.step, fault.record_id) == (8, record_at(place, at + 1))


def test_that_a_checkpoint_with_another_root_is_found(place: Path) -> None:
    Intruder(place).do("local", ("UPDATE checkpoints SET root = ?", (bytes(32),)))
    faults = audited(place)
    assert told(faults) == [(8, "local copy of the log"), (8, "central store")]
    assert all("another root" in fault.why for fault in faults)


def bend(**predicate: Any) -> Callable[[Any], None]:
    return lambda statement: statement["predicate"].update(predicate)


def bend_outcome(statement: Any) -> None:
    statement["predicate"]["outcome"]["actionable"] ^= True


def bend_type(statement: Any) -> None:
    statement["predicateType"] = "https://assay.example/referral/v1"


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (bend_type, 4),
        (bend(grade="A"), 6),
        (bend(nonce=""), 6),
        (bend(author="someone"), 6),
        (bend_outcome, 7),
        (bend(seq=RECORDS + 2), 8),
        (bend(prev="0" * 64), 8),
        (bend(seq=RECORDS), 8),
    ],
    ids=str,
)
def test_that_a_record_the_program_would_not_have_signed_is_found_once(
    place: Path, change: Callable[[Any], None], step: int
) -> None:
    intruder = Intruder(place)
    envelope = intruder.following(change)
    record = intruder.put_in(envelope)
    faults = audited(place)
    assert {(fault.step, fault.record_id) for fault in faults} == {(step, record)}
    assert len(faults) == (2 if step == 8 else 1)  # a chain is judged in each store


def test_that_a_record_of_an_unknown_key_is_found_once(place: Path) -> None:
    intruder = Intruder(place)
    record = intruder.put_in(intruder.following(bend(), SigningKey.generate()))
    (fault,) = audited(place)
    assert (fault.step, fault.record_id) == (3, record)


def test_that_a_signature_by_a_stranger_under_our_key_id_is_found_once(place: Path) -> None:
    intruder = Intruder(place)

    class Forger:
        keyid = intruder.signer.keyid
        sign = staticmethod(SigningKey.generate().sign)

    record = intruder.put_in(intruder.following(bend(), Forger()))
    (fault,) = audited(place)
    assert (fault.step, fault.record_id) == (3, record)


def test_that_a_scheme_that_is_not_here_is_told_once_for_all_records(place: Path) -> None:
    home = open_home(place, passphrase=lambda: PASSPHRASE)
    faults = list(HomeAudit(home, lambda *_: None).faults())
    home.close()
    assert [fault.step for fault in faults] == [7]


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = run_command(["verify", *words])
    told_to = capsys.readouterr()
    return status, told_to.out, told_to.err


@pytest.fixture
def with_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))


@pytest.mark.usefixtures("with_passphrase")
def test_that_the_command_says_that_all_is_well(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(capsys, "--home", str(place)) == (
        0,
        f"{RECORDS} records checked, no fault.\n",
        "",
    )
    status, out, _ = command(capsys, "--home", str(place), "--json")
    assert status == 0
    assert json.loads(out) == {"checked": RECORDS, "pending": 0, "unseen": 0, "faults": []}


@pytest.mark.usefixtures("with_passphrase")
def test_that_the_command_prints_a_line_a_fault_with_its_step(
    place: Path, dice: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    at = somewhere(dice)
    after = record_at(place, at + 1)
    Intruder(place).do("local", ("DELETE FROM records WHERE position = ?", (at,)))
    status, out, err = command(capsys, "--home", str(place))
    line, summary = out.splitlines()
    assert (status, err) == (1, "")
    assert line.startswith(f"step 8  record {after[:16]}…  local store: the record before it")
    assert summary == f"{RECORDS} records checked, 1 faults."
    status, out, _ = command(capsys, "--home", str(place), "--json")
    (fault,) = json.loads(out)["faults"]
    assert status == 1
    assert (fault["step"], fault["record"], fault["where"]) == (8, after, "local store")


@pytest.mark.usefixtures("with_passphrase")
@pytest.mark.parametrize("name", ["local.db", "central.db"])
@pytest.mark.parametrize("how", ["overwritten", "one byte", "cut", "empty", "gone"])
def test_that_a_corrupt_database_is_a_fault_and_no_crash(
    place: Path, dice: random.Random, capsys: pytest.CaptureFixture[str], name: str, how: str
) -> None:
    path = place / name
    raw = bytearray(path.read_bytes())
    if how == "overwritten":
        raw[:] = dice.randbytes(len(raw))
    elif how == "one byte":
        raw[dice.randrange(100, 4000)] ^= 0xFF  # in the first page
    else:
        del raw[0 if how == "empty" else len(raw) // 3 :]
    path.write_bytes(raw)
    if how == "gone":
        path.unlink()
    status, out, err = command(capsys, "--home", str(place))
    assert status == 1
    assert out.startswith("step 1  record -  ")
    assert "Traceback" not in out + err


@pytest.mark.usefixtures("with_passphrase")
def test_that_a_damaged_first_roster_is_one_fault(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    intruder = Intruder(place)
    envelope = intruder.envelope(1)
    intruder.set_envelope("local", 1, envelope.replace(b'"payload":"e', b'"payload":"f'))
    status, out, _ = command(capsys, "--home", str(place))
    assert status == 1
    assert out.startswith("step ")
    assert out.count("\n") == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--central", "postgresql://host/db"), "not in this version"),
        (("--roster", "ab" * 32), "goes with --bundle"),
        (("--bundle", "x.zip", "--roster", "abc"), "64 hexadecimal"),
    ],
)
def test_that_a_wrong_use_is_said_so(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    status, out, err = command(capsys, *words)
    assert (status, out) == (2, "")
    assert why in err
