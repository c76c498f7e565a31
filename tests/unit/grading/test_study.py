"""The study tables, held against the figures of the study behind the product."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.outcome import Outcome
from grading.study import (
    Graded,
    Study,
    Table,
    Totals,
    decisive,
    percent,
    study_json,
    study_tables,
    tenths,
)
from grading.tree import decide, settle
from tests.unit.grading.study_figures import (
    CRIMINAL,
    HOURS_87_5_MS,
    ITEMS,
    OF_THE_STUDY,
    PROHIBITED,
)
from tests.unit.grading.uk_ew import REASONS, uk_ew

SCHEME = uk_ew()


def graded(item: int | str, facts: dict[str, str], **changes: object) -> Graded:
    outcome = decide(SCHEME, facts)
    assert isinstance(outcome, Outcome)
    row = Graded(
        item=f"{item:0>64}",
        batch="b" * 64,
        files=1,
        outcome=outcome,
        facts=facts,
        grader="grader-1",
        active_ms=0,
        decided_at="2026-03-02T09:00:00Z",
        revealed_ms=0,
    )
    return replace(row, **changes)  # type: ignore[arg-type]  # named by the test that gives them


def study_rows() -> Iterator[Graded]:
    number = 0
    for many, facts in OF_THE_STUDY:
        for _ in range(many):
            # 87.5 hours over all items, to the millisecond
            spent = HOURS_87_5_MS * (number + 1) // ITEMS - HOURS_87_5_MS * number // ITEMS
            yield graded(number, facts, grader=f"grader-{number % 12}", active_ms=spent)
            number += 1


@pytest.fixture(scope="module")
def study() -> Study:
    return study_tables(list(study_rows()), SCHEME, Totals(ITEMS, ITEMS))


def of(table: Table) -> dict[str, tuple[int, int | None]]:
    return {line.value: (line.count.items, line.percent) for line in table.lines}


def test_that_the_study_comes_out_as_published(study: Study) -> None:
    assert study.graded.items == ITEMS
    assert study.criminal.items == 2_978
    assert study.criminal_percent == 27
    assert study.discounted.items == 8_130
    assert of(study.by_law) == {
        "criminal-indecent-photograph": (2_562, 23),
        "criminal-prohibited-image": (416, 4),
        "discounted": (8_130, 73),
    }
    assert study.by_law.lines[0].as_pseudo_photograph == 2_562


def test_that_the_discount_reasons_stand_in_their_order_with_zeros(study: Study) -> None:
    assert of(study.by_reason) == {
        "None": (0, 0),
        "Age in Question": (390, 5),
        "Suspected Adult": (0, 0),
        "Known Adult": (0, 0),
        "Extreme Adult Porn": (0, 0),
        "Child No Sexual Activity": (4_340, 53),
        "Adult No Sexual Activity": (492, 6),
        "Non-Photographic Imagery": (1_634, 20),
        "Off Remit": (1_274, 16),
    }
    assert tuple(line.value for line in study.by_reason.lines) == REASONS


def test_that_the_time_of_the_study_comes_out_as_published(study: Study) -> None:
    assert study.time.graders == 12
    assert study.time.hours == 87.5
    assert study.time.seconds_per_item == 28.4
    assert study.time.timed == ITEMS


def test_that_verdicts_without_a_time_do_not_make_an_item_quicker() -> None:
    rows = [graded(1, CRIMINAL, active_ms=30_000), graded(2, CRIMINAL), graded(3, CRIMINAL)]
    said = study_json(study_tables(rows, SCHEME, Totals(3, 3)))["time"]
    assert isinstance(said, dict)
    assert (said["seconds_per_item"], said["timed"], said["verdicts"]) == (30.0, 1, 3)
    said = study_json(study_tables(rows[1:], SCHEME, Totals(3, 3)))["time"]
    assert isinstance(said, dict)
    assert (said["seconds_per_item"], said["timed"]) == (None, 0)


def test_that_only_items_with_an_age_stand_in_its_table(study: Study) -> None:
    assert study.by_category.base.items == 2_562
    assert of(study.by_age_band)["7-10"] == (2_562, 100)
    assert of(study.by_age_band)["0-2"] == (0, 0)
    assert of(study.by_sex)["female"] == (2_562, 100)
    assert of(study.by_ai)["generated"] == (ITEMS, 100)


def test_that_the_report_of_the_study_is_json_with_stable_keys(study: Study) -> None:
    said = json.loads(json.dumps(study_json(study)))
    assert list(said) == [
        "scheme",
        "files",
        "items",
        "unreadable",
        "other_files",
        "graded",
        "graded_files",
        "to_grade",
        "criminal",
        "discounted",
        "by_law",
        "by_category",
        "by_age_band",
        "by_sex",
        "by_reason",
        "by_ai",
        "bases",
        "more_than_one_outcome",
        "backlog",
        "time",
    ]
    assert said["criminal"] == {"items": 2_978, "files": 2_978, "percent": 27}
    assert said["by_law"][1] == {
        "value": "criminal-prohibited-image",
        "label": "Prohibited image of a child",
        "law": "CJA 2009 s.62",
        "items": 416,
        "files": 416,
        "percent": 4,
        "by_ai": {"no-sign-seen": 0, "suspected": 0, "generated": 416, "edited": 0},
        "as_pseudo_photograph": 0,
        "suspected": 0,
    }
    assert said["time"]["seconds_per_item"] == 28.4


def test_that_nothing_graded_has_no_shares_and_all_rows() -> None:
    totals = Totals(4, 5, frozenset({"a" * 64}), other_files=frozenset({"b" * 64}))
    nothing = study_tables([], SCHEME, totals)
    assert nothing.criminal_percent is None
    assert nothing.time.seconds_per_item is None
    assert nothing.to_grade == 2
    for table in nothing.tables():
        assert table.lines
        assert all(line.percent is None and line.count.items == 0 for line in table.lines)
    said = study_json(nothing)
    assert (said["unreadable"], said["other_files"]) == (1, 1)
    json.dumps(said, allow_nan=False)


def test_that_suspected_stands_apart_from_pseudo_photographs() -> None:
    rows = [
        graded(number, {**CRIMINAL, "ai": tag})
        for number, tag in enumerate(["no-sign-seen", "suspected", "generated", "edited"])
    ]
    rows += [graded("a", PROHIBITED), graded("b", {"person": "off-remit", "ai": "generated"})]
    study = study_tables(rows, SCHEME, Totals(6, 6))
    first = study.by_law.lines[0]
    assert [line.as_pseudo_photograph for line in study.by_law.lines] == [2, 0, 0]
    assert first.as_pseudo_photograph == 2
    assert first.by_ai == {"no-sign-seen": 1, "suspected": 1, "generated": 1, "edited": 1}


def test_that_an_item_counts_once_by_its_last_standing_verdict() -> None:
    off_remit = {"person": "off-remit", "ai": "suspected"}
    rows = [
        graded(1, CRIMINAL, active_ms=1000, files=3),
        graded(1, PROHIBITED, active_ms=2000, files=3, grader="grader-2"),
        graded(1, off_remit, active_ms=3000, files=3, stands=False),
        graded(2, off_remit, active_ms=4000),
    ]
    study = study_tables(rows, SCHEME, Totals(2, 4))
    assert [row.outcome.outcome for row in decisive(rows)] == [
        "criminal-prohibited-image",
        "discounted",
    ]
    assert (study.graded.items, study.graded.files) == (2, 4)
    assert (study.criminal.items, study.criminal.files) == (1, 3)
    assert study.outcomes_differ == 1
    assert study.time.verdicts == 4
    assert study.time.active_ms == 10_000
    assert study.time.seconds_per_item == 5.0


def test_that_verdicts_alike_are_no_difference() -> None:
    rows = [graded(1, CRIMINAL), graded(1, {**CRIMINAL, "sex": "male"}, grader="grader-2")]
    assert study_tables(rows, SCHEME, Totals(1, 1)).outcomes_differ == 0


def test_that_a_value_the_scheme_does_not_know_is_shown_as_stated() -> None:
    row = replace(graded(1, CRIMINAL), facts={**CRIMINAL, "age_band": "0-1", "ai": "synthetic"})
    study = study_tables([row], SCHEME, Totals(1, 1))
    last = study.by_age_band.lines[-1]
    assert (last.value, last.label, last.count.items) == ("0-1", "0-1", 1)
    assert of(study.by_ai)["synthetic"] == (1, 100)


def test_that_an_item_that_cannot_be_read_is_not_to_grade() -> None:
    study = study_tables([graded(1, CRIMINAL)], SCHEME, Totals(3, 3, frozenset({f"{2:0>64}"})))
    assert study.to_grade == 1


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(0, 0, None), (0, 3, 0), (1, 3, 33), (2, 3, 67), (1, 200, 1), (1, 201, 0), (5, 8, 63)],
)
def test_that_shares_are_whole_percent_with_halves_up(
    part: int, whole: int, share: int | None
) -> None:
    assert percent(part, whole) == share


@pytest.mark.parametrize(
    ("ms", "seconds"), [(0, 0.0), (49, 0.0), (50, 0.1), (28_358, 28.4), (28_349, 28.3)]
)
def test_that_times_have_one_decimal_with_halves_up(ms: int, seconds: float) -> None:
    assert tenths(ms, 1000) == seconds


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(OF_THE_STUDY), st.booleans())))
def test_that_every_table_adds_up_to_its_base(
    given_rows: list[tuple[int, tuple[int, dict[str, str]], bool]],
) -> None:
    rows = [graded(item, facts, stands=stands) for item, (_, facts), stands in given_rows]
    items = len({row.item for row in rows})
    study = study_tables(rows, SCHEME, Totals(items, items))
    for table in study.tables():
        assert sum(line.count.items for line in table.lines) == table.base.items
        for line in table.lines:
            assert sum(line.by_ai.values()) == line.count.items
    assert study.criminal.items + study.discounted.items == study.graded.items
    assert study.graded.items + study.to_grade == items


def test_that_the_rows_of_the_study_are_what_the_scheme_decides() -> None:
    assert all(settle(SCHEME, facts).answers for _, facts in OF_THE_STUDY)
