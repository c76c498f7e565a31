"""Where tests make their folders: in memory, where the machine has room there.

Tests make thousands of homes and commit to their stores tens of thousands of times. On a disk each
commit waits for it while the processor has nothing to do: as long again as the tests compute. What
is asked of the stores is the same: they write, sync and fail by the same calls.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

# The one place of Linux that lies in memory. Others may write there too, so nothing is made in it
# but by pytest and `tempfile`: a folder of one's own with a drawn name, mode 0700.
MEMORY = Path("/dev/shm")  # noqa: S108 - as said above
ROOM_BYTES = 3 * 1024**3  # several times what lies there at once
AVAILABLE = Path("/proc/meminfo")


class Counted(Protocol):
    """A run of tests, as pytest counts it."""

    testsfailed: int


def has_room(memory: Path = MEMORY, available: Path = AVAILABLE) -> bool:
    """Whether folders may be made in that part of the memory, and programs started from there."""
    try:
        there = os.statvfs(memory)
        told = dict(line.split(":") for line in available.read_text("utf-8").splitlines())
        free_bytes = int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, KeyError):
        return False
    runs_programs = not there.f_flag & os.ST_NOEXEC
    room_bytes = min(there.f_bavail * there.f_frsize, free_bytes)
    return runs_programs and room_bytes >= ROOM_BYTES and os.access(memory, os.W_OK | os.X_OK)


def make_folders_in_memory() -> None:
    """Have pytest and `tempfile` make their folders there, unless a person named another place."""
    if "TMPDIR" not in os.environ and has_room():
        tempfile.tempdir = str(MEMORY)


@contextmanager
def taken_away_unless_failed(folder: Path, session: Counted) -> Iterator[Path]:
    """Make a folder, and take it away once the test has passed: it is memory that others need."""
    folder.mkdir(0o700)
    failed_before = session.testsfailed
    yield folder
    if session.testsfailed == failed_before:
        shutil.rmtree(folder, ignore_errors=True)
