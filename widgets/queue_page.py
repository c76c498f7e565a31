"""The queue where nothing of it is opened: the list, and what may be known of the chosen row."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.pace import Progress
from app.session.opinions import OpinionStage, Waiting
from app.session.sitting import Sitting
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.moments import day_and_hour, time_left
from widgets.notice import Notice
from widgets.opinion_inputs import SEND
from widgets.queue_list import QueueList, lasting, reason, standing
from widgets.words import Words


class QueuePage(QObject):
    """The list for the left side, and the notice for the middle."""

    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings, parent: QWidget, sitting: Sitting) -> None:
        super().__init__(parent)
        self._fit, self._resolves = fit, "supervisor" in sitting.roles
        self._rows: tuple[Waiting, ...] | None = None
        self._stage = OpinionStage.LIST
        self._said = ""  # what was done last, or why it was not
        self._far = ""  # how far reading is
        look = fit.look
        self.list = QueueList(fit)
        self.notice = Notice(fit)
        self.side = QWidget()
        self.side.setObjectName("left")
        self.side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._count = Words(fit, tone="text3", strong=True, wrap=False, figures=True)
        side = column(self.side)
        head = row()
        head.setContentsMargins(look.px("s4"), look.px("s4"), look.px("s4"), look.px("s2"))
        head.addWidget(self._count)
        side.addLayout(head)
        side.addWidget(self.list, 1)
        self.notice.pressed.connect(self.pressed)
        self.list.moved.connect(self.say)
        sitting.opinions.queue.far.connect(self.say_far)

    @property
    def has_rows(self) -> bool:
        """Whether anything waits."""
        return bool(self._rows)

    def show_rows(self, rows: tuple[Waiting, ...]) -> None:
        """Take what waits."""
        self._rows, self._far = rows, ""
        self._count.say(self._fit.texts("opinions.waiting", n=len(rows)))
        self.list.show_rows(rows)
        self.say()

    def show_stage(self, stage: OpinionStage) -> None:
        """Take what the room is doing."""
        self._stage = stage
        self.say()

    def tell(self, sentence: str) -> None:
        """Say what was done, or what failed; an empty sentence takes it back."""
        self._said = sentence
        self.say()

    @Slot(object)
    def say_far(self, progress: Progress) -> None:
        """Say how far reading is, the first time and once it takes longer than a moment."""
        if self._rows is None and progress.left_s is not None:
            left = time_left(self._fit.texts, progress.left_s)
            figures = {"n": progress.done, "of": progress.of, "left": left}
            self._far = self._fit.texts(f"opinions.{progress.stage}_of", **figures)
            self.say()

    @Slot()
    def say(self) -> None:
        """Say of the chosen row what may be known of it, and what can be done."""
        texts, chosen, notice = self._fit.texts, self.list.chosen(), self.notice
        if self._stage is OpinionStage.OPENING:
            notice.say(texts("opinions.opening"), texts("opinions.opening_more"))
        elif self._rows is None:
            notice.say(texts("opinions.reading"), self._far)
        elif chosen is None:
            whose = "" if self._resolves else "_peer"
            sync = [self._button("sync")]
            notice.say(texts(f"opinions.empty{whose}"), texts(f"opinions.empty{whose}_more"), sync)
        else:
            notice.say(reason(self._fit, chosen), self._words(chosen), self._offers(chosen))
        notice.say_aside(self._said)

    def _words(self, chosen: Waiting) -> str:
        texts = self._fit.texts
        said = texts(
            "opinions.row_words",
            lasting=lasting(self._fit, chosen.waits_s),
            since=day_and_hour(texts, chosen.since),
            standing=standing(self._fit, chosen),
        )
        return texts("opinions.with_line", said=said, line=chosen.line) if chosen.line else said

    def _offers(self, chosen: Waiting) -> list[tuple[str, str, str]]:
        offers = []
        if chosen.refused is None:
            offers += [self._button("open_item"), self._button(SEND)]
        if chosen.taken_by_me:
            offers.append(self._button("give_back"))
        return offers

    def _button(self, action: str) -> tuple[str, str, str]:
        return action, self._fit.texts(f"keys.{action}"), self._fit.keymap.key(action)
