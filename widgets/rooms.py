"""The rooms of one sitting, one seen at a time.

Only the Desk is built at once: the first item is waited for. Another room is loaded and built
when somebody first goes there. Which rooms there are, and for whom, is in `widgets.doors`.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QStackedWidget

from app.collector import much_is_apart
from app.freed_memory import give_back_memory
from app.session.sitting import Sitting
from app.session.types import BatchSummary
from widgets.closing import Closing
from widgets.doors import Hall, open_to
from widgets.dress import Dress
from widgets.fittings import Fittings
from widgets.group_desk import GroupDesk
from widgets.keys import Deeds
from widgets.loading_ahead import LoadingAhead, sheets_of
from widgets.reader_roles import reads_as
from widgets.room import ADMINISTRATION, BATCHES, DESK, OPINIONS, REPORTS, Room
from widgets.sightlines import Sightlines
from widgets.status_line import StatusLine

if TYPE_CHECKING:
    from widgets.administration import Administration
    from widgets.batches import BatchesKept, BatchesRoom
    from widgets.reports import ReportsRoom

SETTLED_MS = 1_000
WITHOUT_ITEM = ("take_up", "correct", "returned")  # keys of the Desk that need no item on it
TO_LOOK = ("reveal", "lens", "play")  # keys that need it to be shown


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
        self._kept: (
            tuple[str, BatchesKept | None, tuple[str | None, dict[str, object]] | None] | None
        )
        self._kept = None
        self._at_desk: BatchSummary | None = None
        self._leads: Callable[[str], object] = _nowhere
        self._rooms: dict[str, Room] = {}  # those built, in their order in the stack
        self._doors = {door.name: door for door in open_to(sitting.roles)}
        sitting.grading.opened.connect(self._take_batch)
        sitting.viewing.concealed.connect(deeds.end_held)
        self._declare_sitting()
        needed = [module for door in self._doors.values() for module in door.needs]
        self.ahead = LoadingAhead(sitting.first, [*needed, *sheets_of(sitting.roles)], self)
        self._build_desk()
        sitting.sync.ended.connect(self._look_for_news)
        self.destroyed.connect(_let_go)

    @property
    def batches(self) -> "BatchesRoom":
        """The room of batches, built if need be."""
        return cast("BatchesRoom", self._room(BATCHES))

    @property
    def reports(self) -> "ReportsRoom":
        """The room of reports, built if need be."""
        return cast("ReportsRoom", self._room(REPORTS))

    @property
    def administration(self) -> "Administration":
        """The room of administration, built if need be."""
        return cast("Administration", self._room(ADMINISTRATION))

    @property
    def first(self) -> str:
        """Where a person begins: the first room that is for them."""
        return next(iter(self._doors))

    @property
    def built(self) -> tuple[str, ...]:
        """The rooms that were entered since the Desk was built, and the Desk."""
        return tuple(self._rooms)

    def declare_doors(self, go: Callable[[str], object]) -> None:
        """Say which keys lead to the rooms of this person; the others lead nowhere."""
        self._leads = go
        with self._deeds.of_sitting():
            for name in self._doors:
                self._deeds.on(name, partial(go, name))

    def leave(self) -> None:
        """The person goes: nothing of theirs is shown, and no key does anything of theirs."""
        self.hide_everything()
        self._deeds.forget_rooms()

    def take_down(self) -> None:
        """Remove the rooms, at once: to dress them for another scale first would cost time."""
        self._kept = (
            self.name,
            self.batches.kept() if BATCHES in self._rooms else None,
            self.administration.kept() if ADMINISTRATION in self._rooms else None,
        )
        self.hide_everything()
        for room in self._rooms.values():
            self.removeWidget(room)
            room.hide()
            room.deleteLater()
            QCoreApplication.sendPostedEvents(room, QEvent.Type.DeferredDelete.value)
        self._rooms.clear()

    def hide_everything(self) -> None:
        """Forget every pixel of every room."""
        for room in self._rooms.values():
            room.hide_everything()

    def put_up(self) -> None:
        """Build the rooms again, as they were left."""
        self._build_desk()
        if self._kept is not None:
            name, batches, pages = self._kept
            if batches is not None:
                self.batches.take_up(batches)
            if pages is not None and (name == ADMINISTRATION or pages[1]):
                self.administration.take_up(pages)
            self.go(name)
        self._sitting.grading.tell()
        self._sitting.duty.count()

    def _declare_sitting(self) -> None:
        """Say what the keys do that work in every room, as long as this person sits here."""
        deeds, sitting = self._deeds, self._sitting
        sync, sound = sitting.sync, sitting.sound
        with deeds.of_sitting():
            deeds.on("sync", sync.run)
            deeds.on("stop_sync", sync.cancel, allowed=lambda: sync.runs)
            if sitting.may_score:
                scoring = sitting.scoring
                deeds.on("turn_scoring", scoring.turn, allowed=lambda: scoring.can_turn)
            deeds.on("sound", sound.hold, release=sound.let_go, allowed=lambda: sound.can_be_wanted)

    def _build_desk(self) -> None:
        sitting = self._sitting
        self._sightlines = Sightlines()
        self.desk = GroupDesk(self._fit, sitting, self._status, self._sightlines)
        sitting.duty.counted.connect(self.desk.show_today)
        self.desk.law_wanted.connect(self.law_wanted)
        if sitting.has_news:
            self.desk.left.show_returned(len(sitting.news.unread))
        self._place_room(DESK, self.desk)

    def _room(self, name: str) -> Room:
        if name not in self._rooms:
            build = self._doors[name].build
            if build is None:
                raise KeyError(name)
            self._place_room(name, build(self._hall()))
        return self._rooms[name]

    def _hall(self) -> Hall:
        return Hall(
            self._fit,
            self._sitting,
            self._closing,
            self.batch_opened.emit,
            lambda: self._at_desk,
            self._sightlines,
            self.law_wanted.emit,
            self._leads,
        )

    def _place_room(self, name: str, room: Room) -> None:
        self._rooms[name] = room
        room.setAccessibleName(self._fit.texts(f"keys.{name}"))
        reads_as(room, QAccessible.Role.Grouping)
        room.moved.connect(self.moved)
        self._deeds.forget(name)
        with self._deeds.of_room(name):
            room.declare(self._deeds)
        self.addWidget(room)
        Dress(self._fit.look, room)  # after: what comes to another parent is dressed anew

    @Slot()
    def _look_for_news(self) -> None:
        """Look for what returned after each sync: with known lists it reads all that was signed."""
        if not self._sitting.has_news:
            self._sitting.news.told.connect(self._show_returned)
        self._sitting.news.look()

    @Slot(object)
    def _show_returned(self, unread: tuple[object, ...]) -> None:
        self.desk.left.show_returned(len(unread))

    @Slot(object)
    def _take_batch(self, batch: BatchSummary) -> None:
        self._at_desk = batch

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
        if action == "sound" and self.name == OPINIONS and self._sitting.opinions.item is not None:
            return self._sitting.sound.hindrance
        if self.name != DESK:
            # A key of the Desk of which the room makes nothing; its own say why it is not now.
            borrowed = self._fit.keymap.action(action).where in ("desk", "stills")
            return "not_here" if borrowed and not self._deeds.knows(action) else action
        if self.desk.in_transit:
            return ""  # it can be in a moment
        if action == "sound" and self.desk.has_item:
            return self._sitting.sound.hindrance
        of_an_item = self._fit.keymap.action(action).where == DESK and action not in WITHOUT_ITEM
        if of_an_item and not self.desk.has_item:
            return "no_item"
        unseen = action in TO_LOOK and not self.desk.sees_item()
        evidence = f"evidence_{self._sitting.evidence.state.hindrance}"
        return "unseen" if unseen else evidence if action == "evidence" else action

    def go(self, name: str) -> None:
        """Enter a room; what was revealed goes back under."""
        self._sitting.viewing.conceal()
        room = self._room(name)
        if name != self.name:
            self._rooms[self.name].leave()
        self._deeds.enter(name)
        self._sitting.room = name
        self.setCurrentWidget(room)
        room.enter()
        self.focus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Where what has the keyboard is hidden or dead, nothing beside it gets it: the room does.

        Qt would give it to the next control, and a screen reader would say each on the way.
        """
        here = self.window().focusWidget()
        if here is None or (here.isVisible() and here.isEnabled()):
            return super().focusNextPrevChild(forward)
        here.clearFocus()
        QTimer.singleShot(0, self, self._take_back_keyboard)
        return True

    def focus(self) -> None:
        """Give the keyboard to the room one is in."""
        self._rooms[self.name].focus()

    @Slot()
    def _take_back_keyboard(self) -> None:
        """The keyboard went with what was hidden, and nobody has taken it since."""
        if self._rooms and self.isVisible() and self.window().focusWidget() is None:
            self.focus()
            now = self.window().focusWidget()
            if now is not None and not now.isVisible():
                now.clearFocus()  # else Tab would lead back to it for ever


def _nowhere(_: str) -> None:
    """No door is declared yet."""


def _let_go() -> None:
    """What was shown is gone with what showed it; of the rest see `widgets.leaving`.

    Where a hundred thousand verdicts are being let go of, one by one, all of it waits for that: to
    look through them once more would hold the way in for half a second.
    """
    if not much_is_apart():
        give_back_memory()
    QTimer.singleShot(SETTLED_MS, give_back_memory)
