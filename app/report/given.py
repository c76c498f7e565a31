"""What was decided on items: every verdict and resolution here, in the order of the log."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from app.pace import UNWATCHED, Watch
from grading.late_methods import dataclass
from grading.study import Graded
from grading.verdict import Verdict, verdict_from_predicate
from storage.envelope import read_kept
from storage.home import Home
from storage.rows import StoredRecord

T = TypeVar("T")
VERDICT, ADJUDICATION, WITHDRAWAL = "verdict", "adjudication", "withdrawal"
_FEW = 5_000  # records, of which withdrawals are looked up one by one
# What a resolution need not say, and a verdict does.
_UNSAID: Mapping[str, object] = {
    "tags": [],
    "ai_basis": [],
    "confidence": None,
    "comment": None,
    "second_opinion": None,
    "supersedes": None,
    "group": None,
    "viewed": "not",
    "frames": None,
    "active_ms": 0,
    "revealed_ms": 0,
}


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as it was kept; a resolution is read as one, and says that it is."""

    record_id: str
    author: str
    keyid: str
    decided_at: str
    resolves: bool
    verdict: Verdict


def given_on(
    home: Home, items: Collection[str] | None, watch: Watch = UNWATCHED
) -> Iterator[Given]:
    """Yield what was decided on ``items`` (None: on all) in log order, then what is not logged.

    ``watch`` is told how many of these were read, and may stop it.
    """
    records = [
        record
        for kind in (VERDICT, ADJUDICATION)
        for record in _going_on(home.local.records(kind=kind), watch)
        if items is None or record.subject in items
    ]
    pace = watch.pace("reading", len(records))
    for given in _going_on(_in_order(records), watch):
        pace.more()
        yield given


def _going_on(rows: Iterable[T], watch: Watch) -> Iterator[T]:
    for row in rows:
        watch.go_on()
        yield row


def given_about(home: Home, items: Sequence[str]) -> Iterator[Given]:
    """Yield the same of few items, without reading what is about others."""
    return _in_order(row for row in home.local.about(items) if row.kind in {VERDICT, ADJUDICATION})


def _in_order(records: Iterable[StoredRecord]) -> Iterator[Given]:
    for record in sorted(records, key=_log_order):
        predicate = read_kept(record.envelope)
        yield Given(
            record_id=record.record_id,
            author=record.author,
            keyid=record.keyid,
            decided_at=str(predicate["decided_at"]),
            resolves=record.kind == ADJUDICATION,
            verdict=verdict_from_predicate({**_UNSAID, **predicate}),
        )


def as_graded(home: Home, given: Sequence[Given], files: Mapping[str, int]) -> list[Graded]:
    """Return the same as the study counts it; ``files`` says under how many names an item is."""
    fallen = _fallen(home, given)
    roster = home.roster
    return [
        Graded(
            item=one.verdict.item,
            batch=one.verdict.batch,
            files=files.get(one.verdict.item, 1),
            outcome=one.verdict.outcome,
            facts=one.verdict.facts(),
            grader=one.author,
            active_ms=one.verdict.active_ms,
            decided_at=one.decided_at,
            revealed_ms=one.verdict.revealed_ms,
            stands=one.record_id not in fallen and not _in_training(roster.role_of(one.keyid)),
            resolves=one.resolves,
        )
        for one in given
    ]


def _log_order(record: StoredRecord) -> tuple[bool, int]:
    if record.log_index is None:
        return True, record.position
    return False, record.log_index


def _fallen(home: Home, given: Sequence[Given]) -> set[str]:
    """Return the ids of what its own author superseded or withdrew."""
    author = {one.record_id: one.author for one in given}
    fallen = {
        one.verdict.supersedes
        for one in given
        if one.verdict.supersedes and author.get(one.verdict.supersedes) == one.author
    }
    few = len(author) <= _FEW
    local = home.local
    withdrawn = local.about([*author], kind=WITHDRAWAL) if few else local.records(kind=WITHDRAWAL)
    for record in withdrawn:
        if author.get(record.subject) == record.author:
            fallen.add(record.subject)
    return fallen


def _in_training(roles: Sequence[str]) -> bool:
    return "trainee" in roles and not {"analyst", "supervisor", "qa"} & set(roles)
