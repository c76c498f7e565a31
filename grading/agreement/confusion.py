"""Who gave what where another gave what: confusion of two graders, coincidences of all."""

import numpy as np

from grading.agreement.matrix import NO_RATING, Flags, Matrix, Real, Whole
from grading.agreement.tally import Tally
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often one grader (rows) gave a category where the other (columns) gave another.

    Attributes:
        first: Column of the grader in rows.
        second: Column of the grader in columns.
        counts: K x K units that both rated.
    """

    first: int
    second: int
    counts: Whole

    @property
    def units(self) -> int:
        """How many units both rated."""
        return int(self.counts.sum())

    @property
    def alike(self) -> int:
        """How many units both rated alike."""
        return int(np.trace(self.counts))


def confusion(matrix: Matrix, first: int, second: int) -> Confusion:
    """Return the confusion of two columns over the units that both rated."""
    size = matrix.scale.size
    ones, others = _codes(matrix, first), _codes(matrix, second)
    both = (ones != NO_RATING) & (others != NO_RATING)
    cells = ones[both] * size + others[both]
    counts = np.bincount(cells, matrix.times[both], size * size)
    return Confusion(first, second, counts.astype(np.int64).reshape(size, size))


def units_in_cell(cell_of: Confusion, matrix: Matrix, row: int, column: int) -> list[int]:
    """Return the units, as numbered when given, of one cell: what a click on it opens."""
    in_row, in_column = (
        _codes(matrix, cell_of.first) == row,
        _codes(matrix, cell_of.second) == column,
    )
    return matrix.units_where(np.asarray(in_row & in_column))


def coincidences(matrix: Matrix) -> Real:
    """Return the K x K coincidences of all graders (Krippendorff 2004, ch. 11).

    Each ordered pair of ratings of a unit counts 1 / (r - 1), so that a unit adds up to its
    number of ratings.
    """
    tally = Tally(matrix)
    total = np.zeros((tally.size, tally.size))
    for part, counts in tally.parts():
        share = tally.times[part] * tally.paired[part] / np.maximum(tally.rated[part] - 1, 1)
        total += (counts * share[:, None]).T @ counts - np.diag(share @ counts)
    return total


def parted(matrix: Matrix) -> Flags:
    """Return (P): whether two graders of a unit of that row gave different categories."""
    codes, size = matrix.patterns, matrix.scale.size
    # Each with where it begins: nobody may have graded anything, and there is no column then.
    lowest = np.where(codes == NO_RATING, size, codes).min(axis=1, initial=size)
    highest = codes.max(axis=1, initial=NO_RATING)
    return np.asarray(matrix.paired & (lowest != highest))


def _codes(matrix: Matrix, column: int) -> Whole:
    return matrix.patterns[:, column].astype(np.int64)
