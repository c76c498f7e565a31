"""How long the window's thread is kept waiting while another one works, and how much is its doing.

A timer of the window notes when it comes. Between two of its ticks the other thread computes: what
it takes of the processor at a stretch is what it keeps the interpreter for, at the most, however
busy the machine is with other things.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from app.jobs import Jobs
from app.switching import switch_as_at_work

TICK_MS = 2


@dataclass(frozen=True, slots=True)
class Waits:
    """The longest from tick to tick, in ms: by the wall, and of the other thread's own time."""

    longest_ms: float
    held_ms: float

    @property
    def note(self) -> str:
        """The second of them in words."""
        return f"noted every {TICK_MS} ms; the other thread computes {self.held_ms:.0f} ms at most"


def waits_while(work: Callable[[], object]) -> Waits:
    """Run `work` on a thread of its own, and tick meanwhile, as the window does."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - no other part needs a window
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the same

    application = QApplication.instance() or QApplication(["assay"])
    jobs, done, failed = Jobs("read"), list[object](), list[BaseException]()
    ticks, clocks = [(time.perf_counter(), 0.0)], list[int]()

    def timed() -> object:
        clocks.append(time.pthread_getcpuclockid(threading.get_ident()))
        return work()

    def tick() -> None:
        own_s = time.clock_gettime(clocks[0]) if clocks else 0.0
        ticks.append((time.perf_counter(), own_s))

    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(tick)
    timer.start()
    before = sys.getswitchinterval()
    switch_as_at_work()
    try:
        jobs.run(timed, done.append, failed.append)
        while not done and not failed:
            application.processEvents()
            time.sleep(TICK_MS / 4000)
    finally:
        sys.setswitchinterval(before)
        timer.stop()
        jobs.close()
    if failed:
        raise failed[0]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ticks)]
    return Waits(max(wall for wall, _ in steps) * 1000, max(own for _, own in steps) * 1000)
