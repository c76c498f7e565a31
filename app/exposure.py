"""The exposure ledger: how much was revealed, how long an item was open, when to pause.

It belongs to the person and never leaves this home. Figures are whole milliseconds. Time is
counted with the boot clock, which nobody can set back, and survives a restart. A day ends, and a
break is over, only after time that surely passed without viewing: how long a machine was switched
off only the central time can tell, and where there is none it counts as no pause. An embedded
central store tells the time of its own machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.clock import BootClock, Moment, SystemBootClock, as_rfc3339, utc_now
from storage.rows import ExposureRow

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.policy import ExposurePolicy

NOTE = "exposure"


@dataclass(frozen=True, slots=True)
class Today:
    """Exposure of the present day, which ends only after eight hours without viewing.

    ``next_break_in_ms`` is desk time left until a break is due, 0 when it is;
    ``break_left_ms`` what is left of a break that has begun; ``notice`` from five minutes before.
    ``over_limit`` says that the day's desk time is used up, ``too_late`` that the policy ends
    viewing at an hour that has passed.
    """

    revealed_ms: int
    desk_ms: int
    limit_ms: int
    items: int
    by_level_ms: Mapping[int, int]
    next_break_in_ms: int
    break_left_ms: int
    notice: bool
    break_due: bool
    over_limit: bool
    too_late: bool


@dataclass(frozen=True, slots=True)
class _Day:
    """What is remembered of the present day, from one start of the program to the next."""

    label: str  # local date on which it began
    revealed_ms: int = 0
    desk_ms: int = 0
    since_break_ms: int = 0
    by_level_ms: Mapping[int, int] = field(default_factory=dict)
    last: Moment | None = None  # when something was viewed last
    break_from: Moment | None = None  # when a break was begun that is not over

    def as_note(self) -> dict[str, object]:
        note = asdict(self)
        note["by_level_ms"] = {str(level): ms for level, ms in self.by_level_ms.items()}
        return note

    @classmethod
    def from_note(cls, note: Mapping[str, Any]) -> "_Day":
        return cls(
            label=note["label"],
            revealed_ms=note["revealed_ms"],
            desk_ms=note["desk_ms"],
            since_break_ms=note["since_break_ms"],
            by_level_ms={int(level): ms for level, ms in note["by_level_ms"].items()},
            last=_moment(note["last"]),
            break_from=_moment(note["break_from"]),
        )


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
        self._clock = clock or SystemBootClock(central=now)
        self._now = now
        note = self._local.note_get(NOTE)
        self._day = _Day(self._date()) if note is None else _Day.from_note(note)
        self._items = {row.item for row in self._local.exposure_since(self._day.label)}

    def add(
        self, item: str, *, level: int, revealed_ms: int = 0, active_ms: int = 0, desk_ms: int = 0
    ) -> None:
        """Count time on ``item``: revealed at ``level``, at the keys, and with the item open.

        The time is that which has just passed. Only desk time counts against the limits.
        """
        at = self._clock.now()
        began = at.before(max(desk_ms, revealed_ms))
        day = self._settled(began)
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
        )
        row = ExposureRow(
            day=day.label,
            at=as_rfc3339(self._now()),
            item=item,
            level=level,
            revealed_ms=revealed_ms,
            active_ms=active_ms,
            desk_ms=desk_ms,
        )
        with self._local.transaction():
            self._local.exposure_add(row)
            self._local.note_put(NOTE, day.as_note())
        self._keep(day)
        self._items.add(item)

    def today(self) -> Today:
        """Return the figures of the present day."""
        at = self._clock.now()
        self._keep(self._settled(at))
        day, policy = self._day, self._policy
        limit_ms, every_ms = policy.desk_time_a_day_s * 1000, policy.break_every_s * 1000
        next_break_in_ms = max(0, every_ms - day.since_break_ms)
        left_ms = limit_ms - day.desk_ms
        notice_ms = policy.notice_s * 1000
        return Today(
            revealed_ms=day.revealed_ms,
            desk_ms=day.desk_ms,
            limit_ms=limit_ms,
            items=len(self._items),
            by_level_ms=dict(sorted(day.by_level_ms.items())),
            next_break_in_ms=next_break_in_ms,
            break_left_ms=self._break_left_ms(day, at),
            notice=min(next_break_in_ms, left_ms) <= notice_ms,
            break_due=next_break_in_ms == 0,
            over_limit=left_ms <= 0,
            too_late=self._too_late(),
        )

    def begin_break(self) -> None:
        """Note that the person pauses now; the break runs on the boot clock."""
        at = self._clock.now()
        day = self._settled(at)
        if day.break_from is None:
            day = replace(day, break_from=at)
        self._local.note_put(NOTE, day.as_note())
        self._keep(day)

    def _settled(self, at: Moment) -> _Day:
        """Return the day as it stands at ``at``: a break may be over, or the day itself."""
        day = self._day
        if day.last is None:
            return day
        paused_ms = at.at_least_since(day.last)
        if paused_ms >= self._policy.day_ends_after_s * 1000:
            return _Day(self._date())
        if paused_ms >= self._policy.break_length_s * 1000:
            day = replace(day, since_break_ms=0, break_from=None)
        return day

    def _break_left_ms(self, day: _Day, at: Moment) -> int:
        if day.break_from is None:
            return 0
        passed_ms = at.at_least_since(day.break_from)
        return max(0, self._policy.break_length_s * 1000 - passed_ms)

    def _keep(self, day: _Day) -> None:
        if day.last is None and self._day.last is not None:
            self._items.clear()  # a new day has begun
        self._day = day

    def _too_late(self) -> bool:
        ends_min = self._policy.viewing_ends_min
        here = self._now().astimezone()
        return ends_min is not None and 60 * here.hour + here.minute >= ends_min

    def _date(self) -> str:
        return self._now().astimezone().date().isoformat()


def _moment(note: Mapping[str, Any] | None) -> Moment | None:
    return None if note is None else Moment(note["boot"], note["ms"], note.get("central_ms"))
