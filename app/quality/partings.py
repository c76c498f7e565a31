"""Items whose graders part, the first point of parting first, and the items behind a number.

Whoever decides second opinions answers before seeing what others answered. So an item that still
waits for that is counted here, and named to such a person only once they answered it themselves.
"""

from collections.abc import Iterable, Mapping, Sequence

from app.quality.figures import by_item
from app.quality.gradings import Grading, Gradings
from grading.agreement.questions import first_parting
from grading.consensus import WAITS
from grading.late_methods import dataclass
from grading.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Answer:
    """What one grader made of an item: person, answer to the question of parting, outcome."""

    person: str
    answer: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item on a list.

    Attributes:
        item: SHA-256, hex.
        batch: Where it was graded first.
        fact: The question at which its graders first part; None where their walks are alike.
        title: Of that question, as the scheme asks it; empty without.
        answers: What each made of it.
        last_at: When it was last graded, RFC 3339.
        resolved: What a supervisor made of it, in words; empty where nobody did.
    """

    item: str
    batch: str
    fact: str | None
    title: str
    answers: tuple[Answer, ...]
    last_at: str
    resolved: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Items that may be named, and how many wait for the reader's own blind answer first."""

    rows: tuple[ItemRow, ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their id, and whether they decide second opinions and so answer blind first."""

    person: str
    decides_blind: bool


def partings(
    gradings: Sequence[Grading], scheme: Scheme, known: Gradings, reader: Reader
) -> Listed:
    """Return the items whose graders part, by the first question at which they do."""
    votes = by_item(gradings)
    apart = [item for item, found in votes.items() if _parted(found)]
    return listed(apart, votes, scheme, known=known, reader=reader)


def listed(
    items: Iterable[str],
    votes: Mapping[str, Sequence[Grading]],
    scheme: Scheme,
    *,
    known: Gradings,
    reader: Reader,
) -> Listed:
    """Return items as rows, in the order of the questions at which they part, newest first."""
    named, withheld = [], 0
    for item in items:
        if is_withheld(item, known, reader):
            withheld += 1
        else:
            named.append(_row(item, votes[item], scheme, known))
    order = {question.fact: place for place, question in enumerate(scheme.questions)}
    named.sort(key=lambda row: row.last_at, reverse=True)
    named.sort(key=lambda row: order.get(row.fact or "", len(order)))
    return Listed(tuple(named), withheld)


def is_withheld(item: str, known: Gradings, reader: Reader) -> bool:
    """Whether an item waits for the reader's own blind answer: what others said is not counted."""
    if not reader.decides_blind:
        return False
    standing = known.of(item)
    return standing.state in WAITS and reader.person not in standing.answered


def _parted(found: Sequence[Grading]) -> bool:
    return len(found) > 1 and first_parting([one.answers for one in found]) is not None


def _row(item: str, found: Sequence[Grading], scheme: Scheme, known: Gradings) -> ItemRow:
    fact = first_parting([one.answers for one in found]) if len(found) > 1 else None
    question = next((one for one in scheme.questions if one.fact == fact), None)
    labels = {choice.value: choice.label for choice in question.choices} if question else {}
    answers = tuple(
        Answer(
            one.grader,
            labels.get(dict(one.answers).get(fact or "", ""), ""),
            scheme.words(one.outcome),
        )
        for one in found
    )
    resolution = known.of(item).resolution
    return ItemRow(
        item=item,
        batch=found[0].batch,
        fact=fact,
        title=question.title if question else "",
        answers=answers,
        last_at=max(one.decided_at for one in found),
        resolved=scheme.words(resolution) if resolution else "",
    )
