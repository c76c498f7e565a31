"""Changes theme and size of text while the window is open, and remembers them."""

from PySide6.QtCore import QObject, QTimer, Slot

from app.session.sitting import Sitting
from widgets.keys import Deeds
from widgets.look import DARK, LIGHT, Look

STEP_PERCENT = 25
LEAST_PERCENT, MOST_PERCENT = 100, 200


class LookSwitch(QObject):
    """Dark or light, larger or smaller."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._sitting: Sitting | None = None
        self._percent: int | None = None  # what is wished and not yet shown
        # When the keys are handled: the rooms are built anew, and several presses need it once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show)

    def follow(self, sitting: Sitting) -> None:
        """Take what the person set in an earlier sitting."""
        self._sitting = sitting
        theme, percent = sitting.look
        if (theme, percent) != (self._look.wish, self._look.percent):
            self._look.apply(theme, percent)

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys do."""
        deeds.on("theme", self._other_theme)
        deeds.on("larger", lambda: self._resize(STEP_PERCENT))
        deeds.on("smaller", lambda: self._resize(-STEP_PERCENT))

    def _other_theme(self) -> None:
        self._look.apply(LIGHT if self._look.theme == DARK else DARK, self._look.percent)
        self._keep()

    def _resize(self, by: int) -> None:
        now = self._look.percent if self._percent is None else self._percent
        self._percent = min(max(now + by, LEAST_PERCENT), MOST_PERCENT)
        self._soon.start()

    @Slot()
    def _show(self) -> None:
        percent, self._percent = self._percent, None
        if percent is not None and percent != self._look.percent:
            self._look.apply(self._look.wish, percent)
            self._keep()

    def _keep(self) -> None:
        if self._sitting is not None:
            self._sitting.keep_look(self._look.wish, self._look.percent)
