"""A chart as a file: PNG at twice its size, or SVG with its words as words."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from widgets.chart import AnyChart
from widgets.look import Look

PNG_TIMES = 2
KINDS = ("png", "svg", "csv")


def png_of(chart: AnyChart, look: Look) -> bytes:
    """Return the chart as PNG, as it stands on the screen."""
    size = _size(chart)
    image = QImage(size.toSize() * PNG_TIMES, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_TIMES)
    image.fill(look.colour("surface"))
    _draw(chart, QPainter(image), size)
    held, buffer = _buffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know a text alone
    return bytes(held.data())


def svg_of(chart: AnyChart, look: Look) -> bytes:
    """Return the chart as SVG."""
    size = _size(chart)
    held, buffer = _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size.toSize())
    generator.setViewBox(chart.rect())
    generator.setTitle(chart.twin().title)
    generator.setDescription(chart.twin().note)
    painter = QPainter(generator)
    painter.fillRect(chart.rect(), look.colour("surface"))
    _draw(chart, painter, size)
    return bytes(held.data())


def _size(chart: AnyChart) -> QSizeF:
    return QSizeF(max(chart.width(), 1), max(chart.height(), 1))


def _draw(chart: AnyChart, painter: QPainter, size: QSizeF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    chart.draw(painter, size)
    painter.end()


def _buffer() -> tuple[QByteArray, QBuffer]:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return held, buffer
