"""Returned to me: what was resolved or answered, one after the other, read without the item."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.session.news import NewsSession, Returned
from app.session.sitting import Sitting
from grading.outcome import Outcome
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import flowing
from widgets.keys import key_name
from widgets.layouts import column
from widgets.moments import day_and_hour
from widgets.overlay import Overlay
from widgets.queue_list import ITEM_DIGITS
from widgets.scrolled import Scrolled
from widgets.words import Words

PLACE = "returned"
PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class ReturnedSheet(Overlay):
    """Enter signs that one was read and shows the next; the sheet closes after the last."""

    place = PLACE

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "page")
        look, texts = fit.look, fit.texts
        self._news: NewsSession | None = None
        self._unread: tuple[Returned, ...] = ()
        self._signs = False
        self._place_of = Words(fit, kind="aside", tone="text3", figures=True)
        self._title = Words(fit, kind="question", strong=True)
        self._when = Words(fit, kind="aside", tone="text3", figures=True)
        self._own = Words(fit, tone="text2")
        self._asked = Words(fit, tone="text2")
        self._words = Words(fit, kind="field")
        self._fault = Words(fit, tone="stop")
        inner = QWidget()
        body = column(inner, gap=look.px("s2"))
        for words in (self._own, self._asked, self._words):
            body.addWidget(words)
        body.addStretch(1)
        self._inner = inner
        self._area = Scrolled(inner)
        self._read = KeyButton(fit, texts("keys.acknowledge"), fit.keymap.key("acknowledge"))
        self._read.clicked.connect(self.acknowledge)
        later = KeyButton(fit, texts("keys.read_later"), fit.keymap.key("read_later"))
        later.clicked.connect(self.close_sheet)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s3"))
        layout.addWidget(self._place_of)
        layout.addWidget(self._title)
        layout.addWidget(self._when)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._fault)
        layout.addLayout(flowing(look.px("s2"), self._read, later))

    def follow(self, sitting: Sitting | None) -> None:
        """Show what returned in one sitting, as long as it lasts."""
        self._news, self._unread, self._signs = None, (), False
        if sitting is not None:
            self._news = sitting.news
            self._news.told.connect(self._take)
            self._news.failed.connect(self._fail)
            self._unread = self._news.unread

    def open(self) -> None:
        """Show the oldest, and take the keyboard."""
        self._show()
        super().open()
        self.setFocus()

    def acknowledge(self) -> None:
        """Sign that what is shown was read."""
        if self._news is not None and self._unread and not self._signs:
            self._signs = True
            self._read.setEnabled(False)
            self._news.acknowledge(self._unread[0].record)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The sheet's own keys; the others are left to the window."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        deeds = {"acknowledge": self.acknowledge, "read_later": self.close_sheet}
        if action is not None and action.id in deeds:
            if not event.isAutoRepeat():
                deeds[action.id]()
        elif event.key() in PAGES:
            self._area.turn(PAGES[Qt.Key(event.key())])
        else:
            event.ignore()

    @Slot(object)
    def _take(self, unread: tuple[Returned, ...]) -> None:
        self._unread, self._signs = unread, False
        self._read.setEnabled(True)
        if not self.isVisible():
            return
        if unread:
            self._show()
            self._place()
        else:
            self.close_sheet()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._signs = False
        self._read.setEnabled(True)
        self._fault.say(sentence)
        self._fault.show()

    def _show(self) -> None:
        texts = self._fit.texts
        self._fault.hide()
        if not self._unread or self._news is None:
            return
        one, of = self._unread[0], len(self._unread)
        outcome = self._say_outcome(one.outcome)
        self._place_of.say(texts("returned.waiting", n=of))
        self._title.say(texts(f"returned.{one.kind}", name=one.name, outcome=outcome))
        at = day_and_hour(texts, one.decided_at)
        self._when.say(texts("returned.when", at=at, item=one.item[:ITEM_DIGITS]))
        own = texts("returned.own", own=self._say_outcome(one.own)) if one.own else ""
        if one.own is not None and one.own == one.outcome:
            own = texts("returned.own_same")
        self._put(self._own, own)
        self._put(self._asked, texts("returned.asked", line=one.line) if one.line else "")
        quoted = texts("returned.words", words=one.words) if one.words else ""
        self._put(self._words, quoted)
        self._area.to_top()

    def _say_outcome(self, outcome: Outcome | None) -> str:
        return self._news.scheme.words(outcome) if outcome is not None and self._news else ""

    def _put(self, label: Words, words: str) -> None:
        label.say_or_hide(words)

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        room = width - look.px("s6") * 2
        shown = (self._own, self._asked, self._words)
        lines = sum(one.heightForWidth(room) + look.px("s2") for one in shown if one.text())
        head = sum(
            one.heightForWidth(room) + look.px("s3")
            for one in (self._place_of, self._title, self._when)
        )
        return lines + head + look.px("button") + look.px("s6") * 2 + look.px("s3") * 3
