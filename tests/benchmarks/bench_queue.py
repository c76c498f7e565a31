"""The queue of second opinions with twenty thousand waiting: read, read on, and shown.

The supervisor's home holds what an analyst signed at another one. While the queue is read on its
own thread, a timer of the window notes how long the window's thread was kept from it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.bootstrap import Workstation
from app.collector import look_through_the_young_alone
from app.record import Extras, verdict_of
from app.second_opinion.queue import Waiting
from app.second_opinion.resolving import SecondOpinions
from grading.verdict import SecondOpinion, predicate_fields
from storage.envelope import open_envelope
from storage.home import Home
from storage.statement import Draft
from tests.benchmarks.handed_on import handed_on
from tests.benchmarks.measure import Measure, in_turns, timed_s
from tests.benchmarks.window_waits import waits_while
from tests.unit.app.desks import DRAWING, Bureau, settled
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

COMMAND = "python -m tests.benchmarks --only queue"
WAITING = 20_000
FRAME_MS = 1000 / 60


def measure(rounds: int) -> list[Measure]:
    """Measure opening the queue, looking again, and what the window's thread has of it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    look_through_the_young_alone()  # as in the window
    note = f"{WAITING:,} items waiting, each asked about"
    with TemporaryDirectory() as folder, _bureau(Path(folder)) as bureau:
        ws = bureau["chief"].ws
        first = in_turns(lambda: _opened(ws), lambda: _read(ws.home), rounds)
        opinions = SecondOpinions(ws)
        rows = opinions.queue.waiting()
        if len(rows) != WAITING:
            raise RuntimeError(f"{len(rows)} wait instead of {WAITING}")
        again = median([timed_s(opinions.queue.waiting) for _ in range(rounds)])
        shown = _shown_ms(rows, rounds)
        blocked = waits_while(lambda: _kept(ws))
    floor = "read, decrypt and parse the records"
    return [
        Measure(
            "queue opened, everything read",
            first.work_median_s,
            "s",
            first.floor_median_s,
            floor,
            COMMAND,
            note,
        ),
        Measure("queue looked at again", again, "s", first.floor_median_s, floor, COMMAND, note),
        Measure(
            "queue list shown, first rows painted",
            shown,
            "ms",
            FRAME_MS,
            "one frame of a 60 Hz screen",
            COMMAND,
            note,
        ),
        Measure(
            "window thread kept waiting while the queue is read, longest",
            blocked.longest_ms,
            "ms",
            FRAME_MS,
            "one frame of a 60 Hz screen",
            COMMAND,
            f"{note}; {blocked.note}",
        ),
    ]


@contextmanager
def _bureau(folder: Path) -> Iterator[Bureau]:
    """An analyst who asks about every item, and a supervisor who has it all."""
    bureau = Bureau(folder / "bureau", ann="analyst")
    try:
        extras = Extras(second_opinion=SecondOpinion("person", "which of the two?"))
        decided = settled(DRAWING)
        drafts = []
        for number in range(WAITING):
            item = digest(f"item {number}")
            fields = predicate_fields(verdict_of(decided, item, BATCH, extras))
            drafts.append(Draft(kind="verdict", subject=item, fields=fields, decided_at=DECIDED_AT))
        chief = bureau["chief"]
        handed_on(bureau["ann"].ws.home, chief.ws.home, drafts, chief.central.size())
        yield bureau
    finally:
        bureau.close()


def _opened(ws: Workstation) -> tuple[Waiting, ...]:
    """Read all of it, as whoever comes into the room for the first time."""
    return SecondOpinions(ws).queue.waiting()


def _kept(ws: Workstation) -> SecondOpinions:
    """Read all of it, and return what keeps it, as in the window: to drop it takes time too."""
    opinions = SecondOpinions(ws)
    opinions.queue.waiting()
    return opinions


def _read(home: Home) -> int:
    return sum(len(open_envelope(row.envelope).predicate) for row in home.local.records())


def _shown_ms(rows: tuple[Waiting, ...], rounds: int) -> float:
    """Return the ms to show the rows."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - no other benchmark needs a window

    from app.keymap import read_keymap  # noqa: PLC0415 - the same
    from app.texts import read_texts  # noqa: PLC0415 - the same
    from widgets.fittings import Fittings  # noqa: PLC0415 - the same
    from widgets.look import Look  # noqa: PLC0415 - the same
    from widgets.queue_list import QueueList  # noqa: PLC0415 - the same

    application = QApplication.instance() or QApplication(["assay"])  # noqa: F841 - held
    look = Look()
    look.load_fonts()
    look.apply("dark", 100)
    view = QueueList(Fittings(look, read_texts(), read_keymap()))
    view.resize(287, 700)
    view.show()

    def show() -> None:
        view.show_rows(rows)
        view.repaint()

    return median([timed_s(show) * 1000 for _ in range(rounds)])
