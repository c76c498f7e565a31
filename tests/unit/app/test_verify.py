"""`verify` over a real home: each tampering is planted in the encrypted store and found."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.schemes import SchemeShelf
from app.sync import sync
from app.verify import HomeAudit
from storage.audit import Fault
from storage.home import open_home
from storage.signing import SigningKey
from storage.statement import Draft
from tests.unit.app.intruder import (
    FIRST,
    PASSPHRASE,
    RECORDS,
    Intruder,
    record_at,
    somewhere,
)


def audited(place: Path) -> list[Fault]:
    home = open_home(place, passphrase=lambda: PASSPHRASE)
    try:
        return list(HomeAudit(home, SchemeShelf().exact).faults())
    finally:
        home.close()


def told(faults: list[Fault]) -> list[tuple[int, str]]:
    return [(fault.step, fault.where) for fault in faults]


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


def pinned_outside(place: Path) -> Path:
    home = open_home(place, passphrase=lambda: PASSPHRASE)
    pin = home.outside_pin()
    sync(home)
    home.close()
    assert pin is not None
    return pin.path


def test_that_a_home_restored_from_an_old_copy_is_found_by_the_pin_outside(
    place: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(place, old)
    home = open_home(place, passphrase=lambda: PASSPHRASE)
    fields = {"item": "ab" * 32, "batch": "cd" * 32}
    draft = Draft(kind="pass", subject="ab" * 32, fields=fields, decided_at="2026-03-02T09:00:00Z")
    home.local.keep([draft])
    sync(home)
    home.close()
    assert audited(place) == []
    (fault,) = audited(old)
    assert (fault.step, fault.where) == (8, "central store")
    assert fault.why == f"the log has {RECORDS} records, this machine has confirmed {RECORDS + 1}"


@pytest.mark.parametrize("content", ["", "nonsense", f"d\n{RECORDS}\n{'A' * 43}=\n"])
def test_that_a_pin_outside_that_was_changed_is_found(place: Path, content: str) -> None:
    pinned_outside(place).write_text(content)
    (fault,) = audited(place)
    assert fault.where == "pin outside the home"


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
    ids=["type", "grade", "nonce", "author", "outcome", "seq-ahead", "prev", "seq-again"],
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


def test_that_a_record_whose_signer_saw_another_log_is_found(place: Path) -> None:
    intruder = Intruder(place)
    seen = {"size": 5, "root": "ab" * 32}
    record = intruder.put_in(intruder.following(bend(log_seen=seen)))
    (fault,) = audited(place)
    assert (fault.step, fault.record_id) == (8, record)


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
