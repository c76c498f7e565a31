"""The one window: places header, rooms and status line, and carries keys to who acts on them."""

from functools import partial

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.bootstrap import Workstation
from app.session_opening import OpeningSession
from app.session_sitting import Sitting
from widgets.calm import CalmScreen
from widgets.fittings import Fittings
from widgets.focus_ring import FocusRing
from widgets.header import Header
from widgets.keys import Deeds, key_name
from widgets.layouts import column
from widgets.look_switch import LookSwitch
from widgets.overlays import LegendOverlay, Palette
from widgets.rooms import BATCHES, DESK, REPORTS, Rooms
from widgets.sign_in import SignIn
from widgets.status_line import StatusLine


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
        self.header = Header(fit)
        self.status = StatusLine(fit)
        self._pages = QStackedWidget()
        self.sign_in = SignIn(fit, opening)
        self._pages.addWidget(self.sign_in)
        box = column(self)
        for widget in (self.header, self._pages, self.status):
            box.addWidget(widget)
        box.setStretch(1, 1)
        self.calm_screen = CalmScreen(fit, self)
        self.legend = LegendOverlay(fit, self)
        self.palette_sheet = Palette(fit, self)
        self._ring = FocusRing(fit.look, self)
        self._look_switch = LookSwitch(fit.look, self)
        self._lock = QTimer(self)
        self._lock.setSingleShot(True)
        self._lock.timeout.connect(self.lock)
        self._show_frame(shown=False)
        self._declare()
        opening.opened.connect(self._enter)
        fit.look.changed.connect(self._fit_frame)
        self._fit_frame()

    # -- a sitting ----------------------------------------------------------------------------

    @Slot(object)
    def _enter(self, ws: Workstation) -> None:
        sitting = Sitting(ws)
        self.sitting = sitting
        self._look_switch.follow(sitting)
        self.rooms = Rooms(self._fit, sitting, self.status)
        self.rooms.declare(self.deeds)
        self.rooms.batches.opened.connect(self._open_batch)
        self._pages.addWidget(self.rooms)
        self._pages.setCurrentWidget(self.rooms)
        sitting.sync.changed.connect(self.header.show_sync)
        sitting.duty.counted.connect(self.status.show_today)
        sitting.duty.counted.connect(self.rooms.desk.show_today)
        sitting.duty.failed.connect(self.status.show_fault)
        self.header.show_person(sitting.person)
        self._lock.setInterval(sitting.lock_after_s * 1000)
        self._lock.start()
        self._show_frame(shown=True)
        self.go(DESK)
        sitting.start()

    def lock(self) -> None:
        """Close the home after a long time without anybody, or by will, and ask who is there."""
        if self.sitting is None or self.sitting.busy:
            return
        self.leave()
        self._opening.start()

    def leave(self) -> None:
        """End the sitting: what was accepted is kept, pixels and keys are gone."""
        sitting, rooms = self.sitting, self.rooms
        self.sitting = self.rooms = None
        self._lock.stop()
        self.calm_screen.hide()
        if rooms is not None:
            rooms.desk.hide_everything()
            self._pages.removeWidget(rooms)
        if sitting is not None:
            sitting.close()
        if rooms is not None:
            rooms.deleteLater()
        self._show_frame(shown=False)

    def go(self, room: str) -> None:
        """Enter a room."""
        if self.rooms is not None:
            self.rooms.go(room)
            self.header.show_room(room)
            self.status.show_place(self.rooms.place)

    @Slot(str)
    def _open_batch(self, batch: str) -> None:
        self.go(DESK)
        if self.sitting is not None:
            self.sitting.grading.open_batch(batch)

    # -- keys ---------------------------------------------------------------------------------

    def _declare(self) -> None:
        deeds = self.deeds
        here = self._is_sitting
        for room in (DESK, BATCHES, REPORTS):
            deeds.on(room, partial(self.go, room), allowed=here)
        self.header.room_chosen.connect(deeds.do)
        deeds.on("calm", self.calm, allowed=here)
        deeds.on("legend", self.legend.open)
        deeds.on("palette", self._open_palette, allowed=here)
        deeds.on("sync", lambda: self.sitting and self.sitting.sync.run(), allowed=here)
        deeds.on("lock", self.lock, allowed=here)
        deeds.on("quit", self.close)
        self._look_switch.declare(deeds)
        self.palette_sheet.chosen.connect(deeds.do)
        for sheet in (self.palette_sheet, self.legend):
            sheet.closed.connect(self._focus_room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out what the key stands for where one is."""
        self._touch()
        if self.calm_screen.isVisible():
            self._key_while_calm(event)
        elif not self.deeds.press(event, self._place()):
            super().keyPressEvent(event)
        if self.rooms is not None:
            self.status.show_place(self.rooms.place)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End what was held."""
        self.deeds.release(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note that somebody is there."""
        self._touch()
        super().mousePressEvent(event)

    def _place(self) -> str:
        return self.rooms.place if self.rooms is not None else "window"

    def _is_sitting(self) -> bool:
        return self.sitting is not None

    def _touch(self) -> None:
        if self.sitting is not None:
            self._lock.start()
            self.sitting.viewing.touch()

    def _open_palette(self) -> None:
        if self.sitting is not None:
            self.sitting.viewing.conceal()
            texts, place = self._fit.texts, self._place()
            self.palette_sheet.offer(
                [(a.id, texts(a.text_id), a.keys[0]) for a in self.deeds.available(place)]
            )

    def _focus_room(self) -> None:
        if self.rooms is not None:
            self.rooms.focus()

    # -- presence -----------------------------------------------------------------------------

    def calm(self) -> None:
        """Hide everything, at once; what was typed and answered stays."""
        if self.sitting is None or self.rooms is None:
            return
        self.rooms.desk.hide_everything()
        self.calm_screen.cover(self.sitting.supporters)
        self._ring.hide()
        for sheet in (self.palette_sheet, self.legend):
            sheet.hide()
        self.sitting.viewing.calm()
        self.sitting.set_present(False)

    def _key_while_calm(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or self.sitting is None or self.rooms is None:
            return
        if key_name(event) in self._fit.keymap.action("come_back").keys:
            self.calm_screen.hide()
            self.sitting.viewing.come_back()
            self.sitting.set_present(True)
            self.rooms.focus()

    def changeEvent(self, event: QEvent) -> None:
        """Hide what is revealed when the window loses the keyboard; count no time then."""
        if event.type() == QEvent.Type.ActivationChange and self.sitting is not None:
            there = self.isActiveWindow()
            if not there:
                self.deeds.let_go()
                self.sitting.viewing.conceal()
            self.sitting.set_present(there and not self.calm_screen.isVisible())
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait until what is being saved is on disk, then end."""
        self.leave()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sheets cover the whole window."""
        for sheet in (self.calm_screen, self.legend, self.palette_sheet):
            sheet.setGeometry(self.rect())
        super().resizeEvent(event)

    def _show_frame(self, *, shown: bool) -> None:
        self.header.setVisible(shown)
        self.status.setVisible(shown)
        if not shown:
            self._pages.setCurrentWidget(self.sign_in)

    @Slot()
    def _fit_frame(self) -> None:
        self.header.setFixedHeight(self._fit.look.px("header") + 1)
        self.status.setFixedHeight(self._fit.look.px("status") + 1)
