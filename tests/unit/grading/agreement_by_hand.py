"""A second implementation of the coefficients: the definitions word for word, slow, in fractions.

It shares nothing with the first: no counts, no distinct rows, no matrices; only lists of ratings.
None stands for "undefined".
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from math import comb

Row = Sequence[int | None]
Rows = Sequence[Row]
Weight = Callable[[int, int], Fraction]


def given(row: Row) -> list[int]:
    """The ratings of a unit."""
    return [rating for rating in row if rating is not None]


def rated(rows: Rows, least: int) -> list[list[int]]:
    """The ratings of units that have at least so many."""
    return [given(row) for row in rows if len(given(row)) >= least]


def weight(name: str, values: Sequence[int]) -> Weight:
    """How far two categories agree."""
    widest = max(values) - min(values) or 1
    size = len(values)

    def of(one: int, other: int) -> Fraction:
        apart = abs(values[one] - values[other])
        if name == "linear":
            return 1 - Fraction(apart, widest)
        if name == "quadratic":
            return 1 - Fraction(apart, widest) ** 2
        if name == "ordinal":
            return 1 - Fraction(comb(abs(one - other) + 1, 2), comb(size, 2) or 1)
        return Fraction(int(one == other))

    return of


def mean(numbers: Sequence[Fraction]) -> Fraction:
    """The mean of some numbers."""
    return sum(numbers, Fraction(0)) / len(numbers)


def percent(rows: Rows, of: Weight) -> Fraction | None:
    """Over units of two ratings or more, the mean share of pairs of graders that agree."""
    units = rated(rows, 2)
    if not units:
        return None
    return mean([mean([of(a, b) for a, b in combinations(unit, 2)]) for unit in units])


def share(rows: Rows, category: int) -> Fraction:
    """The mean over rated units of the share of their ratings in a category."""
    return mean([Fraction(unit.count(category), len(unit)) for unit in rated(rows, 1)])


def corrected(agreed: Fraction | None, chance: Fraction | None) -> Fraction | None:
    """What is left of agreement beyond chance."""
    if agreed is None or chance is None or chance == 1:
        return None
    return (agreed - chance) / (1 - chance)


def gwet(rows: Rows, size: int, of: Weight) -> Fraction | None:
    """AC1 and AC2."""
    if not rated(rows, 2):
        return None
    total = sum((of(a, b) for a in range(size) for b in range(size)), Fraction(0))
    spread = sum((share(rows, k) * (1 - share(rows, k)) for k in range(size)), Fraction(0))
    return corrected(percent(rows, of), total / (size * (size - 1)) * spread)


def fleiss(rows: Rows, size: int, of: Weight) -> Fraction | None:
    """Fleiss' kappa."""
    if not rated(rows, 2):
        return None
    shares = [share(rows, k) for k in range(size)]
    chance = sum(
        (of(a, b) * shares[a] * shares[b] for a in range(size) for b in range(size)), Fraction(0)
    )
    return corrected(percent(rows, of), chance)


def brennan_prediger(rows: Rows, size: int, of: Weight) -> Fraction | None:
    """Chance as if every category were as likely as every other."""
    chance = mean([of(a, b) for a in range(size) for b in range(size)])
    return corrected(percent(rows, of), chance)


def of_grader(rows: Rows, column: int) -> list[int]:
    """The ratings of one grader."""
    return given([row[column] for row in rows])


def conger(rows: Rows, size: int, of: Weight) -> Fraction | None:
    """Chance as if any two graders rated by their own habits."""
    graders = [of_grader(rows, column) for column in range(len(rows[0]))] if rows else []
    graders = [ratings for ratings in graders if ratings]
    if len(graders) < 2:
        return None
    chances = [
        sum(
            (
                of(a, b) * Fraction(one.count(a), len(one)) * Fraction(other.count(b), len(other))
                for a in range(size)
                for b in range(size)
            ),
            Fraction(0),
        )
        for one, other in combinations(graders, 2)
    ]
    return corrected(percent(rows, of), mean(chances))


def cohen(rows: Rows, of: Weight) -> Fraction | None:
    """Cohen's kappa of the first two graders."""
    both = [(row[0], row[1]) for row in rows if row[0] is not None and row[1] is not None]
    if not both:
        return None
    agreed = mean([of(a, b) for a, b in both])
    chance = mean([of(a, b) for a, _ in both for _, b in both])
    return corrected(agreed, chance)


def difference(level: str, values: Sequence[int], ratings: Sequence[int]) -> Weight:
    """How far two categories are apart, squared, among these ratings."""

    def of(one: int, other: int) -> Fraction:
        low, high = sorted((one, other))
        if level == "interval":
            return Fraction(values[one] - values[other]) ** 2
        if level == "ordinal":
            between = sum(ratings.count(k) for k in range(low, high + 1))
            ends = Fraction(ratings.count(low) + ratings.count(high), 2)
            return (between - ends) ** 2
        return Fraction(int(one != other))

    return of


def alpha(rows: Rows, level: str, values: Sequence[int]) -> Fraction | None:
    """Krippendorff's alpha from all pairs of ratings, within units and between all."""
    units = rated(rows, 2)
    ratings = [rating for unit in units for rating in unit]
    if not ratings:
        return None
    of = difference(level, values, ratings)
    within = sum(
        (
            sum((of(a, b) for a, b in permutations(unit, 2)), Fraction(0)) / (len(unit) - 1)
            for unit in units
        ),
        Fraction(0),
    ) / len(ratings)
    between = sum((of(a, b) for a, b in permutations(ratings, 2)), Fraction(0))
    if not between:
        return None
    return 1 - within / (between / (len(ratings) * (len(ratings) - 1)))
