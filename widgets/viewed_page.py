"""The page in Administration that says how long everybody viewed, together, beside the limits."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame

from app.session.sitting import Sitting
from app.session.viewed import DayViewed
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.layouts import card_column, column
from widgets.moments import weekday
from widgets.room import ADMINISTRATION, Room
from widgets.status_line import clock
from widgets.tables import Column, Table
from widgets.words import Words

COLUMNS = ("day", "people", "desk", "limit", "revealed", "over")


class ViewedPage(Room):
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
        self.limit = Words(fit, "", tone="text2", figures=True)
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
        card = QFrame()
        card.setObjectName("card")
        card_column(card, look).addWidget(self.table)
        box = column(self, gap=look.px("s3"))
        title = texts("administration.viewed")
        box.addWidget(Words(fit, title, kind="question", strong=True))
        for words in (Words(fit, texts("viewed.about"), tone="text2"), self.limit, self._fault):
            box.addWidget(words)
        box.addWidget(card)
        box.addStretch(1)
        self._session.told.connect(self._show)
        self._session.failed.connect(self._fail)

    @property
    def place(self) -> str:
        """It has the keys of the room alone."""
        return ADMINISTRATION

    def declare(self, deeds: Deeds) -> None:
        """It has no key of its own."""

    def scroll_pages(self, pages: int) -> None:
        """All of it is seen."""

    def enter(self) -> None:
        """Read what is new."""
        self._session.ask()

    def focus(self) -> None:
        """Give the keyboard to the table."""
        self.table.setFocus()

    @Slot(object, int)
    def _show(self, week: tuple[DayViewed, ...], limit_ms: int) -> None:
        texts = self._fit.texts
        self._fault.hide()
        self.limit.say(texts("viewed.limit_words", limit=clock(limit_ms)))
        self.table.show_rows([(one.day, self._row(one)) for one in week])

    def _row(self, one: DayViewed) -> tuple[str, ...]:
        texts = self._fit.texts
        if not one.people:
            return (weekday(texts, one.day), *(texts("viewed.none"),) * (len(COLUMNS) - 1))
        return (
            weekday(texts, one.day),
            texts.figure(one.people, 0),
            clock(one.desk_ms),
            clock(one.limit_ms),
            clock(one.revealed_ms),
            texts("viewed.over_of", over=one.over, people=one.people),
        )

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._fault.say(sentence)
        self._fault.show()
