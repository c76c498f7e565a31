"""The Quality room on a hundred thousand verdicts: the first figures, all of them, and again.

QA's home holds what twelve analysts signed, two of them on each item; four of five agree. While the
figures are worked out on their own thread, a timer of the window notes how long the window's thread
was kept from it.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.bootstrap import Workstation
from app.collector import look_through_the_young_alone
from app.jobs import Jobs
from app.quality.review import Basis, Review
from app.record import NO_EXTRAS, verdict_of
from grading.verdict import predicate_fields
from storage.envelope import open_envelope
from storage.home import Home
from storage.statement import Draft
from tests.benchmarks.handed_on import handed_on
from tests.benchmarks.measure import Measure, in_turns, timed_s
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

COMMAND = "python -m tests.benchmarks --only quality"
VERDICTS = 100_000
ANALYSTS = 12
TICK_MS = 2
FRAME_MS = 1000 / 60
ALIKE = 0.8
FLOOR = "read, decrypt and parse the records"
FRAME = "one frame of a 60 Hz screen"


def measure(rounds: int) -> list[Measure]:
    """Measure opening the room, looking again, and what the window's thread has of it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    look_through_the_young_alone()  # as in the window
    note = f"{VERDICTS:,} verdicts of {ANALYSTS} analysts, each item graded twice"
    with TemporaryDirectory() as folder, _bureau(Path(folder)) as bureau:
        ws = bureau["quinn"].ws
        first = in_turns(lambda: _first(ws), lambda: _read(ws.home), rounds)
        floor_s = first.floor_median_s
        room = Review(ws)
        basis = room.basis()
        if len(basis.gradings) != VERDICTS:
            raise RuntimeError(f"{len(basis.gradings)} votes instead of {VERDICTS}")
        rest = median([timed_s(lambda: _rest(room, basis)) for _ in range(rounds)])
        again = median([timed_s(room.basis) for _ in range(rounds)])
        blocked = _window_waits(ws)
    return [
        Measure("Quality: which verdicts", first.work_median_s, "s", floor_s, FLOOR, COMMAND, note),
        Measure(
            "Quality: every figure of it",
            rest,
            "s",
            floor_s,
            FLOOR,
            COMMAND,
            f"{note}; intervals by resamples, pairs, leans, contrasts, weeks",
        ),
        Measure("Quality looked at again", again, "s", floor_s, FLOOR, COMMAND, note),
        Measure(
            "window thread kept waiting while Quality opens, longest",
            blocked,
            "ms",
            FRAME_MS,
            FRAME,
            COMMAND,
            f"{note}; noted every {TICK_MS} ms",
        ),
    ]


@contextmanager
def _bureau(folder: Path) -> Iterator[Bureau]:
    """Analysts who signed everything, and QA who has it; how it came there is another benchmark."""
    names = [f"ana{number}" for number in range(ANALYSTS)]
    bureau = Bureau(folder / "bureau", **dict.fromkeys(names, "analyst"), quinn="qa")
    try:
        dice = random.Random(7)  # noqa: S311 - made-up answers
        walks = [settled(DRAWING), settled(REMIT)]
        drafts: dict[str, list[Draft]] = {name: [] for name in names}
        for number in range(VERDICTS // 2):
            item = digest(f"item {number}")
            called_for = dice.choice(walks)
            for name in dice.sample(names, 2):
                given = called_for if dice.random() < ALIKE else dice.choice(walks)
                fields = predicate_fields(verdict_of(given, item, BATCH, NO_EXTRAS))
                drafts[name].append(
                    Draft(kind="verdict", subject=item, fields=fields, decided_at=DECIDED_AT)
                )
        index = bureau["quinn"].central.size()
        for name, waiting in drafts.items():
            index = handed_on(bureau[name].ws.home, bureau["quinn"].ws.home, waiting, index)
        yield bureau
    finally:
        bureau.close()


def _first(ws: Workstation) -> Basis:
    """Read all of it, as whoever comes into the room for the first time."""
    return Review(ws).basis()


def _rest(room: Review, basis: Basis) -> None:
    found = room.agreement(basis)
    room.weeks(basis)
    room.graders(basis, found)


def _read(home: Home) -> int:
    return sum(len(open_envelope(row.envelope).predicate) for row in home.local.records())


def _window_waits(ws: Workstation) -> float:
    """Return the longest ms that a tick of the window was late while the room is opened."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - no other part needs a window
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the same

    application = QApplication.instance() or QApplication(["assay"])
    jobs, done, failed = Jobs("quality"), list[Review](), list[BaseException]()
    ticks = [time.perf_counter()]
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()

    def work() -> Review:
        room = Review(ws)
        _rest(room, room.basis())
        return room  # which keeps what it read, as in the window

    jobs.run(work, done.append, failed.append)
    while not done and not failed:
        application.processEvents()
        time.sleep(TICK_MS / 4000)
    timer.stop()
    jobs.close()
    if failed:
        raise failed[0]
    return max(after - before for before, after in pairwise(ticks)) * 1000
