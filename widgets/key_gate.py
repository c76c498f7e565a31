"""Keeps a run of fast keys from slipping onto an item that nobody has looked at.

A key counts if what it is meant for has been before the person for as long as anybody needs to
see it and press, and if it is not part of a run of which an earlier key did not count. So a person
who looks loses no key, however fast the next ones follow; one who types ahead answers nothing.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from grading.late_methods import dataclass

SEEN_NS = 250_000_000  # nobody sees something new and presses a chosen key sooner
PAUSE_NS = 250_000_000  # without a key: the run is over


@dataclass(frozen=True, slots=True)
class Run:
    """What is known when a key comes; times of one monotonic clock in nanoseconds."""

    painted_ns: int | None = None  # since when the item is on screen; None: it is not
    dropped_ns: int | None = None  # when the newest key came, if it did not count


def pressed(run: Run, at_ns: int) -> tuple[Run, bool]:
    """Return whether a key that comes at `at_ns` counts, and what is known after it."""
    seen = run.painted_ns is not None and at_ns - run.painted_ns >= SEEN_NS
    paused = run.dropped_ns is None or at_ns - run.dropped_ns >= PAUSE_NS
    counts = seen and paused
    return replace(run, dropped_ns=None if counts else at_ns), counts


class KeyGate:
    """The rule with a clock: told what is on screen, asked about every key."""

    def __init__(self, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = now_ns
        self._run = Run()

    @property
    def is_open(self) -> bool:
        """Whether a key would count now."""
        return pressed(self._run, self._now_ns())[1]

    def show(self) -> None:
        """Something was painted; painting the same again begins nothing anew."""
        if self._run.painted_ns is None:
            self._run = replace(self._run, painted_ns=self._now_ns())

    def hide(self) -> None:
        """It is gone, or something else is about to be painted."""
        self._run = replace(self._run, painted_ns=None)

    def takes(self) -> bool:
        """Take one key; False if it does not count."""
        self._run, counts = pressed(self._run, self._now_ns())
        return counts

    def drop(self) -> None:
        """A key came that cannot count, such as one while a verdict is being saved."""
        self._run = replace(self._run, dropped_ns=self._now_ns())
