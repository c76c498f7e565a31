"""A table of ratings as a spreadsheet writes it: a header of grader names, one row a unit.

UTF-8 with or without a mark at the start; comma, semicolon or tab between cells; any line end. An
empty cell is no rating. A row is numbered as a spreadsheet numbers it: the header is row 1.
"""

import csv
import io
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import TableError
from app.names import shown

LIMIT_BYTES = 512 * 1024 * 1024
GRADERS_MAX = 1_000
CELL_MAX_CHARACTERS = 10_000
_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*"')
_NUL = "\x00"


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


def read_ratings(file: Path) -> RatingsTable:
    """Read a table of ratings whole; raises TableError, which names the row, if any row is wrong.

    A figure from a table of which some rows were left out would be another figure.
    """
    # A quoted cell may hold anything, so the limit is on the reader, which is the module's.
    csv.field_size_limit(CELL_MAX_CHARACTERS)
    text = _text(file)
    rows = _rows(file, text)
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


def _rows(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not a blank line, with its number."""
    first_line = _QUOTED.sub("", re.split(r"[\r\n]", text, maxsplit=1)[0])
    delimiter = max(_DELIMITERS, key=first_line.count)
    # strict: a quotation mark that is never closed must not swallow the rows after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _refused(file, number, f"cannot be read as cells ({error})") from error
        if cells is None:
            return
        if cells:
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


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(LIMIT_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise TableError(f"{shown(str(file))}: the table cannot be read ({why}).") from error
    if len(data) > LIMIT_BYTES:
        raise TableError(f"{shown(str(file))}: the table is larger than {LIMIT_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{shown(str(file))}: line {line} is not UTF-8 text.",
            advice="Save the table as CSV in UTF-8 and run it again.",
        ) from error
    if _NUL in text:
        line = text.count("\n", 0, text.index(_NUL)) + 1
        raise TableError(
            f"{shown(str(file))}: line {line} holds a NUL character.",
            advice="Save the table as CSV in UTF-8 and run it again.",
        )
    return text
