"""The page in Administration that says how long everybody viewed, together, beside the limits."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QWidget

from app.session.sitting import Sitting
from app.session.viewed import DayViewed
from widgets.fittings import Fittings
from widgets.layouts import card_column, column
from widgets.moments import weekday
from widgets.read_page import ReadPage
from widgets.scrolled import Scrolled
from widgets.status_line import clock
from widgets.tables import Column, Table
from widgets.words import Words

COLUMNS = ("day", "people", "revealed", "desk", "limit", "over")


class ViewedPage(ReadPage):
    """Seven days, a row each. It names nobody."""

    def __init__(self, fit: Fittings, sitting: Sitting) -> None:
        super().__init__()
        self._fit = fit
        self._session = sitting.viewed
        texts, look = fit.texts, fit.look
        self.table = Table(
            fit,
            texts("administration.viewed"),
            [Column(texts(f"viewed.{name}"), number=name != "day") for name in COLUMNS],
            whole=True,
        )
        self.limit = Words(fit, texts("viewed.reading"), tone="text2", figures=True)
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
        self._card = QFrame()
        self._card.setObjectName("card")
        self._card.hide()  # until there is something in it
        card_column(self._card, look).addWidget(self.table)
        inner = QWidget()
        inner.setMaximumWidth(look.px("table"))  # wider, a day and its figures part
        box = column(inner, gap=look.px("s3"))
        title = texts("administration.viewed")
        box.addWidget(Words(fit, title, kind="question", strong=True))
        for words in (Words(fit, texts("viewed.about"), tone="text2"), self.limit, self._fault):
            box.addWidget(words)
        box.addWidget(self._card)
        box.addStretch(1)
        self._scroll = Scrolled(inner)
        column(self).addWidget(self._scroll)
        self._session.told.connect(self._show)
        self._session.failed.connect(self._fail)

    def enter(self) -> None:
        """Read what is new."""
        self._session.ask()

    @Slot(object, int)
    def _show(self, week: tuple[DayViewed, ...], limit_ms: int) -> None:
        texts = self._fit.texts
        self._fault.hide()
        self.limit.say(texts("viewed.limit_words", limit=clock(limit_ms)))
        self._card.show()
        self.table.show_rows([(one.day, self._row(one)) for one in week])

    def _row(self, one: DayViewed) -> tuple[str, ...]:
        texts = self._fit.texts
        if not one.people:
            none = texts("viewed.few" if one.few else "viewed.none")
            return (weekday(texts, one.day), none, *("",) * (len(COLUMNS) - 2))
        return (
            weekday(texts, one.day),
            texts.figure(one.people, 0),
            clock(one.revealed_ms),
            clock(one.desk_ms),
            clock(one.limit_ms),
            texts("viewed.over_of", over=one.over, people=one.people),
        )

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._fault.say(sentence)
        self._fault.show()
