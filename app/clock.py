"""Clocks, handed in so that a test can set them back.

The wall clock is only ever a claim: it dates records. Durations, pauses and the end of a day are
measured with the boot clock, which counts while the machine sleeps and which nobody can set.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from grading.late_methods import dataclass

BEHIND_S = 300  # clocks of a few machines differ by seconds, not by minutes
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def utc_now() -> datetime:
    """Return the time that this machine claims, in UTC."""
    return datetime.now(UTC)


def as_rfc3339(moment: datetime) -> str:
    """Return a moment in UTC as records write it, to the millisecond."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def behind(newest: str, now: datetime) -> str | None:
    """Return what a person is told where the clock is behind ``newest``; else None."""
    late_s = (datetime.fromisoformat(newest) - now).total_seconds()
    if late_s <= BEHIND_S:
        return None
    return (
        f"The clock of this machine is {_lasting(late_s)} behind the latest date on your records: "
        "set the clock, unless it was wrong then; nothing is lost, and records keep their order "
        "by number."
    )


def _lasting(seconds: float) -> str:
    for unit, unit_s in (("day", 86_400), ("hour", 3_600)):
        if seconds >= 2 * unit_s:
            return f"about {round(seconds / unit_s)} {unit}s"
    return f"about {round(seconds / 60)} minutes"


@dataclass(frozen=True, slots=True)
class Moment:
    """A reading of the boot clock; two readings compare only within one ``boot``.

    ``central_ms`` is the central store's time at that reading, where there was one to ask.
    """

    boot: str
    ms: int
    central_ms: int | None = None

    def before(self, ms: int) -> "Moment":
        """Return the reading of so many milliseconds ago, at the earliest the start."""
        central_ms = None if self.central_ms is None else self.central_ms - ms
        return Moment(self.boot, max(0, self.ms - ms), central_ms)

    def at_least_since(self, earlier: "Moment") -> int:
        """Return the milliseconds that have surely passed since ``earlier``.

        After a restart that is the time since the start: how long the machine was off is known
        only where the central time was read before and after.
        """
        if self.boot and self.boot == earlier.boot:
            return max(0, self.ms - earlier.ms)  # pieces of time may overlap by a little
        if not self.boot and self.ms >= earlier.ms:
            return self.ms - earlier.ms
        if self.central_ms is None or earlier.central_ms is None:
            return self.ms
        return max(self.ms, self.central_ms - earlier.central_ms)


class BootClock(Protocol):
    """What reads the time since the machine started."""

    def now(self) -> Moment:
        """Return the present reading."""
        ...


class SystemBootClock:
    """The boot clock of this machine, with the central time beside it where that is to be had."""

    def __init__(self, central: Callable[[], datetime] | None = None) -> None:
        self._central = central
        try:
            self._boot = _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            self._boot = ""  # elsewhere a reading that went back shows a restart

    def now(self) -> Moment:
        """Return the present reading; CLOCK_BOOTTIME where the system has it."""
        boottime = getattr(time, "CLOCK_BOOTTIME", None)
        seconds = time.monotonic() if boottime is None else time.clock_gettime(boottime)
        central_ms = None if self._central is None else int(self._central().timestamp() * 1000)
        return Moment(self._boot, int(seconds * 1000), central_ms)
