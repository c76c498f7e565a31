"""The tables of a report as cards, one after another: found, study, baseline, reports, origin."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from PySide6.QtWidgets import QFrame, QWidget

from app.report.shown import MOST_ROWS, criminal_word, groups_shown
from app.report.study import Report
from app.report.words import ReportWords
from app.texts import Texts
from grading.by_report import ReportCounts
from grading.study_tables import Table as StudyTable
from widgets.fittings import Fittings
from widgets.layouts import card_column, column, row
from widgets.tables import Column, Table
from widgets.words import Words

Cells = tuple[str, tuple[str, ...]]
Maker = Callable[[], QWidget]


def cards_of(fit: Fittings, report: Report) -> Iterator[Maker]:
    """Yield what makes each card, in the order in which a report is read."""
    cards = _Cards(fit, report)
    for table in report.study.tables():
        yield partial(cards.study, table)
    yield cards.found
    for number in range(len(report.beside)):
        yield partial(cards.beside, number)
    if report.reports.rows:
        yield cards.reports
    if report.posters.largest:
        yield cards.posters
    for number in range(len(groups_shown(report))):
        yield partial(cards.group, number)
    yield cards.limits


class _Cards:
    """Makes cards in the words and the look of the window."""

    def __init__(self, fit: Fittings, report: Report) -> None:
        self._fit = fit
        self._report = report
        self._texts: Texts = fit.texts
        self._words = ReportWords(fit.texts)

    def study(self, table: StudyTable) -> QWidget:
        """Return the card of a table of the study."""
        texts, study = self._texts, self._report.study
        by_tag = (
            [] if table.key == "by_ai" else list(study.scheme.question(study.scheme.tag).choices)
        )
        heads = (self._words.title(table.key), *self._heads("items", "files", "percent"))
        rows = [
            (
                line.value,
                (
                    self._words.row(table.key, line),
                    self._words.count(line.count.items),
                    self._words.count(line.count.files),
                    self._share(line.percent),
                    *(self._words.count(line.by_ai.get(tag.value, 0)) for tag in by_tag),
                ),
            )
            for line in table.lines
        ]
        of = texts("reports.base", n=table.base.items, of=self._words.of(table.key))
        return self._card((*heads, *(tag.label for tag in by_tag)), rows, of)

    def found(self) -> QWidget:
        """Return the card of what was found and selected."""
        said = self._report.selected
        parts = (
            ("selected", said.selected),
            ("no_child", said.no_child),
            ("non_criminal", said.child_non_criminal),
            ("unreadable", said.unreadable),
            ("other_files", said.other_files),
            ("found", said.found),
        )
        rows = [
            (
                name,
                (
                    self._texts(f"reports.found_{name}"),
                    self._words.count(part.items),
                    self._words.count(part.files),
                ),
            )
            for name, part in parts
        ]
        of = self._texts("reports.found_gone", n=said.gone)
        heads = (self._texts("reports.found_title"), *self._heads("items", "files"))
        return self._card(heads, rows, of)

    def beside(self, number: int) -> QWidget:
        """Return the card of a table beside the baseline."""
        one = self._report.beside[number]
        name = self._report.baseline.name if self._report.baseline else ""
        rows = [
            (
                line.value,
                (
                    self._words.label(one.key, line.value, line.label),
                    self._words.count(line.items),
                    self._share(line.percent),
                    self._words.plain(line.baseline),
                    self._share(line.baseline_percent),
                    self._words.points(line.points),
                ),
            )
            for line in one.lines
        ]
        heads = self._heads("items", "percent", "baseline_figure", "baseline_share", "points")
        of = self._texts(
            "reports.beside_of", n=one.of, of=self._words.plain(one.baseline_of), name=name
        )
        return self._card((self._words.title(one.key), *heads), rows, of)

    def reports(self) -> QWidget:
        """Return the card of the counts by report, their sum first."""
        said = self._report.reports
        every = self._texts("reports.all_reports", n=len(said.rows))
        rows = [self._counted("", every, said.total)]
        rows += [self._counted(row.report, row.report, row) for row in said.rows[:MOST_ROWS]]
        names = ("entries", "gone", "graded_items", "actionable", "ai_identified")
        heads = self._heads(*names, "in_actionable", "actionable_ai")
        of = self._texts("reports.bounds")
        return self._card((self._texts("reports.by_report"), *heads), rows, of)

    def posters(self) -> QWidget:
        """Return the card of the largest posters."""
        said = self._report.posters
        rows = [
            (
                one.poster,
                (
                    one.poster,
                    self._words.count(one.items),
                    self._words.count(one.files),
                    self._share(one.percent),
                    self._share(one.so_far_percent),
                ),
            )
            for one in said.largest
        ]
        heads = self._heads("items", "files", "percent", "so_far")
        of = self._texts("reports.posters_of", n=said.posters, files=said.files)
        return self._card((self._texts("reports.posters"), *heads), rows, of)

    def group(self, number: int) -> QWidget:
        """Return the card of a table of origin."""
        table = groups_shown(self._report)[number]
        rows = [
            (
                line.value,
                (
                    self._words.row(table.key, line),
                    *map(
                        self._words.count,
                        (line.items, line.files, line.gone, line.graded, line.criminal),
                    ),
                    self._share(line.percent),
                    self._words.count(line.ai),
                    self._words.count(line.actionable_ai),
                ),
            )
            for line in table.lines[:MOST_ROWS]
        ]
        counts = self._heads("items", "files", "gone", "graded_items")
        title, criminal = self._words.title(table.key), criminal_word(self._words, self._report)
        heads = (title, *counts, criminal)
        heads = (*heads, *self._heads("percent", "ai", "actionable_ai"))
        of = self._texts("reports.group_of", n=len(table.lines))
        return self._card(heads, rows, of)

    def limits(self) -> QWidget:
        """Return the card of what the figures cannot say."""
        look = self._fit.look
        card = QFrame()
        card.setObjectName("card")
        box = column(card, margin=look.px("s3"), gap=look.px("s2"))
        box.addWidget(Words(self._fit, self._texts("reports.limits"), strong=True))
        for sentence in self._report.limits:
            box.addWidget(Words(self._fit, self._words.said(sentence), tone="text2"))
        return card

    def _counted(self, value: str, label: str, row: ReportCounts) -> Cells:
        counts = (row.entries, row.gone, row.graded, row.actionable)
        bounds = (row.ai_identified, row.in_actionable, row.actionable_ai)
        words = self._words
        return value, (label, *map(words.count, counts), *map(words.bounds, bounds))

    def _heads(self, *names: str) -> tuple[str, ...]:
        return tuple(self._texts(f"reports.{name}") for name in names)

    def _share(self, percent: int | None) -> str:
        if percent is None:
            return self._texts("reports.no_share")
        return self._texts("reports.share", n=percent)

    def _card(self, heads: Sequence[str], rows: Sequence[Cells], of: str) -> QWidget:
        fit, look = self._fit, self._fit.look
        card = QFrame()
        card.setObjectName("card")
        columns = [Column(heads[0]), *(Column(head, number=True) for head in heads[1:])]
        shown = Table(fit, heads[0], columns, whole=True)
        shown.ensurePolished()
        shown.show_rows(rows)
        box = card_column(card, look)
        note = Words(fit, of, kind="aside", tone="text3", wrap=False)
        note.setContentsMargins(0, 0, 0, 0)
        foot = row()
        foot.setContentsMargins(look.px("s3"), look.px("s2"), look.px("s3"), look.px("s2"))
        foot.addWidget(note)
        box.addWidget(shown)
        box.addLayout(foot)
        return card
