"""The exposure ledger: what counts, when a pause is due, and when a day ends."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.clock import Moment, SystemBootClock, as_rfc3339
from app.exposure import Ledger, Today
from tests.unit.app.folders import made_workstation, opened_workstation
from tests.unit.app.study_home import item_id

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
MORNING = datetime(2026, 3, 2, 12, tzinfo=UTC).astimezone().replace(hour=9)  # here


@dataclass
class Clocks:
    """A boot clock and a wall clock that a test moves."""

    ms: int = 1000
    boot: str = "first"
    wall: datetime = MORNING
    has_central: bool = False

    def now(self) -> Moment:
        central_ms = int(self.wall.timestamp() * 1000) if self.has_central else None
        return Moment(self.boot, self.ms, central_ms)

    def pass_ms(self, ms: int) -> None:
        self.ms += ms
        self.wall += timedelta(milliseconds=ms)


class Duty:
    """A ledger whose clocks stand where the test put them."""

    def __init__(self, ws: Workstation, clocks: Clocks) -> None:
        self.clocks = clocks
        self.ledger = Ledger(ws, clock=clocks, now=lambda: clocks.wall)

    def work(self, ms: int, *, item: str = "a", revealed_ms: int = 0, level: int = 4) -> None:
        self.clocks.pass_ms(ms)
        self.ledger.add(
            item_id(item), level=level, revealed_ms=revealed_ms, active_ms=ms, desk_ms=ms
        )

    def pause(self, ms: int) -> None:
        self.clocks.pass_ms(ms)

    @property
    def today(self) -> Today:
        return self.ledger.today()


@pytest.fixture
def duty(ws: Workstation) -> Duty:
    """A person who has not begun yet."""
    return Duty(ws, Clocks())


def test_that_a_day_begins_with_nothing(duty: Duty) -> None:
    now = duty.today
    assert (now.revealed_ms, now.desk_ms, now.items) == (0, 0, 0)
    assert (now.limit_ms, now.next_break_in_ms) == (4 * HOUR_MS, HOUR_MS)
    assert [now.notice, now.break_due, now.over_limit, now.too_late] == [False] * 4


def test_that_time_adds_up_by_level_and_item(duty: Duty) -> None:
    duty.work(5000, revealed_ms=1000, level=3)
    duty.work(5000, revealed_ms=500, level=6, item="b")
    duty.work(5000, revealed_ms=200, level=3)
    now = duty.today
    assert (now.revealed_ms, now.desk_ms, now.items) == (1700, 15_000, 2)
    assert now.by_level_ms == {3: 1200, 6: 500}
    assert now.next_break_in_ms == HOUR_MS - 15_000


def test_that_a_break_is_told_five_minutes_before_and_then_due(duty: Duty) -> None:
    duty.work(54 * MINUTE_MS)
    assert not duty.today.notice
    duty.work(1 * MINUTE_MS)
    assert duty.today.notice
    assert not duty.today.break_due
    duty.work(5 * MINUTE_MS)
    assert duty.today.break_due


def test_that_a_break_runs_and_is_over(duty: Duty) -> None:
    duty.work(60 * MINUTE_MS)
    duty.ledger.begin_break()
    duty.pause(4 * MINUTE_MS)
    assert duty.today.break_left_ms == 6 * MINUTE_MS
    duty.ledger.begin_break()  # a second time does not begin it anew
    duty.pause(6 * MINUTE_MS)
    now = duty.today
    assert (now.break_left_ms, now.next_break_in_ms, now.break_due) == (0, HOUR_MS, False)
    assert now.desk_ms == HOUR_MS


def test_that_a_pause_long_enough_counts_as_the_break(duty: Duty) -> None:
    duty.work(50 * MINUTE_MS)
    duty.pause(9 * MINUTE_MS)
    assert duty.today.next_break_in_ms == 10 * MINUTE_MS
    duty.pause(1 * MINUTE_MS)
    assert duty.today.next_break_in_ms == HOUR_MS


def test_that_time_added_after_a_pause_begins_after_it(duty: Duty) -> None:
    duty.work(50 * MINUTE_MS)
    duty.pause(10 * MINUTE_MS)
    duty.work(2 * MINUTE_MS)
    assert duty.today.next_break_in_ms == 58 * MINUTE_MS


def test_that_four_hours_end_the_days_viewing(duty: Duty) -> None:
    for _ in range(4):
        duty.work(HOUR_MS)
        duty.pause(10 * MINUTE_MS)
    assert duty.today.over_limit
    assert duty.today.notice


def test_that_a_day_ends_only_after_eight_hours_without_viewing(duty: Duty) -> None:
    duty.work(HOUR_MS)
    duty.pause(8 * HOUR_MS - 1)
    assert duty.today.desk_ms == HOUR_MS
    duty.pause(1)
    now = duty.today
    assert (now.desk_ms, now.items, now.by_level_ms) == (0, 0, {})


def test_that_midnight_ends_no_day(duty: Duty) -> None:
    duty.clocks.wall = duty.clocks.wall.replace(hour=23, minute=30)
    duty.work(20 * MINUTE_MS)
    duty.work(20 * MINUTE_MS)
    assert duty.today.desk_ms == 40 * MINUTE_MS


@pytest.mark.parametrize("years", [-7, 7])
def test_that_a_wall_clock_that_is_moved_changes_no_figure(duty: Duty, years: int) -> None:
    duty.work(30 * MINUTE_MS)
    duty.clocks.wall = duty.clocks.wall.replace(year=2026 + years)
    duty.work(10 * MINUTE_MS)
    now = duty.today
    assert (now.desk_ms, now.next_break_in_ms) == (40 * MINUTE_MS, 20 * MINUTE_MS)


def test_that_figures_are_there_after_a_restart_of_the_program(tmp_path: Path) -> None:
    clocks = Clocks()
    ws = made_workstation(tmp_path / "home")
    Duty(ws, clocks).work(30 * MINUTE_MS, revealed_ms=2000)
    ws.close()
    again = opened_workstation(tmp_path / "home")
    now = Duty(again, clocks).today
    again.close()
    assert (now.desk_ms, now.revealed_ms, now.items) == (30 * MINUTE_MS, 2000, 1)
    assert (now.by_level_ms, now.next_break_in_ms) == ({4: 2000}, 30 * MINUTE_MS)


def test_that_time_switched_off_is_unknown_and_ends_neither_break_nor_day(
    tmp_path: Path,
) -> None:
    clocks = Clocks()
    ws = made_workstation(tmp_path / "home")
    Duty(ws, clocks).work(HOUR_MS)
    ws.close()
    clocks.boot, clocks.ms = "second", 2 * MINUTE_MS
    clocks.wall += timedelta(days=2)
    again = opened_workstation(tmp_path / "home")
    duty = Duty(again, clocks)
    assert duty.today.desk_ms == HOUR_MS
    assert duty.today.break_due
    clocks.pass_ms(8 * MINUTE_MS)  # ten minutes since the start are sure
    assert not duty.today.break_due
    clocks.pass_ms(8 * HOUR_MS)
    assert duty.today.desk_ms == 0
    again.close()


def test_that_no_viewing_after_the_hour_of_the_policy(duty: Duty) -> None:
    here = duty.clocks.wall.replace(hour=15, minute=59)
    duty.clocks.wall = here
    assert not duty.today.too_late
    duty.clocks.wall = here + timedelta(minutes=1)
    assert duty.today.too_late


def test_that_a_break_left_early_is_not_a_break(duty: Duty) -> None:
    duty.work(60 * MINUTE_MS)
    duty.ledger.begin_break()
    duty.pause(5 * MINUTE_MS)
    duty.work(1 * MINUTE_MS)
    assert duty.today.break_due
    assert duty.today.break_left_ms == 0


def test_that_the_boot_clock_of_this_machine_goes_forward() -> None:
    clock = SystemBootClock()
    first = clock.now()
    assert clock.now().at_least_since(first) >= 0


def test_that_a_reading_of_an_earlier_start_proves_only_the_time_since() -> None:
    assert Moment("b", 500).at_least_since(Moment("a", 400)) == 500
    assert Moment("", 300).at_least_since(Moment("", 900)) == 300
    assert Moment("a", 900).at_least_since(Moment("a", 400)) == 500


def test_that_pieces_of_time_that_overlap_are_no_pause(ws: Workstation) -> None:
    clocks = Clocks(ms=9 * HOUR_MS)
    duty = Duty(ws, clocks)
    duty.work(20 * MINUTE_MS)
    before = duty.today
    duty.clocks.pass_ms(50)
    duty.ledger.add(item_id("a"), level=4, revealed_ms=400, active_ms=0, desk_ms=0)
    duty.ledger.add(item_id("a"), level=4, revealed_ms=0, active_ms=0, desk_ms=350)
    after = duty.today
    assert after.desk_ms == before.desk_ms + 350
    assert after.next_break_in_ms == before.next_break_in_ms - 350


@pytest.mark.parametrize(("has_central", "is_new_day"), [(True, True), (False, False)])
def test_that_a_night_switched_off_ends_the_day_where_central_time_is_known(
    ws: Workstation, has_central: bool, is_new_day: bool
) -> None:
    clocks = Clocks(has_central=has_central)
    duty = Duty(ws, clocks)
    duty.work(3 * HOUR_MS)
    clocks.wall += timedelta(hours=15)
    clocks.boot, clocks.ms = "second", MINUTE_MS
    morning = Duty(ws, clocks)
    morning.work(MINUTE_MS)
    assert (morning.today.desk_ms == MINUTE_MS) is is_new_day


def test_that_central_time_tells_how_long_a_machine_was_switched_off() -> None:
    evening, night_ms = Moment("a", 400, 1_000_000), 9 * 3_600_000
    assert Moment("b", 500, 1_000_000 + night_ms).at_least_since(evening) == night_ms
    assert Moment("b", 500, 1_000_000 - night_ms).at_least_since(evening) == 500  # set back
    assert Moment("a", 900, 1_000_000 + night_ms).at_least_since(evening) == 500  # never off
    assert Moment("b", 500).at_least_since(evening) == 500


def test_that_times_are_written_as_records_want_them() -> None:
    assert as_rfc3339(datetime(2026, 3, 2, 9, 0, 0, 1999, UTC)) == "2026-03-02T09:00:00.001Z"
