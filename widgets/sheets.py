"""What lies over the window: legend, palette, calm screen, and the ring of the keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.keymap import Action
from widgets.calm import CalmScreen
from widgets.fittings import Fittings
from widgets.focus_ring import FocusRing
from widgets.legend import LegendOverlay
from widgets.palette import Palette


class Sheets(QObject):
    """At most one of them is seen."""

    chosen = Signal(str)  # the id of an action of the palette
    closed = Signal()  # the keyboard goes back to the room

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(window)
        self._fit = fit
        self._window = window
        self.calm_screen = CalmScreen(fit, window)
        self.legend = LegendOverlay(fit, window)
        self.palette = Palette(fit, window)
        self.ring = FocusRing(fit.look, window)
        self.palette.chosen.connect(self.chosen)
        for sheet in (self.palette, self.legend):
            sheet.closed.connect(self.closed)

    @property
    def is_calm(self) -> bool:
        """Whether everything is hidden."""
        return self.calm_screen.isVisible()

    def cover(self, whom: str) -> None:
        """Hide everything, before this returns."""
        self.calm_screen.cover(whom)
        for sheet in (self.ring, self.palette, self.legend):
            sheet.hide()

    def uncover(self) -> None:
        """Take the calm screen away."""
        self.calm_screen.hide()

    def offer(self, actions: Sequence[Action]) -> None:
        """Open the palette with these actions."""
        texts = self._fit.texts
        self.palette.offer([(a.id, texts(a.text_id), a.keys[0]) for a in actions])

    def resize(self) -> None:
        """Cover the whole window again."""
        for sheet in (self.calm_screen, self.legend, self.palette):
            sheet.setGeometry(self._window.rect())
