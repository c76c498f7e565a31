"""A chart: drawn by itself, gone through by the arrows, and the same figures as a table.

What the pointer shows on a place the keyboard shows too: arrows move a mark from place to place,
and what is known of that place is told in words.
"""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.quality.twin import Twin
from widgets.buttons import note_focus
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.reader_roles import reads_as
from widgets.scrolled import MARK, keep_in_sight

Place = tuple[int, int]  # row and column
Data = TypeVar("Data")
LINES_USUAL = 24  # of the largest space, so high is the page that charts are drawn for
GROWN_MOST = 1.5
GROWN = "grown"  # property of a chart: how many times as high its rows and cells are drawn
_STEPS: dict[Qt.Key, Place] = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Chart(QWidget, Generic[Data]):
    """One chart; it draws into any painter, so that a file shows what the screen shows."""

    moved = Signal(str)  # what is known of the place under the mark or the pointer, in words
    chosen = Signal(object)  # Place: the mark was moved there
    opened = Signal(object)  # Place: what is behind it is wanted

    def __init__(self, fit: Fittings, empty: Data) -> None:
        super().__init__()
        self._fit, self._look = fit, fit.look
        self._data = empty
        self._at: Place | None = None
        self.setProperty(GROWN, 1.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        reads_as(self, QAccessible.Role.Chart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    # -- what each kind of chart says ---------------------------------------------------------

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw the chart."""
        raise NotImplementedError

    def places(self) -> tuple[Place, ...]:
        """Every place, row by row."""
        raise NotImplementedError

    def rect_of(self, place: Place, size: QSizeF) -> QRectF:
        """Where a place is drawn."""
        raise NotImplementedError

    def words_at(self, place: Place) -> str:
        """What is known of a place."""
        raise NotImplementedError

    def twin(self) -> Twin:
        """The same figures as a table."""
        raise NotImplementedError

    # -- the same for all ---------------------------------------------------------------------

    @property
    def data(self) -> Data:
        """What is shown."""
        return self._data

    @property
    def at(self) -> Place | None:
        """The place under the mark."""
        return self._at

    def show_data(self, data: Data) -> None:
        """Show other figures; the mark stays where it was, if there is such a place."""
        self._data = data
        if self._at not in self.places():
            self._at = next(iter(self.places()), None)
        self.setAccessibleName(self.twin().title)
        self._tell()
        self.updateGeometry()
        self.update()

    def choose(self, place: Place) -> None:
        """Move the mark."""
        if place in self.places():
            self._at = place
            self._tell()
            self.update()
            self._keep_in_sight()
            self.chosen.emit(place)

    def open(self) -> None:
        """Ask for what is behind the place under the mark."""
        if self._at is not None:
            self.opened.emit(self._at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the mark; every other key is the window's."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        following = self._following(step)
        if following is not None:
            self.choose(following)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the mark, and remember by which way the focus came."""
        note_focus(self, event)
        self._tell()
        self.update()
        super().focusInEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what the pointer is on."""
        under = self._under(event.position())
        self.moved.emit(self.words_at(under) if under is not None else self._told())

    def leaveEvent(self, _: QEvent) -> None:
        """Tell again what the mark is on."""
        self.moved.emit(self._told())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the mark; a double click asks for what is behind."""
        under = self._under(event.position())
        if under is not None:
            self.choose(under)
            if event.type() == QEvent.Type.MouseButtonDblClick:
                self.open()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the chart, and the mark where the keyboard is here."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Its scales go from left to right in every language, as in a file.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.draw(painter, QSizeF(self.size()))
        if self._at is not None and self.hasFocus():
            pen = painter.pen()
            pen.setColor(self._look.colour("focus"))
            pen.setWidth(self._look.px("ring"))
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            place = self.rect_of(self._at, QSizeF(self.size()))
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 4, 4)

    def minimumSizeHint(self) -> QSize:
        """Narrow, as high as it wants to be."""
        return QSize(self._look.px("s8") * 6, self.sizeHint().height())

    def _row_px(self) -> float:
        """The height of a line of the chart."""
        return self._look.px("s8") * self._grown

    @property
    def _grown(self) -> float:
        return float(self.property(GROWN))

    def _keep_in_sight(self) -> None:
        """Larger than the area that it lies in, a chart scrolls with its mark."""
        if self._at is not None:
            mark = self.rect_of(self._at, QSizeF(self.size())).toAlignedRect()
            self.setProperty(MARK, mark)
            keep_in_sight(self, mark)

    def _following(self, step: Place) -> Place | None:
        places = self.places()
        if self._at is None:
            return next(iter(places), None)
        row, column = self._at
        for _ in range(200):  # over gaps, such as the diagonal
            row, column = row + step[0], column + step[1]
            if (row, column) in places:
                return row, column
        return None

    def _under(self, point: QPointF) -> Place | None:
        size = QSizeF(self.size())
        return next((p for p in self.places() if self.rect_of(p, size).contains(point)), None)

    def _told(self) -> str:
        return self.words_at(self._at) if self._at is not None else ""

    def _tell(self) -> None:
        said = self._told()
        self.setAccessibleDescription(said)
        self.moved.emit(said)


AnyChart = Chart[Any]


def grow_into(height_px: int, look: Look, charts: Iterable[AnyChart]) -> None:
    """Have charts take more height where the page that they lie on is a high one."""
    lines = height_px / look.px("s8")
    times = min(max(round(lines / LINES_USUAL, 1), 1.0), GROWN_MOST)
    for chart in charts:
        if chart.property(GROWN) != times:
            chart.setProperty(GROWN, times)
            chart.updateGeometry()
            chart.update()
