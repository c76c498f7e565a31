"""A grid of cells, each with its number: darker for more, hatched where it rests on too few."""

from collections.abc import Mapping
from dataclasses import field
from math import ceil

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.quality.twin import Twin
from grading.late_methods import dataclass
from widgets.chart import Chart, Place
from widgets.fittings import Fittings
from widgets.text_block import elided

LABELS_MOST = 0.45  # of the width
DARK = 0.6  # a shade from which the number stands in the colour of the ground
EMPTY_TWIN = Twin("", (), ())


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell.

    Attributes:
        text: What stands in it.
        shade: From 0 to 1.
        said: What is known of it, in words.
        hatched: Whether it rests on too few to be read.
        marked: Whether a sentence beside the chart is about it.
    """

    text: str
    shade: float
    said: str
    hatched: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with their labels, columns with short ones, and the cells that there are."""

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: Mapping[Place, GridCell] = field(default_factory=dict)
    twin: Twin = EMPTY_TWIN
    corner: str = ""


class GridChart(Chart[Grid]):
    """The cells of a grid."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, Grid())

    def places(self) -> tuple[Place, ...]:
        """Every cell that there is, row by row."""
        return tuple(sorted(self._data.cells))

    def words_at(self, place: Place) -> str:
        """What is known of a cell."""
        return self._data.cells[place].said

    def twin(self) -> Twin:
        """The same figures as a table."""
        return self._data.twin

    def sizeHint(self) -> QSize:
        """A line for each row and one for the headings."""
        lines = len(self._data.rows) + 1
        wide = self._look.px("s8") * (len(self._data.columns) + 4)
        high = (self._look.px("s6") + 3) * self._grown
        return QSize(wide, round(lines * high) + self._look.px("s1"))

    def rect_of(self, place: Place, size: QSizeF) -> QRectF:
        """Where a cell is drawn."""
        left, wide, high = self._measured(size)
        row, column = place
        return QRectF(left + column * wide, (row + 1) * high, wide, high)

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw labels and cells."""
        data, look = self._data, self._look
        left, wide, high = self._measured(size)
        aside = look.font("aside", figures=True)
        painter.setFont(aside)
        painter.setPen(look.colour("text3"))
        middle = Qt.AlignmentFlag.AlignCenter
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, left, high), side, elided(data.corner, aside, left))
        for column, label in enumerate(data.columns):
            place = QRectF(left + column * wide, 0, wide, high)
            painter.drawText(place, middle, elided(label, aside, wide))
        painter.setPen(look.colour("text2"))
        for row, label in enumerate(data.rows):
            place = QRectF(0, (row + 1) * high, left - look.px("s2"), high)
            painter.drawText(place, side, elided(label, aside, place.width()))
        for at, cell in data.cells.items():
            self._draw_cell(painter, self.rect_of(at, size).adjusted(1.5, 1.5, -1.5, -1.5), cell)

    def _draw_cell(self, painter: QPainter, place: QRectF, cell: GridCell) -> None:
        look = self._look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("raised") if cell.hatched else self._shade(cell.shade))
        painter.drawRoundedRect(place, 3, 3)
        if cell.hatched:
            painter.setBrush(look.colour("line"))
            brush = painter.brush()
            brush.setStyle(Qt.BrushStyle.BDiagPattern)
            painter.setBrush(brush)
            painter.drawRoundedRect(place, 3, 3)
        if cell.marked:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("text"), 1.5))
            painter.drawRoundedRect(place, 3, 3)
        painter.setPen(look.colour(_tone(cell)))
        painter.setFont(look.font("aside", strong=cell.marked, figures=True))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cell.text)

    def _shade(self, share: float) -> QColor:
        """Return the ground of a cell: from the panel's own colour to that of charts."""
        ground, full = self._look.colour("raised"), self._look.colour("accent")
        part = min(max(share, 0.0), 1.0)
        # Between the two no tone could be read: the numbers keep 4.5 to 1 on either side.
        part = 0.44 * part / DARK if part < DARK else 0.86 + 0.14 * (part - DARK) / (1 - DARK)
        colours = (
            (ground.red(), full.red()),
            (ground.green(), full.green()),
            (ground.blue(), full.blue()),
        )
        mixed = [round(a + (b - a) * part) for a, b in colours]
        return QColor(*mixed)

    def _measured(self, size: QSizeF) -> tuple[float, float, float]:
        """Return the width of the labels, and width and height of a cell."""
        look, data = self._look, self._data
        metrics = QFontMetricsF(look.font("aside", figures=True))
        labels = [*data.rows, data.corner]
        wanted = max((metrics.horizontalAdvance(label) for label in labels), default=0.0)
        left = min(ceil(wanted) + look.px("s3"), size.width() * LABELS_MOST)
        columns = max(len(data.columns), 1)
        wide = min((size.width() - left) / columns, self._row_px() * 2)
        high = min(size.height() / (len(data.rows) + 1), self._row_px())
        return left, wide, high


def _tone(cell: GridCell) -> str:
    """Return the colour of the number of a cell."""
    if cell.hatched:
        return "text2"
    return "surface" if cell.shade >= DARK else "text"
