"""Who is told how far an upgrade is: of whatever database a piece of work opens, on its thread.

Any home that is opened may turn out to be an older one, and so may the stores that it opens later.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# Takes how much is done, of how much; what it raises ends the upgrade, which leaves nothing.
Count = Callable[[int, int], object]
# Gives what counts a stage: `copying`, in megabytes, or `upgrading`, in steps.
Counting = Callable[[str], Count]


def _nobody(_: str) -> Count:
    return lambda done, of: None


_NOW: Final[ContextVar[Counting]] = ContextVar("upgrades", default=_nobody)


@contextmanager
def upgrades_counted(counting: Counting) -> Iterator[None]:
    """Have every upgrade in this block, on this thread, counted."""
    before = _NOW.set(counting)
    try:
        yield
    finally:
        _NOW.reset(before)


def counting_now() -> Counting:
    """Return what counts an upgrade here; where nobody watches it does nothing."""
    return _NOW.get()
