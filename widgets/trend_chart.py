"""Agreement week by week: a line of dots in its band; a week of few items is a hollow dot."""

from collections.abc import Callable
from math import floor

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from app.quality.twin import Twin
from grading.late_methods import dataclass
from widgets.chart import Place
from widgets.fittings import Fittings
from widgets.grid_chart import EMPTY_TWIN
from widgets.points_chart import PointsChart

LINES = 5  # of the height of the largest space


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One week: its label, the share alike and its interval from 0 to 1, how many, in words."""

    label: str
    share: float
    low: float
    high: float
    few: bool
    said: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The weeks in order; ``percent`` writes a percentage of the scale."""

    points: tuple[TrendPoint, ...] = ()
    twin: Twin = EMPTY_TWIN
    percent: Callable[[int], str] = str


class TrendChart(PointsChart[Trend]):
    """A line in its band, on a scale that says where it begins."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, Trend())

    def sizeHint(self) -> QSize:
        """A wide strip."""
        return QSize(self._look.px("s8") * 10, round(self._row_px() * LINES))

    def rect_of(self, place: Place, size: QSizeF) -> QRectF:
        """The strip of a week."""
        plot = self._plot(size)
        wide = plot.width() / max(len(self._data.points), 1)
        return QRectF(plot.left() + place[1] * wide, plot.top(), wide, plot.height())

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw scale, band, line, dots and weeks."""
        if not self._data.points:
            return
        look, plot, points = self._look, self._plot(size), self._data.points
        self._draw_scale(painter, plot)
        middles = [self.rect_of((0, n), size).center().x() for n in range(len(points))]
        above = [
            QPointF(x, self._y(one.high, plot)) for x, one in zip(middles, points, strict=True)
        ]
        below = [QPointF(x, self._y(one.low, plot)) for x, one in zip(middles, points, strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent_bg"))
        painter.drawPolygon(QPolygonF([*above, *reversed(below)]))
        painter.setPen(QPen(look.colour("line"), 1))
        painter.drawPolyline(above)
        painter.drawPolyline(below)
        line = [
            QPointF(x, self._y(one.share, plot)) for x, one in zip(middles, points, strict=True)
        ]
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.drawPolyline(line)
        for at, top, bottom, one in zip(line, above, below, points, strict=True):
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.drawLine(top, bottom)  # so that a single week has its band too
            painter.setBrush(look.colour("surface" if one.few else "accent"))
            painter.drawEllipse(at, look.px("dot") / 2, look.px("dot") / 2)
        self._draw_weeks(painter, plot, middles)

    def _draw_scale(self, painter: QPainter, plot: QRectF) -> None:
        look, least = self._look, self._least()
        painter.setFont(look.font("aside", figures=True))
        for value in (least, (1 + least) / 2, 1.0):
            y = self._y(value, plot)
            painter.setPen(QPen(look.colour("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(look.colour("text3"))
            high = look.px("s4") + 0.0
            place = QRectF(0, y - high / 2, plot.left() - look.px("s2"), high)
            words = self._data.percent(round(100 * value))
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words
            )

    def _draw_weeks(self, painter: QPainter, plot: QRectF, middles: list[float]) -> None:
        """Write as many weeks as have room, the last one always."""
        look, points = self._look, self._data.points
        metrics = QFontMetricsF(look.font("aside", figures=True))
        wide = max(metrics.horizontalAdvance(one.label) for one in points) + look.px("s3")
        painter.setPen(look.colour("text3"))
        until = plot.right() + wide
        for number in reversed(range(len(points))):
            left = min(max(middles[number] - wide / 2, 0.0), plot.right() + 1 - wide)
            if left + wide <= until:
                place = QRectF(left, plot.bottom() + look.px("s1"), wide, look.px("s5"))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, points[number].label)
                until = left

    def _plot(self, size: QSizeF) -> QRectF:
        look = self._look
        metrics = QFontMetricsF(look.font("aside", figures=True))
        left = metrics.horizontalAdvance(self._data.percent(100)) + look.px("s2")
        top, foot = look.px("s2") + 0.0, look.px("s6") + 0.0
        return QRectF(
            left, top, max(size.width() - left - 2, 1.0), max(size.height() - top - foot, 1.0)
        )

    def _least(self) -> float:
        """The lower end of the scale: a round tenth below the band; never half a tenth of room."""
        lowest = min(one.low for one in self._data.points)
        return min(floor(lowest * 10) / 10, 0.9)

    def _y(self, share: float, plot: QRectF) -> float:
        least = self._least()
        return plot.bottom() - plot.height() * (share - least) / (1 - least)
