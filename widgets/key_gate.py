"""Keeps a run of fast keys from slipping onto an item that nobody has looked at."""

import time
from collections.abc import Callable

PAUSE_NS = 250_000_000  # without a key: the run is over


class KeyGate:
    """Once a key was dropped, it stays shut until a short pause. `now_ns` is a monotonic clock."""

    def __init__(self, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = now_ns
        self._dropped_ns: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether no run of dropped keys goes on."""
        return self._dropped_ns is None or self._now_ns() - self._dropped_ns >= PAUSE_NS

    def takes(self, *, ready: bool) -> bool:
        """Take one key; False if it is dropped, and then the pause begins anew."""
        if ready and self.is_open:
            self._dropped_ns = None
            return True
        self._dropped_ns = self._now_ns()
        return False
