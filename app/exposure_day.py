"""One day of the exposure ledger: what a person is shown of it, and what is remembered of it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, field, replace
from typing import Any

from app.clock import Moment
from grading.late_methods import dataclass

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Today:
    """Exposure of the present day, which ends only after eight hours without viewing.

    Times are milliseconds. ``next_break_in_ms`` is desk time left until a break is due, 0 when
    it is; ``break_left_ms`` what is left of a break that has begun; ``ends_in_ms`` the time
    left until the hour at which viewing ends, None where there is none. ``notice`` is set from
    five minutes before any of these, and from one heavy item before their ceiling.
    ``over_limit`` says that the day's desk time is used up, ``too_late`` that the policy ends
    viewing at an hour that has passed; ``heavy_left_ms`` how long a pause after many heavy
    items still lasts. ``outcomes`` counts items by what they left the Desk with.
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
    heard_ms: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    ends_in_ms: int | None = None
    heavy_left_ms: int = 0
    heavy: int = 0  # items of the last hour
    heavy_ceiling: int = 0  # so many in an hour make a pause due; 0: no ceiling
    heavy_categories: tuple[str, ...] = ()
    ends_at: str | None = None  # HH:MM at which viewing ends
    since_break_ms: int = 0  # desk time since the last break, or of the day where there was none
    now_at: str = ""  # HH:MM by the clock that this is read from

    def filled_with(self, kinds: Iterable[tuple[str | None, bool]]) -> bool:
        """Whether these, by category and whether in a series, bring the heavy to their ceiling."""
        more = sum(in_series or kind in self.heavy_categories for kind, in_series in kinds)
        return bool(more and self.heavy_ceiling) and self.heavy + more >= self.heavy_ceiling

    def full(self) -> "Today":
        """The same day with as many heavy items as there may be."""
        return replace(self, heavy=self.heavy_ceiling, heavy_left_ms=HOUR_MS)

    @property
    def limit_left_ms(self) -> int:
        """Desk time that is left of the day."""
        return max(0, self.limit_ms - self.desk_ms)

    @property
    def changes_in_ms(self) -> int | None:
        """The time, or desk time, after which a pause is due or over; None: nothing is near."""
        left = (self.next_break_in_ms, self.limit_left_ms, self.ends_in_ms, self.break_left_ms)
        return min((ms for ms in (*left, self.heavy_left_ms) if ms), default=None)

    @property
    def pause_due(self) -> bool:
        """Whether no further item may be taken up now."""
        pausing = self.break_due or self.break_left_ms > 0 or self.heavy_left_ms > 0
        return pausing or self.over_limit or self.too_late


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What one day of the week amounted to; ``day`` is the local date on which it began."""

    day: str
    desk_ms: int
    revealed_ms: int
    heard_ms: int
    by_level_ms: Mapping[int, int]
    items: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The latest time that the wall clock claimed, with the reading of the boot clock then."""

    at: Moment
    utc_ms: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The item that is open, and from when on that was not counted yet."""

    item: str
    at: Moment

    def uncounted_ms(self, now: Moment, most_ms: int) -> int:
        """Return how long it may have been open uncounted, if the program died meanwhile."""
        if now.boot != self.at.boot or now.ms < self.at.ms:
            return most_ms
        return min(now.ms - self.at.ms, most_ms)

    def ended(self, after_ms: int) -> Moment:
        """Return the moment so long after the one from which it was open."""
        return self.at.before(-after_ms)


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause across a restart that nobody could measure yet, and what was counted up to it.

    ``before`` and ``after`` are the moments of viewing on its two sides.
    """

    before: Moment
    after: Moment
    revealed_ms: int
    desk_ms: int
    heard_ms: int
    since_break_ms: int
    by_level_ms: Mapping[int, int]

    def measured_ms(self, at: Moment) -> int | None:
        """Return how long it surely was, once the central time is known in the boot after it."""
        if at.central_ms is None or at.boot != self.after.boot:
            return None
        passed_ms = at.ms - self.after.ms
        return replace(self.after, central_ms=at.central_ms - passed_ms).at_least_since(self.before)


@dataclass(frozen=True, slots=True)
class Day:
    """What is remembered of the present day, from one start of the program to the next."""

    label: str  # local date on which it began
    revealed_ms: int = 0
    desk_ms: int = 0
    heard_ms: int = 0
    since_break_ms: int = 0
    by_level_ms: Mapping[int, int] = field(default_factory=dict)
    last: Moment | None = None  # when something was viewed last
    break_from: Moment | None = None  # when a break was begun that is not over
    heavy: tuple[Moment, ...] = ()  # when heavy items were graded, the newest last
    claimed: Claimed | None = None  # outlives the day
    offset_min: int | None = None  # of local time against UTC, as the day began
    gap: Gap | None = None  # counted as viewing until it can be measured
    opened: Opened | None = None  # while somebody is at an item

    def resumed(self, after: Moment) -> "Day":
        """Return the day as viewing goes on ``after`` a pause, with its gap if it has one.

        It has where a restart lies between and the central time is known before it, not after.
        """
        last = self.last
        if last is None or last.boot == after.boot:
            return self
        if last.central_ms is None or after.central_ms is not None:
            return replace(self, gap=None)
        gap = Gap(
            before=last,
            after=after,
            revealed_ms=self.revealed_ms,
            desk_ms=self.desk_ms,
            heard_ms=self.heard_ms,
            since_break_ms=self.since_break_ms,
            by_level_ms=self.by_level_ms,
        )
        return replace(self, gap=gap)

    def since_gap(self, label: str) -> "Day":
        """Return the day that began after the gap, which turned out to have ended the one before.

        What was listed meanwhile stays under the date before; it counts for the new day.
        """
        gap = self.gap
        if gap is None:
            return self
        by_level = {
            level: ms - gap.by_level_ms.get(level, 0) for level, ms in self.by_level_ms.items()
        }
        return replace(
            self.broken(),
            label=label,
            revealed_ms=self.revealed_ms - gap.revealed_ms,
            desk_ms=self.desk_ms - gap.desk_ms,
            heard_ms=self.heard_ms - gap.heard_ms,
            by_level_ms={level: ms for level, ms in by_level.items() if ms},
            offset_min=None,
        )

    def broken(self) -> "Day":
        """Return the day after the gap has turned out to be a break."""
        if self.gap is None:
            return self
        since_ms = self.since_break_ms - self.gap.since_break_ms
        return replace(self, since_break_ms=since_ms, gap=None)

    def rested(self) -> "Day":
        """Return the day after a break that is over."""
        gap = self.gap and replace(self.gap, since_break_ms=0)
        return replace(self, since_break_ms=0, break_from=None, gap=gap)

    def as_note(self) -> dict[str, object]:
        """Return it as a JSON value."""
        note = asdict(self)
        note["by_level_ms"] = _levels_noted(self.by_level_ms)
        if self.gap is not None:
            note["gap"]["by_level_ms"] = _levels_noted(self.gap.by_level_ms)
        return note

    @classmethod
    def from_note(cls, note: Mapping[str, Any]) -> "Day":
        """Return what ``as_note`` wrote, in this version or an earlier one."""
        claimed = note.get("claimed")
        return cls(
            label=note["label"],
            revealed_ms=note["revealed_ms"],
            desk_ms=note["desk_ms"],
            heard_ms=note.get("heard_ms", 0),
            since_break_ms=note["since_break_ms"],
            by_level_ms=_levels(note["by_level_ms"]),
            last=_moment(note["last"]),
            break_from=_moment(note["break_from"]),
            heavy=tuple(Moment(**one) for one in note.get("heavy", ())),
            claimed=claimed and Claimed(Moment(**claimed["at"]), claimed["utc_ms"]),
            offset_min=note.get("offset_min"),
            gap=_gap(note.get("gap")),
            opened=_opened(note.get("opened")),
        )


def _gap(note: Mapping[str, Any] | None) -> Gap | None:
    if note is None:
        return None
    sides = {"before": Moment(**note["before"]), "after": Moment(**note["after"])}
    return Gap(**{**note, **sides, "by_level_ms": _levels(note["by_level_ms"])})


def _opened(note: Mapping[str, Any] | None) -> Opened | None:
    return None if note is None else Opened(note["item"], Moment(**note["at"]))


def _levels_noted(by_level_ms: Mapping[int, int]) -> dict[str, int]:
    return {str(level): ms for level, ms in by_level_ms.items()}


def _levels(noted: Mapping[str, int]) -> dict[int, int]:
    return {int(level): ms for level, ms in noted.items()}


def _moment(note: Mapping[str, Any] | None) -> Moment | None:
    return None if note is None else Moment(note["boot"], note["ms"], note.get("central_ms"))
