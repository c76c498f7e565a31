"""The Quality room on a hundred thousand verdicts: the first figures, all of them, and again.

QA's home holds what twelve analysts signed, two of them on each item; four of five agree. While the
figures are worked out on their own thread, a timer of the window notes how long the window's thread
was kept from it.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.bootstrap import Workstation
from app.collector import look_through_the_young_alone
from app.quality.basis import Basis
from app.quality.review import Review
from app.record import NO_EXTRAS, verdict_of
from grading.verdict import predicate_fields
from storage.envelope import open_envelope
from storage.home import Home
from storage.statement import Draft
from tests.benchmarks.handed_on import handed_on
from tests.benchmarks.measure import Measure, in_turns, timed_s
from tests.benchmarks.window_waits import waits_while
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

COMMAND = "python -m tests.benchmarks --only quality"
VERDICTS = 100_000
ANALYSTS = 12
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
        if basis.votes != VERDICTS:
            raise RuntimeError(f"{basis.votes} votes instead of {VERDICTS}")
        rest = median([timed_s(lambda: _rest(room, basis)) for _ in range(rounds)])
        again = median([timed_s(room.basis) for _ in range(rounds)])
        blocked = waits_while(lambda: _opened(ws))
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
            blocked.longest_ms,
            "ms",
            FRAME_MS,
            FRAME,
            COMMAND,
            f"{note}; {blocked.note}",
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


def _opened(ws: Workstation) -> Review:
    """Work out all that the room shows, and return what keeps it, as in the window."""
    room = Review(ws)
    _rest(room, room.basis())
    return room
