"""Nothing of this process is left behind when it crashes but where in the code each thread stood.

The window holds clear pixels while a reveal lasts, and keys; a command holds keys and evidence.
A dump of either on the disk would be all that is never written, in one file.
"""

import ctypes
import faulthandler
import os
import sys
from pathlib import Path

_PR_SET_DUMPABLE = 4  # linux/prctl.h
_NO_FAULT_BOX, _NO_CRITICAL_BOX = 2, 1  # Windows: errhandlingapi.h, what reports are made of

LAST_LINES = "last-lines.txt"
_MOST_BYTES = 1 << 20  # of many starts that each ended so; then it begins anew


def leave_none() -> None:
    """Forbid dumps of this process, from the system and from other processes of its user."""
    if sys.platform == "win32":  # untested, for want of such a machine
        ctypes.WinDLL("kernel32").SetErrorMode(_NO_FAULT_BOX | _NO_CRITICAL_BOX)
        return
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class LastLines:
    """Has a fault in a library, which ends the process at once, leave where each thread stood.

    By file, line and function alone, in `last-lines.txt`. An ordinary end, a kill and a machine
    without power write nothing there. All processes of a home add to the one file, so none has to
    know of the others: what a start finds in it, nobody was told of yet.
    """

    def __init__(self) -> None:
        self.file: Path | None = None  # where they go
        self.found = False  # whether one before left some
        self._descriptor = -1

    def go_into(self, *folders: Path) -> None:
        """Have them written into the first of these folders that can be written, from now on."""
        for folder in folders:
            if folder / LAST_LINES == self.file or self._has_begun_in(folder):
                return

    def _has_begun_in(self, folder: Path) -> bool:
        file = folder / LAST_LINES
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError:
            return False
        size = os.fstat(descriptor).st_size
        if size > _MOST_BYTES:
            os.ftruncate(descriptor, 0)
        faulthandler.enable(descriptor)  # to the end of the process: it may fall while it ends
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self.file, self.found, self._descriptor = file, 0 < size <= _MOST_BYTES, descriptor
        return True

    def forget(self) -> None:
        """Empty the file: what was in it is told."""
        self.found = False
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
