"""Schemes that derive from facts stated under another: each answer held against a table by hand."""

from collections.abc import Iterator
from itertools import product

import pytest

from grading.errors import RefusedFactsError, SchemeError
from grading.outcome import Outcome
from grading.scheme import Scheme, read_scheme
from grading.tree import decide, derive, settle
from tests.unit.grading.uk_ew import FACTS, ROOT, Facts

FOLDER = ROOT / "resources" / "schemes"
BASELINE = "interpol-baseline"


def scheme_of(name: str) -> Scheme:
    path = FOLDER / f"{name}.toml"
    return read_scheme(path.read_bytes(), path.name)


def all_facts(*more: tuple[str, tuple[str, ...]]) -> Iterator[Facts]:
    """Every combination of the values, sensible or not: more than any grader could state."""
    named = {
        fact: FACTS[fact]
        for fact in ("person", "appears_photograph", "severity", "age_band", "ai", "sex")
    }
    named["sex"] = ("both",)
    named |= dict(more)
    for values in product(*named.values()):
        yield dict(zip(named, values, strict=True))


def baseline_by_hand(facts: Facts) -> str:
    """Yes, no, or the fact that is missing; written from the description of the baseline."""
    if facts["person"] != "child" or facts["appears_photograph"] == "no":
        return "no"
    return _of_a_photograph_of_a_child(facts)


def _of_a_photograph_of_a_child(facts: Facts) -> str:
    if facts["severity"] == "not-indecent":
        return "no"
    focus = facts.get("region_focus") if facts["severity"] == "C" else "yes"
    if focus != "yes":
        return focus or "region_focus"
    if facts["age_band"] not in {"0-2", "3-6", "7-10", "11-13"}:
        return "no"
    if facts["ai"] in {"edited", "generated"}:
        return "yes" if facts["ai"] == "edited" else "no"
    return {"real-child": "yes", "none": "undetermined"}.get(
        facts.get("known_record", ""), "known_record"
    )


@pytest.mark.parametrize(
    "more",
    [
        (),
        (("region_focus", ("yes", "no")),),
        (("region_focus", ("yes", "no")), ("known_record", ("real-child", "none"))),
    ],
    ids=["as graded", "with focus", "with known records"],
)
def test_that_the_baseline_answers_as_it_is_described(
    more: tuple[tuple[str, tuple[str, ...]], ...],
) -> None:
    scheme = scheme_of(BASELINE)
    for facts in all_facts(*more):
        found = derive(scheme, facts)
        said = found.outcome if isinstance(found, Outcome) else found.fact
        assert said == baseline_by_hand(facts), facts


def test_that_a_real_child_is_never_derived_from_no_sign_seen() -> None:
    scheme = scheme_of(BASELINE)
    for facts in all_facts():
        if facts["ai"] == "no-sign-seen":
            found = derive(scheme, facts)
            assert not isinstance(found, Outcome) or found.outcome == "no"


def project_vic_by_hand(facts: Facts, region: str) -> str:
    photograph, child = facts["appears_photograph"] == "yes", facts["person"] == "child"
    if facts["person"] == "age-in-question" and photograph and region == "us":
        return "2"
    if not child:
        return "non-pertinent"
    if photograph and facts["severity"] != "not-indecent":
        return "1" if region == "us" else {"A": "1", "B": "2", "C": "3"}[facts["severity"]]
    if photograph:
        filed = "2" if region == "us" else "6"
        return filed if facts["borderline"] == "yes" else "non-pertinent"
    prohibited = (facts["pornographic"] == "yes" and facts["depicts"] != "neither") and facts[
        "obscene"
    ] == "yes"
    return ("3" if region == "us" else "4") if prohibited else "non-pertinent"


@pytest.mark.parametrize("region", ["us", "uk"])
def test_that_project_vic_codes_are_those_of_their_description(region: str) -> None:
    scheme = scheme_of(f"vics-{region}")
    drawn = tuple((fact, FACTS[fact]) for fact in ("borderline", "pornographic", "depicts"))
    for facts in all_facts(*drawn, ("obscene", ("yes", "no")), ("age_band", ("7-10",))):
        found = derive(scheme, facts)
        assert isinstance(found, Outcome)
        code = project_vic_by_hand(facts, region)
        assert found.outcome == code, facts
        assert found.category == (None if code == "non-pertinent" else code)


@pytest.mark.parametrize("name", [BASELINE, "vics-us", "vics-uk"])
def test_that_nobody_grades_under_a_scheme_that_only_derives(name: str) -> None:
    scheme = scheme_of(name)
    assert scheme.only_derives
    assert scheme.derives_from == ("uk-ew",)
    with pytest.raises(RefusedFactsError, match="nobody grades under it"):
        settle(scheme, {"person": "off-remit", "ai": "suspected"})


def test_that_what_could_not_be_verified_says_so() -> None:
    assert not scheme_of("vics-us").verified
    assert not scheme_of("vics-uk").verified
    assert scheme_of("uk-ew").verified


def test_that_facts_of_the_other_scheme_are_left_aside_and_misspelt_values_are_not() -> None:
    scheme = scheme_of(BASELINE)
    facts = {"person": "off-remit", "sex": "both", "ai": "generated"}
    found = decide(scheme, facts)
    assert isinstance(found, Outcome)
    assert found.reason == "No child"
    with pytest.raises(RefusedFactsError, match="no choice"):
        decide(scheme, {**facts, "person": "childd"})


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('tag = "ai"', 'tag = "aj"', "tag names 'aj', which no question sets"),
        ('tag = "ai"', 'last = "ai"', "the key 'last' is not known here"),
        ('derives_from = ["uk-ew"]', "derives_from = []", "derives_from must be a list"),
    ],
)
def test_that_a_wrong_head_of_a_deriving_scheme_is_refused(old: str, new: str, why: str) -> None:
    text = (FOLDER / f"{BASELINE}.toml").read_text("utf-8")
    with pytest.raises(SchemeError) as refused:
        read_scheme(text.replace(old, new).encode(), "wrong.toml")
    assert why in refused.value.why
    assert refused.value.line == text[: text.index(old)].count("\n") + 1
