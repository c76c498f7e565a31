"""A chart as a table: what it is of, headings, rows; and that table as CSV."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from app.spreadsheet import safe_cell

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Twin:
    """The figures of one chart.

    Attributes:
        title: What it is of.
        heads: The headings.
        rows: Cells; None where there is no figure, with the reason in words beside it.
        note: On how many items it rests, and under which filter.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers alone."""
        cells = [row[column] for row in self.rows if row[column] is not None]
        return bool(cells) and not any(isinstance(cell, str) for cell in cells)


def twin_csv(twin: Twin) -> str:
    """Return the table as CSV; the title and what it rests on stand above it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for line in (twin.title, twin.note):
        if line:
            writer.writerow((safe_cell(line),))
    writer.writerow([safe_cell(head) for head in twin.heads])
    for row in twin.rows:
        writer.writerow([_written(cell) for cell in row])
    return text.getvalue()


def shown_cell(cell: Cell, words: Mapping[str, str]) -> str:
    """Return a cell as a person reads it; ``words["none"]`` stands where there is no figure."""
    if cell is None:
        return words["none"]
    if isinstance(cell, float):
        return f"{round(cell, 2) + 0.0:.2f}"  # what rounds to nothing has no sign
    return f"{cell:,}" if isinstance(cell, int) else cell


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return str(cell) if isinstance(cell, int) else safe_cell(cell)
