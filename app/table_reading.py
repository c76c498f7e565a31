"""A table of verdicts as a spreadsheet writes it: rows of named cells, read with care.

UTF-8 with or without a mark at the start, comma, semicolon or tab between cells, any line end.
A row is numbered as a spreadsheet numbers it: the header is row 1.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import TableError
from app.names import shown

LIMIT_BYTES = 512 * 1024 * 1024
_CELL_LIMIT_CHARACTERS = 10_000
_DELIMITERS = (",", ";", "\t")


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
    """A table whose header was understood; ``rows`` reads the rest."""

    file: Path
    columns: tuple[str, ...]
    text: str
    delimiter: str

    def rows(self) -> Iterator[Row | RowFault]:
        """Yield every row that is not blank, or why it cannot be one."""
        reader = _cells(self.text, self.delimiter)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield RowFault(number, f"cannot be read as cells ({error})")
                continue
            if cells is None:
                return
            if number > 1 and any(cells):
                yield self._row(number, cells)

    def _row(self, number: int, cells: list[str]) -> Row | RowFault:
        if len(cells) != len(self.columns):
            return RowFault(number, f"has {len(cells)} cells, the header {len(self.columns)}")
        named = {column: cell for column, cell in zip(self.columns, cells, strict=True) if cell}
        if any("\x00" in cell for cell in named.values()):
            return RowFault(number, "holds a NUL character")
        return Row(number, named)


def read_table(file: Path, *, known: Sequence[str], one_of: Sequence[str]) -> Table:
    """Read a table's header; raises TableError if the table cannot be understood as a whole.

    ``known`` are the columns there may be, ``one_of`` those of which at least one must be there.
    """
    # A quoted cell may hold anything, so the limit is on the reader, which is the module's.
    csv.field_size_limit(_CELL_LIMIT_CHARACTERS)
    text = _text(file)
    first_line = text.split("\n", 1)[0].rstrip("\r")
    delimiter = max(_DELIMITERS, key=first_line.count)
    try:
        header = next(_cells(text, delimiter), [])
    except csv.Error as error:
        raise TableError(f"{_said(file)}: the header cannot be read ({error}).") from error
    columns = tuple(column.strip() for column in header)
    _check_columns(file, columns, known=known, one_of=one_of)
    return Table(file, columns, text, delimiter)


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    # strict: a quotation mark that is never closed must not swallow the rows after it.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _check_columns(
    file: Path, columns: tuple[str, ...], *, known: Sequence[str], one_of: Sequence[str]
) -> None:
    if not any(columns):
        raise TableError(
            f"{_said(file)}: the table is empty.", advice="Its first row names columns."
        )
    for column in columns:
        if column not in known:
            raise TableError(
                f"{_said(file)}: there is no column called {shown(column)!r}.",
                advice=f"Columns are: {', '.join(known)}.",
            )
        if columns.count(column) > 1:
            raise TableError(f"{_said(file)}: the column {column} stands there twice.")
    if not set(one_of) & set(columns):
        raise TableError(
            f"{_said(file)}: no column says which item a row is about.",
            advice=f"Name one {' or '.join(one_of)}.",
        )


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(LIMIT_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise TableError(f"{_said(file)}: the table cannot be read ({why}).") from error
    if len(data) > LIMIT_BYTES:
        raise TableError(f"{_said(file)}: the table is larger than {LIMIT_BYTES} bytes.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{_said(file)}: line {line} is not UTF-8 text.",
            advice="Save the table as CSV in UTF-8 and run it again.",
        ) from error


def _said(file: Path) -> str:
    return shown(str(file))
