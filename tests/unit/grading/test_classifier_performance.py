"""ROC, calibration and their errors, held against plain counting; the undefined is said."""

import random
from math import log

import pytest

from grading.classifier.performance import Judged, performance

LEAST_N = 20


def drawn(seed: int, count: int, *, honest: bool = True) -> list[Judged]:
    """Pictures of which a well or badly calibrated classifier spoke."""
    dice = random.Random(seed)  # noqa: S311 - draws pictures, nothing secret
    found = []
    for _ in range(count):
        share = dice.random()
        is_so = dice.random() < share
        said = share if honest else share**3
        found.append(Judged(said, said, is_so))
    return found


def pairs_in_order(judged: list[Judged]) -> float:
    """The share of pairs, one so and one not, in which the former scores higher; a tie is half."""
    yes = [one.score for one in judged if one.is_so]
    no = [one.score for one in judged if not one.is_so]
    wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    return wins / (len(yes) * len(no))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_the_auc_is_the_share_of_pairs_in_order_and_the_area_under_the_curve(
    seed: int,
) -> None:
    judged = [
        Judged(round(one.score, 1), round(one.share, 1), one.is_so) for one in drawn(seed, 150)
    ]
    found = performance(judged)
    assert found.auc is not None
    assert found.auc.value == pytest.approx(pairs_in_order(judged))
    area = sum(
        (b.false_yes - a.false_yes) * (a.true_yes + b.true_yes) / 2
        for a, b in zip(found.roc, found.roc[1:], strict=False)
    )
    assert area == pytest.approx(found.auc.value)
    assert found.roc[0].true_yes == 0
    assert (found.roc[-1].false_yes, found.roc[-1].true_yes) == (1, 1)


def test_that_delongs_error_is_that_of_the_published_formula_counted_pair_by_pair() -> None:
    judged = drawn(7, 60)
    yes = [one.score for one in judged if one.is_so]
    no = [one.score for one in judged if not one.is_so]
    auc = pairs_in_order(judged)
    over = [sum(a > b for b in no) / len(no) for a in yes]
    under = [sum(a > b for a in yes) / len(yes) for b in no]
    s10 = sum((v - auc) ** 2 for v in over) / (len(yes) - 1)
    s01 = sum((v - auc) ** 2 for v in under) / (len(no) - 1)
    error = (s10 / len(yes) + s01 / len(no)) ** 0.5
    found = performance(judged).auc
    assert found is not None
    # the interval is symmetric on the log-odds, its half width 1.96 errors over p (1 - p)
    low, high = (x / (1 - x) for x in (found.low, found.high))
    assert log(high / low) == pytest.approx(2 * 1.96 * error / (auc * (1 - auc)))


def test_that_intervals_hold_what_they_should_nineteen_times_of_twenty() -> None:
    truth = 5 / 6  # of a share drawn evenly, and yes as often as it says
    held = 0
    for seed in range(200):
        auc = performance(drawn(seed, 120)).auc
        assert auc is not None
        held += auc.low <= truth <= auc.high
    assert 180 <= held <= 200


def test_that_an_honest_classifier_is_hardly_off_and_a_boastful_one_is() -> None:
    honest, other = performance(drawn(4, 3000)), performance(drawn(4, 3000, honest=False))
    assert honest.ece is not None
    assert other.ece is not None
    assert honest.ece.value < 0.04
    assert other.ece.low > 0.15
    assert honest.auc == other.auc  # the order is the same
    assert honest.brier is not None
    assert honest.brier.value == pytest.approx(1 / 6, abs=0.01)


def test_that_bins_count_every_picture_and_hold_what_was_found() -> None:
    judged = drawn(5, 400)
    bins = performance(judged).bins
    assert sum(one.count for one in bins) == 400
    for one in bins:
        held = [j for j in judged if one.low <= j.share < one.high]
        assert one.count == len(held)
        assert one.found.value == pytest.approx(sum(j.is_so for j in held) / len(held))
        assert one.found.low <= one.found.value <= one.found.high


def test_that_too_few_or_one_class_alone_is_said_and_no_figure_is_made_up() -> None:
    few = performance(drawn(1, LEAST_N - 1))
    assert (few.undefined, few.auc, few.brier, few.bins) == ("too_few", None, None, ())
    for is_so, said in ((True, "all_so"), (False, "none_so")):
        found = performance([Judged(0.1 * (n % 9), 0.1 * (n % 9), is_so) for n in range(LEAST_N)])
        assert (found.undefined, found.auc, found.roc) == (said, None, ())
        assert found.brier is not None


def test_that_a_perfect_order_has_an_interval_all_the_same() -> None:
    found = performance([Judged(n / 40, n / 40, n >= 20) for n in range(40)])
    assert found.auc is not None
    assert found.auc.value == 1
    assert found.auc.low == pytest.approx(1 - 3 / 20)


def test_that_the_same_pictures_give_the_same_figures() -> None:
    assert performance(drawn(9, 100)) == performance(drawn(9, 100))
