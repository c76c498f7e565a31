"""Where the item is seen: veiled at rest, clear only between `reveal` and `conceal`.

Pixels come as checked raw bytes and are never decoded here. The frame at rest is scaled once and
kept; so is the revealed one, until it goes (`widgets.clear_frame`).
"""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QCursor,
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

from app.session.types import Frame, Heard, StillsState, VeilState
from app.session.veil import lens_side
from app.texts import Figure
from widgets.clear_frame import ClearFrame, screen_image_of
from widgets.fittings import Fittings
from widgets.reader_roles import reads_as
from widgets.stills_bar import StillsBar
from widgets.text_block import TextBlock

CLEAR_LEVEL = 6
_PLAYING = {
    Heard.OFF: "playing",
    Heard.ON: "playing_heard",
    Heard.NO_DEVICE: "playing_no_device",
    Heard.NO_SOUND: "playing_no_sound",
    Heard.FORBIDDEN: "playing_forbidden",
    Heard.SILENCED: "playing_silenced",
}
NOTCH_UNITS = 120  # of a wheel, an eighth of a degree each


class Canvas(QWidget):
    """The item in the middle of the Desk, with a chip that says how it is shown."""

    panned = Signal(float, float)  # shares of what is seen
    zoomed = Signal(int)  # steps
    resized = Signal(int, int)  # screen pixels for the item
    touched = Signal()
    painted = Signal()  # an item that was not on screen before is
    aimed = Signal(float, float)  # where the pointer is while a lens is open, shares of the item

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._look = fit.look
        self._veil = VeilState()
        self._heard = Heard.OFF
        self._rest: QImage | None = None
        self._rest_scaled: QPixmap | None = None  # kept for the next one, if that is as large
        self._rest_fits = False  # what is at rest is drawn there, as it is to be seen
        self._clear: ClearFrame | None = None
        self._solid = False
        self._fresh = False  # given, not painted yet
        self._message = ""
        self._dragged: QPointF | None = None
        self.bar = StillsBar(fit, self)
        self.setAccessibleName(fit.texts("desk.canvas_name"))
        reads_as(self, QAccessible.Role.Graphic)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)
        self.setMouseTracking(True)
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
        """Draw the frame at rest, before the panels beside it; None: the veil is solid."""
        self._clear, self._rest_fits, self._message = None, False, ""
        self._rest = screen_image_of(frame) if frame else None
        if frame is None:
            self._rest_scaled = None
        self._solid = frame is None
        self._fresh = True
        self.repaint()

    def show_clear(self, frame: Frame) -> None:
        """Show a revealed frame until `conceal`."""
        was_clear, self._clear = self.shows_clear, ClearFrame(frame)
        if not was_clear:
            self.setAccessibleDescription(self._chip_text())
        self.update()

    def conceal(self) -> None:
        """Forget what was revealed and draw the veil, before anything else."""
        self._clear = None
        self.repaint()
        self.setAccessibleDescription(self._chip_text())

    def clear(self, message: str = "") -> None:
        """Forget every pixel; say `message` instead."""
        self._clear = self._rest = None
        self._solid = self._rest_fits = False
        if message and self._rest_scaled is not None:
            self._rest_scaled.fill(self._look.colour("canvas"))  # the next item is on its way
        else:
            self._rest_scaled = None
        self._message = message
        self.bar.show_tiles({})
        self.repaint()

    def show_veil(self, veil: VeilState) -> None:
        """Take how the item is shown: chip, zoom and middle."""
        if (veil.zoom, veil.middle) != (self._veil.zoom, self._veil.middle):
            self._rest_fits = False
        self._veil = veil
        self.setAccessibleDescription(self._chip_text())
        self.update()

    def show_sound(self, heard: Heard) -> None:
        """Take whether the item is heard; told while it plays."""
        self._heard = heard
        self.bar.offer_sound(offered=heard not in (Heard.FORBIDDEN, Heard.SILENCED))
        self.setAccessibleDescription(self._chip_text())
        self.update()

    def room(self) -> QRect:
        """The part of the canvas that the item may fill."""
        bar = 0 if self.bar.isHidden() else self.bar.wanted_height + self._look.px("s2")
        return self._whole_room().adjusted(0, 0, 0, -bar)

    def _whole_room(self) -> QRect:
        # What is decoded ahead is decoded for this room, whether the item has stills or not.
        edge = self._look.px("s4")
        chip = self._look.px("s8") + self._look.px("s4")
        return self.rect().adjusted(edge, chip, -edge, -edge)

    def show_stills(self, state: StillsState) -> None:
        """Take the stills of the item; they are told under it."""
        was = self.bar.isHidden()
        self.bar.show_stills(state)
        if was is not self.bar.isHidden():
            self._rest_fits = False
            self.update()

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the item and the chip."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("canvas"))
        if self._message:
            self._draw_message(painter)
        elif self._clear is not None and self._veil.lens is not None:
            self._draw_rest(painter)
            self._draw_lens(painter, self._clear)
        elif self._clear is not None:
            self._clear.draw(painter, QRectF(self._clear_place(self._clear)))
        elif self._rest is not None:
            self._draw_rest(painter)
        elif self._solid:
            side = min(self.room().width(), self.room().height())
            painter.fillRect(self._place(side, side), self._look.colour("raised"))
        if self.shows_item and not self._message:
            self._draw_chip(painter)
            if self._fresh:
                self._fresh = False
                self.painted.emit()

    def _draw_lens(self, painter: QPainter, seen: ClearFrame) -> None:
        """Draw what is under the lens at its place, with a line around it."""
        if self._veil.lens_at is None:
            return
        place = self._shown_place()
        zoom, middle, at = self._veil.zoom, self._veil.middle, self._veil.lens_at
        x = place.x() + place.width() * (0.5 + (at[0] - middle[0]) * zoom)
        y = place.y() + place.height() * (0.5 + (at[1] - middle[1]) * zoom)
        room, ratio = self._whole_room(), self.devicePixelRatioF()
        side = lens_side((round(room.width() * ratio), round(room.height() * ratio))) / ratio
        scale = max(side / max(seen.width, seen.height, 1), 1 / ratio)
        wide, high = seen.width * scale, seen.height * scale
        frame = QRectF(x - wide / 2, y - high / 2, wide, high)
        seen.draw(painter, frame)
        painter.setPen(QPen(self._look.colour("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def pointed_at(self) -> tuple[float, float]:
        """Return where in the item the pointer is, as shares; elsewhere, the middle of the view."""
        pointer = self.mapFromGlobal(QCursor.pos())
        return self._shares(QPointF(pointer)) or self._veil.middle

    def _shares(self, point: QPointF) -> tuple[float, float] | None:
        place, zoom, (x, y) = self._shown_place(), self._veil.zoom, self._veil.middle
        if not QRectF(place).contains(point):
            return None
        right = (point.x() - place.x()) / place.width() - 0.5
        down = (point.y() - place.y()) / place.height() - 0.5
        return x + right / zoom, y + down / zoom

    def _shown_place(self) -> QRect:
        rest = self._rest
        return self._place(rest.width(), rest.height()) if rest else self._place(1, 1)

    def _draw_rest(self, painter: QPainter) -> None:
        image = self._rest
        if image is None:
            return
        place = self._place(image.width(), image.height())
        ratio = self.devicePixelRatioF()
        scaled = self._rest_scaled
        if scaled is None or not self._rest_fits:
            scaled = self._rest_scaled = self._enlarged(image, place.size() * ratio)
            scaled.setDevicePixelRatio(ratio)
            self._rest_fits = True
        painter.drawPixmap(place.topLeft(), scaled)

    def _enlarged(self, image: QImage, size: QSize) -> QPixmap:
        """Return what is seen of an image at rest, at that size, over what was drawn before."""
        scaled = self._rest_scaled
        if scaled is None or scaled.size() != size:
            scaled = QPixmap(size)  # takes longer than to draw it
        scaled.setDevicePixelRatio(1)
        side, (x, y) = 1 / self._veil.zoom, self._veil.middle
        crop = QRectF(
            (x - side / 2) * image.width(),
            (y - side / 2) * image.height(),
            side * image.width(),
            side * image.height(),
        )
        canvas = QPainter(scaled)
        canvas.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        canvas.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        canvas.drawImage(QRectF(scaled.rect()), image, crop)
        canvas.end()
        return scaled

    def _draw_chip(self, painter: QPainter) -> None:
        look, text = self._look, self._chip_text()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font("aside")
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + look.px("s3") * 2
        height = look.px("s6") + 2
        edge = look.px("s3") + 2
        place = QRectF(edge + 0.5, edge - 3.5, min(width, self.width() - edge * 2), height)
        painter.setPen(QPen(look.colour("attention" if self.shows_clear else "line"), 1))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(look.colour("text" if self.shows_clear else "text2"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _chip_text(self) -> str:
        veil, texts = self._veil, self._fit.texts
        if not self.shows_clear:  # it is still under the veil while what was asked for comes
            rest = "desk.veil_solid" if veil.rest_level == 0 else "desk.veil_rest"
            parts = [
                texts(rest, level=veil.rest_level),
                texts(_mode("held", veil), **_n(veil)),
            ]
        else:
            parts = [texts(_mode("shown", veil), **_n(veil))]
            if veil.latch_left_s:
                parts.append(texts("desk.latch_left", n=veil.latch_left_s))
            if veil.playing:
                parts.append(texts(f"desk.{_PLAYING[self._heard]}"))
        if veil.edges:
            parts.append(texts("desk.edges"))
        if veil.lens is not None:
            parts.append(texts("desk.lens"))
        elif veil.true_size:
            parts.append(texts("desk.true_size"))
        if veil.zoom > 1:
            parts.append(texts("desk.zoom", times=Figure(veil.zoom)))
        return texts("desk.chip_gap").join(parts)

    def _draw_message(self, painter: QPainter) -> None:
        look = self._look
        block = TextBlock(self._message, look.font("field"), look.figure("line_height_percent"))
        width = min(block.natural_width, self.width() - look.px("s8") * 2, look.px("dialog"))
        height = block.lay(width)
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        block.draw(painter, QRectF(left, top, width, height), look.colour("text2"))

    def _clear_place(self, seen: ClearFrame) -> QRect:
        if not self._veil.true_size:
            return self._place(seen.width, seen.height)
        ratio, middle = self.devicePixelRatioF(), self.room().center()
        place = QRect(0, 0, round(seen.width / ratio), round(seen.height / ratio))
        place.moveCenter(middle)
        return place

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
        self._rest_fits = False
        self.bar.give_room(self.height())
        edge, high = self._look.px("s4"), self.bar.wanted_height
        self.bar.setGeometry(edge, self.height() - edge - high, self.width() - edge * 2, high)
        ratio, room = self.devicePixelRatioF(), self._whole_room()
        self.resized.emit(round(room.width() * ratio), round(room.height() * ratio))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._dragged = event.position()
        self.touched.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while dragged, if the item is revealed."""
        self.touched.emit()
        under = self._shares(event.position()) if self._veil.lens is not None else None
        if under is not None:
            self.aimed.emit(*under)
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
