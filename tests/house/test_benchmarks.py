"""The page of measures and the arithmetic under it."""

import itertools
from dataclasses import replace

import pytest

from tests.benchmarks import measure as arithmetic
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.measure import Measure, in_turns, percentile
from tests.benchmarks.page import figure, measures_page, one_line, renewed

INTAKE = Measure(
    "batch add", 40.0, "files/s", 400.0, "read and SHA-256", "make bench", "1,000 files | mixed"
)


def test_that_work_and_floor_take_turns() -> None:
    calls: list[str] = []
    in_turns(lambda: calls.append("work"), lambda: calls.append("floor"), rounds=3)
    assert calls == ["work", "floor"] * 3


def test_that_the_median_is_taken_over_the_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    took_s = itertools.cycle([3.0, 1.0, 2.0, 1.0, 9.0, 4.0])
    monkeypatch.setattr(arithmetic, "timed_s", lambda work: next(took_s))
    pair = in_turns(lambda: None, lambda: None, rounds=3)
    assert pair.work_median_s == 3.0
    assert pair.floor_median_s == 1.0


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_that_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_that_the_page_shows_the_figure_the_floor_and_their_ratio() -> None:
    page = measures_page([INTAKE], {"Date": "today"}, rounds=5)
    assert "median of 5 rounds" in page
    assert (
        "| batch add | 40 files/s | 400 files/s | 0.10 | read and SHA-256 | `make bench` |" in page
    )


def test_that_a_bar_in_a_note_does_not_break_the_table() -> None:
    assert "1,000 files \\| mixed" in measures_page([INTAKE], {}, rounds=5)


def test_that_a_measure_without_a_floor_is_shown_without_one() -> None:
    bare = Measure("start", 1.25, "s", None, "", "make bench")
    assert one_line(bare) == "  start: 1.25 s"


@pytest.mark.parametrize(
    ("value", "text"), [(0.01234, "0.0123"), (1.5, "1.5"), (42.42, "42.4"), (12345.6, "12,346")]
)
def test_that_figures_have_three_digits_that_mean_something(value: float, text: str) -> None:
    assert figure(value) == text


def test_that_the_machine_is_described_without_naming_it() -> None:
    described = describe_machine()
    assert set(described) >= {"Date", "Processor", "Memory", "System", "Python"}
    assert all(described.values())


def test_that_renewed_rows_take_the_place_of_the_old_ones_and_of_no_other() -> None:
    other = replace(INTAKE, name="something else", command="python -m tests.benchmarks --only b")
    page = measures_page([INTAKE, replace(INTAKE, name="more of it"), other], {}, rounds=5)
    again = renewed(page, [replace(INTAKE, name="anew")])
    assert [name in again for name in ("anew", "something else")] == [True, True]
    assert INTAKE.name not in again
    assert "more of it" not in again
    assert again.index("anew") < again.index("something else")
    new = replace(INTAKE, name="first time", command="python -m tests.benchmarks --only c")
    lines = renewed(page, [new]).splitlines()
    assert "first time" in lines[-1]
    assert lines[:-1] == page.splitlines()
