"""A baseline as a person gives it: a table, the CSV of another report, or a line of words."""

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.errors import TableError, UsageError
from app.names import shown
from app.table_reading import Row, RowFault, read_table
from grading.baseline import HUNDREDTHS, TABLES, Baseline

FIGURES = ("items", "count", "percent", "value")  # names that the column of figures may have
COLUMNS = ("table", "row", "column", *FIGURES)
FAULTS_TOLD = 3
MOST = 1_000_000_000
LONGEST_NAME = 80  # characters
LONGEST_VALUE = 60
_OUR_FIGURE = "items"  # in the CSV of a report of ours each figure has a line
_PART = re.compile(r"\s*(\w+)\s*:\s*(.+?)\s*")
_ADVICE = (
    "Nothing of it is used. Its columns are table (category, age_band, sex, ai or reason), row and"
    " items."
)


class _BadFigureError(Exception):
    """A figure that cannot be kept; the message is the reason."""


class _Figures:
    """Figures as they are read, each once."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, int]] = {}

    def take(self, table: str, value: str, figure: str) -> None:
        """Keep one figure; raises _BadFigureError."""
        key = TABLES.get(table, table)
        if key not in TABLES.values():
            known = ", ".join(TABLES)
            raise _BadFigureError(f"table must be one of {known}, not '{shown(table)[:40]}'")
        if not value or len(value) > LONGEST_VALUE or not value.isprintable():
            raise _BadFigureError("row is empty, too long or not printable")
        figures = self.found.setdefault(key, {})
        if value in figures:
            raise _BadFigureError(f"{table} {value} stands there twice")
        figures[value] = _hundredths(figure)

    def take_part(self, part: str) -> None:
        """Keep one table, such as ``category: A=10 B=20``; raises _BadFigureError."""
        found = _PART.fullmatch(part)
        if found is None:
            raise _BadFigureError(f"'{shown(part.strip())[:40]}' names no table")
        for pair in re.split(r"[,\s]+", found.group(2)):
            value, _, figure = pair.rpartition("=")
            self.take(found.group(1), value, figure)

    def baseline(self, name: str) -> Baseline:
        """Return what was read; raises _BadFigureError where nothing adds up to anything."""
        figures = {key: one for key, one in self.found.items() if sum(one.values())}
        if not figures:
            raise _BadFigureError("no figure in it is above 0")
        plain = "".join(letter if letter.isprintable() else " " for letter in name).strip()
        return Baseline(plain[:LONGEST_NAME] or "the baseline", figures)


def read_baseline(file: Path, name: str | None = None) -> Baseline:
    """Read a baseline from a table, whole.

    Its columns are ``table`` (category, age_band, sex, ai or reason), ``row`` (the value, such as A
    or 7-10) and ``items``, ``count`` or ``percent``. The CSV of a report of ours is one too.

    Args:
        file: The table.
        name: What the baseline is called; None for the name of the file.

    Raises:
        TableError: The table cannot be understood, or a row is wrong. A baseline of which rows
            were left out would be another one, so nothing of it is used; the rows are named.
    """
    table = read_table(file, known=COLUMNS, one_of=("table",))
    faults: list[RowFault] = []
    figures = _Figures()
    for row in table.rows():
        try:
            _take(row, figures, is_ours="column" in table.columns)
        except _BadFigureError as bad:
            faults.append(RowFault(_number(row), str(bad)))
    try:
        if not faults:
            return figures.baseline(name or file.stem)
    except _BadFigureError as bad:
        raise TableError(f"{shown(str(file))}: {bad}.", advice=_ADVICE) from None
    told = "; ".join(f"row {fault.row}: {fault.reason}" for fault in faults[:FAULTS_TOLD])
    more = f"; and {len(faults) - FAULTS_TOLD:,} more" if len(faults) > FAULTS_TOLD else ""
    raise TableError(f"{shown(str(file))}: {told}{more}.", advice=_ADVICE)


def baseline_of(words: str, name: str = "") -> Baseline:
    """Return a baseline that stands in words: ``category: A=10 B=20 C=70; age_band: 7-10=5``.

    Raises:
        UsageError: It cannot be understood.
    """
    figures = _Figures()
    try:
        for part in filter(str.strip, words.split(";")):
            figures.take_part(part)
        return figures.baseline(name)
    except _BadFigureError as bad:
        raise UsageError(
            f"The baseline cannot be read: {bad}.",
            advice="Write it as `category: A=10 B=20 C=70; age_band: 7-10=5`.",
        ) from None


def _number(row: Row | RowFault) -> int:
    return row.row if isinstance(row, RowFault) else row.number


def _take(row: Row | RowFault, figures: _Figures, *, is_ours: bool) -> None:
    if isinstance(row, RowFault):
        raise _BadFigureError(row.reason)
    cells = {name: cell.strip() for name, cell in row.cells.items()}
    table = cells.get("table", "")
    if is_ours and (cells.get("column") != _OUR_FIGURE or table not in TABLES.values()):
        return  # another line of a report
    stated = [cells[name] for name in FIGURES if cells.get(name)]
    if len(stated) != 1:
        raise _BadFigureError("it has no figure" if not stated else "it has several figures")
    figures.take(table, cells.get("row", ""), stated[0])


def _hundredths(text: str) -> int:
    plain = text.strip().rstrip("%").strip()
    try:
        number = Decimal(plain) if plain.isascii() else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= MOST:
        raise _BadFigureError(f"'{shown(text)[:40]}' is no figure of 0 or more")
    return int((number * HUNDREDTHS).to_integral_value())
