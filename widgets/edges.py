"""The upper and lower edge of the window: header and status line, and what keeps them true."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.pace import Progress
from app.session.sitting import Sitting
from app.session.sync import Lamp, SyncState
from widgets.banner import Banner
from widgets.buttons import key_sign
from widgets.doors import closed_to
from widgets.dress import Dress
from widgets.fittings import Fittings
from widgets.header import Header
from widgets.layouts import column
from widgets.status_line import StatusLine


class Edges(QObject):
    """Header and status line as one."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._look, self._texts, self._keymap = fit.look, fit.texts, fit.keymap
        self._place = ("", "")
        self._syncs = False
        self.header = Header(fit)
        self.status = StatusLine(fit)
        self._banner = Banner(fit)
        self.fault = self._banner.words
        self.top = QWidget()
        box = column(self.top)
        box.addWidget(self.header)
        box.addWidget(self._banner)
        for part in (self.top, self.status):
            Dress(fit.look, part)
        fit.look.changed.connect(self._resize)
        self._resize()
        self.show_edges(False)

    def follow(self, sitting: Sitting) -> None:
        """Take how one sitting stands, to be seen with its rooms; nothing of one before is left."""
        self.forget()
        sitting.sync.changed.connect(self._show_sync)
        sitting.sync.progressed.connect(self._show_progress)
        sitting.duty.counted.connect(self.status.show_today)
        sitting.grading.staged.connect(self.status.show_stage)
        sitting.duty.failed.connect(self.status.show_fault)
        sitting.preferences.failed.connect(self.status.show_fault)
        if sitting.may_score:
            sitting.scoring.changed.connect(self.status.show_scoring)
        sitting.viewing.lost.connect(self._say_lost)
        self.header.show_person(sitting.person)
        self.header.show_doors(closed_to(sitting.roles))
        self._show_sync(sitting.sync.state)

    def forget(self) -> None:
        """Hide both, and keep nothing of what they said: the next person is another."""
        self.show_edges(False)
        self._place, self._syncs = ("", ""), False
        self.header.forget()
        self._banner.say("")
        self.status.forget()

    def show_edges(self, shown: bool) -> None:
        """Show or hide both."""
        self.top.setVisible(shown)
        self.status.setVisible(shown)

    def show_place(self, room: str, place: str) -> None:
        """Mark the room one is in, and show the keys that work there."""
        if (room, place) != self._place:
            self._place = (room, place)
            self.header.show_room(room)
            self.status.show_place(place)

    def refuse(self, action: str) -> None:
        """Say in one calm line why an action cannot be done now; an empty name takes it back."""
        said = f"cannot.{action}"
        self.status.tell(self._texts(said) if said in self._texts else "")

    @Slot(str)
    def _say_lost(self, action: str) -> None:
        key = key_sign(self._look, self._keymap.key(action))
        self.status.tell(self._texts("cannot.reveal_lost", key=key))

    @Slot(object)
    def _show_sync(self, state: SyncState) -> None:
        self._syncs = state.lamp is Lamp.RUNNING
        self.header.show_sync(state)
        if state.lamp is not Lamp.RUNNING:  # the last fault stands until a sync has ended
            self._banner.say(state.fault)

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        if self._syncs:  # told from another thread: the sync may have ended meanwhile
            self.header.show_progress(progress)

    @Slot()
    def _resize(self) -> None:
        self.header.make_room()
        self.status.make_room()
        # By a figure of its own: by that of what lies in it, it would grow with a message, or with
        # a room that is being built, and lie past the edge of the screen from then on.
        self._window.setMinimumHeight(self._look.px("least_window"))
        self.status.setFixedHeight(self._look.px("status") + 1)
