"""Two graders crossed: who gave what where the other gave what, and whether one of them leans."""

from collections.abc import Mapping, Sequence

from app.quality.figures import confused, items_of_cell
from grading.agreement.marginals import MarginalTest
from grading.agreement.matrix import Matrix
from grading.late_methods import dataclass

NEVER_SHARED = "The two graders share no item."
SURE = 0.01  # p-value below which two graders are said to use the categories differently


@dataclass(frozen=True, slots=True)
class Crossed:
    """A confusion matrix on the categories that one of the two gave.

    Attributes:
        names: Who stands in rows, who in columns.
        fact: The question; None: the outcome.
        labels: The categories.
        counts: Rows of counts of items.
        said: What Stuart and Maxwell's test makes of it, in words.
        items: The items of each cell that has any, by (row, column).
    """

    names: tuple[str, str]
    fact: str | None
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    said: str
    items: Mapping[tuple[int, int], tuple[str, ...]]

    @property
    def shared(self) -> int:
        """How many items both graded."""
        return sum(map(sum, self.counts))

    @property
    def alike(self) -> int:
        """How many of these alike."""
        return sum(row[place] for place, row in enumerate(self.counts))


def crossed(
    names: tuple[str, str],
    fact: str | None,
    labels: Sequence[str],
    *,
    matrix: Matrix,
    items: Sequence[str],
    columns: Sequence[int],
) -> Crossed:
    """Return the confusion of two columns of a matrix, and the items of each cell."""
    table, test = confused(matrix, columns[0], columns[1])
    counts = table.counts.tolist()
    used = [
        place
        for place in range(len(labels))
        if any(counts[place]) or any(row[place] for row in counts)
    ]
    cells = {
        (row, column): items_of_cell(matrix, items, table, (used[row], used[column]))
        for row in range(len(used))
        for column in range(len(used))
        if counts[used[row]][used[column]]
    }
    return Crossed(
        names=names,
        fact=fact,
        labels=tuple(labels[place] for place in used),
        counts=tuple(tuple(counts[row][column] for column in used) for row in used),
        said=_said(names, test),
        items=cells,
    )


def _said(names: tuple[str, str], test: MarginalTest) -> str:
    if test.p_value is None:
        return test.undefined or NEVER_SHARED
    first, second = f"{names[0][:1].upper()}{names[0][1:]}", names[1]
    figure = "below 0.001" if test.p_value < 0.001 else f"{test.p_value:.3f}"
    if test.p_value < SURE:
        return f"{first} and {second} use the categories differently (Stuart-Maxwell, p {figure})."
    return (
        f"No sign that {names[0]} and {second} use the categories differently"
        f" (Stuart-Maxwell, p {figure})."
    )
