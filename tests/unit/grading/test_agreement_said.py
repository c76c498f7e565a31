"""What is undefined is said in words, and what a reader must know stands beside the figures."""

from collections.abc import Sequence

import pytest

from grading.agreement import sentences
from grading.agreement.matrix import Matrix, matrix_of_texts
from grading.agreement.scale import Level, declared_scale, found_scale
from grading.agreement.summary import STATISTICS, Summary, summarise

CHANCE_CORRECTED = [name for name in STATISTICS if name != "percent_agreement"]
NOT_COHEN = [name for name in STATISTICS if not name.startswith("cohen")]


def matrix_of(
    rows: Sequence[Sequence[str]],
    categories: str | None = None,
    *,
    level: Level = "nominal",
    groups: Sequence[int] | None = None,
) -> Matrix:
    scale = declared_scale(level, categories) if categories else found_scale(level, rows)
    graders = ["Ann", "Ben", "Cas", "Dan"][: len(rows[0])]
    return matrix_of_texts(rows, scale, graders, groups=groups)


def said(summary: Summary) -> str:
    return " ".join(summary.notes)


def test_that_a_table_without_a_rating_says_so() -> None:
    summary = summarise(matrix_of([["", ""], ["", ""]]))
    assert summary.units == 0
    assert {found.undefined for found in summary.statistics.values()} == {
        "There is no rating: nothing can be compared."
    }
    assert all(found.value is None for found in summary.statistics.values())


def test_that_one_grader_alone_is_said() -> None:
    summary = summarise(matrix_of([["A", ""], ["B", ""]]))
    assert {found.undefined for found in summary.statistics.values()} == {
        "Agreement needs two graders, and only Ann rated (2 items)."
    }
    assert summary.graders == 2


def test_that_no_item_graded_twice_is_said() -> None:
    summary = summarise(matrix_of([["A", ""], ["", "B"]]))
    assert {found.undefined for found in summary.statistics.values()} == {
        "No item was graded by two or more: 0 double-graded of 2."
    }


@pytest.mark.parametrize("categories", [None, "AB", "A"])
def test_that_one_category_alone_is_neither_one_nor_nothing(categories: str | None) -> None:
    summary = summarise(matrix_of([["A", "A"]] * 7, categories))
    percent = summary.statistics["percent_agreement"]
    assert (percent.value, percent.undefined) == (1.0, None)
    for name in CHANCE_CORRECTED:
        found = summary.statistics[name]
        assert (found.value, found.se, found.ci) == (None, None, None)
        assert found.undefined == (
            "Every grade was A: chance agreement cannot be estimated; raw agreement 100 % of 7."
        )


def test_that_alpha_says_so_when_only_single_grades_vary() -> None:
    summary = summarise(matrix_of([["A", "A"]] * 5 + [["B", ""]]))
    assert summary.statistics["krippendorff_alpha"].undefined == (
        "Every grade of a double-graded item was A: chance agreement cannot be estimated;"
        " raw agreement 100 % of 5."
    )
    assert summary.statistics["gwet_ac1"].value == 1


def test_that_full_agreement_is_one_with_the_bound_of_the_rule_of_three() -> None:
    summary = summarise(matrix_of([["A", "A"]] * 30 + [["B", "B"]] * 30))
    percent = summary.statistics["percent_agreement"]
    assert (percent.value, percent.se) == (1, None)
    assert percent.ci == pytest.approx((0.95, 1))
    for name in CHANCE_CORRECTED:
        found = summary.statistics[name]
        assert found.value == pytest.approx(1)
        assert found.ci == pytest.approx((0.9, 1), abs=0.002)
        assert found.undefined is None
    assert "No disagreement in 60 double-graded items" in said(summary)
    assert "up to 5 % of items" in said(summary)


def test_that_full_agreement_of_near_copies_is_bounded_by_their_groups() -> None:
    rows = [["A", "A"]] * 30 + [["B", "B"]] * 30
    groups = [unit // 6 for unit in range(60)]
    summary = summarise(matrix_of(rows, groups=groups))
    assert summary.statistics["percent_agreement"].ci == pytest.approx((0.7, 1))
    assert "60 near-copies in 10 groups" in said(summary)


@pytest.mark.parametrize("name", NOT_COHEN)
def test_that_everything_but_cohen_is_defined_for_three_graders(name: str) -> None:
    rows = [["A", "A", "B"], ["B", "B", "B"], ["A", "A", ""], ["A", "B", "A"]]
    assert summarise(matrix_of(rows)).statistics[name].value is not None


def test_that_cohens_kappa_is_for_two_graders() -> None:
    summary = summarise(matrix_of([["A", "A", "B"], ["B", "B", "B"]]))
    found = summary.statistics["cohen_kappa"]
    assert found.value is None
    assert found.undefined == "Cohen's kappa compares two graders, and 3 rated here."


def test_that_a_column_without_ratings_is_no_third_grader() -> None:
    rows = [["A", "", "A"], ["B", "", "A"], ["B", "", "B"]]
    assert summarise(matrix_of(rows)).statistics["cohen_kappa"].value == pytest.approx(0.4)


def test_that_one_pair_of_grades_has_no_interval() -> None:
    found = summarise(matrix_of([["A", "B"], ["B", ""]])).statistics["percent_agreement"]
    assert (found.value, found.ci) == (0, None)


def test_that_a_constant_grader_is_named() -> None:
    rows = [["A", "A", "A"], ["A", "B", "B"], ["A", "B", "A"], ["A", "A", "B"]]
    summary = summarise(matrix_of(rows))
    assert "Ann gave A to all 4 items where others varied" in said(summary)
    assert "Ben gave" not in said(summary)


def test_that_two_who_cross_two_categories_are_named() -> None:
    rows = [["A", "B"]] * 8 + [["B", "A"]] * 7 + [["C", "C"]] * 20
    summary = summarise(matrix_of(rows))
    assert "Ann and Ben use A and B the other way round: crossed on 15 items, alike on 0" in said(
        summary
    )
    assert "use A and C" not in said(summary)


def test_that_slips_are_not_called_crossing() -> None:
    rows = [["A", "B"]] * 2 + [["B", "A"]] * 2 + [["A", "A"]] * 9
    assert "the other way round" not in said(summarise(matrix_of(rows)))


def test_that_a_rare_category_makes_intervals_unreliable() -> None:
    rows = [["A", "A"]] * 50 + [["B", "B"]] * 40 + [["C", "B"]] * 11
    summary = summarise(matrix_of(rows))
    assert not summary.reliable
    assert "C was given on 11 double-graded items only, and 12 are needed" in said(summary)
    assert summarise(matrix_of([*rows, ["C", "C"]])).reliable


def test_that_near_copies_do_not_make_a_category_less_rare() -> None:
    rows = [["A", "A"]] * 50 + [["B", "B"]] * 40
    groups = [-1] * 50 + [unit // 8 for unit in range(40)]
    summary = summarise(matrix_of(rows, groups=groups))
    assert "B was given on 5 double-graded items only" in said(summary)


def test_that_a_category_that_drowns_the_others_is_named() -> None:
    rows = [["A", "A"]] * 118 + [["A", "B"]] * 5 + [["B", "A"]] * 2
    summary = summarise(matrix_of(rows))
    assert "A makes up 97 % of the grades: graders agree on 94 % of pairs" in said(summary)
    assert summary.statistics["cohen_kappa"].value == pytest.approx(-0.0234, abs=1e-4)
    assert summary.statistics["gwet_ac1"].value == pytest.approx(0.941, abs=1e-3)


def test_that_a_declared_category_that_nobody_gave_is_named() -> None:
    rows = [["A", "A"], ["B", "B"], ["A", "B"]]
    assert "Never given, but counted as part of the scale: C." in said(
        summarise(matrix_of(rows, "ABC"))
    )


def test_that_the_declared_scale_counts_and_not_what_occurs() -> None:
    rows = [["1", "2"], ["2", "2"], ["1", "1"], ["2", "1"]]
    declared = summarise(matrix_of(rows, "12345", level="ordinal")).statistics
    found = summarise(matrix_of(rows, level="ordinal")).statistics
    assert declared["gwet_ac2_linear"].value != found["gwet_ac2_linear"].value
    assert declared["krippendorff_alpha"].value == found["krippendorff_alpha"].value


def test_that_how_many_were_graded_twice_is_always_said() -> None:
    rows = [["A", "A"], ["B", ""], ["", "A"], ["A", "B"]]
    assert summarise(matrix_of(rows)).notes[0] == "2 double-graded of 4 items."


def test_that_the_same_table_always_has_the_same_interval() -> None:
    rows = [["A", "B"], ["B", "B"], ["A", "A"], ["B", "A"], ["A", "A"]]
    assert summarise(matrix_of(rows)) == summarise(matrix_of(rows))


def test_that_the_json_has_the_agreed_shape() -> None:
    document = summarise(matrix_of([["A", "B"], ["B", "B"], ["A", "A"]])).as_json()
    assert list(document) == ["units", "graders", "pairable_units", "level", "statistics"]
    statistics = document["statistics"]
    assert isinstance(statistics, dict)
    assert list(statistics) == [
        "percent_agreement",
        "krippendorff_alpha",
        "gwet_ac1",
        "fleiss_kappa",
        "conger_kappa",
        "brennan_prediger",
        "cohen_kappa",
        "cohen_kappa_linear",
        "cohen_kappa_quadratic",
        "gwet_ac2_linear",
        "gwet_ac2_quadratic",
    ]
    assert {tuple(entry) for entry in statistics.values()} == {("value", "se", "ci", "undefined")}


@pytest.mark.parametrize(
    ("value", "ci", "sentence"),
    [
        (0.9, (0.82, 0.95), "alpha 0.90: grades can be relied on, whoever gives them."),
        (0.75, (0.7, 0.79), "alpha 0.75: good enough for tentative conclusions."),
        (0.5, (0.4, 0.6), "alpha 0.50: grades depend too much on who gives them."),
        (-0.1, (-0.2, 0.0), "alpha -0.10: graders agree no more than by chance."),
        (
            0.7,
            (0.3, 0.9),
            "alpha 0.70, but anything from 0.30 to 0.90 fits: more double-graded items are needed"
            " to tell.",
        ),
        (None, None, "There is no rating: nothing can be compared."),
    ],
)
def test_that_the_interval_decides_what_a_figure_means(
    value: float | None, ci: tuple[float, float] | None, sentence: str
) -> None:
    assert sentences.meaning("alpha", value, ci, sentences.NO_RATING_AT_ALL) == sentence


def test_that_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert sentences.percent(1.0, 1000) == "100.0 %"
    assert sentences.percent(0.9999, 1000) == "over 99.9 %"
    assert sentences.percent(0.001, 10) == "under 1 %"
    assert sentences.percent(0.0, 10) == "0 %"
