"""Verdicts: what is signed of them, and what is refused."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.errors import InvalidVerdictError
from grading.facts import Answer
from grading.outcome import Outcome
from grading.tree import settle
from grading.verdict import (
    INTEGER_MAX,
    LIST_MAX,
    TEXT_MAX_CHARS,
    Frames,
    SecondOpinion,
    Verdict,
    Worst,
    check_verdict,
    predicate_fields,
    verdict_from_predicate,
)
from tests.unit.grading.uk_ew import every_end, uk_ew

SCHEME = uk_ew()
ITEM, BATCH, RECORD = "a" * 64, "b" * 64, "c" * 64
FACTS = {"person": "known-adult", "appears_photograph": "no", "ai": "generated"}


def verdict(**changes: Any) -> Verdict:
    settled = settle(SCHEME, FACTS)
    plain = Verdict(
        item=ITEM,
        batch=BATCH,
        scheme_id=SCHEME.id,
        scheme_version=SCHEME.version,
        scheme_sha256=SCHEME.sha256,
        answers=settled.answers,
        outcome=settled.outcome,
    )
    return replace(plain, **changes)


FULL = verdict(
    answers=tuple(Answer(fact, value, 1200) for fact, value in FACTS.items()),
    tags=("grid", "series"),
    series="Orchard",
    ai_basis=("source-says-so", "visible-artefacts"),
    confidence="fairly-sure",
    comment="A drawing of an orchard.\nTwo panels.",
    second_opinion=SecondOpinion("person", "Who stands behind the tree?"),
    supersedes=RECORD,
    group="g-7",
    viewed="group",
    frames=Frames(3, 24),
    worst=Worst(17, 41_080),
    active_ms=28_400,
    revealed_ms=900,
)


@pytest.mark.parametrize("kept", [verdict(), FULL], ids=["plain", "full"])
def test_that_a_verdict_comes_back_from_its_record_as_it_was(kept: Verdict) -> None:
    check_verdict(kept, SCHEME)
    said = json.loads(json.dumps(predicate_fields(kept)))
    assert verdict_from_predicate(said) == kept


def test_that_every_end_of_the_tree_makes_a_verdict_that_stands() -> None:
    for end in every_end(SCHEME):
        check_verdict(verdict(answers=end.answers, outcome=end.outcome), SCHEME)


def test_that_a_record_states_what_the_description_lists() -> None:
    said = predicate_fields(FULL)
    assert said["scheme"] == {"id": "uk-ew", "version": SCHEME.version, "sha256": SCHEME.sha256}
    facts = said["facts"]
    assert isinstance(facts, list)
    assert facts[0] == {"fact": "person", "value": "known-adult", "ms": 1200}
    assert said["outcome"] == FULL.outcome.as_json()
    assert said["frames"] == {"seen": 3, "of": 24}
    assert said["worst"] == {"frame": 17, "ms": 41_080}
    assert said["second_opinion"] == {"question": "person", "line": "Who stands behind the tree?"}


def test_that_what_every_record_has_is_left_aside() -> None:
    said = {**predicate_fields(FULL), "kind": "verdict", "seq": 7, "nonce": "00"}
    assert verdict_from_predicate(said) == FULL


OTHER = Outcome("discounted", None, None, "Off Remit", False, "non-illegal")
UNBORNE = [
    ({"scheme_version": "2025.1"}, "not given under uk-ew@2026.1"),
    ({"scheme_sha256": "0" * 64}, "not given under"),
    ({"outcome": OTHER}, "do not give the stated outcome"),
    ({"answers": FULL.answers[:2]}, "ai is not stated"),
    ({"answers": FULL.answers[::-1]}, "in the order in which they are asked"),
    ({"answers": (*FULL.answers, FULL.answers[0])}, "stated twice"),
    ({"answers": (*FULL.answers, Answer("sex", "both"))}, "sex cannot be asked"),
    ({"tags": ("apple",)}, "knows no tag 'apple'"),
    ({"tags": ("grid", "grid")}, "a tag is given twice"),
    ({"ai_basis": ("gut",)}, "knows no basis 'gut'"),
    ({"confidence": "certain"}, "knows no confidence 'certain'"),
    ({"tags": ("series",)}, "go together"),
    ({"series": "Orchard"}, "go together"),
    ({"second_opinion": SecondOpinion("colour", "?")}, "asks no question 'colour'"),
    ({"ai_basis": ("source-says-so",)}, "“Source says so” alone does not support “Generated”"),
]


@pytest.mark.parametrize(("changes", "why"), UNBORNE, ids=[case[1] for case in UNBORNE])
def test_that_a_verdict_its_scheme_does_not_bear_out_is_refused(
    changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(InvalidVerdictError) as refused:
        check_verdict(verdict(**changes), SCHEME)
    assert why in refused.value.why


@pytest.mark.parametrize("tag", ["suspected", "edited", "no-sign-seen"])
def test_that_the_word_of_a_source_alone_can_support_another_tag(tag: str) -> None:
    settled = settle(SCHEME, {**FACTS, "ai": tag})
    check_verdict(verdict(answers=settled.answers, ai_basis=("source-says-so",)), SCHEME)


def test_that_no_basis_at_all_is_asked_for() -> None:
    check_verdict(verdict(), SCHEME)


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    said: Any = copy.deepcopy(predicate_fields(FULL))
    at = said
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    whole: dict[str, Any] = said
    return whole


MALFORMED: list[tuple[tuple[str | int, ...], object]] = [
    (("item",), "A" * 64),
    (("item",), "a" * 63),
    (("item",), None),
    (("batch",), 7),
    (("scheme",), "uk-ew"),
    (("scheme", "sha256"), "x"),
    (("scheme", "more"), "x"),
    (("facts",), {"person": "child"}),
    (("facts",), [{"fact": "person", "value": "child", "ms": None}] * (LIST_MAX + 1)),
    (("facts", 0), {"fact": "person", "value": "child"}),
    (("facts", 0, "ms"), -1),
    (("facts", 0, "ms"), 1.5),
    (("facts", 0, "ms"), True),
    (("facts", 0, "value"), 1),
    (("outcome",), None),
    (("outcome", "actionable"), 1),
    (("outcome", "law"), 1978),
    (("tags",), "grid"),
    (("tags", 0), 1),
    (("comment",), "x" * (TEXT_MAX_CHARS + 1)),
    (("comment",), "\ud800"),
    (("second_opinion",), {"question": "person"}),
    (("supersedes",), "the last one"),
    (("viewed",), "twice"),
    (("frames",), {"seen": 25, "of": 24}),
    (("frames", "seen"), "3"),
    (("worst",), {"frame": 0, "ms": 0}),
    (("worst", "ms"), -1),
    (("active_ms",), INTEGER_MAX + 1),
    (("revealed_ms",), None),
]


@pytest.mark.parametrize(("path", "value"), MALFORMED)
def test_that_a_malformed_record_is_refused(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(InvalidVerdictError) as refused:
        verdict_from_predicate(changed(path, value))
    assert refused.value.why


@pytest.mark.parametrize("key", sorted(set(predicate_fields(FULL)) - {"series", "worst"}))
def test_that_a_record_without_one_of_its_fields_is_refused(key: str) -> None:
    said = predicate_fields(FULL)
    del said[key]
    with pytest.raises(InvalidVerdictError, match=f"{key} is missing"):
        verdict_from_predicate(said)


def test_that_a_record_written_without_a_series_has_none() -> None:
    said = predicate_fields(verdict())
    del said["series"]
    assert verdict_from_predicate(said).series is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.sampled_from(sorted(predicate_fields(FULL))), JSON)
def test_that_whatever_stands_in_a_field_is_read_or_refused(key: str, value: object) -> None:
    said = {**predicate_fields(FULL), key: value}
    try:
        read = verdict_from_predicate(said)
    except InvalidVerdictError:
        return
    kept = predicate_fields(read)
    if key == "worst" and value is None:
        assert key not in kept  # named only where it is named
    else:
        assert kept[key] == value
