"""When Python looks for garbage among everything there is, and among what.

To look through all objects stops every thread for as long as it takes: half a second where a
hundred thousand verdicts are known. So it is not done while work goes on, and what was read to be
kept for the sitting is set apart: it is let go of as ever once nobody holds it, and not looked
through until the sitting ends.
"""

import gc
from collections.abc import MutableMapping
from threading import Event
from typing import Any

YOUNG, MIDDLE, NEVER = 2000, 10, 1_000_000_000
KEPT_AT_ONCE = 1_000  # records read before they are set apart: a few ms to look through

_apart = Event()  # something was set apart for the sitting that there is
_is_due = Event()  # that sitting is over: what was set apart for it is to be looked through


def look_through_the_young_alone() -> None:
    """From now on only what was made just now is looked through unasked."""
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


def set_apart() -> None:
    """Leave all that is there now out of every later look, until the sitting ends.

    To be called by what reads much that it keeps, now and then as it reads: it takes no time.
    """
    _apart.set()
    gc.freeze()


def much_is_apart() -> bool:
    """Whether a look through everything would be a long one: what was set apart may still go."""
    return _apart.is_set() or _is_due.is_set()


def note_end() -> None:
    """A sitting is over and nobody holds it: the next look is through what is apart as well.

    Not before: what still is held then would be set apart with the program, for good.
    """
    if _apart.is_set():
        _apart.clear()
        _is_due.set()


def note_beginning() -> None:
    """A sitting begins: what a look that is due leaves apart may be of it, and is not for good."""
    if _is_due.is_set():
        _apart.set()


def let_go_bit_by_bit(held: MutableMapping[Any, Any]) -> None:
    """Empty a mapping; other threads run meanwhile, as they do not where it is dropped whole."""
    while held:
        held.popitem()


def look_through_everything() -> None:
    """Let go of what nobody holds; once after each sitting also of what was set apart for it."""
    if not _is_due.is_set():
        gc.collect()
        return
    _is_due.clear()
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # as before the sitting: what is left is the program itself
