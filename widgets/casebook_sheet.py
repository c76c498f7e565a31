"""The casebook: what was agreed on in calibration, in words; looked up from the Desk."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.session.learning import CasebookEntry, LearningSession
from app.session.sitting import Sitting
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.head import Head
from widgets.keys import key_name
from widgets.layouts import column, emptied
from widgets.moments import day
from widgets.overlay import Overlay
from widgets.scrolled import Scrolled
from widgets.short_keys import ShortKeys
from widgets.words import Words

PLACE = "casebook"
TURNS = {"casebook_on": 1, "casebook_back": -1}


class CasebookSheet(Overlay):
    """A search field, and below it the entries that hold every word typed."""

    place = PLACE

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "settings")
        look, texts = fit.look, fit.texts
        self._session: LearningSession | None = None
        self.field = Line(fit, texts("casebook.search"), texts("casebook.hint"))
        self.field.textChanged.connect(self._search)
        self.none = Words(fit, texts("casebook.none"), tone="text2")
        self._inner = QWidget()
        self._list = column(self._inner, gap=look.px("s1"))
        self.count = Words(fit, "", tone="text3", wrap=False)
        self.area = Scrolled(self._inner)
        foot = ShortKeys(fit)
        foot.show_place(PLACE)
        box = column(self.sheet, margin=look.px("s6"), gap=look.px("s3"))
        title = Words(fit, texts("keys.casebook"), kind="question", strong=True, wrap=False)
        box.addWidget(Head(fit, title, self.count))
        box.addWidget(Words(fit, texts("casebook.about"), tone="text3"))
        box.addWidget(self.field)
        box.addWidget(self.none)
        box.addWidget(self.area, 1)
        box.addWidget(foot)
        self.setFocusProxy(self.field)

    def follow(self, sitting: Sitting | None) -> None:
        """Look things up for one sitting, as long as it lasts."""
        self._session = None if sitting is None else sitting.learning
        if self._session is not None:
            self._session.found.connect(self._show)

    def open(self) -> None:
        """Show every entry, the field with the keyboard."""
        super().open()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search(self.field.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages scroll and Enter closes; the rest is typed, or the window's."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        asked = "" if action is None else action.id
        if asked in TURNS:
            self.area.turn(TURNS[asked])
        elif asked == "close_casebook":
            if not event.isAutoRepeat():
                self.close_sheet()
        else:
            event.ignore()

    @property
    def shown(self) -> tuple[str, ...]:
        """The titles of the entries that are shown."""
        return self._titles

    _titles: tuple[str, ...] = ()

    @Slot(str)
    def _search(self, words: str) -> None:
        if self._session is not None:
            self._session.search(words)

    @Slot(object)
    def _show(self, entries: tuple[CasebookEntry, ...]) -> None:
        fit, texts = self._fit, self._fit.texts
        emptied(self._list)
        searching = bool(self.field.text().strip())
        self.none.say(texts("casebook.none" if searching else "casebook.empty"))
        self.none.setVisible(not entries)
        count = texts("casebook.found" if searching else "casebook.count", n=len(entries))
        self.count.say(count)
        self.count.setVisible(bool(entries))
        self.field.setAccessibleDescription(count if entries else self.none.text())
        self._titles = tuple(entry.title for entry in entries)
        for entry in entries:
            about = texts("casebook.by", by=entry.by, at=day(texts, entry.at))
            if entry.question:
                about = texts("casebook.by_on", about=about, question=entry.question)
            self._list.addWidget(Words(fit, entry.title, strong=True))
            self._list.addWidget(Words(fit, entry.words))
            self._list.addWidget(Words(fit, about, kind="aside", tone="text3"))
            self._list.addSpacing(fit.look.px("s3"))
        self._list.addStretch(1)
        self.area.to_top()

    def _wanted_height(self, width: int) -> int:
        parent = self.parentWidget()
        return parent.height() if parent is not None else width
