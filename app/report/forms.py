"""The forms in which a report is written."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.report.data import report_csv, report_json
from app.report.study import Report


def _html(report: Report) -> bytes:
    from app.report.page import report_html  # noqa: PLC0415 - Jinja2 loads with the first page

    return report_html(report).encode()


def _pdf(report: Report) -> bytes:
    from app.report.paper import report_pdf  # noqa: PLC0415 - ReportLab with the first PDF

    return report_pdf(report)


def _csv(report: Report) -> bytes:
    return report_csv(report).encode()


def _json(report: Report) -> bytes:
    return (json.dumps(report_json(report), indent=2, ensure_ascii=False) + "\n").encode()


# By name, in the order in which they are offered; each gives the bytes of a file.
WRITERS: Mapping[str, Callable[[Report], bytes]] = MappingProxyType(
    {"html": _html, "pdf": _pdf, "csv": _csv, "json": _json}
)
