"""Counts by report, lower and upper: what was gone before review may or may not have been more.

The lower count is of what was reviewed. To the upper one belong, besides, the entries that were
gone: of the reports in question, each as if it had been what is counted.
"""

from collections.abc import Callable, Iterable, Sequence

from grading.late_methods import dataclass
from grading.origins import Entry, Origins


@dataclass(frozen=True, slots=True)
class Bounds:
    """A count that is known within bounds, as files and as distinct items.

    What is gone has no digest, so that each gone entry counts as an item of its own.
    """

    files: int
    items: int
    gone: int

    @property
    def files_upper(self) -> int:
        """The upper count of files."""
        return self.files + self.gone

    @property
    def items_upper(self) -> int:
        """The upper count of items."""
        return self.items + self.gone


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """What one report came to, or all of them.

    Attributes:
        report: Its number; empty for all.
        entries: Its entries, ``gone`` of which nobody could review.
        actionable: How many of its files are actionable.
        ai_identified: Tagged as generated or edited.
        in_actionable: Those of them in a report that holds something actionable.
        actionable_ai: Those of them that are actionable themselves.
    """

    report: str
    entries: int
    gone: int
    items: int
    graded: int
    actionable: int
    ai_identified: Bounds
    in_actionable: Bounds
    actionable_ai: Bounds


@dataclass(frozen=True, slots=True)
class ByReport:
    """All reports, in order of their numbers, and their sum, in which an item counts once."""

    rows: tuple[ReportCounts, ...]
    total: ReportCounts
    actionable_reports: int


def by_report(origins: Origins) -> ByReport:
    """Count every report of which an entry names the number."""
    found: dict[str, list[Entry]] = {}
    for entry in origins.entries:
        if entry.report is not None:
            found.setdefault(entry.report, []).append(entry)
    counting = _Counting(origins)
    rows = [counting.of(report, [entries]) for report, entries in sorted(found.items())]
    return ByReport(
        rows=tuple(rows),
        total=counting.of("", list(found.values())),
        actionable_reports=sum(row.actionable > 0 for row in rows),
    )


class _Counting:
    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    def of(self, name: str, reports: Sequence[Sequence[Entry]]) -> ReportCounts:
        is_ai, is_actionable = self._origins.is_ai, self._origins.is_actionable
        entries = [entry for report in reports for entry in report]
        acted_on = [
            entry for report in reports if any(map(is_actionable, report)) for entry in report
        ]
        graded = {e.item for e in entries if self._origins.row_of(e) is not None}
        return ReportCounts(
            report=name,
            entries=len(entries),
            gone=_gone(entries),
            items=len({entry.item for entry in entries if entry.item is not None}),
            graded=len(graded),
            actionable=sum(map(is_actionable, entries)),
            ai_identified=_bounds(entries, is_ai),
            in_actionable=_bounds(acted_on, is_ai),
            actionable_ai=_bounds(acted_on, lambda entry: is_ai(entry) and is_actionable(entry)),
        )


def _bounds(entries: Sequence[Entry], counts: Callable[[Entry], bool]) -> Bounds:
    counted = [entry for entry in entries if counts(entry)]
    return Bounds(len(counted), len({entry.item for entry in counted}), _gone(entries))


def _gone(entries: Iterable[Entry]) -> int:
    return sum(entry.item is None for entry in entries)
