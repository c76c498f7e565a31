"""The room of reports: choose a batch, read the study tables, export them."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.report.study import Report
from app.session.intake import IntakeSession
from app.session.reports import ReportSession, proposed_name
from app.session.types import BatchSummary
from app.texts import Figure, Texts
from grading.study import Study
from grading.study_tables import Table as StudyTable
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.layouts import card_column, column, emptied, row
from widgets.notice import Notice
from widgets.room import Room
from widgets.scrolled import Scrolled
from widgets.tables import Column, Names, Table
from widgets.words import Words

EXPORTS = ("html", "pdf", "csv", "json")
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
        self._build()
        intake.listed.connect(self._list)
        reports.made.connect(self._show)
        reports.written.connect(self._written)
        reports.failed.connect(self._failed)

    @property
    def place(self) -> str:
        """Which keys work here."""
        return "reports"

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        deeds.on("choose_batch", self._make, allowed=lambda: bool(self._batches))
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
        """Give the keyboard to the list."""
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys go through the report; every other key is the window's."""
        pages = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()))
        if pages is None:
            event.ignore()
        else:
            self._area.turn(pages)

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        side = QFrame()
        side.setObjectName("card")
        side.setMaximumWidth(look.px("left_panel") + look.px("s8"))
        card_column(side, look).addWidget(self.table)
        head = row(gap=look.px("s2"))
        head.addWidget(self._title, 1)
        for button in self._buttons.values():
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        inner = self._inner = QWidget()
        self._area = Scrolled(inner)
        self._tables = column(inner, gap=look.px("s4"))
        holder = QWidget()
        holder.setMaximumWidth(look.px("table"))  # wider, a row and its figures part
        body = column(holder, gap=look.px("s3"))
        body.addLayout(head)
        body.addWidget(self._said)
        body.addWidget(self._left_out)
        body.addWidget(self._told)
        body.addWidget(self._area, 1)
        page = QWidget()
        box = row(page, margin=look.px("s4"), gap=look.px("s4"))
        box.addWidget(side, 1)
        box.addWidget(holder, 4)
        box.addStretch(0)
        action = ("batches", texts("keys.batches"), fit.keymap.key("batches"))
        self._empty.say(texts("reports.empty"), texts("reports.empty_more"), [action])
        self._pages.addWidget(page)
        self._pages.addWidget(self._empty)
        self.table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._make())
        self._told.hide()
        self._left_out.hide()
        column(self).addWidget(self._pages)

    @Slot(object)
    def _list(self, batches: list[BatchSummary]) -> None:
        self._batches = batches
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
        self._reports.make(known if chosen == ALL else (chosen,))

    @Slot(object)
    def _show(self, report: Report) -> None:
        texts, study = self._fit.texts, report.study
        titles = [batch.title for batch in report.batches]
        many = texts("reports.n_batches", n=len(titles))
        self._title.say(titles[0] if len(titles) == 1 else many)
        self._said.say(_sentence(texts, study))
        self._left_out.say(" ".join(report.left_out))
        self._left_out.setVisible(bool(report.left_out))
        emptied(self._tables)
        for table in study.tables():
            card = self._card(table, study)
            self._tables.addWidget(card)
            card.show()  # Qt would show it with the next event
        self._tables.addStretch(1)
        # At once, so that no table is seen squeezed into what the ones before had.
        self._inner.setMinimumHeight(0)
        self._tables.invalidate()
        self._inner.setMinimumHeight(self._tables.totalMinimumSize().height())
        self._tables.activate()

    def _card(self, table: StudyTable, study: Study) -> QWidget:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        card = QFrame()
        card.setObjectName("card")
        tags = study.scheme.question(study.scheme.tag).choices
        by_tag = [] if table.key == "by_ai" else list(tags)
        columns = [
            Column(table.title),
            Column(texts("reports.items"), number=True),
            Column(texts("reports.files"), number=True),
            Column(texts("reports.percent"), number=True),
            *(Column(tag.label, number=True) for tag in by_tag),
        ]
        shown = Table(fit, table.title, columns, whole=True)
        rows = [
            (
                line.value,
                (
                    line.label,
                    f"{line.count.items:,}",
                    f"{line.count.files:,}",
                    texts("reports.no_share")
                    if line.percent is None
                    else texts("reports.share", n=line.percent),
                    *(f"{line.by_ai.get(tag.value, 0):,}" for tag in by_tag),
                ),
            )
            for line in table.lines
        ]
        shown.ensurePolished()
        shown.show_rows(rows)
        of = texts("reports.base", n=table.base.items, of=table.of)
        box = card_column(card, look)
        note = Words(fit, of, kind="aside", tone="text3", wrap=False)
        note.setContentsMargins(0, 0, 0, 0)
        foot = row()
        foot.setContentsMargins(look.px("s3"), look.px("s2"), look.px("s3"), look.px("s2"))
        foot.addWidget(note)
        box.addWidget(shown)
        box.addLayout(foot)
        return card

    def _export(self, kind: str) -> None:
        dialog = QFileDialog(self, self._fit.texts(f"keys.export_{kind}"))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        report = self._reports.report
        titles = [batch.title for batch in report.batches] if report else []
        dialog.selectFile(f"{proposed_name(titles)}.{kind}")
        if dialog.exec():
            self._reports.write(kind, Path(dialog.selectedFiles()[0]))

    @Slot(str)
    def _written(self, name: str) -> None:
        self._tell(self._fit.texts("reports.written", name=name), "ok")

    @Slot(str)
    def _failed(self, sentence: str) -> None:
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
    return texts("reports.gap").join(parts)
