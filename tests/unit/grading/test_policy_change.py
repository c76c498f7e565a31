"""What a proposed policy would change: the fields, and the items that would move."""

import random
from dataclasses import replace

from grading.policy_change import FieldChange, Shift, field_changes, shifts
from tests.unit.grading.consensus_log import DEFAULT, POLICY, Log, asking_for


def graded_by(*people: str, category: str | None = "B") -> Log:
    log = Log()
    for person in people:
        log.verdict(person, category)
    return log


def test_that_the_same_policy_changes_nothing() -> None:
    later = replace(DEFAULT, version=DEFAULT.version + 1)
    assert field_changes(DEFAULT, later) == ()
    assert shifts([graded_by("ann").said], DEFAULT, later) == ()


def test_that_a_changed_field_is_named_as_its_file_has_it() -> None:
    new = replace(DEFAULT, votes=replace(DEFAULT.votes, graded=2))
    assert field_changes(DEFAULT, new) == (FieldChange("votes.graded", 1, 2),)


def test_that_items_move_as_the_new_policy_counts_votes(dice: random.Random) -> None:
    ones, twos = dice.randrange(1, 20), dice.randrange(1, 20)
    items = [graded_by("ann").said for _ in range(ones)]
    items += [graded_by("ann", "ben").said for _ in range(twos)]
    dice.shuffle(items)
    found = shifts(items, POLICY, asking_for(2, 2))
    assert found == (Shift("graded", "open", ones), Shift("graded", "trusted", twos))


def test_that_what_a_category_sends_to_the_queue_is_counted() -> None:
    strict = replace(POLICY, second_opinion=replace(POLICY.second_opinion, categories=("A", "B")))
    items = [graded_by("ann", category=one).said for one in ("A", "B", "C", None)]
    assert shifts(items, POLICY, strict) == (Shift("graded", "second-opinion", 2),)
    assert shifts(items, strict, POLICY) == (Shift("second-opinion", "graded", 2),)
