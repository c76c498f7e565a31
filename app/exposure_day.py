"""One day of the exposure ledger: what a person is shown of it, and what is remembered of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.clock import Moment


@dataclass(frozen=True, slots=True)
class Today:
    """Exposure of the present day, which ends only after eight hours without viewing.

    Times are milliseconds. ``next_break_in_ms`` is desk time left until a break is due, 0 when it
    is; ``break_left_ms`` what is left of a break that has begun; ``ends_in_ms`` the time left until
    the hour at which viewing ends, None where there is none. ``notice`` is set from five minutes
    before any of these. ``over_limit`` says that the day's desk time is used up, ``too_late`` that
    the policy ends viewing at an hour that has passed; ``heavy_left_ms`` how long a pause after
    many heavy items still lasts. ``outcomes`` counts items by what they left the Desk with.
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
    ends_at: str | None = None  # HH:MM at which viewing ends
    now_at: str = ""  # HH:MM by the clock that this is read from

    @property
    def limit_left_ms(self) -> int:
        """Desk time that is left of the day."""
        return max(0, self.limit_ms - self.desk_ms)

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

    def as_note(self) -> dict[str, object]:
        """Return it as a JSON value."""
        note = asdict(self)
        note["by_level_ms"] = {str(level): ms for level, ms in self.by_level_ms.items()}
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
            by_level_ms={int(level): ms for level, ms in note["by_level_ms"].items()},
            last=_moment(note["last"]),
            break_from=_moment(note["break_from"]),
            heavy=tuple(Moment(**one) for one in note.get("heavy", ())),
            claimed=claimed and Claimed(Moment(**claimed["at"]), claimed["utc_ms"]),
            offset_min=note.get("offset_min"),
        )


def _moment(note: Mapping[str, Any] | None) -> Moment | None:
    return None if note is None else Moment(note["boot"], note["ms"], note.get("central_ms"))
