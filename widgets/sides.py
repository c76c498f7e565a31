"""Where what is painted by hand stands: mirrored in a language that is read from the right.

Layouts are mirrored by Qt. Drawings with a scale of their own, such as charts and the stills of a
film, are not: their zero is at the left in every language.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget


def mirrored(widget: QWidget, place: QRectF) -> QRectF:
    """Return where a place of a widget lies that is meant for a language read from the left."""
    if not widget.isRightToLeft():
        return place
    left = widget.width() - place.left() - place.width()
    return QRectF(left, place.top(), place.width(), place.height())


def draw_line(painter: QPainter, place: QRectF, words: str, *, right: bool) -> None:
    """Draw a line in the middle of the height of `place`, at its right edge or at its left one.

    The words run as their own letters do: a question of an English scheme ends with its mark.
    """
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, words)
