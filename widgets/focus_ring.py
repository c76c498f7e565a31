"""A ring of 2 px around the control that has the keyboard."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from widgets.buttons import RING_PROPERTY
from widgets.look import Look
from widgets.scrolled import Scrolled


class FocusRing(QWidget):
    """Lies over its window, lets every click through, and follows the focus."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._around: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with the control, and with what it lies in."""
        if event.type() in (
            QEvent.Type.Move,
            QEvent.Type.Resize,
            QEvent.Type.Hide,
            QEvent.Type.Show,
        ):
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._look.px("ring")
        painter.setPen(QPen(self._look.colour("focus"), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = self._look.px("radius") + width / 2
        edge = width / 2
        place = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(place, radius, radius)

    @Slot(QWidget, QWidget)
    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched.clear()
        mine = now is not None and now.window() is self.window()
        self._around = now if mine and now is not None and now.property(RING_PROPERTY) else None
        within: QWidget | None = self._around
        while within is not None and within is not self.window():
            within.installEventFilter(self)
            self._watched.append(within)
            if isinstance(within, Scrolled) and self._around is not None:
                within.keep(self._around)  # Tab from outside would leave it out of sight
            within = within.parentWidget()
        self._place()

    def _place(self) -> None:
        around = self._around
        if around is None or not around.isVisible():
            self.hide()
            return
        gap = self._look.px("ring") + 1
        place = QRect(around.mapTo(self.window(), QPoint(0, 0)), around.size())
        seen = place.adjusted(-gap, -gap, gap, gap) & self.window().rect()
        for within in self._watched:
            if isinstance(within, Scrolled):
                edge = QRect(within.mapTo(self.window(), QPoint(0, 0)), within.size())
                seen &= edge.adjusted(-gap, -gap, gap, gap)
        self.setGeometry(seen)
        self.setVisible(not seen.isEmpty())
        self.raise_()
