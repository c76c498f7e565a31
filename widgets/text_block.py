"""Plain text laid out with the line height of the house. Never markup, whatever the text holds."""

import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

LINE_BREAK, NO_BREAK = "\u2028", "\u00a0"
TYPE_PERCENT = 121  # of its size the type is high by itself
FIGURE = re.compile(
    r"(?<!\S)(\(?\d(?:[\d.,]*\d)?) (?=[^\W\d]|%)"
)  # before its unit, or what it counts
DOT, DOT_THAT_ENDS = "  ·  ", f"{NO_BREAK * 2}·  "  # between parts of a line; none begins with it
OPTION, UNBROKEN_OPTION = "--", "-\u2060-\u2060"  # that of a command, such as --home, stays whole


class TextBlock:
    """Some plain text in one font; `lay` it out for a width, then `draw` it."""

    def __init__(self, text: str, font: QFont, line_height_percent: int) -> None:
        self._text = text
        laid = text.replace("\n", LINE_BREAK).replace(OPTION, UNBROKEN_OPTION)
        laid = FIGURE.sub(rf"\g<1>{NO_BREAK}", laid.replace(DOT, DOT_THAT_ENDS))
        self._layout = QTextLayout(laid, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._leftward = False
        self._metrics = QFontMetricsF(font)
        self._line_px = self._metrics.height() * line_height_percent / TYPE_PERCENT
        self._width: float | None = None
        self._heights: dict[float, float] = {}
        self._natural: float | None = None

    @property
    def natural_width(self) -> float:
        """The width of the longest line if nothing wraps."""
        if self._natural is None:
            lines = self._text.split("\n")
            self._natural = max(self._metrics.horizontalAdvance(line) for line in lines) + 1
        return self._natural

    def lay(self, width: float) -> float:
        """Return the height of the text in lines of `width`."""
        if width not in self._heights:
            self._heights[width] = self._break(width)
        return self._heights[width]

    def _break(self, width: float) -> float:
        if not self._text:
            return 0.0
        self._width, top = width, 0.0
        option = self._layout.textOption()
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        option.setAlignment(right if self._leftward else left)
        self._layout.setTextOption(option)
        self._layout.beginLayout()
        while True:
            line = self._layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(width, 1.0))
            # The space between lines is shared above and below, so that blocks align by their text.
            line.setPosition(QPointF(0, top + (self._line_px - line.height()) / 2))
            top += self._line_px
        self._layout.endLayout()
        return top

    def draw(self, painter: QPainter, place: QRectF, colour: QColor) -> None:
        """Draw the text at the top of `place`, laid out for its width.

        Lines begin at the left, or at the right where the painter's language is read from there.
        """
        leftward = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._leftward != leftward:
            self._leftward, self._width = leftward, None
        if self._width != place.width():
            self._heights[place.width()] = self._break(place.width())
        painter.setPen(colour)
        self._layout.draw(painter, place.topLeft())


def elided(text: str, font: QFont, width: float) -> str:
    """Return `text` cut to one line of `width` with an ellipsis."""
    flat = " ".join(text.split())
    return QFontMetricsF(font).elidedText(flat, Qt.TextElideMode.ElideRight, width)
