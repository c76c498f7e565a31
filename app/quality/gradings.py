"""The votes of a home as gradings: who stated what on which item, and what it led to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from app.collector import KEPT_AT_ONCE, let_go_bit_by_bit, set_apart
from app.pace import UNWATCHED, Watch
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voice, Voices
from grading.agreement.questions import Path
from grading.consensus import Circumstances, Said, State, consensus
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.policy import Policy

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class Grading:
    """One vote.

    ``decided_at`` is RFC 3339 as the grader's clock claims; ``group`` names the near-copies with
    which it was given.
    """

    item: str
    batch: str
    grader: str
    decided_at: str
    scheme: str
    answers: tuple[tuple[str, str], ...]
    outcome: Outcome
    group: str | None = None

    def path(self) -> Path:
        """Return the answers as agreement takes them."""
        return Path(self.item, self.grader, self.answers, self.group)


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
        random_only: Only on items of the random base share, and there neither by who was dealt
            them for a reason nor as golden items.
    """

    batches: frozenset[str] | None = None
    items: frozenset[str] | None = None
    since: str | None = None
    until: str | None = None
    graders: frozenset[str] | None = None
    scheme: str | None = None
    random_only: bool = False

    def wants(self, grading: Grading) -> bool:
        """Return whether a grading is asked for, whatever was drawn."""
        return (
            (self.batches is None or grading.batch in self.batches)
            and (self.items is None or grading.item in self.items)
            and (self.since is None or grading.decided_at >= self.since)
            and (self.until is None or grading.decided_at < self.until)
            and (self.graders is None or grading.grader in self.graders)
            and (self.scheme is None or grading.scheme == self.scheme)
        )


EVERYTHING = Asked()


def gradings(
    ws: "Workstation", asked: Asked = EVERYTHING, known: "Gradings | None" = None
) -> tuple[Grading, ...]:
    """Return the votes that are asked for, item by item, in log order; ``known`` reads them."""
    known = known or Gradings(ws)
    known.refresh()
    return tuple(one for one in known.all() if asked.wants(one))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is worked out of one item.

    Attributes:
        votes: Its gradings, in log order.
        state: As consensus has it.
        resolution: What an adjudication made of it; None where there is none.
        late: The graders whose vote came after the resolution, blind to it: golden answers.
        answered: Everybody who answered it, whether that was a vote or not.
    """

    votes: tuple[Grading, ...]
    state: State
    resolution: Outcome | None
    late: frozenset[str]
    answered: frozenset[str]


class Gradings:
    """The votes of a home: worked out once, and again only for items on which more was signed."""

    def __init__(self, ws: "Workstation", watch: Watch = UNWATCHED) -> None:
        """Read nothing yet; ``watch`` is told how far reading is where there is much to read."""
        self.voices = Voices(ws.home, watch)
        self._ws, self._watch = ws, watch
        self._circumstances = ItemCircumstances(ws)
        self._known: dict[str, tuple[object, Standing]] = {}

    def refresh(self) -> bool:
        """Take in what came since the last call; return whether that was anything."""
        self.voices.refresh()
        if self._circumstances.renewed():
            self._known.clear()
        news = {item: mark for item, mark in self._marks() if self._mark_of(item) != mark}
        self._circumstances.prepare(news)
        pace = self._watch.pace("judging", len(news))
        for count, (item, mark) in enumerate(news.items(), 1):
            known = self._circumstances.of(item)
            standing = _standing(self.voices.of(item), item, self._ws.policy, known)
            self._known[item] = (mark, standing)
            if count % KEPT_AT_ONCE == 0:
                set_apart()
                pace.reached(count)
        return bool(news)

    def forget(self) -> None:
        """Let go of all of it, bit by bit; nothing is asked after that."""
        self._watch = UNWATCHED
        self.voices.forget()
        let_go_bit_by_bit(self._known)

    def _marks(self) -> Iterator[tuple[str, object]]:
        """Yield each item with what changes when more is known of it."""
        for item in self.voices.items():
            yield item, tuple(voice.said.index for voice in self.voices.of(item))

    def _mark_of(self, item: str) -> object:
        return self._known[item][0] if item in self._known else None

    def all(self) -> Iterator[Grading]:
        """Yield every vote, item by item."""
        for _, standing in self._known.values():
            yield from standing.votes

    def of(self, item: str) -> Standing:
        """Return what is known of one item; KeyError where nothing was signed."""
        return self._known[item][1]

    def answered_by(self, items: Iterable[str]) -> frozenset[str]:
        """Return everybody who answered one of these items, whether that was a vote or not."""
        known = (self._known[item][1] for item in items if item in self._known)
        return frozenset(person for standing in known for person in standing.answered)

    def items(self) -> Iterator[str]:
        """Yield every item on which something was signed."""
        return iter(self._known)


def _standing(voices: Sequence[Voice], item: str, policy: Policy, known: Circumstances) -> Standing:
    by_record = {voice.said.record: voice for voice in voices}
    found = consensus((voice.said for voice in by_record.values()), policy, known)
    votes = tuple(_votes(found.votes, by_record, item))
    resolving = by_record[found.resolved_by].said if found.resolved_by else None
    return Standing(
        votes=votes,
        state=found.state,
        resolution=resolving.outcome if resolving else None,
        late=_late(found.votes, by_record, resolving),
        answered=frozenset(
            voice.said.person for voice in voices if voice.said.kind in ("verdict", "opinion")
        ),
    )


def _votes(records: Iterable[str], by_record: Mapping[str, Voice], item: str) -> Iterator[Grading]:
    for record in records:
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
                voice.group,
            )


def _late(
    votes: Iterable[str], by_record: Mapping[str, Voice], resolving: Said | None
) -> frozenset[str]:
    """Return whose vote lies in the log after the resolution; before it is in the log, nobody's."""
    if resolving is None or resolving.index is None:
        return frozenset()
    said = (by_record[record].said for record in votes)
    return frozenset(
        one.person for one in said if one.index is not None and one.index > resolving.index
    )
