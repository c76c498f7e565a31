"""The settings of who sits here: each with a sentence, the floor under it, and its value."""

from itertools import groupby

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.preferences import Preference
from app.session.preferences import PreferenceSession
from app.session.sitting import Sitting
from app.settings import SettingValue
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.keycaps import Keycaps
from widgets.keys import key_name
from widgets.layouts import column, row, rule
from widgets.overlay import Overlay
from widgets.scrolled import RING_PX, Scrolled
from widgets.setting_row import SettingRow
from widgets.words import Words

PLACE = "settings"


class SettingsSheet(Overlay):
    """Reached from everywhere by its key; arrows choose a setting and change it, at once."""

    place = PLACE

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "settings")
        self._session: PreferenceSession | None = None
        self._rows: list[SettingRow] = []
        self._at = 0
        look, texts = fit.look, fit.texts
        self._inner = QWidget()
        self._list = column(self._inner, gap=look.px("s3"))
        self._list.setContentsMargins(0, RING_PX, RING_PX, RING_PX)
        self._area = Scrolled(self._inner)
        self._faults = Words(fit, "", tone="attention")
        close = KeyButton(fit, texts("setting.close"), fit.keymap.key("close_settings"))
        close.clicked.connect(self.close_sheet)
        foot = row(gap=look.px("s4"))
        foot.addWidget(close)
        for first in ("setting_next", "setting_more"):
            keys = fit.keymap.keys_beside(fit.keymap.action(first))
            foot.addWidget(Keycaps(fit, keys, texts(f"short.{first}"), aside=True))
        foot.addStretch(1)
        layout = self._layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s3"))
        layout.addWidget(Words(fit, texts("keys.settings"), kind="question", strong=True))
        layout.addWidget(Words(fit, texts("setting.about"), tone="text3"))
        layout.addWidget(self._faults)
        layout.addWidget(self._area, 1)
        layout.addLayout(foot)

    @property
    def at(self) -> int:
        """The number of the setting that has the keyboard, or had it."""
        return self._at

    def follow(self, sitting: Sitting | None) -> None:
        """Show the settings of one sitting, as long as it lasts."""
        self._session = None if sitting is None else sitting.preferences
        if self._session is not None:
            self._session.changed.connect(self._show_changed)
            self._session.failed.connect(self._show_fault)

    def open(self) -> None:
        """Show every setting as it stands, the first one with the keyboard."""
        self.open_at(0)

    def open_at(self, at: int) -> None:
        """Open with the keyboard on the setting of that number."""
        self._fill()
        super().open()
        self._go(at)

    def close_sheet(self) -> None:
        """Keep what stands in a field, and go away."""
        if self.isVisible():
            for one in self._rows:
                one.keep_typed()
        super().close_sheet()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The sheet's own keys; the others are left to the window."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        deeds = {
            "setting_next": lambda: self._go(self._at + 1),
            "setting_previous": lambda: self._go(self._at - 1),
            "setting_more": lambda: self._step(1),
            "setting_less": lambda: self._step(-1),
            "close_settings": self.close_sheet,
            "settings": self.close_sheet,
        }
        self._note_focus()
        if action is None or action.id not in deeds:
            event.ignore()
        elif action.repeats or not event.isAutoRepeat():
            deeds[action.id]()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays in the sheet, and what it comes to is in sight."""
        super().focusNextPrevChild(forward)
        self._note_focus()
        return True

    # -- inside -------------------------------------------------------------------------------

    def _fill(self) -> None:
        session, texts = self._session, self._fit.texts
        if session is None:
            return
        self._faults.say("\n".join(session.faults))
        self._faults.setVisible(bool(session.faults))
        if self._rows:
            for one in self._rows:
                one.show_preference(session.one(one.name))
            return
        for group, of_it in groupby(session.all, lambda one: one.name.partition(".")[0]):
            if self._rows:
                self._list.addWidget(rule())
            title = texts(f"setting.group_{group}")
            self._list.addWidget(Words(self._fit, title, tone="text3", strong=True))
            for preference in of_it:
                self._add(preference)
        self._list.addStretch(1)

    def _add(self, preference: Preference) -> None:
        one = SettingRow(self._fit, preference)
        one.wanted.connect(self._choose)
        self._rows.append(one)
        self._list.addWidget(one)

    def _go(self, at: int) -> None:
        """Give the keyboard to a setting, and have it in sight."""
        control = self._rows[at % len(self._rows)].control
        self.setFocusProxy(control)  # what takes the keyboard from the sheet gives it back here
        control.setFocus(Qt.FocusReason.TabFocusReason)
        self._note_focus()

    def _note_focus(self) -> None:
        """Remember which setting has the keyboard, and have all of it in sight."""
        focused = QApplication.focusWidget()
        for at, one in enumerate(self._rows):
            if one.control is focused:
                self._at = at
                self._area.ensureWidgetVisible(one, 0, self._fit.look.px("s3"))

    def _step(self, by: int) -> None:
        if self._rows[self._at].control is QApplication.focusWidget():
            self._rows[self._at].step(by)

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        least = self._layout.totalHeightForWidth(width) - self._area.sizeHint().height()
        room = width - look.px("s6") * 2 - look.px("s4")
        return least + self._list.totalHeightForWidth(room) + look.px("s1")

    @Slot(object, object)
    def _choose(self, preference: Preference, value: SettingValue) -> None:
        session = self._session
        if session is None:
            return
        if preference.forbids(value):
            self._row(preference.name).refuse(session.policy_version)
        else:
            session.change(preference.name, value)

    @Slot(str)
    def _show_changed(self, name: str) -> None:
        if self._rows and self._session is not None:
            self._row(name).show_preference(self._session.one(name))

    @Slot(str)
    def _show_fault(self, sentence: str) -> None:
        if self.isVisible():
            self._rows[self._at].show_fault(sentence)

    def _row(self, name: str) -> SettingRow:
        return next(one for one in self._rows if one.name == name)
