"""A policy is looked at before it is signed, and has force as the roster says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import PolicyChangeError, RightError
from app.policies import policy_in_force
from app.policy_change import preview, sign_policy
from grading.policy_change import FieldChange, Shift
from tests.unit.app.desks import DRAWING, Bureau


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


def test_that_a_policy_that_can_never_be_met_or_changes_nothing_is_refused(bureau: Bureau) -> None:
    chief = bureau["chief"].ws
    current = policy_in_force(chief.home)
    with pytest.raises(PolicyChangeError, match="nothing is changed"):
        sign_policy(chief, current)
    many = replace(current, votes=replace(current.votes, graded=3))
    with pytest.raises(PolicyChangeError, match="3 independent persons, and the roster has 2"):
        sign_policy(chief, many)
    with pytest.raises(RightError):
        sign_policy(bureau["ann"].ws, many)
    assert policy_in_force(chief.home) == current
