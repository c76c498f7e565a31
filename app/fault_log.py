"""The log of a home: our own faults, by class and line of code, each place once a run.

`HOME/log/crash-TIME-PROCESS.txt`, written by ``app.messages.told_in_log``, holds no message of
an error, because a message may quote a name or an answer. What is read back here for a report is
checked again, line by line: whoever wrote into that folder, no other words leave it.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from app.messages import told_in_log
from grading.late_methods import dataclass

# What fails off the window's thread is told where it happened, and to this. Nothing of it reaches
# a terminal: what an error says may quote a name.
FAULTS = logging.getLogger("assay.faults")
FAULTS.propagate = False
FAULTS.addHandler(logging.NullHandler())

FOLDER = "log"
NEWEST_KEPT = 50
_NAME = re.compile(r"crash-\d{8}T\d{6}(?:-\d{6})?-\d+\.txt")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CLASS = re.compile(r"(?:[A-Z]\w*\.)*_?[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)")
_PLACE = re.compile(r"  (\w+/\w+\.py:\d+) ")


@dataclass(frozen=True, slots=True)
class PastFault:
    """One fault of the program: when (UTC), its class, and the line of code it came from."""

    at: str
    kind: str
    place: str


class FaultLog(logging.Handler):
    """Writes faults into the log of the home that `home` names, safe from every thread.

    A fault at the same place is written once: one that comes with every frame must not fill the
    disk. The oldest files go. As a handler of `FAULTS` it writes what is told there.
    """

    def __init__(self, home: Callable[[], Path]) -> None:
        super().__init__()
        self._home = home
        self._seen: dict[str, Path | None] = {}
        self._writing = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the fault that a record brings."""
        if record.exc_info is not None and record.exc_info[1] is not None:
            self.write(record.exc_info[1])

    def knows(self, error: BaseException) -> bool:
        """Whether a fault at this place was written already."""
        return _place_of(error) in self._seen

    def write(self, error: BaseException) -> Path | None:
        """Return the file that tells of this fault; None where none can be written."""
        place = _place_of(error)
        with self._writing:
            if place not in self._seen:
                home = self._home()
                self._seen[place] = told_in_log(error, home)
                _forget_oldest(home / FOLDER)
            return self._seen[place]


def past_faults(home: Path, most: int = 10) -> tuple[PastFault, ...]:
    """Return the newest faults in the log of a home, newest first."""
    found = (_read(file) for file in reversed(_files(home / FOLDER)))
    return tuple(fault for _, fault in zip(range(most), (f for f in found if f), strict=False))


def _place_of(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__qualname__} {where}"


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
    except OSError:
        return []


def _forget_oldest(folder: Path) -> None:
    for file in _files(folder)[:-NEWEST_KEPT]:
        try:
            file.unlink()
        except OSError:
            return  # whatever keeps it there, the log goes on


def _read(file: Path) -> PastFault | None:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    if len(lines) < 2 or not _TIME.fullmatch(lines[0]) or not _CLASS.fullmatch(lines[1]):
        return None
    return PastFault(lines[0], lines[1], next(_own_places(lines[2:]), "no place"))


def _own_places(lines: list[str]) -> Iterator[str]:
    """Give the lines of code of the first fault, innermost first."""
    frames = []
    for line in lines:
        if not line.startswith("  "):
            break
        place = _PLACE.match(line)
        if place:
            frames.append(place[1])
    yield from reversed(frames)
