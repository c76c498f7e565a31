"""Use case: the study report, from the signed verdicts that this home knows.

Every distinct item counts once: by its resolution, else by the standing verdict that came last in
the order of the log (what is not logged yet comes after, in the order of arrival). Time counts for
all verdicts.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.elsewhere import UNKNOWN_HERE, BatchElsewhere, batch_elsewhere, batches_elsewhere
from app.errors import UsageError
from app.report.given import Given, as_graded, given_on
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.study import Graded, Study, Totals, decisive, study_tables
from grading.tree import derive
from grading.verdict import Verdict
from storage.roster import READS_ALL
from storage.rows import ItemRow

if TYPE_CHECKING:
    from app.bootstrap import Workstation

DEFAULT_SCHEME = "uk-ew"  # names the rows while nothing is graded


@dataclass(frozen=True, slots=True)
class Period:
    """Days in UTC, the first and the last included; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked of: batches by id, or a period. ``scheme`` derives outcomes anew."""

    batches: tuple[str, ...] = ()
    period: Period | None = None
    scheme: Scheme | None = None


@dataclass(frozen=True, slots=True)
class ReportedBatch:
    """A batch in the report: distinct items, the names they have, those with a verdict.

    ``taken_in_by`` names who took it in where that was at another desk.
    """

    id: str
    title: str
    items: int
    files: int
    graded: int
    taken_in_by: str | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An item for which the asked scheme wants a fact that nobody stated."""

    item: str
    fact: str


@dataclass(frozen=True, slots=True)
class Report:
    """The study tables with what they are about.

    ``given_under`` names the schemes of the verdicts; ``unanswered`` is empty unless outcomes
    were derived anew; ``left_out`` says in a sentence each what could not be known here.
    """

    study: Study
    batches: tuple[ReportedBatch, ...]
    period: Period | None
    given_under: tuple[str, ...]
    derived_anew: bool
    unanswered: tuple[Unanswered, ...]
    made_at: str
    left_out: tuple[str, ...]


def make_report(
    ws: "Workstation", asked: Asked, *, now: Callable[[], datetime] = utc_now
) -> Report:
    """Return the report. Runs on the store thread and shows no picture.

    Raises:
        UsageError: The verdicts were given under several schemes and none was asked for.
    """
    found = _Found(ws, asked.batches)
    wanted = None if asked.period else found.files.keys()
    given = list(_within(given_on(ws.home, wanted), asked.period))
    graded = as_graded(ws.home, given, found.files)
    if asked.period is not None:
        graded = _decided_in(asked.period, graded)
        found.keep_only({row.item for row in graded})
    seen = {row.item for row in graded}
    given_under = sorted({_scheme_name(one.verdict) for one in given if one.verdict.item in seen})
    scheme = asked.scheme or _scheme_of(ws, given_under)
    unanswered: list[Unanswered] = []
    if asked.scheme is not None:
        graded, unanswered = _derived_anew(graded, scheme)
    decided = {row.item for row in decisive(graded)}
    return Report(
        study=study_tables(graded, scheme, found.totals()),
        batches=found.reported(decided),
        period=asked.period,
        given_under=tuple(given_under),
        derived_anew=asked.scheme is not None,
        unanswered=tuple(unanswered),
        made_at=as_rfc3339(now()),
        left_out=tuple(_left_out(ws, found)),
    )


def _left_out(ws: "Workstation", found: "_Found") -> Iterator[str]:
    names = found.taken_in_elsewhere()
    if not names:
        return
    yield (
        f"Taken in at another desk, by {', '.join(names)}, and told from the signed records:"
        f" {UNKNOWN_HERE}."
    )
    if READS_ALL.isdisjoint(ws.home.person.roles):
        yield "Verdicts of others on items that you have not graded are not sent here."


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch with its items, from the index of this home or from signed records."""

    id: str
    title: str
    items: Sequence[ItemRow]
    taken_in_by: str | None


def _batches(ws: "Workstation", wanted: Sequence[str]) -> Iterator[_Batch]:
    """Yield the wanted batches, or all that are known; those of other desks last."""
    local = ws.home.local
    rows = {row.batch_id: row for row in local.batches()}
    for row in rows.values():
        if not wanted or row.batch_id in wanted:
            yield _Batch(row.batch_id, row.title, local.items(row.batch_id), None)
    for found in _elsewhere(ws, wanted, rows):
        yield _Batch(found.id, found.title, found.items, found.taken_in_by)


def _elsewhere(
    ws: "Workstation", wanted: Sequence[str], here: Collection[str]
) -> Iterator[BatchElsewhere]:
    if not wanted:
        yield from batches_elsewhere(ws.home)
    for batch in dict.fromkeys(wanted):
        found = None if batch in here else batch_elsewhere(ws.home, batch)
        if found is not None:
            yield found


class _Found:
    """The items reported on, and the batches they were found in."""

    def __init__(self, ws: "Workstation", batches: Sequence[str]) -> None:
        self._batches = list(_batches(ws, batches))
        self._items = {batch.id: batch.items for batch in self._batches}
        self.files: dict[str, int] = {}
        self._unreadable: set[str] = set()
        for items in self._items.values():
            for item in items:
                self.files[item.item] = self.files.get(item.item, 0) + len(item.names)
                if item.unreadable is not None:
                    self._unreadable.add(item.item)

    def keep_only(self, items: set[str]) -> None:
        """Leave out every other item: of a period, only what was decided in it is known."""
        self.files = {item: self.files.get(item, 1) for item in sorted(items)}
        self._unreadable &= items
        self._items = {
            batch: kept
            for batch, rows in self._items.items()
            if (kept := [row for row in rows if row.item in items])
        }
        self._batches = [batch for batch in self._batches if batch.id in self._items]

    def totals(self) -> Totals:
        """Return what there is, graded or not."""
        return Totals(len(self.files), sum(self.files.values()), frozenset(self._unreadable))

    def reported(self, graded: set[str]) -> tuple[ReportedBatch, ...]:
        """Return the batches in the order in which they were taken in."""
        return tuple(
            ReportedBatch(
                id=batch.id,
                title=batch.title,
                items=len(items),
                files=sum(len(item.names) for item in items),
                graded=sum(item.item in graded for item in items),
                taken_in_by=batch.taken_in_by,
            )
            for batch, items in ((batch, self._items[batch.id]) for batch in self._batches)
        )

    def taken_in_elsewhere(self) -> list[str]:
        """Return the names of those who took batches in at other desks."""
        return sorted({batch.taken_in_by for batch in self._batches if batch.taken_in_by})


def _within(given: Iterable[Given], period: Period | None) -> Iterator[Given]:
    """Leave out what came after a period, so that its report stays the same for ever."""
    last = period.last if period else None
    return (one for one in given if last is None or one.decided_at[:10] <= last.isoformat())


def _decided_in(period: Period, graded: list[Graded]) -> list[Graded]:
    """Keep the verdicts on items whose deciding verdict lies in the period."""
    first = period.first.isoformat() if period.first else ""
    within = {row.item for row in decisive(graded) if row.decided_at[:10] >= first}
    return [row for row in graded if row.item in within and row.decided_at[:10] >= first]


def _scheme_name(verdict: Verdict) -> str:
    return f"{verdict.scheme_id}@{verdict.scheme_version}"


def _scheme_of(ws: "Workstation", given_under: Sequence[str]) -> Scheme:
    ids = sorted({name.partition("@")[0] for name in given_under})
    if len(ids) > 1:
        raise UsageError(
            f"These verdicts were given under several schemes: {', '.join(ids)}.",
            advice="Name the one to report under with --scheme.",
        )
    return ws.schemes.newest(ids[0] if ids else DEFAULT_SCHEME)


def _derived_anew(graded: list[Graded], scheme: Scheme) -> tuple[list[Graded], list[Unanswered]]:
    """Return the verdicts with the outcomes of ``scheme``, and what it asks that nobody stated."""
    derived: dict[tuple[tuple[str, str], ...], Outcome | str] = {}
    rows, unanswered = [], {}
    for row in graded:
        following = _once(derived, row.facts, scheme)
        if isinstance(following, Outcome):
            rows.append(replace(row, outcome=following))
            continue
        # Its time counts; an outcome it has none of.
        rows.append(replace(row, stands=False))
        if row.stands:
            unanswered[row.item] = following
    answered = {row.item for row in rows if row.stands}
    missing = [Unanswered(i, fact) for i, fact in unanswered.items() if i not in answered]
    return rows, missing


def _once(
    derived: dict[tuple[tuple[str, str], ...], Outcome | str],
    facts: Mapping[str, str],
    scheme: Scheme,
) -> Outcome | str:
    """Derive each set of facts once; a batch has some dozens of them."""
    key = tuple(facts.items())
    if key not in derived:
        following = derive(scheme, facts)
        derived[key] = following if isinstance(following, Outcome) else following.fact
    return derived[key]
