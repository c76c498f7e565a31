"""Answers of several people to the same questions, side by side down the tree. Pure."""

from collections.abc import Mapping, Sequence

from grading.late_methods import dataclass
from grading.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Line:
    """One question with what each person answered.

    Attributes:
        fact: What the question asks for.
        values: One value a person, in their order; None where a person was not asked.
        parts: Whether two of those who were asked answered differently.
        first: Whether this is where the answers part first, going down the tree.
    """

    fact: str
    values: tuple[str | None, ...]
    parts: bool
    first: bool = False


def side_by_side(scheme: Scheme, stated: Sequence[Mapping[str, str]]) -> tuple[Line, ...]:
    """Return the questions that anybody was asked, in the order of the tree.

    Somebody who was not asked a question parted from the others further up, so a gap alone is
    no difference.

    Args:
        scheme: Gives the order; facts that it does not know come last, by name.
        stated: The facts of each person.
    """
    order = {question.fact: place for place, question in enumerate(scheme.questions)}
    facts = sorted({fact for one in stated for fact in one}, key=lambda f: (order.get(f, 999), f))
    lines: list[Line] = []
    parted = False
    for fact in facts:
        values = tuple(one.get(fact) for one in stated)
        parts = len({value for value in values if value is not None}) > 1
        lines.append(Line(fact, values, parts, first=parts and not parted))
        parted = parted or parts
    return tuple(lines)
