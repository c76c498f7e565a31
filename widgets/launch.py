"""Starts the window in the order in which nothing waits: decoders first, then what it loads."""

import gc
import sys
from collections.abc import Sequence
from contextlib import closing

from app import dumps
from app.decoders import Decoders

SWITCH_S = 0.001  # how long a busy thread keeps the window waiting for the interpreter


def run(argv: Sequence[str] = (), *, demo: bool = False) -> int:
    """Open the window on the home that `argv` names, or on a demo home; returns its exit status."""
    dumps.leave_none()  # first: what the decoders are started with, they inherit
    # What is loaded now stays to the end: to look through it for garbage again and again takes a
    # fifth of the start. `widgets/tidying.py` turns it on again.
    gc.disable()
    sys.setswitchinterval(SWITCH_S)
    with closing(Decoders()) as decoders:
        decoders.start()
        from widgets.window import open_window  # noqa: PLC0415 - loads while the decoders load

        return open_window(argv, decoders, demo=demo)
