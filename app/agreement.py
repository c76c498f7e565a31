"""Agreement of graders from a table of ratings: needs no home, keeps nothing."""

import csv
from collections.abc import Sequence
from pathlib import Path

from app.errors import TableError, UsageError
from app.names import shown
from app.pace import UNWATCHED, Watch
from app.ratings_table import RatingsTable, read_ratings
from grading.agreement.matrix import Matrix, matrix_of_texts
from grading.agreement.scale import Level, Scale, declared_scale, found_scale
from grading.agreement.summary import Summary, summarise
from grading.errors import RatingsError
from grading.late_methods import dataclass

_MEANT_AS_EMPTY = frozenset({"na", "n/a", "nan", "null", "none", "nil", "missing", "-", "--", "."})


@dataclass(frozen=True, slots=True)
class TableAgreement:
    """What a table of ratings says.

    Attributes:
        summary: The statistics.
        scale: The scale they were computed on.
        notes: What a reader must know beside the figures, one sentence each.
    """

    summary: Summary
    scale: Scale
    notes: tuple[str, ...]


def agreement_of_table(
    file: Path,
    level: Level,
    categories: Sequence[str] | None = None,
    watch: Watch = UNWATCHED,
) -> TableAgreement:
    """Return the agreement of the graders in a table.

    Args:
        file: A CSV: a header of grader names, one row a unit, an empty cell for no rating.
        level: Of the scale.
        categories: The declared scale in its order; None takes the sorted values found.
        watch: Is told how far it is, and may stop it.

    Raises:
        TableError: The table cannot be read, or a cell is not of the scale; the row is named.
        UsageError: The categories declare no scale.
    """
    table = read_ratings(file, watch)
    scale = _declared(level, categories) if categories is not None else _found(level, table)
    matrix = _matrix(table, scale)
    notes = [] if categories is not None else _of_doubtful_categories(scale)
    blank = len(table.kind_of) - matrix.units
    if blank:
        notes.append(f"Rows without any rating, left out: {blank:,}.")
    summary = summarise(matrix, drawn=watch.counted("drawing"))
    return TableAgreement(summary, scale, (*summary.notes, *notes))


def categories_of(text: str) -> list[str]:
    """Return the categories of an option such as ``A,B,"C, D"``.

    Raises:
        UsageError: A quotation mark is not closed.
    """
    try:
        return next(csv.reader([text], strict=True, skipinitialspace=True), [])
    except csv.Error as error:
        raise UsageError(f"--categories cannot be read ({error}).") from error


def _declared(level: Level, categories: Sequence[str]) -> Scale:
    try:
        return declared_scale(level, categories)
    except RatingsError as error:
        raise UsageError(
            f"--categories: {error.why}.",
            advice='Name them in order, parted by commas, such as "A,B,C".',
        ) from error


def _found(level: Level, table: RatingsTable) -> Scale:
    try:
        return found_scale(level, table.kinds)
    except RatingsError as error:
        raise _at_row(table, error) from error


def _matrix(table: RatingsTable, scale: Scale) -> Matrix:
    try:
        return matrix_of_texts(table.kinds, scale, table.graders, rows=table.kind_of)
    except RatingsError as error:
        raise _at_row(table, error) from error


def _at_row(table: RatingsTable, error: RatingsError) -> TableError:
    where = "" if error.row is None else f", row {table.first_row[error.row]}"
    return TableError(
        f"{shown(str(table.file))}{where}: {error.why}.",
        advice="Nothing was computed; correct the table and run it again.",
    )


def _of_doubtful_categories(scale: Scale) -> list[str]:
    return [
        f"“{category}” is counted as a category; leave the cell empty where there is no rating."
        for category in scale.categories
        if category.casefold() in _MEANT_AS_EMPTY
    ]
