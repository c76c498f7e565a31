"""What a benchmark hands back, and the arithmetic every benchmark shares.

A benchmark module is named `bench_*.py` and has `measure(rounds: int) -> list[Measure]`. It does
its work and its floor in turns (work, floor, work, floor), so that a noisy machine slows both, and
hands back medians. It never decides whether a figure is good: the reader of docs/measures.md does.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with the floor taken beside it in the same run."""

    name: str  # what was measured, as a person would say it
    value: float  # median over the rounds, in `unit`
    unit: str  # "ms", "s", "files/s", "MB/s", "rows/s"
    floor: float | None  # the floor's median in the same unit; None where no floor exists
    floor_name: str  # what the floor does; "" without one
    command: str  # what to type to repeat it
    note: str = ""  # what a reader must know to judge the figure: sizes, counts, p99


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of the work and of its floor, round by round, taken in turns."""

    work_s: tuple[float, ...]
    floor_s: tuple[float, ...]

    @property
    def work_median_s(self) -> float:
        """Median seconds of the work."""
        return median(self.work_s)

    @property
    def floor_median_s(self) -> float:
        """Median seconds of the floor."""
        return median(self.floor_s)


def timed_s(work: Callable[[], object]) -> float:
    """Return the seconds that one call takes, by the clock that never goes back."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(
    work: Callable[[], object],
    floor: Callable[[], object],
    rounds: int,
    after: Callable[[], object] = lambda: None,
) -> Pair:
    """Time `work` and `floor` in turns, `rounds` times each; `after` each work, off the clock."""
    work_s, floor_s = [], []
    for _ in range(rounds):
        work_s.append(timed_s(work))
        after()
        floor_s.append(timed_s(floor))
    return Pair(tuple(work_s), tuple(floor_s))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie: nearest rank, no blending."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def peak_mb() -> float:
    """Return the most memory that this process has held, in MB.

    Not ``ru_maxrss``: a process begins with what its parent held, and a small one never exceeds it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
