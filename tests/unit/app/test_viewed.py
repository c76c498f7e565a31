"""How long everybody viewed: added up from signed records, of nobody by name."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.policies import default_policy
from app.record import Extras
from app.viewed import DAYS, DayViewed, Viewed
from tests.unit.app.desks import DRAWING, REMIT, Bureau

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR_MS = 3_600_000
LIMIT_MS = default_policy().exposure.desk_time_a_day_s * 1000


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    bureau = Bureau(tmp_path, ada="analyst", ben="analyst", cyd="analyst")
    yield bureau
    bureau.close()


def grade(bureau: Bureau, who: str, item: str, back: int, active_ms: int, revealed_ms: int) -> None:
    """Have somebody sign so many days before the newest."""
    seat = bureau[who]
    seat.now = lambda: NOON - timedelta(days=back)
    facts = DRAWING if active_ms % 2 else REMIT
    seat.grade(item, facts, Extras(active_ms=active_ms, revealed_ms=revealed_ms))


def test_that_days_add_up_over_everybody_and_say_how_many_were_over_the_limit(
    bureau: Bureau, dice: random.Random
) -> None:
    viewed = Viewed(bureau["chief"].ws, now=lambda: NOON)
    assert [one.people for one in viewed.week()] == [0] * DAYS
    times = [dice.randrange(1, HOUR_MS) for _ in range(3)]
    grade(bureau, "ada", "a", 0, LIMIT_MS, times[0])
    grade(bureau, "ada", "b", 0, times[1], 0)
    grade(bureau, "ben", "a", 0, times[2], 5)
    grade(bureau, "cyd", "a", 0, 50, 0)
    for who, active_ms in (("ada", 10), ("cyd", 20), ("ben", LIMIT_MS)):
        grade(bureau, who, "c", 2, active_ms, 7)  # as long as is allowed, and no longer
    grade(bureau, "ben", "d", DAYS, HOUR_MS, HOUR_MS)  # too long ago
    bureau.sync()
    week = viewed.week()
    newest = NOON.astimezone().date()
    dates = [newest - timedelta(days=back) for back in reversed(range(DAYS))]
    assert [one.day for one in week] == [date.isoformat() for date in dates]
    today, before = week[-1], week[-3]
    assert (today.people, today.over) == (3, 1)
    assert today.desk_ms == LIMIT_MS + times[1] + times[2] + 50
    assert (today.revealed_ms, today.limit_ms) == (times[0] + 5, 3 * LIMIT_MS)
    assert (before.people, before.over, before.desk_ms) == (3, 0, LIMIT_MS + 30)
    assert sum(one.people for one in week) == 6


@pytest.mark.parametrize("who", [("ada",), ("ada", "ben")])
def test_that_of_a_day_on_which_few_signed_no_time_of_one_of_them_is_told(
    bureau: Bureau, who: tuple[str, ...]
) -> None:
    for name in who:
        grade(bureau, name, "a", 0, LIMIT_MS + 1, 10)
    bureau.sync()
    *_, yesterday, today = Viewed(bureau["chief"].ws, now=lambda: NOON).week()
    assert today == DayViewed(today.day, 0, 0, 0, 0, 0, few=True)
    assert not yesterday.few


def test_that_what_came_since_is_added_and_nothing_is_added_twice(bureau: Bureau) -> None:
    viewed = Viewed(bureau["chief"].ws, now=lambda: NOON)
    for who, active_ms in (("ada", 700), ("ben", 200), ("cyd", 100)):
        grade(bureau, who, "a", 0, active_ms, 10)
    bureau.sync()
    assert viewed.week()[-1].desk_ms == viewed.week()[-1].desk_ms == 1000
    grade(bureau, "ben", "b", 0, 200, 0)
    bureau.sync()
    assert viewed.week()[-1].desk_ms == 1200
