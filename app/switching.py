"""How long a busy thread keeps the others from the interpreter.

Whoever waits asks for it after this long. The window asks anew after each call into Qt, some fifty
times while it lays out a page: beside a thread that reckons, a page stood still for 80 ms at a
millisecond each, and for 30 at a fifth of it, and the reckoning took no longer. A start is quicker
with few changes: its threads all work for the same first item.
"""

import sys

AT_START_S = 0.001
AT_WORK_S = 0.0002


def switch_as_at_start() -> None:
    """Until the first item is seen."""
    sys.setswitchinterval(AT_START_S)


def switch_as_at_work() -> None:
    """From the first item on: the window waits for nobody."""
    sys.setswitchinterval(AT_WORK_S)
