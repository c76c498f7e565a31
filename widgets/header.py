"""The top line: the name, the rooms, the sync lamp with its words, the person."""

from functools import partial
from math import ceil

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.pace import Progress
from app.session.sync import Lamp, SyncState
from widgets.chips import RoomTab
from widgets.doors import DOORS
from widgets.dot import Dot
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.moments import time_left
from widgets.words import Words

_DOORS_AT = 2  # their place in the first line
_TONES = {
    Lamp.NEVER: "text3",
    Lamp.RUNNING: "accent",
    Lamp.SYNCED: "ok",
    Lamp.FAILED: "attention",
    Lamp.NOWHERE: "text3",
}


class Header(QWidget):
    """Leads to the rooms and says how the workstation stands."""

    room_chosen = Signal(str)

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit, self._is_high, self._syncs_nowhere = fit, False, False
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look, texts = fit.look, fit.texts
        self._tabs = {
            door.name: RoomTab(fit, texts(f"keys.{door.name}"), fit.keymap.key(door.name))
            for door in DOORS
        }
        for name, tab in self._tabs.items():
            tab.clicked.connect(partial(self.room_chosen.emit, name))
        self._dot = Dot(look)
        self._lamp = Words(
            fit, texts("sync.never"), tone="text2", wrap=False, right=True, figures=True
        )
        self._person = Words(fit, "", tone="text2", wrap=False, right=True, figures=True)
        self._title = Words(fit, texts("window.name"), kind="field", strong=True, wrap=False)
        self._title.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self._doors = QWidget()
        doors = row(self._doors, gap=look.px("s2"))
        for tab in self._tabs.values():
            doors.addWidget(tab)
        doors.addStretch(1)
        first = self._first = row(gap=look.px("s2"))
        first.addWidget(self._title)
        first.addSpacing(look.px("s4"))
        first.addWidget(self._doors)
        first.addStretch(1)
        first.addWidget(self._dot)
        first.addWidget(self._lamp)
        first.addSpacing(look.px("s2"))
        first.addWidget(self._person)
        box = self._box = column(self)
        box.setContentsMargins(look.px("s4"), 0, look.px("s4"), 0)
        box.addLayout(first, 1)
        for words in (self._lamp, self._person):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.show_sync(SyncState())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the rooms in a line of their own where one line cannot hold all."""
        super().resizeEvent(event)
        self.make_room()

    def make_room(self) -> None:
        """Take one line, or two where the rooms or the name would be cut in one.

        What the lamp says changes with every sync and moves nothing: it has the room of one that
        went well, or of a home that syncs with nobody.
        """
        look, steady = self._fit.look, self._fit.texts("sync.synced", at="00:00")
        if self._syncs_nowhere:
            steady = self._lamp.text()
        lamp = ceil(QFontMetricsF(look.font(figures=True)).horizontalAdvance(steady)) + 1
        shown = [tab for tab in self._tabs.values() if not tab.isHidden()]
        doors = sum(tab.sizeHint().width() + look.px("s2") for tab in shown)
        others = sum(part.sizeHint().width() for part in (self._title, self._dot, self._person))
        others += look.px("s2") * 5 + look.px("s4") * 3
        is_high = others + doors + lamp > self.width()
        room = self.width() - others - (0 if is_high else doors)
        self._lamp.setMaximumWidth(max(room, 0))
        if is_high != self._is_high:
            self._is_high = is_high
            if is_high:
                self._box.addWidget(self._doors)
            else:
                self._first.insertWidget(_DOORS_AT, self._doors)
        self._box.setContentsMargins(look.px("s4"), 0, look.px("s4"), look.px("s2") * is_high)
        second = look.px("button") + look.px("s2") if is_high else 0
        self.setFixedHeight(look.px("header") + second + 1)

    def show_doors(self, closed: frozenset[str]) -> None:
        """Show the rooms of a person, all but those closed to them."""
        for name, tab in self._tabs.items():
            tab.setVisible(name not in closed)
        self.make_room()

    def show_room(self, name: str) -> None:
        """Mark the room I am in."""
        for room, tab in self._tabs.items():
            tab.setChecked(room == name)

    def show_person(self, name: str) -> None:
        """Say who works here."""
        self._person.say(name)
        self._person.updateGeometry()
        self.make_room()

    def forget(self) -> None:
        """Say nothing of who worked here, and of how their home stood."""
        self.show_sync(SyncState())
        self.show_person("")
        self.show_room("")

    def show_progress(self, progress: Progress) -> None:
        """Say how far a sync is that takes longer than a moment."""
        texts = self._fit.texts
        said = texts(f"sync.{progress.stage}", n=progress.done, of=progress.of)
        if progress.left_s is not None:
            said = texts("sync.with_left", said=said, left=time_left(texts, progress.left_s))
        self._lamp.say(said)
        self._lamp.updateGeometry()

    def show_sync(self, state: SyncState) -> None:
        """Show the lamp and its words."""
        texts = self._fit.texts
        self._dot.tone(_TONES[state.lamp])
        at = f"{state.at:%H:%M}" if state.at else ""
        said = {
            Lamp.NEVER: texts("sync.never"),
            Lamp.RUNNING: texts("sync.running"),
            Lamp.SYNCED: texts("sync.synced", at=at),
            Lamp.FAILED: texts("sync.failed_at", at=at) if at else texts("sync.failed"),
            Lamp.NOWHERE: texts("sync.nowhere"),
        }[state.lamp]
        if state.waiting and state.lamp is not Lamp.RUNNING:
            said = texts("sync.waiting", said=said, n=state.waiting)
        self._lamp.say(said)
        self._lamp.setToolTip(state.fault)
        self._lamp.setAccessibleDescription(state.fault)
        self._lamp.updateGeometry()
        if self._syncs_nowhere != (state.lamp is Lamp.NOWHERE):
            self._syncs_nowhere = not self._syncs_nowhere
            self.make_room()
