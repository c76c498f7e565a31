"""A table that a person hands over: rows of named cells; a row that cannot be read is told."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import TableError
from app.names import shown
from app.spreadsheet import NUL, rows_of_cells, table_text
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was refused, by its number in a spreadsheet, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number and its non-empty cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header was understood; ``rows`` reads the rest. ``lines`` follow at most."""

    file: Path
    columns: tuple[str, ...]
    lines: int
    _after_header: Iterator[tuple[int, list[str] | str]]

    def rows(self) -> Iterator[Row | RowFault]:
        """Yield every row that is not blank, or why it cannot be one; once."""
        for number, cells in self._after_header:
            if isinstance(cells, str):
                yield RowFault(number, cells)
            elif any(cells):
                yield self._row(number, cells)

    def _row(self, number: int, cells: list[str]) -> Row | RowFault:
        if len(cells) != len(self.columns):
            return RowFault(number, f"has {len(cells)} cells, the header {len(self.columns)}")
        named = {column: cell for column, cell in zip(self.columns, cells, strict=True) if cell}
        if any(NUL in cell for cell in named.values()):
            return RowFault(number, "holds a NUL character")
        return Row(number, named)


def read_table(file: Path, *, known: Sequence[str], one_of: Sequence[str]) -> Table:
    """Read a table's header; raises TableError if the table cannot be understood as a whole.

    ``known`` are the columns there may be, ``one_of`` those of which at least one must be there.
    """
    text = table_text(file)
    rows = rows_of_cells(text)
    _, header = next(rows, (0, []))
    if isinstance(header, str):
        raise TableError(
            f"{shown(str(file))}: the header cannot be read: {header}.",
            advice="Correct the first row and run it again.",
        )
    columns = tuple(column.strip() for column in header)
    _check_columns(file, columns, known=known, one_of=one_of)
    lines = max(text.count("\n") + (not text.endswith("\n")) - 1, 0)
    return Table(file, columns, lines, rows)


def _check_columns(
    file: Path, columns: tuple[str, ...], *, known: Sequence[str], one_of: Sequence[str]
) -> None:
    if not any(columns):
        raise TableError(
            f"{shown(str(file))}: the table is empty.", advice="Its first row names columns."
        )
    for column in columns:
        if column not in known:
            raise TableError(
                f"{shown(str(file))}: there is no column called '{shown(column)}'.",
                advice=f"Columns are: {', '.join(known)}.",
            )
        if columns.count(column) > 1:
            raise TableError(f"{shown(str(file))}: the column {column} stands there twice.")
    if not set(one_of) & set(columns):
        raise TableError(
            f"{shown(str(file))}: no column says which item a row is about.",
            advice=f"Name one {' or '.join(one_of)}.",
        )
