"""Under an item of several frames: which still this is, when, which were seen, which decides."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.session.types import StillsState, Worst
from widgets.buttons import draw_keycap, keycap_width
from widgets.fittings import Fittings

HINTS = (("still_previous", ""), ("still_next", "step"), ("play", "play"), ("worst", "worst"))


class StillsBar(QWidget):
    """A line of words over a row of marks, one a still; a click goes to it."""

    chosen = Signal(int)  # a still, from 0

    def __init__(self, fit: Fittings, parent: QWidget) -> None:
        super().__init__(parent)
        self._fit = fit
        self._state = StillsState()
        self._worst: Worst | None = None
        self.setAccessibleName(fit.texts("stills.name"))
        self.hide()

    @property
    def wanted_height(self) -> int:
        """Screen height of the bar, in pixels."""
        return self._fit.look.px("s8") + self._fit.look.px("s3")

    @property
    def text(self) -> str:
        """What it says in words."""
        return self._fit.texts("stills.gap").join([self._where(), *self._asides()])

    def show_stills(self, state: StillsState) -> None:
        """Take where one is; an item of one frame has no bar."""
        self._state = state
        self.setVisible(state.of > 1 or not state.is_ready)
        self._tell()

    def show_worst(self, worst: Worst | None) -> None:
        """Take which frame decides."""
        self._worst = worst
        self._tell()

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
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        self._draw_hints(painter, used + look.px("s6"), line.center().y())
        for number in range(self._state.of):
            self._draw_mark(painter, number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the still under the pointer."""
        for number in range(self._state.of):
            place = self._mark(number)
            if place.left() <= event.position().x() <= place.right() + self._fit.look.px("s1"):
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
        for action, word in HINTS:
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

    def _mark(self, number: int) -> QRectF:
        look = self._fit.look
        gap, high = look.px("s1"), look.px("bar")
        wide = (self.width() + gap) / max(self._state.of, 1)
        most = look.px("s8")
        pitch = min(wide, most)
        return QRectF(number * pitch, self.height() - high - 1, max(pitch - gap, 1.0), high)


def moment(time_ms: int, *, exact: bool = False) -> str:
    """Write a time in a video as minutes and seconds, 0:41, or to the hundredth, 0:41.08."""
    hours, minutes, seconds = time_ms // 3_600_000, time_ms // 60_000 % 60, time_ms // 1000 % 60
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{lead}:{seconds:02d}" + (f".{time_ms % 1000 // 10:02d}" if exact else "")
