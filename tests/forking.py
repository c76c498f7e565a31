"""Processes of their own that start in a moment: forked from one that has imported all they need.

An interpreter that imports the program anew costs a second, and a story starts dozens.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

_CONTEXT = multiprocessing.get_context("forkserver")
# All at once: who is forked from is started by the first test that asks, and never changes.
_CONTEXT.set_forkserver_preload(["tests.faults.workstation", "tests.stories.desk_shift"])


Work = TypeVar("Work")


def started(
    work: Callable[[Work, Connection], None], given: Work
) -> tuple[BaseProcess, Connection]:
    """Start a process that does ``work``; returns it, and the pipe that it answers by."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=work, args=(given, theirs))
    process.start()
    theirs.close()
    return process, ours
