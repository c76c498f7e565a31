"""A sheet over the whole window, which is dimmed below it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from widgets.fittings import Fittings
from widgets.reader_roles import reads_as
from widgets.words import Words

if TYPE_CHECKING:
    from app.session.sitting import Sitting

SCRIM_ALPHA = 150  # of 255


def go_round(sheet: QWidget, *, forward: bool) -> None:
    """Give the keyboard to the next control of a sheet, never to what lies below it."""
    stops = [
        widget
        for widget in sheet.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
    ]
    if stops:
        now = sheet.window().focusWidget()
        step = 1 if forward else -1
        at = stops.index(now) + step if now in stops else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[at % len(stops)].setFocus(reason)


class Overlay(QWidget):
    """Dims the window and holds one sheet in its middle; `place` is where its keys stand."""

    place = ""
    closed = Signal()

    def __init__(self, fit: Fittings, window: QWidget, width_token: str = "page") -> None:
        super().__init__(window)
        self._fit = fit
        self._width_token = width_token
        self.sheet = QFrame(self)
        self.sheet.setObjectName("sheet")
        reads_as(self, QAccessible.Role.Dialog)
        self.hide()

    def follow(self, sitting: "Sitting | None") -> None:
        """Show what belongs to one sitting, as long as it lasts; most sheets have something."""

    def open(self) -> None:
        """Lie over the window."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self._place()
        title = next((words for words in self.sheet.findChildren(Words) if words.is_title), None)
        if title is not None:  # which sheet it is, for who listens
            self.setAccessibleName(title.text())
        self.show()
        self.raise_()

    def close_sheet(self) -> None:
        """Go away."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays in the sheet."""
        go_round(self.sheet, forward=forward)
        return True

    def resizeEvent(self, _: QEvent) -> None:
        """Keep the sheet in the middle."""
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the sheet closes it."""
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_sheet()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Dim what lies below."""
        painter = QPainter(self)
        colour = QColor(self._fit.look.colour("canvas"))
        colour.setAlpha(SCRIM_ALPHA)
        painter.fillRect(self.rect(), colour)

    def _place(self) -> None:
        look = self._fit.look
        edge = look.px("s6")
        width = min(look.px(self._width_token), self.width() - edge * 2)
        height = min(self._wanted_height(width), self.height() - edge * 2)
        left = (self.width() - width) // 2
        self.sheet.setGeometry(QRect(left, (self.height() - height) // 2, width, height))

    def _wanted_height(self, width: int) -> int:
        """How high the sheet would be with all of its content."""
        layout = self.sheet.layout()
        return layout.totalHeightForWidth(width) if layout is not None else 0
