"""A policy is looked at before it is signed, and has force as the roster says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.assignment.salt import supervisor_lots
from app.errors import PolicyChangeError, RightError
from app.pace import Progress, StoppedError, Watch
from app.policies import policy_in_force
from app.policy_change import preview, sign_policy
from app.record import NO_EXTRAS, Recorder
from grading.policy import Policy
from grading.policy_change import FieldChange, Shift
from grading.verdict import SecondOpinion
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, settled
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path, ann="analyst", ben="analyst")
    yield made
    made.close()


def test_that_a_change_is_seen_before_it_is_signed_and_holds_after(bureau: Bureau) -> None:
    for item in ("x", "y"):
        bureau["ann"].grade(item, DRAWING)
    bureau["ben"].grade("y", DRAWING)
    bureau.sync()
    chief = bureau["chief"].ws
    current = policy_in_force(chief.home)
    stricter = replace(current, votes=replace(current.votes, graded=2))
    seen = preview(chief, stricter)
    assert seen.changes == (FieldChange("votes.graded", 1, 2),)
    assert seen.shifts == (Shift("graded", "open", 1),)
    assert seen.warnings == (
        "votes.trusted asks for 3 independent persons, and the roster has 2: "
        "no item will be trusted.",
    )
    assert policy_in_force(chief.home) == current
    sign_policy(chief, stricter)
    bureau.sync()
    for seat in bureau.seats.values():
        assert policy_in_force(seat.ws.home).votes.graded == 2
        assert policy_in_force(seat.ws.home).version == current.version + 1


def test_that_a_preview_says_how_far_through_the_items_it_is_and_stops_between_two(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pace.TELL_EVERY_S", 0.0)
    for item in ("x", "y", "z"):
        bureau["ann"].grade(item, DRAWING)
    bureau.sync()
    chief, told = bureau["chief"].ws, list[Progress]()
    current = policy_in_force(chief.home)
    stricter = replace(current, votes=replace(current.votes, graded=2))
    (shift,) = preview(chief, stricter, watch=Watch(told.append)).shifts
    assert shift == Shift("graded", "open", 3)
    assert [(now.stage, now.done, now.of) for now in told] == [("judging", n, 3) for n in (1, 2, 3)]
    told.clear()
    with pytest.raises(StoppedError):
        preview(chief, stricter, watch=Watch(told.append, stopped=lambda: len(told) == 2))
    assert len(told) == 2


def test_that_a_preview_counts_what_the_lots_would_draw(bureau: Bureau) -> None:
    items = [f"item {number}" for number in range(40)]
    recorder = Recorder(bureau["ann"].ws)
    for item in items:
        recorder.keep(settled(DRAWING), digest(item), BATCH, extras=NO_EXTRAS)
    bureau.sync()
    chief = bureau["chief"].ws
    current = policy_in_force(chief.home)
    rules = current.second_opinion

    def sharing(per_thousand: int) -> Policy:
        share = replace(rules, random_per_thousand=per_thousand)
        return replace(current, second_opinion=share)

    assert preview(chief, sharing(1000)).shifts == ()  # nothing keys the lots yet
    record = next(chief.home.local.records(kind="policy")).record_id
    lots = {"batch": BATCH, "policy": record, "salt": "ab" * 16}
    lots |= {"base": [], "extra": [], "golden": []}
    draft = Draft(kind="draw", subject=BATCH, fields=lots, decided_at=DECIDED_AT)
    chief.home.local.keep([draft])
    drawn = [item for item in items if supervisor_lots(chief.home, current).drawn(digest(item))]
    (all_of_them,) = preview(chief, sharing(1000)).shifts
    assert all_of_them == Shift("graded", "second-opinion", len(items) - len(drawn))
    # A policy that came since draws nobody anew: what is sampled stays so, here and at each look.
    sign_policy(chief, sharing(500))
    bureau.sync()
    later = policy_in_force(chief.home)
    half = [item for item in items if supervisor_lots(chief.home, later).drawn(digest(item))]
    assert set(drawn) <= set(half)
    assert supervisor_lots(chief.home, later) == supervisor_lots(chief.home, later)


def test_that_a_preview_tells_nothing_of_what_waits_for_ones_own_answer(bureau: Bureau) -> None:
    child = {"person": "child", "appears_photograph": "yes", "age_band": "7-10"}
    child |= {"sex": "both", "ai": "generated"}
    bureau["ann"].grade("x", {**child, "severity": "A"})
    bureau["ann"].grade("y", {**child, "severity": "B"})
    bureau.sync()
    chief = bureau["chief"].ws
    current = policy_in_force(chief.home)
    none = replace(current.second_opinion, categories=())
    seen = preview(chief, replace(current, second_opinion=none))
    assert (seen.shifts, seen.withheld) == ((), 1)  # or the chief would know which category it is
    more = replace(current.second_opinion, on_request=False)
    assert preview(chief, replace(current, second_opinion=more)).withheld == 0
    bureau["chief"].opinions.answer(digest("x"), SCHEME, settled(DRAWING))
    seen = preview(chief, replace(current, second_opinion=none))
    assert (seen.shifts, seen.withheld) == ((Shift("second-opinion", "graded", 1),), 0)


def test_that_a_preview_tells_nobody_who_is_blind_that_answers_differ(bureau: Bureau) -> None:
    """Where no dispute goes to second opinion, no row of the queue says it either."""
    chief = bureau["chief"].ws
    rules = replace(policy_in_force(chief.home).second_opinion, on_dispute=False)
    sign_policy(chief, replace(policy_in_force(chief.home), second_opinion=rules))
    bureau.sync()
    asked = replace(NO_EXTRAS, second_opinion=SecondOpinion("person", "In doubt."))
    for item, other in (("x", REMIT), ("y", DRAWING)):
        bureau["ann"].grade(item, DRAWING, asked)
        bureau["ben"].grade(item, other)
    bureau.sync()
    current = policy_in_force(chief.home)
    unasked = replace(current, second_opinion=replace(rules, on_request=False))
    seldom = replace(current, second_opinion=replace(rules, random_per_thousand=500))
    assert not current.second_opinion.on_dispute
    for proposed in (unasked, seldom):
        seen = preview(chief, proposed)
        assert (seen.shifts, seen.withheld) == ((), 2)
    for item in ("x", "y"):
        bureau["chief"].opinions.answer(digest(item), SCHEME, settled(DRAWING))
    seen = preview(chief, unasked)
    assert ({shift.after for shift in seen.shifts}, seen.withheld) == ({"open", "graded"}, 0)


def test_that_a_policy_that_can_never_be_met_or_changes_nothing_is_refused(bureau: Bureau) -> None:
    chief = bureau["chief"].ws
    current = policy_in_force(chief.home)
    with pytest.raises(PolicyChangeError, match="nothing is changed"):
        sign_policy(chief, current)
    many = replace(current, votes=replace(current.votes, graded=3))
    with pytest.raises(PolicyChangeError, match="3 independent persons, and the roster has 2"):
        sign_policy(chief, many)
    unknown = replace(current, groups=replace(current.groups, individually=("Z",)))
    with pytest.raises(PolicyChangeError, match=r"groups\.individually names 'Z'"):
        sign_policy(chief, unknown)
    with pytest.raises(RightError):
        sign_policy(bureau["ann"].ws, many)
    assert policy_in_force(chief.home) == current
