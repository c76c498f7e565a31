"""The room of batches: what is here, a folder on its way in, and what came of it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from app.intake.folder import IntakeProgress, IntakeSummary
from app.session.assigning import AssigningSession
from app.session.intake import IntakeSession
from app.session.types import BatchSummary
from grading.late_methods import dataclass
from widgets.add_folder import AddFolder, Filled
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.head import page_head
from widgets.intake_progress import IntakeStrip
from widgets.keys import Deeds
from widgets.layouts import card_column, column
from widgets.moments import day_and_time
from widgets.notice import Notice
from widgets.people_form import PeopleForm
from widgets.room import DESK, SELECT, Room
from widgets.scrolled import Scrolled
from widgets.summary import IntakeReport
from widgets.tables import Column, Table
from widgets.words import Words


@dataclass(frozen=True, slots=True)
class BatchesKept:
    """What a person typed and was told in the room, for when it is built anew."""

    filled: Filled
    form_open: bool
    chosen: str | None
    summary: IntakeSummary | None


class BatchesRoom(Room):
    """A table of batches; beside it the form, the progress and the summary of an intake."""

    opened = Signal(str)  # the id of a batch to take to the Desk
    selecting = Signal(str)  # the id of a batch to be looked through in Select
    grouping = Signal(str)  # the id of a batch whose near-copies are to be graded together

    def __init__(
        self,
        fit: Fittings,
        intake: IntakeSession,
        assigning: AssigningSession,
        work: Sequence[str] = (DESK, SELECT),
    ) -> None:
        """Build it; ``work`` names the rooms of the person in which a batch is worked on."""
        super().__init__()
        self._work = work
        self._fit = fit
        self._intake = intake
        self._elsewhere: dict[str, BatchSummary] = {}  # known by their signed records alone
        self._fresh: str | None = None  # the batch just added, to be chosen once it is listed
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        texts = fit.texts
        self.table = Table(
            fit,
            texts("keys.batches"),
            [
                Column(texts("batches.title")),
                Column(texts("batches.items"), number=True),
                Column(texts("batches.graded"), number=True),
                Column(texts("batches.unreadable"), number=True),
                Column(texts("batches.taken_in")),
                Column(texts("batches.signed")),
                Column(texts("batches.started")),
            ],
            whole=False,
        )
        self.form = AddFolder(fit, intake)
        self.strip = IntakeStrip(fit)
        self.report = IntakeReport(fit)
        self.people = PeopleForm(fit, assigning, self.table.chosen)
        self._ways: dict[str, KeyButton] = {}
        self._empty = Notice(fit)
        self._news = Words(fit, "", tone="ok")
        self._news.hide()
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
        self._pages = QStackedWidget()
        self._build()
        self._connect()
        if self._busy():
            self._began(intake.title)
        if intake.stopping:
            self.strip.say_stopping()

    @property
    def place(self) -> str:
        """Which keys work: those of the room, or those of the form."""
        return "input" if self._pages.currentWidget() in (self.form, self.people) else "batches"

    @property
    def legend(self) -> str:
        """The keys of the form have words of their own: they add and leave."""
        return "form" if self._pages.currentWidget() is self.form else self.place

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        deeds.on("add_folder", self.open_form, allowed=lambda: not self._busy())
        deeds.on("open_batch", self._open, allowed=lambda: self.table.chosen() is not None)
        for action, room, wanted in (
            ("select_batch", SELECT, self.selecting),
            ("group_batch", DESK, self.grouping),
        ):
            deeds.on(action, partial(self._want, wanted), allowed=partial(self._may_want, room))
            self._ways[action].clicked.connect(partial(deeds.do, action))
        deeds.on("stop_adding", self._stop_adding, allowed=self._busy)
        self.people.declare(deeds)
        self._empty.pressed.connect(deeds.do)
        self._add.clicked.connect(lambda: deeds.do("add_folder"))
        self._open_button.clicked.connect(lambda: deeds.do("open_batch"))
        self.strip.cancelled.connect(lambda: deeds.do("stop_adding"))

    def enter(self) -> None:
        """The person comes in: list anew, the keyboard to the table."""
        self._news.hide()
        self._intake.refresh()
        self.focus()

    def focus(self) -> None:
        """Give the keyboard to what is shown."""
        if self._pages.currentWidget() is self.people:
            self.people.take_focus()
        else:
            (self.form if self.place == "input" else self.table).setFocus()

    def open_form(self) -> None:
        """Show the form for a folder."""
        self.report.hide()
        self.form.begin()
        self._pages.setCurrentWidget(self.form)
        self.form.setFocus()
        self.moved.emit()

    def kept(self) -> BatchesKept:
        """What has to stand here again when the room is built anew."""
        told = self.report.summary if not self.report.isHidden() else None
        return BatchesKept(self.form.filled(), self.place == "input", self.table.chosen(), told)

    def take_up(self, kept: BatchesKept) -> None:
        """Show what was typed and told before."""
        self.form.fill(kept.filled)
        self._fresh = kept.chosen
        if kept.summary is not None:
            self.report.show_summary(kept.summary)
        if kept.form_open:
            self._pages.setCurrentWidget(self.form)

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        self._add = KeyButton(fit, texts("keys.add_folder"), fit.keymap.key("add_folder"))
        self._open_button = KeyButton(fit, texts("keys.open_batch"), fit.keymap.key("open_batch"))
        for action, room in (("select_batch", SELECT), ("group_batch", DESK)):
            self._ways[action] = KeyButton(fit, texts(f"short.{action}"), fit.keymap.key(action))
            if room not in self._work:
                self._ways[action].hide()
        ways = (*self._ways.values(), self._open_button, self._add)
        head = page_head(fit, texts("keys.batches"), *ways)
        card = QFrame()
        card.setObjectName("card")
        card_column(card, look).addWidget(self.table)
        page = QWidget()
        box = column(page, margin=look.px("s4"), gap=look.px("s4"))
        box.addWidget(head)
        box.addWidget(self._fault)
        box.addWidget(self._news)
        box.addWidget(self.strip)
        box.addWidget(card, 3)
        box.addWidget(self.report, 4)
        self._list_page = Scrolled(page)  # with large text a note of the strip takes more room
        for widget in (self._list_page, self._empty, self.form, self.people):
            self._pages.addWidget(widget)
        add = ("add_folder", texts("keys.add_folder"), fit.keymap.key("add_folder"))
        self._empty.say(texts("batches.empty"), texts("batches.empty_more"), [add])
        self.strip.hide()
        self.report.hide()
        column(self).addWidget(self._pages)

    def _connect(self) -> None:
        intake = self._intake
        intake.listed.connect(self._list)
        intake.began.connect(self._began)
        intake.progressed.connect(self._progress)
        intake.finished.connect(self._finished)
        intake.failed.connect(self._failed)
        intake.unlisted.connect(self._unlisted)
        self.form.left.connect(self._leave_form)
        self.people.wanted.connect(self._show_people)
        self.people.left.connect(self._leave_form)
        self.people.news.connect(self._tell_people)
        self.table.picked.connect(self._pick)

    def _busy(self) -> bool:
        return self._intake.running

    def _stop_adding(self) -> None:
        self._intake.cancel()
        self.strip.say_stopping()

    def _may_want(self, room: str) -> bool:
        return room in self._work and self.table.chosen() is not None

    def _want(self, wanted: SignalInstance) -> None:
        chosen = self.table.chosen()
        if chosen is not None and self._is_here(chosen):
            wanted.emit(chosen)

    def _open(self) -> None:
        chosen = self.table.chosen()
        if chosen is not None:
            self._pick(chosen)

    @Slot(str)
    def _pick(self, batch: str) -> None:
        """Open a batch, or say why it cannot be."""
        if self._is_here(batch):
            self.opened.emit(batch)

    def _is_here(self, batch: str) -> bool:
        away = self._elsewhere.get(batch)
        if away is None:
            return True
        told = self._fit.texts("batches.elsewhere", title=away.title, name=away.taken_in_by)
        self._fault.tone("text2")
        self._fault.say(told)
        self._fault.show()
        return False

    @Slot(object)
    def _list(self, batches: list[BatchSummary]) -> None:
        texts = self._fit.texts
        self._fault.hide()
        self._elsewhere = {batch.id: batch for batch in batches if batch.taken_in_by is not None}
        self.table.show_rows(
            [
                (
                    batch.id,
                    (
                        batch.title,
                        texts.figure(batch.counts.items, 0),
                        texts("desk.n_of", n=batch.counts.graded, of=batch.counts.items),
                        texts.figure(batch.counts.unreadable, 0),
                        texts("batches.here")
                        if batch.taken_in_by is None
                        else texts("batches.by", name=batch.taken_in_by),
                        texts("batches.yes" if batch.signed else "batches.not_yet"),
                        day_and_time(texts, batch.started_at),
                    ),
                )
                for batch in batches
            ]
        )
        if self._fresh is not None and self.table.choose(self._fresh):
            self._fresh = None
        if self._pages.currentWidget() in (self.form, self.people):
            return
        shown = self._list_page if batches or self._busy() else self._empty
        self._pages.setCurrentWidget(shown)
        if self.isVisible():
            self.focus()

    @Slot(str)
    def _began(self, title: str) -> None:
        self.report.hide()
        self._add.setEnabled(False)  # one folder at a time
        self.strip.begin(title)
        self._pages.setCurrentWidget(self._list_page)
        self.focus()
        self.moved.emit()

    @Slot(object)
    def _progress(self, progress: IntakeProgress) -> None:
        self.strip.show_progress(progress)

    @Slot(object)
    def _finished(self, summary: IntakeSummary) -> None:
        self._end()
        self.report.show_summary(summary)
        self._fresh = summary.batch
        if not summary.cancelled:  # a stopped one goes on with the same fields
            self.form.clear()

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        """Back to the form, everything in it as it was typed, and why it failed."""
        self._end()
        self.form.show_fault(sentence)
        self._pages.setCurrentWidget(self.form)
        if self.isVisible():
            self.focus()
        self.moved.emit()

    def _end(self) -> None:
        self.strip.hide()
        self._add.setEnabled(True)

    @Slot(str)
    def _unlisted(self, sentence: str) -> None:
        self._fault.tone("stop")
        self._fault.say(sentence)
        self._fault.show()

    @Slot()
    def _show_people(self) -> None:
        self._news.hide()
        self._pages.setCurrentWidget(self.people)
        self.people.take_focus()
        self.moved.emit()

    @Slot(str)
    def _tell_people(self, words: str) -> None:
        self._news.say(words)
        self._news.show()
        self._leave_form()
        self._intake.refresh()

    @Slot()
    def _leave_form(self) -> None:
        empty = self.table.rows.rowCount() == 0 and not self._busy()
        self._pages.setCurrentWidget(self._empty if empty else self._list_page)
        self.focus()
        self.moved.emit()
