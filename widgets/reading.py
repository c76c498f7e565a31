"""A sheet to read: it scrolls by the keys of pages and arrows, and any other key closes it.

A key of the whole window closes it too and does what it says; a letter or digit does nothing else.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.keymap import EVERYWHERE
from widgets.fittings import Fittings
from widgets.keys import key_name
from widgets.layouts import column
from widgets.overlay import Overlay
from widgets.scrolled import Scrolled
from widgets.short_keys import ShortKeys
from widgets.words import Words

PLACE = "reading"
PAGES = {"read_on": 1, "read_back": -1}
MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
)


class ReadingSheet(Overlay):
    """A title, and below it what is read; `opened_by` is the action that opened it."""

    place = PLACE

    def __init__(
        self, fit: Fittings, window: QWidget, title: str, *, width_token: str, opened_by: str
    ) -> None:
        super().__init__(fit, window, width_token)
        look = fit.look
        self._opened_by = opened_by
        self._title = Words(fit, title, kind="question", strong=True)
        self._inner = QWidget()
        self._area = Scrolled(self._inner)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s4"))
        layout.addWidget(self._title)
        layout.addWidget(self._area, 1)
        self._foot = ShortKeys(fit)
        self._foot.show_place(self.place)
        layout.addWidget(self._foot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll or close; what leads elsewhere is left to the window, which then closes this."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        if action is not None and action.id in PAGES:
            self._area.turn(PAGES[action.id])
        elif event.key() not in MODIFIERS and not event.isAutoRepeat():
            self.close_sheet()
            if action is not None and action.where == EVERYWHERE and action.id != self._opened_by:
                event.ignore()

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
        foot = self._foot.sizeHint().height() + look.px("s4")
        # With the border, and rounding.
        return inner + title + foot + look.px("s6") * 2 + look.px("s1")
