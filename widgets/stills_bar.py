"""Under an item of several frames: which still this is, when, which were seen, which decides."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.sentences import said as said_of
from app.session.types import Frame, StillsState, Worst
from widgets.buttons import draw_keycap, keycap_width
from widgets.filmstrip import Filmstrip
from widgets.fittings import Fittings
from widgets.moments import moment
from widgets.reader_roles import reads_as
from widgets.sides import draw_line

HINTS = (("still_previous", ""), ("still_next", "step"), ("play", "play"), ("worst", "worst"))
STRIP_SHARE = 3  # the canvas is at least so many times as high as the bar with small stills
SOUND_HINT = ("sound", "sound")


class StillsBar(QWidget):
    """A line of words, a strip of small stills, a row of marks, one a still; a click goes to it."""

    chosen = Signal(int)  # a still, from 0

    def __init__(self, fit: Fittings, parent: QWidget) -> None:
        super().__init__(parent)
        self._fit = fit
        self._state = StillsState()
        self._worst: Worst | None = None
        self._strip = Filmstrip(fit)
        self._has_strip = True
        self._offers_sound = True
        self.setAccessibleName(fit.texts("stills.name"))
        reads_as(self, QAccessible.Role.Graphic)
        self.hide()

    @property
    def wanted_height(self) -> int:
        """Screen height of the bar, in pixels."""
        look = self._fit.look
        return look.px("s8") + self._strip.wanted_height * self._has_strip + look.px("s2")

    def give_room(self, high_px: int) -> None:
        """Take how high the canvas is: the item keeps most of it, the small stills give way."""
        self._has_strip = True
        self._has_strip = self.wanted_height * STRIP_SHARE <= high_px

    @property
    def text(self) -> str:
        """What it says in words."""
        return self._fit.texts("stills.gap").join([self._where(), *self._asides()])

    def show_stills(self, state: StillsState) -> None:
        """Take where one is; an item of one frame has no bar."""
        self._state = state
        self.setVisible(state.of > 1 or not state.is_ready)
        self._tell()

    def show_tiles(self, tiles: Mapping[int, Frame]) -> None:
        """Take the small stills that are there, by number; they come veiled."""
        self._strip.show_tiles(tiles)
        self.update()

    def show_worst(self, worst: Worst | None) -> None:
        """Take which frame decides."""
        self._worst = worst
        self._tell()

    def offer_sound(self, *, offered: bool) -> None:
        """Show the key of sound, or not where no sound may be heard."""
        self._offers_sound = offered
        self.update()

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """The actions whose keys are shown at the right, each with the name of its words."""
        if self._state.is_video and self._offers_sound:
            return (*HINTS[:3], SOUND_HINT, *HINTS[3:])
        return tuple(hint for hint in HINTS if hint[0] != "play" or self._state.plays)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw words, keys and marks."""
        painter, look = QPainter(self), self._fit.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.colour("canvas"))
        line = QRectF(0, 0, self.width(), look.px("s6"))
        painter.setFont(look.font("aside"))
        painter.setPen(look.colour("text2"))
        text, room = self.text, self.width() - look.px("s2")
        used = QFontMetricsF(look.font("aside")).horizontalAdvance(text)
        words = QFontMetricsF(look.font("aside")).elidedText(
            text, Qt.TextElideMode.ElideRight, room
        )
        draw_line(painter, line, words, right=False)  # above stills that go on to the right
        self._draw_hints(painter, used + look.px("s6"), line.center().y())
        if self._has_strip:
            self._strip.draw(painter, self._strip_place(), self._state)
        for number in range(self._state.of):
            self._draw_mark(painter, number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the still under the pointer."""
        point = event.position()
        tile = self._strip.number_at(point, self._strip_place(), self._state)
        if tile is not None and self._has_strip:
            self.chosen.emit(tile)
            return
        for number in range(self._state.of):
            place = self._mark(number)
            if place.left() <= point.x() <= place.right() + self._fit.look.px("s1"):
                self.chosen.emit(number)
                return

    def _tell(self) -> None:
        self.setAccessibleDescription(self.text)
        self.update()

    def _where(self) -> str:
        state, texts = self._state, self._fit.texts
        if not state.is_ready:
            return texts("stills.choosing")
        if not state.is_video:
            return texts("stills.picture", n=state.frame + 1, of=state.seen_of)
        on = not state.times_ms or state.time_ms == state.times_ms[state.at]
        where = "stills.still" if on else "stills.after"
        at = moment(state.time_ms or 0, exact=not on)
        return texts(where, n=state.at + 1, of=state.of, at=at)

    def _asides(self) -> list[str]:
        state, texts = self._state, self._fit.texts
        said = [texts("stills.seen", n=state.seen, of=state.seen_of)] if state.is_ready else []
        if state.why_not:
            said.insert(0, texts("stills.cannot", why=said_of(state.why_not)))
        if not state.is_whole:
            said.append(texts("stills.not_whole"))
        if self._worst is not None and self._worst.ms is not None:
            said.append(texts("stills.decides_at", at=moment(self._worst.ms, exact=True)))
        elif self._worst is not None:
            said.append(texts("stills.decides", n=self._worst.frame))
        return said

    def _draw_hints(self, painter: QPainter, least_left: float, middle: float) -> None:
        """Draw keys with their words at the right, as far as there is room."""
        look, keymap, texts = self._fit.look, self._fit.keymap, self._fit.texts
        metrics, gap = QFontMetricsF(look.font("aside")), look.px("s1")
        caps = []
        for action, word in self.hints:
            key, said = keymap.key(action), texts(f"stills.{word}") if word else ""
            width = keycap_width(look, key) + gap
            width += metrics.horizontalAdvance(said) + look.px("s3") if said else 0
            caps.append((key, said, width))
        left = self.width() - sum(width for *_, width in caps)
        if left < least_left:
            return
        for key, said, width in caps:
            cap = draw_keycap(painter, look, key, left, middle)
            painter.setFont(look.font("aside"))
            painter.setPen(look.colour("text3"))
            baseline = middle + (metrics.ascent() - metrics.descent()) / 2
            painter.drawText(QPointF(left + cap + gap, baseline), said)
            left += width

    def _draw_mark(self, painter: QPainter, number: int) -> None:
        state, look = self._state, self._fit.look
        tone = (
            "accent" if number == state.at else "text3" if number in state.seen_stills else "line"
        )
        place = self._mark(number)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(tone))
        painter.drawRect(place)
        if self._decides(number):
            painter.setBrush(look.colour("text"))
            painter.drawRect(place.adjusted(0, -look.px("s1"), 0, -place.height() - 2))

    def _decides(self, number: int) -> bool:
        worst, state = self._worst, self._state
        if worst is None:
            return False
        if state.is_video:
            return worst.frame == number + 1
        return max(n for n, f in enumerate(state.frames) if f < worst.frame) == number

    def _strip_place(self) -> QRectF:
        top = self._fit.look.px("s6")
        return QRectF(0, top, self.width(), self._strip.wanted_height)

    def _mark(self, number: int) -> QRectF:
        look = self._fit.look
        gap, high = look.px("s1"), look.px("bar")
        wide = (self.width() + gap) / max(self._state.of, 1)
        most = look.px("s8")
        pitch = min(wide, most)
        return QRectF(number * pitch, self.height() - high - 1, max(pitch - gap, 1.0), high)
