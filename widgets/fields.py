"""Fields to type in. Keys that belong to the window pass through them."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.keymap import EVERYWHERE
from widgets.buttons import RING_PROPERTY
from widgets.fittings import Fittings
from widgets.keys import key_name

LONGEST_TEXT = 2000  # characters: a comment, not a report
_OF_A_FIELD = ("Enter", "Ctrl+Enter", "Ctrl+D")
_WITHOUT_SIGN = ("Esc", "F1")


def _passes(fit: Fittings, event: QKeyEvent) -> bool:
    """Whether a key is the window's: those that write no sign, and those of the field's panel."""
    name = key_name(event)
    if name in _OF_A_FIELD:
        return True
    writes_nothing = name in _WITHOUT_SIGN or name.startswith("Ctrl+")
    return writes_nothing and fit.keymap.find(name, EVERYWHERE) is not None


class Line(QLineEdit):
    """One line; Enter is left to the panel it lies in."""

    def __init__(self, fit: Fittings, name: str, hint: str = "", *, secret: bool = False) -> None:
        super().__init__()
        self._fit = fit
        self._look = fit.look
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMaxLength(LONGEST_TEXT)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)

    def forget(self) -> None:
        """Empty it; other than after `clear`, no undo brings back what was typed."""
        self.setText("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, save for the keys of the window."""
        if _passes(self._fit, event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A field being typed in always shows its ring."""
        self.setProperty(RING_PROPERTY, True)
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu: every step has a key."""
        event.accept()


class Lines(QPlainTextEdit):
    """Some lines; Enter keeps them, Shift+Enter begins a new one."""

    changed = Signal()

    def __init__(self, fit: Fittings, name: str, hint: str = "", rows: int = 3) -> None:
        super().__init__()
        self._fit = fit
        self._look = fit.look
        self._rows = rows
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        """Room for its rows."""
        line = QFontMetricsF(self._look.font("field")).lineSpacing()
        height = round(line * self._rows) + self._look.px("s6")
        return QSize(self._look.px("dialog"), height)

    def minimumSizeHint(self) -> QSize:
        """Narrow."""
        return QSize(self._look.px("s8") * 3, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, save for the keys of the window."""
        if _passes(self._fit, event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A field being typed in always shows its ring."""
        self.setProperty(RING_PROPERTY, True)
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu: every step has a key."""
        event.accept()

    def _changed(self) -> None:
        if len(self.toPlainText()) > LONGEST_TEXT:
            cursor = self.textCursor()
            cursor.deletePreviousChar()
        self.changed.emit()
