"""Each grader's lean, and the likely truth of each unit, from ratings alone.

Dawid and Skene 1979, Applied Statistics 28:20-28: EM over the unknown class of each unit, the share
of each class, and for each grader how often they give which category to which class.
"""

from collections.abc import Sequence

import numpy as np

from grading.agreement.matrix import NO_RATING, Matrix, Real, Whole
from grading.late_methods import dataclass

_STEPS_MAX = 20_000
_RISE_LEAST = 1e-12  # of the log-likelihood in one step, relative to its size
_TINY = 1e-300  # in place of 0 in a logarithm: impossible, but still a number
_WEIGHT_LEAST = 1e-9  # of a class, in units: below it nothing can be said of it


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Ratings as a list, so that a grader may rate a unit more than once.

    Attributes:
        row: V: the kind of unit that a vote is about.
        grader: V: whose it is.
        category: V: what was given.
        times: U: how many units are of each kind.
        graders: How many graders there are.
        categories: How many categories there are.
    """

    row: Whole
    grader: Whole
    category: Whole
    times: Real
    graders: int
    categories: int


@dataclass(frozen=True, slots=True, eq=False)
class LatentClasses:
    """What the ratings say about units and graders.

    Attributes:
        shares: K: the share of units in each class.
        errors: G x K x K: how often a grader gives a category (last) to a class (middle); NaN
            where no unit of a class came before the grader.
        posterior: U x K: how likely a unit of each kind is in each class.
        log_likelihood: Of the ratings, at the end.
        steps: How many steps it took.
        converged: Whether it came to rest.
    """

    shares: Real
    errors: Real
    posterior: Real
    log_likelihood: float
    steps: int
    converged: bool

    @property
    def labels(self) -> Whole:
        """U: the most likely class of each kind of unit."""
        return np.asarray(self.posterior.argmax(axis=1))


@dataclass(frozen=True, slots=True)
class Lean:
    """How much more often a grader gives a category than the units before them call for.

    Attributes:
        grader: Column of the grader.
        category: Position of the category.
        given: Share of the grader's ratings in it.
        expected: Share that the likely classes of the same units call for.
        ratings: How many ratings the shares are of.
    """

    grader: int
    category: int
    given: float
    expected: float
    ratings: int


def votes_of(matrix: Matrix) -> Votes:
    """Return the ratings of a matrix as a list."""
    row, grader = np.nonzero(matrix.patterns != NO_RATING)
    category = matrix.patterns[row, grader].astype(np.int64)
    times = matrix.times.astype(np.float64)
    return Votes(row, grader, category, times, len(matrix.graders), matrix.scale.size)


def votes_of_list(triples: Sequence[tuple[int, int, int]], graders: int, categories: int) -> Votes:
    """Return the votes given as (unit, grader, category), all counted from 0."""
    table = np.asarray(triples, dtype=np.int64).reshape(-1, 3)
    units = int(table[:, 0].max(initial=-1)) + 1
    return Votes(table[:, 0], table[:, 1], table[:, 2], np.ones(units), graders, categories)


def dawid_skene(
    votes: Votes, steps_most: int = _STEPS_MAX, rise_least: float = _RISE_LEAST
) -> LatentClasses:
    """Run EM from each unit's share of votes until the likelihood rises no more.

    After ``steps_most`` steps it is given up, and ``converged`` says so. ``rise_least`` is what
    counts as a rise in one step, relative to the size of the log-likelihood.

    It finds the optimum nearest to the vote shares; there may be others (see the 1979 data).
    """
    posterior = _shares_of_votes(votes)
    likelihood, steps, converged = -np.inf, 0, False
    while steps < steps_most and not converged:
        before, steps = likelihood, steps + 1
        shares, errors = _maximised(votes, posterior)
        posterior, likelihood = _expected(votes, shares, errors)
        converged = likelihood - before <= rise_least * max(1.0, abs(likelihood))
    shares, errors = _maximised(votes, posterior)
    return LatentClasses(shares, errors, posterior, likelihood, steps, converged)


def _shares_of_votes(votes: Votes) -> Real:
    units, size = len(votes.times), votes.categories
    counted = np.bincount(votes.row * size + votes.category, minlength=units * size)
    table = counted.reshape(units, size).astype(np.float64)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1))


def _maximised(votes: Votes, posterior: Real) -> tuple[Real, Real]:
    weighted = posterior * votes.times[:, None]
    shares = weighted.sum(axis=0) / max(votes.times.sum(), 1)
    size = votes.categories
    cell = votes.grader * size + votes.category
    given = np.stack(
        [np.bincount(cell, weighted[votes.row, k], votes.graders * size) for k in range(size)]
    ).reshape(size, votes.graders, size)
    errors = given.transpose(1, 0, 2)
    total = errors.sum(axis=2, keepdims=True)
    known = np.broadcast_to(total > _WEIGHT_LEAST, errors.shape)
    return shares, np.divide(errors, total, out=np.full(errors.shape, np.nan), where=known)


def _expected(votes: Votes, shares: Real, errors: Real) -> tuple[Real, float]:
    logs = np.log(np.maximum(np.nan_to_num(errors), _TINY))
    units = len(votes.times)
    joint = np.stack(
        [
            np.bincount(votes.row, logs[votes.grader, k, votes.category], units)
            for k in range(votes.categories)
        ],
        axis=1,
    )
    joint += np.log(np.maximum(shares, _TINY))
    highest = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - highest)
    total = scaled.sum(axis=1, keepdims=True)
    likelihood = votes.times @ (np.log(total) + highest)[:, 0]
    return scaled / total, float(likelihood)


def leans(votes: Votes, found: LatentClasses) -> tuple[Lean, ...]:
    """Return for each grader and category how given and expected shares part."""
    times = votes.times[votes.row]
    result = []
    for grader in range(votes.graders):
        own = votes.grader == grader
        ratings = float(times[own].sum())
        if not ratings:
            continue
        given = np.bincount(votes.category[own], times[own], votes.categories) / ratings
        called_for = times[own] @ found.posterior[votes.row[own]] / ratings
        result += [
            Lean(
                grader, category, float(given[category]), float(called_for[category]), int(ratings)
            )
            for category in range(votes.categories)
        ]
    return tuple(result)
