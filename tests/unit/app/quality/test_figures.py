"""The figures of the Quality room against counts made by hand, and what was planted in them."""

import random
from collections.abc import Mapping
from itertools import combinations

import pytest

from app.quality.figures import (
    confused,
    items_of_cell,
    lean,
    outcome_name,
    outcome_names,
    overall,
    pairs,
    questions,
    weeks,
)
from app.quality.gradings import Asked, Grading
from app.quality.pseudonyms import pseudonyms
from grading.scheme import read_scheme
from grading.tree import Asking, advance, settle, start
from tests.unit.grading.uk_ew import SCHEME_FILE

SCHEME = read_scheme(SCHEME_FILE.read_bytes(), SCHEME_FILE.name)
ADULT = {"person": "known-adult", "appears_photograph": "no", "ai": "generated"}
REMIT = {"person": "off-remit", "ai": "no-sign-seen"}


def grading(
    item: str, grader: str, facts: Mapping[str, str], at: str = "2026-03-02T09:00:00.000Z"
) -> Grading:
    """One vote with these facts."""
    decided = settle(SCHEME, facts)
    answers = tuple((answer.fact, answer.value) for answer in decided.answers)
    return Grading(item, "b", grader, at, SCHEME.name, answers, decided.outcome)


def drawn(draw: random.Random) -> dict[str, str]:
    """The facts of some walk."""
    state = start(SCHEME)
    while isinstance(state, Asking):
        state = advance(state, draw.choice(state.question.choices).value)
    return {answer.fact: answer.value for answer in state.answers}


def desk(draw: random.Random, items: int, graders: int) -> list[Grading]:
    """Items graded by two or three each, alike more often than not."""
    found = []
    for number in range(items):
        truth = drawn(draw)
        for grader in draw.sample(range(graders), draw.choice((1, 2, 3))):
            facts = truth if draw.random() < 0.8 else drawn(draw)
            found.append(grading(f"item{number}", f"p{grader}", facts))
    draw.shuffle(found)
    return found


def test_that_notes_name_outcomes_and_answers_as_the_scheme_does() -> None:
    found = [grading("a", one, ADULT) for one in ("p0", "p1")]
    found += [grading("b", one, REMIT) for one in ("p0", "p1")]
    notes = " ".join(overall(found, SCHEME).summary.notes)
    assert "Non-Photographic Imagery: Discounted was given" in notes
    assert "Prohibited image of a child" in notes
    said = {one.table.fact: " ".join(one.summary.notes) for one in questions(found, SCHEME)}
    assert "Suspected adult" in said["person"]
    names = [*outcome_names(SCHEME)]
    names += [choice.value for asked in SCHEME.questions for choice in asked.choices]
    ids = [name for name in names if "-" in name]
    assert not [name for name in ids if any(name in told for told in (notes, *said.values()))]


def test_that_the_figures_are_those_of_a_count_by_hand(dice: random.Random) -> None:
    found = desk(dice, 120, 5)
    by_item: dict[str, dict[str, str]] = {}
    for one in found:
        by_item.setdefault(one.item, {})[one.grader] = outcome_name(one.outcome)
    whole = overall(found, SCHEME)
    assert whole.summary.units == len(by_item)
    double = [given for given in by_item.values() if len(given) > 1]
    assert whole.summary.pairable_units == len(double)
    shares = []
    for given in double:
        names = list(given.values())
        couples = list(combinations(names, 2))
        shares.append(sum(a == b for a, b in couples) / len(couples))
    percent = whole.summary.statistics["percent_agreement"].value
    assert percent == pytest.approx(sum(shares) / len(shares))
    for pair in pairs(whole.matrix):
        one, other = whole.graders[pair.first], whole.graders[pair.second]
        both = [given for given in by_item.values() if one in given and other in given]
        assert pair.shared == len(both)
        assert pair.alike == sum(given[one] == given[other] for given in both)


def test_that_a_cell_of_the_confusion_opens_the_items_it_counts(dice: random.Random) -> None:
    found = desk(dice, 80, 3)
    whole = overall(found, SCHEME)
    table, _ = confused(whole.matrix, 0, 1)
    names = list(outcome_names(SCHEME))
    given = {(one.item, one.grader): outcome_name(one.outcome) for one in found}
    first, second = whole.graders[0], whole.graders[1]
    for row in range(len(names)):
        for column in range(len(names)):
            opened = items_of_cell(whole.matrix, whole.items, table, (row, column))
            assert len(opened) == table.counts[row, column]
            for item in opened:
                assert given[item, first] == names[row]
                assert given[item, second] == names[column]


def test_that_a_question_is_scored_where_two_reached_it() -> None:
    found = [grading("x", "p0", ADULT), grading("x", "p1", REMIT), grading("y", "p0", ADULT)]
    by_fact = {one.table.fact: one for one in questions(found, SCHEME)}
    assert by_fact["person"].table.by_two == 1
    assert by_fact["person"].table.parted == ("x",)
    assert by_fact["appears_photograph"].table.by_two == 0
    assert by_fact["appears_photograph"].table.reached_apart == 1
    assert "only p0 rated" in by_fact["appears_photograph"].meaning


def test_that_a_planted_lean_is_found_and_nothing_is_said_of_the_others(
    dice: random.Random,
) -> None:
    leaning = dice.randrange(4)
    found = []
    for number in range(400):
        truth = dice.choice((ADULT, REMIT))
        for grader in range(4):
            tilted = grader == leaning and truth is REMIT and dice.random() < 0.5
            found.append(grading(f"i{number}", f"p{grader}", ADULT if tilted else truth))
    whole = overall(found, SCHEME)
    tilt = {
        (whole.graders[one.grader], one.category): one.given - one.expected
        for one in lean(whole.matrix)[0]
    }
    category = list(outcome_names(SCHEME)).index(outcome_name(settle(SCHEME, ADULT).outcome))
    by_grader = {f"p{grader}": tilt[f"p{grader}", category] for grader in range(4)}
    assert by_grader.pop(f"p{leaning}") > 0.15
    assert max(map(abs, by_grader.values())) < 0.02


def test_that_a_week_is_named_by_its_monday_and_has_its_band() -> None:
    early, late = "2026-03-01T23:00:00.000Z", "2026-03-02T01:00:00.000Z"  # Sunday, Monday
    found = [
        grading("x", "p0", ADULT, early),
        grading("x", "p1", ADULT, early),
        grading("y", "p0", ADULT, early),
        grading("y", "p1", REMIT, late),
        grading("z", "p1", REMIT, late),
    ]
    first, second = weeks(found)
    assert (first.monday, first.items, first.share) == ("2026-02-23", 1, 1.0)
    assert (second.monday, second.items, second.share) == ("2026-03-02", 1, 0.0)
    for week in (first, second):
        assert week.low is not None
        assert week.high is not None
        assert week.share is not None
        assert 0 <= week.low <= week.share <= week.high <= 1


def test_that_nothing_graded_gives_words_and_no_figures() -> None:
    whole = overall([], SCHEME)
    assert whole.summary.statistics["krippendorff_alpha"].value is None
    assert all(one.summary.pairable_units == 0 for one in questions([], SCHEME))
    assert (pairs(whole.matrix), weeks([]), lean(whole.matrix)) == ((), (), ((), True))


def test_that_a_question_about_some_gradings_leaves_out_the_others() -> None:
    one = grading("x", "p0", ADULT)
    assert Asked(batches=frozenset({"b"}), graders=frozenset({"p0"})).wants(one)
    assert not Asked(batches=frozenset({"c"})).wants(one)
    assert not Asked(since="2026-03-03").wants(one)
    assert not Asked(until="2026-03-02").wants(one)
    assert not Asked(graders=frozenset({"p1"})).wants(one)
    assert not Asked(scheme="uk-ew@1").wants(one)


def test_that_a_pseudonym_stays_whoever_looks_and_whatever_is_looked_at() -> None:
    people = [f"person-{n}" for n in range(12)]
    mine = pseudonyms(people, "d" * 64, me="person-3")
    theirs = pseudonyms(reversed(people), "d" * 64, me="person-4")
    assert mine["person-3"] == "you"
    same = [one for one in people if one not in ("person-3", "person-4")]
    assert [mine[one] for one in same] == [theirs[one] for one in same]
    assert pseudonyms(people, "e" * 64) != pseudonyms(people, "d" * 64)
