"""Small things to press: crumbs of the path, tabs of the rooms, switches."""

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.buttons import Tappable, keycap_width
from widgets.fittings import Fittings
from widgets.sides import draw_line, mirrored
from widgets.text_block import elided

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
_ACROSS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class Crumb(Tappable):
    """One answer of the path so far; pressed, it leads back to its question."""

    def __init__(self, fit: Fittings, text: str, parent: QWidget | None = None) -> None:
        super().__init__(fit, parent)
        self.setText(text)
        self.setAccessibleName(fit.texts("desk.crumb_name", answer=text))

    def sizeHint(self) -> QSize:
        """As wide as its word."""
        font = self._look.font("aside")
        width = QFontMetricsF(font).horizontalAdvance(self.text()) + self._look.px("s2") * 2 + 2
        return QSize(ceil(width), self._look.px("s6") - 1)

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(self._look.px("s8"), self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw a pill with the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = "text3" if self.underMouse() else "line"
        painter.setPen(QPen(self._look.colour("accent" if self.isDown() else line), 1))
        painter.setBrush(self._look.colour("surface"))
        place = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
        painter.setPen(self._look.colour("text2"))
        font = self._look.font("aside")
        painter.setFont(font)
        shown = elided(self.text(), font, self.width() - self._look.px("s2") * 2)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)


class RoomTab(Tappable):
    """The door to a room; the one I am in is marked."""

    def __init__(self, fit: Fittings, text: str, key: str) -> None:
        super().__init__(fit)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        self.setToolTip(f"{text} ({key})")

    def sizeHint(self) -> QSize:
        """As wide as its word, measured bold, so that nothing moves when it is chosen."""
        font = self._look.font("body", strong=True)
        width = QFontMetricsF(font).horizontalAdvance(self.text()) + self._look.px("s2") * 2 + 4
        return QSize(ceil(width), self._look.px("button"))

    def minimumSizeHint(self) -> QSize:
        """Some letters: with many rooms and large text the words are cut, and the tip has them."""
        return QSize(min(self.sizeHint().width(), self._look.px("s8") * 2), self._look.px("button"))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the word, on a ground where I am."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("accent_bg"))
            radius = self._look.px("radius_small")
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        tone = "accent" if self.isChecked() else ("text" if self.underMouse() else "text2")
        painter.setPen(self._look.colour(tone))
        font = self._look.font(strong=self.isChecked())
        painter.setFont(font)
        shown = elided(self.text(), font, self.width() - self._look.px("s2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, shown)


class Switch(Tappable):
    """A word that is on or off, with its key."""

    def __init__(self, fit: Fittings, text: str, key: str = "", note: str = "") -> None:
        super().__init__(fit)
        self._key = key
        # Enter is left to the sheet or form, which it closes; one with a key of its own leaves
        # Space too, which reveals everywhere else.
        self._click_keys = () if key else (Qt.Key.Key_Space,)
        self.setCheckable(True)
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(note)
        self.setToolTip(note)

    def rename(self, text: str) -> None:
        """Say something else."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Where only one may be on, arrows choose: Tab stops at the whole row once."""
        step = _STEPS.get(Qt.Key(event.key()))
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if step is None or held or not self.autoExclusive():
            super().keyPressEvent(event)
            return
        if self.isRightToLeft() and event.key() in _ACROSS:
            step = -step  # the next lies on the left
        row = [one for one in self._row() if one.isVisible() and one.isEnabled()]
        other = row[(row.index(self) + step) % len(row)]
        other.setChecked(True)
        other.setFocus(Qt.FocusReason.TabFocusReason)  # by the keyboard: with the ring

    def _row(self) -> list["Switch"]:
        """Those of which only one may be on, in their order."""
        around = self.parentWidget()
        if around is None:
            return [self]
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return [one for one in around.findChildren(Switch, options=direct) if one.autoExclusive()]

    def sizeHint(self) -> QSize:
        """Key cap and word."""
        width = QFontMetricsF(self._look.font()).horizontalAdvance(self.text())
        mark = keycap_width(self._look, self._key) if self._key else self._look.px("s4")
        pads = self._look.px("s2") * 3 + 2
        return QSize(ceil(width + mark) + pads, self._look.px("button"))

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(self._look.px("s8") * 2, self._look.px("button"))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box, marked where on, and the word."""
        painter = QPainter(self)
        self._box(painter)
        left = float(self._look.px("s2"))
        if not self._key:
            left += self._draw_mark(painter, left)
        else:
            left += self._draw_keycap(painter, self._key, left) + self._look.px("s2")
        on = "accent" if self.isChecked() else "text"
        painter.setPen(self._look.colour(on if self.isEnabled() else "text3"))
        font = self._look.font()
        painter.setFont(font)
        place = QRectF(left, 0, self.width() - left - self._look.px("s1"), self.height())
        shown = elided(self.text(), font, place.width())
        draw_line(painter, mirrored(self, place), shown, right=self.isRightToLeft())

    def _draw_mark(self, painter: QPainter, left: float) -> float:
        """Draw a box to tick, or a ring where only one may be on; return the room it takes."""
        look, side = self._look, float(self._look.px("s3") + 2)
        place = mirrored(self, QRectF(left + 0.5, (self.height() - side) / 2, side, side))
        radius = side / 2 if self.autoExclusive() else 3.0
        painter.setPen(QPen(look.colour("accent" if self.isChecked() else "text3"), 1))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(place, radius, radius)
        if self.isChecked():
            inner = place.adjusted(side * 0.25, side * 0.25, -side * 0.25, -side * 0.25)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawRoundedRect(inner, radius / 2, radius / 2)
        return side + look.px("s2")
