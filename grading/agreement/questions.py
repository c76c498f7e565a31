"""Agreement question by question along a scheme.

A question is scored only on items where two or more graders reached it. Graders who parted before
it never saw it: that disagreement belongs to the question at which they parted.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from grading.agreement.matrix import NO_RATING, Matrix, matrix_of_codes
from grading.agreement.scale import Scale, shown
from grading.errors import RatingsError
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """One grader's answers on one item: (fact, value) in the order answered.

    ``group`` names the near-copies with which the item was graded; None: it stands alone.
    """

    item: str
    grader: str
    answers: tuple[tuple[str, str], ...]
    group: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class QuestionTable:
    """The answers to one question.

    Attributes:
        fact: What the question sets.
        matrix: Items x graders; a grader who did not reach the question has no rating.
        items: The items of the matrix, numbered as its units are.
        by_two: Items on which two or more graders reached it: these are scored.
        by_one: Items on which one grader reached it.
        reached_apart: Items of two or more graders that some brought to this question and some
            did not; the parting was at a question above.
        parted: Items whose graders first part here.
    """

    fact: str
    matrix: Matrix
    items: tuple[str, ...]
    by_two: int
    by_one: int
    reached_apart: int
    parted: tuple[str, ...]


def tables_by_question(
    paths: Iterable[Path], scales: Mapping[str, Scale]
) -> tuple[QuestionTable, ...]:
    """Return one table for each fact of ``scales``, in its order.

    Raises:
        RatingsError: A grader stands twice on one item, or a value is not of its question's scale.
    """
    by_item: dict[str, dict[str, Path]] = {}
    graders: dict[str, int] = {}
    for path in paths:
        mine = by_item.setdefault(path.item, {})
        if path.grader in mine:
            raise RatingsError(f"the grader {shown(path.grader)} stands twice on one item")
        mine[path.grader] = path
        graders.setdefault(path.grader, len(graders))
    parted = _partings(by_item)
    graders = graders or {"": 0}  # a table of nothing still has a column
    counted = {fact: _Counted(fact, scale) for fact, scale in scales.items()}
    for item, given in by_item.items():
        for fact, row in _rows(given, counted, graders).items():
            counted[fact].take(item, row, len(given))
    return tuple(
        _table(one, by_item, graders=graders, parted=parted.get(fact, ()))
        for fact, one in counted.items()
    )


class _Counted:
    """What comes together of one question, item by item."""

    def __init__(self, fact: str, scale: Scale) -> None:
        self.fact, self.scale = fact, scale
        self.codes = array("h")  # not rows of rows: to read those keeps every other thread waiting
        self.items: list[str] = []
        self.reached: list[int] = []  # by how many graders each of these was reached
        self.reached_apart = 0

    def place(self, value: str) -> int:
        """Return the place of an answer; raises RatingsError where it is none."""
        place = self.scale.place(value)
        if place is None:
            raise RatingsError(f"{shown(value)} is no answer to the question {self.fact}")
        return place

    def take(self, item: str, row: Sequence[int], graders: int) -> None:
        """Take what the graders of an item answered, so many of them."""
        answered = len(row) - row.count(NO_RATING)
        self.codes.extend(row)
        self.items.append(item)
        self.reached.append(answered)
        self.reached_apart += answered < graders


def _rows(
    paths: Mapping[str, Path], counted: Mapping[str, _Counted], graders: Mapping[str, int]
) -> dict[str, list[int]]:
    """Return for each question that was reached on an item a rating of each grader."""
    rows: dict[str, list[int]] = {}
    for grader, path in paths.items():
        for fact, value in path.answers:
            if fact in counted:
                if fact not in rows:
                    rows[fact] = [NO_RATING] * len(graders)
                rows[fact][graders[grader]] = counted[fact].place(value)
    return rows


def _table(
    counted: _Counted,
    by_item: Mapping[str, Mapping[str, Path]],
    *,
    graders: Mapping[str, int],
    parted: Sequence[str],
) -> QuestionTable:
    kin = group_codes(by_item[one].values() for one in counted.items)
    return QuestionTable(
        fact=counted.fact,
        matrix=matrix_of_codes(counted.codes, counted.scale, tuple(graders), groups=kin),
        items=tuple(counted.items),
        by_two=sum(answered >= 2 for answered in counted.reached),
        by_one=sum(answered == 1 for answered in counted.reached),
        reached_apart=counted.reached_apart,
        parted=tuple(parted),
    )


class Grouped(Protocol):
    """What says with which near-copies it was given."""

    @property
    def group(self) -> str | None:
        """The group, or None."""


def group_codes(items: Iterable[Iterable[Grouped]]) -> list[int] | None:
    """Return for each item the number of its group of near-copies, or -1; None without any group.

    A group is whatever one of its graders answered together; the first that is named counts.
    """
    numbers: dict[str, int] = {}
    found = []
    for given in items:
        name = next((one.group for one in given if one.group is not None), None)
        found.append(-1 if name is None else numbers.setdefault(name, len(numbers)))
    return found if numbers else None


def _partings(by_item: Mapping[str, Mapping[str, Path]]) -> dict[str, list[str]]:
    """Return for each fact the items whose graders first part there."""
    found: dict[str, list[str]] = {}
    for item, paths in by_item.items():
        fact = first_parting([path.answers for path in paths.values()])
        if fact is not None:
            found.setdefault(fact, []).append(item)
    return found


def first_parting(answers: Sequence[Sequence[tuple[str, str]]]) -> str | None:
    """Return the fact at which paths first differ, or None where all are alike."""
    shortest = min(map(len, answers), default=0)
    for place in range(shortest):
        if len({path[place] for path in answers}) > 1:
            return answers[0][place][0]
    return None
