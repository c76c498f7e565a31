"""Confirm known: what was resolved is carried over unseen, signed, and is never a vote."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import RightError, UsageError
from app.known.carrying import CarryOver
from app.known.releasing import export_hashes
from app.policies import default_policy
from app.record import Extras
from app.worklist import Worklist
from grading.verdict import SecondOpinion
from storage.envelope import open_envelope
from storage.statement import Draft
from tests.unit.app.desks import SCHEME, Bureau, settled
from tests.unit.app.study_home import item_row
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

CHILD = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "C",
    "age_band": "7-10",
    "sex": "female",
}
REAL, MADE = {**CHILD, "ai": "no-sign-seen"}, {**CHILD, "ai": "generated"}
ASKS = Extras(second_opinion=SecondOpinion("person", "which of the two?"))
OFF = {"person": "off-remit", "ai": "no-sign-seen"}


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    calm = default_policy()
    policy = replace(
        calm,
        second_opinion=replace(calm.second_opinion, random_per_thousand=0),
        known=replace(calm.known, confirm=True),
    )
    made = Bureau(tmp_path, policy, ann="analyst", ben="analyst", sue="supervisor")
    yield made
    made.close()


def taken_in(bureau: Bureau, name: str, *items: str) -> str:
    local = bureau[name].ws.home.local
    batch = local.intake_begin(bureau[name].ws.home.place / "in", "Orchard").batch_id
    local.add_items(item_row(item, batch, (item,)) for item in items)
    return batch


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines()))


def resolved(bureau: Bureau, item: str, facts: dict[str, str]) -> str:
    record = bureau["sue"].opinions.resolve(
        digest(item)[:12], SCHEME, settled(facts), reasons="seen together"
    )
    bureau.sync()
    return record


def test_that_a_resolved_item_is_carried_over_unseen_and_is_no_vote(bureau: Bureau) -> None:
    for item in ("x", "y", "dealt"):
        bureau["ann"].grade(item, REAL, ASKS)
    bureau["ann"].grade("only graded", REAL)
    bureau.sync()
    record = resolved(bureau, "x", REAL)
    resolved(bureau, "dealt", REAL)
    fields = {"for": [bureau["ben"].ws.home.person.id], "item": digest("dealt"), "batch": BATCH}
    bureau["sue"].ws.home.local.keep(
        [Draft(kind="assignment", subject=digest("dealt"), fields=fields, decided_at=DECIDED_AT)]
    )
    bureau.sync()
    batch = taken_in(bureau, "ben", "new", "y", "x", "dealt", "only graded")
    ben = bureau["ben"].ws
    carry = CarryOver(ben)
    (one,) = carry.offered_in(batch)  # not what is open, nor what was dealt to him by name
    assert (one.item, one.record, one.state) == (digest("x"), record, "resolved")
    assert [kept.item for kept in carry.keep([one], batch)] == [digest("x")]
    (row,) = ben.home.local.records(kind="carry-over")
    said = open_envelope(row.envelope).predicate
    assert (said["record"], said["viewed"], said["matched"]) == (record, "not", "sha256")
    worklist = Worklist(ben)
    assert digest("x") not in worklist.order(batch)
    assert worklist.progress(batch).carried_over == 1
    bureau.sync()
    opinions = bureau["sue"].opinions
    before = opinions.queue.consensus_of(digest("x"))
    assert (before.state, len(before.votes)) == ("resolved", 1)
    with pytest.raises(UsageError):
        carry.keep([one], batch)


def test_that_without_the_mode_nothing_is_offered_or_carried(bureau: Bureau) -> None:
    bureau["ann"].grade("x", REAL, ASKS)
    bureau.sync()
    resolved(bureau, "x", REAL)
    batch = taken_in(bureau, "ben", "x")
    ben = bureau["ben"].ws
    found = CarryOver(ben).offered_in(batch)
    ben.policy = replace(ben.policy, known=replace(ben.policy.known, confirm=False))
    assert CarryOver(ben).offered_in(batch) == ()
    with pytest.raises(RightError, match="policy"):
        CarryOver(ben).keep(found, batch)


def test_that_lists_out_hold_what_is_undisputed_and_take_back_what_changes(
    bureau: Bureau, tmp_path: Path
) -> None:
    for item, facts in (("real", REAL), ("made", MADE), ("off", OFF), ("open", REAL)):
        bureau["ann"].grade(item, facts, ASKS)
    bureau.sync()
    for item, facts in (("real", REAL), ("made", MADE), ("off", OFF)):
        resolved(bureau, item, facts)
    batch = taken_in(bureau, "sue", "real", "made", "off", "open")
    sue, place = bureau["sue"].ws, tmp_path / "list.csv"
    first = export_hashes(sue, batch, place, to="A unit")
    assert [row["sha256"] for row in rows_of(place)] == [digest("real")]
    (made,) = rows_of(tmp_path / "list-ai.csv")
    assert (made["sha256"], made["category"], made["ai"]) == (digest("made"), "C", "generated")
    assert made["scheme"] == f"{SCHEME.id}@{SCHEME.version}"
    assert first.held_back == 1
    kept = sue.home.local.records(kind="release")
    releases = [open_envelope(row.envelope).predicate for row in kept]
    assert [(said["to"], said["entries"], said["generated"]) for said in releases] == [
        ("A unit", 1, False),
        ("A unit", 1, True),
    ]
    again = export_hashes(sue, batch, place)
    assert again.plain.releases == again.generated.releases == again.retracted.releases == ()
    with pytest.raises(RightError, match="hash lists"):
        export_hashes(bureau["ann"].ws, batch, place)
    sue.home.local.keep(
        [
            Draft(
                kind="withdrawal",
                subject=row.record_id,
                fields={"record": row.record_id},
                decided_at=DECIDED_AT,
            )
            for row in sue.home.local.records(kind="adjudication", item=digest("real"))
        ]
    )
    after = export_hashes(sue, batch, place)
    (taken,) = rows_of(tmp_path / "list-retracted.csv")
    assert (taken["sha256"], taken["release"]) == (digest("real"), first.plain.releases[0])
    (row,) = sue.home.local.records(kind="retraction")
    assert open_envelope(row.envelope).predicate["record"] == first.plain.releases[0]
    assert after.plain.entries == 0
    assert export_hashes(sue, batch, place).retracted.entries == 0
