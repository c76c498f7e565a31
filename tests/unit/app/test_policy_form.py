"""The policy field by field: what a person types is what is proposed, or is refused in words."""

import random
import re
from dataclasses import replace

import pytest

from app.errors import PolicyChangeError
from app.messages import sentence
from app.policies import default_policy
from app.policy_form import policy_lines, with_field
from app.policy_words import (
    changes_in_words,
    field_sentence,
    field_title,
    value_from_words,
    value_in_words,
)
from app.sentences import speak
from app.texts import read_texts
from grading.policy import policy_ranges


def test_that_every_field_has_a_title_a_sentence_and_its_range() -> None:
    policy, texts = default_policy(), read_texts()
    for line in policy_lines(policy, policy):
        assert field_title(texts, line.name)
        assert field_sentence(texts, line.name).endswith(".")
        assert line.allowed
        assert not line.changed


def test_that_what_is_shown_of_a_field_can_be_typed_and_changes_nothing() -> None:
    policy = default_policy()
    for line in policy_lines(policy, policy):
        assert with_field(policy, line.name, line.in_force) == policy


def test_that_both_ends_of_a_range_are_taken_and_what_lies_beyond_is_refused() -> None:
    policy = default_policy()
    policy = replace(policy, votes=replace(policy.votes, trusted=99))
    for name, (least, most) in policy_ranges(policy).items():
        if name == "version":
            continue
        for end in (least, most):
            if (name, end) not in {("veil.lightest", 0), ("votes.trusted", 1)}:  # bound by another
                with_field(policy, name, str(end))
        with pytest.raises(PolicyChangeError, match="must lie between"):
            with_field(policy, name, str(most + 1))


@pytest.mark.parametrize(
    ("name", "typed", "seconds"),
    [
        ("exposure.desk_time_a_day_s", "3 h 30 min", 12_600),
        ("exposure.break_every_s", "90 min", 5400),
        ("queue.hold_escalates_after_s", "2 d", 172_800),
        ("veil.reveil_after_s", "45", 45),
    ],
)
def test_that_a_time_is_typed_with_its_units(name: str, typed: str, seconds: int) -> None:
    section, _, key = name.partition(".")
    assert getattr(getattr(with_field(default_policy(), name, typed), section), key) == seconds


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("veil.colour", "perhaps"),
        ("votes.graded", "two"),
        ("votes.graded", ""),
        ("votes.graded", "4"),  # more than trusted asks for
        ("exposure.break_every_s", "an hour"),
        ("exposure.break_every_s", ""),
        ("exposure.viewing_ends", "25:00"),
        ("votes.compared", ""),
        ("votes.nonsense", "1"),
        ("version", "9"),
    ],
)
def test_that_what_a_field_cannot_be_is_refused_in_a_sentence(name: str, typed: str) -> None:
    with pytest.raises(PolicyChangeError) as refused:
        with_field(default_policy(), name, typed)
    assert str(refused.value).endswith(".")


def test_that_a_refusal_names_the_word_for_none_that_the_form_takes() -> None:
    german = read_texts("de")
    speak(german)
    try:
        with pytest.raises(PolicyChangeError) as refused:
            with_field(default_policy(), "exposure.viewing_ends", "25:00")
        said = sentence(refused.value)
    finally:
        speak(read_texts())
    word = re.search(r'oder "(\w+)"', said)
    assert word is not None, said
    assert value_from_words(german, word[1]) == "none"
    assert value_in_words(german, "none") == word[1]


def test_that_a_change_is_told_in_plain_words(dice: random.Random) -> None:
    policy, share = default_policy(), dice.randrange(60, 900)
    other = with_field(policy, "sampling.second_per_thousand", str(share))
    other = with_field(other, "exposure.break_every_s", "45 min")
    assert changes_in_words(read_texts(), policy, other) == (
        "Break after: 45 min instead of 1 h.",
        f"Graded twice: base share: {share} instead of 50.",
    )
