"""Starts the window in the order in which nothing waits: decoders, the home, what draws."""

import gc
from collections.abc import Sequence
from contextlib import closing

from app import dumps
from app.decoders import Decoders
from app.switching import switch_as_at_start
from widgets.command_line import has_display, home_named


def run(argv: Sequence[str] = (), *, demo: bool = False) -> int:
    """Open the window on the home that `argv` names, or on a demo home; returns its exit status."""
    dumps.leave_none()  # first: what the decoders are started with, they inherit
    # What is loaded now stays to the end: to look through it for garbage again and again takes a
    # fifth of the start. `widgets/tidying.py` turns it on again.
    gc.disable()
    switch_as_at_start()
    with closing(Decoders()) as decoders:
        decoders.start()
        # From here on each loads while what was begun before it goes on.
        from widgets.plain_imports import leave_imports_alone  # noqa: PLC0415 - as said above

        leave_imports_alone()
        from app.freed_memory import leave_nothing_when_freed  # noqa: PLC0415 - as said above
        from app.session.opening import OpeningSession  # noqa: PLC0415 - as said above

        leave_nothing_when_freed()  # before there is a key
        with closing(OpeningSession(home_named(argv), demo=demo, decoders=decoders)) as opening:
            opening.keep_last_lines()
            gc.freeze()  # before a home is opened: no key is among what is kept for good
            if has_display(argv):
                opening.begin()
            from widgets.window import open_window  # noqa: PLC0415 - as said above

            return open_window(argv, opening)
