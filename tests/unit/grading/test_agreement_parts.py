"""Scales, pairs, marginals, latent classes, questions and sampling."""

import math

import numpy as np
import pytest

from grading.agreement import sentences
from grading.agreement.confusion import coincidences, confusion, units_in_cell
from grading.agreement.dawid_skene import dawid_skene, leans, votes_of
from grading.agreement.kappa import fleiss_z, light_kappa, pairs
from grading.agreement.marginals import chi2_tail, marginal_test
from grading.agreement.matrix import NO_RATING, Matrix, matrix_of_codes, matrix_of_texts
from grading.agreement.questions import Path, first_parting, tables_by_question
from grading.agreement.sampling import chance_agreement, plan
from grading.agreement.scale import declared_scale, found_scale, number
from grading.errors import RatingsError

ABC = declared_scale("nominal", "ABC")


def crossed(first: str, second: str) -> Matrix:
    """Two graders' ratings, a letter an item."""
    return matrix_of_texts(list(zip(first, second, strict=True)), ABC, ["Ann", "Ben"])


# The scale


def test_that_numbers_are_sorted_as_numbers_and_words_as_words() -> None:
    assert found_scale("ordinal", [["10", "9"], ["", "2"]]).categories == ("2", "9", "10")
    assert found_scale("nominal", [["b", "10"], ["a", ""]]).categories == ("10", "a", "b")


def test_that_one_number_spelt_twice_is_one_category() -> None:
    scale = found_scale("interval", [["1.0", "2"], ["1", "2.00"], [" 01 ", ""]])
    assert scale.categories == ("1", "2")
    assert scale.values == (1.0, 2.0)
    assert [scale.place(text) for text in ("1", "1.0", "2.00", "3")] == [0, 0, 1, None]


def test_that_codes_that_only_look_like_numbers_stay_apart_among_words() -> None:
    assert found_scale("nominal", [["1", "1.0", "x"]]).size == 3


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1_000", "\u0661", "1,5", "0x1", "1e999", "", "--1"]
)
def test_that_what_is_no_plain_number_is_none(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(("text", "value"), [("-0", 0.0), (".5", 0.5), ("+3.", 3.0), ("2e1", 20)])
def test_that_a_plain_number_is_read(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("categories", "why"),
    [
        ([], "no category is named"),
        (["", " "], "no category is named"),
        (["A", ""], "an empty text is named as a category, but it means no rating"),
        (["A", "B", " A"], "the category “A” is named twice"),
        ([str(k) for k in range(201)], "there are 201 different ratings"),
    ],
)
def test_that_a_scale_that_cannot_be_is_refused(categories: list[str], why: str) -> None:
    with pytest.raises(RatingsError, match=why):
        declared_scale("nominal", categories)


def test_that_a_word_is_refused_at_interval_level_with_its_row() -> None:
    with pytest.raises(RatingsError, match="“x” is not a number") as refused:
        found_scale("interval", [["1", "2"], ["2", "x"]])
    assert refused.value.row == 1
    with pytest.raises(RatingsError, match="“low” is not a number"):
        declared_scale("interval", ["1", "low"])
    with pytest.raises(RatingsError, match="one number is named twice"):
        declared_scale("interval", ["1", "1.0"])


def test_that_a_rating_outside_the_scale_is_refused_with_its_row() -> None:
    with pytest.raises(RatingsError, match="“D” is none of the categories A, B, C") as refused:
        matrix_of_texts([["A", "B"], ["C", "D"]], ABC, ["Ann", "Ben"])
    assert refused.value.row == 1
    for code in (3, -2, 70_000):
        with pytest.raises(RatingsError, match="outside the scale"):
            matrix_of_codes([[0, code]], ABC, ["Ann", "Ben"])


# Pairs of graders


def test_that_a_cell_of_the_confusion_opens_its_items() -> None:
    matrix = crossed("AABCA", "ABBCB")
    table = confusion(matrix, 0, 1)
    assert table.counts.tolist() == [[1, 2, 0], [0, 1, 0], [0, 0, 1]]
    assert units_in_cell(table, matrix, 0, 1) == [1, 4]
    assert (table.units, table.alike) == (5, 3)


def test_that_coincidences_add_up_to_the_ratings_of_pairable_units() -> None:
    rows = [["A", "A", "B"], ["B", "B", ""], ["C", "", ""]]
    matrix = matrix_of_texts(rows, ABC, ["Ann", "Ben", "Cas"])
    table = coincidences(matrix)
    assert table.sum() == pytest.approx(5)
    np.testing.assert_allclose(table, table.T)
    np.testing.assert_allclose(table, [[1, 1, 0], [1, 2, 0], [0, 0, 0]])


def test_that_a_pair_that_shares_nothing_has_no_figures() -> None:
    rows = [["A", "A", ""], ["B", "B", ""], ["", "", "C"]]
    matrix = matrix_of_texts(rows, ABC, ["Ann", "Ben", "Cas"])
    assert [(pair.units, pair.percent, pair.kappa) for pair in pairs(matrix)] == [
        (2, 1.0, 1.0),
        (0, None, None),
        (0, None, None),
    ]
    assert light_kappa(matrix) is None


def test_that_fleiss_z_needs_the_same_number_of_ratings() -> None:
    rows = [["A", "A", "B"], ["B", "B", ""]]
    assert fleiss_z(matrix_of_texts(rows, ABC, ["Ann", "Ben", "Cas"])) is None
    assert fleiss_z(crossed("AA", "AA")) is None


def test_that_graders_who_never_part_have_no_lean_to_test() -> None:
    test = marginal_test(confusion(crossed("ABC", "ABC"), 0, 1))
    assert test.stuart_maxwell is None
    assert test.undefined == "The two graders never parted: there is no lean to test."
    nothing = matrix_of_texts([["A", ""], ["", "B"]], ABC, ["Ann", "Ben"])
    undefined = marginal_test(confusion(nothing, 0, 1)).undefined
    assert undefined == "The two graders share no item."


def test_that_categories_never_confused_do_not_upset_the_test() -> None:
    # McNemar: (10 - 2)^2 / 12, whatever else both always call C.
    first, second = "A" * 10 + "B" * 2 + "C" * 9, "B" * 10 + "A" * 2 + "C" * 9
    test = marginal_test(confusion(crossed(first, second), 0, 1))
    assert test.stuart_maxwell == pytest.approx(64 / 12)
    assert test.degrees == 1
    assert test.p_value == pytest.approx(0.0209, abs=1e-4)


def test_that_one_who_always_calls_higher_leaves_bhapkar_without_a_figure() -> None:
    test = marginal_test(confusion(crossed("AAAA", "BBBB"), 0, 1))
    assert (test.stuart_maxwell, test.bhapkar) == (pytest.approx(4), None)


@pytest.mark.parametrize(
    ("chi2", "degrees", "tail"),
    [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (7.814728, 3, 0.05), (15.08627, 5, 0.01), (0, 4, 1)],
)
def test_that_the_tail_of_chi_squared_is_that_of_the_tables(
    chi2: float, degrees: int, tail: float
) -> None:
    assert chi2_tail(chi2, degrees) == pytest.approx(tail, abs=1e-6)


# Latent classes


def planted() -> tuple[Matrix, np.ndarray]:
    """Five graders, of whom the last calls a third of all B an A."""
    generator = np.random.default_rng(11)
    truth = generator.integers(0, 3, 3_000)
    wrong = generator.integers(0, 3, (3_000, 5))
    codes = np.where(generator.random((3_000, 5)) < 0.9, truth[:, None], wrong)
    leaning = (truth == 1) & (generator.random(3_000) < 1 / 3)
    codes[leaning, 4] = 0
    codes[generator.random((3_000, 5)) < 0.4] = NO_RATING
    return matrix_of_codes(codes, ABC, ["Ann", "Ben", "Cas", "Dan", "Eve"]), truth


def test_that_a_planted_lean_is_found_and_nothing_else() -> None:
    matrix, _ = planted()
    votes = votes_of(matrix)
    found = dawid_skene(votes)
    assert found.converged
    assert found.errors[4, 1, 0] == pytest.approx(1 / 3, abs=0.06)
    assert np.delete(found.errors, 4, axis=0)[:, 1, 0].max() < 0.1
    strong = [lean for lean in leans(votes, found) if abs(lean.given - lean.expected) > 0.05]
    assert [(lean.grader, lean.category) for lean in strong] == [(4, 0), (4, 1)]
    assert sentences.lean("Eve", "A", 0.42, 0.31, 900) == (
        "Eve gives A more often than the items call for: 42.0 % against 31.0 % of 900 grades."
    )


def test_that_likely_classes_are_mostly_the_truth() -> None:
    matrix, truth = planted()
    found = dawid_skene(votes_of(matrix))
    known = matrix.pattern_of >= 0
    right = found.labels[matrix.pattern_of[known]] == truth[known]
    assert right.mean() > 0.93


def test_that_a_class_without_votes_stays_unknown() -> None:
    found = dawid_skene(votes_of(crossed("AABB", "AABA")))
    assert found.shares[2] == 0
    assert np.isnan(found.errors[:, 2]).all()
    assert math.isfinite(found.log_likelihood)


# Questions along the scheme

SCALES = {
    "person": declared_scale("nominal", ["child", "adult"]),
    "severity": declared_scale("ordinal", ["C", "B", "A"]),
    "ai": declared_scale("nominal", ["no-sign-seen", "generated"]),
}


def path(item: str, grader: str, *answers: tuple[str, str]) -> Path:
    return Path(item, grader, answers)


CHILD, ADULT, NO_SIGN = ("person", "child"), ("person", "adult"), ("ai", "no-sign-seen")


def test_that_a_question_is_scored_only_where_two_reached_it() -> None:
    person, severity, ai = tables_by_question(
        [
            path("one", "Ann", CHILD, ("severity", "A"), NO_SIGN),
            path("one", "Ben", CHILD, ("severity", "B"), NO_SIGN),
            path("two", "Ann", CHILD, ("severity", "C"), NO_SIGN),
            path("two", "Ben", ADULT, NO_SIGN),
            path("three", "Ann", ADULT, NO_SIGN),
            path("three", "Ben", ADULT, ("ai", "generated")),
            path("four", "Ben", CHILD, ("severity", "A"), NO_SIGN),
        ],
        SCALES,
    )
    assert (person.by_two, person.by_one, person.reached_apart) == (3, 1, 0)
    assert person.parted == ("two",)
    assert (severity.by_two, severity.by_one, severity.reached_apart) == (1, 2, 1)
    assert severity.parted == ("one",)
    assert severity.items == ("one", "two", "four")
    assert severity.matrix.pairable_units == 1
    assert (ai.by_two, ai.parted) == (3, ("three",))


def test_that_the_first_parting_is_the_question_above() -> None:
    assert first_parting([[CHILD, ("severity", "A")], [ADULT, NO_SIGN]]) == "person"
    assert first_parting([[CHILD, NO_SIGN], [CHILD, NO_SIGN]]) is None
    assert first_parting([[CHILD]]) is None


def test_that_a_grader_who_stands_twice_on_an_item_is_refused() -> None:
    with pytest.raises(RatingsError, match="stands twice"):
        tables_by_question([path("one", "Ann", CHILD), path("one", "Ann", ADULT)], SCALES)


def test_that_an_answer_of_another_scheme_is_refused() -> None:
    with pytest.raises(RatingsError, match="“dog” is no answer to the question person"):
        tables_by_question([path("one", "Ann", ("person", "dog"))], SCALES)


# Sampling


def test_that_a_plan_follows_its_formula() -> None:
    found = plan(alpha=0.8, half_width=0.05, chance=0.5)
    # po = 1 - 0.2 * 0.5; (1.96 / 0.05)^2 * 0.9 * 0.1 / 0.25
    assert (found.items, found.gradings) == (554, 1108)
    assert found.agreement == pytest.approx(0.9)
    three = plan(alpha=0.8, half_width=0.05, chance=0.5, graders=3)
    assert (three.items, three.gradings) == (332, 996)


def test_that_a_plan_for_full_agreement_is_the_rule_of_three() -> None:
    assert plan(alpha=1.0, half_width=0.1, chance=0.4).items == 50


@pytest.mark.parametrize(
    ("alpha", "half_width", "chance", "graders"),
    [
        (0.8, 0, 0.5, 2),
        (0.8, 1, 0.5, 2),
        (0.8, math.nan, 0.5, 2),
        (0.8, 0.1, 1, 2),
        (0.8, 0.1, -0.1, 2),
        (0.8, 0.1, 0.5, 4),
        (1.1, 0.1, 0.5, 2),
        (-3, 0.1, 0.5, 2),
        (math.nan, 0.1, 0.5, 2),
    ],
)
def test_that_a_plan_that_cannot_be_is_refused(
    alpha: float, half_width: float, chance: float, graders: int
) -> None:
    with pytest.raises(RatingsError):
        plan(alpha, half_width, chance, graders)


def test_that_chance_is_taken_from_pilot_data() -> None:
    assert chance_agreement(crossed("AABB", "AABB")) == pytest.approx(2 * 4 * 3 / (8 * 7))
    assert chance_agreement(matrix_of_texts([["A", ""]], ABC, ["Ann", "Ben"])) is None
