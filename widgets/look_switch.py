"""Changes theme and size of text while the window is open, and remembers them."""

from PySide6.QtCore import QObject, QTimer, Slot

from app.machine_look import LANGUAGE, PERCENT, THEME
from app.session.opening import OpeningSession
from app.session.preferences import PreferenceSession
from widgets.keys import Deeds
from widgets.look import DARK, LIGHT, Look

STEP_PERCENT = 25
LEAST_PERCENT, MOST_PERCENT = 100, 200


class LookSwitch(QObject):
    """Dark or light, larger or smaller: as the home has it, or as chosen before one is open."""

    def __init__(self, look: Look, opening: OpeningSession, parent: QObject) -> None:
        super().__init__(parent)
        self._look, self._opening = look, opening
        self._preferences: PreferenceSession | None = None
        self._chosen: dict[str, str | int] = {}  # before a home is open
        self._percent: int | None = None  # what is wished and not yet shown
        # When the keys are handled: the rooms are built anew, and several presses need it once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show)

    def follow(self, preferences: PreferenceSession | None) -> bool:
        """Take what the person set in an earlier sitting, or chose just now on the way in.

        Returns whether that is another look than was worn so far.
        """
        self._preferences = preferences
        if preferences is None:
            return False
        for name, value in self._chosen.items():
            preferences.change(name, value)
        self._chosen.clear()
        preferences.changed.connect(self._take)
        self._opening.keep_look(LANGUAGE, preferences.text(LANGUAGE))
        wished = preferences.text(THEME), preferences.number(PERCENT)
        is_other = wished != (self._look.wish, self._look.percent)
        if is_other:
            self._look.apply(*wished)
        return is_other

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys do."""
        deeds.on("theme", self._other_theme)
        deeds.on("larger", lambda: self._resize(STEP_PERCENT))
        deeds.on("smaller", lambda: self._resize(-STEP_PERCENT))

    def _other_theme(self) -> None:
        self._choose(THEME, LIGHT if self._look.theme == DARK else DARK)

    def _resize(self, by: int) -> None:
        now = self._look.percent if self._percent is None else self._percent
        self._percent = min(max(now + by, LEAST_PERCENT), MOST_PERCENT)
        self._soon.start()

    @Slot()
    def _show(self) -> None:
        percent, self._percent = self._percent, None
        if percent is not None and percent != self._look.percent:
            self._choose(PERCENT, percent)

    def _choose(self, name: str, value: str | int) -> None:
        if self._preferences is not None:
            self._preferences.change(name, value)
        else:
            self._chosen[name] = value
            self._wear(name, value)

    @Slot(str)
    def _take(self, name: str) -> None:
        if self._preferences is None:
            return
        if name == THEME:
            self._wear(name, self._preferences.text(name))
        elif name == PERCENT:
            self._wear(name, self._preferences.number(name))
        elif name == LANGUAGE:
            self._opening.keep_look(name, self._preferences.text(name))

    def _wear(self, name: str, value: str | int) -> None:
        wish = str(value) if name == THEME else self._look.wish
        self._look.apply(wish, int(value) if name == PERCENT else self._look.percent)
        self._opening.keep_look(name, value)
