"""Golden items: answered blind after they were resolved, and compared with the resolution.

Where a batch was dealt out by lot, golden are the items that were drawn so; an answer that only
happened to come late is none. Where nothing was dealt out, golden is what the log shows to be: a
person's first verdict that lies after the adjudication.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from app.assignment.drawn import GoldenResult, Sample
from app.quality.figures import outcome_name, wilson
from app.quality.gradings import Asked, Grading, Gradings
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """One grader's golden items: how many, how many as resolved, the 95 % interval (Wilson)."""

    person: str
    items: int
    alike: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Golden:
    """The results by grader, in the order of their ids.

    Attributes:
        rows: Who answered any.
        otherwise: The items where one was answered otherwise than resolved.
        open: Golden items that were dealt out and are not answered yet.
    """

    rows: tuple[GoldenRow, ...]
    otherwise: tuple[str, ...]
    open: int = 0


class _Lots:
    """Which answers the lots speak for."""

    def __init__(self, drawn: Sample, families: Mapping[str, str]) -> None:
        self._golden = drawn.golden
        self._families = families
        self._dealt = {families.get(batch, batch) for batch in drawn.dealt}

    def cover(self, vote: Grading) -> bool:
        """Whether an answer is golden by lot, or lies in a batch that was dealt out by lot."""
        if (vote.item, vote.grader) in self._golden:
            return True
        return self._families.get(vote.batch, vote.batch) in self._dealt


def golden(
    known: Gradings,
    asked: Asked,
    drawn: Sample,
    results: tuple[GoldenResult, ...],
    families: Mapping[str, str],
) -> Golden:
    """Return how the answers to golden items compare with their resolutions.

    Args:
        known: The votes.
        asked: Which of them count; a batch is to be named by each id that it has.
        drawn: What was dealt out by lot.
        results: How the items drawn as golden came out.
        families: For each id of a batch the one that it is counted under.
    """
    given: Counter[str] = Counter()
    alike: Counter[str] = Counter()
    otherwise: dict[str, None] = {}
    lots = _Lots(drawn, families)
    for item, person, same in (*_drawn(known, asked, results), *_late(known, asked, lots)):
        given[person] += 1
        alike[person] += same
        if not same:
            otherwise[item] = None
    rows = (_row(person, given[person], alike[person]) for person in sorted(given))
    waits = sum(one.said is None and _waits(one, asked, drawn) for one in results)
    return Golden(tuple(rows), tuple(otherwise), waits)


def _drawn(
    known: Gradings, asked: Asked, results: tuple[GoldenResult, ...]
) -> Iterator[tuple[str, str, bool]]:
    for one in results:
        if one.alike is not None:
            vote = _vote(known, one.item, one.person)
            if vote is not None and asked.wants(vote):
                yield one.item, one.person, one.alike


def _vote(known: Gradings, item: str, person: str) -> Grading | None:
    return next((vote for vote in known.of(item).votes if vote.grader == person), None)


def _late(known: Gradings, asked: Asked, lots: _Lots) -> Iterator[tuple[str, str, bool]]:
    for item in known.items():
        standing = known.of(item)
        if standing.resolution is None or not standing.late:
            continue
        called_for = outcome_name(standing.resolution)
        for vote in standing.votes:
            if vote.grader in standing.late and asked.wants(vote) and not lots.cover(vote):
                yield item, vote.grader, outcome_name(vote.outcome) == called_for


def _waits(one: GoldenResult, asked: Asked, drawn: Sample) -> bool:
    """Whether an open item is asked for: it waits from when it was dealt out until today."""
    dealing = drawn.dealings.get((one.item, one.person))
    return (
        dealing is not None  # else it was dealt since the votes were read
        and (asked.graders is None or one.person in asked.graders)
        and (asked.items is None or one.item in asked.items)
        and (asked.batches is None or dealing.batch in asked.batches)
        and (asked.until is None or dealing.at < asked.until)
    )


def _row(person: str, items: int, alike: int) -> GoldenRow:
    low, high = wilson(alike / items, items)
    return GoldenRow(person, items, alike, low, high)
