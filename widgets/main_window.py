"""The one window: places header, rooms and status line, and carries keys to who acts on them."""

from functools import partial

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.bootstrap import Workstation
from app.session.opening import OpeningSession
from app.session.sitting import Sitting
from widgets.closing import Closing
from widgets.edges import Edges
from widgets.fittings import Fittings
from widgets.in_turns import InTurns
from widgets.keys import Deeds, key_name
from widgets.layouts import column
from widgets.leaving import Leaving
from widgets.look_switch import LookSwitch
from widgets.presence import Presence
from widgets.room import BATCHES, DESK
from widgets.rooms import Rooms
from widgets.sheets import Sheets
from widgets.sign_in import SignIn


class MainWindow(QWidget):
    """Sign-in first, then the rooms of a sitting."""

    def __init__(self, fit: Fittings, opening: OpeningSession) -> None:
        super().__init__()
        self.setWindowTitle(fit.texts("window.name"))
        self._fit = fit
        self._opening = opening
        self.sitting: Sitting | None = None
        self.rooms: Rooms | None = None
        self._turns = InTurns(self)
        self._leaving = Leaving(opening)
        self.edges = Edges(fit, self)
        self.deeds = Deeds(fit.keymap, self._conceal, self._refuse)
        self.sign_in = SignIn(fit, opening)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.sign_in)
        box = column(self)
        for widget, share in ((self.edges.top, 0), (self._pages, 1), (self.edges.status, 0)):
            box.addWidget(widget, share)
        self.sheets = Sheets(fit, self, opening)
        self._look_switch = LookSwitch(fit.look, opening, self)
        self._presence = Presence(self.sheets, self)
        self.closing = Closing(self)
        self._presence.locking.due.connect(self.lock)
        self._presence.locking.put_off.connect(partial(self.edges.refuse, "lock"))
        self._declare()
        opening.opened.connect(self._enter)
        fit.look.rescaling.connect(self._take_down)
        fit.look.rescaled.connect(self._put_up)

    @Slot(object)
    def _enter(self, ws: Workstation) -> None:
        sitting = self.sitting = Sitting(ws)
        self.edges.follow(sitting)
        self._presence.follow(sitting)
        self.sheets.follow(sitting)
        self.closing.follow(sitting.intake)
        is_new_look = self._look_switch.follow(sitting.preferences)  # enough for one turn
        steps = (partial(self._build_rooms, sitting), partial(self._show_rooms, sitting))
        self._turns.take(steps, at_once=not is_new_look)

    def _build_rooms(self, sitting: Sitting) -> None:
        rooms = self.rooms = Rooms(self._fit, sitting, self.edges.status, self.closing, self.deeds)
        rooms.batch_opened.connect(lambda _: self.go(DESK))
        rooms.batch_opened.connect(sitting.grading.open_batch)
        rooms.moved.connect(self._show_place)
        rooms.law_wanted.connect(self.sheets.show_law)
        rooms.declare_doors(self.go)
        self._pages.addWidget(rooms)

    def _show_rooms(self, sitting: Sitting) -> None:
        if (rooms := self.rooms) is not None:
            self._pages.setCurrentWidget(rooms)
            self.edges.show_edges(True)
            self.go(rooms.first)
            sitting.start()
            self._presence.show_rooms(rooms)

    @Slot()
    def _take_down(self) -> None:
        if self.rooms is not None:
            self.rooms.take_down()

    @Slot()
    def _put_up(self) -> None:
        rebuild = self.sheets.rebuild
        self._turns.take([rebuild]) if self.rooms is None else rebuild()
        if self.rooms is not None:
            self.rooms.put_up()
            self._show_place()

    def lock(self) -> None:
        """Close the home, and ask who is there; not while a folder is on its way in."""
        if self.sitting is not None and not self.sitting.busy:
            self.leave()
            self._opening.ask_again()

    def leave(self) -> None:
        """Hide everything and end the sitting: what was accepted is kept, pixels and keys go."""
        sitting, rooms = self.sitting, self.rooms
        self.sitting = self.rooms = None
        self._turns.stop(but=self.sheets.rebuild)
        self._presence.follow(None)
        self._look_switch.follow(None)
        self.sheets.leave()
        self.edges.forget()
        self._pages.setCurrentWidget(self.sign_in)
        if rooms is not None:
            rooms.leave()
            self._pages.removeWidget(rooms)
            rooms.deleteLater()
        self._leaving.take(sitting)

    def go(self, room: str) -> None:
        """Enter a room; there is none before the first is seen."""
        if self.rooms is not None and self._pages.currentWidget() is self.rooms:
            self.sheets.close()
            self.rooms.go(room)
            self._show_place()

    def _declare(self) -> None:
        deeds, here = self.deeds, lambda: self.sitting is not None
        deeds.on("calm", self._presence.calm, allowed=here)
        deeds.on("lock", self._presence.locking.ask, allowed=here)
        deeds.on("quit", self.close)
        self.sign_in.help_wanted.connect(partial(deeds.do, "help"))
        self._look_switch.declare(deeds)
        self.edges.header.room_chosen.connect(deeds.do)
        self.sheets.declare(deeds, self._place, here)
        self.sheets.opening.connect(self._conceal)
        self.sheets.closed.connect(self._focus_room)
        self.sheets.moved.connect(self._show_place)
        self.closing.asking.connect(partial(self.go, BATCHES))
        self.closing.ended.connect(self.close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out what the key stands for where one is."""
        if not event.isAutoRepeat():  # a key that is stuck is nobody
            self._presence.touch()
            self.edges.refuse("")
        if self.sheets.is_calm:
            back = self._fit.keymap.action("come_back").keys
            if key_name(event) in back and not event.isAutoRepeat():
                self._presence.come_back()
        elif not self.deeds.press(event, self._place()):
            super().keyPressEvent(event)
        self._show_place()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End what was held."""
        self.deeds.release(event)

    def _place(self) -> str:
        return "window" if self.rooms is None or self.sheets.is_open else self.rooms.place

    @Slot()
    def _show_place(self) -> None:
        if self.rooms is not None:
            self.edges.show_place(self.rooms.name, self.sheets.legend_place or self.rooms.legend)

    @Slot()
    def _conceal(self) -> None:
        if self.sitting is not None:
            self.sitting.viewing.conceal()

    def _refuse(self, action: str) -> None:
        if self.rooms is not None:
            self.edges.refuse(self.rooms.hindrance(action))

    @Slot()
    def _focus_room(self) -> None:
        (self.rooms or self.sign_in).focus()

    def changeEvent(self, event: QEvent) -> None:
        """Hide what is revealed when the window loses the keyboard; count no time then."""
        if event.type() == QEvent.Type.ActivationChange and self.sitting is not None:
            active = self.isActiveWindow()
            (self.deeds.take_up if active else self.deeds.let_go)()
            self._presence.show_active(active)
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait until what is being saved is on disk, then end."""
        if not self.closing.may_close():
            event.ignore()
            return
        self.leave()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sheets cover the whole window."""
        self.sheets.resize()
        super().resizeEvent(event)
