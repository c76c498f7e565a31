"""The sheet of a group: veiled tiles, as many as there is room for, with a map of what differs.

Only tiles that are seen are drawn, and only so many are kept, however large the group is. Every
tile is under the veil at rest; nothing here can show more.
"""

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from app.session.group_types import CELLS, GroupState, Tile
from widgets.clear_frame import image_of
from widgets.fittings import Fittings
from widgets.reader_roles import reads_as
from widgets.sides import draw_line

GROWN = (2.0, 1.75, 1.5, 1.25, 1.0)  # times as large; the tiles are made for twice the size
KEPT_TILES = 600  # some screens full; each is 10 kB


class GroupSheet(QAbstractScrollArea):
    """Tiles in rows; the chosen one is the one that a reveal is about."""

    chosen = Signal(int)  # the place of a tile that was pressed
    seen = Signal(object)  # the items whose tiles are in view
    painted = Signal()  # tiles that were not on the screen before are
    touched = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._state = GroupState()
        self._tiles: OrderedDict[str, tuple[Tile, QImage]] = OrderedDict()
        self._fresh = False
        self._grown = 1.0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(fit.texts("group.name"))
        reads_as(self, QAccessible.Role.Graphic)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def columns(self) -> int:
        """How many tiles stand in a row."""
        wide, _ = self._tile_px
        return max((self.viewport().width() - self._edge) // (wide + self._gap), 1)

    def show_group(self, state: GroupState) -> None:
        """Take what lies on the sheet."""
        is_another = state.items != self._state.items
        self._state = state
        if is_another:
            self._tiles.clear()
            self._fresh = state.is_open
            self._measure()
        self._reach(state.at)
        self.setAccessibleDescription(self._said(state.at) if state.is_open else "")
        self.viewport().update()

    def take_tile(self, item: str, tile: Tile) -> None:
        """Take a tile that was made."""
        self._tiles[item] = (tile, image_of(tile.veiled))
        if len(self._tiles) > KEPT_TILES:
            in_view = set(self._in_view())
            gone = next((one for one in self._tiles if one not in in_view), item)
            del self._tiles[gone]
        self.viewport().update()

    def missing(self) -> tuple[str, ...]:
        """The items in view whose tile is not here."""
        return tuple(item for item in self._in_view() if item not in self._tiles)

    # -- places -------------------------------------------------------------------------------

    @property
    def _tile_px(self) -> tuple[int, int]:
        wide = round(self._fit.look.px("tile") * self._grown)
        return wide, wide * 3 // 4 + self._fit.look.px("s6")

    def _grow(self) -> None:
        """Draw a small group larger where that leaves every tile in sight."""
        room = self.viewport()
        for grown in GROWN:
            self._grown = grown
            rows = -(-len(self._state.items) // self.columns)
            high = rows * (self._tile_px[1] + self._gap) + self._edge * 2 - self._gap
            if high <= room.height():
                return

    @property
    def _gap(self) -> int:
        return self._fit.look.px("s3")

    @property
    def _edge(self) -> int:
        return self._fit.look.px("s4")

    def _place(self, number: int) -> QRectF:
        wide, high = self._tile_px
        row, column = divmod(number, self.columns)
        left = self._edge + column * (wide + self._gap)
        top = self._edge + row * (high + self._gap) - self.verticalScrollBar().value()
        return QRectF(left, top, wide, high)

    def _measure(self) -> None:
        self._grow()
        rows = -(-len(self._state.items) // self.columns)
        high = rows * (self._tile_px[1] + self._gap) + self._edge * 2 - self._gap
        bar = self.verticalScrollBar()
        bar.setRange(0, max(high - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._tile_px[1] // 2)

    def _reach(self, number: int) -> None:
        """Scroll as far as a tile needs to be seen whole."""
        if not self._state.is_open:
            return
        place, bar = self._place(number), self.verticalScrollBar()
        if place.top() < self._edge:
            bar.setValue(bar.value() + int(place.top()) - self._edge)
        elif place.bottom() > self.viewport().height() - self._edge:
            over = int(place.bottom()) - self.viewport().height() + self._edge
            bar.setValue(bar.value() + over)

    def _numbers_in_view(self) -> range:
        high = self._tile_px[1] + self._gap
        top = self.verticalScrollBar().value()
        first = max((top - self._edge) // high, 0) * self.columns
        last = ((top + self.viewport().height()) // high + 1) * self.columns
        return range(first, min(last, len(self._state.items)))

    def _in_view(self) -> list[str]:
        return [self._state.items[number] for number in self._numbers_in_view()]

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the tiles that are in view."""
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._fit.look.colour("canvas"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number in self._numbers_in_view():
            self._draw(painter, number)
        if missing := self.missing():
            self.seen.emit(missing)
        if self._fresh:
            self._fresh = False
            self.painted.emit()

    def _draw(self, painter: QPainter, number: int) -> None:
        look, state, place = self._fit.look, self._state, self._place(number)
        item = state.items[number]
        picture = place.adjusted(0, 0, 0, -look.px("s6"))
        painter.fillRect(picture, look.colour("raised"))
        known = self._tiles.get(item)
        if known is not None:
            self._draw_tile(painter, picture, *known)
        if item in state.excluded:
            veil = look.colour("canvas")
            veil.setAlphaF(0.7)
            painter.fillRect(picture, veil)
        if number == state.at:
            painter.setPen(QPen(look.colour("focus"), look.px("ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(picture.adjusted(-2, -2, 2, 2))
        self._draw_words(painter, number, place.adjusted(0, picture.height(), 0, 0))

    def _draw_tile(self, painter: QPainter, room: QRectF, tile: Tile, image: QImage) -> None:
        scale = min(room.width() / image.width(), room.height() / image.height())
        seen = QRectF(0, 0, image.width() * scale, image.height() * scale)
        seen.moveCenter(room.center())
        painter.drawImage(seen, image)
        if tile.differences.count:
            self._draw_map(painter, seen, tile)

    def _draw_map(self, painter: QPainter, seen: QRectF, tile: Tile) -> None:
        wide, high = seen.width() / CELLS, seen.height() / CELLS
        painter.setPen(Qt.PenStyle.NoPen)
        for row in range(CELLS):
            for column in range(CELLS):
                level = tile.differences.at(column, row)
                if level:
                    tone = self._fit.look.colour("attention")
                    tone.setAlphaF((0.35, 0.6, 0.85)[level - 1])
                    corner = QPointF(seen.left() + column * wide, seen.top() + row * high)
                    painter.fillRect(QRectF(corner.x(), corner.y(), wide + 0.5, high + 0.5), tone)

    def _draw_words(self, painter: QPainter, number: int, place: QRectF) -> None:
        look, state = self._fit.look, self._state
        marked = (
            state.items[number] in state.differing and state.items[number] not in state.excluded
        )
        left = place.left()
        painter.setFont(look.font("aside"))
        if marked:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("attention"))
            dot = look.px("dot")
            painter.drawEllipse(QRectF(left, place.center().y() - dot / 2, dot, dot))
            left += dot + look.px("s1")
        painter.setPen(look.colour("text" if number == state.at else "text2"))
        line = QRectF(left, place.top(), place.right() - left, place.height())
        words = painter.fontMetrics().elidedText(
            self._said(number), Qt.TextElideMode.ElideRight, int(line.width())
        )
        draw_line(painter, line, words, right=False)  # below a tile, and before the one right of it

    def _said(self, number: int) -> str:
        """What stands under a tile: its place, and what is known of it, in words."""
        state, texts = self._state, self._fit.texts
        item = state.items[number]
        if item in state.excluded:
            what = "left_out"
        elif not number:
            what = "first"
        elif item in state.differing:
            what = "differs"
        elif item in self._tiles:
            what = "alike"
        else:
            what = "comparing"
        said = texts(f"group.{what}")
        if item in state.alone:
            said = texts("group.and_viewed", said=said)
        return texts("group.tile", n=number + 1, said=said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the window: the arrows choose, they do not scroll."""
        event.ignore()

    # -- the mouse ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the tiles anew."""
        super().resizeEvent(event)
        self._measure()
        self._reach(self._state.at)

    def scrollContentsBy(self, _: int, __: int) -> None:
        """Draw what is in view now."""
        self.touched.emit()
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tile that is pressed."""
        self.touched.emit()
        for number in self._numbers_in_view():
            if self._place(number).contains(event.position()):
                self.chosen.emit(number)
                return
