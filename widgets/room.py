"""What a room of the window is: a page with keys of its own, entered and left as a whole."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.keys import Deeds

DESK, BATCHES, REPORTS = "desk", "batches", "reports"
OPINIONS, QUALITY, ADMINISTRATION = "opinions", "quality", "administration"
SELECT = "select"


class Room(QWidget):
    """One room; `widgets.rooms` builds them, each for one sitting."""

    moved = Signal()  # `place` may be another: a field was opened or closed

    @property
    def place(self) -> str:
        """Which keys work here now."""
        raise NotImplementedError

    @property
    def legend(self) -> str:
        """Which keys the status line names."""
        return self.place

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        raise NotImplementedError

    def scroll_pages(self, pages: int) -> None:
        """Scroll what is longer than its place, a page on or back; by default there is nothing."""

    def enter(self) -> None:
        """The person comes in."""
        self.focus()

    def leave(self) -> None:
        """The person goes to another room."""

    def typed(self) -> object:
        """Return what is typed here and not signed, for ``type_again``; None without any."""
        return None

    def type_again(self, typed: object) -> None:
        """Show again what ``typed`` returned before the room was built anew."""

    def hide_everything(self) -> None:
        """Forget every pixel of evidence; a room that shows none has none."""

    def focus(self) -> None:
        """Give the keyboard to what is shown."""
        raise NotImplementedError
