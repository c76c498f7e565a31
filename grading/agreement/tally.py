"""What each distinct row adds to the totals from which every coefficient is made."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from grading.agreement.matrix import NO_RATING, Flags, Matrix, Real

_CELLS_AT_ONCE = 16_000_000  # 128 MB of counts in memory at a time


class Tally:
    """Counts a row at a time: R_ik, the ratings of unit i in category k, and what follows.

    Counts are made in parts and never for all rows at once, so that a million different rows
    under a long scale still fit into memory.
    """

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.size = matrix.scale.size
        self.rated: Real = matrix.rated.astype(np.float64)
        self.paired: Flags = matrix.paired

    @cached_property
    def times(self) -> Real:
        """P: how often each row occurs."""
        return self.matrix.times.astype(np.float64)

    def parts(self) -> Iterator[tuple[slice, Real]]:
        """Yield slices of the rows with their counts (rows x K)."""
        whole = len(self.matrix.patterns) * self.size <= _CELLS_AT_ONCE
        if whole:
            yield slice(None), self._all_counts
            return
        step = max(1, _CELLS_AT_ONCE // self.size)
        for start in range(0, len(self.matrix.patterns), step):
            part = slice(start, start + step)
            yield part, self._counts(part)

    @cached_property
    def _all_counts(self) -> Real:
        return self._counts(slice(None))

    def _counts(self, part: slice) -> Real:
        codes = self.matrix.patterns[part].astype(np.int64)
        rows, columns = np.nonzero(codes != NO_RATING)
        cells = rows * self.size + codes[rows, columns]
        counted = np.bincount(cells, minlength=len(codes) * self.size)
        return counted.astype(np.float64).reshape(len(codes), self.size)

    def summed(self, per_row: Real) -> Real:
        """Return (b x K): the counts of every row, times its weight in ``per_row`` (b x P)."""
        total = np.zeros((len(per_row), self.size))
        for part, counts in self.parts():
            total += per_row[:, part] @ counts
        return total

    def by_grader(self, per_row: Real) -> Real:
        """Return (b x G x K): the same for each grader's ratings alone."""
        codes = self.matrix.patterns.astype(np.int64) + 1  # 0 stands for no rating
        total = np.empty((len(per_row), codes.shape[1], self.size))
        for grader, own in enumerate(np.ascontiguousarray(codes.T)):
            for resample, times in enumerate(per_row):
                total[resample, grader] = np.bincount(own, times, self.size + 1)[1:]
        return total

    def agreeing(self, weights: Real) -> Real:
        """Return (P): the share of pairs of ratings of a unit that agree; 0 where none is."""
        shares = np.zeros(len(self.rated))
        for part, counts in self.parts():
            rated = self.rated[part]
            pairs = (counts * (counts @ weights - 1)).sum(axis=1)
            shares[part] = np.where(rated >= 2, pairs / np.maximum(rated * (rated - 1), 1), 0)
        return shares

    def disagreeing(self, differences: Real) -> Real:
        """Return (P): summed differences of a unit's ordered pairs, over its ratings less one."""
        sums = np.zeros(len(self.rated))
        for part, counts in self.parts():
            apart = (counts * (counts @ differences)).sum(axis=1)
            sums[part] = apart / np.maximum(self.rated[part] - 1, 1)
        return sums

    def disagreeing_by(self, values: Real, per_row: Real) -> Real:
        """Return (b): the same totalled over rows, for squared differences of ``values`` (b x K).

        The differences change from resample to resample; sums of values and of squares are enough:
        over ordered pairs, the squared differences add up to 2 (r S2 - S1^2).
        """
        total = np.zeros(len(per_row))
        for part, counts in self.parts():
            rated = self.rated[part]
            sums, squares = values @ counts.T, values**2 @ counts.T
            apart = 2 * (rated * squares - sums**2) / np.maximum(rated - 1, 1)
            total += (per_row[:, part] * apart).sum(axis=1)
        return total
