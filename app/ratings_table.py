"""A table of ratings: a header of grader names, one row a unit; an empty cell is no rating."""

from array import array
from collections.abc import Iterator
from pathlib import Path

from app.errors import TableError
from app.names import shown
from app.pace import UNWATCHED, Watch
from app.spreadsheet import refuse_nul, rows_of_cells, table_text
from grading.late_methods import dataclass

GRADERS_MAX = 1_000
_TOLD_EVERY = 10_000  # rows


@dataclass(frozen=True, slots=True)
class RatingsTable:
    """A table whose every row was understood.

    Attributes:
        file: Where it was read.
        graders: The names in the header.
        kinds: The distinct rows, in the order in which they first stand.
        first_row: For each of them, the number of its first row in a spreadsheet.
        kind_of: One entry a unit: which of the distinct rows it has.
    """

    file: Path
    graders: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...]
    first_row: tuple[int, ...]
    kind_of: "array[int]"


def read_ratings(file: Path, watch: Watch = UNWATCHED) -> RatingsTable:
    """Read a table of ratings whole; raises TableError, which names the row, if any row is wrong.

    A figure from a table of which some rows were left out would be another figure.
    """
    rows = _rows(file, watch)
    _, header = next(rows, (0, []))
    graders = _graders(file, header)
    kinds: dict[tuple[str, ...], int] = {}
    first_row: list[int] = []
    kind_of = array("q")
    for number, cells in rows:
        if len(cells) != len(graders):
            raise _refused(file, number, f"has {len(cells)} cells, and the header {len(graders)}")
        kind = kinds.setdefault(tuple(cells), len(first_row))
        if kind == len(first_row):
            first_row.append(number)
        kind_of.append(kind)
    return RatingsTable(file, graders, tuple(kinds), tuple(first_row), kind_of)


def _rows(file: Path, watch: Watch) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not a blank line, with its number."""
    text = table_text(file)
    refuse_nul(file, text)
    pace = watch.pace("reading", text.count("\n"))
    for number, cells in rows_of_cells(text):
        if number % _TOLD_EVERY == 0:
            watch.go_on()
            pace.reached(number)
        if isinstance(cells, str):
            raise _refused(file, number, cells)
        yield number, cells


def _graders(file: Path, header: list[str]) -> tuple[str, ...]:
    graders = tuple(name.strip() for name in header)
    if not any(graders):
        raise TableError(
            f"{shown(str(file))}: the table is empty.", advice="Its first row names the graders."
        )
    if len(graders) > GRADERS_MAX:
        raise _refused(file, 1, f"names {len(graders):,} graders, at most {GRADERS_MAX:,} may be")
    for position, name in enumerate(graders):
        if not name:
            raise _refused(file, 1, f"column {position + 1} names no grader")
        if name in graders[:position]:
            raise _refused(file, 1, f"the grader {shown(name)} stands there twice")
    return graders


def _refused(file: Path, row: int, why: str) -> TableError:
    return TableError(
        f"{shown(str(file))}, row {row}: {why}.",
        advice="Nothing was computed; correct the table and run it again.",
    )
