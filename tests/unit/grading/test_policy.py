"""The policy: its draft, its record, and what is refused."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.errors import PolicyError
from grading.policy import policy_fields, policy_from_fields, read_policy
from tests.unit.grading.uk_ew import ROOT

FILE = ROOT / "resources" / "policy" / "default.toml"
TEXT = FILE.read_text("utf-8")
POLICY = read_policy(FILE.read_bytes(), FILE.name)


def test_that_the_draft_has_the_figures_that_hotlines_publish() -> None:
    assert POLICY.exposure.desk_time_a_day_s == 4 * 3600
    assert POLICY.exposure.break_every_s == 3600
    assert POLICY.exposure.break_length_s == 600
    assert POLICY.exposure.notice_s == 300
    assert POLICY.exposure.viewing_ends == "16:00"
    assert POLICY.exposure.viewing_ends_min == 16 * 60
    assert POLICY.exposure.day_ends_after_s == 8 * 3600
    assert POLICY.veil.resting == 1
    assert POLICY.veil.lightest == 6
    assert (POLICY.votes.graded, POLICY.votes.trusted) == (1, 3)
    assert POLICY.votes.compared == ("outcome", "category", "reason")
    assert POLICY.second_opinion.categories == ("A",)
    assert POLICY.second_opinion.blind_first
    assert POLICY.shred.persons == 1


def test_that_the_demo_has_no_hour_at_which_viewing_ends() -> None:
    demo = POLICY.without_end_of_viewing()
    assert demo.exposure.viewing_ends is None
    assert demo.exposure.viewing_ends_min is None
    assert policy_from_fields(policy_fields(demo)) == demo


def test_that_a_policy_comes_back_from_its_record_as_it_was() -> None:
    assert policy_from_fields(json.loads(json.dumps(policy_fields(POLICY)))) == POLICY


def test_that_a_policy_signed_before_a_field_existed_stays_in_force_with_what_held_then() -> None:
    older = json.loads(json.dumps(policy_fields(POLICY)))
    del older["veil"]["sound"]
    assert policy_from_fields(older).veil.sound
    assert policy_from_fields(older) == POLICY


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for entry in value.values() for leaf in leaves(entry)]
    return (
        [leaf for entry in value for leaf in leaves(entry)] if isinstance(value, list) else [value]
    )


def test_that_a_record_of_a_policy_holds_only_what_every_reader_reads_alike() -> None:
    assert {type(leaf) for leaf in leaves(policy_fields(POLICY))} == {int, str, bool}


WRONG = [
    ("lightest = 6", "lightest = 7", "lightest must lie between 0 and 6"),
    ("lightest = 6", "lightest = 0", "resting is lighter"),
    ("resting = 1", "resting = 3", "resting must lie between 0 and 2"),
    ("resting = 1", "resting = 1.5", "resting must be a whole number"),
    ("resting = 1", "resting = true", "resting must be a whole number"),
    ("colour = true", 'colour = "yes"', "colour must be true or false"),
    ("colour = true", "color = true", "'color' is not known"),
    ('viewing_ends = "16:00"', 'viewing_ends = "24:00"', "viewing_ends must be a time"),
    ('viewing_ends = "16:00"', "viewing_ends = 16", "viewing_ends must be a text"),
    ("trusted = 3", "trusted = 0", "trusted must lie between 1 and 99"),
    ("graded = 1", "graded = 5", "trusted asks for fewer votes than graded"),
    ('"outcome", "category"', '"outcome", "Out come"', "'Out come' is no field"),
    ("random_per_thousand = 50", "random_per_thousand = 1001", "between 0 and 1000"),
    ("persons = 1", "", "persons is missing"),
    ("[shred]", "[shed]", "'shed' is not known"),
    ("version = 1", "version = 0", "version must lie between"),
]


@pytest.mark.parametrize(("old", "new", "why"), WRONG, ids=[case[2] for case in WRONG])
def test_that_a_wrong_line_of_a_policy_is_refused(old: str, new: str, why: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    with pytest.raises(PolicyError) as refused:
        read_policy(text.encode(), "policy.toml")
    assert why in refused.value.why
    if new and "trusted asks" not in why and "resting is" not in why:
        assert new in text.split("\n")[refused.value.line - 1]


def test_that_an_empty_list_of_categories_sends_none_to_a_second_opinion() -> None:
    text = TEXT.replace('categories = ["A"]', "categories = []")
    assert read_policy(text.encode(), "policy.toml").second_opinion.categories == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
PLACES = [
    (section, key)
    for section, entries in policy_fields(POLICY).items()
    if isinstance(entries, dict)
    for key in entries
]


@given(st.sampled_from(PLACES), JSON)
def test_that_a_record_with_anything_in_a_field_is_read_or_refused(
    place: tuple[str, str], value: object
) -> None:
    said: Any = copy.deepcopy(policy_fields(POLICY))
    said[place[0]][place[1]] = value
    try:
        policy = policy_from_fields(said)
    except PolicyError:
        return
    assert policy_fields(policy) == said


@given(st.dictionaries(st.text(), JSON))
def test_that_fields_that_are_no_policy_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        policy_from_fields(said)
