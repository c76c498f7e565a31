"""One fact of the evidence drawer, painted as plain text whatever a file put into it."""

from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.session.evidence import Fact
from widgets.fittings import Fittings
from widgets.sides import mirrored
from widgets.text_block import TextBlock

# What a file says stands between these, from left to right: its direction of writing ends with it,
# and signs stay where they were written.
ISOLATE, END = "\u2066", "\u2069"
_TONES = {"ai": "accent", "capture": "ok", "edited": "attention", "attention": "attention"}


class FactRow(QWidget):
    """What it is, beside it what is said, and under that where and how it weighs."""

    def __init__(self, fit: Fittings, fact: Fact) -> None:
        super().__init__()
        self._fit, self._look, self._fact = fit, fit.look, fact
        texts = fit.texts
        blanks = {name: _plain(value) for name, value in fact.blanks}
        self._words = texts(fact.words, **blanks)
        weight = texts(fact.weight, **blanks) if fact.weight else ""
        points = texts(f"drawer.points_{fact.points_to}") if fact.points_to else ""
        more = texts(fact.aside, **blanks) if fact.aside else ""
        parts = [part for part in (points, _isolated(fact.place), weight, more) if part]
        self._aside = texts("desk.chip_gap").join(parts)
        self._quoted = _isolated(fact.quoted)
        self._blocks: dict[str, TextBlock] = {}
        self._heights: dict[int, int] = {}  # Qt asks for the same again and again
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        said = ": ".join(part for part in (self._words, self._quoted) if part)
        self.setAccessibleName(
            texts("desk.chip_gap").join(part for part in (said, self._aside) if part)
        )

    def hasHeightForWidth(self) -> bool:
        """Higher where it is narrower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of its texts in `width` pixels."""
        if width not in self._heights:
            self._heights[width] = ceil(self._lay(None, width))
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """As wide as a line may be; how high it is then, is asked for by width."""
        return QSize(self._look.px("page"), self._look.px("s6"))

    def minimumSizeHint(self) -> QSize:
        """Narrow: everything wraps."""
        return QSize(self._look.px("s8"), 0)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lay(painter, self.width())

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the look changes."""
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._blocks.clear()
            self._heights.clear()
            self.updateGeometry()
        super().changeEvent(event)

    def _lay(self, painter: QPainter | None, width: int) -> float:
        """Lay the texts out, draw them if there is a painter, and return how high they are."""
        look, fact = self._look, self._fact
        dot = look.px("dot") + look.px("s2")
        tone = "stop" if fact.is_grave else _TONES.get(fact.points_to, "")
        if painter is not None and tone:
            self._draw_dot(painter, tone)
        left = float(dot)
        strong = "text" if fact.is_grave or not self._quoted else "text2"
        if not self._quoted:
            return self._put(painter, "words", QRectF(left, 0, width - left, 0), strong)
        share = min(look.px("standing") * 2, width // 3)
        if width < look.px("dialog") * 3 // 4:  # one under the other
            top = self._put(painter, "words", QRectF(left, 0, width - left, 0), strong)
            at = QRectF(left, top, width - left, 0)
            return top + self._put_said(painter, at)
        right = left + share + look.px("s3")
        high = self._put(painter, "words", QRectF(left, 0, share, 0), strong)
        return max(high, self._put_said(painter, QRectF(right, 0, width - right, 0)))

    def _put_said(self, painter: QPainter | None, at: QRectF) -> float:
        high = self._put(painter, "quoted", at, "text")
        if self._aside:
            high += self._put(painter, "aside", at.translated(0, high), "text3")
        return high

    def _put(self, painter: QPainter | None, name: str, at: QRectF, tone: str) -> float:
        look = self._look
        block = self._blocks.get(name)
        if block is None:
            text = {"words": self._words, "quoted": self._quoted, "aside": self._aside}[name]
            font = look.font("aside" if name == "aside" else "body")
            percent = look.figure("line_height_percent")
            block = self._blocks[name] = TextBlock(text, font, percent)
        width = max(min(at.width(), float(look.px("page"))), 1.0)
        high = block.lay(width)
        if painter is not None:
            place = mirrored(self, QRectF(at.x(), at.y(), width, high))
            block.draw(painter, place, look.colour(tone))
        return high

    def _draw_dot(self, painter: QPainter, tone: str) -> None:
        look, side = self._look, self._look.px("dot")
        line = look.type_px("body") * look.figure("line_height_percent") / 100
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(tone))
        painter.drawEllipse(mirrored(self, QRectF(0, (line - side) / 2 + 1, side, side)))


def _isolated(said: str) -> str:
    return f"{ISOLATE}{said}{END}" if said else ""


def _plain(value: object) -> object:
    return _isolated(value) if isinstance(value, str) else value
