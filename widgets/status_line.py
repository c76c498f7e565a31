"""The bottom line: exposure today, the next pause, what works unseen, the keys of the room."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.session.duty import WITHOUT_ITEM
from app.session.types import Stage, Today
from app.texts import Texts
from widgets.fittings import Fittings
from widgets.layouts import row
from widgets.scoring_words import ScoringWords
from widgets.short_keys import ShortKeys
from widgets.words import Words

if TYPE_CHECKING:
    from app.session.scoring import ScoringState  # it loads what scores

MINUTE_MS = 60_000
NEAR_MS = 5 * MINUTE_MS  # what is so near is said before anything else


class StatusLine(QWidget):
    """What the day amounts to so far, in one line."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look = fit.look
        self._item = Words(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._day = Words(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._pause = Words(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._scoring = ScoringWords(fit)
        self._today: Today | None = None
        self._item_open = False
        self._told = Words(fit, "", kind="aside", wrap=False)
        self._told.hide()
        self._legend = ShortKeys(fit)
        box = self._box = row(self, gap=look.px("s4"))
        for words in (self._told, self._item, self._day, self._pause, self._scoring):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            box.addWidget(words)
        box.addStretch(1)
        box.addWidget(self._legend)

    def forget(self) -> None:
        """Keep nothing of a person's day: another may sit down next."""
        self._today, self._item_open = None, False
        for words in (self._told, self._item, self._day, self._pause):
            words.say("")
            words.setToolTip("")
        self._told.hide()
        self._pause.tone("text2")
        self._scoring.forget()
        self.show_place("")

    def show_place(self, place: str) -> None:
        """Show the keys of a room."""
        self._legend.show_place(place)
        self.make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self.make_room()

    def make_room(self) -> None:
        """Keys give way first, all but the last two; then the day is said in short, or not."""
        look = self._fit.look
        self._box.setContentsMargins(look.px("s4"), 0, look.px("s4"), 0)
        self._box.setSpacing(look.px("s4"))
        told = bool(self._told.text())
        for words in (self._item, self._pause, self._scoring):
            words.setVisible(bool(words.text()) and not told)
        shown = (self._told,) if told else (self._item, self._pause)
        needed = [words.sizeHint().width() for words in shown if words.text()]
        room = self.width() - sum(needed) - look.px("s4") * 7
        day = 0 if told else self._day_within(room - self._legend.least_width)
        self._day.setVisible(day > 0)
        left = 0 if not day else room - day - self._legend.least_width
        scoring = 0 if told else self._scoring.within(left)
        self._legend.setMaximumWidth(max(room - day - scoring, 0))

    def _day_within(self, room: int) -> int:
        """Say the day in as many words as fit; return how wide they are, 0 for none."""
        if self._today is None:
            return 0
        told = {"revealed": clock(self._today.revealed_ms), "desk": clock(self._today.desk_ms)}
        for text_id in ("status.day", "status.day_short"):
            self._day.say(self._fit.texts(text_id, **told))
            width = self._day.sizeHint().width()
            if width <= room:
                return width
        return 0

    def show_item(self, text: str) -> None:
        """Say where the person is in the batch, where the left panel has no room."""
        if text != self._item.text():
            self._item.say(text)
            self.make_room()

    def show_scoring(self, state: "ScoringState") -> None:
        """Say how far classifiers are, or what is wrong with them."""
        self._scoring.show_state(state)
        self.make_room()

    def show_stage(self, stage: Stage) -> None:
        """Say whether an item is open, which may be finished before a pause."""
        item_open = stage not in WITHOUT_ITEM
        if item_open == self._item_open:
            return  # it is asked with every key, and to make room takes half a millisecond
        self._item_open = item_open
        if self._today is not None:
            self.show_today(self._today)

    def tell(self, sentence: str) -> None:
        """Say something once, in the place of the figures; an empty sentence takes it back."""
        if sentence != self._told.text():
            self._told.say_or_hide(sentence)
            self.make_room()

    def show_fault(self, sentence: str) -> None:
        """Say that the day could not be counted."""
        self._pause.say(sentence)
        self._pause.tone("stop")

    def show_today(self, today: Today) -> None:
        """Show exposure and the next pause."""
        texts, self._today = self._fit.texts, today
        self._pause.say(_next_pause(texts, today, item_open=self._item_open))
        self._pause.tone("attention" if today.notice or today.pause_due else "text2")
        self.make_room()


def _next_pause(texts: Texts, today: Today, *, item_open: bool) -> str:
    """Say what comes first: a break, the end of the day's desk time, or the hour of the policy."""
    if today.over_limit or today.too_late:
        return texts("status.over_after" if item_open else "status.over")
    if today.break_due or today.heavy_left_ms:
        return texts("status.break_after" if item_open else "status.break_due")
    nearest = [(today.next_break_in_ms, "break_in"), (today.limit_left_ms, "limit_in")]
    if today.ends_in_ms is not None:
        nearest.append((today.ends_in_ms, "ends_in"))
    left_ms, said = min(nearest)
    if today.heavy + 1 == today.heavy_ceiling and left_ms > NEAR_MS:
        return texts("status.heavy_next")
    return texts(f"status.{said}", n=-(-left_ms // MINUTE_MS))


def pause_now(texts: Texts, today: Today) -> str:
    """Say which pause holds now and how long it still lasts; empty where none does."""
    if today.over_limit or today.too_late:
        return texts("exposure.over")
    left_ms = max(today.break_left_ms, today.heavy_left_ms)
    if left_ms:
        return texts("exposure.break_runs", left=clock(left_ms))
    return texts("exposure.break_due") if today.break_due else ""


def clock(ms: int) -> str:
    """Write milliseconds as hours, minutes and seconds, 0:18:42."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
