"""The log of a home: our own faults, by class and line of code, each place once a run.

`HOME/log/crash-TIME-PROCESS.txt`, written by ``app.messages.told_in_log``, holds no message of
an error, because a message may quote a name or an answer. Before there is a home it lies in the
person's own log. What is read back here for a report is checked again, line by line: whoever
wrote into that folder, no other words leave it.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from app.messages import log_folders, told_in_log
from grading.late_methods import dataclass

# What fails off the window's thread is told where it happened, and to this. Nothing of it reaches
# a terminal: what an error says may quote a name.
FAULTS = logging.getLogger("assay.faults")
FAULTS.propagate = False
FAULTS.addHandler(logging.NullHandler())

NEWEST_KEPT = 50
PLACES_TOLD = 12  # of one fault in a report
_NAME = re.compile(r"crash-\d{8}T\d{6}(?:-\d{6})?-\d+\.txt")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_KIND = re.compile(
    r"(?:[A-Z]\w*\.)*_?[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)"
    # What ended a process at once, as ``app.sudden_end`` notes it.
    r"|SIG(?:SEGV|ABRT|BUS|FPE|ILL)|access violation|stack overflow"
)
# Not main.py: it lies in the folder of the program, which somebody gave a name.
_PLACE = re.compile(r"  (\w+/(?!main\.py)\w+\.py:\d+) ")


@dataclass(frozen=True, slots=True)
class PastFault:
    """One fault of the program: when (UTC), its class, and the lines of code, innermost first."""

    at: str
    kind: str
    places: tuple[str, ...]

    @property
    def told(self) -> str:
        """What a report says of it."""
        return f"{self.kind} at {' < '.join(self.places[:PLACES_TOLD]) or 'no place'}"


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
                file = self._seen[place] = told_in_log(error, self._home())
                if file is not None:
                    forget_oldest(file.parent)
            return self._seen[place]


def past_faults(home: Path, most: int = 10) -> tuple[PastFault, ...]:
    """Return the newest faults in the log of a home and in the person's own, newest first.

    Among them is how a window ended that could tell nobody of it yet.
    """
    from app.sudden_end import fault_left  # noqa: PLC0415 - for a report, not at the start

    folders = log_folders(home)
    left = [_read(at, lines) for at, lines in filter(None, map(fault_left, folders))]
    files = sorted((file for folder in folders for file in _files(folder)), key=_name)
    noted = (_read_file(file) for file in reversed(files))
    newest = [fault for _, fault in zip(range(most), filter(None, noted), strict=False)]
    found = [*filter(None, left), *newest]
    return tuple(sorted(found, key=lambda fault: fault.at, reverse=True)[:most])


def forget_oldest(folder: Path) -> None:
    """Let only the newest faults stay in a log."""
    for file in _files(folder)[:-NEWEST_KEPT]:
        try:
            file.unlink()
        except OSError:
            return  # whatever keeps it there, the log goes on


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


def _name(file: Path) -> str:
    return file.name


def _read_file(file: Path) -> PastFault | None:
    try:
        at, *lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, ValueError):  # ValueError: it is empty
        return None
    return _read(at, lines)


def _read(at: str, lines: list[str]) -> PastFault | None:
    kind, *frames = lines or [""]
    if not _TIME.fullmatch(at) or not _KIND.fullmatch(kind):
        return None
    return PastFault(at, kind, tuple(_own_places(frames)))


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
