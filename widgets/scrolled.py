"""An area that scrolls in itself when its content is longer than its place."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QWidget

RING_PX = 4  # room for the ring around it


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
                self.ensureWidgetVisible(focused, 0, RING_PX)
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to what lies around: arrows move the item or choose, pages have an action."""
        event.ignore()

    def to_top(self) -> None:
        """Show the beginning."""
        self.verticalScrollBar().setValue(0)
