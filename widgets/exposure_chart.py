"""Bars of time, each with its figures in words beside it: the length says no more than they do."""

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from grading.late_methods import dataclass
from widgets.fittings import Fittings
from widgets.reader_roles import reads_as
from widgets.sides import mirrored


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what it is of, how long it is, how much of that is filled, and both in words."""

    name: str
    whole_ms: int
    filled_ms: int
    said: str


class Bars(QWidget):
    """Lines of bars on one scale; the limit, where there is one, is a dashed line across them.

    The whole is an outline and the filled part is solid, so that nothing depends on colour.
    """

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._look = fit.look
        self._bars: tuple[Bar, ...] = ()
        self._limit_ms = 0
        reads_as(self, QAccessible.Role.Chart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, name: str, bars: tuple[Bar, ...], limit_ms: int = 0) -> None:
        """Show these; the accessible description says the same in words."""
        self._bars, self._limit_ms = bars, limit_ms
        self.setAccessibleName(name)
        self.setAccessibleDescription("; ".join(f"{bar.name}: {bar.said}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line each."""
        return QSize(self._look.px("dialog"), self._look.px("row") * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """Narrow, as high."""
        return QSize(self._look.px("s8") * 6, self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw name, bar and words of each line."""
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font(figures=True)
        painter.setFont(font)
        metrics, gap = QFontMetricsF(font), look.px("s3")
        name = ceil(max((metrics.horizontalAdvance(bar.name) for bar in self._bars), default=0))
        said = ceil(max((metrics.horizontalAdvance(bar.said) for bar in self._bars), default=0))
        left, room = name + gap, self.width() - name - said - gap * 2
        longest_ms = max([bar.whole_ms for bar in self._bars] + [self._limit_ms, 1])
        height, thick = look.px("row"), look.px("s3")
        for number, bar in enumerate(self._bars):
            line = QRectF(0, number * height, self.width(), height)
            painter.setPen(look.colour("text2"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, bar.name)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.setPen(look.colour("text"))
            painter.drawText(line, side, bar.said)
            if room > thick:
                place = QRectF(left, line.center().y() - thick / 2, room, thick)
                self._draw(painter, place, bar, longest_ms)
        if self._limit_ms and room > thick:
            x = mirrored(self, QRectF(left + room * self._limit_ms / longest_ms, 0, 0, 0)).x()
            painter.setPen(QPen(look.colour("text3"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(round(x), 0, round(x), height * len(self._bars))

    def _draw(self, painter: QPainter, place: QRectF, bar: Bar, longest_ms: int) -> None:
        look = self._look
        for ms, filled in ((bar.whole_ms, False), (bar.filled_ms, True)):
            if ms <= 0:
                continue
            part = QRectF(place)
            part.setWidth(max(place.width() * ms / longest_ms, 2.0))
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.setBrush(look.colour("accent" if filled else "accent_bg"))
            painter.drawRect(mirrored(self, part).adjusted(0.5, 0.5, -0.5, -0.5))
