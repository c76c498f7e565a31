"""A watchdog over the thread that paints, of what it does itself: no busy machine is its fault.

How long a window stands still on the wall is the machine's doing too, which others share. Counted
here is the time that the thread itself computes between two turns of the event loop, and every
wait that it begins: a store, a file, another machine, another process.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject

from storage.database import Database
from tests.widgets import tour

# Of its own time at a stretch, on a machine of which many ask more than it has: ten times what the
# longest takes there alone. The window's 50 ms are measured by the benchmarks.
MOST_MS = 1_000.0
WAITS = {"open": 0, "socket.connect": 1, "subprocess.Popen": 0, "os.listdir": 0, "os.scandir": 0}
CODE = (".py", ".pyc", ".so")  # a module that is loaded on a first visit
_PROGRAM = Path(tour.__file__).resolve().parents[2]
_QUICK = (str(_PROGRAM), "/proc/")  # what ships is small and read once; and what no disk holds


class PaintingThread(QObject):
    """Watches while somebody goes from stop to stop; not while the stop is looked at."""

    _heard: "list[PaintingThread]" = []  # noqa: RUF012  # an audit hook stays for ever: it asks here

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.longest_ms = 0.0
        self._where = "at first"
        self._since_s: float | None = None  # of its own time; None: nobody watches

    def over(self, stops: Iterator[str], patch: pytest.MonkeyPatch) -> Iterator[str]:
        """Give the stops on, and watch the way from each to the next."""
        with self._listening(patch):
            while True:
                self._since_s = time.thread_time()
                stop = next(stops, None)
                self._end_turn()
                self._since_s = None
                if stop is None:
                    return
                self._where = f"after {stop}"
                yield stop

    @contextmanager
    def _listening(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        dispatcher.awake.connect(self._end_turn)
        dispatcher.aboutToBlock.connect(self._end_turn)
        press: Callable[..., None] = tour.press_chord
        begin = Database.transaction

        def pressed(qtbot: object, window: object, chord: str) -> None:
            self._end_turn()
            self._where = f"{self._where.partition(', ')[0]}, {chord}"
            press(qtbot, window, chord)
            self._end_turn()

        def begun(database: Database) -> object:
            self._note_wait(f"a transaction in {database.path.name}")
            return begin(database)

        patch.setattr(tour, "press_chord", pressed)
        patch.setattr(Database, "transaction", begun)
        _hook_in()
        self._heard.append(self)
        try:
            yield
        finally:
            self._heard.remove(self)
            dispatcher.awake.disconnect(self._end_turn)
            dispatcher.aboutToBlock.disconnect(self._end_turn)

    def _end_turn(self) -> None:
        if self._since_s is None:
            return
        now_s = time.thread_time()
        took_ms, self._since_s = (now_s - self._since_s) * 1000, now_s
        self.longest_ms = max(self.longest_ms, took_ms)
        if took_ms > MOST_MS:
            self.faults.append(f"{self._where}: the window stands still for {took_ms:.0f} ms")

    def _note_wait(self, what: str) -> None:
        if self._since_s is not None and threading.current_thread() is threading.main_thread():
            self.faults.append(f"{self._where}: the window waits for {what}")


def _hook_in() -> None:
    """Hear of every file, socket and process that is opened; once for the process."""
    if getattr(_hook_in, "done", False):
        return
    _hook_in.done = True  # type: ignore[attr-defined]

    def hear(event: str, said: tuple[object, ...]) -> None:
        if event not in WAITS or not PaintingThread._heard:
            return
        if isinstance(said[WAITS[event]], int):
            return  # a descriptor that is open already, as when a compiled module is put down
        what = str(said[WAITS[event]])
        if not what.endswith(CODE) and not what.startswith(_QUICK):
            for watch in PaintingThread._heard:
                watch._note_wait(f"{event} {what}")

    sys.addaudithook(hear)
