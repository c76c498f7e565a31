"""The rooms of one sitting, one seen at a time."""

from PySide6.QtWidgets import QStackedWidget

from app.session_sitting import Sitting
from widgets.batches import BatchesRoom
from widgets.desk import Desk
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.reports import ReportsRoom
from widgets.status_line import StatusLine

DESK, BATCHES, REPORTS = "desk", "batches", "reports"


class Rooms(QStackedWidget):
    """Desk, batches, reports."""

    def __init__(self, fit: Fittings, sitting: Sitting, status: StatusLine) -> None:
        super().__init__()
        self._sitting = sitting
        self.desk = Desk(fit, sitting.grading, sitting.viewing, status)
        self.batches = BatchesRoom(fit, sitting.intake)
        self.reports = ReportsRoom(fit, sitting.reports, sitting.intake)
        sitting.duty.counted.connect(self.desk.show_today)
        for room in (self.desk, self.batches, self.reports):
            self.addWidget(room)

    @property
    def name(self) -> str:
        """The room one is in."""
        return (DESK, BATCHES, REPORTS)[self.currentIndex()]

    @property
    def place(self) -> str:
        """Which keys work now."""
        return (self.desk.place, self.batches.place, self.reports.place)[self.currentIndex()]

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of every room do."""
        deeds.on("sync", self._sitting.sync.run)
        deeds.on("sync", self._sitting.sync.run)
        for room in (self.desk, self.batches, self.reports):
            room.declare(deeds)

    def go(self, name: str) -> None:
        """Enter a room; what was revealed goes back under."""
        self._sitting.viewing.conceal()
        if name == DESK:
            self.setCurrentWidget(self.desk)
        elif name == BATCHES:
            self.setCurrentWidget(self.batches)
            self.batches.enter()
        else:
            self.setCurrentWidget(self.reports)
            self.reports.enter()
        self.focus()

    def focus(self) -> None:
        """Give the keyboard to the room one is in."""
        if self.currentWidget() is self.desk:
            self.desk.focus()
        elif self.currentWidget() is self.batches:
            self.batches.focus()
        else:
            self.reports.focus()
