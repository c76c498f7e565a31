"""The votes of a home as gradings: who stated what on which item, and what it led to."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.second_opinion.voices import Voice, Voices
from grading.agreement.questions import Path
from grading.consensus import consensus
from grading.outcome import Outcome
from grading.policy import Policy


@dataclass(frozen=True, slots=True)
class Grading:
    """One vote. ``decided_at`` is RFC 3339 as the grader's clock claims."""

    item: str
    batch: str
    grader: str
    decided_at: str
    scheme: str
    answers: tuple[tuple[str, str], ...]
    outcome: Outcome

    def path(self) -> Path:
        """Return the answers as agreement takes them."""
        return Path(self.item, self.grader, self.answers)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which gradings a question is about; None leaves a side open.

    Attributes:
        batches: Graded in one of these.
        items: On one of these, in whatever batch: an item's votes span batches.
        since: Decided at or after, RFC 3339.
        until: Decided before, RFC 3339.
        graders: By one of these persons.
        scheme: Under this scheme, such as ``uk-ew@2026.1``.
    """

    batches: frozenset[str] | None = None
    items: frozenset[str] | None = None
    since: str | None = None
    until: str | None = None
    graders: frozenset[str] | None = None
    scheme: str | None = None

    def wants(self, grading: Grading) -> bool:
        """Return whether a grading is asked for."""
        return (
            (self.batches is None or grading.batch in self.batches)
            and (self.items is None or grading.item in self.items)
            and (self.since is None or grading.decided_at >= self.since)
            and (self.until is None or grading.decided_at < self.until)
            and (self.graders is None or grading.grader in self.graders)
            and (self.scheme is None or grading.scheme == self.scheme)
        )


EVERYTHING = Asked()


def gradings(voices: Voices, policy: Policy, asked: Asked = EVERYTHING) -> tuple[Grading, ...]:
    """Return the votes that are asked for, item by item, in log order."""
    voices.refresh()
    found = (one for item in voices.items() for one in _of_item(voices.of(item), item, policy))
    return tuple(one for one in found if asked.wants(one))


def _of_item(voices: Iterable[Voice], item: str, policy: Policy) -> Iterable[Grading]:
    by_record = {voice.said.record: voice for voice in voices}
    for record in consensus((voice.said for voice in by_record.values()), policy).votes:
        voice = by_record[record]
        said, outcome = voice.said, voice.said.outcome
        if outcome is not None and voice.scheme is not None:
            yield Grading(
                item,
                voice.batch or "",
                said.person,
                voice.decided_at,
                voice.scheme,
                tuple(said.facts.items()),
                outcome,
            )
