"""Golden items: answered blind after they were resolved, and compared with the resolution.

A golden item is known by the log alone: a person's first verdict on it lies after the adjudication
that resolved it. Who mixes such items into a worklist, and how, is no matter here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.quality.figures import outcome_name, wilson
from app.quality.gradings import Asked, Gradings


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
    """The results by grader, in the order of their ids, and the items where one was otherwise."""

    rows: tuple[GoldenRow, ...]
    otherwise: tuple[str, ...]


def golden(known: Gradings, asked: Asked) -> Golden:
    """Return how the answers to golden items compare with their resolutions."""
    given: Counter[str] = Counter()
    alike: Counter[str] = Counter()
    otherwise: dict[str, None] = {}
    for item, person, same in _answers(known, asked):
        given[person] += 1
        alike[person] += same
        if not same:
            otherwise[item] = None
    rows = (_row(person, given[person], alike[person]) for person in sorted(given))
    return Golden(tuple(rows), tuple(otherwise))


def _answers(known: Gradings, asked: Asked) -> Iterable[tuple[str, str, bool]]:
    for item in known.items():
        standing = known.of(item)
        if standing.resolution is None or not standing.late:
            continue
        called_for = outcome_name(standing.resolution)
        for vote in standing.votes:
            if vote.grader in standing.late and asked.wants(vote):
                yield item, vote.grader, outcome_name(vote.outcome) == called_for


def _row(person: str, items: int, alike: int) -> GoldenRow:
    low, high = wilson(alike / items, items)
    return GoldenRow(person, items, alike, low, high)
