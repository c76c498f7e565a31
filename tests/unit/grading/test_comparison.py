"""Answers side by side: the order of the tree, and where they part first."""

import random

from grading.comparison import side_by_side
from grading.scheme import read_scheme
from grading.tree import Asking, advance, start
from tests.unit.grading.uk_ew import SCHEME_FILE

SCHEME = read_scheme(SCHEME_FILE.read_bytes(), SCHEME_FILE.name)


def walked(draw: random.Random) -> dict[str, str]:
    """The facts of one walk to an end, drawn."""
    state = start(SCHEME)
    while isinstance(state, Asking):
        state = advance(state, draw.choice(state.question.choices).value)
    return {answer.fact: answer.value for answer in state.answers}


def test_that_the_first_parting_is_where_two_walks_leave_each_other(dice: random.Random) -> None:
    for _ in range(300):
        one, other = walked(dice), walked(dice)
        lines = side_by_side(SCHEME, [one, other])
        firsts = [line.fact for line in lines if line.first]
        differ = [fact for fact in one if fact in other and one[fact] != other[fact]]
        assert firsts == differ[:1]
        assert {line.fact for line in lines if line.parts} == set(differ)
        # up to the parting both were asked the same
        for line in lines:
            if line.first:
                break
            assert None not in line.values


def test_that_alike_answers_part_nowhere(dice: random.Random) -> None:
    facts = walked(dice)
    lines = side_by_side(SCHEME, [facts, facts, facts])
    assert [line.fact for line in lines] == list(facts)
    assert not any(line.parts or line.first for line in lines)


def test_that_a_question_only_one_was_asked_is_a_gap_and_no_parting() -> None:
    asked = SCHEME.questions[0]
    one = {asked.fact: asked.choices[0].value}
    more = {**one, "ai": "generated"}
    (first, last) = side_by_side(SCHEME, [one, more])
    assert (first.parts, last.parts) == (False, False)
    assert last.values == (None, "generated")
