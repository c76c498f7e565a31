"""What lies over the window: legend, palette, calm screen, and the ring of the keyboard."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.keymap import Action
from widgets.calm import CalmScreen
from widgets.fittings import Fittings
from widgets.focus_ring import FocusRing
from widgets.keys import Deeds
from widgets.legend import LegendOverlay
from widgets.overlay import Overlay
from widgets.palette import Palette


class Sheets(QObject):
    """At most one of them is seen."""

    chosen = Signal(str)  # the id of an action of the palette
    opening = Signal()  # what is revealed goes back under first
    closed = Signal()  # the keyboard goes back to the room

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(window)
        self._fit = fit
        self._window = window
        self.ring = FocusRing(fit.look, window)
        self._build()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_keyboard)

    def rebuild(self) -> None:
        """Build them anew, at another scale; what is hidden stays hidden."""
        whom = self.calm_screen.whom if self.is_calm else None
        for sheet in (self.calm_screen, self.legend, self.palette):
            sheet.hide()
            sheet.deleteLater()
        self._build()
        if whom is not None:
            self.cover(whom)

    @property
    def is_calm(self) -> bool:
        """Whether everything is hidden."""
        return self.calm_screen.isVisible()

    @property
    def is_open(self) -> bool:
        """Whether legend or palette lie over the room: its keys are not for the room then."""
        return self._top() is not None

    def close(self) -> None:
        """Close legend and palette: one enters a room, or leaves."""
        for sheet in (self.palette, self.legend):
            sheet.close_sheet()

    def cover(self, whom: str) -> None:
        """Hide everything, before this returns."""
        self.calm_screen.cover(whom)
        for sheet in (self.ring, self.palette, self.legend):
            sheet.hide()

    def uncover(self) -> None:
        """Take the calm screen away."""
        self.calm_screen.hide()

    def declare(self, deeds: Deeds, place: Callable[[], str], allowed: Callable[[], bool]) -> None:
        """Say what the keys of legend and palette do; `place` names where the keys work now."""
        deeds.on("legend", self._open_legend, allowed=allowed)
        deeds.on("palette", lambda: self._offer(deeds.available(place())), allowed=allowed)
        self.chosen.connect(deeds.do)

    def resize(self) -> None:
        """Cover the whole window again."""
        for sheet in (self.calm_screen, self.legend, self.palette):
            sheet.setGeometry(self._window.rect())

    def _open_legend(self) -> None:
        self.opening.emit()
        self.legend.open()

    def _offer(self, actions: Sequence[Action]) -> None:
        self.opening.emit()
        texts = self._fit.texts
        self.palette.offer([(a.id, texts(a.text_id), a.keys[0]) for a in actions])

    def _top(self) -> Overlay | None:
        return next((s for s in (self.palette, self.legend) if not s.isHidden()), None)

    @Slot(QWidget, QWidget)
    def _keep_keyboard(self, _: QWidget | None, now: QWidget | None) -> None:
        """What happens below a sheet, such as an item that comes, takes no keys from it."""
        top = self._top()
        if top is None or now is None or self.is_calm or now.window() is not self._window:
            return
        if now is not top and not top.isAncestorOf(now):
            top.setFocus()

    def _build(self) -> None:
        self.calm_screen = CalmScreen(self._fit, self._window)
        self.legend = LegendOverlay(self._fit, self._window)
        self.palette = Palette(self._fit, self._window)
        self.palette.chosen.connect(self.chosen)
        for sheet in (self.palette, self.legend):
            sheet.closed.connect(self.closed)
