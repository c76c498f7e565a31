"""A curve in a square from 0 to 1 both ways, with the diagonal that it is held against."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.quality.twin import Twin
from grading.late_methods import dataclass
from widgets.chart import Place
from widgets.fittings import Fittings
from widgets.grid_chart import EMPTY_TWIN
from widgets.points_chart import PointsChart

LINES = 10  # of the height of the largest space
REACH = 3  # of a dot: how far from it the pointer still means it
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point, both ways from 0 to 1, with the interval of its height if it has one."""

    x: float
    y: float
    said: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """The points from left to right, and what the two ways mean."""

    points: tuple[CurvePoint, ...] = ()
    across: str = ""
    up: str = ""
    twin: Twin = EMPTY_TWIN
    dots: bool = True
    percent: Callable[[int], str] = str


class CurveChart(PointsChart[Curve]):
    """Draws it."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, Curve())

    def sizeHint(self) -> QSize:
        """A square with room for words."""
        side = round(self._row_px() * LINES)
        return QSize(side, side)

    def rect_of(self, place: Place, size: QSizeF) -> QRectF:
        """A little square about a point."""
        at = self._at_point(self._data.points[place[1]], self._plot(size))
        reach = self._look.px("dot") * REACH / 2
        return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw scales, diagonal, line, intervals and dots."""
        if not self._data.points:
            return
        look, plot = self._look, self._plot(size)
        self._draw_scales(painter, plot)
        painter.setPen(QPen(look.colour("text3"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.drawPolyline([self._at_point(point, plot) for point in self._data.points])
        if self._data.dots:
            self._draw_dots(painter, plot)

    def _draw_dots(self, painter: QPainter, plot: QRectF) -> None:
        look = self._look
        for point in self._data.points:
            at = self._at_point(point, plot)
            painter.setPen(QPen(look.colour("accent"), 1))
            if point.interval is not None:
                low, high = (plot.bottom() - plot.height() * value for value in point.interval)
                painter.drawLine(QPointF(at.x(), low), QPointF(at.x(), high))
                for end in (low, high):
                    wide = look.px("dot") / 2
                    painter.drawLine(QPointF(at.x() - wide, end), QPointF(at.x() + wide, end))
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(at, look.px("dot") / 2, look.px("dot") / 2)

    def _draw_scales(self, painter: QPainter, plot: QRectF) -> None:
        look, data = self._look, self._data
        painter.setFont(look.font("aside", figures=True))
        high = look.px("s5") + 0.0
        for value in (0.0, 0.5, 1.0):
            x, y = plot.left() + plot.width() * value, plot.bottom() - plot.height() * value
            painter.setPen(QPen(look.colour("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(look.colour("text3"))
            words = data.percent(round(100 * value))
            left = QRectF(0, y - high / 2, plot.left() - look.px("s2"), high)
            painter.drawText(left, RIGHT, words)
            wide = look.px("s8") * 2.0
            below = QRectF(x - wide / 2, plot.bottom() + 2, wide, high)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(look.colour("text2"))
        foot = QRectF(plot.left(), plot.bottom() + high, plot.width(), high)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, data.across)
        head = QRectF(0, 0, plot.right(), high)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, data.up)

    def _plot(self, size: QSizeF) -> QRectF:
        """The square, as large as there is room for, at the left."""
        look = self._look
        metrics = QFontMetricsF(look.font("aside", figures=True))
        left = metrics.horizontalAdvance(self._data.percent(100)) + look.px("s2")
        top, foot, right = look.px("s6") + 0.0, look.px("s5") * 2.0, look.px("s5") + 0.0
        side = max(min(size.width() - left - right, size.height() - top - foot), 1.0)
        return QRectF(left, top, side, side)

    def _at_point(self, point: CurvePoint, plot: QRectF) -> QPointF:
        return QPointF(
            plot.left() + plot.width() * point.x, plot.bottom() - plot.height() * point.y
        )
