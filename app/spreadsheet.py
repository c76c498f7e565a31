"""A table as a spreadsheet saves it: text, separator and rows of cells, read with care.

UTF-8 with or without a mark at the start; comma, semicolon or tab between cells; any line end. A
row is numbered as a spreadsheet numbers it: the header is row 1.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from app.errors import TableError
from app.names import shown

LIMIT_BYTES = 512 * 1024 * 1024
CELL_MAX_CHARACTERS = 10_000
NUL = "\x00"
_DELIMITERS = (",", ";", "\t")
# After spaces and quotation marks too: some programs skip them at the start of a cell.
_FORMULA = re.compile(r"((?:^|[,;\t\r\n])[\s\"]*)(?=[=+\-@])")
_QUOTED = re.compile(r'"[^"]*"')
_AS_UTF_8 = "Save the table as CSV in UTF-8 and run it again."
# What the reader says in the words of programmers, and what a person can look for.
_FAULTS = (
    (
        "unexpected end",
        "a quotation mark opens a cell here and none closes it; the rows after it are not read",
    ),
    ("expected after", "a cell goes on after the quotation mark that closes it"),
    ("larger than field limit", f"a cell is longer than {CELL_MAX_CHARACTERS:,} characters"),
)


def safe_cell(text: str) -> str:
    """Return a text for a cell that no spreadsheet runs as a formula; texts come from outside.

    A program that takes another separator than ours, or a line end in a cell for one of the table,
    begins a cell of its own after it: what stands there is no formula either.
    """
    marked = _FORMULA.sub(r"\1'", text)
    return f"'{marked}" if marked[:1] in {"\t", "\r"} else marked


def table_text(file: Path) -> str:
    """Return the text of a table; raises TableError if it cannot be read or is no text."""
    named = shown(str(file))
    try:
        with file.open("rb") as opened:
            data = opened.read(LIMIT_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise TableError(
            f"{named}: the table cannot be read ({why}).", advice="Look at its path and name."
        ) from error
    if len(data) > LIMIT_BYTES:
        raise TableError(
            f"{named}: the table is larger than {LIMIT_BYTES:,} bytes.",
            advice="Cut it into several tables, each with the header.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(f"{named}: line {line} is not UTF-8 text.", advice=_AS_UTF_8) from error


def refuse_nul(file: Path, text: str) -> None:
    """Raise TableError, which names the line, if there is a NUL character anywhere."""
    if NUL in text:
        line = text.count("\n", 0, text.index(NUL)) + 1
        raise TableError(
            f"{shown(str(file))}: line {line} holds a NUL character.", advice=_AS_UTF_8
        )


def rows_of_cells(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the number of every row with its cells, or with why it cannot be read as cells.

    A blank line is a row without cells; it counts and is not yielded.
    """
    # A quoted cell may hold anything, so the limit is on the reader, which is the module's.
    csv.field_size_limit(CELL_MAX_CHARACTERS)
    # strict: a quotation mark that is never closed must not swallow the rows after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield number, _said(error)
            continue
        if cells is None:
            return
        if cells:
            yield number, cells


def _delimiter(text: str) -> str:
    first_line = _QUOTED.sub("", re.split(r"[\r\n]", text, maxsplit=1)[0])
    return max(_DELIMITERS, key=first_line.count)


def _said(error: csv.Error) -> str:
    told = str(error)
    return next((words for part, words in _FAULTS if part in told), f"cannot be read ({told})")
