"""An area that scrolls in itself when its content is longer than its place."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QWidget

from widgets.layouts import column, lay_above_the_middle

RING_PX = 4  # room for the ring around it
MARK = "mark_place"  # property of a large widget: the part of it where the keyboard is


class Scrolled(QScrollArea):
    """Scrolls upright only; asks for `least_px` of height and takes what it gets."""

    def __init__(self, content: QWidget, least_px: int = 48) -> None:
        super().__init__()
        self._least_px = least_px
        content.setObjectName("scrolled")
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Small: the content scrolls."""
        return QSize(super().sizeHint().width(), self._least_px)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return QSize(0, self._least_px)

    def turn(self, pages: int) -> bool:
        """Scroll by most of a page; False if there is nothing further that way."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + pages * bar.pageStep() * 4 // 5)
        return bar.value() != before

    def event(self, event: QEvent) -> bool:
        """Keep what has the keyboard in sight when the content is laid out anew."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            focused = QApplication.focusWidget()
            if focused is not None and self.isAncestorOf(focused):
                self.keep(focused)
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to what lies around: arrows move the item or choose, pages have an action."""
        event.ignore()

    def keep_in_sight(self, shown: QWidget, place: QRect) -> None:
        """Scroll no further than it takes to see a part of a widget that lies in here."""
        content = self.widget()
        if content is None:
            return
        at = shown.mapTo(content, place.center())
        self.ensureVisible(at.x(), at.y(), 0, place.height() // 2 + RING_PX)

    def keep(self, focused: QWidget) -> None:
        """Scroll until what has the keyboard, or the part of it that matters, is in sight."""
        if focused.height() <= self.viewport().height():
            self.ensureWidgetVisible(focused, 0, RING_PX)
        else:  # as far as it says which part of it matters
            mark = focused.property(MARK)
            self.keep_in_sight(focused, mark if isinstance(mark, QRect) else QRect(0, 0, 1, 1))

    def to_top(self) -> None:
        """Show the beginning."""
        self.verticalScrollBar().setValue(0)


def lay_scrolled(page: QWidget, inner: QWidget) -> None:
    """Lay what a page has to say a little above its middle; it scrolls where there is no room."""
    held = QWidget()
    lay_above_the_middle(held, inner)
    column(page).addWidget(Scrolled(held))


def keep_in_sight(shown: QWidget, place: QRect) -> None:
    """Have the area that a widget lies in, if it lies in one, scroll to a part of it."""
    above = shown.parentWidget()
    while above is not None:
        if isinstance(above, Scrolled):
            above.keep_in_sight(shown, place)
            return
        above = above.parentWidget()
