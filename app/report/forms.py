"""The forms in which a report is written."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.report.data import report_csv, report_json
from app.report.study import Report
from app.report.words import ReportWords


def _html(report: Report, words: ReportWords) -> bytes:
    from app.report.page import report_html  # noqa: PLC0415 - Jinja2 loads with the first page

    return report_html(report, words).encode()


def _pdf(report: Report, words: ReportWords) -> bytes:
    from app.report.paper import report_pdf  # noqa: PLC0415 - ReportLab with the first PDF

    return report_pdf(report, words)


def _csv(report: Report, words: ReportWords) -> bytes:
    return report_csv(report, words).encode()


def _json(report: Report, words: ReportWords) -> bytes:
    return (json.dumps(report_json(report, words), indent=2, ensure_ascii=False) + "\n").encode()


# By name, in the order in which they are offered; each gives the bytes of a file
# in the words of a language.
WRITERS: Mapping[str, Callable[[Report, ReportWords], bytes]] = MappingProxyType(
    {"html": _html, "pdf": _pdf, "csv": _csv, "json": _json}
)
