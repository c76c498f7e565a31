"""Audit of a whole store: every planted fault is found, once, and nothing else is."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from storage.audit import Auditor, Fault, Logged
from storage.envelope import seal
from storage.log import leaf_hash, root_of
from storage.log_audit import Confirmed, LogView, audit_log
from storage.signing import SigningKey
from tests.unit.storage.office import BATCH, Office, digest

RECORDS = 40


@pytest.fixture
def office() -> Office:
    made = Office()
    made.graded(RECORDS - 1)
    return made


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")  # shown when the test fails
    return random.Random(seed)  # noqa: S311  # where a fault is planted is no secret


def faults(office: Office, rows: Iterable[Logged], **options: Any) -> list[Fault]:
    return list(Auditor(office.book()).records(rows, where="store", **options))


def somewhere(dice: random.Random) -> int:
    """A position that has a record before and after it."""
    return dice.randrange(2, RECORDS - 2)


def test_that_a_whole_store_has_no_fault(office: Office) -> None:
    auditor = Auditor(office.book())
    assert list(auditor.records(office.rows(), where="store")) == []
    assert (auditor.checked, auditor.pending, auditor.unseen) == (RECORDS, 0, 0)


def test_that_records_that_wait_are_counted(office: Office) -> None:
    auditor = Auditor(office.book(logged=False))
    assert list(auditor.records(office.rows(), where="store")) == []
    assert auditor.pending == RECORDS


def test_that_a_second_store_with_the_same_records_is_not_judged_again(office: Office) -> None:
    auditor = Auditor(office.book())
    assert [
        *auditor.records(office.rows(), where="a"),
        *auditor.records(office.rows(), where="b"),
    ] == []
    assert auditor.checked == RECORDS


@pytest.mark.parametrize("attempt", range(20))
def test_that_a_flipped_byte_is_one_fault(
    office: Office, dice: random.Random, attempt: int
) -> None:
    rows, at = office.rows(), dice.randrange(RECORDS)
    envelope = bytearray(rows[at].envelope)
    envelope[dice.randrange(len(envelope))] ^= dice.randrange(1, 256)
    rows[at] = replace(rows[at], envelope=bytes(envelope))
    (fault,) = faults(office, rows)
    assert fault.step in {1, 2, 3}
    assert fault.record_id == rows[at].record_id


def test_that_a_dropped_record_is_one_fault_of_its_successor(
    office: Office, dice: random.Random
) -> None:
    rows, at = office.rows(), somewhere(dice)
    dropped = rows.pop(at)
    (fault,) = faults(office, rows)
    assert (fault.step, fault.record_id) == (8, rows[at].record_id)
    assert dropped.record_id in fault.why
    assert fault.why.endswith("is missing")


def test_that_a_run_of_dropped_records_is_one_fault(office: Office, dice: random.Random) -> None:
    rows, at = office.rows(), dice.randrange(2, RECORDS - 10)
    del rows[at : at + 5]
    (fault,) = faults(office, rows)
    assert (fault.step, fault.record_id) == (8, rows[at].record_id)


def test_that_a_store_that_need_not_be_complete_counts_what_it_does_not_see(
    office: Office, dice: random.Random
) -> None:
    rows = office.rows()
    rows.pop(somewhere(dice))
    auditor = Auditor(office.book())
    assert list(auditor.records(rows, where="store", complete=lambda keyid: False)) == []
    assert auditor.unseen == 1


def test_that_two_neighbours_in_the_wrong_order_are_one_fault(
    office: Office, dice: random.Random
) -> None:
    rows, at = office.rows(), somewhere(dice)
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    (fault,) = faults(office, rows)
    assert (fault.step, fault.record_id) == (8, rows[at + 1].record_id)
    assert fault.why.startswith("out of order")


def test_that_envelopes_swapped_between_rows_are_faults_of_both_rows(
    office: Office, dice: random.Random
) -> None:
    rows = office.rows()
    at, other = dice.sample(range(RECORDS), 2)
    first, second = rows[at], rows[other]
    rows[at] = replace(first, envelope=second.envelope)
    rows[other] = replace(second, envelope=first.envelope)
    found = faults(office, rows)
    assert {(fault.step, fault.record_id) for fault in found} == {
        (1, first.record_id),
        (1, second.record_id),
    }


def test_that_a_record_that_stands_twice_is_a_fault(office: Office, dice: random.Random) -> None:
    rows, at = office.rows(), somewhere(dice)
    rows.insert(at, rows[at])
    (fault,) = faults(office, rows)
    assert (fault.step, fault.why) == (8, "it stands in the store twice")


def test_that_a_fork_is_one_fault(office: Office, dice: random.Random) -> None:
    head = office.head
    office.verdict("one way")
    office.head = head
    forked = office.verdict("the other way")
    (fault,) = faults(office, office.rows())
    assert (fault.step, fault.record_id) == (8, forked.record_id)
    assert fault.why.startswith("a fork")


@pytest.mark.parametrize(
    ("column", "value", "step"),
    [
        ("kind", "hold", 6),
        ("subject", digest("another"), 6),
        ("author", "person-2", 6),
        ("seq", 3, 8),
        ("prev", None, 8),
        ("keyid", digest("another"), 8),
    ],
)
def test_that_a_column_that_contradicts_its_envelope_is_a_fault(
    office: Office, dice: random.Random, column: str, value: object, step: int
) -> None:
    rows, at = office.rows(), dice.randrange(4, RECORDS)
    rows[at] = replace(rows[at], columns={column: value})
    (fault,) = faults(office, rows)
    assert (fault.step, fault.record_id) == (step, rows[at].record_id)
    assert column in fault.why


@pytest.mark.parametrize(
    ("name", "change", "step"),
    [
        ("a malformed predicate", lambda p: p.update(grade="A"), 6),
        ("another outcome", lambda p: p["outcome"].update(reason="Off Remit"), 7),
        ("an unknown scheme", lambda p: p["scheme"].update(sha256=digest("scheme")), 7),
    ],
)
def test_that_a_record_that_should_never_have_been_signed_is_one_fault(
    office: Office, name: str, change: Callable[[Any], None], step: int
) -> None:
    said = office.say("verdict", office.verdict_fields("bent"), digest("bent"))
    change(said["predicate"])
    bent = office.keep(said)
    office.verdict("a good one after")
    (fault,) = faults(office, office.rows())
    assert (fault.step, fault.record_id) == (step, bent.record_id)


def test_that_a_stranger_s_record_is_one_fault_at_step_3(office: Office) -> None:
    said = office.say("pass", {"item": digest("item"), "batch": BATCH}, digest("item"))
    stranger = seal(said, SigningKey.generate())
    rows = [*office.rows(), Logged(stranger.envelope, stranger.record_id)]
    (fault,) = faults(office, rows)
    assert (fault.step, fault.record_id) == (3, stranger.record_id)


def test_that_a_bad_record_in_two_stores_is_told_once(office: Office) -> None:
    said = office.say("verdict", office.verdict_fields("bent"), digest("bent"))
    said["predicate"]["outcome"]["actionable"] = True
    office.keep(said)
    auditor = Auditor(office.book())
    first = list(auditor.records(office.rows(), where="a"))
    second = list(auditor.records(office.rows(), where="b"))
    assert [fault.step for fault in first] == [7]
    assert second == []


def test_that_a_withdrawal_of_someone_else_s_record_is_one_fault() -> None:
    colleague = SigningKey.generate()
    office = Office(colleague=colleague)
    mine = office.verdict("mine")
    said = office.say("withdrawal", {"record": mine.record_id}, mine.record_id)
    said["predicate"] |= {"author": "person-2", "seq": 1, "prev": None}
    theirs = seal(said, colleague)
    own = office.sign("withdrawal", {"record": mine.record_id}, mine.record_id)
    rows = [*office.rows(), Logged(theirs.envelope, theirs.record_id)]
    (fault,) = faults(office, rows)
    assert (fault.step, fault.record_id) == (4, theirs.record_id)
    assert own.record_id != theirs.record_id


@pytest.mark.parametrize(
    ("item", "change", "told"),
    [
        ("item", {}, None),
        ("item", {"basis": digest("anything")}, "neither here nor in the log"),
        ("item", {"basis": "roster"}, "no answer on its item"),
        ("another", {}, "no answer on its item"),
        ("item", {"ai": "no-sign-seen"}, "tag"),
    ],
    ids=["good", "nowhere", "no answer", "another item", "another tag"],
)
def test_that_a_referral_that_does_not_rest_on_the_answer_it_names_is_one_fault(
    item: str, change: dict[str, str], told: str | None
) -> None:
    office = Office("supervisor")
    roster = office.records[0].record_id
    fields = office.referral_fields(item, office.verdict("item").record_id) | change
    if fields["basis"] == "roster":
        fields["basis"] = roster
    referral = office.sign("referral", fields, digest(item))
    auditor = Auditor(office.book())
    found = [*auditor.records(office.rows(), where="a"), *auditor.records(office.rows(), where="b")]
    assert [(fault.step, fault.record_id) for fault in found] == (
        [(8, referral.record_id)] if told else []
    )
    assert told is None or told in found[0].why


def view(office: Office) -> LogView:
    ids = [sealed.record_id for sealed in office.records]
    return LogView("log", dict(enumerate(ids)), [leaf_hash(one) for one in ids])


def confirmed(whole: LogView) -> Confirmed:
    roots = {size: root_of(whole.leaves[:size]) for size in (10, RECORDS)}
    return Confirmed(roots, dict(whole.records))


def test_that_a_whole_log_has_no_fault(office: Office) -> None:
    whole = view(office)
    assert list(audit_log(whole, confirmed(whole))) == []


def test_that_a_log_that_only_grew_has_no_fault(office: Office) -> None:
    before = confirmed(view(office))
    office.graded(5)
    assert list(audit_log(view(office), before)) == []


@pytest.mark.parametrize("leaves_stay", [True, False])
def test_that_a_record_missing_from_the_log_is_one_fault(
    office: Office, dice: random.Random, leaves_stay: bool
) -> None:
    whole, at = view(office), somewhere(dice)
    left = {index: one for index, one in whole.records.items() if index != at}
    leaves = [leaf for index, leaf in enumerate(whole.leaves) if leaves_stay or index != at]
    (fault,) = audit_log(LogView("log", left, leaves), confirmed(whole))
    assert (fault.step, fault.record_id) == (8, whole.records[at])
    assert fault.why == f"at log index {at}: missing from the log"


def test_that_a_cut_tail_is_one_fault(office: Office, dice: random.Random) -> None:
    whole, size = view(office), somewhere(dice)
    cut = LogView("log", {i: whole.records[i] for i in range(size)}, whole.leaves[:size])
    (fault,) = audit_log(cut, confirmed(whole))
    assert "no longer in the log" in fault.why
    (fault,) = audit_log(cut, replace(confirmed(whole), receipts={}))
    assert fault.why == f"the log has {size} records, this machine has confirmed {RECORDS}"


def test_that_a_rewritten_log_is_told_in_one_line(office: Office) -> None:
    whole = view(office)
    other = Office()
    other.graded(RECORDS + 5)
    (fault,) = audit_log(view(other), replace(confirmed(whole), receipts={}))
    assert "another root" in fault.why
    (fault,) = audit_log(view(other), confirmed(whole))
    assert fault.why.startswith(f"at log indexes 0 to {RECORDS - 1}, {RECORDS} records: not the")


def test_that_two_records_that_changed_places_are_found(
    office: Office, dice: random.Random
) -> None:
    whole, at = view(office), somewhere(dice)
    moved = dict(whole.records)
    moved[at], moved[at + 1] = moved[at + 1], moved[at]
    (fault,) = audit_log(LogView("log", moved, whole.leaves), confirmed(whole))
    assert f"{at} to {at + 1}" in fault.why


def test_that_a_leaf_of_another_record_is_found(office: Office, dice: random.Random) -> None:
    whole, at = view(office), dice.randrange(RECORDS)
    leaves = list(whole.leaves)
    leaves[at] = leaf_hash(digest("another"))
    (fault,) = audit_log(LogView("log", whole.records, leaves), Confirmed())
    assert (fault.record_id, "leaf" in fault.why) == (whole.records[at], True)


def test_that_a_signer_who_saw_another_log_is_told(office: Office) -> None:
    whole = view(office)
    seen = {(0, root_of([]).hex()): "a", (7, root_of(whole.leaves[:7]).hex()): "b"}
    assert list(audit_log(whole, replace(confirmed(whole), seen=seen))) == []
    for odd in ((9, digest("root")), (RECORDS + 1, digest("root"))):
        (fault,) = audit_log(whole, replace(confirmed(whole), seen=seen | {odd: "c"}))
        assert (fault.step, fault.record_id) == (8, "c")
        assert f"with {odd[0]} records" in fault.why
