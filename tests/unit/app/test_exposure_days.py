"""Simulated days: whatever happens to clocks and machine, what was viewed is counted."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bootstrap import Workstation
from app.clock import Moment, SystemBootClock
from app.exposure import NOTE, PIECE_MS, Ledger
from tests.house.tree import HOUSE
from tests.unit.app.folders import made_workstation, opened_workstation
from tests.unit.app.study_home import item_id

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workstation]:
    """One home for many simulated lives; each begins with an empty ledger."""
    ws = made_workstation(tmp_path_factory.mktemp("days") / "home")
    yield ws
    ws.close()


@dataclass
class World:
    """True time, a machine that may be off, and a wall clock that says what it likes."""

    ws: Workstation
    central: str  # whose time is known: "own", "server" from each sync on, "none"
    true_ms: int = 0
    wall_off_ms: int = 0
    boots: int = 1
    booted_ms: int = -60_000
    worked: list[tuple[int, int]] = field(default_factory=list)  # from, to, in true time
    heard_in_boot: int = 0

    def __post_init__(self) -> None:
        self.ws.home.local.note_put(NOTE, None)
        self.ledger = self.opened()

    def opened(self) -> Ledger:
        ledger = Ledger(self.ws, clock=self, now=self.wall)
        ledger.begin()
        return ledger

    def wall(self) -> datetime:
        return BEGAN + timedelta(milliseconds=self.true_ms + self.wall_off_ms)

    def now(self) -> Moment:
        known = self.central == "own" or self.heard_in_boot == self.boots
        central_ms = int(BEGAN.timestamp() * 1000) + self.true_ms if known else None
        return Moment(f"boot-{self.boots}", self.true_ms - self.booted_ms, central_ms)

    def view(self, ms: int) -> None:
        self.worked.append((self.true_ms, self.true_ms + ms))
        self.true_ms += ms

    def work(self, ms: int) -> None:
        self.ledger.attend(item_id("a"))
        self.view(ms)
        self.ledger.add(item_id("a"), level=4, revealed_ms=ms // 2, active_ms=ms, desk_ms=ms)

    def kill(self, ms: int) -> None:
        """View for a while; the program dies before that piece is counted, and starts again."""
        self.ledger.attend(item_id("a"))
        self.view(ms)
        self.ledger = self.opened()

    def sync(self, ms: int) -> None:
        self.true_ms += ms
        if self.central == "server":
            self.heard_in_boot = self.boots
        self.ledger.today()

    def away(self, ms: int) -> None:
        self.ledger.attend(None)
        self.true_ms += ms
        self.ledger.today()

    def switch_off(self, ms: int) -> None:
        self.ledger.attend(None)
        self.true_ms += ms
        self.boots, self.booted_ms = self.boots + 1, self.true_ms - 20_000
        self.ledger = self.opened()

    def set_clock(self, ms: int) -> None:
        self.wall_off_ms = ms
        self.ledger.today()

    def viewed_since_pause_ms(self, pause_ms: int) -> int:
        """What was truly viewed since the last time that nothing was for so long."""
        total, until = 0, self.true_ms
        for begin, end in reversed(self.worked):
            if until - end >= pause_ms:
                break
            total, until = total + end - begin, begin
        return total


PIECES = st.integers(1, PIECE_MS)
PAUSES = st.one_of(st.integers(0, 11 * MINUTE_MS), st.integers(7 * HOUR_MS, 9 * HOUR_MS))
JUMPS = st.integers(-3 * 365 * DAY_MS, 3 * 365 * DAY_MS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("work"), PIECES),
        st.tuples(st.just("kill"), PIECES),
        st.tuples(st.just("sync"), PIECES),
        st.tuples(st.just("away"), PAUSES),
        st.tuples(st.just("switch_off"), PAUSES),
        st.tuples(st.just("set_clock"), JUMPS),
    ),
    max_size=14,
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, central=st.sampled_from(["own", "server", "none"]))
def test_that_no_restart_kill_or_clock_makes_the_day_or_the_break_shorter(
    desk: Workstation, steps: list[tuple[str, int]], central: str
) -> None:
    world = World(desk, central)
    policy = desk.policy.exposure
    for step, ms in steps:
        getattr(world, step)(ms)
        today = world.ledger.today()
        truly_ms = world.viewed_since_pause_ms(policy.day_ends_after_s * 1000)
        assert today.desk_ms >= truly_ms
        since_break_ms = policy.break_every_s * 1000 - today.next_break_in_ms
        truly_ms = world.viewed_since_pause_ms(policy.break_length_s * 1000)
        assert since_break_ms >= min(truly_ms, policy.break_every_s * 1000)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(jumps=st.lists(JUMPS, min_size=1, max_size=5))
def test_that_no_clock_set_back_opens_the_desk_again_after_the_hour_of_the_policy(
    desk: Workstation, jumps: list[int]
) -> None:
    world = World(desk, central="none")
    offset = BEGAN.astimezone().utcoffset() or timedelta()
    world.true_ms = int((timedelta(hours=16 - BEGAN.hour) - offset) / timedelta(milliseconds=1))
    world.work(1000)  # the last of the day, at 16:00
    assert world.ledger.today().too_late
    for jump in jumps:
        world.set_clock(min(jump, 0))
        assert world.ledger.today().too_late
    world.ledger = world.opened()
    assert world.ledger.today().too_late


def test_that_figures_by_level_sound_and_outcome_are_told_for_the_week(tmp_path: Path) -> None:
    ws = made_workstation(tmp_path / "home")
    world = World(ws, central="own")
    world.work(8000)
    world.ledger.hear(item_id("a"), 700)
    world.ledger.settle(item_id("a"), "discounted", category=None, in_series=False)
    world.true_ms += 9 * HOUR_MS
    world.switch_off(9 * HOUR_MS)
    world.work(6000)
    world.ledger.settle(item_id("b"), "discounted", category=None, in_series=False)
    world.ledger.settle(item_id("b"), "passed-on", category=None, in_series=False)
    first, second = world.opened().week()
    assert (first.desk_ms, first.revealed_ms, first.heard_ms) == (8000, 4000, 700)
    assert (first.by_level_ms, first.outcomes) == ({4: 4000}, {"discounted": 1})
    assert (second.day > first.day, second.desk_ms, second.heard_ms) == (True, 6000, 0)
    assert second.outcomes == {"passed-on": 1}
    today = world.opened().today()
    assert (today.desk_ms, today.heard_ms, today.outcomes) == (6000, 0, {"passed-on": 1})
    ws.close()


def test_that_the_end_of_viewing_is_told_five_minutes_before(desk: Workstation) -> None:
    world = World(desk, central="none")
    offset = BEGAN.astimezone().utcoffset() or timedelta()
    world.true_ms = int((timedelta(hours=16 - BEGAN.hour) - offset) / timedelta(milliseconds=1))
    world.true_ms -= 6 * MINUTE_MS
    assert not world.ledger.today().notice
    world.true_ms += MINUTE_MS
    today = world.ledger.today()
    assert (today.notice, today.too_late, today.ends_in_ms) == (True, False, 5 * MINUTE_MS)


def test_that_many_heavy_items_in_an_hour_make_a_pause_due(desk: Workstation) -> None:
    policy = desk.policy
    try:
        ceiling = replace(policy.exposure, heavy_an_hour=2, viewing_ends=None)  # in any zone
        desk.policy = replace(policy, exposure=ceiling)
        world = World(desk, central="none")
        world.work(1000)
        world.ledger.settle(item_id("a"), "criminal", category="A", in_series=False)
        world.ledger.settle(item_id("b"), "discounted", category="B", in_series=False)
        today = world.ledger.today()
        assert (today.pause_due, today.notice) == (False, True)  # one more makes a pause due
        assert (today.heavy, today.heavy_ceiling) == (1, 2)
        assert today.filled_with([("A", False)])
        assert today.filled_with([("B", True)])
        assert not today.filled_with([("B", False), (None, False)])
        assert today.full().pause_due
        world.away(20 * MINUTE_MS)
        world.ledger.settle(item_id("c"), "criminal", category=None, in_series=True)
        world.ledger = world.opened()
        assert world.ledger.today().heavy_left_ms == 40 * MINUTE_MS
        assert world.ledger.today().pause_due
        world.away(40 * MINUTE_MS)
        assert not world.ledger.today().pause_due
        assert world.ledger.today().heavy == 1
    finally:
        desk.policy = policy


def test_that_the_piece_in_which_a_process_was_killed_counts_as_viewing(tmp_path: Path) -> None:
    place, counted_ms = tmp_path / "home", 20
    made_workstation(place).close()
    command = [sys.executable, "-m", "tests.unit.app.window_killed", str(place), str(counted_ms)]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as viewing:
        try:
            assert viewing.stdout is not None
            assert viewing.stdout.readline() == "viewing\n"
            said = SystemBootClock().now()
        finally:
            viewing.kill()  # SIGKILL: nothing can be written down any more
    killed = SystemBootClock().now()
    ws = opened_workstation(place)
    ledger = Ledger(ws)
    assert ledger.today().desk_ms == counted_ms  # what was counted before is there
    ledger.begin()
    unknown_ms = ledger.today().desk_ms - counted_ms
    assert min(killed.ms - said.ms, PIECE_MS) <= unknown_ms <= PIECE_MS
    again = Ledger(ws)
    again.begin()  # once
    assert again.today().desk_ms == counted_ms + unknown_ms
    (day,) = again.week()
    assert (day.desk_ms, day.items) == (counted_ms + unknown_ms, 1)
    ws.close()


def test_that_after_a_reboot_a_whole_piece_counts_as_viewing(desk: Workstation) -> None:
    world = World(desk, central="server")
    world.ledger.attend(item_id("a"))
    world.boots, world.booted_ms = 2, -1
    assert world.opened().today().desk_ms == PIECE_MS


def test_that_a_program_that_ended_or_paused_in_order_has_nothing_left_to_count(
    desk: Workstation,
) -> None:
    world = World(desk, central="none")
    world.work(1000)
    world.ledger.attend(None)
    world.true_ms += HOUR_MS
    assert world.opened().today().desk_ms == 1000


def night_off(desk: Workstation, off_ms: int) -> World:
    """Three hours of work, a sync, the machine off, and a minute of work before the next sync."""
    world = World(desk, central="server")
    world.sync(1)
    world.work(3 * HOUR_MS)
    world.switch_off(off_ms)
    world.work(MINUTE_MS)
    return world


def test_that_a_day_goes_on_until_the_server_has_said_that_a_night_lay_between(
    desk: Workstation,
) -> None:
    world = night_off(desk, 15 * HOUR_MS)
    assert world.ledger.today().desk_ms == 3 * HOUR_MS + MINUTE_MS
    world.ledger = world.opened()  # and over one more start of the program
    world.sync(1)
    today = world.ledger.today()
    assert (today.desk_ms, today.revealed_ms) == (MINUTE_MS, MINUTE_MS // 2)
    assert today.by_level_ms == {4: MINUTE_MS // 2}
    every_ms = desk.policy.exposure.break_every_s * 1000
    assert today.next_break_in_ms == every_ms - MINUTE_MS
    world.work(MINUTE_MS)
    assert world.opened().today().desk_ms == 2 * MINUTE_MS


def test_that_a_short_time_off_was_a_break_and_no_night(desk: Workstation) -> None:
    world = World(desk, central="server")
    world.sync(1)
    world.work(50 * MINUTE_MS)
    world.switch_off(2 * HOUR_MS)
    world.work(MINUTE_MS)
    every_ms = desk.policy.exposure.break_every_s * 1000
    assert world.ledger.today().next_break_in_ms == every_ms - 51 * MINUTE_MS
    world.sync(1)
    today = world.ledger.today()
    assert today.desk_ms == 51 * MINUTE_MS
    assert today.next_break_in_ms == every_ms - MINUTE_MS


def test_that_without_the_server_a_night_off_stays_unknown(desk: Workstation) -> None:
    world = night_off(desk, 15 * HOUR_MS)
    world.switch_off(MINUTE_MS)  # nobody heard the server in the boot after the night
    world.sync(1)
    assert world.ledger.today().desk_ms == 3 * HOUR_MS + MINUTE_MS


def test_that_what_was_set_aside_and_taken_up_again_has_not_left_the_desk(tmp_path: Path) -> None:
    ws = made_workstation(tmp_path / "home")
    world = World(ws, central="own")
    world.work(2000)
    for name, outcome in (("a", "set-aside"), ("b", "set-aside"), ("c", "passed-on")):
        world.ledger.settle(item_id(name), outcome, category=None, in_series=False)
    world.ledger.take_back([item_id("a"), item_id("c")])
    for ledger in (world.ledger, world.opened()):
        assert ledger.today().outcomes == {"set-aside": 1, "passed-on": 1}
        assert ledger.week()[-1].outcomes == {"set-aside": 1, "passed-on": 1}
    world.ledger.settle(item_id("a"), "discounted", category=None, in_series=False)
    assert world.ledger.today().outcomes["discounted"] == 1
    world.ledger.begin_break()
    left_ms = world.ledger.today().break_left_ms
    world.ledger.take_back([item_id("b")])
    assert world.ledger.today().break_left_ms == left_ms > 0  # a break goes on
    ws.close()
