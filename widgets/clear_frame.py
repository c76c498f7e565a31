"""A revealed frame on its way to the screen, leaving nothing behind in memory.

Qt scales and converts line by line on threads of its own, and the last lines stay on their stacks
for as long as the program runs. So a clear frame is never left to the painter to scale: it is
scaled by `QImage`, pixel by pixel between two pieces of memory that are mapped each for itself
(`app.freed_memory`), and is painted pixel for pixel in the format of the screen, which is a copy.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from app.session.types import GREY, Frame

SHADES = [0xFF000000 | shade * 0x010101 for shade in range(256)]
_SHAPE = Qt.AspectRatioMode.IgnoreAspectRatio
_SMOOTH = Qt.TransformationMode.SmoothTransformation


class ClearFrame:
    """Pixels that are let go of together, with the size at which they are shown."""

    def __init__(self, frame: Frame) -> None:
        self.width, self.height = frame.width_px, frame.height_px
        # As it came, and as it was drawn last.
        self.image = self._scaled = screen_image_of(frame)

    def draw(self, painter: QPainter, place: QRectF) -> None:
        """Draw it at the pixels of the screen nearest to a place; the painter has no transform."""
        ratio = painter.device().devicePixelRatio()
        wide, high = round(place.width() * ratio), round(place.height() * ratio)
        size = QSize(max(wide, 1), max(high, 1))
        if size != self._scaled.size():
            fits = size == self.image.size()
            self._scaled = self.image if fits else self.image.scaled(size, _SHAPE, _SMOOTH)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)  # a pixel of the frame is one of the screen
        painter.drawImage(round(place.x() * ratio), round(place.y() * ratio), self._scaled)
        painter.restore()


def screen_image_of(frame: Frame) -> QImage:
    """Return a frame in the format of the screen, which Qt also enlarges fastest."""
    image = image_of(frame, QImage.Format.Format_Indexed8)
    if frame.channels != GREY:
        return image
    image.setColorTable(SHADES)
    # By the table, value for value: grey itself Qt converts in lines on its threads.
    return image.convertToFormat(QImage.Format.Format_RGB32)


def image_of(frame: Frame, grey: QImage.Format = QImage.Format.Format_Grayscale8) -> QImage:
    """Return a frame as Qt draws it, in memory of its own; ``grey`` is its format if it is grey."""
    kind = grey if frame.channels == GREY else QImage.Format.Format_RGB32
    wrapped = QImage(frame.pixels, frame.width_px, frame.height_px, frame.stride_bytes, kind)
    return wrapped.copy()  # the wrapped one borrows the bytes of the frame
