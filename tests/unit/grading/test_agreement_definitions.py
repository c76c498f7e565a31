"""The coefficients against a second implementation, on small tables with gaps."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import coefficients
from grading.agreement.bootstrap import blocks_of, resampled_values
from grading.agreement.coefficients import Statistic, Totals
from grading.agreement.matrix import Matrix, matrix_of_codes
from grading.agreement.scale import Level, declared_scale
from grading.agreement.standard_errors import Influences, standard_error
from grading.agreement.tally import Tally
from grading.agreement.weights import Weighting, weights
from tests.unit.grading import agreement_by_hand as by_hand

VALUES = (0, 1, 4, 5)  # unevenly spaced, so that ranks and numbers part
WEIGHTINGS: tuple[Weighting, ...] = ("unweighted", "linear", "quadratic", "ordinal")
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")

Rows = list[list[int | None]]


@st.composite
def tables(draw: st.DrawFn, graders: st.SearchStrategy[int]) -> Rows:
    """Tables of up to eight units, with gaps."""
    width = draw(graders)
    cell = st.none() | st.integers(0, len(VALUES) - 1)
    return draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))


def matrix_of(rows: Rows, level: Level, groups: Sequence[int] | None = None) -> Matrix:
    scale = declared_scale(level, [str(value) for value in VALUES])
    codes = [[-1 if cell is None else cell for cell in row] for row in rows]
    names = [f"g{column}" for column in range(len(rows[0]))]
    return matrix_of_codes(codes, scale, names, groups=groups)


def computed(statistic: Statistic, tally: Tally) -> float:
    return float(statistic(Totals(tally, tally.times[None, :]))[0])


def same(found: float, expected: Fraction | None) -> None:
    if expected is None:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@given(rows=tables(st.integers(2, 4)))
@settings(max_examples=60)
def test_that_coefficients_are_what_their_definitions_say(weighting: Weighting, rows: Rows) -> None:
    of, size = by_hand.weight(weighting, VALUES), len(VALUES)
    tally = Tally(matrix_of(rows, "interval"))
    pairable = bool(by_hand.rated(rows, 2))
    varied = len({rating for unit in by_hand.rated(rows, 1) for rating in unit}) > 1
    same(computed(coefficients.percent(tally, weighting), tally), by_hand.percent(rows, of))
    same(
        computed(coefficients.gwet(tally, weighting), tally),
        _if(varied, by_hand.gwet(rows, size, of)),
    )
    same(computed(coefficients.fleiss(tally, weighting), tally), by_hand.fleiss(rows, size, of))
    uniform = _if(varied, by_hand.brennan_prediger(rows, size, of))
    same(computed(coefficients.brennan_prediger(tally, weighting), tally), uniform)
    if pairable:
        same(computed(coefficients.conger(tally, weighting), tally), by_hand.conger(rows, size, of))


def _if(varied: bool, value: Fraction | None) -> Fraction | None:
    """Where only one category was given we say "undefined", whatever chance is defined to be."""
    return value if varied else None


@pytest.mark.parametrize("level", LEVELS)
@given(rows=tables(st.integers(2, 4)))
@settings(max_examples=60)
def test_that_alpha_is_what_its_definition_says(level: Level, rows: Rows) -> None:
    tally = Tally(matrix_of(rows, level))
    same(computed(coefficients.alpha(tally), tally), by_hand.alpha(rows, level, VALUES))


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@given(rows=tables(st.just(2)))
@settings(max_examples=60)
def test_that_cohens_kappa_is_what_its_definition_says(weighting: Weighting, rows: Rows) -> None:
    matrix = matrix_of(rows, "interval")
    tally = Tally(matrix)
    statistic = coefficients.cohen(tally, (0, 1), weights(weighting, matrix.scale))
    same(computed(statistic, tally), by_hand.cohen(rows, by_hand.weight(weighting, VALUES)))


@given(rows=tables(st.integers(2, 4)), order=st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_that_the_order_of_units_and_graders_does_not_matter(rows: Rows, order: object) -> None:
    shuffled = [list(row) for row in rows]
    order.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random of hypothesis
    columns = list(range(len(rows[0])))
    order.shuffle(columns)  # type: ignore[attr-defined]
    shuffled = [[row[column] for column in columns] for row in shuffled]
    one, other = Tally(matrix_of(rows, "ordinal")), Tally(matrix_of(shuffled, "ordinal"))
    for make in (coefficients.alpha, coefficients.gwet, coefficients.fleiss, coefficients.conger):
        np.testing.assert_allclose(
            computed(make(one), one), computed(make(other), other), atol=1e-12
        )


ROWS: Rows = [
    [0, 0, None],
    [0, 1, 0],
    [3, 3, 3],
    [3, 2, None],
    [1, 1, 1],
    [None, 2, 2],
    [0, 0, 0],
    [2, 2, 3],
    [1, None, None],
    [2, 2, 2],
]


def removed_in_turn(statistic_of: object, level: Level) -> float:
    """The jackknife's standard error, over units with two ratings or more."""
    pairable = [row for row in ROWS if len(by_hand.given(row)) >= 2]
    values = []
    for left_out in range(len(pairable)):
        tally = Tally(matrix_of(pairable[:left_out] + pairable[left_out + 1 :], level))
        values.append(computed(statistic_of(tally), tally))  # type: ignore[operator]
    spread = np.array(values) - np.mean(values)
    return float(np.sqrt((len(pairable) - 1) / len(pairable) * (spread**2).sum()))


@pytest.mark.parametrize("level", LEVELS)
def test_that_the_error_of_alpha_is_near_the_jackknifes(level: Level) -> None:
    tally = Tally(matrix_of([row for row in ROWS if len(by_hand.given(row)) >= 2], level))
    found = standard_error(
        Influences(tally).alpha(),
        blocks_of(tally.matrix),
        among=tally.paired.astype(float),
        whole=False,
    )
    assert found == pytest.approx(removed_in_turn(coefficients.alpha, level), rel=0.3)


@pytest.mark.parametrize("family", ["gwet", "fleiss", "conger", "brennan_prediger"])
def test_that_influences_cancel_out(family: str) -> None:
    tally = Tally(matrix_of(ROWS, "ordinal"))
    influences = Influences(tally).corrected(family, "quadratic")
    assert float(tally.times @ influences) == pytest.approx(0, abs=1e-12)


def test_that_groups_of_one_change_nothing() -> None:
    alone = matrix_of(ROWS, "nominal")
    grouped = matrix_of(ROWS, "nominal", groups=range(len(ROWS)))
    errors = [
        standard_error(
            Influences(Tally(matrix)).corrected("gwet"),
            blocks_of(matrix),
            among=np.ones(len(matrix.patterns)),
            whole=False,
        )
        for matrix in (alone, grouped)
    ]
    assert errors[0] == pytest.approx(errors[1])
    intervals = []
    for matrix in (alone, grouped):
        tally = Tally(matrix)
        drawn = resampled_values(tally, {"ac1": coefficients.gwet(tally)}, blocks_of(matrix), 4000)
        intervals.append(np.quantile(drawn["ac1"], [0.1, 0.9]))
    np.testing.assert_allclose(intervals[0], intervals[1], atol=0.03)


def test_that_near_copies_of_one_group_count_as_one_unit_for_errors() -> None:
    ten_times = [row for row in ROWS for _ in range(10)]
    groups = [unit // 10 for unit in range(len(ten_times))]
    single, copied = matrix_of(ROWS, "nominal"), matrix_of(ten_times, "nominal", groups)
    free = matrix_of(ten_times, "nominal")
    one, many, loose = (error_of_fleiss(matrix) for matrix in (single, copied, free))
    assert many == pytest.approx(one)
    assert loose < one / 2


def error_of_fleiss(matrix: Matrix) -> float:
    found = standard_error(
        Influences(Tally(matrix)).corrected("fleiss"),
        blocks_of(matrix),
        among=np.ones(len(matrix.patterns)),
        whole=False,
    )
    assert found is not None
    return found


def test_that_a_table_of_many_columns_keeps_its_rows_apart() -> None:
    generator = np.random.default_rng(4)
    codes = generator.integers(-1, 4, (300, 60))
    codes = np.concatenate([codes, codes[:50]])
    scale = declared_scale("nominal", ["a", "b", "c", "d"])
    matrix = matrix_of_codes(codes, scale, [f"g{column}" for column in range(60)])
    assert sorted(map(tuple, matrix.patterns)) == sorted({tuple(row) for row in codes.tolist()})
    np.testing.assert_array_equal(matrix.patterns[matrix.pattern_of], codes)
    assert matrix.times.sum() == 350
