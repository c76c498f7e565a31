"""Cohen's kappa of every pair of graders, and what is made of pairs."""

import numpy as np

from grading.agreement.coefficients import Totals, fleiss
from grading.agreement.confusion import Confusion, confusion
from grading.agreement.matrix import NO_RATING, Matrix, Real, matrix_of_codes
from grading.agreement.scale import Scale
from grading.agreement.tally import Tally
from grading.agreement.weights import Weighting, weights
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Agreement of two graders on the units that both rated.

    Attributes:
        first: Column of the one.
        second: Column of the other.
        units: How many units both rated.
        percent: Share of them rated alike; None without a unit.
        kappa: Cohen's kappa; None without a unit, or where both only ever gave one category.
    """

    first: int
    second: int
    units: int
    percent: float | None
    kappa: float | None


def kappa_of_table(counts: Real, weight: Real) -> float | None:
    """Return Cohen's kappa of a K x K table (1960; weighted 1968), or None where undefined."""
    total = float(counts.sum())
    if not total:
        return None
    shares = counts / total
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    if np.count_nonzero(rows + columns) < 2:
        return None
    agreed, expected = float((weight * shares).sum()), float(rows @ weight @ columns)
    return (agreed - expected) / (1 - expected)


def pairs(matrix: Matrix, weighting: Weighting = "unweighted") -> tuple[Pair, ...]:
    """Return every pair of columns, the first before the second, in order."""
    weight = weights(weighting, matrix.scale)
    columns = range(len(matrix.graders))
    return tuple(
        _pair(confusion(matrix, first, second), weight)
        for first in columns
        for second in columns[first + 1 :]
    )


def _pair(table: Confusion, weight: Real) -> Pair:
    percent = table.alike / table.units if table.units else None
    kappa = kappa_of_table(table.counts.astype(np.float64), weight)
    return Pair(table.first, table.second, table.units, percent, kappa)


def light_kappa(matrix: Matrix, weighting: Weighting = "unweighted") -> float | None:
    """Return the mean of the pairs' kappas (Light 1971), or None if one of them is undefined."""
    found = [pair.kappa for pair in pairs(matrix, weighting)]
    known = [kappa for kappa in found if kappa is not None]
    return float(np.mean(known)) if known and len(known) == len(found) else None


def kappa_by_category(matrix: Matrix) -> dict[str, float | None]:
    """Return Fleiss' kappa (1971) of each category against all others together."""
    found: dict[str, float | None] = {}
    either = Scale("nominal", ("other", "this"))
    for place, category in enumerate(matrix.scale.categories):
        codes = np.where(matrix.patterns == NO_RATING, NO_RATING, matrix.patterns == place)
        one = matrix_of_codes(codes, either, matrix.graders, rows=matrix.pattern_of)
        tally = Tally(one)
        value = fleiss(tally)(Totals(tally, tally.times[None, :]))[0]
        found[category] = None if np.isnan(value) else float(value)
    return found


def fleiss_z(matrix: Matrix) -> float | None:
    """Return Fleiss' kappa over its standard error if all agreement were chance.

    Fleiss, Nee and Landis 1979. None where units have different numbers of ratings, since the
    variance is for one number m: 2 / (n m (m - 1)) ((s^2 - sum pq (q - p)) / s^2), s = sum pq.
    """
    tally = Tally(matrix)
    ratings = np.unique(tally.rated)
    if len(ratings) != 1 or ratings[0] < 2:
        return None
    totals = Totals(tally, tally.times[None, :])
    value, share, each = fleiss(tally)(totals)[0], totals.shares[0], float(ratings[0])
    spread = share * (1 - share)
    if np.isnan(value) or not spread.sum():
        return None
    inner = spread.sum() ** 2 - (spread * (1 - 2 * share)).sum()
    variance = 2 * inner / (matrix.units * each * (each - 1) * spread.sum() ** 2)
    return float(value / np.sqrt(variance)) if variance > 0 else None
