"""A sheet to read: it scrolls by the keys of pages and arrows, and any other key closes it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from widgets.fittings import Fittings
from widgets.layouts import column
from widgets.overlay import Overlay
from widgets.scrolled import Scrolled
from widgets.words import Words

PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt)


class ReadingSheet(Overlay):
    """A title, and below it what is read."""

    def __init__(self, fit: Fittings, window: QWidget, title: str, width_token: str) -> None:
        super().__init__(fit, window, width_token)
        look = fit.look
        self._title = Words(fit, title, kind="question", strong=True)
        self._inner = QWidget()
        self._area = Scrolled(self._inner)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s4"))
        layout.addWidget(self._title)
        layout.addWidget(self._area, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is left to the window; any other key closes."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.key() in PAGES:
            self._area.turn(PAGES[Qt.Key(event.key())])
        elif event.key() not in MODIFIERS:
            self.close_sheet()

    def open(self) -> None:
        """Show the beginning, and take the keyboard."""
        super().open()
        self._area.to_top()
        self.setFocus()

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        room = width - look.px("s6") * 2 - look.px("s3")
        layout = self._inner.layout()
        inner = layout.totalHeightForWidth(room) if layout is not None else 0
        title = self._title.heightForWidth(room) + look.px("s4")
        return inner + title + look.px("s6") * 2 + look.px("s1")  # the border, and rounding
