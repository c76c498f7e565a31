"""Twelve analysts over 2,000 items with planted habits: what Quality says of them, and of nobody.

It says something false if it says anything of somebody who has no habit. The habits are those of
`tests/stories/simulated_desk`, drawn anew for each run;
`tests/stories/test_planted_desk_with_records` tries them with homes, keys and records.
"""

import random
from datetime import timedelta

from app.clock import as_rfc3339
from app.quality.contrasts import contrasts_of, said
from app.quality.figures import outcome_names
from app.quality.gradings import Grading
from tests.chance import drawn_again
from tests.stories.simulated_desk import (
    BEGAN,
    CALLED_FOR,
    LASTED,
    SLIPS,
    Habit,
    any_walk,
    careless,
    drifting,
    leaning,
    said_of_habits,
)
from tests.unit.app.desks import SCHEME, settled

ITEMS, ANALYSTS, BATCHES = 2_000, 12, 4
NAMES = tuple(f"Grader {number}" for number in range(1, ANALYSTS + 1))


def graded(dice: random.Random, habits: dict[str, Habit]) -> list[Grading]:
    """Two analysts on each item, over eight weeks."""
    facts, weights = zip(*CALLED_FOR, strict=True)
    found = []
    for number in range(ITEMS):
        gone = number / ITEMS
        called_for = dice.choices(facts, weights)[0]
        for name in dice.sample(NAMES, 2):
            given = any_walk(dice) if dice.random() < SLIPS else called_for
            habit = habits.get(name)
            end = settled(habit(given, gone, dice) if habit else given)
            answers = tuple((one.fact, one.value) for one in end.answers)
            at = as_rfc3339(BEGAN + gone * LASTED + timedelta(minutes=1))
            batch = f"b{number * BATCHES // ITEMS}"
            found.append(Grading(f"i{number}", batch, name, at, SCHEME.name, answers, end.outcome))
    return found


@drawn_again
def test_that_what_was_planted_is_found_and_nothing_is_said_of_the_others(
    dice: random.Random,
) -> None:
    habits = dict(zip(dice.sample(NAMES, 3), (leaning, drifting, careless), strict=True))
    found = contrasts_of(graded(dice, dict(habits)), SCHEME, NAMES)
    labels = list(outcome_names(SCHEME))
    said_of_habits(habits, [(NAMES[one.grader], one) for one in found], labels)
    for one in found:
        if one.drifted:
            sentence = said(one, SCHEME, dict(enumerate(NAMES)))
            assert "in the later half" in sentence
            assert "The other half is different." in sentence


@drawn_again
def test_that_nothing_is_said_of_a_desk_without_habits(dice: random.Random) -> None:
    assert contrasts_of(graded(dice, {}), SCHEME, NAMES) == ()
