"""The study report as PDF, for a file that goes to court: the tables and words of the HTML page.

Nothing of a case is drawn in it; titles and names are set as plain text, never as markup.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, KeepTogether, Paragraph, Spacer

from app.light_colours import light_colours
from app.paper import PLAIN, STRONG, Sheet, paper
from app.report.bars import Chart, beside_chart, charts_of, posters_chart
from app.report.paper_charts import drawing
from app.report.shown import (
    MOST_ROWS,
    anew_words,
    became,
    criminal_word,
    groups_shown,
    left_out_words,
    made_words,
    notes,
    still_words,
)
from app.report.study import Report
from app.report.words import ReportWords, in_english
from grading.by_report import ReportCounts
from grading.origins import GroupTable
from grading.study import Line, Study, Table

_MARGIN = 16 * mm
_WORDS_SHARE, _FEWER_WORDS = 0.38, 0.26  # of the width, for what a row is
_MANY_COLUMNS = 7
_CHART_SHARE = 0.85
_ROWS_KEPT = 14  # a longer table may go on over the page


def report_pdf(report: Report, words: ReportWords | None = None) -> bytes:
    """Return the report as the bytes of a PDF file on A4."""
    said = words or in_english()
    footed = partial(_footed, said)
    return paper(said("title"), _MARGIN, lambda width: _Sheet(width, said).story(report), footed)


def _footed(words: ReportWords, canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont(PLAIN, 8)
    canvas.setFillColor(HexColor(light_colours()["text2"]))
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, words("page", page=document.page))
    canvas.drawString(_MARGIN, 10 * mm, words("title"))


class _Sheet(Sheet):
    """The report in the type of the page, and the words of a language."""

    def __init__(self, width: float, words: ReportWords) -> None:
        sizes = {
            "title": (STRONG, 20, 26),
            "head": (STRONG, 12, 17),
            "body": (PLAIN, 9, 13),
            "aside": (PLAIN, 8, 11),
            "figure": (PLAIN, 9, 13),
        }
        super().__init__(width, sizes)
        self._w = words
        self.styles["item"] = ParagraphStyle("item", self.styles["body"], spaceAfter=3)
        self.styles["above"] = ParagraphStyle("above", self.styles["aside"], fontSize=7)
        for name in ("figure", "above"):
            self.styles[name].alignment = TA_RIGHT

    def story(self, report: Report) -> Iterator[Flowable]:
        """Yield the parts of the report in the order in which they are read."""
        study, w = report.study, self._w
        yield self.said(w("title"), "title")
        yield self.said(made_words(w, report), "aside")
        for sentence in anew_words(w, report):
            yield self.said(sentence, "body")
        yield Spacer(0, 4 * mm)
        yield self._figures(report)
        yield from self._selected(report)
        yield from self._batches(report)
        charts = charts_of(study.tables(), w)
        for table in study.tables():
            yield from self._study_table(study, table, charts.get(table.key))
        yield from self._beside(report)
        yield from self._reports(report)
        yield from self._posters(report)
        for group in groups_shown(report):
            yield from self._group(report, group)
        yield from self._unanswered(report)
        yield from self._list(w("limits"), list(map(w.said, report.limits)))
        yield from self._list(w("how"), [*map(w.said, report.left_out), *notes(w, report)])

    def _figures(self, report: Report) -> Flowable:
        study, time, w = report.study, report.study.time, self._w
        share = w.share(study.criminal_percent)
        graders, verdicts = w("graders", n=time.graders), w("verdicts", n=time.verdicts)
        hours = w("hours", hours=w.figure(time.hours))
        each = f"{w('no_time')}: {w('no_time_more')}"
        if time.timed:
            seconds = w("seconds", seconds=w.figure(time.seconds_per_item))
            each = w("each_value", seconds=seconds, timed=w("timed", n=time.timed))
        rows = [
            (w("graded"), w("graded_value", n=study.graded.items, of=study.totals.items)),
            (criminal_word(w, report), w("criminal_value", n=study.criminal.items, share=share)),
            (w("time"), w("time_value", hours=hours, graders=graders, verdicts=verdicts)),
            (w("each"), each),
            (w("still"), still_words(w, report)),
        ]
        return self._table((w("all_items"), ""), rows)

    def _selected(self, report: Report) -> Iterator[Flowable]:
        w = self._w
        rows = [
            (name, w.count(part.items), w.count(part.files))
            for name, part in became(w, report.selected)
        ]
        heads = (w("selection"), w("items"), w("files"))
        yield from self._titled(
            w("found_selected"), left_out_words(w, report.selected), heads, rows
        )

    def _batches(self, report: Report) -> Iterator[Flowable]:
        w = self._w
        rows = [
            (one.title, *map(w.count, (one.files, one.items, one.graded))) for one in report.batches
        ]
        if rows:
            heads = (w("batch"), w("files"), w("items"), w("graded"))
            yield from self._titled(w("batches"), "", heads, rows)

    def _study_table(self, study: Study, table: Table, chart: Chart | None) -> Iterator[Flowable]:
        w = self._w
        tags = [] if table.key == "by_ai" else study.scheme.question(study.scheme.tag).choices
        heads = (w.heading(table.key), *map(w, ("items", "share_head", "files")))
        values = [tag.value for tag in tags]
        rows = [self._row(table.key, line, values) for line in table.lines]
        of = w("base", n=table.base.items, of=w.of(table.key))
        heads = (*heads, *(tag.label for tag in tags))
        yield from self._titled(w.title(table.key), of, heads, rows, chart)

    def _beside(self, report: Report) -> Iterator[Flowable]:
        w, name = self._w, report.baseline.name if report.baseline else ""
        heads = map(w, ("items_here", "share_here", "baseline", "its_share", "points"))
        figures = tuple(heads)
        for one in report.beside:
            rows = [
                (
                    w.label(one.key, line.value, line.label),
                    w.count(line.items),
                    w.share(line.percent),
                    w.plain(line.baseline),
                    w.share(line.baseline_percent),
                    w.points(line.points),
                )
                for line in one.lines
            ]
            of = w("beside_of", n=one.of, of=w.plain(one.baseline_of))
            title = w("beside_title", title=w.title(one.key), name=name)
            chart = beside_chart(one, name, w)
            yield from self._titled(title, of, (w.heading(one.key), *figures), rows, chart)

    def _reports(self, report: Report) -> Iterator[Flowable]:
        said, w = report.reports, self._w
        if not said.rows:
            return
        names = ("report", "entries", "gone", "graded", "actionable")
        bounds = ("ai_identified", "in_actionable", "actionable_ai")
        rows = [self._report_row(row, row.report) for row in said.rows[:MOST_ROWS]]
        rows.append(self._report_row(said.total, w("all_reports", n=len(said.rows))))
        aside = w("by_report_of", actionable=said.actionable_reports, n=len(said.rows))
        if len(said.rows) > MOST_ROWS:
            aside += " " + w("first_reports", most=MOST_ROWS)
        heads = tuple(map(w, (*names, *bounds)))
        yield from self._titled(w("by_report_title"), aside, heads, rows)

    def _posters(self, report: Report) -> Iterator[Flowable]:
        said, w = report.posters, self._w
        rows = [
            (
                one.poster,
                w.count(one.files),
                w.count(one.items),
                w.share(one.percent),
                w.share(one.so_far_percent),
            )
            for one in said.largest
        ]
        if rows:
            heads = (w.heading("by_poster"), *map(w, ("files", "items", "share_head", "so_far")))
            aside = w("posters_of", n=said.posters, files=said.files)
            yield from self._titled(w("posters"), aside, heads, rows, posters_chart(said, w))

    def _group(self, report: Report, table: GroupTable) -> Iterator[Flowable]:
        w = self._w
        counts = map(w, ("files", "gone", "items", "graded"))
        shares = map(w, ("share_head", "ai", "actionable_ai"))
        heads = (w.heading(table.key), *counts, criminal_word(w, report), *shares)
        rows = [
            (
                w.row(table.key, line),
                *map(w.count, (line.files, line.gone, line.items, line.graded)),
                w.count(line.criminal),
                w.share(line.percent),
                *map(w.count, (line.ai, line.actionable_ai)),
            )
            for line in table.lines[:MOST_ROWS]
        ]
        aside = w("group_of")
        if len(table.lines) > MOST_ROWS:
            aside += " " + w("rows_shown", most=MOST_ROWS, n=len(table.lines))
        yield from self._titled(w.title(table.key), aside, heads, rows)

    def _list(self, title: str, sentences: Sequence[str]) -> Iterator[Flowable]:
        said = [self.said(sentence, "item") for sentence in sentences]
        head = [Spacer(0, 5 * mm), self.said(title, "head")]
        yield KeepTogether([*head, *said[:2]])
        yield from said[2:]

    def _row(self, table: str, line: Line, tags: Sequence[str]) -> tuple[str, ...]:
        w = self._w
        return (
            w.row(table, line),
            w.count(line.count.items),
            w.share(line.percent),
            w.count(line.count.files),
            *(w.count(line.by_ai.get(tag, 0)) for tag in tags),
        )

    def _report_row(self, row: ReportCounts, name: str) -> tuple[str, ...]:
        counts = (row.entries, row.gone, row.graded, row.actionable)
        bounds = (row.ai_identified, row.in_actionable, row.actionable_ai)
        return (name, *map(self._w.count, counts), *map(self._w.bounds, bounds))

    def _unanswered(self, report: Report) -> Iterator[Flowable]:
        w = self._w
        if report.unanswered:
            rows = [(one.item, one.fact) for one in report.unanswered]
            title = w("not_derived_title", scheme=report.study.scheme.name)
            of = w("not_derived_of", n=len(rows))
            yield from self._titled(title, of, (w("item_digest"), w("fact")), rows)

    def _titled(
        self,
        title: str,
        aside: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        chart: Chart | None = None,
    ) -> Iterator[Flowable]:
        yield Spacer(0, 5 * mm)
        above = [self.said(title, "head")]
        if aside:
            above.append(self.said(aside, "aside"))
        if chart is not None:
            above += [Spacer(0, 2 * mm), drawing(chart, self.width * _CHART_SHARE)]
        above.append(Spacer(0, 1.5 * mm))
        whole = [*above, self._table(heads, rows)]
        yield from [KeepTogether(whole)] if len(rows) <= _ROWS_KEPT else whole

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Flowable:
        others = max(len(heads) - 1, 1)
        words = self.width * (_FEWER_WORDS if len(heads) > _MANY_COLUMNS else _WORDS_SHARE)
        cells = [
            [self.said(heads[0], "aside"), *(self.said(head, "above") for head in heads[1:])],
            *(self._row_cells(row) for row in rows),
        ]
        padding = (("LEFTPADDING", (1, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2))
        widths = [words, *[(self.width - words) / others] * others]
        return self.lined(cells, widths, *padding, heads=1)

    def _row_cells(self, row: Sequence[str]) -> list[Paragraph]:
        return [self.said(row[0], "body"), *(self.said(cell, "figure") for cell in row[1:])]
