"""Whether the person is there: at the keys, elsewhere, or behind the calm screen."""

from PySide6.QtCore import QObject, Slot

from app.session.sitting import Sitting
from widgets.locking import Locking
from widgets.rooms import Rooms
from widgets.screen_lock import ScreenLock
from widgets.sheets import Sheets


class Presence(QObject):
    """Hides what is revealed when the person goes, and counts time only while they are there."""

    def __init__(self, sheets: Sheets, parent: QObject) -> None:
        super().__init__(parent)
        self._sheets = sheets
        self._sitting: Sitting | None = None
        self._rooms: Rooms | None = None
        self.locking = Locking(self)
        self._screen_lock = ScreenLock(self)
        self._screen_lock.locked.connect(self._hide)

    def follow(self, sitting: Sitting | None, rooms: Rooms | None) -> None:
        """Take the sitting and its rooms; None: nobody sits here."""
        self._sitting, self._rooms = sitting, rooms
        if sitting is None:
            self.locking.stop()
        else:
            self.locking.follow(sitting.intake, sitting.preferences)

    def touch(self) -> None:
        """A key was pressed."""
        if self._sitting is not None:
            self.locking.touch()
            self._sitting.viewing.touch()
        if self._rooms is not None:
            self._rooms.ahead.touch()

    def calm(self) -> None:
        """Hide everything, at once; what was typed and answered stays."""
        if self._sitting is not None and self._rooms is not None:
            self._sheets.cover(self._sitting.preferences.text("desk.supporters"))
            self._rooms.hide_everything()
            self._sitting.viewing.calm()
            self._sitting.set_present(False)

    def come_back(self) -> None:
        """Show the room again, the item veiled."""
        self._sheets.uncover()
        if self._sitting is not None and self._rooms is not None:
            self._sitting.viewing.come_back()
            self._sitting.set_present(True)
            self._rooms.focus()

    def show_active(self, active: bool) -> None:
        """The window has the keyboard, or lost it: then nothing stays revealed."""
        if self._sitting is not None:
            if not active:
                self._sitting.viewing.conceal()
            self._sitting.set_present(active and not self._sheets.is_calm)

    @Slot()
    def _hide(self) -> None:
        if self._sitting is not None:
            self._sitting.viewing.conceal()
