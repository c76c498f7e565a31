"""A watchdog over the thread that paints, of what it does itself: no busy machine is its fault.

How long a window stands still on the wall is the machine's doing too, which others share. Counted
here is the time that the thread itself computes between two turns of the event loop, and every
wait that it begins: a store, a file, another machine, another process.

A slow or a busy machine computes longer for the same work. So a known piece of work is done at each
stop of the way, and what it takes says how much longer than on the machine of the promise.

That is still a time: others who work at one stop, or a first visit that reads much, are in no
median. So the walk names only what holds the window for three times as long as is promised, which
no such chance explains; the 50 ms themselves are measured where nothing else runs, by
`python -m tests.benchmarks --only start` (the lateness of a beat).
"""

import gc
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.collector import look_through_the_young_alone
from storage.database import Database
from tests.widgets import tour

MOST_MS = (
    50.0  # of its own time at a stretch, on the machine of `docs/measures.md` with no other work
)
HELD_MS = 3 * MOST_MS  # what is a fault here
WORK_MS = 6.0  # what the known piece of work takes there
WAITS = {"open": 0, "socket.connect": 1, "subprocess.Popen": 0, "os.listdir": 0, "os.scandir": 0}
CODE = (".py", ".pyc", ".so")  # a module that is loaded on a first visit
_PROGRAM = Path(tour.__file__).resolve().parents[2]
_QUICK = (str(_PROGRAM), "/proc/")  # what ships is small and read once; and what no disk holds


class PaintingThread(QObject):
    """Watches while somebody goes from stop to stop; not while the stop is looked at."""

    _heard: "list[PaintingThread]" = []  # noqa: RUF012  # an audit hook stays for ever: it asks here

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []  # waits; whoever walks adds `late`, once it is sure of them
        self._longest_ms: dict[str, float] = {}  # by where it was
        self._works_ms: list[float] = []
        self._stop = self._where = "at first"
        self._since_s: float | None = None  # of its own time; None: nobody watches

    def over(self, stops: Iterator[str], patch: pytest.MonkeyPatch) -> Iterator[str]:
        """Give the stops on, and watch the way from each to the next."""
        with self._listening(patch):
            while True:
                self._since_s = time.thread_time()
                stop = next(stops, None)
                self._end_turn()
                self._since_s = None
                self._works_ms.append(known_work_ms())
                if stop is None:
                    return
                self._stop = self._where = f"after {stop}"
                yield stop

    def has_passed(self, places: Collection[str]) -> bool:
        """Whether somebody has been in all of these places, each named as in `late`."""
        return self._longest_ms.keys() >= set(places)

    def late(self) -> dict[str, float]:
        """Where the thread computed for too long at a stretch: ms of the machine of the promise."""
        slower = max(median(self._works_ms) / WORK_MS, 1.0)
        took_ms = {where: longest / slower for where, longest in self._longest_ms.items()}
        return {where: ms for where, ms in took_ms.items() if ms > HELD_MS}

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
            if self._since_s is not None:
                self._where = f"{self._stop}, {chord}"
            press(qtbot, window, chord)
            self._end_turn()

        def begun(database: Database) -> object:
            self._note_wait(f"a transaction in {database.path.name}")
            return begin(database)

        patch.setattr(tour, "press_chord", pressed)
        patch.setattr(Database, "transaction", begun)
        _hook_in()
        self._heard.append(self)
        thresholds = gc.get_threshold()
        look_through_the_young_alone()  # as in the window: the rest waits for a quiet moment
        try:
            yield
        finally:
            gc.set_threshold(*thresholds)
            self._heard.remove(self)
            dispatcher.awake.disconnect(self._end_turn)
            dispatcher.aboutToBlock.disconnect(self._end_turn)

    def _end_turn(self) -> None:
        if self._since_s is None:
            return
        now_s = time.thread_time()
        took_ms, self._since_s = (now_s - self._since_s) * 1000, now_s
        self._longest_ms[self._where] = max(self._longest_ms.get(self._where, 0.0), took_ms)

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


def known_work_ms() -> float:
    """Build and lay out a panel of plain labels, the same each time; return the thread's own ms."""
    begun_s = time.thread_time()
    panel = QWidget()
    box = QVBoxLayout(panel)
    for number in range(30):
        label = QLabel(" ".join(str(number + more) for more in range(12)))
        label.setWordWrap(True)
        box.addWidget(label)
    panel.setStyleSheet("QLabel { color: #222; font-size: 14px; padding: 1px; }")
    panel.ensurePolished()
    box.totalHeightForWidth(300)
    panel.deleteLater()
    return (time.thread_time() - begun_s) * 1000
