"""Use case: how long everybody viewed, day by day and together, beside the limits of the policy.

It is read from what people signed: each record says how long its own item was open and revealed.
Nobody is named and nobody is compared; a person's own ledger (`app.exposure`) never leaves them,
and an item that was looked at and not signed is in it alone. Of a day on which fewer than three
people signed nothing is added up: it would be the time of one of them, or of the other.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.clock import utc_now
from grading.late_methods import dataclass
from storage.envelope import open_envelope

if TYPE_CHECKING:
    from app.bootstrap import Workstation

DAYS = 7
FEWEST = 3  # people; with fewer, who knows one time reads off the other
# What says how long its item was open.
KINDS = frozenset(("verdict", "opinion", "adjudication", "selection", "hold", "pass"))


@dataclass(frozen=True, slots=True)
class DayViewed:
    """One day, of everybody whose records are here. Times are milliseconds.

    Attributes:
        day: The date here, such as 2026-11-30.
        people: How many signed something; where they were few, 0 as all that follows.
        desk_ms: How long their items were open.
        revealed_ms: How long these were revealed.
        limit_ms: What the policy in force allows so many people together.
        over: How many of them were over the limit of one person.
        few: Somebody signed, and fewer than three people did.
    """

    day: str
    people: int
    desk_ms: int
    revealed_ms: int
    limit_ms: int
    over: int
    few: bool = False


class Viewed:
    """Reads the records of a home once, and then only what is new. For one thread."""

    def __init__(self, ws: "Workstation", *, now: Callable[[], datetime] = utc_now) -> None:
        self._ws = ws
        self._now = now
        self._position = 0
        # Day -> person -> milliseconds open, and revealed.
        self._days: defaultdict[date, defaultdict[str, list[int]]] = defaultdict(
            lambda: defaultdict(lambda: [0, 0])
        )

    def week(self) -> tuple[DayViewed, ...]:
        """Return the last seven days, the newest last."""
        for row in self._ws.home.local.records(after=self._position):
            self._position = row.position
            if row.kind in KINDS:
                self._take(row.envelope, row.author)
        today = self._now().astimezone().date()
        return tuple(self._of(today - timedelta(days=back)) for back in range(DAYS - 1, -1, -1))

    def _take(self, envelope: bytes, author: str) -> None:
        said = open_envelope(envelope).predicate
        spent = self._days[datetime.fromisoformat(said["decided_at"]).astimezone().date()][author]
        spent[0] += said.get("active_ms", 0)
        spent[1] += said.get("revealed_ms", 0)

    def _of(self, day: date) -> DayViewed:
        people: Mapping[str, list[int]] = self._days.get(day, {})
        if 0 < len(people) < FEWEST:
            return DayViewed(day.isoformat(), 0, 0, 0, 0, 0, few=True)
        limit_ms = self._ws.policy.exposure.desk_time_a_day_s * 1000
        return DayViewed(
            day=day.isoformat(),
            people=len(people),
            desk_ms=sum(desk_ms for desk_ms, _ in people.values()),
            revealed_ms=sum(revealed_ms for _, revealed_ms in people.values()),
            limit_ms=limit_ms * len(people),
            over=sum(desk_ms > limit_ms for desk_ms, _ in people.values()),
        )
