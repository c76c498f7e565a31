"""Rows with an interval each: what it is of, on how many it rests, the dot and its bar, figures."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QResizeEvent

from app.quality.twin import Twin
from grading.late_methods import dataclass
from widgets.chart import Chart, Place
from widgets.fittings import Fittings
from widgets.grid_chart import EMPTY_TWIN
from widgets.text_block import elided

LABEL_LEAST = 0.2  # of the width, whatever else there is
PLOT_LEAST = 2  # of the largest space: a narrower plot says nothing
PLOT_MOST = 6
TWO_LINES = 1.75  # so much higher is a row whose reading has a line of its own
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One row.

    Attributes:
        label: What it is of.
        number: On how many it rests, in words.
        value: The figure; None where it is undefined.
        interval: Its 95 % interval, or None.
        figures: The value and further figures, as they stand in their columns.
        reading: What it means, in some words.
        said: The same in a sentence.
        unsure: Whether the interval rests on too few to be relied on.
        strong: Whether it sums up the others.
        weak: Whether somebody should look at it.
    """

    label: str
    number: str
    value: float | None
    interval: tuple[float, float] | None
    figures: tuple[str, ...]
    reading: str
    said: str
    unsure: bool = False
    strong: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Intervals:
    """The rows under their headings: label, number, plot, one for each figure, reading."""

    heads: tuple[str, ...] = ()
    rows: tuple[IntervalRow, ...] = ()
    twin: Twin = EMPTY_TWIN
    least: float = 0.0  # the left end of the plot; the right end is 1


@dataclass(frozen=True, slots=True)
class _Columns:
    """Left edges and widths."""

    label: tuple[float, float]
    number: tuple[float, float]
    plot: tuple[float, float]
    figures: tuple[tuple[float, float], ...]
    reading: tuple[float, float]
    in_two_lines: bool = False  # the reading stands below the rest

    @property
    def times(self) -> float:
        """The height of a row, in lines."""
        return TWO_LINES if self.in_two_lines else 1.0


class IntervalChart(Chart[Intervals]):
    """Dots with their bars on one scale from `least` to 1."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, Intervals())
        self._laid: dict[tuple[float, int], _Columns] = {}  # by the width and the size of text
        self._laid_of = self._data

    def places(self) -> tuple[Place, ...]:
        """Every row."""
        return tuple((row, 0) for row in range(len(self._data.rows)))

    def words_at(self, place: Place) -> str:
        """What a row means."""
        return self._data.rows[place[0]].said

    def twin(self) -> Twin:
        """The same figures as a table."""
        return self._data.twin

    def sizeHint(self) -> QSize:
        """A line for each row and one for the headings, or two where it is narrow."""
        lines = self._lines(self._columns(self.width()))
        return QSize(self._look.px("dialog"), round(lines * self._row_px()))

    def rect_of(self, place: Place, size: QSizeF) -> QRectF:
        """Where a row is drawn."""
        columns = self._columns(size.width())
        high = self._high(size, columns)
        row = high * columns.times
        return QRectF(0, high + place[0] * row, size.width(), row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the rows now have one line or two."""
        before, now = event.oldSize().width(), event.size().width()
        if self._columns(before).times != self._columns(now).times:
            self.updateGeometry()
        super().resizeEvent(event)

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw headings and rows."""
        look, columns = self._look, self._columns(size.width())
        high = self._high(size, columns)
        head = look.font("aside", strong=True)
        painter.setFont(head)
        painter.setPen(look.colour("text2"))
        heads = self._data.heads
        places = [columns.label, columns.number, columns.plot, *columns.figures, columns.reading]
        for number, (title, (left, wide)) in enumerate(zip(heads, places, strict=False)):
            side = LEFT if number in (0, 2, len(heads) - 1) else RIGHT
            if wide > 0 and not (columns.in_two_lines and number == len(heads) - 1):
                place = QRectF(left, 0, wide, high)
                painter.drawText(place, side, elided(title, head, wide))
        for number, row in enumerate(self._data.rows):
            self._draw_row(painter, self.rect_of((number, 0), size), row, columns)

    def _draw_row(
        self, painter: QPainter, line: QRectF, row: IntervalRow, columns: _Columns
    ) -> None:
        look = self._look
        painter.setPen(QPen(look.colour("line"), 1))
        painter.drawLine(QPointF(0, line.top() + 0.5), QPointF(line.right(), line.top() + 0.5))
        first = QRectF(line)
        first.setHeight(line.height() / columns.times)
        read = first
        if columns.in_two_lines:
            read = QRectF(first.bottomLeft(), line.bottomRight())
            read.setBottom(line.bottom() - look.px("s1"))
        if row.weak:  # said in words too: the reading
            bar = QRectF(0, line.top() + 6, 3, line.height() - 12)
            painter.fillRect(bar, look.colour("attention"))
        plain = look.font(strong=row.strong)
        figures = look.font(strong=row.strong, figures=True)
        text, label = look.colour("text"), look.colour("text2")
        words = [
            (columns.label, first, row.label, plain, text, LEFT),
            (columns.number, first, row.number, figures, label, RIGHT),
            *(
                (at, first, said, figures, text, RIGHT)
                for at, said in zip(columns.figures, row.figures, strict=False)
            ),
            (columns.reading, read, row.reading, plain, label, LEFT),
        ]
        for (left, wide), on, said, font, colour, side in words:
            if wide > 0:
                painter.setFont(font)
                painter.setPen(colour)
                where = QRectF(left, on.top(), wide, on.height())
                painter.drawText(where, side, elided(said, font, wide))
        if columns.plot[1] > 0:
            self._draw_interval(painter, first, columns.plot, row)

    def _draw_interval(
        self, painter: QPainter, line: QRectF, plot: tuple[float, float], row: IntervalRow
    ) -> None:
        look, middle, (left, wide) = self._look, line.center().y(), plot
        painter.setPen(QPen(look.colour("line"), 1))
        painter.drawLine(QPointF(left, middle), QPointF(left + wide, middle))
        if row.value is None:
            return

        def x(value: float) -> float:
            least = self._data.least
            return left + wide * min(max((value - least) / (1 - least), 0.0), 1.0)

        if row.interval is not None:
            thick = look.px("s2") + 0.0
            low, high = x(row.interval[0]), x(row.interval[1])
            bar = QRectF(low, middle - thick / 2, max(high - low, 2.0), thick)
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.setBrush(look.colour("accent_bg"))
            if row.unsure:  # hatched: it rests on too few
                brush = painter.brush()
                brush.setColor(look.colour("accent"))
                brush.setStyle(Qt.BrushStyle.BDiagPattern)
                painter.setBrush(brush)
            painter.drawRect(bar)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent"))
        radius = look.px("dot") / 2 + 0.5
        painter.drawEllipse(QPointF(x(row.value), middle), radius, radius)

    def _lines(self, columns: _Columns) -> float:
        return len(self._data.rows) * columns.times + 1

    def _high(self, size: QSizeF, columns: _Columns) -> float:
        """The height of one line."""
        return min(size.height() / self._lines(columns), self._row_px())

    def _columns(self, width: float) -> _Columns:
        """Return the columns of what is shown; every row that is drawn asks for them."""
        if self._laid_of is not self._data:
            self._laid, self._laid_of = {}, self._data
        key = (width, self._look.percent)
        if key not in self._laid:
            self._laid[key] = self._lay(width)
        return self._laid[key]

    def _lay(self, width: float) -> _Columns:
        """Lay the columns, each as wide as its words.

        Where room lacks the plot goes first; then the reading goes to a line of its own.
        """
        look, data = self._look, self._data
        gap, edge = look.px("s3"), look.px("s2")
        metrics = QFontMetricsF(look.font(strong=True, figures=True))
        small = QFontMetricsF(look.font("aside", strong=True))

        def wide(head: int, texts: list[str]) -> float:
            words = [metrics.horizontalAdvance(text) for text in texts]
            title = small.horizontalAdvance(data.heads[head]) if head < len(data.heads) else 0.0
            return float(ceil(max([*words, title]))) + 1

        if not data.heads:
            return _Columns((edge, width), (0, 0), (0, 0), (), (0, 0))
        number = wide(1, [row.number for row in data.rows])
        count = len(data.heads) - 4
        figures = [wide(3 + n, [row.figures[n] for row in data.rows]) for n in range(count)]
        label, reading = (
            wide(0, [row.label for row in data.rows]),
            wide(len(data.heads) - 1, [row.reading for row in data.rows]),
        )
        fixed = edge * 2 + number + sum(figures) + gap * (len(figures) + 3)
        two = reading > max(width - fixed - label, 0.0)
        spare = width - fixed - label - (0.0 if two else reading)
        plot = min(max(spare, 0.0), look.px("s8") * PLOT_MOST)
        if plot < look.px("s8") * PLOT_LEAST:
            plot = 0.0
            label = min(label, max(width - fixed - (0.0 if two else reading), width * LABEL_LEAST))
        else:
            label += (spare - plot) / 2
        left, placed = edge + 0.0, []
        for one in (label, number, plot, *figures):
            placed.append((left, one))
            left += one + gap
        read = (edge + 0.0, width - edge * 2) if two else (left, max(width - left - edge, 0.0))
        return _Columns(placed[0], placed[1], placed[2], tuple(placed[3:]), read, two)
