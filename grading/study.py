"""The study tables: what a batch came to, by law, category, age, sex, reason and AI tag. Pure.

Each item counts once, by its resolution, else by the verdict given last that still stands. Items
are distinct contents; files are the names under which they were found.
"""

from collections.abc import Sequence

from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.study_tables import (
    Count,
    Graded,
    Line,
    Table,
    TableMaker,
    count,
    percent,
    tenths,
)

__all__ = [
    "Count",
    "Graded",
    "Line",
    "Study",
    "Table",
    "Time",
    "Totals",
    "decisive",
    "percent",
    "study_json",
    "study_tables",
    "tenths",
]

SUSPECTED = "suspected"
AGE_BAND = "age_band"
SEX = "sex"
MS_AN_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Totals:
    """What there is to report on, graded or not.

    ``unreadable`` and ``not_selected`` are ids of items that nobody is to grade, ``other_files`` of
    such that are neither pictures nor videos.
    """

    items: int
    files: int
    unreadable: frozenset[str] = frozenset()
    not_selected: frozenset[str] = frozenset()
    other_files: frozenset[str] = frozenset()

    @property
    def nobodys(self) -> frozenset[str]:
        """Items that nobody is to grade, for whatever reason."""
        return self.unreadable | self.not_selected | self.other_files


@dataclass(frozen=True, slots=True)
class Time:
    """The time that the verdicts took, superseded ones and second graders' included.

    ``timed`` counts the items whose verdicts state a time; 0 ms, as from a table without it,
    states none. It is what ``seconds_per_item`` is a mean over, None where no time is stated.
    """

    graders: int
    verdicts: int
    timed: int
    active_ms: int
    revealed_ms: int
    seconds_per_item: float | None

    @property
    def hours(self) -> float:
        """Active hours, to one decimal."""
        return tenths(self.active_ms, MS_AN_HOUR)

    @property
    def revealed_hours(self) -> float:
        """Hours for which items were revealed, to one decimal."""
        return tenths(self.revealed_ms, MS_AN_HOUR)


@dataclass(frozen=True, slots=True)
class Study:
    """All tables of the report."""

    scheme: Scheme
    totals: Totals
    graded: Count
    criminal: Count
    criminal_percent: int | None
    discounted: Count
    to_grade: int
    outcomes_differ: int
    by_law: Table
    by_category: Table
    by_age_band: Table
    by_sex: Table
    by_reason: Table
    by_ai: Table
    time: Time

    @property
    def backlog_hours(self) -> float | None:
        """Hours that what is still to grade takes at the pace so far, to one decimal.

        None where no verdict states a time. Of the whole, and nothing of any one person.
        """
        if not self.time.timed:
            return None
        return tenths(self.time.active_ms * self.to_grade, MS_AN_HOUR * self.time.timed)

    def tables(self) -> tuple[Table, ...]:
        """Return the tables in the order in which they are read."""
        return (
            self.by_law,
            self.by_category,
            self.by_age_band,
            self.by_sex,
            self.by_reason,
            self.by_ai,
        )


def study_tables(graded: Sequence[Graded], scheme: Scheme, totals: Totals) -> Study:
    """Return the study tables over verdicts.

    Args:
        graded: Every verdict on the items reported on, in the order given; several for one item
            where it was graded by several people, or corrected.
        scheme: Names the rows, also those that nothing falls into.
        totals: What there is, graded or not.
    """
    deciding = decisive(graded)
    # An outcome names its law or the reason for discounting, under every scheme.
    criminal = [row for row in deciding if row.outcome.law is not None]
    discounted = [row for row in deciding if row.outcome.law is None]
    make = TableMaker(scheme)
    return Study(
        scheme=scheme,
        totals=totals,
        graded=count(deciding),
        criminal=count(criminal),
        criminal_percent=percent(len(criminal), len(deciding)),
        discounted=count(discounted),
        to_grade=totals.items - len(totals.nobodys | {row.item for row in deciding}),
        outcomes_differ=_outcomes_differ(graded),
        by_law=make.by_law(deciding),
        by_category=make.by_category(criminal),
        by_age_band=make.by_fact(AGE_BAND, criminal),
        by_sex=make.by_fact(SEX, criminal),
        by_reason=make.by_reason(discounted),
        by_ai=make.by_ai(deciding),
        time=_time(graded),
    )


def decisive(graded: Sequence[Graded]) -> list[Graded]:
    """Return one verdict an item, in the order of the items' first: the last that stands.

    Where the item was resolved it is the last resolution, whatever was said after it.
    """
    last: dict[str, Graded] = {}
    for row in graded:
        before = last.get(row.item)
        if row.stands and (row.resolves or before is None or not before.resolves):
            last[row.item] = row
    return list(last.values())


def _outcomes_differ(graded: Sequence[Graded]) -> int:
    outcomes: dict[str, set[Outcome]] = {}
    for row in graded:
        if row.stands and not row.resolves:
            outcomes.setdefault(row.item, set()).add(row.outcome)
    return sum(len(found) > 1 for found in outcomes.values())


def _time(graded: Sequence[Graded]) -> Time:
    graded = [row for row in graded if not row.resolves]
    timed = len({row.item for row in graded if row.active_ms})
    active_ms = sum(row.active_ms for row in graded)
    return Time(
        graders=len({row.grader for row in graded}),
        verdicts=len(graded),
        timed=timed,
        active_ms=active_ms,
        revealed_ms=sum(row.revealed_ms for row in graded),
        seconds_per_item=tenths(active_ms, 1000 * timed) if timed else None,
    )


def study_json(study: Study) -> dict[str, object]:
    """Return the study as JSON. The keys are stable, and every number stands beside its base.

    ``files``, ``items``, ``unreadable``, ``other_files``, ``graded``, ``to_grade``
        How many: files are names, all others items. Unreadable are pictures and videos, other files
        neither. To grade is readable, selected (nobody said that it is not to be assessed) and
        without a verdict.
    ``criminal``, ``discounted``
        ``{"items", "files", "percent"}``, percent being of the graded items.
    ``by_law``, ``by_category``, ``by_age_band``, ``by_sex``, ``by_reason``, ``by_ai``
        Lists of rows ``{"value", "label", "items", "files", "percent", "by_ai": {tag: items},
        "as_pseudo_photograph", "suspected"}``; by law with ``"law"``, by reason in the scheme's
        order. Rows of zero are kept. Percent is whole, and null where the table is empty. As
        pseudo-photograph are the indecent photographs tagged as generated or edited.
    ``bases``
        By table, the number of items that its percentages are of.
    ``time``
        ``{"graders", "verdicts", "hours", "revealed_hours", "seconds_per_item", "timed"}``, the
        seconds being a mean over the ``timed`` items, whose verdicts state a time; else null.
    ``more_than_one_outcome``
        Items on which standing verdicts differ.
    ``backlog``
        ``{"items", "hours"}``: what is still to grade, and the hours that it takes at the pace of
        the timed items; hours is null where no time is stated.
    """
    time = study.time
    return {
        "scheme": {
            "id": study.scheme.id,
            "version": study.scheme.version,
            "sha256": study.scheme.sha256,
        },
        "files": study.totals.files,
        "items": study.totals.items,
        "unreadable": len(study.totals.unreadable),
        "other_files": len(study.totals.other_files),
        "graded": study.graded.items,
        "graded_files": study.graded.files,
        "to_grade": study.to_grade,
        "criminal": _share(study.criminal, study.graded),
        "discounted": _share(study.discounted, study.graded),
        **{
            table.key: [_line_json(table, line) for line in table.lines] for table in study.tables()
        },
        "bases": {table.key: table.base.items for table in study.tables()},
        "more_than_one_outcome": study.outcomes_differ,
        "backlog": {"items": study.to_grade, "hours": study.backlog_hours},
        "time": {
            "graders": time.graders,
            "verdicts": time.verdicts,
            "hours": time.hours,
            "revealed_hours": time.revealed_hours,
            "seconds_per_item": time.seconds_per_item,
            "timed": time.timed,
        },
    }


def _share(part: Count, whole: Count) -> dict[str, object]:
    share = percent(part.items, whole.items)
    return {"items": part.items, "files": part.files, "percent": share}


def _line_json(table: Table, line: Line) -> dict[str, object]:
    law = {"law": line.note or None} if table.key == "by_law" else {}
    return {
        "value": line.value,
        "label": line.label,
        **law,
        "items": line.count.items,
        "files": line.count.files,
        "percent": line.percent,
        "by_ai": dict(line.by_ai),
        "as_pseudo_photograph": line.as_pseudo_photograph,
        "suspected": line.by_ai.get(SUSPECTED, 0),
    }
