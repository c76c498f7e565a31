"""Who grades what: dealt by lot, followed by the worklist, handed over and recalled, unmarked."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.assignment.dealing import assign, take_back
from app.assignment.drawn import golden_results, sample
from app.assignment.handing_over import hand_over, recall
from app.assignment.salt import draw_salt, supervisor_lots
from app.bootstrap import Workstation
from app.errors import AssignmentError, RightError
from app.exchange.reader import Reader
from app.intake.folder import IntakeRequest, add_folder
from app.policies import default_policy, policy_in_force
from app.quality.gradings import EVERYTHING, Gradings
from app.quality.left_out import left_out
from app.record import Extras, Recorder
from app.second_opinion.voices import Voices
from app.selection.signing import NO_CHILD, Choice, Selecting
from app.worklist import Worklist
from grading.policy import Policy
from grading.verdict import SecondOpinion
from storage.envelope import open_envelope
from storage.rows import StoredRecord
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, settled
from tests.unit.app.folders import write_bitmaps

ITEMS = 40
NAMES = ("ann", "ben")


def policy() -> Policy:
    calm = default_policy()
    shares = replace(
        calm.sampling,
        second_per_thousand=250,
        golden_per_thousand=500,
        unselected_per_thousand=500,
        new_grader_per_thousand=0,
        rare_per_thousand=0,
        low_agreement_per_thousand=0,
    )
    opinions = replace(calm.second_opinion, blind_first=False, random_per_thousand=500)
    return replace(calm, sampling=shares, second_opinion=opinions)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """Ann and Ben have the same folder at their desks; the chief has its records alone."""
    made = Bureau(tmp_path / "homes", policy(), ann="analyst", ben="analyst", qa="qa")
    write_bitmaps(tmp_path / "found", ITEMS)
    for name in NAMES:
        add_folder(made[name].ws, IntakeRequest(tmp_path / "found", "Batch 1"))
    made.sync()
    yield made
    made.close()


def batch_of(bureau: Bureau, name: str) -> str:
    return bureau[name].ws.home.local.batches()[0].batch_id


def order(bureau: Bureau, name: str) -> tuple[str, ...]:
    return Worklist(bureau[name].ws).order(batch_of(bureau, name))


def dealt(bureau: Bureau, *persons: str) -> dict[str, tuple[str, ...]]:
    assign(
        bureau["chief"].ws,
        batch_of(bureau, "ann"),
        [name.capitalize() for name in persons or NAMES],
    )
    bureau.sync()
    return {name: order(bureau, name) for name in NAMES}


def grade(bureau: Bureau, name: str, item: str, facts: dict[str, str]) -> None:
    seat = bureau[name]
    Recorder(seat.ws).keep(settled(facts), item, batch_of(bureau, name))
    seat.sync()


def test_that_the_worklist_follows_the_assignment_and_every_item_falls_to_somebody(
    bureau: Bureau,
) -> None:
    whole = order(bureau, "ann")
    assert len(whole) == ITEMS
    theirs = dealt(bureau)
    assert set(theirs["ann"]) | set(theirs["ben"]) == set(whole)
    twice = set(theirs["ann"]) & set(theirs["ben"])
    assert twice == sample(bureau["qa"].ws.home).base_items
    assert 0 < len(theirs["ann"]) < ITEMS
    progress = Worklist(bureau["ben"].ws).progress(batch_of(bureau, "ben"))
    assert progress.to_grade == len(theirs["ben"])
    assert progress.items == progress.to_grade + progress.with_others


def test_that_every_desk_that_may_know_draws_the_same_and_no_grader_has_what_keys_the_lots(
    bureau: Bureau,
) -> None:
    dealt(bureau)
    assert draw_salt(bureau["chief"].ws.home) == draw_salt(bureau["qa"].ws.home)
    (record,) = bureau["qa"].ws.home.local.records(kind="draw")
    for name in NAMES:
        person = bureau[name].ws.home.person.id
        assert not Reader(bureau["chief"].ws.home, person).may_read(record.envelope)


def test_that_nothing_at_a_graders_desk_tells_a_drawn_item_from_first_work(
    bureau: Bureau,
) -> None:
    """All that was signed for Ben are items in one order; what others got is not among it."""
    dealt(bureau)
    chief, ben = bureau["chief"].ws.home, bureau["ben"].ws.home
    reader = Reader(chief, ben.person.id)
    mine = [
        open_envelope(row.envelope).predicate
        for row in chief.local.records(kind="assignment")
        if reader.may_read(row.envelope)
    ]
    assert [said["for"] for said in mine] == [[ben.person.id]]
    said = {key for one in mine for key in one}
    assert said & {"base", "golden", "extra", "why", "record", "until"} == set()


def test_that_a_golden_item_comes_as_first_work_and_is_compared_for_quality(
    bureau: Bureau,
) -> None:
    items = order(bureau, "ann")
    chief = bureau["chief"]
    golden = _resolved_by_chief(bureau, items[:20])
    theirs = dealt(bureau)
    again = {item for item, _ in sample(chief.ws.home).golden}
    assert again
    assert again <= golden
    assert again == set(theirs["ben"]) & golden  # the others resolved need no second look
    assert list(theirs["ben"]) == [item for item in order(bureau, "ben") if item in theirs["ben"]]
    odd, *rest = sorted(again)
    grade(bureau, "ben", odd, dict(REMIT))
    bureau.sync()
    results = golden_results(chief.ws.home, Voices(chief.ws.home), policy_in_force(chief.ws.home))
    by_item = {one.item: one for one in results}
    assert by_item[odd].alike is False
    assert by_item[odd].parts
    assert all(by_item[item].alike is None for item in rest)
    assert golden_results(bureau["ben"].ws.home, Voices(bureau["ben"].ws.home), policy()) == ()


def _resolved_by_chief(bureau: Bureau, items: tuple[str, ...]) -> set[str]:
    """Ask for an opinion on each, and have the chief resolve it."""
    chief = bureau["chief"]
    for item in items:
        extras = Extras(second_opinion=SecondOpinion("person", "In doubt."))
        Recorder(bureau["ann"].ws).keep(
            settled(dict(DRAWING)), item, batch_of(bureau, "ann"), extras=extras
        )
    bureau.sync()
    for item in items:
        chief.opinions.resolve(item, SCHEME, settled(dict(DRAWING)), reasons="As it looks.")
    bureau.sync()
    return set(items)


def test_that_what_is_taken_back_is_no_longer_theirs_and_can_be_dealt_to_another(
    bureau: Bureau,
) -> None:
    theirs = dealt(bureau, "ben")
    assert len(theirs["ben"]) == ITEMS
    assert theirs["ann"] == ()  # who has the evidence and was not named is told so
    chief = bureau["chief"].ws
    assert take_back(chief, batch_of(bureau, "ann"), "Ben") == ITEMS
    bureau.sync()
    assert order(bureau, "ben") == ()
    assert len(dealt(bureau, "ann")["ann"]) == ITEMS
    with pytest.raises(AssignmentError, match="Nothing of this batch was assigned"):
        take_back(chief, batch_of(bureau, "ann"), "Ben")


def test_that_only_graders_are_assigned_to_and_only_a_supervisor_assigns(bureau: Bureau) -> None:
    with pytest.raises(AssignmentError, match="no analyst or trainee"):
        assign(bureau["chief"].ws, batch_of(bureau, "ann"), ["Qa"])
    with pytest.raises(AssignmentError, match="Nobody is named"):
        assign(bureau["chief"].ws, batch_of(bureau, "ann"), [])
    with pytest.raises(RightError):
        assign(bureau["ann"].ws, batch_of(bureau, "ann"), ["Ben"])


def test_that_a_half_done_batch_is_handed_over_and_recalled_with_its_drafts(
    bureau: Bureau, dice: random.Random
) -> None:
    dealt(bureau, "ann")
    items = order(bureau, "ann")
    ann, batch = bureau["ann"], batch_of(bureau, "ann")
    grade(bureau, "ann", items[0], dict(DRAWING))
    drafted, held = dice.sample(items[1:], 2)
    ann.ws.home.local.draft_put(drafted, {"half": "answered"})
    Recorder(ann.ws).set_aside(held, batch, person=ann.ws.home.person.id)
    handed = hand_over(ann.ws, batch, "Ben", "I am away.")
    bureau.sync()
    assert handed.items == ITEMS - 1
    assert order(bureau, "ann") == ()
    assert set(order(bureau, "ben")) == set(items[1:])  # what was set aside is among it
    assert Worklist(ann.ws).progress(batch).with_others == ITEMS - 1
    grade(bureau, "ben", items[1], dict(REMIT))
    assert recall(ann.ws, batch) == ITEMS - 1
    bureau.sync()
    assert order(bureau, "ben") == ()
    assert set(order(bureau, "ann")) == set(items[1:])  # blind: nothing says that Ben answered one
    assert ann.ws.home.local.draft_get(drafted) == {"half": "answered"}
    with pytest.raises(AssignmentError, match="Nothing of this batch is handed over"):
        recall(ann.ws, batch)
    with pytest.raises(AssignmentError, match="to oneself"):
        hand_over(ann.ws, batch, "Ann")


def test_that_graded_items_go_to_a_supervisor_by_lot_and_a_grader_is_not_told(
    bureau: Bureau,
) -> None:
    items = order(bureau, "ann")[:8]
    for item in items:
        grade(bureau, "ann", item, dict(DRAWING))
    bureau.sync()
    chief = bureau["chief"]
    assert chief.opinions.queue.waiting() == ()  # nothing keys the lots yet
    dealt(bureau)
    lots = supervisor_lots(chief.ws.home, policy_in_force(chief.ws.home))
    drawn = {item for item in items if lots.drawn(item)}
    rows = chief.opinions.queue.waiting()
    assert {row.item for row in rows} == drawn
    assert {row.why for row in rows} <= {("sampled",)}
    assert bureau["ben"].opinions.queue.waiting() == ()
    assert not any(supervisor_lots(bureau["ben"].ws.home, policy()).drawn(item) for item in items)


def test_that_a_share_of_what_was_left_out_in_select_is_graded_by_somebody_else_unmarked(
    bureau: Bureau,
) -> None:
    ann, ben, batch = bureau["ann"].ws, bureau["ben"].ws, batch_of(bureau, "ann")
    selecting = Selecting(ann, batch)
    items = list(selecting.rows)
    out = items[: ITEMS - 10]
    selecting.keep([Choice(item, NO_CHILD) for item in out])
    bureau.sync()
    theirs = dealt(bureau)
    drawn = {item for item, _ in sample(bureau["qa"].ws.home).extra}
    assert drawn < set(out)
    assert drawn  # half of 30, of which none, or all, is one in a thousand millions
    assert not set(theirs["ann"]) & set(out)
    assert set(theirs["ben"]) & set(out) == drawn
    told = [open_envelope(row.envelope).predicate for row in _assignments(ben)]
    assert [set(said) & {"why", "record", "until"} for said in told] == [set()]
    for item in drawn:
        Recorder(ben).keep(settled(DRAWING), item, batch)
    bureau.sync()
    qa = bureau["qa"].ws
    found = left_out(qa.home, Gradings(qa), EVERYTHING)
    assert found.counts == {"n": len(out), "drawn": len(drawn), "assessed": 0, "actionable": 0}
    known = Gradings(qa)
    known.refresh()
    found = left_out(qa.home, known, EVERYTHING)
    assert set(found.assessed) == drawn
    assert found.actionable == (len(drawn) if settled(DRAWING).outcome.actionable else 0)


def _assignments(ws: Workstation) -> list[StoredRecord]:
    me = ws.home.person.id
    rows = ws.home.local.records(kind="assignment")
    return [row for row in rows if me in open_envelope(row.envelope).predicate["for"]]
