"""The study report as PDF, for a file that goes to court: the same tables as the HTML page.

Nothing of a case is drawn in it; titles and names are set as plain text, never as markup.
"""

from collections.abc import Iterator, Sequence

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
from app.report.figures import figure, plain_number, points, share, whole_number
from app.report.paper_charts import drawing
from app.report.shown import MOST_ROWS, criminal_word, groups_shown, narrowed_words
from app.report.study import Report
from grading.by_report import ReportCounts
from grading.origins import GroupTable
from grading.study import Line, Study, Table

_TITLE = "Study report"
_MARGIN = 16 * mm
_WORDS_SHARE, _FEWER_WORDS = 0.38, 0.26  # of the width, for what a row is
_MANY_COLUMNS = 7
_CHART_SHARE = 0.85
_ROWS_KEPT = 14  # a longer table may go on over the page


def report_pdf(report: Report) -> bytes:
    """Return the report as the bytes of a PDF file on A4."""
    return paper(_TITLE, _MARGIN, lambda width: _Sheet(width).story(report), _footed)


def _footed(canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont(PLAIN, 8)
    canvas.setFillColor(HexColor(light_colours()["text2"]))
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Page {document.page}")
    canvas.drawString(_MARGIN, 10 * mm, _TITLE)


class _Sheet(Sheet):
    """The report in the type of the page."""

    def __init__(self, width: float) -> None:
        sizes = {
            "title": (STRONG, 20, 26),
            "head": (STRONG, 12, 17),
            "body": (PLAIN, 9, 13),
            "aside": (PLAIN, 8, 11),
            "figure": (PLAIN, 9, 13),
        }
        super().__init__(width, sizes)
        self.styles["item"] = ParagraphStyle("item", self.styles["body"], spaceAfter=3)
        self.styles["above"] = ParagraphStyle("above", self.styles["aside"], fontSize=7)
        for name in ("figure", "above"):
            self.styles[name].alignment = TA_RIGHT

    def story(self, report: Report) -> Iterator[Flowable]:
        """Yield the parts of the report in the order in which they are read."""
        study = report.study
        yield self.said(_TITLE, "title")
        yield self.said(
            f"Made {report.made_at[:10]} at {report.made_at[11:16]} UTC under"
            f" {study.scheme.title}, scheme {study.scheme.name}{_about(report)}.",
            "aside",
        )
        if report.derived_anew:
            yield self.said(
                "The outcomes were derived anew from the stated facts; nobody looked again. They"
                f" are a calculation. {report.changed:,} items have another outcome than was"
                " signed.",
                "body",
            )
        yield Spacer(0, 4 * mm)
        yield self._figures(report)
        yield from self._selected(report)
        yield from self._batches(report)
        charts = charts_of(study.tables())
        for table in study.tables():
            yield from self._study_table(study, table, charts.get(table.key))
        yield from self._beside(report)
        yield from self._reports(report)
        yield from self._posters(report)
        for group in groups_shown(report):
            yield from self._group(report, group)
        yield from self._unanswered(report)
        yield from self._list("What the figures cannot say", report.limits)
        yield from self._list("How to read this", list(_notes(report)))

    def _figures(self, report: Report) -> Flowable:
        study, time = report.study, report.study.time
        rows = [
            ("Graded", f"{whole_number(study.graded.items)} of {whole_number(study.totals.items)}"),
            (
                criminal_word(report),
                f"{whole_number(study.criminal.items)}: {share(study.criminal_percent)} of graded",
            ),
            (
                "Time",
                f"{figure(time.hours)} h; graders: {time.graders:,}; verdicts: {time.verdicts:,}",
            ),
            ("Each timed item", f"{figure(time.seconds_per_item)} s; timed items: {time.timed:,}"),
            (
                "Still to grade",
                f"{whole_number(study.to_grade)}; {figure(study.backlog_hours)} analyst-hours at"
                " the pace so far",
            ),
        ]
        return self._table(("All items", ""), rows)

    def _selected(self, report: Report) -> Iterator[Flowable]:
        said = report.selected
        parts = (
            ("Selected for assessment", said.selected),
            ("Not selected: no child", said.no_child),
            ("Not selected: a child, clearly non-criminal", said.child_non_criminal),
            ("Pictures or videos that cannot be read", said.unreadable),
            ("Other files, listed and never opened", said.other_files),
            ("Found", said.found),
        )
        rows = [(name, whole_number(p.items), whole_number(p.files)) for name, p in parts]
        aside = f"Not selected, for whatever reason: {whole_number(said.not_selected.items)}."
        if said.gone:
            aside += f" Entries gone before review: {whole_number(said.gone)}."
        yield from self._titled("Found and selected", aside, ("Selection", "Items", "Files"), rows)

    def _batches(self, report: Report) -> Iterator[Flowable]:
        rows = [
            (one.title, *map(whole_number, (one.files, one.items, one.graded)))
            for one in report.batches
        ]
        if rows:
            yield from self._titled("Batches", "", ("Batch", "Files", "Items", "Graded"), rows)

    def _study_table(self, study: Study, table: Table, chart: Chart | None) -> Iterator[Flowable]:
        tags = [] if table.key == "by_ai" else study.scheme.question(study.scheme.tag).choices
        heads = (table.heading, "Items", "Share", "Files", *(tag.label for tag in tags))
        values = [tag.value for tag in tags]
        rows = [self._row(line, values) for line in table.lines]
        of = f"Percentages are of {whole_number(table.base.items)} {table.of}."
        yield from self._titled(table.title, of, heads, rows, chart)

    def _beside(self, report: Report) -> Iterator[Flowable]:
        name = report.baseline.name if report.baseline else ""
        heads = ("Items here", "Share here", "Baseline", "Its share", "Points apart")
        for one in report.beside:
            rows = [
                (
                    line.label,
                    whole_number(line.items),
                    share(line.percent),
                    plain_number(line.baseline),
                    share(line.baseline_percent),
                    points(line.points),
                )
                for line in one.lines
            ]
            of = (
                f"Shares here are of {whole_number(one.of)} items, those of the baseline of"
                f" {plain_number(one.baseline_of)} as entered."
            )
            title = f"{one.title}, beside {name}"
            chart = beside_chart(one, name)
            yield from self._titled(title, of, (one.heading, *heads), rows, chart)

    def _reports(self, report: Report) -> Iterator[Flowable]:
        said = report.reports
        if not said.rows:
            return
        bounds = ("AI identified", "In an actionable report", "Actionable AI")
        heads = ("Report", "Entries", "Gone", "Graded", "Actionable", *bounds)
        rows = [_report_row(row, row.report) for row in said.rows[:MOST_ROWS]]
        rows.append(_report_row(said.total, f"All {len(said.rows):,} reports"))
        aside = (
            f"Counts are of files; {said.actionable_reports:,} of {len(said.rows):,} reports hold"
            " something actionable. The lower count is of what was reviewed; the upper one has the"
            " entries too that were gone before review."
        )
        if len(said.rows) > MOST_ROWS:
            aside += f" The first {MOST_ROWS} are shown; the report as CSV or JSON has all."
        yield from self._titled("AI items by report", aside, heads, rows)

    def _posters(self, report: Report) -> Iterator[Flowable]:
        said = report.posters
        rows = [
            (
                one.poster,
                whole_number(one.files),
                whole_number(one.items),
                share(one.percent),
                share(one.so_far_percent),
            )
            for one in said.largest
        ]
        if rows:
            heads = ("Poster (pseudonym)", "Files", "Items", "Share", "With those above")
            aside = f"Shares are of {said.files:,} files whose poster is known; posters: "
            aside += f"{said.posters:,}."
            yield from self._titled("Largest posters", aside, heads, rows, posters_chart(said))

    def _group(self, report: Report, table: GroupTable) -> Iterator[Flowable]:
        counts = ("Files", "Gone", "Items", "Graded")
        heads = (table.heading, *counts, criminal_word(report), "Share", "AI", "Actionable AI")
        rows = [
            (
                line.label,
                *map(whole_number, (line.files, line.gone, line.items, line.graded)),
                whole_number(line.criminal),
                share(line.percent),
                *map(whole_number, (line.ai, line.actionable_ai)),
            )
            for line in table.lines[:MOST_ROWS]
        ]
        aside = "Shares are of the graded items of the row."
        if len(table.lines) > MOST_ROWS:
            aside += f" {MOST_ROWS} of {len(table.lines):,} rows are shown."
        yield from self._titled(table.title, aside, heads, rows)

    def _list(self, title: str, sentences: Sequence[str]) -> Iterator[Flowable]:
        said = [self.said(sentence, "item") for sentence in sentences]
        head = [Spacer(0, 5 * mm), self.said(title, "head")]
        yield KeepTogether([*head, *said[:2]])
        yield from said[2:]

    def _row(self, line: Line, tags: Sequence[str]) -> tuple[str, ...]:
        counts = (line.by_ai.get(tag, 0) for tag in tags)
        return (
            line.label,
            whole_number(line.count.items),
            share(line.percent),
            whole_number(line.count.files),
            *map(whole_number, counts),
        )

    def _unanswered(self, report: Report) -> Iterator[Flowable]:
        if report.unanswered:
            rows = [(one.item, one.fact) for one in report.unanswered]
            yield from self._titled(
                "Not derived",
                f"{len(rows):,} items for which a fact is asked that nobody stated.",
                ("Item (SHA-256)", "Fact"),
                rows,
            )

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
            above.append(drawing(chart, self.width * _CHART_SHARE))
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


def _about(report: Report) -> str:
    """Say the days that a report is of, and to what it is narrowed."""
    period, narrowed = report.period, narrowed_words(report.narrowed)
    said = ""
    if period is not None:
        first = f" from {period.first}" if period.first else ""
        last = f" to {period.last}" if period.last else ""
        said = f", decided{first}{last} (days in UTC)"
    return f"{said}, narrowed to {narrowed}" if narrowed else said


def _report_row(row: ReportCounts, name: str) -> tuple[str, ...]:
    counts = (row.entries, row.gone, row.graded, row.actionable)
    bounds = (row.ai_identified, row.in_actionable, row.actionable_ai)
    return (name, *map(whole_number, counts), *(one.said() for one in bounds))


def _notes(report: Report) -> Iterator[str]:
    yield from report.left_out
    yield (
        "An item is one distinct content; its files are the names under which it was found. Each"
        " item counts once: by its resolution, else by the last standing verdict in the log."
    )
    yield (
        f"On {report.study.outcomes_differ:,} items the standing verdicts have more than one"
        " outcome. Percentages are whole numbers, halves rounded up, so they may not add up to"
        " 100. Time is desk time at the keys and measures the work a batch takes, nobody's"
        " performance."
    )
    yield "No sign seen says that no sign was seen, and never that an item is real."
