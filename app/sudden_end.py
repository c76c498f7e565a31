"""How a window ended by a fault in a library: read from what `app.dumps.LastLines` left.

It is kept like every other fault, by kind and lines of code, as `crash-TIME-PROCESS.txt`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.dumps import LAST_LINES, LastLines
from app.fault_log import forget_oldest
from app.messages import note, short_place

# As Python's `faulthandler` names what ends a process, and as it is noted. On Windows it names
# much that ends nothing; of that only what does is here.
KINDS = {
    "Segmentation fault": "SIGSEGV",
    "Aborted": "SIGABRT",
    "Bus error": "SIGBUS",
    "Floating point exception": "SIGFPE",
    "Floating-point exception": "SIGFPE",
    "Illegal instruction": "SIGILL",
    "access violation": "access violation",
    "stack overflow": "stack overflow",
}
_END = re.compile(r"^(?:Fatal Python error|Windows fatal exception): (.*)$", re.MULTILINE)
_THREAD = re.compile(r"^(Current t|T)hread \w+")
_FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$')


def lines_left(file: Path) -> list[str]:
    """Return how the newest end was, as a log holds it: its kind, then where each thread stood.

    The outermost frame of a thread comes first. Empty where no end by a fault is told of there,
    such as after a machine lost its power half-way. The errors are those of the disk.
    """
    text = file.read_text(encoding="utf-8", errors="replace")
    ends = [end for end in _END.finditer(text) if end[1].strip() in KINDS]
    if not ends:
        return []
    threads = list(_threads(text[ends[-1].end() :].splitlines()))
    current = [frames for is_current, frames in threads if is_current]
    others = [frames for is_current, frames in threads if not is_current]
    told = [KINDS[ends[-1][1].strip()], *(line for frames in current[:1] for line in frames)]
    for frames in others:
        told += ["another thread", *frames]
    return told


def fault_left(folder: Path) -> tuple[str, list[str]] | None:
    """Return when the newest end by a fault was, and how, where nobody was told of it yet."""
    file = folder / LAST_LINES
    try:
        lines = lines_left(file) if file.stat().st_size else []
        return (f"{_ended_at(file):%Y-%m-%dT%H:%M:%SZ}", lines) if lines else None
    except OSError:
        return None


def told_end(left: LastLines) -> Path | None:
    """Note how the window ended last time; return the file, None if it ended by no fault.

    What was left is taken up by it: a second call, or another start, has nothing to tell. Where
    nothing can be written, it stays, and is what is named.
    """
    if left.file is None or not left.found:
        return None
    told: Path | None = left.file
    try:
        lines = lines_left(left.file)
        told = note(left.file.parent, _ended_at(left.file), lines) if lines else None
    except FileExistsError:
        pass  # noted by a window that was killed before it could say so
    except OSError:
        return told
    left.forget()
    forget_oldest(left.file.parent)
    return told


def _ended_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _threads(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Give each thread: whether the fault was in it, and its frames, the outermost first."""
    is_current, frames, began = False, list[str](), False
    for line in lines:
        head, frame = _THREAD.match(line), _FRAME.match(line)
        if head:
            if began:
                yield is_current, frames[::-1]
            began, is_current, frames = True, head[1] != "T", []
        elif frame:
            frames.append(f"  {short_place(frame[1])}:{frame[2]} {frame[3]}")
    if began:
        yield is_current, frames[::-1]
