"""Use case: the study report, from the signed verdicts that this home knows.

Every distinct item counts once: by its resolution, else by the standing verdict that came last in
the order of the log (what is not logged yet comes after, in the order of arrival). Time counts for
all verdicts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.errors import UsageError
from app.pace import UNWATCHED, Watch
from app.report.found import EVERYTHING, Found, Narrowed, ReportedBatch, Selected
from app.report.given import Given, as_graded, given_on
from app.report.limits import Known, limitations
from app.report.words import Remark, remark
from app.second_opinion.own_first import waiting
from app.second_opinion.voices import Voices
from grading.baseline import Baseline, Beside, beside
from grading.by_report import ByReport, by_report
from grading.late_methods import dataclass
from grading.origins import GroupTable, Origins, Posters
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.study import Graded, Study, decisive, study_tables
from grading.tree import derive
from grading.verdict import Verdict
from storage.roster import READS_ALL

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
    """What a report is asked of: batches by id, a period, or batches in a period.

    ``scheme`` derives outcomes anew; ``narrowed`` leaves out what came from elsewhere; beside
    ``baseline`` severity and age are read.
    """

    batches: tuple[str, ...] = ()
    period: Period | None = None
    scheme: Scheme | None = None
    narrowed: Narrowed = EVERYTHING
    baseline: Baseline | None = None


# Of a report: what there is, the study's tables, whence the files came, what limits them.
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An item for which the asked scheme wants a fact that nobody stated."""

    item: str
    fact: str


@dataclass(frozen=True, slots=True)
class Report:
    """The study tables with what they are about.

    ``given_under`` names the schemes of the verdicts; ``unanswered`` is empty unless outcomes
    were derived anew, and ``changed`` is 0: how many items have another outcome than was signed, by
    kind, category or reason; ``left_out`` says in a sentence each what could not be known here, and
    ``limits`` what the figures cannot say.
    """

    study: Study
    batches: tuple[ReportedBatch, ...]
    period: Period | None
    given_under: tuple[str, ...]
    derived_anew: bool
    unanswered: tuple[Unanswered, ...]
    changed: int
    made_at: str
    left_out: tuple[Remark, ...]
    narrowed: Narrowed
    selected: Selected
    reports: ByReport
    groups: tuple[GroupTable, ...]
    posters: Posters
    baseline: Baseline | None
    beside: tuple[Beside, ...]
    limits: tuple[Remark, ...]


def make_report(
    ws: "Workstation",
    asked: Asked,
    *,
    now: Callable[[], datetime] = utc_now,
    watch: Watch = UNWATCHED,
) -> Report:
    """Return the report. Runs off the window's thread and shows no picture.

    ``watch`` is told how many verdicts were read, then how many parts of the report are counted,
    and may stop it.

    Raises:
        StoppedError: It did.
        UsageError: The verdicts were given under several schemes and none was asked for.
    """
    found = Found(ws, asked.batches, asked.narrowed, watch)
    told = _told(ws, asked, found, watch)
    given, graded = told.given, told.graded
    given_under = sorted({_scheme_name(one.verdict) for one in given})
    scheme = asked.scheme or _scheme_of(ws, given_under)
    unanswered: list[Unanswered] = []
    if asked.scheme is not None:
        graded, unanswered = _derived_anew(graded, scheme)
    counted = watch.counted("counting")
    counted(0, _PARTS)
    deciding = {row.item: row for row in decisive(graded)}
    totals, selected = found.totals({row.item for row in graded} | told.waiting)
    counted(1, _PARTS)
    study = study_tables(graded, scheme, totals)
    counted(2, _PARTS)
    origins = Origins(found.entries(), deciding, scheme.tag, found.titles())
    counted(3, _PARTS)
    report = Report(
        study=study,
        batches=found.reported(deciding.keys()),
        period=asked.period,
        given_under=tuple(given_under),
        derived_anew=asked.scheme is not None,
        unanswered=tuple(unanswered),
        changed=_changed(told.graded, deciding),
        made_at=as_rfc3339(now()),
        left_out=tuple(_left_out(ws, found)),
        narrowed=asked.narrowed,
        selected=selected,
        reports=by_report(origins),
        groups=origins.tables(),
        posters=origins.posters(),
        baseline=asked.baseline,
        beside=beside(study.tables(), asked.baseline) if asked.baseline else (),
        limits=limitations(
            Known(study, selected, origins.entries, given, graded, len(told.waiting))
        ),
    )
    counted(_PARTS, _PARTS)
    return report


def _left_out(ws: "Workstation", found: Found) -> Iterator[Remark]:
    names = found.taken_in_elsewhere()
    if not names:
        return
    yield remark("left_elsewhere", names=", ".join(names))
    if READS_ALL.isdisjoint(ws.home.person.roles):
        yield remark("left_of_others")


@dataclass(frozen=True, slots=True)
class _Told:
    """What was decided, signed and as counted, row by row, as far as the reader may know it yet.

    ``waiting`` are items that wait for the reader's own blind answer: nothing of them is told.
    """

    given: list[Given]
    graded: list[Graded]
    waiting: frozenset[str]


def _told(ws: "Workstation", asked: Asked, found: Found, watch: Watch) -> _Told:
    """Return what a report counts; of a period, ``found`` then keeps what is told of alone."""
    anywhere = asked.period and not asked.batches and asked.narrowed.is_whole
    said = given_on(ws.home, None if anywhere else found.files.keys(), watch)
    given = list(_within(said, asked.period))
    watch.go_on()
    rows = list(zip(given, as_graded(ws.home, given, found.files), strict=True))
    if asked.period is not None:
        rows = _decided_in(asked.period, rows)
    own = {row.item for _, row in rows if row.grader == ws.home.person.id}
    first = waiting(ws, {row.item for _, row in rows} - own, Voices(ws.home, watch))
    rows = [(one, row) for one, row in rows if row.item not in first]
    if asked.period is not None:
        found.keep_only({row.item for _, row in rows})
    return _Told([one for one, _ in rows], [row for _, row in rows], first)


def _within(given: Iterable[Given], period: Period | None) -> Iterator[Given]:
    """Leave out what came after a period, so that its report stays the same for ever."""
    last = period.last if period else None
    return (one for one in given if last is None or one.decided_at[:10] <= last.isoformat())


def _decided_in(period: Period, rows: Sequence[tuple[Given, Graded]]) -> list[tuple[Given, Graded]]:
    """Keep the verdicts on items whose deciding verdict lies in the period."""
    first = period.first.isoformat() if period.first else ""
    deciding = decisive([row for _, row in rows])
    within = {row.item for row in deciding if row.decided_at[:10] >= first}
    return [(one, row) for one, row in rows if row.item in within and row.decided_at[:10] >= first]


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
    """Return the verdicts with the outcomes of ``scheme``, and what it asks that nobody stated.

    What decides on an item is what was signed: where the scheme asks more of that than it states,
    no other verdict stands in for it, least of all one that it overruled.
    """
    derived: dict[tuple[tuple[str, str], ...], Outcome | str] = {}
    missing = {
        row.item: following
        for row in decisive(graded)
        if not isinstance(following := _once(derived, row.facts, scheme), Outcome)
    }
    rows = []
    for row in graded:
        following = _once(derived, row.facts, scheme)
        if isinstance(following, Outcome) and row.item not in missing:
            rows.append(replace(row, outcome=following))
        else:
            # Its time counts; an outcome it has none of.
            rows.append(replace(row, stands=False))
    return rows, [Unanswered(item, fact) for item, fact in missing.items()]


def _changed(signed: Sequence[Graded], deciding: Mapping[str, Graded]) -> int:
    """Return on how many items what decides has another kind, category or reason than signed."""
    return sum(
        row.item in deciding and _said_of(deciding[row.item]) != _said_of(row)
        for row in decisive(signed)
    )


def _said_of(row: Graded) -> tuple[str, str | None, str | None]:
    """Return what people read of an outcome; schemes name laws and files each in their own way."""
    return row.outcome.outcome, row.outcome.category, row.outcome.reason


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
