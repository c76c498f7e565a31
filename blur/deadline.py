"""Ends a decoder process that takes longer over one request than it may."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_END_WAIT_S = 10.0


class Allowance:
    """The time one request has; ``is_over`` once it was used up and the process was ended."""

    def __init__(self, until_s: float, strike: Callable[[], None]) -> None:
        self.until_s = until_s
        self.strike = strike
        self.is_over = False


class Deadline:
    """One thread that watches one request after another.

    It sleeps until the time that the running request has, and is woken for a request only when
    it sleeps without end: a request that ends in time costs no thread and no switch to one.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: Allowance | None = None
        self._wakes_at_s: float | None = None
        self._is_closing = False
        self._thread = threading.Thread(target=self._watch, name="decoder-deadline", daemon=True)
        self._thread.start()

    @contextmanager
    def within(self, limit_s: float, strike: Callable[[], None]) -> Iterator[Allowance]:
        """Call ``strike``, once, if the block takes longer than ``limit_s``."""
        allowance = Allowance(time.monotonic() + limit_s, strike)
        with self._changed:
            self._running = allowance
            if self._wakes_at_s is None or self._wakes_at_s > allowance.until_s:
                self._changed.notify()
        try:
            yield allowance
        finally:
            with self._changed:
                self._running = None

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(_END_WAIT_S)

    def _watch(self) -> None:
        with self._changed:
            while not self._is_closing:
                running = self._running
                now_s = time.monotonic()
                if running is not None and not running.is_over and running.until_s <= now_s:
                    running.is_over = True
                    running.strike()
                    continue
                waits = running is not None and not running.is_over
                self._wakes_at_s = running.until_s if running is not None and waits else None
                self._changed.wait(None if self._wakes_at_s is None else self._wakes_at_s - now_s)
