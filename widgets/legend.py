"""The legend: every key of the window, by group."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keycaps import Keycaps
from widgets.layouts import column
from widgets.overlay import Overlay
from widgets.scrolled import Scrolled
from widgets.words import Words

COLUMNS = (("answer", "item"), ("viewing", "input"), ("window",), ("rooms",))
PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class LegendOverlay(Overlay):
    """Columns of key caps with their words, side by side as far as there is room."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "legend")
        look, texts = fit.look, fit.texts
        inner = QWidget()
        flow = FlowLayout(inner, look.px("s5"))
        groups = fit.keymap.groups()
        for names in COLUMNS:
            holder = QWidget()
            holder.setFixedWidth(look.px("legend_column"))
            box = column(holder, gap=look.px("s1"))
            for name in names:
                box.addWidget(Words(fit, texts(f"legend.{name}"), tone="text3", strong=True))
                box.addSpacing(look.px("s1"))
                for action in groups.get(name, ()):
                    if not action.beside:
                        keys = fit.keymap.keys_beside(action)
                        several = keys != action.keys
                        words = f"legend.{action.id}" if several else action.text_id
                        box.addWidget(Keycaps(fit, keys, texts(words)))
                box.addSpacing(look.px("s4"))
            box.addStretch(1)
            flow.addWidget(holder)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s4"))
        layout.addWidget(Words(fit, texts("legend.title"), kind="question", strong=True))
        self._area = Scrolled(inner)
        layout.addWidget(self._area, 1)
        self._inner = inner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is left to the window; any other key closes."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.key() in PAGES:
            self._area.turn(PAGES[Qt.Key(event.key())])
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            self.close_sheet()

    def open(self) -> None:
        """Take the keyboard."""
        super().open()
        self.setFocus()

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        room = width - look.px("s6") * 2 - look.px("s3")
        title = look.px("s8") + look.px("s4")
        return self._inner.heightForWidth(room) + title + look.px("s6") * 2
