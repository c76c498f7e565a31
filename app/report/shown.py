"""What of a report is shown to people: which tables, how many rows, and some of its words."""

from app.report.found import Narrowed
from app.report.study import Report
from grading.origins import GroupTable

MOST_ROWS = 30  # of a table of origin; data files hold all


def groups_shown(report: Report) -> list[GroupTable]:
    """Return the tables of origin that say something: known of some entry, or of several."""
    single = ("by_batch", "by_decided")
    return [
        table
        for table in report.groups
        if table.is_stated and not (table.key in single and len(table.lines) < 2)
    ]


def narrowed_words(narrowed: Narrowed) -> str:
    """Say what a report is narrowed to; empty where it is whole."""
    said = (
        ("source", narrowed.source),
        ("hosting country", narrowed.country),
        ("poster", narrowed.poster),
    )
    return ", ".join(f"{what} {value}" for what, value in said if value is not None)


def criminal_word(report: Report) -> str:
    """Return what items are called that a law names: a scheme may derive another thing."""
    return "Actionable" if report.study.scheme.only_derives else "Criminal"
