"""The queue of second opinions among people with homes and keys of their own."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.errors import BlindFirstError, ChangedUnderneathError, QueueError, RightError
from app.pace import Progress, Watch
from app.policies import default_policy
from app.record import Extras, Recorder
from app.second_opinion.resolving import SecondOpinions
from grading.verdict import SecondOpinion
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, settled
from tests.unit.storage.homes import BATCH, digest

ASKS = Extras(second_opinion=SecondOpinion("person", "which of the two?"))


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    calm = default_policy()
    rules = replace(calm.second_opinion, random_per_thousand=0)
    made = Bureau(
        tmp_path,
        replace(calm, second_opinion=rules),
        ann="analyst",
        ben="analyst",
        sue="supervisor",
    )
    yield made
    made.close()


def later(seat_now: datetime, **more: int) -> Callable[[], datetime]:
    moment = seat_now + timedelta(**more)
    return lambda: moment


def test_that_reading_the_queue_says_how_far_it_is(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.second_opinion.voices.KEPT_AT_ONCE", 2)
    monkeypatch.setattr("app.second_opinion.queue.KEPT_AT_ONCE", 2)
    monkeypatch.setattr("app.pace.TELL_EVERY_S", 0.0)
    for item in "vwxyz":
        bureau["ann"].grade(item, DRAWING, ASKS)
    bureau.sync()
    ws, told = bureau["sue"].ws, list[Progress]()
    assert len(SecondOpinions(ws, watch=Watch(tell=told.append)).queue.waiting()) == 5
    records = ws.home.local.count()
    read = [("reading", n, records) for n in range(2, records + 1, 2)]
    assert [(one.stage, one.done, one.of) for one in told] == [
        *read,
        ("judging", 2, 5),
        ("judging", 4, 5),
    ]


def test_that_a_dispute_waits_and_says_why_but_not_what_was_answered(bureau: Bureau) -> None:
    bureau["ann"].grade("x", DRAWING)
    bureau["ben"].grade("x", REMIT)
    bureau["ann"].grade("y", DRAWING)
    bureau.sync()
    (row,) = bureau["sue"].opinions.queue.waiting()
    assert (row.item, row.why, row.refused) == (digest("x"), ("disputed",), None)
    told = repr(row)
    for outcome in (settled(DRAWING).outcome, settled(REMIT).outcome):
        assert outcome.outcome not in told
    assert "off-remit" not in told
    assert bureau["ann"].opinions.queue.waiting() == ()


def test_that_the_answers_open_after_ones_own_and_stand_side_by_side(bureau: Bureau) -> None:
    bureau["ann"].grade("x", DRAWING)
    bureau["ben"].grade("x", REMIT)
    bureau.sync()
    sue = bureau["sue"].opinions
    with pytest.raises(BlindFirstError):
        sue.compare(digest("x"), SCHEME)
    sue.answer(digest("x"), SCHEME, settled(DRAWING))
    shown = sue.compare(digest("x"), SCHEME)
    assert [told.name for told in shown.answers] == ["Ann", "Ben", "Sue"]
    assert [told.kind for told in shown.answers] == ["verdict", "verdict", "opinion"]
    (first,) = [line for line in shown.lines if line.first]
    assert (first.fact, first.values) == ("person", ("known-adult", "off-remit", "known-adult"))
    assert {answer.fact: answer.value for answer in shown.own} == DRAWING


def test_that_a_resolution_decides_for_everybody_and_leaves_the_queue(bureau: Bureau) -> None:
    bureau["ann"].grade("x", DRAWING)
    bureau["ben"].grade("x", REMIT)
    bureau.sync()
    sue = bureau["sue"].opinions
    sue.resolve(digest("x"), SCHEME, settled(REMIT), reasons="No person is shown.")
    bureau.sync()
    assert sue.queue.waiting() == bureau["chief"].opinions.queue.waiting() == ()
    stands = bureau["ben"].opinions.queue.consensus_of(digest("x"))
    bureau["ben"].opinions.queue.waiting()
    stands = bureau["ben"].opinions.queue.consensus_of(digest("x"))
    assert (stands.state, stands.outcome) == ("resolved", settled(REMIT).outcome)
    with pytest.raises(QueueError, match="Sue resolved it"):
        bureau["chief"].opinions.take(digest("x"))


def test_that_of_two_who_reach_for_an_item_the_log_says_who_has_it(bureau: Bureau) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    bureau.sync()
    sue, chief = bureau["sue"].opinions, bureau["chief"].opinions
    assert sue.take(digest("x")).taken_by_me
    with pytest.raises(QueueError, match="Sue has taken it"):
        chief.take(digest("x"))
    with pytest.raises(QueueError, match="Sue has taken it"):
        chief.resolve(digest("x"), SCHEME, settled(REMIT), reasons="Mine.")
    sue.release(digest("x"))
    assert chief.take(digest("x")).taken_by_me


def test_that_a_claim_ends_by_itself_and_one_from_a_wrong_clock_is_void(bureau: Bureau) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    bureau.sync()
    sue, chief = bureau["sue"], bureau["chief"]
    sue.opinions.take(digest("x"))
    chief.now = later(datetime.now(UTC), minutes=31)
    assert chief.opinions.take(digest("x")).taken_by_me
    chief.opinions.release(digest("x"))
    chief.now = later(datetime.now(UTC))
    sue.opinions.release(digest("x"))
    sue.now = later(datetime.now(UTC), days=7 * 365)
    sue.opinions.take(digest("x"))
    assert chief.opinions.take(digest("x")).taken_by_me


def test_that_nobody_resolves_what_they_graded(bureau: Bureau) -> None:
    bureau["sue"].grade("x", DRAWING, ASKS)
    bureau.sync()
    (row,) = bureau["sue"].opinions.queue.waiting()
    assert row.refused == "You graded this item yourself"
    with pytest.raises(QueueError, match="You graded this item yourself"):
        bureau["sue"].opinions.resolve(digest("x"), SCHEME, settled(REMIT), reasons="Mine.")
    assert bureau["chief"].opinions.take(digest("x")).taken_by_me


def test_that_an_answer_that_came_meanwhile_is_told_before_anything_is_signed(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    bureau.sync()
    sue = bureau["sue"]
    sue.opinions.answer(digest("x"), SCHEME, settled(DRAWING))
    seen = sue.opinions.compare(digest("x"), SCHEME).seen
    bureau["ben"].grade("x", REMIT)
    before = sue.ws.home.local.count()
    with pytest.raises(ChangedUnderneathError, match="1 new answer"):
        sue.opinions.resolve(
            digest("x"), SCHEME, settled(DRAWING), reasons="As I saw it.", seen=seen
        )
    kinds = [row.kind for row in sue.ws.home.local.records()]
    assert "adjudication" not in kinds
    assert sue.ws.home.local.count() >= before
    seen = sue.opinions.compare(digest("x"), SCHEME).seen
    sue.opinions.resolve(digest("x"), SCHEME, settled(DRAWING), reasons="Now I know.", seen=seen)


def test_that_another_who_resolved_meanwhile_is_told_before_anything_is_signed(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    bureau.sync()
    sue, chief = bureau["sue"], bureau["chief"]
    sue.opinions.take(digest("x"))
    sue.opinions.answer(digest("x"), SCHEME, settled(DRAWING))
    seen = sue.opinions.compare(digest("x"), SCHEME).seen
    chief.now = later(datetime.now(UTC), minutes=31)  # what Sue took is free again
    chief.opinions.resolve(digest("x"), SCHEME, settled(REMIT), reasons="Nobody is shown.")
    with pytest.raises(QueueError, match="Chief resolved it"):
        sue.opinions.resolve(digest("x"), SCHEME, settled(DRAWING), reasons="So.", seen=seen)
    local = sue.ws.home.local
    assert len(list(local.records(kind="adjudication", item=digest("x")))) == 1


def test_that_an_answer_taken_back_meanwhile_is_told_before_anything_is_signed(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    record = bureau["ben"].grade("x", REMIT)
    bureau.sync()
    sue = bureau["sue"].opinions
    sue.answer(digest("x"), SCHEME, settled(DRAWING))
    seen = sue.compare(digest("x"), SCHEME).seen
    Recorder(bureau["ben"].ws).release(record, digest("x"), BATCH)
    bureau["ben"].sync()
    with pytest.raises(ChangedUnderneathError, match="taken back"):
        sue.resolve(digest("x"), SCHEME, settled(DRAWING), reasons="So.", seen=seen)
    seen = sue.compare(digest("x"), SCHEME).seen
    sue.resolve(digest("x"), SCHEME, settled(DRAWING), reasons="Now I know.", seen=seen)


def test_that_an_item_sent_to_a_person_is_theirs_until_they_answered_or_were_away_too_long(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    bureau.sync()
    sue, ben = bureau["sue"], bureau["ben"]
    sue.opinions.send(digest("x"), "Ben", "You know these.")
    bureau.sync()
    assert sue.opinions.queue.waiting() == ()
    (row,) = ben.opinions.queue.waiting()
    assert (row.why, row.for_me) == (("held",), True)
    away_s = ben.ws.policy.queue.hold_escalates_after_s
    sue.now = later(datetime.now(UTC), seconds=away_s + 5)
    (row,) = sue.opinions.queue.waiting()
    assert (row.why, row.sent_to) == (("held",), "Ben")
    sue.now = later(datetime.now(UTC))
    with pytest.raises(RightError):
        ben.opinions.compare(digest("x"), SCHEME)
    ben.opinions.answer(digest("x"), SCHEME, settled(REMIT))
    bureau.sync()
    assert ben.opinions.queue.waiting() == ()
    (row,) = sue.opinions.queue.waiting()
    assert row.why == ("asked",)


def test_that_a_reason_is_asked_for_and_only_a_supervisor_decides(bureau: Bureau) -> None:
    bureau["ann"].grade("x", DRAWING, ASKS)
    bureau.sync()
    with pytest.raises(QueueError, match="needs a reason"):
        bureau["sue"].opinions.resolve(digest("x"), SCHEME, settled(REMIT), reasons="  ")
    with pytest.raises(RightError):
        bureau["ben"].opinions.resolve(digest("x"), SCHEME, settled(REMIT), reasons="I say so.")


def test_that_the_queue_is_the_same_in_whatever_order_records_came(
    bureau: Bureau, dice: random.Random
) -> None:
    items = [f"item {number}" for number in range(6)]
    for name in ("ann", "ben"):
        dice.shuffle(items)
        for item in items[:5]:
            bureau[name].grade(item, dice.choice((DRAWING, REMIT)))
    bureau.sync()
    fresh, carried = [], []
    for name in ("sue", "chief"):
        rows = bureau[name].opinions.queue.waiting()
        carried.append([(row.item, row.why, row.since) for row in rows])
        again = type(bureau[name])(bureau[name].ws, bureau.central)
        rows = again.opinions.queue.waiting()
        fresh.append([(row.item, row.why, row.since) for row in rows])
    assert carried[0] == carried[1] == fresh[0] == fresh[1]
