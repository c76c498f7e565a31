"""The stills of an item in small, in a row with their times: where in it one is."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from app.session.types import Frame, StillsState
from widgets.clear_frame import image_of
from widgets.fittings import Fittings
from widgets.moments import moment


class Filmstrip:
    """Draws as many small stills as there is room for, the one that is looked at among them.

    They come under the heaviest veil and are drawn as they come.
    """

    def __init__(self, fit: Fittings) -> None:
        self._fit = fit
        self._tiles: dict[int, tuple[Frame, QImage]] = {}

    @property
    def wanted_height(self) -> int:
        """Height of small stills with their times, in screen pixels."""
        return self._tile_px[1] + self._fit.look.px("s1") + self._fit.look.px("s4")

    def show_tiles(self, tiles: Mapping[int, Frame]) -> None:
        """Take the small stills that are there; others are forgotten."""
        before, self._tiles = self._tiles, {}
        for number, frame in tiles.items():
            known = before.get(number)
            is_same = known is not None and known[0] is frame
            self._tiles[number] = known if known and is_same else (frame, image_of(frame))

    def draw(self, painter: QPainter, place: QRectF, state: StillsState) -> None:
        """Draw the strip; one that is not there yet has its place already."""
        if not state.is_ready:
            return
        look = self._fit.look
        painter.setFont(look.font("aside"))
        for number in self.seen(place, state):
            tile = self._tile(number, place, state)
            here = number == state.at
            painter.fillRect(tile, look.colour("raised"))
            self._draw_still(painter, number, tile)
            if here:
                painter.setPen(QPen(look.colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(tile.adjusted(1, 1, -1, -1))
            painter.setPen(look.colour("text" if here else "text3"))
            below = QRectF(tile.left(), tile.bottom(), tile.width(), place.bottom() - tile.bottom())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _said(number, state))

    def number_at(self, point: QPointF, place: QRectF, state: StillsState) -> int | None:
        """Return the still under a point."""
        if not state.is_ready or not place.contains(point):
            return None
        tiles = ((n, self._tile(n, place, state)) for n in self.seen(place, state))
        return next((n for n, tile in tiles if tile.left() <= point.x() <= tile.right()), None)

    def seen(self, place: QRectF, state: StillsState) -> range:
        """Return which stills there is room for: the one that is looked at in the middle."""
        room = self._room(place)
        first = min(max(state.at - room // 2, 0), max(state.of - room, 0))
        return range(first, min(first + room, state.of))

    @property
    def _tile_px(self) -> tuple[int, int]:
        look = self._fit.look
        return look.px("s8") * 2, look.px("s8") + look.px("s3")

    @property
    def _gap(self) -> int:
        return self._fit.look.px("s1")

    def _room(self, place: QRectF) -> int:
        return max(int((place.width() + self._gap) // (self._tile_px[0] + self._gap)), 1)

    def _tile(self, number: int, place: QRectF, state: StillsState) -> QRectF:
        wide, high = self._tile_px
        room = self._room(place)
        if state.of > room:  # from edge to edge, as the marks under it
            wide = int((place.width() + self._gap) / room) - self._gap
        left = place.left() + (number - self.seen(place, state).start) * (wide + self._gap)
        return QRectF(left, place.top(), wide, high)

    def _draw_still(self, painter: QPainter, number: int, tile: QRectF) -> None:
        known = self._tiles.get(number)
        if known is None:
            return
        image = known[1]
        scale = min(tile.width() / image.width(), tile.height() / image.height())
        still = QRectF(0, 0, image.width() * scale, image.height() * scale)
        still.moveCenter(tile.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(still, image)


def _said(number: int, state: StillsState) -> str:
    if state.is_video:
        return moment(state.times_ms[number]) if number < len(state.times_ms) else ""
    return str(state.frames[number] + 1)
