"""Use case: what became of the items that somebody in training answered, question by question.

Nothing is told of an item before the person's own answer is signed, nor before others have graded
or resolved it: what stands here is then open to them anyway.
"""

from app.bootstrap import Workstation
from app.second_opinion.voices import Voice, Voices
from grading.comparison import side_by_side
from grading.consensus import UNPROVEN, consensus
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme


@dataclass(frozen=True, slots=True)
class AnswerBeside:
    """One question: one's own answer and the one that stands; None where it was not asked."""

    title: str
    own: str | None
    stands: str | None

    @property
    def alike(self) -> bool:
        """Whether both say the same."""
        return self.own == self.stands


@dataclass(frozen=True, slots=True)
class ItemFeedback:
    """One item that was answered, and what others came to.

    Attributes:
        item: SHA-256, hex.
        number: The how manyth of this person's answers it was, from 1.
        answered_at: RFC 3339, as claimed.
        own: What the own answers led to.
        stands: What it was graded or resolved to.
        reasons: Why, where it was resolved.
        lines: Question by question, in the order of the tree.
    """

    item: str
    number: int
    answered_at: str
    own: Outcome
    stands: Outcome
    reasons: str | None
    lines: tuple[AnswerBeside, ...]

    @property
    def alike(self) -> bool:
        """Whether both came to the same outcome."""
        return self.own == self.stands


@dataclass(frozen=True, slots=True)
class QuestionFeedback:
    """How often one question was answered as it stands: ``alike`` of ``of``."""

    title: str
    alike: int
    of: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """All of it, the newest item first; ``waiting`` counts answers that nobody else settled yet."""

    items: tuple[ItemFeedback, ...]
    questions: tuple[QuestionFeedback, ...]
    waiting: int


def feedback(ws: Workstation, scheme: Scheme, voices: Voices | None = None) -> Feedback:
    """Return what became of the items that this person answered."""
    known = voices or Voices(ws.home)
    known.refresh()
    mine = [(item, own) for item in known.items() if (own := _own(ws, known.of(item)))]
    told, waiting = [], 0
    for number, (item, own) in enumerate(sorted(mine, key=lambda one: one[1].said.seq), start=1):
        settled = _settled(ws, own, known.of(item))
        waiting += settled is None
        if settled is not None and settled.said.outcome and own.said.outcome:
            told.append(
                ItemFeedback(
                    item=item,
                    number=number,
                    answered_at=own.decided_at,
                    own=own.said.outcome,
                    stands=settled.said.outcome,
                    reasons=known.predicate(settled.said.record).get("reasons"),
                    lines=_lines(scheme, own, settled),
                )
            )
    return Feedback(tuple(reversed(told)), _by_question(scheme, told), waiting)


def is_in_training(ws: Workstation) -> bool:
    """Return whether the person's verdicts are no votes yet."""
    return UNPROVEN in ws.home.person.roles


def _own(ws: Workstation, voices: tuple[Voice, ...]) -> Voice | None:
    """Return the person's first verdict on an item that they did not take back."""
    me = ws.home.person.id
    taken_back = {
        about for one in voices if one.said.kind == "withdrawal" for about in one.said.about
    }
    mine = (
        one
        for one in voices
        if one.said.kind == "verdict"
        and one.said.person == me
        and one.said.record not in taken_back
    )
    return min(mine, key=lambda one: one.said.seq, default=None)


def _settled(ws: Workstation, own: Voice, voices: tuple[Voice, ...]) -> Voice | None:
    """Return the record that says what others settled an item to, if they have."""
    others = [one for one in voices if one.said.person != own.said.person]
    stands = consensus([one.said for one in others], ws.policy)
    wanted = stands.resolved_by
    if wanted is None and stands.state in ("graded", "trusted"):
        wanted = stands.votes[0]
    return next((one for one in others if one.said.record == wanted), None)


def _lines(scheme: Scheme, own: Voice, settled: Voice) -> tuple[AnswerBeside, ...]:
    beside = side_by_side(scheme, [own.said.facts, settled.said.facts])
    return tuple(AnswerBeside(_title(scheme, line.fact), *line.values) for line in beside)


def _by_question(scheme: Scheme, told: list[ItemFeedback]) -> tuple[QuestionFeedback, ...]:
    found: dict[str, list[int]] = {asked.title: [0, 0] for asked in scheme.questions}
    for one in told:
        for line in one.lines:
            if line.own is not None and line.stands is not None:
                counted = found.setdefault(line.title, [0, 0])
                counted[0] += line.alike
                counted[1] += 1
    return tuple(QuestionFeedback(title, alike, of) for title, (alike, of) in found.items() if of)


def _title(scheme: Scheme, fact: str) -> str:
    return next((asked.title for asked in scheme.questions if asked.fact == fact), fact)
