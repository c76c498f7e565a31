"""How long a person was at it: a clock that stands still while they are not."""

import time
from collections.abc import Callable

NS_PER_MS = 1_000_000


class Stopwatch:
    """Counts milliseconds while it runs. `now_ns` is a monotonic clock."""

    def __init__(self, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = now_ns
        self._since_ns: int | None = None
        self._counted_ns = 0

    @property
    def runs(self) -> bool:
        """Whether time is being counted."""
        return self._since_ns is not None

    def restart(self, counted_ms: int = 0) -> None:
        """Count from `counted_ms`, now."""
        self._counted_ns = counted_ms * NS_PER_MS
        self._since_ns = self._now_ns()

    def pause(self) -> None:
        """Stand still; twice is once."""
        if self._since_ns is not None:
            self._counted_ns += self._now_ns() - self._since_ns
            self._since_ns = None

    def resume(self) -> None:
        """Count on; twice is once."""
        if self._since_ns is None:
            self._since_ns = self._now_ns()

    def ms(self) -> int:
        """Return what was counted so far."""
        running_ns = self._now_ns() - self._since_ns if self._since_ns is not None else 0
        return (self._counted_ns + running_ns) // NS_PER_MS

    def take_ms(self) -> int:
        """Return what was counted and begin again at 0, running or not as before."""
        counted_ms = self.ms()
        runs = self.runs
        self._counted_ns, self._since_ns = 0, (self._now_ns() if runs else None)
        return counted_ms
