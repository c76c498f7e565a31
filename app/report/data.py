"""The study report as data: one JSON document, or a long table of figures as CSV."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from app.report.data_of_origin import origin_json
from app.report.study import Period, Report
from app.report.words import ReportWords, in_english
from app.spreadsheet import safe_cell
from grading.study import Line, Study, Table, study_json

Row = tuple[str, str, str, object]

_COUNTED = ("files", "items", "unreadable", "other_files", "graded", "graded_files", "to_grade")


def report_json(report: Report, words: ReportWords | None = None) -> dict[str, object]:
    """Return the report as JSON; the keys are stable, sentences are in the language of ``words``.

    ``report`` ("study"), ``made_at`` (the only value that differs between two runs), ``period``
    (null or ``{"from", "to"}``), ``batches`` ``[{"id", "title", "items", "files", "graded",
    "taken_in_by"}]`` (null: here), ``left_out`` (sentences on what could not be known here),
    ``given_under`` (schemes of the verdicts), ``derived_anew`` (null or ``{"scheme",
    "unanswered": [{"item", "fact"}]}``), ``outcomes_changed`` (items that come out otherwise than
    signed; null where nothing was derived anew), and all keys of ``grading.study.study_json`` and
    of ``app.report.data_of_origin.origin_json``.
    """
    words = words or in_english()
    return {
        "report": "study",
        "made_at": report.made_at,
        "period": period_json(report.period),
        "batches": [
            {
                "id": batch.id,
                "title": batch.title,
                "items": batch.items,
                "files": batch.files,
                "graded": batch.graded,
                "taken_in_by": batch.taken_in_by,
            }
            for batch in report.batches
        ],
        "left_out": list(map(words.said, report.left_out)),
        "given_under": list(report.given_under),
        "derived_anew": _derived_anew(report),
        "outcomes_changed": report.changed if report.derived_anew else None,
        **study_json(report.study),
        **origin_json(report, words),
    }


def period_json(period: Period | None) -> dict[str, str | None] | None:
    """Return the days of a period as text, or None."""
    if period is None:
        return None
    return {
        "from": period.first.isoformat() if period.first else None,
        "to": period.last.isoformat() if period.last else None,
    }


def _derived_anew(report: Report) -> dict[str, object] | None:
    if not report.derived_anew:
        return None
    missing = [{"item": one.item, "fact": one.fact} for one in report.unanswered]
    return {"scheme": report.study.scheme.name, "unanswered": missing}


def report_csv(report: Report, words: ReportWords | None = None) -> str:
    """Return the report as CSV in long form: table, row, column, value; one figure a line."""
    words = words or in_english()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("table", "row", "column", "value"))
    for table, row, column, value in _rows(report, words):
        writer.writerow((table, _cell(row), column, _cell(value)))
    return text.getvalue()


def _cell(value: object) -> str:
    return safe_cell("" if value is None else str(value))


def _rows(report: Report, words: ReportWords) -> Iterator[Row]:
    study = report.study
    yield "report", "study", "made_at", report.made_at
    yield "report", "study", "scheme", study.scheme.name
    for name, day in (period_json(report.period) or {}).items():
        yield "report", "period", name, day
    for batch in report.batches:
        for column in ("title", "items", "files", "graded", "taken_in_by"):
            yield "batches", batch.id, column, getattr(batch, column)
    for number, sentence in enumerate(report.left_out, 1):
        yield "left_out", str(number), "sentence", words.said(sentence)
    yield from _summary(study)
    for table in study.tables():
        for line in table.lines:
            yield from _line(table, line)
    for one in report.unanswered:
        yield "unanswered", one.item, "fact", one.fact
    yield from _origin(report, words)


def _origin(report: Report, words: ReportWords) -> Iterator[Row]:
    """Yield the later parts as the JSON has them, level by level."""
    if report.derived_anew:
        yield "report", "study", "outcomes_changed", report.changed
    for part, said in origin_json(report, words).items():
        if isinstance(said, list):
            yield from _listed(part, said)
        elif isinstance(said, dict):
            for name, value in said.items():
                if isinstance(value, list):
                    yield from _listed(name if name == "largest" else part, value)
                else:
                    yield from _flat(part, name, value)


def _listed(part: str, rows: list[Any]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            yield part, str(number), "sentence", row
        elif "rows" in row:
            yield from _listed(f"{part}:{row['table']}", row["rows"])
        else:
            # What a row is called stands first in it.
            (_, named), *figures = row.items()
            for name, value in figures:
                yield from _flat(part, "" if named is None else str(named), value, name)


def _flat(part: str, row: str, value: object, column: str = "value") -> Iterator[Row]:
    if isinstance(value, dict):
        for name, figure in value.items():
            yield part, row, name if column == "value" else f"{column}:{name}", figure
    else:
        yield part, row, column, value


def _summary(study: Study) -> Iterator[Row]:
    said = study_json(study)
    for name in _COUNTED:
        yield "summary", name, "count", said[name]
    yield "summary", "more_than_one_outcome", "items", said["more_than_one_outcome"]
    for name in ("criminal", "discounted", "backlog", "time"):
        figures = said[name]
        if isinstance(figures, dict):
            for column, value in figures.items():
                yield "summary", name, column, value


def _line(table: Table, line: Line) -> Iterator[Row]:
    yield table.key, line.value, "items", line.count.items
    yield table.key, line.value, "files", line.count.files
    yield table.key, line.value, "percent", line.percent
    yield table.key, line.value, "as_pseudo_photograph", line.as_pseudo_photograph
    for tag, items in line.by_ai.items():
        yield table.key, line.value, f"ai:{tag}", items
