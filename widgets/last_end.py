"""One line across the window, at a start after an end by a fault: what is kept, and where to read.

It stands until it is put away, once: the next start says nothing of it.
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.dumps import LastLines
from app.sudden_end import told_end
from widgets.banner import Banner
from widgets.buttons import KeyButton
from widgets.dress import Dress
from widgets.fittings import Fittings
from widgets.layouts import row
from widgets.main_window import MainWindow


class LastEnd(QWidget):
    """Says that the program ended by a fault last time, and takes itself away when it is read."""

    read = Signal()

    def __init__(self, fit: Fittings, file: Path) -> None:
        super().__init__()
        self.setObjectName("fault")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.said = Banner(fit)
        self.said.setObjectName("")  # the line below is that of the whole
        self.said.words.tone("text2")  # it is over, and there is nothing to mend
        self.seen = KeyButton(fit, fit.texts("keys.last_end_seen"))
        self.seen.clicked.connect(self._go)
        box = row(self)
        box.setContentsMargins(0, 0, fit.look.px("s4"), 0)
        box.addWidget(self.said, 1)
        box.addWidget(self.seen)
        Dress(fit.look, self)
        self.said.say(fit.texts("fault.last_end", file=file))

    @Slot()
    def _go(self) -> None:
        self.hide()
        self.read.emit()
        self.deleteLater()


def tell_last_end(fit: Fittings, window: MainWindow, left: LastLines) -> LastEnd | None:
    """Say across the window how it ended last time; None where that was by no fault."""
    file, box = told_end(left), window.layout()
    if file is None or not isinstance(box, QBoxLayout):
        return None

    def give_keyboard_back() -> None:
        page = window.sign_in.currentWidget()
        if window.rooms is not None:
            window.rooms.focus()
        elif page is not None:
            (page.focusProxy() or page).setFocus()

    line = LastEnd(fit, file)
    line.read.connect(give_keyboard_back)
    box.insertWidget(1, line)  # below the header, over sign-in as over the rooms
    return line
