"""What can be pressed and shows its key: buttons, answers; what is smaller is in `chips`."""

import re
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from widgets.fittings import Fittings
from widgets.look import Look
from widgets.sides import draw_line, mirrored
from widgets.text_block import TextBlock, elided

RING_PROPERTY = "ring"  # whether the focus ring is to be drawn around the widget
_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
SIGNS = {
    "Backspace": "⌫",
    "Enter": "↵",
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
}
_NAME = re.compile("[A-Za-z]{2,}")  # of a key, in what may be a chord


def note_focus(widget: QWidget, event: QFocusEvent) -> None:
    """Remember whether the focus came by the keyboard; the ring is drawn only then."""
    widget.setProperty(RING_PROPERTY, event.reason() in _KEYBOARD)


def key_sign(look: Look, key: str) -> str:
    """Return what a key cap shows for a key such as `Ctrl+Down`, by its name in the language."""
    names = look.key_names
    return _NAME.sub(lambda name: SIGNS.get(name[0], names.get(name[0], name[0])), key)


def keycap_width(look: Look, key: str) -> float:
    """The width of a key cap."""
    text = QFontMetricsF(look.font("aside", strong=True)).horizontalAdvance(key_sign(look, key))
    return max(float(look.px("keycap")), ceil(text) + look.px("s1") * 2 + 2.0)


def draw_keycap(painter: QPainter, look: Look, key: str, left: float, middle: float) -> float:
    """Draw a key cap with its left edge and vertical middle there; return its width."""
    width, height = keycap_width(look, key), float(look.px("keycap"))
    place = QRectF(left + 0.5, middle - height / 2 + 0.5, width - 1, height - 1)
    painter.setPen(QPen(look.colour("line"), 1))
    painter.setBrush(look.colour("surface"))
    painter.drawRoundedRect(place, 4, 4)
    painter.setPen(look.colour("text"))
    painter.setFont(look.font("aside", strong=True))
    way = painter.layoutDirection()
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # `Ctrl++` is no text
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, key_sign(look, key))
    painter.setLayoutDirection(way)
    return width


class Tappable(QAbstractButton):
    """A button that takes Enter alone from the keyboard, so that Space stays free to reveal."""

    def __init__(self, fit: Fittings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fit = fit
        self._look = fit.look
        self._click_keys: tuple[Qt.Key, ...] = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, unless with Ctrl; everything else is left to the window."""
        chord = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if Qt.Key(event.key()) in self._click_keys and not chord and self.isEnabled():
            if not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing happens on release."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember by which way the focus came."""
        note_focus(self, event)
        super().focusInEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the look changes."""
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
        super().changeEvent(event)

    def enterEvent(self, event: QEvent) -> None:
        """Draw the pointer's presence."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Draw its absence."""
        self.update()

    def _box(self, painter: QPainter, *, fill: str = "raised", line: str | None = "line") -> None:
        """Draw the background; darker where pressed, edged where the pointer is."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pressed = self.isDown() or self.isChecked()
        if self.underMouse() and self.isEnabled() and line == "line":
            line = "text3"
        if pressed:
            fill, line = "accent_bg", "accent"
        radius = self._look.px("radius_small")
        painter.setPen(QPen(self._look.colour(line), 1) if line else Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _draw_keycap(self, painter: QPainter, key: str, left: float) -> float:
        """Draw a key cap so far from where the button begins; return its width."""
        width = keycap_width(self._look, key)
        place = mirrored(self, QRectF(left, 0, width, self.height()))
        return draw_keycap(painter, self._look, key, place.left(), place.center().y())


class KeyButton(Tappable):
    """A word with its key cap before it. Without a key it is the word alone."""

    def __init__(
        self,
        fit: Fittings,
        text: str,
        key: str = "",
        *,
        strong: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(fit, parent)
        self._key = key
        self._strong = strong
        self._kept = False
        self.setText(text)
        self.setAccessibleName(text)
        if key:
            self.setAccessibleDescription(key)

    def show_kept(self, kept: bool) -> None:
        """Mark with a tick that something is kept behind it; the button stays as wide."""
        if kept != self._kept:
            self._kept = kept
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as key cap and word."""
        words = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        cap = keycap_width(self._look, self._key) + self._look.px("s2") if self._key else 0
        return QSize(ceil(words + cap) + self._pad() * 2, self._look.px("button"))

    def minimumSizeHint(self) -> QSize:
        """Narrower than the words if need be."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), self._look.px("s8") * 2), hint.height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box, the cap and the word."""
        painter = QPainter(self)
        self._box(painter)
        left = float(self._pad())
        if self._key:
            left += self._draw_keycap(painter, self._key, left) + self._look.px("s2")
        font = self._font()
        painter.setFont(font)
        painter.setPen(self._look.colour("text" if self.isEnabled() else "text3"))
        place = QRectF(left, 0, self.width() - left - self._pad() + 1, self.height())
        shown = elided(self.text(), font, place.width())
        draw_line(painter, mirrored(self, place), shown, right=self.isRightToLeft())
        if self._kept:
            self._draw_tick(painter)

    def _draw_tick(self, painter: QPainter) -> None:
        """Draw a disc with a tick over the upper corner at the end."""
        look, side = self._look, float(self._look.px("tick"))
        painter.translate(mirrored(self, QRectF(self.width() - side, 0, side, side)).topLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent"))
        painter.drawEllipse(QRectF(0, 0, side, side))
        pen = QPen(look.colour("surface"), side * 0.14)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        corners = [
            QPointF(side * x, side * y) for x, y in ((0.27, 0.53), (0.43, 0.68), (0.73, 0.34))
        ]
        painter.drawPolyline(corners)

    def _font(self) -> QFont:
        return self._look.font(strong=self._strong)

    def _pad(self) -> int:
        return self._look.px("s2") + 2 if self._key else self._look.px("s3")


class Choice(Tappable):
    """One answer: its key, its words, and a line that says more."""

    def __init__(self, fit: Fittings, key: str, label: str, hint: str = "") -> None:
        super().__init__(fit)
        self._key = key
        self._label_text, self._hint_text = label, hint
        self._blocks: tuple[TextBlock, TextBlock | None] | None = None
        self.setText(label)
        self.setAccessibleName(f"{key}: {label}")
        self.setAccessibleDescription(hint)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def key(self) -> str:
        """The digit that gives this answer."""
        return self._key

    def hasHeightForWidth(self) -> bool:
        """Hints wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Label and hint with their margins."""
        label, hint = self._laid()
        room = self._room(width)
        text = label.lay(room) + (hint.lay(room) if hint else 0)
        return ceil(max(text, self._look.px("keycap")) + self._look.px("s2") * 2)

    def sizeHint(self) -> QSize:
        """Wide."""
        width = self._look.px("right_panel") - self._look.px("s5") * 2
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Narrow; the words wrap."""
        return QSize(self._look.px("s8") * 3, self._look.px("keycap"))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box, the key cap, the label and the hint."""
        painter = QPainter(self)
        self._box(painter)
        label, hint = self._laid()
        pad = float(self._look.px("s3"))
        cap = self._draw_keycap(painter, self._key, pad)
        room = self._room(self.width())
        text = label.lay(room) + (hint.lay(room) if hint else 0)
        place = mirrored(self, QRectF(pad * 2 + cap, (self.height() - text) / 2, room, text))
        label.draw(painter, place, self._look.colour("text" if self.isEnabled() else "text3"))
        if hint:
            place.translate(QPointF(0, label.lay(room)))
            hint.draw(painter, place, self._look.colour("text3"))

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew when the look changes."""
        self._blocks = None
        super().changeEvent(event)

    def _room(self, width: int) -> float:
        return width - self._look.px("s3") * 3 - keycap_width(self._look, self._key)

    def _laid(self) -> tuple[TextBlock, TextBlock | None]:
        if self._blocks is None:
            height = self._look.figure("line_height_percent")
            label = TextBlock(self._label_text, self._look.font(), height)
            hint = None
            if self._hint_text:
                hint = TextBlock(self._hint_text, self._look.font("aside"), height)
            self._blocks = (label, hint)
        return self._blocks
