"""The dot of a status."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.look import Look


class Dot(QWidget):
    """A coloured dot; a word always stands beside it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._tone = "text3"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def tone(self, tone: str) -> None:
        """Change the colour."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """A dot."""
        return QSize(self._look.px("dot"), self._look.px("dot"))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(self._tone))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.25, 0.25, -0.25, -0.25))
