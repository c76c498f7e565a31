"""The upper and lower edge of the window: header and status line, and what keeps them true."""

from PySide6.QtCore import QObject, Slot

from app.session_sitting import Sitting
from widgets.fittings import Fittings
from widgets.header import Header
from widgets.status_line import StatusLine


class Edges(QObject):
    """Header and status line as one."""

    def __init__(self, fit: Fittings, parent: QObject) -> None:
        super().__init__(parent)
        self._look = fit.look
        self._place = ("", "")
        self.header = Header(fit)
        self.status = StatusLine(fit)
        fit.look.changed.connect(self._resize)
        self._resize()
        self.show_edges(False)

    def follow(self, sitting: Sitting) -> None:
        """Show how one sitting stands."""
        sitting.sync.changed.connect(self.header.show_sync)
        sitting.duty.counted.connect(self.status.show_today)
        sitting.duty.failed.connect(self.status.show_fault)
        self.header.show_person(sitting.person)
        self.show_edges(True)

    def show_edges(self, shown: bool) -> None:
        """Show or hide both."""
        self.header.setVisible(shown)
        self.status.setVisible(shown)

    def show_place(self, room: str, place: str) -> None:
        """Mark the room one is in, and show the keys that work there."""
        if (room, place) != self._place:
            self._place = (room, place)
            self.header.show_room(room)
            self.status.show_place(place)

    @Slot()
    def _resize(self) -> None:
        self.header.setFixedHeight(self._look.px("header") + 1)
        self.status.setFixedHeight(self._look.px("status") + 1)
