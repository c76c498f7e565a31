"""What a person is told as they sit down: the day so far, and a policy that changed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.session.sitting import Sitting
from app.session.types import Today
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.keys import key_name
from widgets.layouts import column, row
from widgets.moments import day_and_time
from widgets.overlay import Overlay
from widgets.reading import PAGES
from widgets.reading import PLACE as READING
from widgets.scrolled import Scrolled
from widgets.status_line import MINUTE_MS, clock, pause_now
from widgets.words import Words

if TYPE_CHECKING:
    from app.session.policy import PolicyNews, PolicySession

PLACE = "duty"
WORTH_TELLING_MS = 60_000  # of desk time: who sits down afresh has nothing to be told


class DutySheet(Overlay):
    """Comes by itself; one with a changed policy stays until it is read and acknowledged."""

    place = PLACE
    wanted = Signal()

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window)
        self._sitting: Sitting | None = None
        self._session: PolicySession | None = None
        self._told_day = False
        look, texts = fit.look, fit.texts
        self._today = Words(fit, "", figures=True)
        self._break = Words(fit, "", tone="text2", figures=True)
        self._news = Words(fit, "", strong=True)
        self._changes = Words(fit, "")
        self._sign = Words(fit, texts("duty.acknowledge"), tone="text3")
        self._fault = Words(fit, "", tone="stop")
        self._button = KeyButton(fit, texts("duty.close"), fit.keymap.key("read_notice"))
        self._button.clicked.connect(self._read)
        inner = QWidget()
        self._inner = inner
        box = column(inner, gap=look.px("s3"))
        for words in (self._today, self._break, self._news, self._changes, self._sign, self._fault):
            box.addWidget(words)
        self._area = Scrolled(inner)
        foot = row()
        foot.addWidget(self._button)
        foot.addStretch(1)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s4"))
        layout.addWidget(Words(fit, texts("duty.title"), kind="question", strong=True))
        layout.addWidget(self._area, 1)
        layout.addLayout(foot)

    @property
    def must_be_read(self) -> bool:
        """Whether a changed policy waits to be acknowledged: nothing else opens before."""
        return self._session is not None and self._session.unread is not None

    def follow(self, sitting: Sitting | None) -> None:
        """Tell what there is to tell once the first item of the sitting has come."""
        if self._sitting is not None and sitting is None:
            self._sitting = self._session = None
            self.hide()
            return
        self._sitting = sitting
        if sitting is not None:
            sitting.duty.counted.connect(self._count_down)
            sitting.first.after(self._begin, needs="app.session.policy")

    def close_sheet(self) -> None:
        """Go away, unless something is still to be read."""
        if not self.must_be_read:
            super().close_sheet()

    def open(self) -> None:
        """Lie over the window and take the keyboard."""
        self._show_day()
        self._show_news()
        super().open()
        self._area.to_top()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter reads it; the arrows scroll; the others are left to the window."""
        keymap, name = self._fit.keymap, key_name(event)
        action, reading = keymap.find(name, PLACE), keymap.find(name, READING)
        if action is not None and action.id == "read_notice":
            if not event.isAutoRepeat():
                self._read()
        elif reading is not None and reading.id in PAGES:
            self._area.turn(PAGES[reading.id])
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it closes nothing that is still to be read."""
        if not self.must_be_read:
            super().mousePressEvent(event)

    # -- inside -------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Ask for news once there is something on the Desk: the first item is not kept waiting."""
        sitting = self._sitting
        if sitting is None or self._session is not None:
            return
        session = self._session = sitting.policy
        session.news.connect(self._take_news)
        session.read.connect(self._done)
        session.failed.connect(self._fail)
        if session.unread is not None:
            self.wanted.emit()  # the window was built anew meanwhile
        elif not session.asked_news:
            session.ask_news()
            today = sitting.duty.today
            if today is not None and today.desk_ms >= WORTH_TELLING_MS:
                self.wanted.emit()

    @Slot(object)
    def _take_news(self, _: "PolicyNews") -> None:
        self.wanted.emit()

    @Slot()
    def _read(self) -> None:
        session = self._session
        if session is not None and session.unread is not None:
            session.acknowledge(session.unread.record)
        else:
            self.close_sheet()

    @Slot()
    def _done(self) -> None:
        super().close_sheet()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        """Nobody is kept from work by a disk that is full: it is asked again the next time."""
        if self.isVisible() and self._session is not None and self._session.unread is not None:
            self._session.put_off()
            self._fault.say(self._fit.texts("duty.failed", why=sentence))
            self._fault.show()
            self._sign.hide()

    @Slot()
    def _count_down(self) -> None:
        """Say the day anew while it is read: a break that runs comes to its end."""
        if self.isVisible():
            self._show_day()
            self._place()

    def _show_day(self) -> None:
        texts = self._fit.texts
        today: Today | None = self._sitting.duty.today if self._sitting is not None else None
        told = today is not None and today.desk_ms > 0
        self._today.setVisible(told)
        self._break.setVisible(told)
        if today is None or not told:
            return
        self._today.say(
            texts(
                "duty.today",
                desk=clock(today.desk_ms),
                limit=clock(today.limit_ms),
                revealed=clock(today.revealed_ms),
            )
        )
        if now := pause_now(texts, today):
            self._break.say(now)
            return
        due = -(-today.next_break_in_ms // MINUTE_MS)
        if today.since_break_ms >= today.desk_ms:
            self._break.say(texts("duty.no_break", n=due))
        else:
            since = clock(today.since_break_ms)
            self._break.say(texts("duty.last_break", desk=since, n=due))

    def _show_news(self) -> None:
        texts, session = self._fit.texts, self._session
        news = session.unread if session is not None else None
        for words in (self._news, self._changes, self._sign):
            words.setVisible(news is not None)
        self._fault.hide()
        self._button.setText(texts("duty.close" if news is None else "duty.go"))
        if news is not None:
            from app.policy_words import changes_in_words  # noqa: PLC0415 - not before it is needed

            at = day_and_time(texts, news.at)
            self._news.say(texts("duty.news", version=news.version, by=news.by, at=at))
            self._changes.say("\n".join(changes_in_words(texts, news.before, news.policy)))

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        room = width - look.px("s6") * 2 - look.px("s3")
        inner = self._inner.layout()
        layout = self.sheet.layout()
        if inner is None or layout is None:
            return 0
        least = layout.totalHeightForWidth(width) - self._area.sizeHint().height()
        return least + inner.totalHeightForWidth(room) + look.px("s1")
