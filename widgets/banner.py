"""One sentence across the window, under the header, for a fault that stays until it is mended."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from widgets.buttons import note_focus
from widgets.fittings import Fittings
from widgets.layouts import row
from widgets.reader_roles import reads_as
from widgets.scrolled import Scrolled
from widgets.words import Words

WAYS = {Qt.Key.Key_Down: 1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageUp: -1}
LINES = 2  # of a page beside each other, so long is one of its own at most
SHARE_OF_WINDOW = 10  # it takes a tenth of the height at most, or one line


class Banner(QWidget):
    """As high as its words, within bounds; what is longer scrolls, and no window grows by it.

    Where it scrolls Tab comes to it, and the arrows scroll.
    """

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self.setObjectName("fault")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = Words(fit, "", tone="attention", measured=False)  # it has little height
        reads_as(self, QAccessible.Role.AlertMessage)
        self._look = fit.look
        self._edge, self._gap = fit.look.px("s4"), fit.look.px("s2")
        held = QWidget()
        row(held).addWidget(self.words)
        self._area = Scrolled(held, least_px=1)
        self._area.setParent(self)  # no layout: its height would count, not that of the words
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence from its beginning; an empty one takes the banner away."""
        self.words.say(sentence)
        self.words.setToolTip(sentence)
        self.setAccessibleName(sentence)
        self._area.to_top()
        self.setVisible(bool(sentence))
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Its words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the words in `width` pixels, or what a banner may take of the window."""
        needed = self.words.heightForWidth(self._measure(width)) + 2 * self._gap
        share = self.window().height() // SHARE_OF_WINDOW
        return min(needed, max(share, self._one_line()))

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self.words.sizeHint().width() + 2 * self._edge, self._one_line())

    def minimumSizeHint(self) -> QSize:
        """One line, of which a few letters."""
        return QSize(self.words.minimumSizeHint().width() + 2 * self._edge, self._one_line())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the words within the margins."""
        super().resizeEvent(event)
        inside = self.rect().adjusted(self._edge, self._gap, -self._edge, -self._gap)
        inside.setWidth(self._measure(self.width()))
        self._area.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), inside))
        needed = self.words.heightForWidth(inside.width())
        whole = needed <= inside.height()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if whole else Qt.FocusPolicy.TabFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember by which way the focus came."""
        note_focus(self, event)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What has no room is scrolled to; everything else is left to the window."""
        way = WAYS.get(Qt.Key(event.key()))
        if way is None or not self._area.turn(way):
            event.ignore()

    def showEvent(self, event: QShowEvent) -> None:
        """Learn when the window is made higher or lower."""
        self.window().installEventFilter(self)
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Its share of the window is another."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.updateGeometry()
        return False

    def _measure(self, width: int) -> int:
        """How long its lines are in a window: longer than those of a page, for it is low."""
        most = LINES * round(self._look.longest_line_px("body"))
        return max(min(width - 2 * self._edge, most), 1)

    def _one_line(self) -> int:
        return self.words.line_height() + 2 * self._gap
