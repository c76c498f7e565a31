"""The one window: places header, rooms and status line, and carries keys to who acts on them."""

from functools import partial

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.bootstrap import Workstation
from app.session_opening import OpeningSession
from app.session_sitting import Sitting
from widgets.edges import Edges
from widgets.fittings import Fittings
from widgets.idle_lock import IdleLock
from widgets.keys import Deeds, key_name
from widgets.layouts import column
from widgets.look_switch import LookSwitch
from widgets.rooms import BATCHES, DESK, REPORTS, Rooms
from widgets.sheets import Sheets
from widgets.sign_in import SignIn


class MainWindow(QWidget):
    """Sign-in first, then the rooms of a sitting."""

    def __init__(self, fit: Fittings, opening: OpeningSession) -> None:
        super().__init__()
        self.setObjectName("room")
        self.setWindowTitle(fit.texts("window.name"))
        self._fit = fit
        self._opening = opening
        self.sitting: Sitting | None = None
        self.rooms: Rooms | None = None
        self.deeds = Deeds(fit.keymap)
        self.edges = Edges(fit, self)
        self.sign_in = SignIn(fit, opening)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.sign_in)
        box = column(self)
        for widget in (self.edges.top, self._pages, self.edges.status):
            box.addWidget(widget)
        box.setStretch(1, 1)
        self.sheets = Sheets(fit, self)
        self._look_switch = LookSwitch(fit.look, self)
        self._lock = IdleLock(self)
        self._lock.idle.connect(self.lock)
        self._declare()
        opening.opened.connect(self._enter)
        fit.look.rescaled.connect(self._rescale)

    @Slot(object)
    def _enter(self, ws: Workstation) -> None:
        sitting = self.sitting = Sitting(ws)
        self._look_switch.follow(sitting)
        self.edges.follow(sitting)
        self._lock.start(sitting.lock_after_s)
        self._build_rooms(DESK)
        sitting.start()

    def _build_rooms(self, room: str) -> None:
        if self.sitting is not None:
            self.rooms = Rooms(self._fit, self.sitting, self.edges.status)
            self.rooms.declare(self.deeds)
            self.rooms.batches.opened.connect(self._open_batch)
            self._pages.addWidget(self.rooms)
            self._pages.setCurrentWidget(self.rooms)
            self.go(room)

    @Slot()
    def _rescale(self) -> None:
        """Build rooms and sheets anew: their margins and widths are those of the scale."""
        self.sheets.rebuild()
        if self.sitting is not None and self.rooms is not None:
            old, room = self.rooms, self.rooms.name
            old.desk.hide_everything()
            self._pages.removeWidget(old)
            self._build_rooms(room)
            old.deleteLater()
            self.sitting.grading.tell()
            self.sitting.duty.count()

    def lock(self) -> None:
        """Close the home, by will or after a long time without anybody, and ask who is there."""
        if self.sitting is not None and not self.sitting.busy:
            self.leave()
            self._opening.start()

    def leave(self) -> None:
        """End the sitting: what was accepted is kept, pixels and keys are gone."""
        sitting, rooms = self.sitting, self.rooms
        self.sitting = self.rooms = None
        self._lock.stop()
        self.sheets.uncover()
        self.sheets.close()
        if sitting is not None and rooms is not None:
            rooms.desk.hide_everything()
            self._pages.removeWidget(rooms)
            sitting.close()
            rooms.deleteLater()
        self.edges.show_edges(False)
        self._pages.setCurrentWidget(self.sign_in)

    def go(self, room: str) -> None:
        """Enter a room."""
        if self.rooms is not None:
            self.sheets.close()
            self.rooms.go(room)
            self._show_place()

    @Slot(str)
    def _open_batch(self, batch: str) -> None:
        self.go(DESK)
        if self.sitting is not None:
            self.sitting.grading.open_batch(batch)

    def _declare(self) -> None:
        deeds, here = self.deeds, lambda: self.sitting is not None
        for room in (DESK, BATCHES, REPORTS):
            deeds.on(room, partial(self.go, room), allowed=here)
        deeds.on("calm", self.calm, allowed=here)
        deeds.on("lock", self.lock, allowed=here)
        deeds.on("quit", self.close)
        self._look_switch.declare(deeds)
        self.edges.header.room_chosen.connect(deeds.do)
        self.sheets.declare(deeds, self._place, here)
        self.sheets.opening.connect(self._conceal)
        self.sheets.closed.connect(self._focus_room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out what the key stands for where one is."""
        self._touch()
        if self.sheets.is_calm:
            back = self._fit.keymap.action("come_back").keys
            if key_name(event) in back and not event.isAutoRepeat():
                self._come_back()
        elif not self.deeds.press(event, self._place()):
            super().keyPressEvent(event)
        self._show_place()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End what was held."""
        self.deeds.release(event)

    def _place(self) -> str:
        return "window" if self.rooms is None or self.sheets.is_open else self.rooms.place

    def _show_place(self) -> None:
        if self.rooms is not None:
            self.edges.show_place(self.rooms.name, self.rooms.place)

    def _touch(self) -> None:
        if self.sitting is not None:
            self._lock.touch()
            self.sitting.viewing.touch()

    @Slot()
    def _conceal(self) -> None:
        if self.sitting is not None:
            self.sitting.viewing.conceal()

    @Slot()
    def _focus_room(self) -> None:
        if self.rooms is not None:
            self.rooms.focus()

    def calm(self) -> None:
        """Hide everything, at once; what was typed and answered stays."""
        if self.sitting is not None and self.rooms is not None:
            self.sheets.cover(self.sitting.supporters)
            self.rooms.desk.hide_everything()
            self.sitting.viewing.calm()
            self.sitting.set_present(False)

    def _come_back(self) -> None:
        self.sheets.uncover()
        if self.sitting is not None and self.rooms is not None:
            self.sitting.viewing.come_back()
            self.sitting.set_present(True)
            self.rooms.focus()

    def changeEvent(self, event: QEvent) -> None:
        """Hide what is revealed when the window loses the keyboard; count no time then."""
        if event.type() == QEvent.Type.ActivationChange and self.sitting is not None:
            there = self.isActiveWindow()
            if not there:
                self.deeds.let_go()
                self._conceal()
            self.sitting.set_present(there and not self.sheets.is_calm)
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait until what is being saved is on disk, then end."""
        self.leave()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sheets cover the whole window."""
        self.sheets.resize()
        super().resizeEvent(event)
