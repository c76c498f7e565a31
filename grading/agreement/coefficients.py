"""Coefficients of agreement from totals, for one table or for many resamples at once.

n units have a rating, n' two or more; R_ik of the r_i ratings of unit i are in category k; w are
agreement weights, pa the weighted share of pairs that agree, averaged over the n' units, pe what
chance alone would give. Every coefficient is (pa - pe) / (1 - pe); they part in what chance is:

    Gwet 2008 (AC1), 2014 (AC2):  pe = sum(w) / (K (K - 1)) * sum_k pi_k (1 - pi_k)
    Fleiss 1971, with gaps and weights as Gwet 2014:  pe = sum_kl w_kl pi_k pi_l
    Brennan & Prediger 1981:  pe = sum(w) / K^2
    Conger 1980:  pe = mean over pairs of graders g, h of sum_kl w_kl p_gk p_hl
    Krippendorff 2004, ch. 11:  alpha = 1 - Do / De, over the n' units alone

with pi_k the mean over the n units of R_ik / r_i, and p_gk grader g's own share of category k.
A value that the totals do not define is NaN here; `summary` says why in words.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType

import numpy as np

from grading.agreement.matrix import NO_RATING, Flags, Real
from grading.agreement.tally import Tally
from grading.agreement.weights import Weighting, differences, midranks, weights


class Totals:
    """Totals of a table (b = 1) or of b resamples of it, each made when first asked for.

    Args:
        tally: The distinct rows.
        times: b x P: how often each row occurs.
    """

    def __init__(self, tally: Tally, times: Real) -> None:
        self.tally = tally
        self.times = times

    @cached_property
    def units(self) -> Real:
        """Return (b) how many units have a rating."""
        return np.asarray(self.times.sum(axis=1))

    @cached_property
    def paired_units(self) -> Real:
        """Return (b) how many units have two ratings or more."""
        return self.times @ self.tally.paired.astype(np.float64)

    @cached_property
    def shares(self) -> Real:
        """Return pi_k (b x K), the mean over units of the share of their ratings in category k."""
        return divided(self.tally.summed(self.times / self.tally.rated), self.units[:, None])

    @cached_property
    def pairable(self) -> Real:
        """Return n_k (b x K), how many ratings of units with two or more are in category k."""
        return self.tally.summed(self.times * self.tally.paired)

    @cached_property
    def by_grader(self) -> Real:
        """Return (b x G x K) how many ratings of each grader are in category k."""
        return self.tally.by_grader(self.times)


Statistic = Callable[[Totals], Real]


def divided(above: Real, below: Real) -> Real:
    """Return above / below, and NaN where below is 0."""
    shape = np.broadcast_shapes(np.shape(above), np.shape(below))
    quotient: Real = np.full(shape, np.nan)
    return np.divide(above, below, out=quotient, where=np.asarray(below) != 0)


def beyond_chance(agreed: Real, expected: Real, varied: Flags) -> Real:
    """Return (pa - pe) / (1 - pe), and NaN where nothing varied, so that chance is unknown."""
    return divided(agreed - expected, np.where(varied, 1 - expected, 0.0))


def percent(tally: Tally, weighting: Weighting = "unweighted") -> Statistic:
    """Return the statistic pa."""
    agreeing = tally.agreeing(weights(weighting, tally.matrix.scale))
    return lambda totals: divided(totals.times @ agreeing, totals.paired_units)


def _corrected(
    tally: Tally, weighting: Weighting, chance: Callable[[Totals, Real], Real]
) -> Statistic:
    agreed = percent(tally, weighting)
    weight = weights(weighting, tally.matrix.scale)

    def statistic(totals: Totals) -> Real:
        varied = np.count_nonzero(totals.shares > 0, axis=1) > 1
        return beyond_chance(agreed(totals), chance(totals, weight), varied)

    return statistic


def gwet_chance(totals: Totals, weight: Real) -> Real:
    """Return pe of AC1 and AC2 (b)."""
    size = len(weight)
    spread = (totals.shares * (1 - totals.shares)).sum(axis=1)
    return np.asarray(weight.sum() / max(size * (size - 1), 1) * spread)


def fleiss_chance(totals: Totals, weight: Real) -> Real:
    """Return pe of Fleiss' kappa (b)."""
    return np.asarray((totals.shares @ weight * totals.shares).sum(axis=1))


def uniform_chance(totals: Totals, weight: Real) -> Real:
    """Return pe of Brennan and Prediger (b)."""
    return np.full(len(totals.times), weight.sum() / len(weight) ** 2)


def conger_chance(totals: Totals, weight: Real) -> Real:
    """Return pe of Conger's kappa (b), over the graders who rated anything."""
    given = totals.by_grader.sum(axis=2)
    own = np.nan_to_num(divided(totals.by_grader, given[:, :, None]))
    together = own.sum(axis=1)
    everyone = (together @ weight * together).sum(axis=1)
    oneself = (own @ weight * own).sum(axis=(1, 2))
    graders = np.count_nonzero(given, axis=1)
    return divided(everyone - oneself, graders * (graders - 1.0))


CHANCES: Mapping[str, Callable[[Totals, Real], Real]] = MappingProxyType(
    {
        "gwet": gwet_chance,
        "fleiss": fleiss_chance,
        "conger": conger_chance,
        "brennan_prediger": uniform_chance,
    }
)


def gwet(tally: Tally, weighting: Weighting = "unweighted") -> Statistic:
    """Return the statistic AC1, or AC2 under weights."""
    return _corrected(tally, weighting, gwet_chance)


def fleiss(tally: Tally, weighting: Weighting = "unweighted") -> Statistic:
    """Return the statistic Fleiss' kappa."""
    return _corrected(tally, weighting, fleiss_chance)


def brennan_prediger(tally: Tally, weighting: Weighting = "unweighted") -> Statistic:
    """Return the statistic of Brennan and Prediger."""
    return _corrected(tally, weighting, uniform_chance)


def conger(tally: Tally, weighting: Weighting = "unweighted") -> Statistic:
    """Return the statistic Conger's kappa; for two graders without gaps it is Cohen's."""
    return _corrected(tally, weighting, conger_chance)


def alpha(tally: Tally) -> Statistic:
    """Return the statistic Krippendorff's alpha at the level of the scale.

    alpha = 1 - (N - 1) A / E, where N ratings stand in pairable units, A sums the differences
    within units, each unit over its ratings less one, and E those between all N ratings.
    """
    scale = tally.matrix.scale
    if scale.level == "ordinal":
        return _ordinal_alpha
    apart = differences(scale.level, scale)
    within = tally.disagreeing(apart) * tally.paired

    def statistic(totals: Totals) -> Real:
        given = totals.pairable
        expected = (given @ apart * given).sum(axis=1)
        return 1 - divided((given.sum(axis=1) - 1) * (totals.times @ within), expected)

    return statistic


def _ordinal_alpha(totals: Totals) -> Real:
    given = totals.pairable
    ranks = midranks(given)
    total = given.sum(axis=1)
    observed = totals.tally.disagreeing_by(ranks, totals.times * totals.tally.paired)
    expected = 2 * (total * (given * ranks**2).sum(axis=1) - (given * ranks).sum(axis=1) ** 2)
    varied = np.count_nonzero(given, axis=1) > 1
    return 1 - divided((total - 1) * observed, np.where(varied, expected, 0.0))


def cohen(tally: Tally, pair: tuple[int, int], weight: Real) -> Statistic:
    """Return Cohen's kappa (1960; weighted 1968) of two columns, on the units both rated.

    pe = sum_kl w_kl p_1k p_2l, from each grader's own shares on those units.
    """
    first, second = (tally.matrix.patterns[:, column].astype(np.int64) for column in pair)
    both = (first != NO_RATING) & (second != NO_RATING)
    agreeing = np.where(both, weight[first, second], 0.0)

    def statistic(totals: Totals) -> Real:
        times = totals.times * both
        units = times.sum(axis=1)
        ones = divided(_in_categories(times, first, len(weight)), units[:, None])
        others = divided(_in_categories(times, second, len(weight)), units[:, None])
        varied = np.count_nonzero(ones + others > 0, axis=1) > 1
        expected = (ones @ weight * others).sum(axis=1)
        return beyond_chance(divided(times @ agreeing, units), expected, varied)

    return statistic


def _in_categories(
    times: Real, codes: np.ndarray[tuple[int], np.dtype[np.int64]], size: int
) -> Real:
    """Return (b x K): units of each category by one grader's codes (P)."""
    columns = [times[:, codes == category].sum(axis=1) for category in range(size)]
    return np.stack(columns, axis=1)
