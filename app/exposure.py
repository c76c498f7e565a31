"""The exposure ledger: how much was revealed, how long an item was open, when to pause.

It belongs to the person and never leaves this home. Figures are whole milliseconds. Time is
counted with the boot clock, which nobody can set back, and survives a restart. A day ends, and a
break is over, only after time that surely passed without viewing: how long a machine was switched
off only the central time can tell (`app.central_time`), and until it is known it counts as no
pause: what is viewed before the store has answered joins the day before, and leaves it when the
answer shows that a day, or a break, lay between. The hour at which viewing ends is read from the
wall clock, but never from one that was set back: what it claimed once, and what the boot clock
counted since, holds.

Desk time is added in pieces while an item is open (`app.session.duty`). Whether one is open is
written down, so that a program that was killed counts the piece it died in when it starts again:
as long as it may have been, ten seconds at most.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.central_time import boot_clock_of
from app.clock import BootClock, Moment, as_rfc3339, utc_now
from app.exposure_day import HOUR_MS, Claimed, Day, DayTotals, Opened, Today
from storage.rows import ExposureRow

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.policy import ExposurePolicy

NOTE = "exposure"
MINUTE_MS = 60_000
MINUTES_A_DAY = 24 * 60
WEEK_DAYS = 7
PIECE_MS = 10_000  # how often desk time is added while an item is open
SET_ASIDE, TAKEN_UP = "set-aside", "taken-up"


class Ledger:
    """Adds up exposure and says when a pause is due. Used from the store thread."""

    def __init__(
        self,
        ws: "Workstation",
        *,
        clock: BootClock | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._local = ws.home.local
        self._policy: ExposurePolicy = ws.policy.exposure
        self._clock = clock or boot_clock_of(ws.home, now)
        self._now = now
        note = self._local.note_get(NOTE)
        self._day = self._new_day(None) if note is None else Day.from_note(note)
        self._items: set[str] = set()
        self._outcomes: dict[str, str] = {}
        for known in self._local.exposure_days(self._day.label):
            self._items |= known.items
            self._outcomes |= known.outcomes

    def begin(self) -> None:
        """Count the piece in which the program died, if it did, as if it had been viewed."""
        opened = self._day.opened
        if opened is None:
            return
        lost_ms = opened.uncounted_ms(self._clock.now(), PIECE_MS)
        self._keep(self._settled(opened.at))
        day = self._day.resumed(opened.at)
        day = replace(
            day,
            desk_ms=day.desk_ms + lost_ms,
            since_break_ms=day.since_break_ms + lost_ms,
            last=opened.ended(lost_ms),
            break_from=None,
            opened=None,
        )
        row = self._row(day, opened.item, desk_ms=lost_ms)
        self._write(day, lambda: self._local.exposure_add(row))
        self._items.add(opened.item)

    def attend(self, item: str | None) -> None:
        """Note that somebody is at an item from now on, or at none."""
        if (item is None) == (self._day.opened is None):
            return  # `add` keeps it up to date
        opened = None if item is None else Opened(item, self._clock.now())
        self._write(replace(self._day, opened=opened), lambda: None)

    def add(
        self, item: str, *, level: int, revealed_ms: int = 0, active_ms: int = 0, desk_ms: int = 0
    ) -> None:
        """Count time on ``item``: revealed at ``level``, at the keys, and with the item open.

        The time is that which has just passed. Only desk time counts against the limits.
        """
        at, day = self._viewed(max(desk_ms, revealed_ms))
        by_level = dict(day.by_level_ms)
        if revealed_ms:
            by_level[level] = by_level.get(level, 0) + revealed_ms
        day = replace(
            day,
            revealed_ms=day.revealed_ms + revealed_ms,
            desk_ms=day.desk_ms + desk_ms,
            since_break_ms=day.since_break_ms + desk_ms,
            by_level_ms=by_level,
            last=at,
            break_from=None,
            opened=day.opened and Opened(item, at),
        )
        row = self._row(day, item, level, revealed_ms, active_ms, desk_ms=desk_ms)
        self._write(day, lambda: self._local.exposure_add(row))
        self._items.add(item)

    def hear(self, item: str, heard_ms: int) -> None:
        """Count sound of ``item`` that has just been heard."""
        at, day = self._viewed(heard_ms)
        day = replace(day, heard_ms=day.heard_ms + heard_ms, last=at, break_from=None)
        self._write(day, lambda: self._local.sound_add(day.label, item, heard_ms))

    def settle(self, item: str, outcome: str, *, category: str | None, in_series: bool) -> None:
        """Note with what ``item`` has just left the Desk."""
        at, day = self._viewed(0)
        if in_series or category in self._policy.heavy_categories:
            recent = (one for one in day.heavy if at.at_least_since(one) < HOUR_MS)
            day = replace(day, heavy=(*recent, at))
        self._write(day, lambda: self._local.outcome_add(day.label, item, outcome))
        self._outcomes[item] = outcome

    def take_back(self, items: Iterable[str]) -> None:
        """Note that items set aside today were taken up again: they have not left the Desk."""
        self._keep(self._settled(self._clock.now()))
        taken = [item for item in items if self._outcomes.get(item) == SET_ASIDE]
        with self._local.transaction():
            for item in taken:
                self._local.outcome_add(self._day.label, item, TAKEN_UP)
        for item in taken:
            self._outcomes[item] = TAKEN_UP

    def today(self) -> Today:
        """Return the figures of the present day."""
        at = self._clock.now()
        self._keep(self._settled(at))
        day, policy = self._day, self._policy
        limit_ms, every_ms = policy.desk_time_a_day_s * 1000, policy.break_every_s * 1000
        next_break_in_ms = max(0, every_ms - day.since_break_ms)
        left_ms = limit_ms - day.desk_ms
        ends_in_ms = self._ends_in_ms(day, at)
        heavy = sum(1 for one in day.heavy if at.at_least_since(one) < HOUR_MS)
        nearest_ms = min(next_break_in_ms, left_ms, *([] if ends_in_ms is None else [ends_in_ms]))
        return Today(
            revealed_ms=day.revealed_ms,
            desk_ms=day.desk_ms,
            limit_ms=limit_ms,
            items=len(self._items),
            by_level_ms=dict(sorted(day.by_level_ms.items())),
            next_break_in_ms=next_break_in_ms,
            break_left_ms=self._break_left_ms(day, at),
            notice=nearest_ms <= policy.notice_s * 1000 or heavy + 1 == policy.heavy_an_hour,
            break_due=next_break_in_ms == 0,
            over_limit=left_ms <= 0,
            too_late=ends_in_ms == 0,
            heard_ms=day.heard_ms,
            outcomes=_counted(self._outcomes),
            ends_in_ms=ends_in_ms,
            heavy_left_ms=self._heavy_left_ms(day, at),
            heavy=heavy,
            heavy_ceiling=policy.heavy_an_hour,
            heavy_categories=tuple(policy.heavy_categories),
            ends_at=policy.viewing_ends,
            since_break_ms=day.since_break_ms,
            now_at=self._now_at(day, at),
        )

    def week(self) -> tuple[DayTotals, ...]:
        """Return the days of the last seven dates on which something was viewed, oldest first."""
        newest = datetime.fromisoformat(self._day.label)
        since = (newest - timedelta(days=WEEK_DAYS - 1)).date().isoformat()
        return tuple(
            DayTotals(
                day=day.day,
                desk_ms=day.desk_ms,
                revealed_ms=day.revealed_ms,
                heard_ms=day.heard_ms,
                by_level_ms=dict(sorted(day.by_level_ms.items())),
                items=len(day.items),
                outcomes=_counted(day.outcomes),
            )
            for day in self._local.exposure_days(since)
            if day.day <= self._day.label
        )

    def begin_break(self) -> None:
        """Note that the person pauses now; the break runs on the boot clock."""
        at = self._clock.now()
        day = self._settled(at)
        if day.break_from is None:
            day = replace(day, break_from=at)
        self._write(day, lambda: None)

    # -- inside -------------------------------------------------------------------------------

    def _viewed(self, lasting_ms: int) -> tuple[Moment, Day]:
        """Return this moment, and the day in which what ended now began."""
        at = self._clock.now()
        began = at.before(lasting_ms)
        self._keep(self._settled(began))
        day = self._day.resumed(began)
        offset_min = self._offset_min() if day.offset_min is None else day.offset_min
        return at, replace(day, claimed=Claimed(at, self._utc_ms(day, at)), offset_min=offset_min)

    def _settled(self, at: Moment) -> Day:
        """Return the day as it stands at ``at``: a break may be over, or the day itself."""
        day = self._measured(self._day, at)
        if day.last is None:
            return day
        paused_ms = at.at_least_since(day.last)
        if paused_ms >= self._policy.day_ends_after_s * 1000:
            return replace(self._new_day(day.claimed), opened=day.opened)
        if paused_ms >= self._policy.break_length_s * 1000:
            day = day.rested()
        return day

    def _measured(self, day: Day, at: Moment) -> Day:
        """Return the day without its gap, where that can be measured by now."""
        gap_ms = None if day.gap is None else day.gap.measured_ms(at)
        if gap_ms is None:
            return day
        if gap_ms >= self._policy.day_ends_after_s * 1000:
            return day.since_gap(self._label())
        if gap_ms >= self._policy.break_length_s * 1000:
            return day.broken()
        return replace(day, gap=None)

    def _new_day(self, claimed: Claimed | None) -> Day:
        return Day(self._label(), claimed=claimed)

    def _label(self) -> str:
        return self._now().astimezone().date().isoformat()

    def _break_left_ms(self, day: Day, at: Moment) -> int:
        if day.break_from is None:
            return 0
        passed_ms = at.at_least_since(day.break_from)
        return max(0, self._policy.break_length_s * 1000 - passed_ms)

    def _heavy_left_ms(self, day: Day, at: Moment) -> int:
        ceiling = self._policy.heavy_an_hour
        if not ceiling or len(day.heavy) < ceiling:
            return 0
        # The pause ends when fewer than the ceiling lie within the hour.
        return max(0, HOUR_MS - at.at_least_since(day.heavy[-ceiling]))

    def _ends_in_ms(self, day: Day, at: Moment) -> int | None:
        ends_min = self._policy.viewing_ends_min
        if ends_min is None:
            return None
        return max(0, ends_min * MINUTE_MS - self._here_ms(day, at))

    def _now_at(self, day: Day, at: Moment) -> str:
        hour, minute = divmod(self._here_ms(day, at) // MINUTE_MS, 60)
        return f"{hour:02d}:{minute:02d}"

    def _here_ms(self, day: Day, at: Moment) -> int:
        """Return how far the local day is."""
        offset_min = self._offset_min() if day.offset_min is None else day.offset_min
        here_ms = self._utc_ms(day, at) + offset_min * MINUTE_MS
        return here_ms % (MINUTES_A_DAY * MINUTE_MS)

    def _utc_ms(self, day: Day, at: Moment) -> int:
        """Return what the wall clock claims, or what it must be by now if it was set back."""
        wall_ms = int(self._now().timestamp() * 1000)
        if day.claimed is None:
            return wall_ms
        return max(wall_ms, day.claimed.utc_ms + at.at_least_since(day.claimed.at))

    def _offset_min(self) -> int:
        here = self._now().astimezone().utcoffset() or timedelta()
        return int(here.total_seconds()) // 60

    def _row(
        self,
        day: Day,
        item: str,
        level: int = 0,
        revealed_ms: int = 0,
        active_ms: int = 0,
        *,
        desk_ms: int,
    ) -> ExposureRow:
        return ExposureRow(
            day=day.label,
            at=as_rfc3339(self._now()),
            item=item,
            level=level,
            revealed_ms=revealed_ms,
            active_ms=active_ms,
            desk_ms=desk_ms,
        )

    def _write(self, day: Day, row: Callable[[], None]) -> None:
        with self._local.transaction():
            row()
            self._local.note_put(NOTE, day.as_note())
        self._keep(day)

    def _keep(self, day: Day) -> None:
        ended = day.last is None and self._day.last is not None
        if ended or day.label != self._day.label:  # a new day has begun
            self._items.clear()
            self._outcomes.clear()
        self._day = day


def _counted(outcomes: Mapping[str, str]) -> dict[str, int]:
    """Count items by what they left the Desk with; what was taken up again did not leave it."""
    return dict(Counter(outcome for outcome in outcomes.values() if outcome != TAKEN_UP))
