"""The declared scale of a table of ratings: its level, its categories and their order."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Literal, get_args

from grading.errors import RatingsError
from grading.late_methods import dataclass

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = get_args(Level)
NUMERIC = frozenset({"interval", "ratio"})
CATEGORIES_MAX = 200  # a scale of judgement has a handful; what has more is a measurement
SHOWN_MAX_CHARS = 60  # of a cell quoted in a message
_NUMBER = re.compile(r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a rating can be. Weights and chance are taken from this, not from what happens to occur.

    Attributes:
        level: What may be done with categories: compare, order, subtract, or divide.
        categories: The categories as a person reads them, in their order.
        values: Their numbers on an interval or ratio scale; else None, and ranks serve.
    """

    level: Level
    categories: tuple[str, ...]
    values: tuple[float, ...] | None = None
    _places: dict[str, int] = field(init=False, repr=False, compare=False)
    _numbers: dict[float, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {category: place for place, category in enumerate(self.categories)}
        numbers = [number(category) for category in self.categories]
        known = [value for value in numbers if value is not None]
        # Spreadsheets write 1 as 1.0 where a column has gaps: on a scale of numbers both are one.
        whole = {value: place for place, value in enumerate(known)}
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_numbers", whole if len(known) == len(places) else {})

    def place(self, text: str) -> int | None:
        """Return the position of the category that ``text`` writes, or None if there is none."""
        found = self._places.get(text)
        if found is None and self._numbers:
            value = number(text)
            found = None if value is None else self._numbers.get(value)
        return found

    @property
    def size(self) -> int:
        """How many categories there are."""
        return len(self.categories)


def number(text: str) -> float | None:
    """Return the number that ``text`` writes with digits and a decimal point, or None."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return (value or 0.0) if math.isfinite(value) else None


def declared_scale(level: Level, categories: Sequence[str]) -> Scale:
    """Return the scale that a person declares, in the order given.

    Raises:
        RatingsError: No category, too many, one twice, one empty, or at interval level one that
            is no number.
    """
    names = tuple(category.strip() for category in categories)
    if not any(names):
        raise RatingsError("no category is named")
    for position, name in enumerate(names):
        if not name:
            raise RatingsError("an empty text is named as a category, but it means no rating")
        if name in names[:position]:
            raise RatingsError(f"the category {shown(name)} is named twice")
    return _scale(level, names)


def found_scale(level: Level, rows: Iterable[Iterable[str]]) -> Scale:
    """Return the scale of the texts that occur, sorted: as numbers where all are numbers.

    Args:
        level: What may be done with the categories.
        rows: Cells of a table; an empty one is no rating.

    Raises:
        RatingsError: Too many different ratings, or one that is no number at interval level;
            ``row`` says where it was first seen.
    """
    first_seen: dict[str, int] = {}
    for position, cells in enumerate(rows):
        for cell in cells:
            first_seen.setdefault(cell.strip(), position)
    first_seen.pop("", None)
    numbers = {text: number(text) for text in first_seen}
    if level in NUMERIC:
        _check_numbers(level, numbers, first_seen)
    if first_seen and None not in numbers.values():
        return _scale(level, _shortest(numbers))
    return _scale(level, tuple(sorted(first_seen)))


def _check_numbers(
    level: Level, numbers: Mapping[str, float | None], first_seen: Mapping[str, int]
) -> None:
    for text, value in numbers.items():
        if value is None:
            raise RatingsError(
                f"{shown(text)} is not a number, as {level} ratings are", row=first_seen[text]
            )


def _shortest(numbers: Mapping[str, float | None]) -> tuple[str, ...]:
    """Return one text for each number, the shortest that occurs, in the order of the numbers."""
    found: dict[float, str] = {}
    for text in sorted(numbers, key=lambda text: (len(text), text)):
        found.setdefault(numbers[text] or 0.0, text)
    return tuple(found[value] for value in sorted(found))


def _scale(level: Level, names: tuple[str, ...]) -> Scale:
    if len(names) > CATEGORIES_MAX:
        raise RatingsError(
            f"there are {len(names):,} different ratings, and a scale has at most {CATEGORIES_MAX}"
        )
    if level not in NUMERIC:
        return Scale(level, names)
    numbers = {name: number(name) for name in names}
    _check_numbers(level, numbers, dict.fromkeys(names, 0))
    values = tuple(value for value in numbers.values() if value is not None)
    if len(set(values)) != len(values):
        raise RatingsError("one number is named twice as a category")
    return Scale(level, names, values)


def shown(text: str) -> str:
    """Return ``text`` quoted for a message: short, on one line, without control characters."""
    kept = text if len(text) <= SHOWN_MAX_CHARS else text[: SHOWN_MAX_CHARS - 1] + "…"
    return f"“{''.join(mark if mark.isprintable() else '?' for mark in kept)}”"
