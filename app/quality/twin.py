"""A chart as a table: what it is of, headings, rows; and that table as CSV."""

import csv
import io
from dataclasses import replace

from app.spreadsheet import safe_cell
from app.texts import Texts
from grading.late_methods import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Twin:
    """The figures of one chart.

    Attributes:
        title: What it is of.
        heads: The headings.
        rows: Cells; None where there is no figure, with the reason in words beside it.
        note: On how many items it rests, and under which filter.
        crossed: Whether its columns are its rows again, in their order: on a screen both are
            numbered, since as many long headings leave no room for figures.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    crossed: bool = False

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers alone."""
        cells = [row[column] for row in self.rows if row[column] is not None]
        return bool(cells) and not any(isinstance(cell, str) for cell in cells)

    def numbered(self) -> "Twin":
        """The same with its columns headed by the numbers of its rows, where it is crossed."""
        if not self.crossed:
            return self
        heads = (self.heads[0], *(str(n) for n in range(1, len(self.heads))))
        rows = tuple((f"{n}  {label}", *cells) for n, (label, *cells) in enumerate(self.rows, 1))
        return replace(self, heads=heads, rows=rows, crossed=False)


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


def shown_cell(cell: Cell, texts: Texts) -> str:
    """Return a cell as a person reads it, its number written as the language does."""
    if cell is None:
        return texts("quality.none")
    if isinstance(cell, float):
        return texts.figure(round(cell, 2) + 0.0, 2)  # what rounds to nothing has no sign
    return texts.figure(cell, 0) if isinstance(cell, int) else cell


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return str(cell) if isinstance(cell, int) else safe_cell(cell)
