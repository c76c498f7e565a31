"""A line of the legend: key caps, then what they do."""

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.buttons import draw_keycap, keycap_width
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.sides import draw_line, mirrored
from widgets.text_block import elided

RUN = "\N{EN DASH}"


class Keycaps(QWidget):
    """One action with its keys; a run of digits is drawn as its ends."""

    def __init__(
        self, fit: Fittings, keys: tuple[str, ...], text: str, *, aside: bool = False
    ) -> None:
        super().__init__()
        self._look = fit.look
        self._aside = aside  # small, and no wider than it is: beside other words
        self._caps = [keys[0], RUN, keys[-1]] if len(keys) > 4 else list(keys)
        self._text = text
        self.setAccessibleName(f"{' '.join(keys)}: {text}")
        wide = QSizePolicy.Policy.Maximum if aside else QSizePolicy.Policy.Expanding
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)

    @property
    def whole_width(self) -> int:
        """The width in which nothing is cut, in pixels."""
        words = QFontMetricsF(self._font()).horizontalAdvance(self._text)
        return ceil(self._room() + words) + 1

    def sizeHint(self) -> QSize:
        """Caps and words."""
        return QSize(self.whole_width, self._look.px("keycap") + 2)

    def minimumSizeHint(self) -> QSize:
        """Words are cut, save beside others."""
        if self._aside:
            return self.sizeHint()
        return QSize(self._look.px("s8") * 4, self._look.px("keycap") + 2)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the caps first, the words in line below each other."""
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap, middle = look.px("s1"), self.height() / 2
        caps = sum(_width(look, cap) + gap for cap in self._caps)
        # In every language they stand by each other as on a keyboard: left before right, 1 to 9.
        left = mirrored(self, QRectF(0, 0, caps - gap, 0)).left()
        for cap in self._caps:
            draw = _draw_run if cap is RUN else draw_keycap
            left += draw(painter, look, cap, left, middle) + gap
        font = self._font()
        painter.setFont(font)
        painter.setPen(look.colour("text3" if self._aside else "text"))
        place = QRectF(self._room(), 0, self.width() - self._room(), self.height())
        shown = elided(self._text, font, place.width())
        draw_line(painter, mirrored(self, place), shown, right=self.isRightToLeft())

    def _font(self) -> QFont:
        return self._look.font("aside" if self._aside else "body")

    def _room(self) -> float:
        gap = self._look.px("s1")
        caps = sum(_width(self._look, cap) + gap for cap in self._caps)
        if self._aside:
            return caps + gap
        return max(caps + gap, float(self._look.px("s8") * 3 + self._look.px("s5")))


def _width(look: Look, cap: str) -> float:
    """The width of a key cap, or of what stands between the ends of a run: no key itself."""
    if cap is not RUN:
        return keycap_width(look, cap)
    return ceil(QFontMetricsF(look.font("aside", strong=True)).horizontalAdvance(RUN))


def _draw_run(painter: QPainter, look: Look, sign: str, left: float, middle: float) -> float:
    """Draw what stands between the ends of a run; return its width."""
    width, height = _width(look, sign), float(look.px("keycap"))
    painter.setPen(look.colour("text3"))
    painter.setFont(look.font("aside", strong=True))
    place = QRectF(left, middle - height / 2, width, height)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sign)
    return width
