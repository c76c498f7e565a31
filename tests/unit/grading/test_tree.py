"""Walking a scheme: forward, back, and from facts stated for another scheme."""

import pytest

from grading.errors import RefusedFactsError, UnknownChoiceError, UnknownFactError
from grading.facts import Answer
from grading.outcome import Outcome
from grading.scheme import Question, read_scheme
from grading.tree import Asking, Decided, State, advance, back, derive, settle, start, walk
from tests.unit.grading.uk_ew import SCHEME_FILE, every_end, uk_ew

SCHEME = uk_ew()
OFF_REMIT = {"person": "off-remit", "ai": "suspected"}


def walked(*values: str) -> State:
    state: State = start(SCHEME)
    for value in values:
        assert isinstance(state, Asking)
        state = advance(state, value, 1200)
    return state


def test_that_an_answer_leads_to_the_next_question_and_leaves_the_state_as_it_was() -> None:
    first = start(SCHEME)
    second = advance(first, "child", 900)
    assert isinstance(second, Asking)
    assert second.question.fact == "appears_photograph"
    assert second.answers == (Answer("person", "child", 900),)
    assert first == start(SCHEME)


def test_that_the_last_answer_decides() -> None:
    end = walked("off-remit", "suspected")
    assert isinstance(end, Decided)
    assert end.outcome.reason == "Off Remit"
    assert [answer.ms for answer in end.answers] == [1200, 1200]


def test_that_a_value_which_is_no_choice_is_refused() -> None:
    with pytest.raises(UnknownChoiceError, match="'adult' is no choice of person"):
        advance(start(SCHEME), "adult")


def test_that_going_back_takes_away_the_last_answer() -> None:
    assert back(walked("child", "yes")) == walked("child")
    assert back(walked("off-remit", "suspected")) == walked("off-remit")


def test_that_going_back_at_the_first_question_changes_nothing() -> None:
    assert back(start(SCHEME)) == start(SCHEME)


def test_that_going_back_to_a_crumb_keeps_the_answers_before_it() -> None:
    end = walked("child", "yes", "A", "7-10", "both", "suspected")
    for kept in range(6):
        state = back(end, kept)
        assert state.answers == end.answers[:kept]
        assert state.question.fact == end.answers[kept].fact


def test_that_going_back_from_every_end_leads_to_the_beginning() -> None:
    for end in every_end(SCHEME):
        state = back(end)
        for _ in range(len(end.answers) - 1):
            state = back(state)
        assert state == start(SCHEME)


@pytest.mark.parametrize("to", [-1, 3])
def test_that_one_cannot_go_back_to_what_was_not_answered(to: int) -> None:
    with pytest.raises(ValueError, match="cannot keep"):
        back(walked("child", "yes"), to)


def test_that_keeping_all_answers_of_an_end_is_no_way_back() -> None:
    with pytest.raises(ValueError, match="cannot keep 2 of 2"):
        back(walked("off-remit", "suspected"), 2)


def test_that_facts_come_out_in_the_order_asked_without_times() -> None:
    answers = walk(SCHEME, {"ai": "suspected", "person": "off-remit"})
    assert answers == (Answer("person", "off-remit"), Answer("ai", "suspected"))
    assert settle(SCHEME, OFF_REMIT).outcome.reason == "Off Remit"


def test_that_facts_with_a_gap_are_refused_by_the_name_of_the_first_missing() -> None:
    with pytest.raises(RefusedFactsError, match="ai is not stated"):
        walk(SCHEME, {"person": "off-remit"})


def test_that_facts_of_another_scheme_are_left_aside_when_deriving() -> None:
    derived = derive(SCHEME, {**OFF_REMIT, "region_focus": "yes", "severity": "A"})
    assert isinstance(derived, Outcome)
    assert derived.reason == "Off Remit"


def test_that_deriving_names_the_question_that_nobody_answered() -> None:
    missing = derive(SCHEME, {"person": "child", "appears_photograph": "yes", "ai": "edited"})
    assert isinstance(missing, Question)
    assert missing.fact == "severity"
    misread = derive(SCHEME, {"person": "toddler", "ai": "edited"})
    assert isinstance(misread, Question)
    assert misread.fact == "person"


def test_that_a_scheme_says_which_facts_it_asks_for() -> None:
    assert SCHEME.has("sex")
    assert not SCHEME.has("region_focus")
    with pytest.raises(UnknownFactError, match=r"uk-ew@2026\.1 asks for no fact 'region_focus'"):
        SCHEME.question("region_focus")


def test_that_equal_bytes_give_equal_schemes_and_other_bytes_do_not() -> None:
    data = SCHEME_FILE.read_bytes()
    assert read_scheme(data, "a.toml") == read_scheme(data, "b.toml") == SCHEME
    assert hash(read_scheme(data, "a.toml")) == hash(SCHEME)
    assert read_scheme(data + b"# changed\n", "a.toml") != SCHEME
