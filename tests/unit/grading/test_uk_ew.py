"""The scheme of England and Wales: every path, every refusal, every word of its lists."""

import itertools
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.errors import RefusedFactsError
from grading.outcome import Outcome
from grading.scheme import Question
from grading.tree import advance, decide, start, walk
from tests.unit.grading.uk_ew import (
    FACTS,
    REASONS,
    ROOT,
    every_end,
    facts_of,
    newest_uk_ew,
    second_derivation,
)

SCHEME = newest_uk_ew()
GIVEN = json.loads((ROOT / "tests" / "vectors" / "scheme_given.json").read_text("utf-8"))
DERIVED = {frozenset(facts.items()): outcome for facts, outcome in second_derivation()}
ENDS = list(every_end(SCHEME))


def outcome_of(facts: dict[str, str]) -> dict[str, object]:
    following = decide(SCHEME, facts)
    assert isinstance(following, Outcome)
    return following.as_json()


@pytest.mark.parametrize("case", GIVEN, ids=lambda case: "-".join(case["facts"].values()))
def test_that_the_given_facts_have_the_given_outcome(case: dict[str, dict[str, str]]) -> None:
    assert outcome_of(case["facts"]) == case["expected"]


def test_that_each_outcome_lists_its_keys_in_the_one_order() -> None:
    order = ["outcome", "law", "category", "reason", "actionable", "lea"]
    assert all(list(end.outcome.as_json()) == order for end in ENDS)


def test_that_the_paths_are_those_of_the_second_derivation_and_no_others() -> None:
    walked = {frozenset(facts_of(end).items()) for end in ENDS}
    assert walked == set(DERIVED), "the scheme and _leaves in uk_ew.py do not have the same paths"
    assert len(ENDS) == len(walked) == 364


def test_that_both_derivations_agree_on_every_path() -> None:
    for facts, outcome in second_derivation():
        assert outcome_of(facts) == outcome


def test_that_walking_by_keys_and_deciding_from_facts_agree_on_every_path() -> None:
    shuffled = random.Random(2026)  # noqa: S311 - a test, no secret
    for end in ENDS:
        stated = list(facts_of(end).items())
        shuffled.shuffle(stated)
        assert decide(SCHEME, dict(stated)) == end.outcome
        assert walk(SCHEME, dict(stated)) == end.answers


def test_that_every_beginning_of_a_path_is_answered_with_the_next_question() -> None:
    for end in ENDS:
        state = start(SCHEME)
        for answer in end.answers:
            facts = facts_of(state)
            assert decide(SCHEME, facts) == state.question
            assert state.question.fact == answer.fact
            following = advance(state, answer.value)
            if not hasattr(following, "question"):
                break
            state = following


def test_that_a_fact_which_the_path_never_asks_for_is_refused() -> None:
    for end in ENDS:
        facts = facts_of(end)
        for fact, values in FACTS.items():
            if fact in facts:
                continue
            for value in values:
                with pytest.raises(RefusedFactsError, match=fact):
                    decide(SCHEME, {**facts, fact: value})


def test_that_a_category_is_refused_on_an_item_off_remit_before_the_last_answer_too() -> None:
    with pytest.raises(RefusedFactsError, match="severity"):
        decide(SCHEME, {"person": "off-remit", "severity": "A"})


def test_that_a_later_fact_may_be_stated_before_an_earlier_one() -> None:
    following = decide(SCHEME, {"person": "child", "severity": "A", "ai": "suspected"})
    assert isinstance(following, Question)
    assert following.fact == "appears_photograph"


def test_that_two_later_facts_which_no_one_path_asks_for_are_refused() -> None:
    with pytest.raises(RefusedFactsError, match="severity"):
        decide(SCHEME, {"person": "child", "severity": "A", "pornographic": "yes"})


@given(
    st.dictionaries(
        st.sampled_from(sorted(FACTS)),
        st.sampled_from(sorted({value for values in FACTS.values() for value in values})),
    )
)
def test_that_facts_are_refused_exactly_if_no_path_holds_them(facts: dict[str, str]) -> None:
    stated = set(facts.items())
    on_a_path = any(stated <= path for path in DERIVED)
    if not on_a_path:
        with pytest.raises(RefusedFactsError):
            decide(SCHEME, facts)
        return
    following = decide(SCHEME, facts)
    if isinstance(following, Outcome):
        assert following.as_json() == DERIVED[frozenset(stated)]
    else:
        assert following.fact not in facts


@given(st.dictionaries(st.text() | st.sampled_from(sorted(FACTS)), st.none() | st.text()))
def test_that_facts_of_any_spelling_are_decided_or_refused(facts: dict[str, str]) -> None:
    why = ""
    try:
        decide(SCHEME, facts)
    except RefusedFactsError as error:
        why = error.why
    else:
        assert set(facts) <= set(FACTS)
    assert "\n" not in why


@pytest.mark.parametrize("value", [None, 1, True, 1.5, ["child"], {"a": "b"}])
def test_that_a_value_that_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(RefusedFactsError, match="person must be a text"):
        decide(SCHEME, {"person": value})  # type: ignore[dict-item]  # as it comes from outside


def test_that_ai_is_asked_last_on_every_path_and_changes_nothing() -> None:
    for end in ENDS:
        assert end.answers[-1].fact == "ai"
    by_rest = itertools.groupby(
        sorted(ENDS, key=lambda end: str(end.answers[:-1])), key=lambda end: end.answers[:-1]
    )
    for _, ends in by_rest:
        found = list(ends)
        assert len(found) == 4
        assert len({end.outcome for end in found}) == 1


def test_that_no_discounted_item_is_asked_for_age_or_sex() -> None:
    for end in ENDS:
        asked = facts_of(end)
        if end.outcome.outcome != "criminal-indecent-photograph":
            assert "age_band" not in asked
            assert "sex" not in asked


def test_that_questions_choices_and_lists_are_spelt_as_described() -> None:
    spelt = {q.fact: tuple(choice.value for choice in q.choices) for q in SCHEME.questions}
    assert spelt == dict(FACTS)
    assert SCHEME.reasons == REASONS
    assert [tag.value for tag in SCHEME.tags] == [
        "self-generated",
        "known-victim-likeness",
        "public-figure-likeness",
        "virtual-character",
        "de-aged",
        "nudified",
        "deepfake",
        "shallowfake",
        "anatomically-impossible",
        "commercial-preview",
        "grid",
        "watermark",
        "series",
    ]
    assert [basis.value for basis in SCHEME.bases] == [
        "visible-artefacts",
        "declared-metadata",
        "source-says-so",
        "known-generator",
        "series",
        "known-record",
    ]
    assert [option.value for option in SCHEME.confidences] == ["sure", "fairly-sure", "not-sure"]
    assert SCHEME.never_alone == (("source-says-so", "generated"),)


def test_that_the_choices_of_a_question_stand_on_the_keys_from_one_on() -> None:
    for question in SCHEME.questions:
        keys = [choice.key for choice in question.choices]
        assert keys == [str(number) for number in range(1, len(keys) + 1)]


def test_that_guidance_fits_beside_the_question() -> None:
    for question in SCHEME.questions:
        assert 0 < len(question.guidance) <= 450, question.fact
        assert len(question.title) <= 48, question.fact
        assert all(len(choice.hint) <= 72 for choice in question.choices), question.fact


def test_that_the_law_is_quoted_where_it_decides() -> None:
    quoted = {
        source.cite: source.quote
        for question in SCHEME.questions
        for source in question.sources
        if source.quote
    }
    pseudo = quoted["Protection of Children Act 1978 s.7(7)"]
    assert "whether made by computer-graphics or otherwise howsoever" in pseudo
    assert "predominant impression" in quoted["Protection of Children Act 1978 s.7(8)"]
    assert "under the age of 18" in quoted["Protection of Children Act 1978 s.7(6)"]
    assert "sexual arousal" in quoted["Coroners and Justice Act 2009 s.62(3)"]
    assert "subsection (7)" in quoted["Coroners and Justice Act 2009 s.62(6)"]
    assert "obscene character" in quoted["Coroners and Justice Act 2009 s.62(2)(c)"]
    assert "predominant impression" in quoted["Coroners and Justice Act 2009 s.65(6)"]
    assert (
        "categories A or B"
        in quoted["Sentencing Council, indecent photographs of children: category C"]
    )


def test_that_every_outcome_has_words_of_its_own() -> None:
    words = [SCHEME.words(leaf.outcome) for leaf in SCHEME.leaves]
    assert len(set(words)) == len(SCHEME.leaves) == 13
