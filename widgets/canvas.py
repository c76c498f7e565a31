"""Where the item is seen: veiled at rest, clear only between `reveal` and `conceal`.

Pixels come as checked raw bytes and are never decoded here. The frame at rest is scaled once and
kept; the revealed one is drawn as it comes and forgotten when it goes.
"""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.session_types import GREY, Frame, VeilState
from widgets.fittings import Fittings
from widgets.text_block import TextBlock

CLEAR_LEVEL = 6
NOTCH_UNITS = 120  # of a wheel, an eighth of a degree each


class Canvas(QWidget):
    """The item in the middle of the Desk, with a chip that says how it is shown."""

    panned = Signal(float, float)  # shares of what is seen
    zoomed = Signal(int)  # steps
    resized = Signal(int, int)  # screen pixels for the item
    touched = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._look = fit.look
        self._veil = VeilState()
        self._rest: QImage | None = None
        self._rest_scaled: QPixmap | None = None
        self._clear: QImage | None = None
        self._solid = False
        self._message = ""
        self._dragged: QPointF | None = None
        self.setAccessibleName(fit.texts("desk.canvas_name"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    @property
    def shows_clear(self) -> bool:
        """Whether a revealed frame is on screen."""
        return self._clear is not None

    @property
    def shows_item(self) -> bool:
        """Whether an item is on screen, under whatever veil."""
        return self._rest is not None or self._solid

    def show_rest(self, frame: Frame | None) -> None:
        """Take the frame at rest; None: the veil is solid."""
        self._clear, self._rest_scaled, self._message = None, None, ""
        self._rest = _image(frame) if frame else None
        self._solid = frame is None
        self.update()

    def show_clear(self, frame: Frame) -> None:
        """Show a revealed frame until `conceal`."""
        self._clear = _image(frame)
        self.update()

    def conceal(self) -> None:
        """Forget what was revealed and draw the veil, before anything else."""
        self._clear = None
        self.repaint()

    def clear(self, message: str = "") -> None:
        """Forget every pixel; say `message` instead."""
        self._clear = self._rest = self._rest_scaled = None
        self._solid = False
        self._message = message
        self.repaint()

    def show_veil(self, veil: VeilState) -> None:
        """Take how the item is shown: chip, zoom and middle."""
        if (veil.zoom, veil.middle) != (self._veil.zoom, self._veil.middle):
            self._rest_scaled = None
        self._veil = veil
        self.setAccessibleDescription(self._chip_text())
        self.update()

    def room(self) -> QRect:
        """The part of the canvas that the item may fill."""
        edge = self._look.px("s4")
        chip = self._look.px("s8") + self._look.px("s4")
        return self.rect().adjusted(edge, chip, -edge, -edge)

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the item and the chip."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("canvas"))
        if self._message:
            self._draw_message(painter)
        elif self._clear is not None:
            place = self._place(self._clear.width(), self._clear.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._clear)
        elif self._rest is not None:
            self._draw_rest(painter)
        elif self._solid:
            side = min(self.room().width(), self.room().height())
            painter.fillRect(self._place(side, side), self._look.colour("raised"))
        if self.shows_item and not self._message:
            self._draw_chip(painter)

    def _draw_rest(self, painter: QPainter) -> None:
        image = self._rest
        if image is None:
            return
        place = self._place(image.width(), image.height())
        if self._rest_scaled is None:
            ratio = self.devicePixelRatioF()
            size = place.size() * ratio
            side, (x, y) = 1 / self._veil.zoom, self._veil.middle
            crop = QRectF(
                (x - side / 2) * image.width(),
                (y - side / 2) * image.height(),
                side * image.width(),
                side * image.height(),
            )
            scaled = QPixmap(size)
            canvas = QPainter(scaled)
            canvas.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            canvas.drawImage(QRectF(scaled.rect()), image, crop)
            canvas.end()
            scaled.setDevicePixelRatio(ratio)
            self._rest_scaled = scaled
        painter.drawPixmap(place.topLeft(), self._rest_scaled)

    def _draw_chip(self, painter: QPainter) -> None:
        look, text = self._look, self._chip_text()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font("aside")
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + look.px("s3") * 2
        height = look.px("s6") + 2
        edge = look.px("s3") + 2
        place = QRectF(edge + 0.5, edge - 3.5, min(width, self.width() - edge * 2), height)
        painter.setPen(QPen(look.colour("attention" if self._veil.revealed else "line"), 1))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(look.colour("text" if self._veil.revealed else "text2"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _chip_text(self) -> str:
        veil, texts = self._veil, self._fit.texts
        if not veil.revealed:
            rest = "desk.veil_solid" if veil.rest_level == 0 else "desk.veil_rest"
            parts = [
                texts(rest, level=veil.rest_level),
                texts(_mode("held", veil), **_n(veil)),
            ]
        else:
            parts = [texts(_mode("shown", veil), **_n(veil))]
            if veil.latch_left_s:
                parts.append(texts("desk.latch_left", n=veil.latch_left_s))
        if veil.zoom > 1:
            parts.append(texts("desk.zoom", times=f"{veil.zoom:.1f}"))
        return texts("desk.chip_gap").join(parts)

    def _draw_message(self, painter: QPainter) -> None:
        look = self._look
        block = TextBlock(self._message, look.font("field"), look.figure("line_height_percent"))
        width = min(block.natural_width, self.width() - look.px("s8") * 2, look.px("dialog"))
        height = block.lay(width)
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        block.draw(painter, QRectF(left, top, width, height), look.colour("text2"))

    def _place(self, width: int, height: int) -> QRect:
        room = self.room()
        scale = min(room.width() / max(width, 1), room.height() / max(height, 1))
        wide, high = max(round(width * scale), 1), max(round(height * scale), 1)
        left = room.x() + (room.width() - wide) // 2
        top = room.y() + (room.height() - high) // 2
        return QRect(left, top, wide, high)

    # -- the mouse ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale anew."""
        self._rest_scaled = None
        ratio, room = self.devicePixelRatioF(), self.room()
        self.resized.emit(round(room.width() * ratio), round(room.height() * ratio))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._dragged = event.position()
        self.touched.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while dragged, if the item is revealed."""
        self.touched.emit()
        if self._dragged is None or not self._veil.revealed:
            return
        moved = event.position() - self._dragged
        self._dragged = event.position()
        room = self.room()
        self.panned.emit(-moved.x() / max(room.width(), 1), -moved.y() / max(room.height(), 1))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """End the drag."""
        self._dragged = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom by whole notches."""
        angle: QPoint = event.angleDelta()
        if angle.y():
            self.zoomed.emit(1 if angle.y() >= NOTCH_UNITS // 2 else -1)
        event.accept()


def _mode(when: str, veil: VeilState) -> str:
    clear = "_clear" if veil.level == CLEAR_LEVEL else ""
    return f"desk.{when}{clear}_{'grey' if veil.grey else 'colour'}"


def _n(veil: VeilState) -> dict[str, int]:
    return {"level": veil.level}


def _image(frame: Frame) -> QImage:
    grey = frame.channels == GREY
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32
    wrapped = QImage(frame.pixels, frame.width_px, frame.height_px, frame.stride_bytes, kind)
    return wrapped.copy()  # the wrapped one borrows the bytes of the frame
