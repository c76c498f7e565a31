"""The room of reports: choose a batch, read the study tables, export them."""

from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.pace import Progress
from app.report.asking import Filled
from app.report.study import Report
from app.report.words import ReportWords
from app.session.intake import IntakeSession
from app.session.reports import ReportSession, proposed_name
from app.session.types import BatchSummary
from app.texts import Figure, Texts
from grading.study import Study
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import Deeds
from widgets.layouts import card_column, column, emptied, row
from widgets.moments import time_left
from widgets.notice import Notice
from widgets.report_cards import Maker, cards_of
from widgets.report_form import ReportForm
from widgets.room import Room
from widgets.scrolled import Scrolled
from widgets.tables import Column, Names, Table
from widgets.words import Words

CARDS_AT_ONCE = 3
EXPORTS = ("html", "pdf", "csv", "json")
_PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
_SIDEWAYS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}  # where large text leaves no room for all
ALL = ""  # the row that stands for all batches


class ReportsRoom(Room):
    """Batches at the left, the tables of the chosen one at the right."""

    pressed = Signal(str)

    def __init__(self, fit: Fittings, reports: ReportSession, intake: IntakeSession) -> None:
        super().__init__()
        self._fit = fit
        self._reports = reports
        self._intake = intake
        self._batches: list[BatchSummary] = []
        self._wanted: str | None = None  # the batch on the Desk, until its report is shown
        self._listing = False
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        texts = fit.texts
        columns = [Column(texts("reports.of"))]
        self.table = Names(fit, texts("reports.batches"), columns, whole=False)
        self._title = Words(fit, "", kind="question", strong=True)
        self._said = Words(fit, "", tone="text2")
        self._left_out = Words(fit, "", tone="text3")
        self._told = Words(fit, "", tone="ok")
        self._tables = QVBoxLayout()
        self._empty = Notice(fit)
        self._pages = QStackedWidget()
        self._buttons = {
            kind: KeyButton(fit, texts(f"keys.export_{kind}"), fit.keymap.key(f"export_{kind}"))
            for kind in EXPORTS
        }
        self._before = reports.filled
        self._later: deque[Maker] = deque()
        self._coming = QTimer(self, singleShot=True, interval=0)
        self._coming.timeout.connect(self._more)
        self.form = ReportForm(fit, reports.schemes)
        self._filter = KeyButton(fit, texts("keys.report_filter"), fit.keymap.key("report_filter"))
        self._stop = KeyButton(fit, texts("reports.stop"), fit.keymap.key("stop_report"))
        self._about = Words(fit, "", tone="accent")
        self._build()
        self.form.kept.connect(self._narrow)
        self.form.left.connect(self._leave_form)
        intake.listed.connect(self._list)
        reports.made.connect(self._show)
        reports.progressed.connect(self._show_progress)
        reports.stopped.connect(self._stopped)
        reports.written.connect(self._written)
        reports.failed.connect(self._failed)

    @property
    def place(self) -> str:
        """Which keys work: those of the room, or those of the form."""
        return "input" if self._pages.currentWidget() is self.form else "reports"

    @property
    def legend(self) -> str:
        """The keys of the form have words of their own."""
        return "report_form" if self.place == "input" else self.place

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        deeds.on("choose_batch", self._make, allowed=lambda: bool(self._batches))
        deeds.on("report_filter", self._open_form, allowed=lambda: bool(self._batches))
        self._filter.clicked.connect(partial(deeds.do, "report_filter"))
        deeds.on("stop_report", self._reports.cancel, allowed=lambda: self._reports.runs)
        self._stop.clicked.connect(partial(deeds.do, "stop_report"))
        for kind, button in self._buttons.items():
            deeds.on(
                f"export_{kind}",
                partial(self._export, kind),
                allowed=lambda: self._reports.report is not None,
            )
            button.clicked.connect(partial(deeds.do, f"export_{kind}"))
        self._empty.pressed.connect(deeds.do)

    def enter(self) -> None:
        """The person comes in: everything anew."""
        self._intake.refresh()
        self.focus()

    @Slot(object)
    def take_desk(self, batch: BatchSummary) -> None:
        """The Desk has this batch: the next one to come in sees its report."""
        self._wanted = batch.id

    def focus(self) -> None:
        """Give the keyboard to the list, or to the form."""
        (self.form if self.place == "input" else self.table).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys and arrows go through the report; every other key is the window's."""
        key = Qt.Key(event.key())
        if key in _PAGES:
            self._area.turn(_PAGES[key])
        elif key in _SIDEWAYS and self.place == "reports":
            for table in self._inner.findChildren(Table):
                table.go_sideways(_SIDEWAYS[key])
        else:
            event.ignore()

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        side = QFrame()
        side.setObjectName("card")
        side.setMaximumWidth(look.px("left_panel") + look.px("s8"))
        card_column(side, look).addWidget(self.table)
        ways = QWidget()  # in as many rows as large text takes
        flow = FlowLayout(ways, look.px("s2"))
        self._stop.hide()
        for button in (self._stop, self._filter, *self._buttons.values()):
            flow.addWidget(button)
        inner, self._inner = QWidget(), QWidget()
        self._area = Scrolled(inner)  # as wide as the room: its bar stands at the edge
        self._tables = column(self._inner, gap=look.px("s4"))
        inner.setMaximumWidth(look.px("table"))  # wider, a row and its figures part
        above = column(inner, gap=look.px("s3"))  # they scroll too: with large text room is scarce
        above.setContentsMargins(0, 0, look.px("s3"), 0)
        above.addWidget(ways)
        above.addWidget(self._inner)
        above.addStretch(1)
        holder = QWidget()
        body = column(holder, gap=look.px("s3"))
        body.addWidget(self._title)
        body.addWidget(self._said)
        body.addWidget(self._about)
        body.addWidget(self._left_out)
        body.addWidget(self._told)
        body.addWidget(self._area, 1)
        page = QWidget()
        box = row(page, margin=look.px("s4"), gap=look.px("s4"))
        box.addWidget(side, 1)
        box.addWidget(holder, 4)
        action = ("batches", texts("keys.batches"), fit.keymap.key("batches"))
        self._empty.say(texts("reports.empty"), texts("reports.empty_more"), [action])
        self._pages.addWidget(page)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.form)
        self.table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._make())
        for words in (self._told, self._left_out, self._about):
            words.hide()
        column(self).addWidget(self._pages)

    @Slot(object)
    def _list(self, batches: list[BatchSummary]) -> None:
        self._batches = batches
        if self.place != "input":
            self._pages.setCurrentIndex(0 if batches else 1)
        rows = [(batch.id, (_called(self._fit.texts, batch),)) for batch in batches]
        if len(batches) > 1:
            rows.insert(0, (ALL, (self._fit.texts("reports.all"),)))
        self._listing = True
        self.table.show_rows(rows)
        if self._wanted is not None and self.table.choose(self._wanted):
            self._wanted = None
        self._listing = False
        self._make()

    def _make(self) -> None:
        chosen = self.table.chosen()
        if chosen is None or self._listing or not self.isVisible():
            return
        known = tuple(batch.id for batch in self._batches)
        self._told.hide()
        self._stop.hide()
        if not self._title.text():
            self._said.say(self._fit.texts("reports.making"))
        self._reports.make(known if chosen == ALL else (chosen,))

    def _open_form(self) -> None:
        self.form.fill(self._reports.filled)
        self._pages.setCurrentWidget(self.form)
        self.form.setFocus()
        self.moved.emit()

    @Slot(object)
    def _narrow(self, filled: Filled) -> None:
        """Make the report of what was filled in; the form stays until that is understood."""
        self._before, self._reports.filled = self._reports.filled, filled
        self._make()

    @Slot()
    def _leave_form(self) -> None:
        self._pages.setCurrentIndex(0 if self._batches else 1)
        self.focus()
        self.moved.emit()

    def _asked_words(self, report: Report) -> None:
        """Say in a line what the report is narrowed to."""
        texts, filled = self._fit.texts, self._reports.filled
        parts = [
            texts(f"reports.only_{name}", value=value)
            for name in ("first", "last", "source", "country", "poster")
            if (value := getattr(filled, name).strip())
        ]
        if report.derived_anew:
            parts.append(texts("reports.only_scheme", value=report.study.scheme.name))
        if report.derived_anew and report.unanswered:
            parts.append(texts("reports.unanswered", n=len(report.unanswered)))
        self._about.say(texts("reports.gap").join(parts))
        self._about.setVisible(bool(parts))

    @Slot(object)
    def _show(self, report: Report) -> None:
        if self.place == "input":
            self._leave_form()
        if not self._stop.isHidden():
            self._stop.hide()
            self._told.hide()
        texts, study = self._fit.texts, report.study
        titles = [batch.title for batch in report.batches]
        many = texts("reports.n_batches", n=len(titles))
        self._title.say(titles[0] if len(titles) == 1 else many)
        self._said.say(_sentence(texts, study))
        words = ReportWords(texts)
        self._left_out.say(" ".join(map(words.said, report.left_out)))
        self._left_out.setVisible(bool(report.left_out))
        self._asked_words(report)
        emptied(self._tables)
        makers = list(cards_of(self._fit, report))
        self._later = deque(makers[CARDS_AT_ONCE:])
        self._add(makers[:CARDS_AT_ONCE])
        self._coming.start()

    def _more(self) -> None:
        """Add some of the cards that nobody sees yet: the window thread is never held long."""
        if self._later:
            self._add([self._later.popleft()])
            self._coming.start()

    def _add(self, makers: Sequence[Maker]) -> None:
        for make in makers:
            card = make()
            self._tables.addWidget(card)
            card.show()  # Qt would show it with the next event
        # At once, so that no table is seen squeezed into what the ones before had.
        self._inner.setMinimumHeight(0)
        self._tables.invalidate()
        self._inner.setMinimumHeight(self._tables.totalMinimumSize().height())
        self._tables.activate()

    def _export(self, kind: str) -> None:
        dialog = QFileDialog(self, self._fit.texts(f"keys.export_{kind}"))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        report = self._reports.report
        titles = [batch.title for batch in report.batches] if report else []
        dialog.selectFile(f"{proposed_name(titles, self._fit.texts)}.{kind}")
        if dialog.exec():
            self._reports.write(kind, Path(dialog.selectedFiles()[0]), self._fit.texts)

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        """Say how far a report is that takes longer than a moment, and how it is stopped."""
        is_short = self._stop.isHidden() and progress.done == progress.of
        if is_short or not self._reports.runs:  # told from another thread: it may be over
            return
        texts = self._fit.texts
        said = texts(f"reports.{progress.stage}_of", n=progress.done, of=progress.of)
        if progress.left_s is not None:
            said = texts("sync.with_left", said=said, left=time_left(texts, progress.left_s))
        self._stop.show()
        self._tell(said, "text2")

    @Slot()
    def _stopped(self) -> None:
        self._stop.hide()
        if self.place == "input":
            self._reports.filled = self._before
        self._said.say(self._said.text() if self._title.text() else "")
        self._tell(self._fit.texts("reports.stopped"), "text2")

    @Slot(str)
    def _written(self, name: str) -> None:
        self._tell(self._fit.texts("reports.written", name=name), "ok")

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self._stop.hide()
        if self.place == "input":
            self._reports.filled = (
                self._before
            )  # the report that is shown is of what was asked before
            self.form.show_fault(sentence)
            return
        self._tell(sentence, "stop")

    def _tell(self, sentence: str, tone: str) -> None:
        self._told.tone(tone)
        self._told.say(sentence)
        self._told.show()


def _called(texts: Texts, batch: BatchSummary) -> str:
    if batch.taken_in_by is None:
        return batch.title
    return texts("reports.by", title=batch.title, name=batch.taken_in_by)


def _sentence(texts: Texts, study: Study) -> str:
    """Write the figures that a reader wants first."""
    share = study.criminal_percent
    parts = [texts("reports.graded", n=study.graded.items, of=study.totals.items)]
    if share is not None:
        parts += [
            texts("reports.criminal", n=study.criminal.items, share=share),
            texts("reports.discounted", n=study.discounted.items),
            texts("reports.hours", hours=Figure(study.time.hours)),
        ]
    if study.time.seconds_per_item is not None:
        parts.append(texts("reports.seconds", seconds=Figure(study.time.seconds_per_item)))
    if study.to_grade and study.backlog_hours is not None:
        parts.append(texts("reports.backlog", hours=Figure(study.backlog_hours)))
    return texts("reports.gap").join(parts)
