"""What every form does: Enter keeps what was filled in, Ctrl+D leaves it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from widgets.fittings import Fittings
from widgets.keys import key_name


class Form(QWidget):
    """Lines to fill in. A form says in `_go` what keeping means."""

    left = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep or leave; a key that is held keeps once."""
        name = key_name(event)
        if name in self._fit.keymap.action("keep_input").keys:
            if not event.isAutoRepeat():
                self._go()
        elif name in self._fit.keymap.action("drop_input").keys:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _go(self) -> None:
        raise NotImplementedError
