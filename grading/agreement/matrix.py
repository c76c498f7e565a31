"""A table of ratings: units x graders with gaps, kept as distinct rows and how often each occurs.

A million units under three graders and ten categories are at most 1,331 distinct rows; every
statistic, its error and its resamples work on those.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grading.agreement.scale import Scale, shown
from grading.errors import RatingsError
from grading.late_methods import dataclass

Codes = NDArray[np.int16]
Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

NO_RATING = -1
_KEY_MAX = 2**62  # a row is packed into one 64-bit number, and packed again before it overflows
_DENSE_MAX = 2**22  # up to here counting in an array of all possible keys beats sorting


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Ratings of units by graders on a declared scale. Units without any rating are left out.

    Attributes:
        graders: Their names, one a column.
        patterns: P x G: the distinct rows; a category's position, or ``NO_RATING``.
        times: P: how many units have that row.
        pattern_of: One entry a unit as given: its row in ``patterns``, or -1 if left out.
        groups: One entry a unit as given: its group of near-copies, or -1; None without groups.
    """

    graders: tuple[str, ...]
    scale: Scale
    patterns: Codes
    times: Whole
    pattern_of: Whole
    groups: Whole | None = None

    @property
    def units(self) -> int:
        """How many units have a rating."""
        return int(self.times.sum())

    @property
    def rated(self) -> Whole:
        """P: how many graders rated a unit of that row."""
        return np.asarray((self.patterns != NO_RATING).sum(axis=1))

    @property
    def paired(self) -> Flags:
        """P: whether two or more graders rated a unit of that row."""
        return np.asarray(self.rated >= 2)

    @property
    def pairable_units(self) -> int:
        """How many units two or more graders rated."""
        return int(self.times[self.paired].sum())

    @property
    def active(self) -> tuple[int, ...]:
        """The columns of the graders who rated anything."""
        return tuple(int(g) for g in np.flatnonzero((self.patterns != NO_RATING).any(axis=0)))

    def units_where(self, rows: Flags) -> list[int]:
        """Return the units, as numbered when given, whose row is marked in ``rows`` (P)."""
        known = self.pattern_of >= 0
        chosen = np.zeros(len(self.pattern_of), dtype=np.bool_)
        chosen[known] = rows[self.pattern_of[known]]
        return [int(unit) for unit in np.flatnonzero(chosen)]

    def of_graders(self, columns: Sequence[int]) -> "Matrix":
        """Return the same units under some of the graders; units none of them rated fall out."""
        return matrix_of_codes(
            self.patterns[:, list(columns)],
            self.scale,
            [self.graders[column] for column in columns],
            rows=self.pattern_of,
            groups=self.groups,
        )


def matrix_of_codes(
    codes: ArrayLike,
    scale: Scale,
    graders: Sequence[str],
    *,
    rows: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> Matrix:
    """Return the matrix of rows of category positions.

    Args:
        codes: N x G positions in ``scale.categories``, row after row or in rows; ``NO_RATING``
            where there is none.
        scale: The declared scale.
        graders: One name a column.
        rows: If given, one entry a unit that says which row of ``codes`` it has; -1 for none.
        groups: If given, one entry a unit: its group of near-copies, or -1.
    """
    given = np.asarray(codes).reshape(-1 if graders else 0, len(graders))
    if given.size and (given.min() < NO_RATING or given.max() >= scale.size):
        raise RatingsError("a rating lies outside the scale")
    table = given.astype(np.int16)
    row_of = np.arange(len(table)) if rows is None else np.asarray(rows, dtype=np.int64)
    first, distinct_of = _distinct(table, scale.size + 1)
    patterns = table[first]
    rated = (patterns != NO_RATING).any(axis=1)
    new_place = np.where(rated, np.cumsum(rated) - 1, -1)
    patterns = patterns[rated]
    # A unit of row -1 takes the extra last entry, which is -1 again.
    pattern_of = np.append(new_place[distinct_of], -1)[row_of]
    times = np.bincount(pattern_of[pattern_of >= 0], minlength=len(patterns))
    return Matrix(
        graders=tuple(graders),
        scale=scale,
        patterns=patterns,
        times=times,
        pattern_of=pattern_of,
        groups=None if groups is None else np.asarray(groups, dtype=np.int64),
    )


def matrix_of_texts(
    texts: Sequence[Sequence[str]],
    scale: Scale,
    graders: Sequence[str],
    *,
    rows: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> Matrix:
    """Return the matrix of rows of texts; an empty text is no rating.

    Raises:
        RatingsError: A text is no category of the scale; ``row`` says in which row of ``texts``.
    """
    places: dict[str, int] = {"": NO_RATING}
    codes = np.empty((len(texts), len(graders)), dtype=np.int16)
    for position, cells in enumerate(texts):
        for cell in cells:
            if cell not in places:
                places[cell] = _place(cell, scale, position)
        codes[position] = [places[cell] for cell in cells]
    return matrix_of_codes(codes, scale, graders, rows=rows, groups=groups)


def _place(cell: str, scale: Scale, row: int) -> int:
    text = cell.strip()
    place = NO_RATING if not text else scale.place(text)
    if place is None:
        known = ", ".join(scale.categories[:12]) + (", …" if scale.size > 12 else "")
        raise RatingsError(f"{shown(text)} is none of the categories {known}", row=row)
    return place


def _distinct(table: Codes, radix: int) -> tuple[Whole, Whole]:
    """Return where each distinct row first stands, and for every row which of those it is."""
    key = np.zeros(len(table), dtype=np.int64)
    span = 1
    for column in range(table.shape[1]):
        if span > _KEY_MAX // radix:
            key = np.unique(key, return_inverse=True)[1]
            span = len(table)
        key = key * radix + (table[:, column] + 1)
        span *= radix
    if span > _DENSE_MAX or not len(table):
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return first, inverse
    place = np.full(span, -1, dtype=np.int64)
    place[key[::-1]] = np.arange(len(table))[::-1]  # the last write wins: the first row
    present = np.flatnonzero(place >= 0)
    first = place[present]
    place[present] = np.arange(len(present))
    return first, place[key]
