"""Standard errors by unit-wise linearisation: what each unit adds to a coefficient.

Gwet, Handbook of Inter-Rater Reliability, 4th ed. 2014, chapters 5 and 6 (percent, AC1 and AC2,
Fleiss, Conger, Brennan-Prediger): with k_i = (n/n') (pa_i - pe) / (1 - pe), 0 in place of pa_i - pe
for a unit rated once, and pe_i the unit's part of pe,

    k*_i = k_i - 2 (1 - k) (pe_i - pe) / (1 - pe),   var = sum (k*_i - k)^2 / (n (n - 1)).

Alpha: the same for alpha' = 1 - N A / E (see `coefficients`), which leaves out the correction for
few ratings, over the n' units; at ordinal level the midranks move with every rating, and this is
followed too. Cohen's kappa: Fleiss, Cohen and Everitt 1969, Psychological Bulletin 72:323-327, the
large-sample variance. A unit's influence here is what it adds; the influences of one group of
near-copies are added up before they are squared.
"""

import numpy as np

from grading.agreement.bootstrap import Blocks
from grading.agreement.coefficients import CHANCES, Totals, divided
from grading.agreement.matrix import NO_RATING, Real
from grading.agreement.tally import Tally
from grading.agreement.weights import Weighting, differences, midranks, weights


class Influences:
    """What one unit of each distinct row adds to the coefficients of one table (P each)."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.totals = Totals(tally, tally.times[None, :])
        self._units = float(self.totals.units[0])
        self._share_paired = float(self.totals.paired_units[0]) / self._units

    def percent(self, weighting: Weighting = "unweighted") -> Real:
        """Return the influences on the weighted percent agreement."""
        agreeing = self.tally.agreeing(weights(weighting, self.tally.matrix.scale))
        agreed = float(self.tally.times @ agreeing) / float(self.totals.paired_units[0])
        return np.asarray((agreeing / self._share_paired - agreed) / self._units)

    def corrected(self, family: str, weighting: Weighting = "unweighted") -> Real:
        """Return the influences on gwet, fleiss, conger or brennan_prediger."""
        weight = weights(weighting, self.tally.matrix.scale)
        agreeing = self.tally.agreeing(weight)
        expected = float(CHANCES[family](self.totals, weight)[0])
        agreed = float(self.tally.times @ agreeing) / float(self.totals.paired_units[0])
        value = (agreed - expected) / (1 - expected)
        own = (agreeing - expected * self.tally.paired) / (self._share_paired * (1 - expected))
        chance = 2 * (1 - value) * self._chance_apart(family, weight) / (1 - expected)
        return np.asarray((own - value - chance) / self._units)

    def _chance_apart(self, family: str, weight: Real) -> Real:
        """Return pe_i - pe of each row (P): how the unit's ratings move the chance agreement."""
        shares = self.totals.shares[0]
        if family == "conger":
            return self._conger_apart(weight)
        if family == "brennan_prediger":
            return np.zeros(len(self.tally.rated))
        if family == "gwet":
            size = len(weight)
            slope = weight.sum() / max(size * (size - 1), 1) * (1 - shares)
        else:
            slope = (weight + weight.T) @ shares / 2
        return self._mean_of_ratings(slope) - float(shares @ slope)

    def _mean_of_ratings(self, per_category: Real) -> Real:
        """Return (P): the mean over a unit's ratings of a number that each category has."""
        codes = self.tally.matrix.patterns
        # NO_RATING, being -1, takes the 0 put at the end.
        sums = np.append(per_category, 0.0)[codes].sum(axis=1)
        return np.asarray(sums / self.tally.rated)

    def _conger_apart(self, weight: Real) -> Real:
        """As ``_chance_apart``: each grader's shares move with that grader's ratings alone."""
        codes = self.tally.matrix.patterns
        given = self.totals.by_grader[0].sum(axis=1)
        own = np.nan_to_num(divided(self.totals.by_grader[0], given[:, None]))
        graders = np.count_nonzero(given)
        others = (own.sum(axis=0) - own) @ ((weight + weight.T) / 2)  # G x K: sum over h != g
        apart = np.zeros(len(codes))
        for grader in np.flatnonzero(given):
            slope = np.append(others[grader], 0.0)[codes[:, grader]]
            rated = codes[:, grader] != NO_RATING
            level = float(others[grader] @ own[grader])
            apart += (slope - level * rated) * (self._units / given[grader])
        return np.asarray(apart / (graders * (graders - 1)))

    def alpha(self) -> Real:
        """Return the influences on alpha at the level of the scale; 0 for units rated once."""
        tally, scale = self.tally, self.tally.matrix.scale
        given = self.totals.pairable[0]
        ordinal = scale.level == "ordinal"
        ranks = midranks(given)
        apart = (ranks[:, None] - ranks) ** 2 if ordinal else differences(scale.level, scale)
        within = tally.disagreeing(apart) * tally.paired
        ratings, observed = float(given.sum()), float(tally.times @ within)
        between = float(given @ apart @ given)
        more = tally.rated * tally.paired
        more_between = 2 * self._sum_of_ratings(apart @ given)
        more_within = within
        if ordinal:
            shift_within, shift_between = self._rank_shifts(ranks, given)
            more_within = within + shift_within
            more_between = more_between + shift_between
        moved = observed * more + ratings * more_within
        moved = moved - ratings * observed * more_between / between
        return np.asarray(-moved / between)

    def _sum_of_ratings(self, per_category: Real) -> Real:
        return self._mean_of_ratings(per_category) * self.tally.rated * self.tally.paired

    def _rank_shifts(self, ranks: Real, given: Real) -> tuple[Real, Real]:
        """Return what a unit's ratings change (P) in A and E by moving the midranks of all."""
        tally, size = self.tally, len(ranks)
        together = np.zeros((size, size))
        for part, counts in tally.parts():
            scaled = tally.times[part] * tally.paired[part] / np.maximum(tally.rated[part] - 1, 1)
            together += (counts * scaled[:, None]).T @ counts
        slope_within = 4 * (together.sum(axis=1) * ranks - together @ ranks)
        slope_between = 4 * given * (given.sum() * ranks - given @ ranks)
        # A rating in category k lifts the midranks above k by 1 and k's own by 1/2.
        lift = np.triu(np.ones((size, size)), 1) + np.eye(size) / 2
        return self._sum_of_ratings(lift @ slope_within), self._sum_of_ratings(lift @ slope_between)

    def cohen(self, pair: tuple[int, int], weight: Real) -> Real:
        """Return the influences on Cohen's kappa of two columns; 0 for units not rated by both."""
        codes = self.tally.matrix.patterns.astype(np.int64)
        first, second = codes[:, pair[0]], codes[:, pair[1]]
        both = (first != NO_RATING) & (second != NO_RATING)
        times = self.tally.times * both
        units = times.sum()
        ones = np.bincount(first[both], times[both], len(weight)) / units
        others = np.bincount(second[both], times[both], len(weight)) / units
        agreed = float(times[both] @ weight[first[both], second[both]]) / units
        expected = float(ones @ weight @ others)
        row, column = weight @ others, ones @ weight
        part = weight[first, second] * (1 - expected) - (row[first] + column[second]) * (1 - agreed)
        mean = agreed * expected - 2 * expected + agreed
        return np.where(both, (part - mean) / (units * (1 - expected) ** 2), 0.0)


def standard_error(influences: Real, blocks: Blocks, *, among: Real, whole: bool) -> float | None:
    """Return the standard error, or None where fewer than two independent units stand behind it.

    Args:
        influences: P: what one unit of each row adds.
        blocks: What is independent: single units, or groups of near-copies.
        among: P: 1 for the rows that belong to the sample, else 0.
        whole: Whether the published formula divides by n and not by n - 1, as Cohen's does.
    """
    summed = blocks.summed(influences)
    counted = float(blocks.times[blocks.summed(among) > 0].sum())
    if counted < 2:
        return None
    total = float(blocks.times @ summed**2)
    return float(np.sqrt(total * (1.0 if whole else counted / (counted - 1))))
