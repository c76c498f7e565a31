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
        self._rooms: Rooms | None = None  # once they are seen
        self._away = False  # the window lost the keyboard
        self.locking = Locking(self)
        self._screen_lock = ScreenLock(self)
        self._screen_lock.locked.connect(self._hide)

    def follow(self, sitting: Sitting | None) -> None:
        """Take a sitting whose rooms are still to come; None: nobody sits here."""
        self._sitting, self._rooms, self._away = sitting, None, False
        if sitting is None:
            self.locking.stop()
        else:
            self.locking.follow(sitting.intake, sitting.preferences)
            sitting.grading.begun.connect(self._begin)

    def show_rooms(self, rooms: Rooms) -> None:
        """The rooms are seen; whoever hid everything while they were built still has it hidden."""
        self._rooms = rooms
        if self._sheets.is_calm:
            self.calm()

    def touch(self) -> None:
        """A key was pressed."""
        if self._sitting is not None:
            self.locking.touch()
        if self._sitting is not None and self._rooms is not None:
            self._sitting.viewing.touch()
            self._rooms.ahead.touch()

    def calm(self) -> None:
        """Hide everything, at once; what was typed and answered stays."""
        if self._sitting is None:
            return
        self._sheets.cover(self._sitting.preferences.text("desk.supporters"))
        if self._rooms is not None:  # else nothing has come yet that could be let go of
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
        self._away = not active
        if self._sitting is not None and self._rooms is not None:
            if not active:
                self._sitting.viewing.conceal()
            self._sitting.set_present(active and not self._sheets.is_calm)

    @Slot(str)
    def _begin(self, _: str) -> None:
        """An item has come to the Desk; no time counts while nobody is there to see it."""
        if self._sitting is not None and (self._away or self._sheets.is_calm):
            self._sitting.set_present(False)

    @Slot()
    def _hide(self) -> None:
        if self._sitting is not None:
            self._sitting.viewing.conceal()
