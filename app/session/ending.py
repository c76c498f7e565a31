"""The end of a sitting, off the window's thread: what takes a process or a disk to answer.

The window hides everything first and is painted; children, threads, stores and keys go meanwhile.
Nothing of Qt is in here, so that no thread but the window's lets go of such.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

Step = Callable[[], object]


class Ending:
    """Ends processes, so that nobody waits for them, then threads, then the home; twice is once.

    Whoever takes it keeps the sitting until it is done: threads still know its sessions.
    """

    def __init__(
        self,
        children: Sequence[Step],
        threads: Sequence[Step],
        home: Step,
        *,
        then: Sequence[Step] = (),
    ) -> None:
        """Take what ends each, and then what can wait; every step is taken, also after a fault."""
        self._steps = (*children, *threads, home, *then)

    def __call__(self) -> None:
        """Finish what was accepted, then let go of children, stores and keys; it takes a while."""
        with ExitStack() as steps:
            for step in reversed(self._steps):
                steps.callback(step)
