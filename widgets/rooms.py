"""The rooms of one sitting, one seen at a time."""

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from app.freed_memory import give_back_memory
from app.session.sitting import Sitting
from widgets.administration import Administration
from widgets.batches import BatchesKept, BatchesRoom
from widgets.closing import Closing
from widgets.desk import Desk
from widgets.dress import Dress
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.reports import ReportsRoom
from widgets.room import ADMINISTRATION, BATCHES, DESK, REPORTS, Room
from widgets.status_line import StatusLine

SETTLED_MS = (1_000, 4_000, 10_000)
WITHOUT_ITEM = ("take_up", "correct")  # keys of the Desk that need no item on it


class Rooms(QStackedWidget):
    """Every room that a person may enter, by its name.

    Margins and widths are those of the scale: where it changes, the rooms are taken down before
    and built anew after, and what a person typed or was told stands in them again.
    """

    moved = Signal()  # other keys work than before: a field was opened or closed
    batch_opened = Signal(str)  # the id of a batch to take to the Desk
    law_wanted = Signal(object)  # Question: what the scheme says of it is to be shown in full

    def __init__(
        self, fit: Fittings, sitting: Sitting, status: StatusLine, closing: Closing, deeds: Deeds
    ) -> None:
        super().__init__()
        self._fit, self._sitting, self._status = fit, sitting, status
        self._closing, self._deeds = closing, deeds
        self._kept: tuple[str, BatchesKept] | None = None
        self._build()
        self.destroyed.connect(_let_go)

    def take_down(self) -> None:
        """Remove the rooms, at once: to dress them for another scale first would cost time."""
        self._kept = (self.name, self.batches.kept())
        self.desk.hide_everything()
        for room in self._rooms.values():
            self.removeWidget(room)
            room.hide()
            room.deleteLater()
            QCoreApplication.sendPostedEvents(room, QEvent.Type.DeferredDelete.value)

    def put_up(self) -> None:
        """Build the rooms again, as they were left."""
        self._build()
        if self._kept is not None:
            name, batches = self._kept
            self.batches.take_up(batches)
            self.go(name)
        self._sitting.grading.tell()
        self._sitting.duty.count()

    def _build(self) -> None:
        fit, sitting, status = self._fit, self._sitting, self._status
        self.desk = Desk(fit, sitting.grading, sitting.viewing, status)
        self.batches = BatchesRoom(fit, sitting.intake)
        self.reports = ReportsRoom(fit, sitting.reports, sitting.intake)
        self.administration = Administration(fit, sitting)
        self._rooms: dict[str, Room] = {
            DESK: self.desk,
            BATCHES: self.batches,
            REPORTS: self.reports,
            ADMINISTRATION: self.administration,
        }
        sitting.duty.counted.connect(self.desk.show_today)
        sitting.sound.changed.connect(self.desk.canvas.show_sound)
        sitting.grading.opened.connect(self.reports.take_desk)
        for room in self._rooms.values():
            room.moved.connect(self.moved)
            Dress(fit.look, room)
            self.addWidget(room)
        self.batches.opened.connect(self.batch_opened)
        self.batches.strip.heed(self._closing)
        self.desk.law_wanted.connect(self.law_wanted)
        self._declare(self._deeds)

    @property
    def name(self) -> str:
        """The room one is in."""
        return tuple(self._rooms)[self.currentIndex()]

    @property
    def place(self) -> str:
        """Which keys work now."""
        return self._rooms[self.name].place

    @property
    def legend(self) -> str:
        """Which keys the status line names."""
        return self._rooms[self.name].legend

    def hindrance(self, action: str) -> str:
        """Return what to name as the reason where an action cannot be done; empty: nothing."""
        if self.desk.in_transit:
            return ""  # it can be in a moment
        of_an_item = self._fit.keymap.action(action).where == DESK and action not in WITHOUT_ITEM
        return "no_item" if of_an_item and not self.desk.has_item else action

    def _declare(self, deeds: Deeds) -> None:
        sound = self._sitting.sound
        deeds.on("sync", self._sitting.sync.run)
        deeds.on("sound", sound.hold, release=sound.let_go, allowed=lambda: sound.can_be_wanted)
        for room in self._rooms.values():
            room.declare(deeds)

    def go(self, name: str) -> None:
        """Enter a room; what was revealed goes back under."""
        self._sitting.viewing.conceal()
        self.setCurrentWidget(self._rooms[name])
        self._rooms[name].enter()
        self.focus()

    def focus(self) -> None:
        """Give the keyboard to the room one is in."""
        self._rooms[self.name].focus()


def _let_go() -> None:
    """What was shown is gone with what showed it; what still was on its way, a moment later."""
    give_back_memory()
    for after_ms in SETTLED_MS:  # a busy machine takes longer
        QTimer.singleShot(after_ms, give_back_memory)
