"""Percentile bootstrap over units (Efron and Tibshirani 1993, ch. 13), on distinct rows.

Drawing n units with replacement and counting the rows drawn is one multinomial draw over the
distinct rows, so that a resample of a million units costs as much as there are different rows.
Near-copies of one group are drawn together as one unit. Units with two ratings or more and units
with one are drawn apart: which units were double-graded was a plan, not chance.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from grading.agreement.coefficients import Statistic, Totals
from grading.agreement.matrix import Flags, Matrix, Real, Whole
from grading.agreement.tally import Tally
from grading.late_methods import dataclass

SEED = 20_140_901  # fixed: the same table has the same interval, wherever it is computed
RESAMPLES_LEAST = 1_000
RESAMPLES_MOST = 10_000
_DRAWS = 5_000_000  # more resamples where rows are few: tails of an interval cost little there
_CELLS_AT_ONCE = 4_000_000
Drawn = Callable[[int, int], object]  # takes how many resamples were drawn, of how many
_FEW = 4  # a multinomial over k rows beats n single draws while k is below n / 4


def nobody(_done: int, _of: int) -> None:
    """Resamples that nobody watches."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """What is drawn as one unit.

    Attributes:
        times: B: how many blocks are alike.
        paired: B: whether a unit of the block has two ratings or more.
        entry_block: E: the block of each entry.
        entry_row: E: the distinct row of each entry.
        entry_count: E: how many units of that row one such block holds.
        alone: Whether every block is one unit, and block b is row b.
    """

    times: Whole
    paired: Flags
    entry_block: Whole
    entry_row: Whole
    entry_count: Real
    alone: bool

    @property
    def pairable(self) -> int:
        """How many blocks hold a unit of two ratings or more."""
        return int(self.times[self.paired].sum())

    def summed(self, per_row: Real) -> Real:
        """Return (B): a number of each row, added up over a block's units."""
        if self.alone:
            return per_row
        weights = per_row[self.entry_row] * self.entry_count
        return np.bincount(self.entry_block, weights, len(self.times)).astype(np.float64)

    def rows(self, drawn: Real, rows: int) -> Real:
        """Return (b x P): how often each row occurs when blocks occur as ``drawn`` (b x B)."""
        if self.alone:
            return drawn
        total = np.empty((len(drawn), rows))
        for resample, blocks in enumerate(drawn):
            weights = blocks[self.entry_block] * self.entry_count
            total[resample] = np.bincount(self.entry_row, weights, rows)
        return total


def blocks_of(matrix: Matrix) -> Blocks:
    """Return what is drawn as one unit: a group of near-copies, or a unit without a group."""
    rows = np.arange(len(matrix.patterns))
    if matrix.groups is None:
        return Blocks(matrix.times, matrix.paired, rows, rows, np.ones(len(rows)), alone=True)
    known = matrix.pattern_of >= 0
    row, group = matrix.pattern_of[known], matrix.groups[known]
    _, kin, sizes = np.unique(group, return_inverse=True, return_counts=True)
    single = (group < 0) | (sizes[kin] == 1)
    alone = np.bincount(row[single], minlength=len(rows))
    used = np.flatnonzero(alone)
    block = np.unique(group[~single], return_inverse=True)[1] + len(used)
    cells, counts = np.unique(block * len(rows) + row[~single], return_counts=True)
    grouped = int(block.max(initial=len(used) - 1)) + 1 - len(used)
    entry_block = np.concatenate([np.arange(len(used)), cells // max(len(rows), 1)])
    entry_row = np.concatenate([used, cells % max(len(rows), 1)])
    times = np.concatenate([alone[used], np.ones(grouped, dtype=np.int64)])
    paired = np.bincount(entry_block, matrix.paired[entry_row], len(times)) > 0
    ones = np.ones(len(used))
    counts_real = np.concatenate([ones, counts.astype(np.float64)])
    return Blocks(times, paired, entry_block, entry_row, counts_real, alone=False)


def resampled(
    matrix: Matrix, blocks: Blocks, resamples: int, *, seed: int = SEED
) -> Iterator[Real]:
    """Yield how often each row occurs in each resample (b x P), in batches that fit into memory."""
    generator = np.random.default_rng(seed)
    strata = [where for where in (blocks.paired, ~blocks.paired) if where.any()]
    batch = max(1, _CELLS_AT_ONCE // max(len(blocks.times), len(matrix.patterns), 1))
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        drawn = np.zeros((size, len(blocks.times)))
        for where in strata:
            drawn[:, where] = _draw(generator, blocks.times[where], size)
        yield blocks.rows(drawn, len(matrix.patterns))


def _draw(generator: np.random.Generator, times: Whole, size: int) -> Real:
    total = int(times.sum())
    if len(times) * _FEW <= total or len(times) < 1_000:
        return generator.multinomial(total, times / total, size).astype(np.float64)
    kind = np.repeat(np.arange(len(times)), times)
    drawn = np.empty((size, len(times)))
    for resample in range(size):
        chosen = kind[generator.integers(0, total, total)]
        drawn[resample] = np.bincount(chosen, minlength=len(times))
    return drawn


def resamples_for(blocks: Blocks) -> int:
    """Return how many resamples to draw: at least 1,000, more where they cost little."""
    affordable = _DRAWS // max(len(blocks.times), 1)
    return min(max(affordable, RESAMPLES_LEAST), RESAMPLES_MOST)


def resampled_values(
    tally: Tally,
    statistics: Mapping[str, Statistic],
    blocks: Blocks,
    resamples: int,
    drawn: Drawn = nobody,
) -> dict[str, Real]:
    """Return the values of each statistic over the same resamples; NaN where undefined.

    ``drawn`` is told how many of them were worked out, and may raise to end it.
    """
    done = 0
    found: dict[str, list[Real]] = {name: [] for name in statistics}
    for times in resampled(tally.matrix, blocks, resamples):
        totals = Totals(tally, times)
        for name, statistic in statistics.items():
            found[name].append(statistic(totals))
        done += len(times)
        drawn(done, resamples)
    return {name: np.concatenate(values) for name, values in found.items()}


def percentile_interval(values: Real, level: float = 0.95) -> tuple[float, float] | None:
    """Return the central interval of the defined values, or None where over a tenth is not."""
    defined = values[~np.isnan(values)]
    if len(defined) < 0.9 * len(values) or not len(defined):
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
