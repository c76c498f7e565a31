"""What a reader must know beside the figures: gaps, rare grades, constant or crossed graders."""

import numpy as np

from grading.agreement import sentences
from grading.agreement.bootstrap import Blocks, blocks_of
from grading.agreement.coefficients import Totals, percent
from grading.agreement.confusion import confusion
from grading.agreement.matrix import NO_RATING, Matrix, Whole
from grading.agreement.tally import Tally

PREVALENT = 0.9  # share of all grades from which on one category drowns the others
CROSSED_LEAST = 3  # items crossed each way: fewer may be slips
CROSSED_TIMES = 2  # as many crossed as alike, at least
PAIRS_MAX = 400  # of graders looked at for crossing: 28 graders; beyond it costs too much


def notes(matrix: Matrix, class_least: int) -> tuple[str, ...]:
    """Return the sentences that belong to a table, the weightiest first.

    Args:
        matrix: The ratings.
        class_least: Units of the rarest class below which intervals are unreliable.
    """
    if not matrix.units:
        return ()
    found = [sentences.double_graded(matrix.units, matrix.pairable_units)]
    if matrix.pairable_units:
        found += _of_alike(matrix)
        found += _of_classes(matrix, class_least)
        found += _of_constant_graders(matrix)
        found += _of_crossed_graders(matrix)
    found += _of_groups(matrix)
    return tuple(found)


def rarest_class(matrix: Matrix) -> tuple[int, int] | None:
    """Return the category given on the fewest pairable units, and on how many; None without any.

    Near-copies of one group are one unit. A declared category that nobody gave is not counted.
    """
    counts = _units_by_category(matrix, blocks_of(matrix))
    used = np.flatnonzero(counts)
    if not len(used):
        return None
    rarest = int(used[np.argmin(counts[used])])
    return rarest, int(counts[rarest])


def _units_by_category(matrix: Matrix, blocks: Blocks) -> Whole:
    counts = np.zeros(matrix.scale.size, dtype=np.int64)
    for category in range(matrix.scale.size):
        given = (matrix.patterns == category).any(axis=1) & matrix.paired
        counts[category] = blocks.times[blocks.summed(given.astype(np.float64)) > 0].sum()
    return counts


def _of_alike(matrix: Matrix) -> list[str]:
    tally = Tally(matrix)
    agreed = float(percent(tally)(Totals(tally, tally.times[None, :]))[0])
    return [sentences.all_alike(blocks_of(matrix).pairable)] if agreed == 1 else []


def _of_classes(matrix: Matrix, class_least: int) -> list[str]:
    tally, names = Tally(matrix), matrix.scale.categories
    totals = Totals(tally, tally.times[None, :])
    share, rarest = totals.shares[0], rarest_class(matrix)
    found = []
    if np.count_nonzero(share) > 1 and share.max() >= PREVALENT:
        agreed = float(percent(tally)(totals)[0])
        common = int(share.argmax())
        found.append(
            sentences.prevalent(names[common], float(share[common]), agreed, matrix.pairable_units)
        )
    if rarest is not None and rarest[1] < class_least and np.count_nonzero(share) > 1:
        found.append(sentences.rare_class(names[rarest[0]], rarest[1], class_least))
    missing = [names[k] for k in np.flatnonzero(share == 0)]
    return [*found, sentences.never_given(missing)] if missing else found


def _of_constant_graders(matrix: Matrix) -> list[str]:
    found = []
    for column in matrix.active:
        own = matrix.patterns[:, column]
        shared = (own != NO_RATING) & matrix.paired
        given = np.unique(own[shared])
        others = np.delete(matrix.patterns[shared], column, axis=1)
        if len(given) != 1 or len(np.unique(others[others != NO_RATING])) < 2:
            continue
        units = int(matrix.times[shared].sum())
        category = matrix.scale.categories[int(given[0])]
        found.append(sentences.constant_grader(matrix.graders[column], category, units))
    return found


def _of_crossed_graders(matrix: Matrix) -> list[str]:
    active = matrix.active
    if len(active) * (len(active) - 1) // 2 > PAIRS_MAX:
        return []
    return [
        sentence
        for place, first in enumerate(active)
        for second in active[place + 1 :]
        for sentence in _of_crossed_pair(matrix, first, second)
    ]


def _of_crossed_pair(matrix: Matrix, first: int, second: int) -> list[str]:
    counts, names = confusion(matrix, first, second).counts, matrix.scale.categories
    found = []
    for one, other in zip(*np.nonzero(np.triu(counts, 1)), strict=True):
        ways = sorted((int(counts[one, other]), int(counts[other, one])))
        kept = int(counts[one, one] + counts[other, other])
        if ways[0] >= CROSSED_LEAST and sum(ways) >= CROSSED_TIMES * kept:
            found.append(
                sentences.swapped(
                    matrix.graders[first],
                    matrix.graders[second],
                    (names[one], names[other]),
                    crossed=sum(ways),
                    kept=kept,
                )
            )
    return found


def _of_groups(matrix: Matrix) -> list[str]:
    if matrix.groups is None:
        return []
    known = matrix.groups[(matrix.pattern_of >= 0) & (matrix.groups >= 0)]
    sizes = np.unique(known, return_counts=True)[1]
    together = sizes[sizes > 1]
    return [sentences.near_copies(len(together), int(together.sum()))] if len(together) else []
