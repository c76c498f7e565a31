"""The central store's time: asked at each sync, carried by the boot clock, unknown in between."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.central_time import CentralClock, boot_clock_of
from app.clock import Moment, SystemBootClock, utc_now
from app.sync import sync
from storage.central.interface import CentralStore
from storage.home import Home
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import made_home

TOLD = datetime(2031, 5, 6, 7, tzinfo=UTC)
TOLD_MS = int(TOLD.timestamp() * 1000)


class ElsewhereStore(Faulty):
    """The home's own store, with a clock that stands years from this machine's."""

    def now(self) -> datetime | None:
        return TOLD


class Boot:
    """A boot clock that a test moves."""

    def __init__(self) -> None:
        self.at = Moment("first", 5000)

    def now(self) -> Moment:
        return self.at


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return made_home(tmp_path / "home")


def elsewhere(home: Home) -> CentralStore:
    return ElsewhereStore(home.central(), fails_at=0)


def test_that_the_boot_clock_carries_the_time_that_the_store_told(home: Home) -> None:
    boot = Boot()
    clock = CentralClock(home.local, boot)
    assert clock.now() == Moment("first", 5000)  # nothing was told yet
    clock.hear(elsewhere(home))
    boot.at = Moment("first", 65_000)
    assert clock.now() == Moment("first", 65_000, TOLD_MS + 60_000)
    assert CentralClock(home.local, boot).now() == clock.now()  # another start of the program
    home.close()


@pytest.mark.parametrize("at", [Moment("second", 9000), Moment("", 9000)])
def test_that_after_a_restart_it_is_unknown_until_the_store_is_asked(
    home: Home, at: Moment
) -> None:
    boot = Boot()
    clock = CentralClock(home.local, boot)
    clock.hear(elsewhere(home))
    boot.at = at
    assert clock.now().central_ms is None
    home.close()


def test_that_where_no_start_of_the_machine_is_told_from_the_next_nothing_is_carried(
    home: Home,
) -> None:
    boot = Boot()
    boot.at = Moment("", 5000)
    clock = CentralClock(home.local, boot)
    clock.hear(elsewhere(home))
    boot.at = Moment("", 6000)
    assert clock.now().central_ms is None
    home.close()


def test_that_each_sync_hears_the_time_of_its_store(home: Home) -> None:
    before = SystemBootClock().now()
    sync(home, elsewhere(home))
    now = CentralClock(home.local).now()
    assert now.central_ms is not None
    assert TOLD_MS <= now.central_ms <= TOLD_MS + now.ms - before.ms
    home.close()


def test_that_a_home_with_its_own_store_has_the_time_of_its_machine(home: Home) -> None:
    at = boot_clock_of(home, utc_now).now()
    assert at.central_ms is not None
    assert abs(datetime.fromtimestamp(at.central_ms / 1000, UTC) - utc_now()) < timedelta(hours=1)
    home.close()
