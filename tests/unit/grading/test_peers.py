"""What is said of single graders: the planted lean, the careless hand, and nothing of the rest."""

import random
from dataclasses import replace
from itertools import combinations, product

import pytest

from grading.agreement.peers import (
    ERROR,
    Given,
    Rated,
    contrasts,
    exact_sign_test,
    fisher_exact,
    parted_by_chance,
)
from tests.chance import drawn_again

GRADERS, CATEGORIES = 8, 4
# As many categories are said to be there: who answers for so many more comparisons wrongs one desk
# in 50,000 by chance, not one in 2,000, and what is planted is far beyond that.
DECLARED = 100


def desk(draw: random.Random, units: int, *, slips: float = 0.06) -> list[Rated]:
    """Each unit under two graders who slip now and then, in three batches of unlike difficulty."""
    found = []
    for unit in range(units):
        truth = draw.choices(range(CATEGORIES), (60, 25, 10, 5))[0]
        batch = draw.randrange(3)
        given = tuple(
            Given(
                grader,
                draw.randrange(CATEGORIES) if draw.random() < slips * (1 + batch) else truth,
                f"{unit:06}",
            )
            for grader in draw.sample(range(GRADERS), 2)
        )
        found.append(Rated(str(batch), given, draw.randrange(1_000)))
    return found


def bent(rated: list[Rated], grader: int, way: dict[int, int], *, since: int = 0) -> list[Rated]:
    """The same desk where one grader gives one category for another from some unit on."""
    return [
        replace(
            unit,
            given=tuple(
                replace(one, category=way.get(one.category, one.category))
                if one.grader == grader and number >= since
                else one
                for one in unit.given
            ),
        )
        for number, unit in enumerate(rated)
    ]


@drawn_again
def test_that_nothing_is_said_of_a_desk_without_a_lean(dice: random.Random) -> None:
    said = [contrasts(desk(dice, 600), GRADERS, CATEGORIES) for _ in range(30)]
    # At most one desk in a thousand is wronged; of thirty, three would be a fault of the method.
    assert sum(bool(one) for one in said) <= 2


def test_that_a_careless_hand_hides_no_other() -> None:
    """Two part nearly always, one on a third: each is named beside those who hardly ever part."""
    slips = {0: 14, 1: 14, 2: 6}  # of twenty; the others 1
    rated = []
    for one, other in combinations(range(GRADERS), 2):
        for number in range(40):
            truth = number % CATEGORIES
            given = tuple(
                Given(
                    grader,
                    (truth + 1 + number // 4 % 3) % CATEGORIES
                    if (number * 7 + grader * 3) % 20 < slips.get(grader, 1)
                    else truth,
                    f"{number:06}",
                )
                for grader in (one, other)
            )
            rated.append(Rated("batch", given, 0))
    said = contrasts(rated, GRADERS, DECLARED)
    assert {one.grader for one in said if one.kind == "parts"} == set(slips)


@drawn_again
def test_that_a_table_signed_in_one_go_and_sorted_by_its_answers_wrongs_nobody(
    dice: random.Random,
) -> None:
    """What one grader sorted by category is all of one moment: its halves are drawn, not sorted."""
    units = [
        replace(unit, given=tuple(replace(one, at="2026-03-02") for one in unit.given))
        for unit in desk(dice, 2_000, slips=0.2)
    ]
    units.sort(key=lambda unit: max(one.category for one in unit.given))
    assert contrasts(units, GRADERS, DECLARED) == ()


@drawn_again
def test_that_a_lean_is_found_and_only_its_owner_is_named(dice: random.Random) -> None:
    leaning = dice.randrange(GRADERS)
    found = contrasts(bent(desk(dice, 1_500), leaning, {1: 0}), GRADERS, DECLARED)
    assert {one.grader for one in found} == {leaning}
    leans = {one.category: one for one in found if one.kind == "lean"}
    assert leans.keys() >= {0, 1}
    assert leans[0].own > leans[0].others
    assert leans[1].own < leans[1].others
    assert not any(one.drifted for one in leans.values() if one.p_value > ERROR)


@drawn_again
def test_that_a_lean_that_came_with_time_is_said_to_have_come(dice: random.Random) -> None:
    drifting = dice.randrange(GRADERS)
    rated = bent(desk(dice, 2_400), drifting, {0: 1}, since=1_200)
    found = contrasts(rated, GRADERS, DECLARED)
    assert {one.grader for one in found} == {drifting}
    drifted = [one for one in found if one.drifted]
    assert {one.window for one in drifted} == {"second"}


@drawn_again
def test_that_a_careless_grader_parts_more_often_than_colleagues(dice: random.Random) -> None:
    careless, rated = dice.randrange(GRADERS), desk(dice, 1_600)
    loose = [
        replace(
            unit,
            given=tuple(
                replace(one, category=dice.randrange(CATEGORIES))
                if one.grader == careless and dice.random() < 0.5
                else one
                for one in unit.given
            ),
        )
        for unit in rated
    ]
    found = contrasts(loose, GRADERS, DECLARED)
    assert {one.grader for one in found} == {careless}
    parts = [one for one in found if one.kind == "parts"]
    assert len(parts) == 1
    assert parts[0].own > 1.5 * parts[0].others


@drawn_again
def test_that_hard_batches_wrong_nobody(dice: random.Random) -> None:
    """Who grades the hard batch parts more often, from everybody alike."""
    units = desk(dice, 1_200)
    hard = [
        Rated(
            "hard",
            tuple(
                Given(g, dice.randrange(CATEGORIES), f"{n:06}") for g in dice.sample((0, 1, 2), 2)
            ),
            n,
        )
        for n in range(200)
    ]
    assert contrasts(units + hard, GRADERS, DECLARED) == ()


def test_that_of_two_graders_alone_nobody_is_said_to_be_off() -> None:
    rated = [Rated("b", (Given(0, 0, "1"), Given(1, 1, "1")), n) for n in range(500)]
    assert contrasts(rated, 2, 2) == ()
    assert contrasts([], 0, 0) == ()


def test_that_the_exact_tests_are_those_of_the_books() -> None:
    assert exact_sign_test(2, 8) == pytest.approx(0.109375)
    assert exact_sign_test(5, 5) == 1.0
    # Fisher 1935: the lady tasting tea, three of four right.
    assert fisher_exact((3, 1, 1, 3)) == pytest.approx(0.485714, abs=1e-6)
    assert fisher_exact((8, 2, 1, 5)) == pytest.approx(0.034965, abs=1e-6)
    assert parted_by_chance([(4, 4, 8)], 3) == pytest.approx(17 / 70)  # the same tea, one-sided


def test_that_partings_over_several_batches_are_counted_out(dice: random.Random) -> None:
    """Each way to draw the grader's pairs out of all is as likely, batch by batch."""
    strata = [(dice.randint(1, 4), dice.randint(0, 6), 6) for _ in range(2)]
    drawn = [list(combinations(range(total), n)) for n, _, total in strata]
    of_each = [
        [sum(one < all_parted for one in got) for got in some]
        for some, (_, all_parted, _) in zip(drawn, strata, strict=True)
    ]
    ways = list(map(sum, product(*of_each)))
    for parted in range(10):
        exact = sum(one >= parted for one in ways) / len(ways)
        assert parted_by_chance(strata, parted) == pytest.approx(exact, abs=1e-12)
