"""Which gradings were drawn, and how golden items came out: what Quality asks of the lots.

Only who reads everything has the records that say so; at any other desk all of it is empty.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from app.second_opinion.voices import Voice, Voices
from grading.consensus import READS_ALL, Consensus, consensus, parted_in
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.policy import Policy
from storage.envelope import open_envelope
from storage.home import Home

Share = Literal["first", "base", "extra", "golden"]
_SHARES = ("base", "extra", "golden")


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """A resolved item that came again: what it was resolved to, and what the grader said.

    Attributes:
        item: SHA-256, hex.
        person: Who was dealt it.
        resolved: What it was resolved to.
        said: What they answered; None while they have not.
        parts: Compared fields in which the two differ; empty where they are alike.
        decided_at: When they answered, RFC 3339 as claimed; None while they have not.
    """

    item: str
    person: str
    resolved: Outcome
    said: Outcome | None
    parts: tuple[str, ...]
    decided_at: str | None

    @property
    def alike(self) -> bool | None:
        """Whether they came to the same; None while they have not answered."""
        return None if self.said is None else not self.parts


@dataclass(frozen=True, slots=True)
class Dealing:
    """In which batch something was drawn, and when, RFC 3339 as claimed."""

    batch: str
    at: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Which gradings are of which share, by item and person, and where they were drawn.

    The unbiased estimate of agreement is made of the items in ``base_items`` alone.
    """

    base: frozenset[tuple[str, str]]
    extra: Mapping[tuple[str, str], tuple[str, ...]]
    golden: frozenset[tuple[str, str]]
    dealings: Mapping[tuple[str, str], Dealing]
    dealt: frozenset[str]  # the batches that were dealt out by lot, whatever was drawn of them

    @property
    def base_items(self) -> frozenset[str]:
        """Items of the random base share."""
        return frozenset(item for item, _ in self.base)

    def share_of(self, item: str, person: str) -> Share:
        """Return of which share a person's grading of an item is."""
        if (item, person) in self.golden:
            return "golden"
        if (item, person) in self.base:
            return "base"
        return "extra" if (item, person) in self.extra else "first"


def sample(home: Home) -> Sample:
    """Return everything that was drawn, by what is known here."""
    draws = list(_draws(home))
    return Sample(
        frozenset(_pair(one) for said in draws for one in said["base"]),
        {_pair(one): tuple(one["why"]) for said in draws for one in said["extra"]},
        frozenset(_pair(one) for said in draws for one in said["golden"]),
        {
            _pair(one): Dealing(str(said["batch"]), str(said["decided_at"]))
            for said in draws
            for share in _SHARES
            for one in said[share]
        },
        frozenset(str(said["batch"]) for said in draws),
    )


def golden_results(home: Home, voices: Voices, policy: Policy) -> tuple[GoldenResult, ...]:
    """Return how golden items came out, in the order of their items; those still open too."""
    voices.refresh()
    found = []
    for item, person in sorted(sample(home).golden):
        said = voices.of(item)
        stands = consensus([voice.said for voice in said], policy)
        resolution = _resolution(said, stands)
        if resolution is None or resolution.said.outcome is None:
            continue  # the resolution was taken back meanwhile
        own = _first_verdict(said, person)
        parts = parted_in(own.said, resolution.said, policy.votes.compared) if own else ()
        found.append(
            GoldenResult(
                item,
                person,
                resolution.said.outcome,
                own.said.outcome if own else None,
                parts,
                own.decided_at if own else None,
            )
        )
    return tuple(found)


def _draws(home: Home) -> Iterator[Mapping[str, Any]]:
    if READS_ALL.isdisjoint(home.person.roles):
        return  # in an embedded store the records are here, and are shown to nobody who grades
    for row in home.local.records(kind="draw"):
        yield open_envelope(row.envelope).predicate


def _pair(drawn: Mapping[str, Any]) -> tuple[str, str]:
    return str(drawn["item"]), str(drawn["person"])


def _resolution(said: tuple[Voice, ...], stands: Consensus) -> Voice | None:
    return next((one for one in said if one.said.record == stands.resolved_by), None)


def _first_verdict(said: tuple[Voice, ...], person: str) -> Voice | None:
    mine = [one for one in said if one.said.kind == "verdict" and one.said.person == person]
    return min(mine, key=lambda one: one.said.seq, default=None)
